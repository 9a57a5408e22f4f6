const LONGEST = 64
// Each with what comes before it, and what there is of it. A name may have spaces; what stands behind
// a letter is an address (`somebody@example.org`, `page#part`) and calls nobody.
/** @type {[Query["kind"], RegExp][]} */
const PATTERNS = [
  ["invitee", /^(\/invite\s+)@?([^\n]*)$/u],
  ["command", /^()\/([\p{L}]*)$/u],
  ["person", /(^|[^\p{L}\p{N}])@((?:[^\s@][^\n@]*)?)$/u],
  ["room", /(^|[^\p{L}\p{N}&#/])#([\p{L}\p{N}_-]*)$/u],
  ["emoji", /(^|[\s(])(?::)([\p{L}\p{N}_+-]{2,}:?)$/u],
]

/**
 * @typedef {object} Query something at the caret that can be completed
 * @property {"invitee"|"command"|"person"|"room"|"emoji"} kind
 * @property {number} start where it begins in the text, with its sign
 * @property {string} words what there is of it, without its sign
 *
 * @typedef {object} Suggestion
 * @property {string} text what it puts into the text
 * @property {string} label
 * @property {string} [note]
 * @property {string} [sign] stands before the label: an emoji
 * @property {{id: string, name: string}} [person]
 * @property {boolean} [isMeant] nothing else can be meant: it is chosen unasked
 */

/**
 * What is being written at the caret.
 * @returns {Query | null}
 */
export function queryAt(text, caret) {
  const before = text.slice(0, caret)
  for (const [kind, pattern] of PATTERNS) {
    const match = pattern.exec(before)
    if (!match) continue
    const [, lead, words] = match
    return words.length > LONGEST ? null : { kind, start: match.index + lead.length, words }
  }
  return null
}

/**
 * Those of the candidates that somebody may mean, the likeliest first; of equal ones those that came first.
 * @template T
 * @param {Iterable<T>} candidates
 * @param {(candidate: T) => number} rating see `rate`
 * @param {number} limit
 * @returns {T[]}
 */
export function rank(candidates, rating, limit) {
  const rated = Array.from(candidates, (candidate) => ({ candidate, rating: rating(candidate) }))
  const meant = rated.filter(({ rating }) => rating < Infinity).sort((one, other) => one.rating - other.rating)
  return meant.slice(0, limit).map(({ candidate }) => candidate)
}

/**
 * How well a name fits: 0 for the very name, 1 for its beginning, 2 for that of another word in it, 3 for
 * any part, Infinity for not at all. Both are to be plain.
 */
export function rate(name, wanted) {
  if (name === wanted) return 0
  if (name.startsWith(wanted)) return 1
  // Whoever goes on after a word means the name as it begins.
  if (wanted.includes(" ") || !name.includes(wanted)) return Infinity
  return name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) ? 2 : 3
}

/** Without case and accents: "tomas" finds Tomás. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
}
