/**
 * Some browsers lay the keyboard of a touch screen over the page, and tell its size by what is left in
 * sight. The page then ends where the keyboard begins, so that it covers nothing.
 * @param {VisualViewport} viewport
 * @param {CSSStyleDeclaration} style of the page, where its size goes
 */
export function stayAboveKeyboard(viewport, style) {
  const update = () => {
    // Who has zoomed in sees less too.
    const covered = viewport.scale > 1 ? 0 : Math.max(0, innerHeight - viewport.height)
    style.setProperty("--keyboard-size", `${covered}px`)
    // The browser has moved the page up to show the field; there is no need any more.
    if (covered) scrollTo(0, 0)
  }
  viewport.addEventListener("resize", update)
}
