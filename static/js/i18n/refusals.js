import { hasText, t } from "./language.js"
import { describeDuration } from "../helpers/durations.js"

/**
 * Why the server has refused something, to be read by a person. The server says it by a code and a sentence in
 * English: the code has a text, of its own for some fields and for a time that is told. What has none, as a
 * field that only a program gets wrong or a code that is new, is told in the server's words.
 * @param {{code: string, message: string, field?: string, retryAfterMs?: number}} refusal
 */
export function explain({ code, message, field, retryAfterMs }) {
  const [ofTime, ofField, ofCode] = [`error.${code}_for`, `error.${code}_${field}`, `error.${code}`]
  if (retryAfterMs > 0 && hasText(ofTime)) return t(ofTime, { time: describeDuration(retryAfterMs) })
  if (hasText(ofField)) return t(ofField)
  return hasText(ofCode) ? t(ofCode) : message
}
