import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Program } from "./program.js"

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url))
export const PROGRAM = path.resolve(process.env.STONECHAT_BIN ?? path.join(ROOT, "target/debug/stonechat"))
const READY = /^Stonechat is ready at (http:\/\/\S+:(\d+))$/

// Rooms are made in the database: no command of the wire makes one. Python has SQLite built in.
const MAKE_ROOM = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as database:
    database.execute("INSERT INTO rooms (id, name, created_at) SELECT MAX(id) + 1, ?, 0 FROM rooms", sys.argv[2:])
`

// Time cannot be turned back for the server, but for what it has stored.
const AGE = `
import sqlite3, sys
path, up_to, days = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with sqlite3.connect(path, timeout=30) as database:
    database.execute("UPDATE messages SET sent_at = sent_at - ? WHERE seq <= ?", (days * 86400000, up_to))
`

/**
 * The real server as a process of its own, with a data folder of its own. It keeps folder and port
 * when it is killed and started again, as it would on the machine of somebody who hosts it.
 */
export class Stonechat {
  url = ""
  #port = 0
  #data
  #program
  #log = []

  /** @param {Record<string, string | number | boolean>} settings by their names, as in "limits.message_bytes" */
  static async start(settings = {}) {
    if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}: build it, or say in STONECHAT_BIN where it is`)
    const server = new Stonechat()
    server.#data = await mkdtemp(path.join(tmpdir(), "stonechat-test-"))
    try {
      await server.startAgain(settings)
    } catch (error) {
      await server.remove()
      throw error
    }
    return server
  }

  /** What the process has printed, over all its lives. */
  get log() {
    return this.#log.join("\n")
  }

  // Lifecycle

  async startAgain(settings = {}) {
    const args = ["--port", String(this.#port), "--data", this.#data]
    this.#program = Program.start(PROGRAM, args, { cwd: ROOT, env: environment(settings), log: this.#log })
    const [, url, port] = await this.#program.says(READY)
    this.url = url
    this.#port = Number(port)
  }

  /** Ends the process as a power cut would: it does not get to tidy up. */
  kill() {
    return this.#program.end("SIGKILL")
  }

  /** Ends the process as somebody who hosts it would. */
  stop() {
    return this.#program.end("SIGTERM")
  }

  /** Leaves it there without an answer for anybody: connections are taken, and nothing is said. */
  hang() {
    this.#program.signal("SIGSTOP")
  }

  goOn() {
    this.#program.signal("SIGCONT")
  }

  /** Ends the process and throws away what it kept. */
  async remove() {
    await this.kill()
    await rm(this.#data, { recursive: true, force: true })
  }

  // Actions

  makeRoom(name) {
    return this.#changeDatabase(MAKE_ROOM, name)
  }

  /** Makes the messages up to a number as old as that. */
  age(seq, days) {
    return this.#changeDatabase(AGE, String(seq), String(days))
  }

  // Internal

  async #changeDatabase(program, ...values) {
    await promisify(execFile)("python3", ["-c", program, path.join(this.#data, "stonechat.db"), ...values])
  }
}

/** The settings of whoever runs the tests stay out of them. */
export function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("STONECHAT_"))
  const given = Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])
  return Object.fromEntries([...own, ...given])
}

function variableOf(setting) {
  return `STONECHAT_${setting.replace(".", "__").toUpperCase()}`
}
