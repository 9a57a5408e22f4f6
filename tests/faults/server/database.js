import { spawn } from "node:child_process"
import { once } from "node:events"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { KEYS } from "../checker/standings.js"

const SCRIPT = fileURLToPath(new URL("database.py", import.meta.url))

/** The server's SQLite file, seen by another program. */
export class Database {
  #file

  constructor(folder) {
    this.#file = path.join(folder, "stonechat.db")
  }

  /**
   * Everything that is stored, at one moment.
   * @returns {Promise<{rooms: Map<string, {seq: number, messages: object[]}>, standing: Map<string, *>,
   *   integrity: string[]}>} `standing` has what is so, by the names of KEYS
   */
  async read() {
    const reading = spawn("python3", [SCRIPT, "read", this.#file], { stdio: ["ignore", "pipe", "inherit"] })
    const ended = once(reading, "close")
    const [rooms, standing, integrity] = [new Map(), new Map(), []]
    for await (const line of createInterface(reading.stdout)) {
      const row = JSON.parse(line)
      if (row.message) rooms.get(row.room).messages.push(row.message)
      else if (row.stands) note(standing, row)
      else if (row.room) noteRoom({ rooms, standing }, row)
      else integrity.push(row.integrity)
    }
    const [code] = await ended
    if (code !== 0) throw new Error(`the database cannot be read: python3 ended with ${code}`)
    return { rooms, standing, integrity }
  }

  /** Locks everybody else out who wants to write; answers with what lets them in again. */
  async lock() {
    const holding = spawn("python3", [SCRIPT, "lock", this.#file], { stdio: ["pipe", "pipe", "inherit"] })
    await once(holding.stdout, "data")
    return async () => {
      const ended = once(holding, "exit")
      holding.stdin.end()
      await ended
    }
  }
}

function noteRoom({ rooms, standing }, { room, seq, kind, archived }) {
  rooms.set(room, { seq, messages: [] })
  standing.set(KEYS.kind(room), kind)
  if (archived) standing.set(KEYS.archived(room), true)
}

function note(standing, { stands, room, user, value }) {
  if (stands === "role") standing.set(KEYS.role(user), value)
  else standing.set(KEYS[stands](room, user), true)
  if (stands === "member" && value) standing.set(KEYS.moderator(room, user), true)
}
