/** One person's way over HTTP. What is answered looks as on the wire; nothing is answered if the line breaks. */
export class Http {
  #url
  #token

  /** @param {() => string | undefined} token of whoever asks, as it is then */
  constructor(url, token = () => undefined) {
    this.#url = `${url}/api/v1`
    this.#token = token
  }

  /** @returns {Promise<object | undefined>} with `cookie`, the session's token, if one was set */
  async ask(method, path, body, ms) {
    const token = this.#token()
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    }
    const signal = AbortSignal.timeout(ms)
    try {
      const response = await fetch(this.#url + path, { method, headers, body: JSON.stringify(body), signal })
      // It has not come in whole: nobody can say that it was refused.
      if (response.status === TOO_SLOW) return undefined
      const text = await response.text()
      const data = text ? JSON.parse(text) : {}
      if (!response.ok) return { ok: false, error: { code: `status ${response.status}`, ...data } }
      return { ...data, ok: true, cookie: sessionIn(response) }
    } catch {
      return undefined
    }
  }

  /** For what must be done before anything goes wrong. */
  async must(method, path, body) {
    const answer = await this.ask(method, path, body, MUST_MS)
    if (!answer?.ok) throw new Error(`${method} ${path} was answered with ${JSON.stringify(answer)}`)
    return answer
  }
}

const MUST_MS = 10_000
const TOO_SLOW = 408

function sessionIn(response) {
  for (const cookie of response.headers.getSetCookie()) {
    const [, token] = /^stonechat_session=([^;]+)/.exec(cookie) ?? []
    if (token) return token
  }
}
