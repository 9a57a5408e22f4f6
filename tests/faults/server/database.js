import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const SCRIPT = fileURLToPath(new URL("database.py", import.meta.url))

/** The server's SQLite file, seen by another program. */
export class Database {
  #file

  constructor(folder) {
    this.#file = path.join(folder, "stonechat.db")
  }

  async makeRooms(names) {
    await promisify(execFile)("python3", [SCRIPT, "make-rooms", this.#file, ...names])
  }

  /**
   * Everything that is stored, at one moment.
   * @returns {Promise<{rooms: Map<string, {seq: number, messages: object[]}>, integrity: string[]}>}
   */
  async read() {
    const reading = spawn("python3", [SCRIPT, "read", this.#file], { stdio: ["ignore", "pipe", "inherit"] })
    const ended = once(reading, "close")
    const [rooms, integrity] = [new Map(), []]
    for await (const line of createInterface(reading.stdout)) {
      const row = JSON.parse(line)
      if (row.message) rooms.get(row.room).messages.push(row.message)
      else if (row.room) rooms.set(row.room, { seq: row.seq, messages: [] })
      else integrity.push(row.integrity)
    }
    const [code] = await ended
    if (code !== 0) throw new Error(`the database cannot be read: python3 ended with ${code}`)
    return { rooms, integrity }
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
