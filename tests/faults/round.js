import { check } from "./checker/check.js"
import { historyOf } from "./clients/history.js"
import { People } from "./people.js"
import { Schedule } from "./faults/schedule.js"
import { Ledger } from "./ledger.js"
import { Record } from "./record.js"
import { OTHER_ROOMS, ROOMS } from "./rooms.js"
import { Clock } from "./server/clock.js"
import { Database } from "./server/database.js"
import { Disk } from "./server/disk.js"
import { freePort } from "./server/port.js"
import { ServerProcess, environment } from "./server/process.js"
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "./clients/heartbeat.js"
import { until } from "./waiting.js"

const SETTLE_MS = 30_000
/** In messages, after a checkpoint: a client that has been on for long has gone away from older ones. */
const VIEW = 300

const SETTINGS = {
  "limits.messages_per_second": 0,
  "limits.commands_per_second": 0,
  "limits.connections_per_ip": 0,
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
  #schedule
  #ledger = new Ledger()
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
    this.#schedule.begin(this.#fail)
  }

  /** Waits for everybody to be back and to have caught up, and then checks everything. */
  checkpoint() {
    return this.#noting(async () => {
      await this.#schedule.rest()
      await this.#people.rest()
      const { rooms: log, integrity } = await this.#settled()
      const told = await historyOf(this.#server.url, ROOMS)
      this.#check({ log, integrity, told, views: this.#people.views, ...this.#record })
      this.#record.fold()
      this.#people.fold(VIEW)
      this.#counts.add("checkpoints")
    })
  }

  /** Ends it in order; what is on the disk then is checked once more. */
  finish() {
    return this.#noting(async () => {
      this.#people.close()
      await this.#server.stop()
      const { rooms: log, integrity } = await this.#database.read()
      this.#check({ log, integrity, told: new Map(), views: [], ...new Record() })
    })
  }

  /** Answers where the data is, if it is kept. */
  remove({ keep }) {
    this.#people?.close()
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
    })
    await this.#server.start()
    await this.#database.makeRooms(OTHER_ROOMS)
  }

  async #letPeopleIn() {
    const { writers, readers, longestPauseMs, faults } = this.#settings
    const chance = this.#chance
    const [counts, timeline] = [this.#counts, this.#timeline]
    this.#people = new People({
      url: this.#server.url,
      chance: chance.fork(),
      ledger: this.#ledger,
      record: this.#record,
      counts,
      hasRepeats: faults.includes("retry"),
      died: this.#fail,
    })
    const [server, disk, clock, database] = [this.#server, this.#disk, this.#clock, this.#database]
    const scene = { server, disk, clock, database, chance: chance.fork(), counts, timeline }
    this.#schedule = new Schedule({ faults, scene, lines: () => this.#people.lines })
    await this.#people.comeIn({ writers, readers, longestPauseMs })
  }

  /** What the database has, once all readers know it and nothing more has come meanwhile. */
  async #settled() {
    let before
    for (;;) {
      const found = await this.#database.read()
      const seqs = new Map([...found.rooms].map(([room, { seq }]) => [room, seq]))
      const late = () => this.#people.lateBehind(seqs)
      const sides = () => ({ stored: [...seqs], late: late() })
      await until(() => late().length === 0, SETTLE_MS, "everybody comes back and catches up", sides)
      if (before && [...seqs].every(([room, seq]) => before.get(room) === seq)) return found
      before = seqs
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
