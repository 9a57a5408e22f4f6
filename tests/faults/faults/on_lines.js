import { setTimeout as pause } from "node:timers/promises"

const DIRECTIONS = [["up"], ["down"], ["up", "down"]]

/** What can be done to the line of one client. */
export const ON_LINES = {
  cut({ line, chance, timeline }) {
    if (line.cut(chance) > 0) timeline.note("cut")
  },

  /** @param {AbortSignal} signal ends it early */
  async freeze({ line, chance, timeline, signal }) {
    const [directions, ms, dies] = [chance.among(DIRECTIONS), chance.between(200, 6_000), chance.percent(40)]
    if (line.freeze(directions) > 0) timeline.note("freeze", `${directions.join(" and ")} for ${ms} ms`)
    // Told to end early is not a failure.
    await pause(ms, undefined, { signal }).catch(() => {})
    if (dies) line.cut(chance)
    line.thaw()
  },
}
