import { openDialog } from "./dialog.js"
import { nameTimes } from "./fields.js"
import { Form } from "./form.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/**
 * Asks for how long somebody is to stay out, and why.
 * @param {{name: string}} person
 * @param {object} options
 * @param {string} options.note what it means
 * @param {boolean} [options.canBanAddress]
 * @param {(ban: {forMs?: number, reason: string, address: boolean}) => Promise<unknown>} options.onBan
 */
export function openBan({ name }, { note, canBanAddress = false, onBan }) {
  const element = openDialog("ban-dialog", { title: t("ban.title", { name }) })
  nameTimes(find("[name=for_ms]", element))
  find("[data-note]", element).textContent = note
  find("[data-address]", element).hidden = !canBanAddress
  new Form(find("form", element), async ({ for_ms: forMs, reason, address }) => {
    await onBan({ forMs: forMs ? Number(forMs) : undefined, reason: reason.trim(), address })
    element.close()
  })
}
