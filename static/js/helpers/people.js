const HUES = 360

/** "ada", "ada and bob", "ada, bob and 3 others". */
export function listPeople(names, others = 0) {
  const parts = others > 0 ? [...names, countOthers(others)] : names
  if (parts.length < 2) return parts.join("")
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`
}

/** "1 other", "3 others". */
export function countOthers(others) {
  return others === 1 ? "1 other" : `${others} others`
}

/** One or two letters that stand for a name: "Ada Lovelace" is AL, "ada" is A. */
export function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"]
  return letters.map(firstCharacter).join("").toUpperCase()
}

/** The same person has the same hue everywhere, whatever they are called. */
export function hueOf(userId) {
  let hash = 0
  for (const character of userId) hash = (Math.imul(hash, 31) + character.codePointAt(0)) | 0
  return Math.abs(hash) % HUES
}

function firstCharacter(word) {
  return String.fromCodePoint(word.codePointAt(0))
}
