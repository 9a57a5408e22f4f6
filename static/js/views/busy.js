/**
 * Does what a button begins; until that is done, pressing it again does nothing. The button keeps the keyboard's
 * place meanwhile, which one that is disabled would lose.
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown> | unknown} act
 */
export async function whileBusy(button, act) {
  if (button.getAttribute("aria-busy") === "true") return
  show(button, true)
  try {
    await act()
  } finally {
    show(button, false)
  }
}

function show(button, isBusy) {
  button.setAttribute("aria-busy", String(isBusy))
  button.setAttribute("aria-disabled", String(isBusy))
}
