const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
const LINKS = /https?:\/\/[^\s<>"]+/gi
// What ends a sentence rather than an address.
const TRAILING_PUNCTUATION = ".,:;!?'*_~…"

const encoder = new TextEncoder()

/** Half of a character, left by a careless cut, becomes U+FFFD: the wire is UTF-8 only. */
export function wellFormed(text) {
  return text.toWellFormed?.() ?? text.replace(LONE_SURROGATES, "\uFFFD")
}

/** The size of the text on the wire. */
export function byteLength(text) {
  return encoder.encode(text).length
}

/**
 * Cuts a text into plain stretches and http(s) addresses.
 * @returns {{text: string, href?: string}[]}
 */
export function splitLinks(text) {
  const parts = []
  let end = 0
  for (const match of text.matchAll(LINKS)) {
    const address = trimAddress(match[0])
    if (!URL.canParse(address)) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: address, href: address })
    end = match.index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/**
 * "https://example.org/a_(b)" keeps its parenthesis, "(see https://example.org)" loses it. Each character is
 * looked at once: addresses of thousands of them are sent too.
 */
function trimAddress(found) {
  let unopened = count(found, ")") - count(found, "(")
  let end = found.length
  for (;;) {
    const last = found[end - 1]
    if (last === ")" && unopened > 0) unopened -= 1
    else if (!TRAILING_PUNCTUATION.includes(last)) return found.slice(0, end)
    end -= 1
  }
}

function count(text, character) {
  return text.split(character).length - 1
}
