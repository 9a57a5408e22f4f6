import { showDevices } from "./devices.js"
import { showPassword } from "./password.js"
import { showProfile } from "./profile.js"
import { openSections } from "../sections_dialog.js"

/**
 * What concerns oneself.
 * @param {import("../page.js").Page} page
 * @param {string} [start] the section that shows first
 */
export function openYou(page, start) {
  openSections({
    title: "You",
    start,
    sections: [
      { name: "Profile", template: "profile-section", show: (element) => showProfile(element, page) },
      { name: "Password", template: "password-section", show: (element, close) => showPassword(element, page, close) },
      { name: "Devices", template: "list-section", show: (element) => showDevices(element, page) },
    ],
  })
}
