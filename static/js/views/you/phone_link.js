import { openLink } from "../link_dialog.js"
import { t } from "../../i18n/language.js"

/**
 * A link that signs in another device as oneself.
 * @param {import("../page.js").Page} page
 */
export async function openPhoneLink(page) {
  try {
    openLink(await page.api.post("/device-links"), {
      title: t("menu.phone"),
      note: t("devices.phone_note"),
      page,
    })
  } catch (problem) {
    page.toast.say(problem.message)
  }
}
