import { setTimeout as pause } from "node:timers/promises"
import { mayEnd } from "./ending.js"
import { diskIsFull } from "./full_disk.js"

/** What can be done to the server. Each takes { server, chance, ... }, notes what it does, and leaves it serving. */
export const ON_SERVER = {
  async kill({ server, chance, timeline }) {
    const downMs = chance.percent(50) ? 0 : chance.below(1_500)
    timeline.note("kill", `down for ${downMs} ms`)
    await server.kill()
    await pause(downMs)
    if (chance.percent(15)) {
      const upMs = chance.below(60)
      timeline.note("kill", `${upMs} ms after it was started`)
      await server.startAndKill(upMs)
    }
    await server.start()
  },

  async sigterm({ server, chance, timeline }) {
    const downMs = chance.below(1_000)
    timeline.note("sigterm", `down for ${downMs} ms`)
    await server.stop()
    await pause(downMs)
    await server.start()
  },

  async pause({ server, chance, timeline }) {
    const ms = chance.between(200, 6_000)
    timeline.note("pause", `for ${ms} ms`)
    server.pause()
    await pause(ms)
    server.goOn()
  },

  async lock(scene) {
    const { server, database, chance, timeline } = scene
    const ms = chance.between(300, 9_000)
    timeline.note("lock", `for ${ms} ms`)
    const unlock = await database.lock()
    try {
      await pause(ms)
      await mayEnd(scene, "while another program has the database locked")
    } finally {
      await unlock()
    }
    if (!server.isUp) await server.start()
  },

  async clock({ clock, chance, timeline }) {
    const hours = chance.between(-12, 12)
    timeline.note("clock", `to ${hours} hours from now`)
    clock.jump(hours * 3600)
    await pause(chance.below(1_000))
  },

  full: diskIsFull,
}
