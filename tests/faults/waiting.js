import { setTimeout as pause } from "node:timers/promises"
import { Violation } from "./violation.js"

const PROBE_MS = 20

/** The promise; if it takes longer, the rule is violated. */
export async function within(promise, ms, rule, sides = () => ({})) {
  const overdue = new AbortController()
  const failure = pause(ms, undefined, { signal: overdue.signal }).then(() => {
    throw new Violation(rule, { waited_ms: ms, ...sides() })
  })
  // Its end by being aborted is no failure.
  failure.catch(() => {})
  try {
    return await Promise.race([promise, failure])
  } finally {
    overdue.abort()
  }
}

/** Answers what `probe` answers as soon as that is true; if it never is, the rule is violated. */
export async function until(probe, ms, rule, sides = () => ({})) {
  const deadline = performance.now() + ms
  for (;;) {
    const found = await probe()
    if (found) return found
    if (performance.now() > deadline) throw new Violation(rule, { waited_ms: ms, ...sides() })
    await pause(PROBE_MS)
  }
}
