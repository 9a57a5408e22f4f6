import { once } from "node:events"
import { connect, createServer } from "node:net"

// A cut waits for something to be said, and cuts there; if nobody says anything, it cuts anyway.
const SILENCE_MS = 300

/** The line of one client to the server, which breaks in the middle of a word, or freezes with nobody told. */
export class Line {
  url = ""
  #server
  #port
  #pairs = new Set()
  /** Directions in which nothing gets through, also on connections to come. */
  #frozen = new Set()

  static async to(url) {
    const line = new Line()
    line.#port = Number(new URL(url).port)
    line.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => line.#lay(near))
    line.#server.listen(0, "127.0.0.1")
    await once(line.#server, "listening")
    line.url = `http://127.0.0.1:${line.#server.address().port}`
    return line
  }

  // Actions

  /** Cuts all connections through it, each within the next piece that is said. Answers how many there are. */
  cut(chance) {
    for (const pair of this.#pairs) pair.cutSoon(chance.among(["up", "down"]), chance.below(100), chance.percent(50))
    return this.#pairs.size
  }

  /** @param {("up" | "down")[]} directions */
  freeze(directions) {
    this.#frozen = new Set(directions)
    for (const pair of this.#pairs) pair.freeze(this.#frozen)
    return this.#pairs.size
  }

  /** Goes on, with everything that was said meanwhile. */
  thaw() {
    this.freeze([])
  }

  close() {
    this.#server.close()
    for (const pair of this.#pairs) pair.break(true)
  }

  // Internal

  #lay(near) {
    const far = connect({ host: "127.0.0.1", port: this.#port, allowHalfOpen: true, noDelay: true })
    const pair = new Pair(near, far)
    this.#pairs.add(pair)
    pair.freeze(this.#frozen)
    far.on("close", () => this.#pairs.delete(pair))
  }
}

/** One connection: the client's end, and the end that reaches the server. */
class Pair {
  #ends
  #frozen = new Set()
  #cut
  #isBroken = false

  constructor(near, far) {
    this.#ends = { up: near, down: far }
    this.#carry("up", near, far)
    this.#carry("down", far, near)
  }

  freeze(directions) {
    this.#frozen = directions
    for (const [direction, end] of Object.entries(this.#ends)) {
      if (directions.has(direction)) end.pause()
      else end.resume()
    }
  }

  cutSoon(direction, percent, isReset) {
    this.#cut = { direction, percent, isReset }
    setTimeout(() => this.break(isReset), SILENCE_MS).unref()
  }

  /** Both ends learn of it: at once and rudely, or in order. */
  break(isReset) {
    if (this.#isBroken) return
    this.#isBroken = true
    for (const end of Object.values(this.#ends)) {
      if (isReset) end.resetAndDestroy()
      else end.destroySoon()
    }
  }

  // Internal

  #carry(direction, from, to) {
    from.on("data", (chunk) => {
      if (this.#cut?.direction === direction) {
        const { percent, isReset } = this.#cut
        to.write(chunk.subarray(0, Math.floor((chunk.length * percent) / 100)))
        this.break(isReset)
      } else if (!to.write(chunk)) {
        from.pause()
        to.once("drain", () => this.#frozen.has(direction) || from.resume())
      }
    })
    from.on("end", () => to.end())
    // Its end by being cut is no failure of ours.
    from.on("error", () => to.resetAndDestroy())
    from.on("close", () => to.destroySoon())
  }
}
