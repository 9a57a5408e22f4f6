import { showDevices } from "./devices.js"
import { showPassword } from "./password.js"
import { showProfile } from "./profile.js"
import { openSections } from "../sections_dialog.js"
import { t } from "../../i18n/language.js"

/**
 * What concerns oneself.
 * @param {import("../page.js").Page} page
 * @param {string} [start] the section that shows first
 */
export function openYou(page, start) {
  openSections({
    title: t("profile.title"),
    start,
    sections: [
      {
        key: "profile",
        name: t("profile.tab"),
        template: "profile-section",
        show: (element) => showProfile(element, page),
      },
      {
        key: "password",
        name: t("field.password"),
        template: "password-section",
        show: (element, close) => showPassword(element, page, close),
      },
      {
        key: "devices",
        name: t("menu.devices"),
        template: "list-section",
        show: (element) => showDevices(element, page),
      },
    ],
  })
}
