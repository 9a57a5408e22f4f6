import { openDialog } from "./dialog.js"
import { formatMoment } from "../helpers/dates.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/**
 * Shows a link that the server has made, also as a code for a phone's camera.
 * @param {{url: string, qr: string, expires_at?: number}} link
 * @param {{title: string, note: string, page: import("./page.js").Page}} options
 */
export function openLink({ url, qr, expires_at: expiresAt }, { title, note, page }) {
  const element = openDialog("link-dialog", { title })
  find("[data-note]", element).textContent = note
  const code = find("[data-code]", element)
  code.alt = t("link.qr_code", { url })
  code.src = qr
  const end = expiresAt && formatMoment(expiresAt, page.clock.now())
  find("[data-lasts]", element).textContent = end ? t("link.lasts", { moment: end }) : ""
  const field = find("[data-link]", element)
  field.value = url
  find("[data-copy]", element).addEventListener("click", () => copyFrom(field, page.toast))
}

/** Shows a secret that the server tells only once. */
export function openSecret(secret, { title, note, page }) {
  const element = openDialog("secret-dialog", { title })
  find("[data-note]", element).textContent = note
  const field = find("[data-secret]", element)
  field.value = secret
  find("[data-copy]", element).addEventListener("click", () => copyFrom(field, page.toast))
}

/** Pages without TLS have no clipboard: what is to be copied is then selected at least. */
async function copyFrom(field, toast) {
  field.select()
  try {
    await navigator.clipboard.writeText(field.value)
    toast.say(t("common.copied"))
  } catch {
    toast.say(t(document.execCommand("copy") ? "common.copied" : "link.copy_by_hand"))
  }
}
