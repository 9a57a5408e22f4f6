import { setTimeout as pause } from "node:timers/promises"
import { KEYS } from "../checker/standings.js"
import { messageOf } from "../clients/view.js"
import { WAYS } from "../clients/ways.js"
import { OTHER_ROOMS } from "../rooms.js"
import { until } from "../waiting.js"
import { Deeds } from "./deeds.js"
import { Http } from "./http.js"
import { Person } from "./person.js"
import { SignOuts } from "./sign_outs.js"

const ACCOUNTS = 3
const BOTS = 2
const GUESTS = 3
/** How many things are done at the same time. */
const AT_ONCE = 4
const PASSWORD = "correct horse battery"
const BACK_MS = 60_000
const PAGE = 200
const PROBES = 24
const MUST_AGAIN_MS = 200
/**
 * Who is put out of a room and taken in again while they are away is recovered with a gap of which only the numbers
 * tell; the readers, whose rooms stay theirs, are recovered.
 */
const WAYS_TO_TOWN = WAYS.filter(({ isRecovered }) => !isRecovered)
const ASK_MS = 5_000
/** No fault lasts as long. */
const LONGEST_MS = 60_000

/** Rooms of all kinds; of some the kind changes. */
const ROOMS = [
  { title: "Square", kind: "open" },
  { title: "Market", kind: "open", mayChange: true },
  { title: "Notices", kind: "read_only" },
  { title: "Cellar", kind: "closed" },
  { title: "Vault", kind: "closed" },
  { title: "Den", kind: "closed", mayChange: true },
]

/** Everybody who has to do with rooms and with who may what in them, besides those who only write and read. */
export class Town {
  /** @type {Person[]} */
  people = []
  /** @type {{name: string, kind: string, mayChange?: boolean}[]} */
  rooms = []
  #scene
  #owner
  #deeds
  #signOuts
  #longestPauseMs
  #atWork = []
  #isResting = true
  #names = 0

  /** @param {object} scene url, chance, ledger, record, chronicle, counts, died */
  constructor(scene) {
    const isTown = (room) => this.rooms.some(({ name }) => name === room)
    this.#scene = { ...scene, isTown }
  }

  get lines() {
    return this.people.flatMap(({ lines }) => lines)
  }

  // Its beginning

  /** Somebody becomes the owner of the server and makes the rooms, and everybody comes in. */
  async begin({ claim, longestPauseMs }) {
    this.#longestPauseMs = longestPauseMs
    const { url, chance, ledger, counts } = this.#scene
    const me = await new Http(url).must("POST", "/claim", { token: claim, name: "owner", password: PASSWORD })
    this.#owner = new Http(url, () => me.cookie)
    await this.#owner.must("PATCH", "/settings", { sign_up: "open" })
    for (const title of OTHER_ROOMS) await this.#owner.must("POST", "/rooms", { title, kind: "open" })
    this.people.push(new Person({ name: "owner", sort: "owner", token: me.cookie, id: me.user.id }, this.#scene))
    for (let count = 1; count <= ACCOUNTS; count++) this.people.push(await this.#newAccount(`citizen ${count}`))
    for (let count = 1; count <= BOTS; count++) {
      const { token, user } = await this.#owner.must("POST", "/bots", { name: `bot ${count}` })
      this.people.push(new Person({ name: user.name, sort: "bot", token, id: user.id }, this.#scene))
    }
    await this.#makeRooms()
    for (let count = 1; count <= GUESTS; count++) {
      this.people.push(new Person({ name: `stranger ${count}`, sort: "guest" }, this.#scene))
    }
    for (const [place, person] of this.people.entries()) {
      const wait = (probe) => until(probe, BACK_MS, "everybody comes in", () => ({ name: person.name }))
      for (const step of [0, 1]) await person.comeIn(WAYS_TO_TOWN[(place + step) % WAYS_TO_TOWN.length], wait)
    }
    for (const { http } of this.people) {
      for (const { name, kind } of this.rooms) if (isListed(kind)) await http.must("PUT", `/rooms/${name}/members/me`)
    }
    this.#deeds = new Deeds({ people: this.people, rooms: this.rooms, chance: chance.fork(), ledger, counts })
    this.#signOuts = new SignOuts({ ...this.#scene, chance: chance.fork(), people: this.people })
  }

  /** A token of an account for somebody who is not of the town; asked for until there is one. */
  async newToken(name) {
    const patience = performance.now() + LONGEST_MS
    while (performance.now() < patience) {
      const made = await this.#owner.ask("POST", "/bots", { name: `bot ${++this.#names} for ${name}` }, ASK_MS)
      if (made?.ok) return made.token
      await pause(MUST_AGAIN_MS)
    }
    throw new Error("no bot can be made")
  }

  // Its life

  work(failed) {
    this.#isResting = false
    this.#atWork = Array.from({ length: AT_ONCE }, () => this.#live())
    this.#atWork.push(this.#signOuts.work())
    for (const work of this.#atWork) work.catch(failed)
  }

  async rest() {
    this.#isResting = true
    this.#signOuts?.rest()
    await Promise.all(this.#atWork)
  }

  fold() {
    for (const person of this.people) person.fold()
  }

  close() {
    for (const person of this.people) person.close()
    this.#signOuts?.close()
  }

  // What there is to check

  /** What of a standing is the town's. */
  partOf(standing) {
    const people = new Set(this.people.map(({ id }) => id))
    const rooms = new Set(this.rooms.map(({ name }) => name))
    const isOurs = (what, one, other) =>
      what === "role" ? people.has(one) : rooms.has(one) && (other === undefined || people.has(other))
    const part = new Map([...standing].filter(([key]) => isOurs(...key.split(" "))))
    for (const { id, sort } of this.people) if (sort === "guest") part.set(KEYS.role(id), "guest")
    return part
  }

  get devices() {
    return this.people.flatMap(({ id, devices }) =>
      devices.map(({ description, rooms, newest, trails }) => ({
        device: description, user: id, rooms: new Map(rooms), newest: new Map(newest), trails,
      })),
    )
  }

  /** Devices that have not come back yet. */
  get away() {
    const all = this.people.flatMap(({ devices }) => devices)
    return all.filter(({ isReady }) => !isReady).map(({ description }) => description)
  }

  /** Whether all devices have heard everything up to these numbers of the rooms that they know. */
  hasHeard(seqs) {
    const hasAll = (device) => [...device.rooms.keys()].every((room) => device.newestOf(room) >= seqs.get(room))
    return this.people.every(({ devices }) => devices.every(hasAll))
  }

  /** What members of each room are told of it, over HTTP: its messages, and who its members are. */
  async told(standing) {
    const [messages, members] = [new Map(), new Map()]
    for (const { name } of this.rooms) {
      const reader = this.people.find(({ id }) => standing.has(KEYS.member(name, id)))
      if (!reader) continue
      messages.set(name, await pagesOf(reader.http, name))
      members.set(name, (await reader.http.must("GET", `/rooms/${name}/members?limit=${PAGE}`)).members)
    }
    return { messages, members }
  }

  /** What is still refused at rest, of commands that write: one for each connection to the database and more. */
  async refusedAtRest() {
    const failures = []
    const [{ http }] = this.people
    for (let count = 0; count < PROBES; count++) {
      const level = count % 2 === 0 ? "mentions" : "all"
      const answer = await http.ask("PUT", `/rooms/${this.rooms[0].name}/level`, { level }, ASK_MS)
      if (!answer?.ok) failures.push({ command: "level", answer: answer ?? "none" })
    }
    return failures
  }

  // Internal

  async #live() {
    while (!this.#isResting) {
      await pause(this.#scene.chance.below(this.#longestPauseMs))
      await this.#deeds.doSomething()
    }
  }

  async #newAccount(name) {
    const { url } = this.#scene
    const me = await new Http(url).must("POST", "/accounts", { name, password: PASSWORD })
    return new Person({ name, sort: "account", token: me.cookie, id: me.user.id }, this.#scene)
  }

  async #makeRooms() {
    const { url } = this.#scene
    const [, one, other, third] = this.people
    for (const { title, kind, mayChange } of ROOMS) {
      const { name } = await this.#owner.must("POST", "/rooms", { title, kind })
      this.rooms.push({ name, kind, mayChange })
      for (const { id } of [one, other, third]) await this.#owner.must("PUT", `/rooms/${name}/members/${id}`)
    }
    for (const people of [[other.id], [other.id, third.id]]) {
      const { name } = await new Http(url, () => one.token).must("POST", "/direct", { people })
      this.rooms.push({ name, kind: "direct" })
    }
  }
}

function isListed(kind) {
  return kind === "open" || kind === "read_only"
}

async function pagesOf(http, room) {
  const messages = []
  for (let more = true; more;) {
    const after = messages.at(-1)?.seq ?? 0
    const page = await http.must("GET", `/rooms/${room}/messages?after=${after}&limit=${PAGE}`)
    messages.push(...page.messages.map(messageOf))
    more = page.more
  }
  return messages
}
