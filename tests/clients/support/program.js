import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { within } from "./waiting.js"

/** A process that tests run against. It does not outlive them. */
export class Program {
  #name
  #process
  #log

  /** @param {string[]} log what it prints is added to */
  static start(path, args, { log = [], ...options } = {}) {
    const program = new Program()
    program.#name = path
    program.#log = log
    program.#process = spawn(path, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
    process.once("exit", program.#killAtOnce)
    createInterface(program.#process.stderr).on("line", (line) => log.push(line))
    return program
  }

  /** Waits for a line on standard output, and answers what the pattern found in it. */
  says(pattern) {
    return within(this.#untilItSays(pattern), `${this.#name} to say ${pattern}`, () => this.#log.join("\n"))
  }

  signal(name) {
    this.#process.kill(name)
  }

  async end(signal) {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, "exit")
      this.#process.kill(signal)
      await within(exit, `${this.#name} to end after ${signal}`, () => this.#log.join("\n"))
    }
    process.off("exit", this.#killAtOnce)
  }

  // Internal

  #killAtOnce = () => this.#process.kill("SIGKILL")

  async #untilItSays(pattern) {
    const failed = once(this.#process, "error").then(([error]) => Promise.reject(error))
    return Promise.race([this.#lineLike(pattern), failed])
  }

  async #lineLike(pattern) {
    for await (const line of createInterface(this.#process.stdout)) {
      this.#log.push(line)
      const match = pattern.exec(line)
      if (match) return match
    }
    throw new Error(`${this.#name} ended before it said ${pattern}:\n${this.#log.join("\n")}`)
  }
}
