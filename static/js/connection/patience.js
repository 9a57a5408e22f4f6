import { pause } from "../helpers/timing.js"

/**
 * Asks until the server can answer; null if it refuses or is away.
 * @param {import("./connection.js").Request} request
 * @param {import("../helpers/timing.js").Clock} clock
 */
export async function askPatiently(request, clock, event, data) {
  for (;;) {
    try {
      return await request(event, data)
    } catch (error) {
      if (!error.isTransient) return null
      await pause(clock, error.retryAfterMs)
    }
  }
}
