import { check } from "./checker/check.js"
import { Chronicle } from "./chronicle.js"
import { historyOf } from "./clients/history.js"
import { People } from "./people.js"
import { Schedule } from "./faults/schedule.js"
import { Ledger } from "./ledger.js"
import { Record } from "./record.js"
import { ROOMS } from "./rooms.js"
import { Clock } from "./server/clock.js"
import { Database } from "./server/database.js"
import { Disk } from "./server/disk.js"
import { freePort } from "./server/port.js"
import { ServerProcess, environment } from "./server/process.js"
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "./clients/heartbeat.js"
import { Town } from "./town/town.js"
import { CATCHES_UP } from "./violation.js"
import { until } from "./waiting.js"

const SETTLE_MS = 30_000
const TOWN_HEARS_MS = 10_000
const CLAIM_MS = 5_000
/** In messages, after a checkpoint: a client that has been on for long has gone away from older ones. */
const VIEW = 300

const SETTINGS = {
  "limits.messages_per_second": 0,
  "limits.commands_per_second": 0,
  "limits.connections_per_ip": 0,
  "limits.sign_ins_per_minute": 0,
  // Low, so that some are away for too long.
  "limits.recovered_messages": 60,
  "engine.ping_interval": PING_INTERVAL_MS,
  "engine.ping_timeout": PING_TIMEOUT_MS,
}

/** A server with a data folder of its own, from its first start to its last checkpoint. */
export class Round {
  violations = []
  /** Kept as soon as there is a violation. */
  failed
  #tell
  #settings
  #chance
  #counts
  #timeline
  #server
  #disk
  #clock
  #database
  #people
  #town
  #schedule
  #ledger = new Ledger()
  #chronicle = new Chronicle()
  #record = new Record()
  /** Some are told twice: where they happen, and to who waits for it. */
  #failures = new Set()

  constructor({ settings, chance, counts, timeline }) {
    this.#settings = settings
    this.#chance = chance
    this.#counts = counts
    this.#timeline = timeline
    this.failed = new Promise((resolve) => (this.#tell = resolve))
  }

  /** The last that the server said. */
  get log() {
    return this.#server.log
  }

  // Actions; what goes wrong in them is among the violations

  start() {
    return this.#noting(async () => {
      await this.#startServer()
      await this.#letPeopleIn()
    })
  }

  begin() {
    this.#people.begin(this.#fail)
    this.#town.work(this.#fail)
    this.#schedule.begin(this.#fail)
  }

  /** Waits for everybody to be back and to have caught up, and then checks everything. */
  checkpoint() {
    return this.#noting(async () => {
      await this.#schedule.rest()
      await Promise.all([this.#people.rest(), this.#town.rest()])
      const { rooms: log, standing, integrity } = await this.#settled()
      const found = this.#town.partOf(standing)
      const { messages, members: memberLists } = await this.#town.told(found)
      const told = new Map([...(await historyOf(this.#server.url, ROOMS)), ...messages])
      const failures = await this.#town.refusedAtRest()
      const { views } = this.#people
      const { devices } = this.#town
      const seen = { told, views, devices, memberLists, failures }
      this.#check({ log, integrity, found, ...seen, ...this.#record, ...this.#chronicle })
      this.#record.fold()
      this.#people.fold(VIEW)
      this.#town.fold()
      this.#chronicle.fold(found)
      this.#counts.add("checkpoints")
    })
  }

  /** Ends it in order; what is on the disk then is checked once more. */
  finish() {
    return this.#noting(async () => {
      this.#people.close()
      this.#town.close()
      await this.#server.stop()
      const { rooms: log, standing, integrity } = await this.#database.read()
      const found = this.#town.partOf(standing)
      const nothing = { told: new Map(), views: [], devices: [], memberLists: new Map(), failures: [] }
      this.#check({ log, integrity, found, ...nothing, ...new Record(), ...this.#chronicle, welcomes: [] })
    })
  }

  /** Answers where the data is, if it is kept. */
  remove({ keep }) {
    this.#people?.close()
    this.#town?.close()
    this.#server.close()
    this.#clock?.remove()
    if (!keep) return this.#disk.remove()
    this.#disk.keep()
    return this.#disk.data
  }

  // Internal

  async #startServer() {
    const { program, faults, planted } = this.#settings
    this.#disk = new Disk({ canFill: faults.includes("full") })
    this.#database = new Database(this.#disk.data)
    this.#clock = faults.includes("clock") ? new Clock() : undefined
    this.#server = new ServerProcess({
      program,
      port: await freePort(this.#chance),
      data: this.#disk.data,
      environment: { ...environment(planted ? { ...SETTINGS, planted_bug: planted } : SETTINGS), ...this.#clock?.environment },
      died: this.#fail,
      ended: () => this.#chronicle.serverEnded(),
    })
    await this.#server.start()
  }

  async #letPeopleIn() {
    const { writers, readers, longestPauseMs, faults } = this.#settings
    const chance = this.#chance
    const [counts, timeline] = [this.#counts, this.#timeline]
    const { url } = this.#server
    const [ledger, record, chronicle, died] = [this.#ledger, this.#record, this.#chronicle, this.#fail]
    this.#town = new Town({ url, chance: chance.fork(), ledger, record, chronicle, counts, died })
    const claim = await until(() => this.#server.claim, CLAIM_MS, "a new server tells how to claim it")
    await this.#town.begin({ claim, longestPauseMs })
    this.#people = new People({
      url,
      chance: chance.fork(),
      ledger,
      record,
      counts,
      hasRepeats: faults.includes("retry"),
      newToken: (name) => this.#town.newToken(name),
      died,
    })
    const [server, disk, clock, database] = [this.#server, this.#disk, this.#clock, this.#database]
    const scene = { server, disk, clock, database, chance: chance.fork(), counts, timeline }
    this.#schedule = new Schedule({ faults, scene, lines: () => [...this.#people.lines, ...this.#town.lines] })
    await this.#people.comeIn({ writers, readers, longestPauseMs })
    this.#chronicle.fold(this.#town.partOf((await this.#database.read()).standing))
  }

  /** What the database has, once all readers know it and nothing more has come meanwhile. */
  async #settled() {
    let before
    for (;;) {
      const found = await this.#database.read()
      const seqs = new Map([...found.rooms].map(([room, { seq }]) => [room, seq]))
      const isBack = () => this.#people.lateBehind(seqs).length + this.#town.away.length === 0
      const late = () => ({ stored: [...seqs], late: this.#people.lateBehind(seqs), away: this.#town.away })
      await until(isBack, SETTLE_MS, CATCHES_UP, late)
      // Who never hears something is found by the checker, which has more to tell of it.
      await until(() => this.#town.hasHeard(seqs), TOWN_HEARS_MS, "").catch(() => {})
      if (before && isSame(before.rooms, seqs) && isSame(before.standing, found.standing)) return found
      before = { rooms: seqs, standing: found.standing }
    }
  }

  #check(evidence) {
    for (const violation of check({ ...evidence, written: this.#ledger.messages })) this.#fail(violation)
  }

  async #noting(action) {
    try {
      await action()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail = (failure) => {
    if (this.#failures.has(failure)) return
    this.#failures.add(failure)
    const { rule = "the test itself works", sides = { stack: failure.stack } } = failure
    this.violations.push({ rule, sides })
    this.#tell()
  }
}

function isSame(one, other) {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
}
