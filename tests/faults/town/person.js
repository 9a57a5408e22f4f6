import { Line } from "../clients/line.js"
import { Http } from "./http.js"
import { TownDevice } from "./device.js"

const ANSWER_MS = 2_000

/** Somebody in the town, with two devices, who does things over the wire and over HTTP. */
export class Person {
  id
  name
  /** owner, account, bot or guest: what one stays. */
  sort
  http
  devices = []
  lines = []
  #identity
  #scene

  constructor({ name, sort, token, id }, scene) {
    this.name = name
    this.sort = sort
    this.id = id
    this.#identity = token ? { token } : { name }
    this.#scene = scene
  }

  get token() {
    return this.#identity.token
  }

  get isHere() {
    return this.devices.some(({ isReady }) => isReady)
  }

  /** Comes in on one device; the next one is the same person. */
  async comeIn(way, until) {
    const line = await Line.to(this.#scene.url)
    this.lines.push(line)
    const { name } = this
    const device = new TownDevice({ ...this.#scene, way, name, url: line.url, identity: this.#identity })
    this.devices.push(device)
    await until(() => device.isReady)
    this.id = device.userId
    this.http ??= new Http(line.url, () => this.token)
  }

  // Actions

  /**
   * Does something once, and notes it.
   * @param {{wire?: [string, object], http: [string, string, object?]}} command
   */
  async does(act, { wire, http: [method, path, body] }) {
    const { chance, chronicle, counts } = this.#scene
    const ready = this.devices.filter(({ isReady }) => isReady)
    const device = wire && ready.length > 0 && chance.percent(60) ? chance.among(ready) : undefined
    const begun = chronicle.begins({ ...act, by: this.id, over: device ? "wire" : "http" })
    const answer = device ? await device.ask(...wire, ANSWER_MS) : await this.http.ask(method, path, body, ANSWER_MS)
    chronicle.ends(begun, answer)
    counts.add(`${act.action} ${begun.outcome === "ok" || begun.outcome === "unanswered" ? begun.outcome : "refused"}`)
    counts.add(`over ${begun.over}`)
    return { answer, outcome: begun.outcome }
  }

  fold() {
    for (const device of this.devices) device.fold()
  }

  close() {
    for (const device of this.devices) device.close()
    for (const line of this.lines) line.close()
  }
}
