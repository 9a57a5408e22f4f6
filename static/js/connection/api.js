import { RequestError } from "./request_error.js"
import { t } from "../i18n/language.js"

const ROOT = "api/v1"
const ANSWERED_WITHIN_MS = 15_000
// A picture has to get there first, by however slow a line.
const TAKEN_WITHIN_MS = 120_000

/** The HTTP interface of the server. Whoever is signed in is known by a cookie that no script sees. */
export class Api {
  #fetch

  /** @param {(address: string, options: RequestInit) => Promise<Response>} fetch */
  constructor(fetch) {
    this.#fetch = fetch
  }

  // Actions: each resolves with what the server answers, or rejects with a RequestError.

  /** @param {Record<string, string | number | undefined>} [query] what is undefined or empty is left out */
  get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "")
    const search = given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ""
    return this.#ask("GET", path + search)
  }

  post(path, body = {}) {
    return this.#ask("POST", path, JSON.stringify(body))
  }

  put(path, body = {}) {
    return this.#ask("PUT", path, JSON.stringify(body))
  }

  patch(path, body) {
    return this.#ask("PATCH", path, JSON.stringify(body))
  }

  delete(path) {
    return this.#ask("DELETE", path)
  }

  /** @param {Blob} file sent as it is */
  upload(path, file) {
    return this.#ask("PUT", path, file, { type: file.type, within: TAKEN_WITHIN_MS })
  }

  // Internal

  async #ask(method, path, body, { type = "application/json", within = ANSWERED_WITHIN_MS } = {}) {
    const headers = body === undefined ? {} : { "content-type": type }
    const signal = AbortSignal.timeout(within)
    const { status, isOk, text } = await this.#reach(ROOT + path, { method, headers, body, signal, credentials: "same-origin" })
    const answer = readJson(text)
    if (!isOk) throw problemOf(status, answer)
    return answer
  }

  async #reach(address, options) {
    try {
      const response = await this.#fetch(address, options)
      return { status: response.status, isOk: response.ok, text: await response.text() }
    } catch {
      throw options.signal.aborted ? RequestError.timedOut() : RequestError.disconnected()
    }
  }
}

/** Null where there is nothing, or nothing that can be read. */
function readJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** An error as RFC 9457 tells it; what a proxy says is told by its status. */
function problemOf(status, problem) {
  const message = problem?.detail ?? problem?.title ?? t("error.status", { status: String(status) })
  return RequestError.refused({ ...problem, code: problem?.code ?? `status_${status}`, message })
}
