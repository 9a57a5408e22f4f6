import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

export function showPassword(element, { api, toast }, close) {
  new Form(find("form", element), async ({ old, new: wanted }) => {
    await api.put("/me/password", { old, new: wanted }).catch((problem) => {
      throw atField(problem)
    })
    toast.say(t("profile.password_changed"))
    close()
  })
}

/** Of two passwords, the server says by its code which one is wrong. */
function atField(problem) {
  if (problem.code === "credentials_wrong") problem.field = "old"
  else if (problem.field === "password") problem.field = "new"
  return problem
}
