const NAME = "stonechat"
const VERSION = 1
/** The stores and the field by which each finds its records. */
const STORES = { letters: "key", rooms: "name", session: "key" }
// A browser that neither does what it is asked for nor refuses to is not waited for.
const PATIENCE_MS = 3_000

/**
 * Records that outlive the page. A change is one transaction: all of it is kept or nothing. A
 * browser that keeps nothing has no records, and refuses every change.
 */
export class Database {
  /** @type {IDBDatabase | null} */
  #connection
  #clock

  constructor(connection, clock) {
    this.#connection = connection
    this.#clock = clock
    // Another window wants to upgrade, or the person has cleared what this site keeps.
    connection?.addEventListener("versionchange", () => connection.close())
  }

  /** @param {() => IDBFactory} factory throws where the browser does not even give access */
  static async open(factory, clock) {
    try {
      return new Database(await withPatience(clock, opened(factory())), clock)
    } catch {
      return new Database(null, clock)
    }
  }

  /** @returns {Promise<object[]>} none where nothing can be read */
  async all(store) {
    try {
      const transaction = this.#begin(store, "readonly")
      const read = transaction.objectStore(store).getAll()
      await withPatience(this.#clock, finished(transaction))
      return read.result
    } catch {
      return []
    }
  }

  /** @param {{put?: object[], remove?: string[]}} changes */
  async change(store, changes) {
    const transaction = this.#begin(store, "readwrite")
    apply(transaction.objectStore(store), changes)
    // Nothing more comes; the page may be closed before the browser would find out by itself.
    transaction.commit?.()
    await finished(transaction)
  }

  /** Changes records according to what they are; nobody else changes them in between. */
  async rewrite(store, changesFor) {
    const transaction = this.#begin(store, "readwrite")
    const records = transaction.objectStore(store)
    const read = records.getAll()
    read.onsuccess = () => apply(records, changesFor(read.result))
    await finished(transaction)
  }

  // Internal

  #begin(store, mode) {
    if (!this.#connection) throw new Error("this browser keeps nothing")
    return this.#connection.transaction(store, mode, { durability: "strict" })
  }
}

function apply(records, { put = [], remove = [] }) {
  for (const record of put) records.put(record)
  for (const key of remove) records.delete(key)
}

/** @returns {Promise<IDBDatabase>} */
function opened(factory) {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, VERSION)
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** @returns {Promise<void>} */
function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}

/**
 * @template T
 * @param {import("../helpers/timing.js").Clock} clock
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function withPatience(clock, promise) {
  let timer
  const silence = new Promise((_, reject) => {
    timer = clock.after(() => reject(new Error("the database does not answer")), PATIENCE_MS)
  })
  return Promise.race([promise, silence]).finally(() => clock.cancel(timer))
}
