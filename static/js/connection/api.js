import { RequestError } from "./request_error.js"
import { t } from "../i18n/language.js"

const ROOT = "api/v1"

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
    return this.#ask("PUT", path, file, file.type)
  }

  // Internal

  async #ask(method, path, body, type = "application/json") {
    const headers = body === undefined ? {} : { "content-type": type }
    const response = await this.#reach(ROOT + path, { method, headers, body, credentials: "same-origin" })
    const answer = await readJson(response)
    if (!response.ok) throw problemOf(response.status, answer)
    return answer
  }

  async #reach(address, options) {
    try {
      return await this.#fetch(address, options)
    } catch {
      throw RequestError.disconnected()
    }
  }
}

/** Null where there is nothing, or nothing that can be read. */
async function readJson(response) {
  try {
    return await response.json()
  } catch {
    return null
  }
}

/** An error as RFC 9457 tells it; what a proxy says is told by its status. */
function problemOf(status, problem) {
  const message = problem?.detail ?? problem?.title ?? t("error.status", { status: String(status) })
  return RequestError.refused({ ...problem, code: problem?.code ?? `status_${status}`, message })
}
