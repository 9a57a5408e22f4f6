import { openDialog } from "./dialog.js"
import { required } from "./fields.js"
import { Form } from "./form.js"
import { find, findAll } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/** @param {import("./page.js").Page} page */
export function openCreateRoom(page) {
  const { chat, commands } = page
  const element = openDialog("create-room-dialog")
  const form = new Form(find("form", element), async ({ title, kind, topic }) => {
    const name = required(title.trim(), t("error.bad_field_title"), "title")
    const room = await commands.create({ title: name, kind, topic: topic.trim() })
    element.close()
    page.open(room)
  })
  const kinds = allowedKinds(chat.may)
  for (const choice of findAll("[name=kind]", element)) {
    choice.closest("label").hidden = !kinds.includes(choice.value)
  }
  form.fill({ kind: kinds[0] })
  form.focus()
}

function allowedKinds(may) {
  return may.includes("create_room") ? ["open", "read_only", "closed"] : ["closed"]
}
