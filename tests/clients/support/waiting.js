import { setTimeout as pause } from "node:timers/promises"

// For a busy machine: what works takes a fraction of it.
export const PATIENCE_MS = 30_000
const PROBE_MS = 20

/** The promise, unless it takes too long; `describe` tells what there is instead. */
export async function within(promise, what, describe = () => "") {
  const overdue = new AbortController()
  const failure = pause(PATIENCE_MS, undefined, { signal: overdue.signal }).then(() => {
    throw new Error(`waited ${PATIENCE_MS} ms for ${what}\n${describe()}`)
  })
  // Its end by being aborted is no failure.
  failure.catch(() => {})
  try {
    return await Promise.race([promise, failure])
  } finally {
    overdue.abort()
  }
}

/** Waits for an assertion to hold. If it never does, its last failure is the test's. */
export async function eventually(assertion) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await assertion()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await pause(PROBE_MS)
  }
}
