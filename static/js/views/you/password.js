import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"

export function showPassword(element, { api, toast }, close) {
  new Form(find("form", element), async ({ old, new: wanted }) => {
    await api.put("/me/password", { old, new: wanted })
    toast.say("Your password is changed.")
    close()
  })
}
