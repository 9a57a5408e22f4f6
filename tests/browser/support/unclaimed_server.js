import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { Program } from "../../clients/support/program.js"
import { PROGRAM, ROOT, environment } from "../../clients/support/stonechat.js"

const CLAIM = /^Nobody owns this server yet\. Claim it at ((http:\/\/[^/]+)\/#\/claim\/\S+)$/

/** The real server on the day it is installed: nobody owns it, and it prints the link to claim it. */
export class UnclaimedServer {
  url = ""
  claimLink = ""
  #data
  #program
  #log = []

  /** @param {Record<string, string | number | boolean>} settings as of Stonechat */
  static async start(settings = {}) {
    const server = new UnclaimedServer()
    server.#data = await mkdtemp(path.join(tmpdir(), "stonechat-test-"))
    const args = ["--port", "0", "--data", server.#data]
    server.#program = Program.start(PROGRAM, args, { cwd: ROOT, env: environment(settings), log: server.#log })
    try {
      const [, claimLink, url] = await server.#program.says(CLAIM)
      return Object.assign(server, { claimLink, url })
    } catch (error) {
      await server.remove()
      throw error
    }
  }

  /** What the process has printed until it was ready, and what it complained of since. */
  get log() {
    return this.#log.join("\n")
  }

  async remove() {
    await this.#program.end("SIGKILL")
    await rm(this.#data, { recursive: true, force: true })
  }
}
