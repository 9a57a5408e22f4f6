import { setTimeout as pause } from "node:timers/promises"
import { newestOf } from "../clients/history.js"
import { LOBBY } from "../rooms.js"
import { mayEnd } from "./ending.js"
import { until, within } from "../waiting.js"

// The log of SQLite has room for some messages yet.
const REFUSED_MS = 30_000
const HEALTH_MS = 10_000
const READING_MS = 5_000
const HEALED_MS = 10_000

/** The disk is full for a while: senders are told so, reading goes on, and it heals by itself. */
export async function diskIsFull(scene) {
  const { server, disk, chance, counts, timeline } = scene
  const refused = () => counts.of("refused storage")
  const sent = () => counts.of("sends")
  const before = refused()
  timeline.note("full")
  disk.fill()
  try {
    await until(() => refused() > before, REFUSED_MS, "while the disk is full, senders are told \"storage\"")
    await saysHealth(server, 503, "storage")
    await within(newestOf(server.url, LOBBY), READING_MS, "while the disk is full, reading goes on")
    await pause(chance.below(3_000))
    await mayEnd(scene, "while the disk is full")
  } finally {
    disk.makeRoom()
  }
  if (!server.isUp) await server.start()
  await saysHealth(server, 200, "ok")
  const healed = sent()
  await until(() => sent() > healed, HEALED_MS, "when the disk has room again, messages are stored again")
}

async function saysHealth(server, status, word) {
  let last
  const asks = async () => {
    const response = await fetch(`${server.url}/health`)
    last = { status: response.status, body: await response.text() }
    return last.status === status && JSON.parse(last.body).status === word
  }
  await until(asks, HEALTH_MS, `/health says ${status} "${word}"`, () => ({ said: last }))
}
