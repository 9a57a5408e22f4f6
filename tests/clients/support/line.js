import assert from "node:assert/strict"
import { once } from "node:events"
import { connect, createServer } from "node:net"
import { Transform } from "node:stream"
import { eventually, within } from "./waiting.js"

/** The line between clients and the server. It can be cut, or go dead with nobody told. */
export class Line {
  url = ""
  #server
  /** The two ends of each connection through it. */
  #pairs = new Set()
  #lateness
  #isBroken = false

  /** @param {number} lateness in ms, of what is said over a WebSocket: a slow upgrade, for instance */
  static async to(url, lateness = 0) {
    const line = new Line()
    line.#lateness = lateness
    const { hostname, port } = new URL(url)
    line.#server = createServer((near) => line.#lay(near, connect({ host: hostname, port: Number(port) })))
    line.#server.listen(0, "127.0.0.1")
    await once(line.#server, "listening")
    line.url = `http://127.0.0.1:${line.#server.address().port}`
    return line
  }

  /** Breaks off in the middle of whatever is said; both ends notice, and may connect again. */
  cut() {
    for (const { near, far, isDead } of this.#pairs) {
      if (isDead) continue
      near.destroy()
      far.destroy()
    }
  }

  /** Breaks off, and stays broken. */
  break() {
    this.#isBroken = true
    this.cut()
  }

  mend() {
    this.#isBroken = false
  }

  /**
   * Stays broken without the server being told: it reaches nobody through the connections that there are.
   * `givenUp` is kept when it has given up all of them.
   */
  async goDead() {
    // With long-polling there is none for a moment.
    await eventually(() => assert.notEqual(this.#pairs.size, 0))
    this.#isBroken = true
    const pairs = [...this.#pairs]
    const givenUp = pairs.map((pair) => once(pair.far, "close"))
    for (const pair of pairs) {
      pair.isDead = true
      pair.far.unpipe()
      pair.far.resume()
      pair.near.unpipe()
      pair.near.destroy()
    }
    return { givenUp: within(Promise.all(givenUp), "the server to give up the dead line") }
  }

  close() {
    this.#server.close()
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
  }

  // Internal

  #lay(near, far) {
    if (this.#isBroken) near.destroy()
    const pair = { near, far, isDead: false }
    this.#pairs.add(pair)
    near.pipe(delay(this.#lateness)).pipe(far)
    far.pipe(near)
    for (const [end, other] of [[near, far], [far, near]]) {
      end.setNoDelay(true)
      // The end of a line that was cut is no failure of a test.
      end.on("error", () => {})
      end.on("close", () => {
        if (pair.isDead && end === near) return
        this.#pairs.delete(pair)
        // An end in order goes the way of what was said before it.
        if (!end.readableEnded) other.destroy()
      })
    }
  }
}

/** Lets through what a client says, later if it says it over a WebSocket, and in its order. */
function delay(ms) {
  let lateness
  return new Transform({
    transform(chunk, _, done) {
      lateness ??= chunk.includes("transport=websocket") ? ms : 0
      setTimeout(() => this.push(chunk), lateness)
      done()
    },
    flush: (done) => void setTimeout(done, lateness),
  })
}
