import { describeDuration } from "../helpers/durations.js"

let made = 0

/** An id that no other element has, by which elements refer to each other. */
export function freshId() {
  made += 1
  return `field-${made}`
}

/** Has a field named by its label alone, and not by what it offers or what is wrong: the hint below it describes it. */
export function nameFields(form) {
  for (const group of form.querySelectorAll(".field__group")) {
    const [label, hint] = [group.querySelector(".field__label"), group.querySelector(".field__hint")]
    const field = group.querySelector(".field")
    label.id = freshId()
    field.setAttribute("aria-labelledby", label.id)
    if (!hint) continue
    hint.id = freshId()
    field.setAttribute("aria-describedby", hint.id)
  }
}

/** Has the choices among times say how long each is; what is no time has a text of its own. */
export function nameTimes(select, unitMs = 1) {
  for (const option of select.options) {
    if (Number(option.value)) option.textContent = describeDuration(Number(option.value) * unitMs)
  }
}

/** @returns {string} the value, which a form refuses to send without */
export function required(value, message, field) {
  if (!value) throw Object.assign(new Error(message), { field })
  return value
}

/** Shows beside a field what is wrong with it. */
export function showFieldError(field, message) {
  const error = document.createElement("span")
  error.className = "field__error"
  error.id = freshId()
  error.setAttribute("role", "alert")
  field.setAttribute("aria-invalid", "true")
  field.setAttribute("aria-errormessage", error.id)
  field.after(error)
  error.textContent = message
}

export function clearFieldError(field) {
  if (field.getAttribute("aria-invalid") !== "true") return
  document.getElementById(field.getAttribute("aria-errormessage"))?.remove()
  field.removeAttribute("aria-invalid")
  field.removeAttribute("aria-errormessage")
}
