import { showLook } from "./look.js"
import { showTold } from "./told.js"
import { reopenLater } from "./language.js"
import { openSections } from "../sections_dialog.js"
import { t } from "../../i18n/language.js"

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
