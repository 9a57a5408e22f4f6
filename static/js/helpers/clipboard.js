/**
 * Pages without TLS have no clipboard, but may still copy what is selected.
 * @returns {Promise<boolean>} whether it could be copied
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

function copySelected(text) {
  const field = document.createElement("textarea")
  const before = /** @type {HTMLElement | null} */ (document.activeElement)
  field.value = text
  field.className = "visually-hidden"
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand("copy")
  field.remove()
  before?.focus({ preventScroll: true })
  return isCopied
}
