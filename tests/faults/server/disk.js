import { execFileSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"

// A round writes some tens of megabytes; what is left must be filled quickly.
const MEGABYTES = 128
const PIECE = Buffer.alloc(1 << 20)

/** Where the server keeps its data: a small disk of its own, which can be filled; or a folder, if that cannot be. */
export class Disk {
  folder
  #isMounted = false

  constructor({ canFill }) {
    this.folder = mkdtempSync(path.join(tmpdir(), "stonechat-faults-"))
    if (canFill) this.#mount()
    process.once("exit", this.#removeAtOnce)
  }

  /** Whether this user may mount one. */
  static canFill() {
    const probe = new Disk({ canFill: false })
    try {
      probe.#mount()
      return true
    } catch {
      return false
    } finally {
      probe.remove()
    }
  }

  get data() {
    return path.join(this.folder, "data")
  }

  get #filler() {
    return path.join(this.folder, "filler")
  }

  // Actions

  fill() {
    const file = openSync(this.#filler, "w")
    try {
      for (let piece = PIECE; piece.length > 0;) {
        try {
          writeSync(file, piece)
        } catch (error) {
          if (error.code !== "ENOSPC") throw error
          // What is left is smaller than this.
          piece = piece.subarray(0, piece.length >> 1)
        }
      }
    } finally {
      closeSync(file)
    }
  }

  makeRoom() {
    rmSync(this.#filler, { force: true })
  }

  remove() {
    this.#removeAtOnce()
    process.off("exit", this.#removeAtOnce)
  }

  /** Leaves it where it is, for somebody to look at. */
  keep() {
    process.off("exit", this.#removeAtOnce)
  }

  // Internal

  #mount() {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "stonechat-faults", this.folder], { stdio: "pipe" })
    this.#isMounted = true
  }

  #removeAtOnce = () => {
    // Lazily: a process that was killed may hold it a moment longer.
    if (this.#isMounted) execFileSync("umount", ["--lazy", this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }
}
