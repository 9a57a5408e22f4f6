import { openSettings } from "../dialogs.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"
import { ifAllowed } from "../../storage/allowed.js"

const REOPENED = "stonechat.settings.reopened"
const PATIENCE_MS = 5_000

/**
 * Shows the page in another language once that is wished, here or in another window: anew, since every
 * part of it says something. What is being written and the place in the room survive that.
 * @param {import("../page.js").Page} page
 * @param {string} shown the wish that the page shows now
 */
export function followLanguage({ settings, chat, toast }, shown) {
  settings.watch(async ({ language }) => {
    if (language === shown) return
    shown = language
    // What is kept nowhere yet would be lost.
    if ((await canLoadAnew()) && !chat.writer.isAtRisk) location.reload()
    else {
      ifAllowed(() => sessionStorage)?.removeItem(REOPENED)
      toast.say(t("settings.language_later"))
    }
  })
}

/** Without a connection a page that is not kept would be gone. */
async function canLoadAnew() {
  const answer = await fetch(".", { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null)
  return answer?.ok ?? false
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
