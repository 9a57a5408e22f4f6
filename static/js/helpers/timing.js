// A page that nobody sees gets no frames, but its title still counts.
const FRAMELESS_MS = 250

/**
 * The clock that everything with a sense of time is given, so that tests can turn its hands.
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since 1970
 * @property {(callback: () => void, delay: number) => unknown} after
 * @property {(timer: unknown) => void} cancel
 */

/** @type {Clock} */
export const systemClock = {
  now: () => Date.now(),
  after: (callback, delay) => setTimeout(callback, delay),
  cancel: (timer) => clearTimeout(/** @type {number} */ (timer)),
}

/** A promise kept after `delay` milliseconds of the clock. */
export function pause(clock, delay) {
  return new Promise((resolve) => clock.after(resolve, delay))
}

/** A number of milliseconds between the two, so that many clients do not all act at once. */
export function randomDelay(from, to) {
  return from + Math.random() * (to - from)
}

/** Gathers the calls before the next frame into a single call of `work`. */
export function oncePerFrame(work) {
  let isDue = false
  const run = () => {
    if (!isDue) return
    isDue = false
    work()
  }
  return () => {
    if (isDue) return
    isDue = true
    requestAnimationFrame(run)
    setTimeout(run, FRAMELESS_MS)
  }
}
