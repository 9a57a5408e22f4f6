import { t } from "../i18n/language.js"
import { explain } from "../i18n/refusals.js"

// What the server may answer and mean "again, a little later".
const TRANSIENT_CODES = new Set(["rate_limited", "overloaded", "storage", "restart", "not_connected"])
const DEFAULT_RETRY_MS = 1_500

/** Why a request to the server came to nothing. */
export class RequestError extends Error {
  #retryAfterMs

  /**
   * @param {string} code
   * @param {string} message
   * @param {{retryAfterMs?: number, field?: string}} [details] `field` is the one that is wrong
   */
  constructor(code, message, { retryAfterMs, field } = {}) {
    super(message)
    this.code = code
    this.field = field
    this.#retryAfterMs = retryAfterMs
  }

  /** @param {{code: string, message: string, retry_after_ms?: number, field?: string}} refusal */
  static refused({ code, message, retry_after_ms: retryAfterMs, field }) {
    return new RequestError(code, explain({ code, message, retryAfterMs, field }), { retryAfterMs, field })
  }

  /** The connection ended first; whether the server acted on the request is unknown. */
  static disconnected() {
    return new RequestError("disconnected", t("error.disconnected"))
  }

  static timedOut() {
    return new RequestError("timed_out", t("error.timed_out"))
  }

  get isDisconnected() {
    return this.code === "disconnected"
  }

  /** Whether the same request may well succeed after `retryAfterMs`. */
  get isTransient() {
    return this.code === "timed_out" || TRANSIENT_CODES.has(this.code)
  }

  get retryAfterMs() {
    return this.#retryAfterMs ?? DEFAULT_RETRY_MS
  }
}
