import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"

const LIBRARIES = "/usr/lib"
const LIBRARY = "faketime/libfaketimeMT.so.1"

/** The clock on the wall as the server sees it, by libfaketime. Time that only passes is left alone. */
export class Clock {
  // Not on the server's disk, which may be full.
  #folder = mkdtempSync(path.join(tmpdir(), "stonechat-clock-"))

  constructor() {
    this.jump(0)
    process.once("exit", this.#removeAtOnce)
  }

  static canJump() {
    return library() !== undefined
  }

  /** What a process needs in its environment to follow this clock. */
  get environment() {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    }
  }

  /** @param {number} seconds between it and the true time, from now on */
  jump(seconds) {
    // At once, so that nobody reads half of it.
    const next = `${this.#file}.next`
    writeFileSync(next, `${seconds < 0 ? "" : "+"}${seconds}`)
    renameSync(next, this.#file)
  }

  remove() {
    this.#removeAtOnce()
    process.off("exit", this.#removeAtOnce)
  }

  // Internal

  get #file() {
    return path.join(this.#folder, "offset")
  }

  #removeAtOnce = () => rmSync(this.#folder, { recursive: true, force: true })
}

function library() {
  return readdirSync(LIBRARIES)
    .map((folder) => path.join(LIBRARIES, folder, LIBRARY))
    .find((file) => existsSync(file))
}
