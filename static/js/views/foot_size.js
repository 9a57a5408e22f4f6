/**
 * What lies over the chat leaves free what one writes in, however much is written there.
 * @param {Element} foot of the room
 * @param {CSSStyleDeclaration} style of the page, where its height goes
 */
export function tellFootSize(foot, style) {
  const observer = new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => {
    style.setProperty("--foot-size", `${blockSize}px`)
  })
  observer.observe(foot, { box: "border-box" })
}
