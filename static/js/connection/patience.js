import { pause } from "../helpers/timing.js"

/**
 * Asks until the server can answer; null if it refuses or is away.
 * @param {import("./connection.js").Request} request
 * @param {import("../helpers/timing.js").Clock} clock
 * @param {number} [times] how often it is asked at most
 */
export async function askPatiently(request, clock, event, data, times = Infinity) {
  for (let asked = 1; ; asked += 1) {
    try {
      return await request(event, data)
    } catch (error) {
      if (!error.isTransient || asked >= times) return null
      await pause(clock, error.retryAfterMs)
    }
  }
}
