import { formatList, t } from "../i18n/language.js"

// Few enough to be told apart; in two shades each, so that two people rarely share one.
const HUES = 15
const SHADES = ["54%", "42%"]
const CIRCLE = 360

/** "ada", "ada and bob", "ada, bob, and 3 others". */
export function listPeople(names, others = 0) {
  return formatList(others > 0 ? [...names, t("people.others", { count: others })] : names)
}

/** A name of at most so many characters, as people count them, of which the last says that there are more. */
export function shortened(name, most) {
  if (name.length <= most) return name
  const characters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment)
  return characters.length > most ? `${characters.slice(0, most - 1).join("").trimEnd()}…` : name
}

/** One or two letters that stand for a name: "Ada Lovelace" is AL, "ada" is A. */
export function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"]
  return letters.map(firstCharacter).join("").toUpperCase()
}

/** The same person has the same colour everywhere, whatever they are called. */
export function colourOf(userId) {
  const number = mixed(userId)
  return { hue: (number % HUES) * (CIRCLE / HUES), lightness: SHADES[Math.floor(number / HUES) % SHADES.length] }
}

/** Ids that are alike, as those made one after the other, become numbers that are not: FNV-1a, and a stir. */
function mixed(text) {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

function firstCharacter(word) {
  return String.fromCodePoint(word.codePointAt(0))
}
