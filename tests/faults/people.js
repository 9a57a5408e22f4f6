import { setTimeout as pause } from "node:timers/promises"
import { Line } from "./clients/line.js"
import { Reader } from "./clients/reader.js"
import { Repeats } from "./clients/repeats.js"
import { WAYS } from "./clients/ways.js"
import { Writer } from "./clients/writer.js"
import { LOBBY, ROOMS } from "./rooms.js"

const LONGEST_CALM_MS = 5_000
const LONGEST_OUTSIDE_MS = 3_000

/** Everybody who writes and reads, each over lines of their own; every other one has an account. */
export class People {
  #url
  #chance
  #ledger
  #record
  #counts
  #hasRepeats
  #newToken
  #died
  #writers = []
  /** @type {{reader: Reader, line: Line}[]} */
  #readers = []
  #linesOfWriters = []
  #atWork = []
  #resting
  #longestPauseMs
  #names = 0

  constructor({ url, chance, ledger, record, counts, hasRepeats, newToken, died }) {
    this.#url = url
    this.#chance = chance
    this.#ledger = ledger
    this.#record = record
    this.#counts = counts
    this.#hasRepeats = hasRepeats
    this.#newToken = newToken
    this.#died = died
  }

  /** @param {{writers: number, readers: number, longestPauseMs: number}} settings */
  async comeIn({ writers, readers, longestPauseMs }) {
    this.#longestPauseMs = longestPauseMs
    for (let count = 0; count < writers; count++) this.#writers.push(await this.#newWriter(count))
    for (let count = 0; count < readers; count++) this.#readers.push(await this.#newReader(count))
    await Promise.all(this.#writers.map((writer) => writer.begin()))
  }

  get lines() {
    return [...this.#linesOfWriters, ...this.#readers.map(({ line }) => line)]
  }

  /** What every reader sees. */
  get views() {
    return this.#readers.flatMap(({ reader }) =>
      [...reader.views].map(([room, { last, oldest, messages }]) => ({
        reader: reader.description, room, last, oldest, messages,
      })),
    )
  }

  /** How it stands with those who do not know everything up to these numbers. */
  lateBehind(seqs) {
    return this.#readers.filter(({ reader }) => !reader.hasCaughtUpWith(seqs)).map(({ reader }) => reader.state)
  }

  // Actions

  begin(failed) {
    this.#resting = new AbortController()
    this.#atWork = [...this.#writers.map((writer) => writer.work()), this.#comeAndGo()]
    for (const work of this.#atWork) work.catch(failed)
  }

  /** Everybody finishes what they are about. */
  async rest() {
    this.#resting.abort()
    for (const writer of this.#writers) writer.rest()
    await Promise.all(this.#atWork)
  }

  fold(newest) {
    for (const { reader } of this.#readers) reader.fold(newest)
  }

  close() {
    for (const writer of this.#writers) writer.close()
    for (const { reader } of this.#readers) reader.close()
    for (const line of this.lines) line.close()
  }

  // Internal

  /** Now and then somebody leaves a room for a while, or goes for good, and somebody else comes. */
  async #comeAndGo() {
    const { signal } = this.#resting
    for (;;) {
      await pause(this.#chance.below(LONGEST_CALM_MS), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      const place = this.#chance.below(this.#readers.length)
      const { reader } = this.#readers[place]
      if (this.#chance.percent(50)) await this.#replaceReader(place)
      else reader.stepOut(this.#chance.among([...reader.views.keys()]), this.#chance.below(LONGEST_OUTSIDE_MS))
    }
  }

  async #replaceReader(place) {
    const { reader, line } = this.#readers[place]
    this.#readers[place] = await this.#newReader(place)
    reader.close()
    line.close()
    this.#counts.add("readers replaced")
  }

  async #newReader(place) {
    const line = await Line.to(this.#url)
    const name = `reader ${++this.#names}`
    const reader = new Reader({
      name,
      identity: await this.#identityFor(name, this.#names),
      way: WAYS[place % WAYS.length],
      rooms: this.#someRooms(),
      url: line.url,
      record: this.#record,
      counts: this.#counts,
      died: this.#died,
    })
    return { reader, line }
  }

  async #newWriter(place) {
    const lines = [await Line.to(this.#url), await Line.to(this.#url)]
    this.#linesOfWriters.push(...lines)
    const name = `writer ${place + 1}`
    return new Writer({
      name,
      identity: await this.#identityFor(name, place),
      rooms: this.#someRooms(),
      ways: [WAYS[place % WAYS.length], WAYS[(place + 1) % WAYS.length]],
      longestPauseMs: this.#longestPauseMs,
      urls: lines.map(({ url }) => url),
      chance: this.#chance.fork(),
      ledger: this.#ledger,
      record: this.#record,
      counts: this.#counts,
      repeats: new Repeats({ isOn: this.#hasRepeats, chance: this.#chance.fork(), counts: this.#counts }),
    })
  }

  async #identityFor(name, place) {
    return place % 2 === 0 ? { name } : { token: await this.#newToken(name) }
  }

  /** One of them at least, and often all. */
  #someRooms() {
    const some = ROOMS.filter(() => this.#chance.percent(70))
    return some.length > 0 ? some : [LOBBY]
  }
}
