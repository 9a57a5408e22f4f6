import { showLook } from "./look.js"
import { showTold } from "./told.js"
import { openSections } from "../sections_dialog.js"
import { t } from "../../i18n/language.js"

const REOPENED = "stonechat.settings.reopened"

/**
 * How somebody wants the page to be, in this browser. Everything takes effect at once.
 * @param {import("../page.js").Page} page
 * @returns {HTMLDialogElement}
 */
export function openSettings(page) {
  return openSections({
    title: t("settings.title"),
    sections: [
      { name: t("settings.look"), template: "look-section", show: (form) => showLook(form, page, reopenLater) },
      { name: t("settings.told"), template: "told-section", show: (form) => showTold(form, page) },
    ],
  })
}

/** Another language has loaded the page anew: one goes on where one chose it. */
export function reopenSettings(page) {
  if (!sessionStorage.getItem(REOPENED)) return
  sessionStorage.removeItem(REOPENED)
  openSettings(page).querySelector("[name=language]").focus()
}

function reopenLater() {
  sessionStorage.setItem(REOPENED, "yes")
}
