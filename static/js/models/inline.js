import { splitLinks } from "../helpers/text.js"

const SIGNS = /(?<![\p{L}\p{N}])@(?=\S)|(?<![\p{L}\p{N}&#/])#(?=[a-z0-9_-])/gu
const ROOM = /^[a-z0-9_-]{1,64}/
// As the server looks for names: at most so many words, and characters.
const NAME_WORDS = 5
const NAME_LENGTH = 64

/**
 * @typedef {{text: string, href?: string, person?: string, room?: string}} Part `person` is the id of whom it
 *   names, empty if that is not known here; `room` the name of a room
 *
 * @typedef {object} Known what names stand for
 * @property {(name: string) => string | undefined} personNamed the id of whoever has this name, whatever its case
 * @property {(name: string) => boolean} isRoom
 * @property {boolean} [callsSomebody] whether the server says that somebody is called in it
 */

/**
 * Cuts a text into plain stretches, addresses, and names of people (`@Ada Lovelace`) and rooms (`#garden`).
 * @param {Known} known
 * @returns {Part[]}
 */
export function splitInline(text, known) {
  return splitLinks(text).flatMap((part) => (part.href ? [part] : splitNames(part.text, known)))
}

function splitNames(text, known) {
  const parts = []
  let end = 0
  for (const { index, 0: sign } of text.matchAll(SIGNS)) {
    if (index < end) continue
    const rest = text.slice(index + 1, index + 1 + NAME_LENGTH)
    const named = sign === "@" ? personAt(rest, known) : roomAt(rest, known)
    if (!named) continue
    if (index > end) parts.push({ text: text.slice(end, index) })
    end = index + 1 + named.length
    const { length, ...what } = named
    parts.push({ text: text.slice(index, end), ...what })
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/** The longest name counts. Somebody who is called but not known here is taken to have one word for a name. */
function personAt(rest, { personNamed, callsSomebody }) {
  const ends = [...rest.matchAll(/[^\p{L}\p{N}]|$/gu)].map(({ index }) => index).filter(Boolean).slice(0, NAME_WORDS)
  for (const length of ends.reverse()) {
    const person = personNamed(rest.slice(0, length))
    if (person !== undefined) return { length, person }
  }
  const shortest = ends.at(-1)
  return callsSomebody && shortest ? { length: shortest, person: "" } : undefined
}

function roomAt(rest, { isRoom }) {
  const [room] = ROOM.exec(rest) ?? []
  return room && isRoom(room) ? { length: room.length, room } : undefined
}
