import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/** What holds for the whole place. */
export async function showSettings(element, { api, toast }) {
  const form = new Form(find("form", element), async (values) => {
    const { name, sign_up, guests, create_rooms } = values
    form.fill(await api.patch("/settings", { name: name.trim(), sign_up, guests, create_rooms }))
    toast.say(t("common.saved"))
  })
  // What is not here yet must not be saved.
  element.inert = true
  try {
    form.fill(await api.get("/settings"))
    element.inert = false
  } catch (problem) {
    form.show(problem)
  }
}
