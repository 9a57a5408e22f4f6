import { openDialog } from "./dialog.js"
import { Form } from "./form.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { textOf } from "../models/message.js"

/**
 * Asks what is wrong with a message, and tells the moderators.
 * @param {import("../models/room.js").Room} room
 * @param {import("../models/message.js").Message} message
 * @param {import("./page.js").Page} page
 */
export function openReport(room, message, { commands, toast }) {
  const element = openDialog("report-dialog")
  find(".dialog__quote", element).textContent = textOf(message)
  new Form(find("form", element), async ({ reason }) => {
    await commands.report(room, message, reason.trim())
    element.close()
    toast.say(t("report.thanks"))
  }).focus()
}
