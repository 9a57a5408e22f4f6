import path from "node:path"
import { Program } from "./program.js"
import { PROGRAM } from "./stonechat.js"

const ECHO = path.join(path.dirname(PROGRAM), "examples/echo")
const READY = /^Echoing at (http:\/\/\S+)$/

/** `examples/echo`: says back what it is told, in the namespaces `/` and `/custom`. */
export class Echo {
  url = ""
  #program

  static async start() {
    const echo = new Echo()
    echo.#program = Program.start(ECHO, [])
    const [, url] = await echo.#program.says(READY)
    echo.url = url
    return echo
  }

  stop() {
    return this.#program.end("SIGKILL")
  }
}
