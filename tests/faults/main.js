import { setTimeout as pause } from "node:timers/promises"
import { Chance } from "./chance.js"
import { Counts } from "./counts.js"
import { Timeline } from "./faults/timeline.js"
import { beginReport, progress, report } from "./report.js"
import { Round } from "./round.js"
import { Clock } from "./server/clock.js"
import { Disk } from "./server/disk.js"
import { parseSettings } from "./settings.js"

const PROGRESS_MS = 10_000

process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

const settings = parseSettings(process.argv.slice(2))
settings.faults = settings.faults.filter(isPossible)
const chance = new Chance(settings.seed)
const counts = new Counts()
const timeline = new Timeline(counts)
const end = performance.now() + settings.minutes * 60_000

beginReport(settings)
const telling = setInterval(() => progress({ counts, secondsLeft: secondsUntil(end) }), PROGRESS_MS)
let played = { violations: [] }
while (played.violations.length === 0 && secondsUntil(end) > 0) played = await playRound()
clearInterval(telling)
process.exit(report({ settings, counts, timeline, ...played }))

/** Goes on until a rule is violated, or it has had its time. */
async function playRound() {
  const roundEnd = Math.min(end, performance.now() + settings.roundMinutes * 60_000)
  const round = new Round({ settings, chance: chance.fork(), counts, timeline })
  await round.start()
  while (secondsUntil(roundEnd) > 0 && round.violations.length === 0) {
    round.begin()
    await Promise.race([pause(1000 * Math.min(settings.checkpointSeconds, secondsUntil(roundEnd))), round.failed])
    await Promise.race([round.checkpoint(), round.failed])
  }
  if (round.violations.length === 0) await round.finish()
  const folder = await round.remove({ keep: settings.keep && round.violations.length > 0 })
  return { violations: round.violations, log: round.log, folder }
}

function secondsUntil(moment) {
  return Math.max(0, (moment - performance.now()) / 1000)
}

function isPossible(fault) {
  const lacks = {
    full: () => !Disk.canFill() && "a tmpfs cannot be mounted (run as root)",
    clock: () => !Clock.canJump() && "libfaketime is missing (install the Debian package faketime)",
  }
  const why = lacks[fault]?.()
  if (why) console.log(`!!! LEFT OUT: ${fault}, because ${why}`)
  return !why
}
