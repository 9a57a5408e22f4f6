const MOST_LINES = 20
const MOST_CHARACTERS = 2_000
// What is a little longer is shown as it is: to unfold two lines is not worth a press.
const SLACK = 1.1

/**
 * The beginning of a text that is too long to be shown at once; null if it is not.
 * @param {string} text
 * @returns {string | null}
 */
export function beginningOf(text) {
  if (text.length <= MOST_CHARACTERS * SLACK && countLines(text) <= MOST_LINES * SLACK) return null
  const lines = text.split("\n", MOST_LINES).join("\n")
  return lines.length > MOST_CHARACTERS ? cut(lines) : lines
}

/** Between words if there are any, and never through a character. */
function cut(text) {
  const start = text.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "")
  const space = start.search(/\s\S*$/)
  return space > MOST_CHARACTERS / 2 ? start.slice(0, space) : start
}

function countLines(text) {
  return text.split("\n").length
}
