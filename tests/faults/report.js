import { RULES } from "./checker/check.js"
import { CATCHES_UP } from "./violation.js"

const SHOWN_VIOLATIONS = 20
const SHOWN_CHARACTERS = 4_000
/** What has to have happened for a run to say anything; the faults that are switched on come to it. */
const ALWAYS = [
  "sends", "edits", "deletes", "events", "checkpoints", "town events", "room events", "removed removed",
  "removed banned", "over wire", "over http", "sign-ins ended", "post ok", "post refused", "join ok", "join refused",
  "leave ok", "invite ok", "invite refused", "remove ok", "remove refused", "mute ok", "ban ok", "unban ok",
  "moderator ok", "role ok", "archived ok", "erase ok", "read refused",
]
/** What a fault is counted as, if not under its own name. */
const COUNTED_AS = { retry: ["retries", "duplicates"] }
/** What comes of faults; a run without faults does without. */
const CONSEQUENCES = ["reconnects", "recoveries", "syncs"]

export function beginReport({ seed, minutes, faults, planted, program }) {
  const bug = planted ? `, with the planted bug ${planted}` : ""
  console.log(`seed ${seed}: ${minutes} minutes of ${faults.join(", ") || "no faults"}${bug}\n${program}`)
}

export function progress({ counts, secondsLeft }) {
  const some = ["sends", "edits", "deletes", "kill", "cut", "reconnects", "recoveries", "checkpoints"]
  const memory = Math.round(process.memoryUsage().rss / 1e6)
  const counted = some.map((what) => `${counts.of(what)} ${what}`).join(", ")
  console.log(`${String(Math.round(secondsLeft)).padStart(5)} s left: ${counted}; ${memory} MB`)
}

/** Tells how it went; answers the exit code. */
export function report(run) {
  const { settings, counts, violations } = run
  for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) describe(violation)
  if (violations.length > SHOWN_VIOLATIONS) console.log(`... and ${violations.length - SHOWN_VIOLATIONS} more`)
  if (violations.length > 0) describeRun(run)
  console.log(`seed ${settings.seed}: ${counts.all.map(([what, count]) => `${count} ${what}`).join(", ")}`)
  return settings.planted ? reportPlanted(run) : reportRules(run)
}

function reportRules({ settings, counts, violations }) {
  const never = expected(settings.faults).filter((what) => counts.of(what) === 0)
  for (const what of never) console.log(`NEVER HAPPENED: ${what}; the run says nothing`)
  const broken = new Set(violations.map(({ rule }) => rule))
  const failed = broken.size + never.length
  const kept = Object.keys(RULES).filter((rule) => !broken.has(rule)).length
  console.log(`${kept + expected(settings.faults).length - never.length} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** Whether everybody is there, and somebody has not heard the last; a server that does not even start is no find. */
function isBehind({ rule, sides }) {
  return rule === CATCHES_UP && sides.away.length === 0 && sides.late.every(({ isThere }) => isThere)
}

function reportPlanted({ settings, violations }) {
  const caught = violations.find((violation) => violation.rule in RULES || isBehind(violation))
  if (caught) console.log(`the planted bug ${settings.planted} was caught: ${caught.rule}`)
  else console.log(`THE PLANTED BUG ${settings.planted} WAS NOT CAUGHT`)
  console.log(caught ? "1 passed, 0 failed" : "0 passed, 1 failed")
  return caught ? 0 : 1
}

function expected(faults) {
  const consequences = faults.length > 0 ? CONSEQUENCES : []
  return [...ALWAYS, ...consequences, ...faults.flatMap((fault) => COUNTED_AS[fault] ?? [fault])]
}

function describe({ rule, sides }) {
  console.log(`\nVIOLATED: ${rule}`)
  for (const [side, what] of Object.entries(sides)) {
    const text = typeof what === "string" ? what : JSON.stringify(what)
    console.log(`  ${side}: ${text?.slice(0, SHOWN_CHARACTERS)}`)
  }
}

function describeRun({ settings, timeline, log, folder }) {
  console.log(`\nseed ${settings.seed}; the last faults before:`)
  for (const fault of timeline.newest) console.log(`  ${fault}`)
  console.log("the last that the server said:")
  for (const line of log?.slice(-10) ?? []) console.log(`  ${line}`)
  if (folder) console.log(`its data is kept in ${folder}`)
  console.log()
}
