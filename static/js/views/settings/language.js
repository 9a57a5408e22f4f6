import { t } from "../../i18n/language.js"

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
