import { openLink } from "../link_dialog.js"

const NOTE = `Point the phone’s camera at the code, or open the link there. Whoever has it can come in as you:
  keep it to yourself.`

/**
 * A link that signs in another device as oneself.
 * @param {import("../page.js").Page} page
 */
export async function openPhoneLink(page) {
  try {
    openLink(await page.api.post("/device-links"), {
      title: "Sign in on a phone",
      note: NOTE,
      page,
    })
  } catch (problem) {
    page.toast.say(problem.message)
  }
}
