import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as pause } from "node:timers/promises"
import { Violation } from "../violation.js"
import { within } from "../waiting.js"
import { ROOT } from "../../clients/support/stonechat.js"

const READY = /^Stonechat is ready at /
const CLAIM = /\/#\/claim\/(\S+)$/
const START_MS = 15_000
/** What is promised to whoever hosts it: so long after SIGTERM, it has ended by itself. */
const STOP_MS = 5_000
const LOG_LINES = 200

/** The server as a process, over all its lives. It keeps its port and its folder. */
export class ServerProcess {
  url
  isUp = false
  /** With which somebody may become its owner. */
  claim
  /** The last that it printed. */
  log = []
  #program
  #args
  #environment
  #process
  #died
  #ended

  /**
   * @param {(violation: Violation) => void} died is told if it ends without having been told to
   * @param {() => void} ended is told whenever it has ended
   */
  constructor({ program, port, data, environment, died, ended }) {
    this.url = `http://127.0.0.1:${port}`
    this.#program = program
    this.#args = ["--port", String(port), "--data", data]
    this.#environment = environment
    this.#died = died
    this.#ended = ended
    process.once("exit", this.#killAtOnce)
  }

  // Lifecycle

  /** Answers once it serves. */
  async start() {
    const { child, ready } = this.#spawn()
    const ended = once(child, "exit").then(([code]) => {
      throw new Violation("the server starts", { code, log: this.log.slice(-10) })
    })
    // Once it has started, its end is somebody else's business.
    ended.catch(() => {})
    await within(Promise.race([ready, ended]), START_MS, "the server starts", () => ({ log: this.log.slice(-10) }))
    this.isUp = true
    child.once("exit", (code, signal) => {
      if (this.isUp) this.#died(new Violation("the server stays up", { code, signal, log: this.log.slice(-20) }))
    })
  }

  /** As a power cut would. */
  async kill() {
    await this.#end("SIGKILL")
  }

  /** A power cut while it starts. */
  async startAndKill(ms) {
    this.#spawn()
    await pause(ms)
    await this.kill()
  }

  /** As whoever hosts it would; it must end in order, and soon. */
  async stop() {
    const rule = "a server that is told to stop ends in time, with exit code 0"
    const [code, signal] = await within(this.#end("SIGTERM"), STOP_MS, rule, () => ({ log: this.log.slice(-10) }))
    if (code !== 0) throw new Violation(rule, { code, signal, log: this.log.slice(-10) })
  }

  close() {
    this.#killAtOnce()
    process.off("exit", this.#killAtOnce)
  }

  // Actions

  pause() {
    this.#process.kill("SIGSTOP")
  }

  goOn() {
    this.#process.kill("SIGCONT")
  }

  // Internal

  #killAtOnce = () => {
    this.isUp = false
    this.#process?.kill("SIGKILL")
  }

  #spawn() {
    const options = { cwd: ROOT, env: this.#environment, stdio: ["ignore", "pipe", "pipe"] }
    const child = spawn(this.#program, this.#args, options)
    this.#process = child
    child.once("exit", () => this.#ended())
    return { child, ready: new Promise((resolve) => this.#listen(child, resolve)) }
  }

  async #end(signal) {
    this.isUp = false
    const ended = once(this.#process, "exit")
    this.#process.kill(signal)
    return ended
  }

  #listen(child, ready) {
    const note = (line) => {
      this.log.push(line)
      if (this.log.length > LOG_LINES) this.log.shift()
      if (READY.test(line)) ready()
      this.claim = CLAIM.exec(line)?.[1] ?? this.claim
      if (line.includes("panicked at")) this.#died(new Violation("the server does not panic", { line }))
    }
    createInterface(child.stdout).on("line", note)
    createInterface(child.stderr).on("line", note)
  }
}

/** The settings of whoever runs this stay out of it. */
export function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("STONECHAT_"))
  const given = Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])
  return Object.fromEntries([...own, ...given])
}

function variableOf(setting) {
  return `STONECHAT_${setting.replace(".", "__").toUpperCase()}`
}
