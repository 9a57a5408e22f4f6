import { openDialog } from "./dialog.js"
import { Form } from "./form.js"
import { find, findAll } from "../helpers/dom.js"

/** @param {import("./page.js").Page} page */
export function openCreateRoom(page) {
  const { chat, commands } = page
  const element = openDialog("create-room-dialog")
  const form = new Form(find("form", element), async ({ title, kind, topic }) => {
    const room = await commands.create({ title: title.trim(), kind, topic: topic.trim() })
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
