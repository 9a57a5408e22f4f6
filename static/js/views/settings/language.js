import { openSettings } from "../dialogs.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"
import { ifAllowed } from "../../storage/allowed.js"

const REOPENED = "stonechat.settings.reopened"

/**
 * Shows the page in another language once that is wished, here or in another window: anew, since every
 * part of it says something. What is being written and the place in the room survive that.
 * @param {import("../page.js").Page} page
 */
export function followLanguage({ settings, chat, toast }) {
  let shown = settings.wishes.language
  settings.watch(({ language }) => {
    if (language === shown) return
    shown = language
    // What is kept nowhere yet would be lost.
    if (chat.writer.isAtRisk) toast.say(t("settings.language_later"))
    else location.reload()
  })
}

/** Another language is about to load the page anew. */
export function reopenLater() {
  ifAllowed(() => sessionStorage)?.setItem(REOPENED, "yes")
}

/** One goes on where one chose the language. */
export async function reopenSettings(page) {
  const session = ifAllowed(() => sessionStorage)
  if (!session?.getItem(REOPENED)) return
  session.removeItem(REOPENED)
  const dialog = await openSettings(page)
  find("[name=language]", dialog).focus()
}
