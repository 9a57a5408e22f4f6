import { nameFields } from "../fields.js"
import { findAll } from "../../helpers/dom.js"

/**
 * Binds fields that are called as wishes to them: what is chosen holds at once, and what is chosen in
 * another window shows here.
 * @param {HTMLFormElement} form
 * @param {import("../../storage/settings.js").Settings} settings
 * @param {(wishes: import("../../storage/settings.js").Wishes) => void} [onShown]
 */
export function bindWishes(form, settings, onShown = () => {}) {
  nameFields(form)
  form.addEventListener("submit", (event) => event.preventDefault())
  form.addEventListener("change", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target)
    if (!target.name || !target.validity.valid) return
    settings.change({ [target.name]: valueOf(target) })
  })
  const unwatch = settings.watch((wishes) => {
    // The section is gone: another one shows, or the dialog is closed.
    if (!form.isConnected) {
      unwatch()
      return
    }
    for (const field of findAll("[name]", form)) if (field.name in wishes) show(field, wishes[field.name])
    onShown(wishes)
  })
}

/** A box that is not about yes and no says what it stands for. */
function valueOf({ type, checked, value, dataset }) {
  if (type !== "checkbox") return value
  return dataset.on ? (checked ? dataset.on : dataset.off) : checked
}

function show(field, wish) {
  if (field.type === "radio") field.checked = field.value === wish
  else if (field.type === "checkbox") field.checked = wish === (field.dataset.on ?? true)
  else field.value = wish
}
