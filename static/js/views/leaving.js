/** Minds what is left to do when the page goes away. */
export class Leaving {
  /** @param {{isAtRisk: () => boolean, onLeaving: () => void}} options */
  constructor({ isAtRisk, onLeaving }) {
    // The browser then asks whether to leave: something that was written is kept nowhere yet.
    addEventListener("beforeunload", (event) => {
      if (isAtRisk()) event.preventDefault()
    })
    addEventListener("pagehide", onLeaving)
    // A phone gives no other sign.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) onLeaving()
    })
  }
}
