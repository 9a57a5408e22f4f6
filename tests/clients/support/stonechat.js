import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { within } from "./waiting.js"

const ROOT = fileURLToPath(new URL("../../../", import.meta.url))
const PROGRAM = path.resolve(process.env.STONECHAT_BIN ?? path.join(ROOT, "target/debug/stonechat"))
const READY = /^Stonechat is ready at (http:\/\/\S+:(\d+))$/

/**
 * The real server as a process of its own, with a data folder of its own. It keeps folder and port
 * when it is killed and started again, as it would on the machine of somebody who hosts it.
 */
export class Stonechat {
  url = ""
  #port = 0
  #data
  #process
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
    this.#process = spawn(PROGRAM, args, { cwd: ROOT, env: environment(settings), stdio: ["ignore", "pipe", "pipe"] })
    process.once("exit", this.#killAtOnce)
    createInterface(this.#process.stderr).on("line", (line) => this.#log.push(line))
    await within(this.#untilReady(), "the server to be ready", () => this.log)
  }

  /** Ends the process as a power cut would: it does not get to tidy up. */
  kill() {
    return this.#end("SIGKILL")
  }

  /** Ends the process as somebody who hosts it would. */
  stop() {
    return this.#end("SIGTERM")
  }

  /** Ends the process and throws away what it kept. */
  async remove() {
    await this.kill()
    await rm(this.#data, { recursive: true, force: true })
  }

  // Internal

  #killAtOnce = () => this.#process.kill("SIGKILL")

  async #end(signal) {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, "exit")
      this.#process.kill(signal)
      await within(exit, `the server to end after ${signal}`, () => this.log)
    }
    process.off("exit", this.#killAtOnce)
  }

  async #untilReady() {
    const lines = createInterface(this.#process.stdout)
    for await (const line of lines) {
      this.#log.push(line)
      const match = READY.exec(line)
      if (!match) continue
      this.url = match[1]
      this.#port = Number(match[2])
      return
    }
    throw new Error(`the server ended before it was ready:\n${this.log}`)
  }
}

/** The settings of whoever runs the tests stay out of them. */
function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("STONECHAT_"))
  const given = Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])
  return Object.fromEntries([...own, ...given])
}

function variableOf(setting) {
  return `STONECHAT_${setting.replace(".", "__").toUpperCase()}`
}
