import assert from "node:assert/strict"
import { WebSocket } from "ws"
import { within } from "./waiting.js"

export const SEPARATOR = "\u001e"

/** A session of HTTP long-polling, request by request. */
export class RawPolling {
  sid
  #path

  constructor(url, sid) {
    this.#path = `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`
    this.sid = sid
  }

  static async open(url) {
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
    const [packet] = await packetsOf(response)
    return new RawPolling(url, JSON.parse(packet.slice(1)).sid)
  }

  /** A session that is in the chat; answers what came with the welcome too. */
  static async join(url, name) {
    const session = await RawPolling.open(url)
    await session.post(`40${JSON.stringify({ name, recovery: false })}`)
    await session.until((packet) => packet.startsWith('42["joined"'))
    return session
  }

  /** @param {string[]} packets */
  async post(...packets) {
    const response = await this.request({ method: "POST", body: packets.join(SEPARATOR) })
    assert.deepEqual([response.status, await response.text()], [200, "ok"])
  }

  /** The packets of one answer. A ping among them is answered too. */
  async poll() {
    const packets = await packetsOf(await this.request())
    if (packets.includes("2")) await this.post("3")
    return packets
  }

  /** Polls until there is such a packet, and answers the packets of each answer. */
  async until(isLast) {
    const answers = []
    while (!answers.at(-1)?.some(isLast)) answers.push(await this.poll())
    return answers
  }

  request(options) {
    return within(fetch(this.#path, options), "the answer to a poll")
  }
}

export async function packetsOf(response) {
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return text.split(SEPARATOR)
}

/** A WebSocket that wants to take over the session `sid`, if there is one. */
export async function openWebSocket(url, { sid, headers } = {}) {
  const session = sid ? `&sid=${sid}` : ""
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket${session}`, { headers })
  const closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)))
  const packets = []
  const waiting = []
  socket.on("message", (data) => {
    packets.push(String(data))
    waiting.shift()?.()
  })
  const opened = new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject))
  await within(opened, "the WebSocket to open")
  return {
    send: (packet) => socket.send(packet),
    close: () => socket.close(),
    closed: () => within(closed, "the WebSocket to be closed"),
    async next() {
      if (packets.length === 0) {
        await within(new Promise((resolve) => waiting.push(resolve)), "a packet on the WebSocket")
      }
      return packets.shift()
    },
  }
}
