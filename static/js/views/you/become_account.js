import { openDialog } from "../dialog.js"
import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/**
 * A guest becomes an account, and keeps what they wrote.
 * @param {import("../page.js").Page} page
 */
export function openBecomeAccount({ chat, signIn, toast }) {
  const element = openDialog("account-dialog")
  const form = new Form(find("form", element), async (values) => {
    await signIn.signUp(values)
    element.close()
    toast.say(t("account.made"))
  })
  form.fill({ name: chat.me.name })
  form.focus()
}
