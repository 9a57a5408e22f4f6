import { plain } from "./completion.js"

/**
 * Somewhere to go.
 * @typedef {object} Place
 * @property {string} title
 * @property {number} [unread]
 * @property {number} [mentions]
 * @property {number} [opened] how long ago it was open, as a rank: 0 is the newest
 * @property {boolean} [isCurrent]
 */

const FAR = Infinity

/**
 * The places that somebody may mean, the likeliest first. Without a word, those with something unread, then those
 * that were open last; one is not in need of where one is.
 * @template {Place} P
 * @param {P[]} places
 * @param {string} query
 * @returns {P[]}
 */
export function rank(places, query) {
  const wanted = plain(query).trim()
  if (!wanted) return places.filter(({ isCurrent }) => !isCurrent).sort(byUrgency)
  const close = places.map((place) => ({ place, closeness: closeness(place.title, wanted) }))
  const found = close.filter(({ closeness }) => closeness > 0)
  found.sort((one, other) => other.closeness - one.closeness || byUrgency(one.place, other.place))
  return found.map(({ place }) => place)
}

/**
 * How close a title is to what was typed: the same, a beginning, the beginning of a word, its initials, a part, or
 * at least the same letters in the same order. 0 if it is not meant.
 */
export function closeness(title, query) {
  const [name, wanted] = [plain(title).trim(), plain(query).trim()]
  if (!wanted) return 0
  if (name === wanted) return 6
  if (name.startsWith(wanted)) return 5
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (words.some((word) => word.startsWith(wanted))) return 4
  if (words.map(([first]) => first).join("").startsWith(wanted)) return 3
  if (name.includes(wanted)) return 2
  return compactness(name, wanted.replace(/\s/g, ""))
}

function byUrgency(one, other) {
  return (other.mentions ?? 0) - (one.mentions ?? 0)
    || Number(Boolean(other.unread)) - Number(Boolean(one.unread))
    || order(one.opened) - order(other.opened)
}

/** Two that were never open are equal, which the difference of infinities is not. */
function order(opened) {
  return Math.min(opened ?? FAR, Number.MAX_SAFE_INTEGER)
}

/** Close to 1 where the letters follow each other closely, 0 where some are missing. */
function compactness(name, wanted) {
  let [begin, at] = [-1, -1]
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1)
    if (at < 0) return 0
    if (begin < 0) begin = at
  }
  return wanted.length / (at - begin + 1)
}
