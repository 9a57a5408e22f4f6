/**
 * Where this browser keeps something for the page; undefined where the mere name of it throws, because
 * somebody lets sites keep nothing. Whoever is given it does without then.
 * @param {() => Storage} named
 * @returns {Storage | undefined}
 */
export function ifAllowed(named) {
  try {
    return named()
  } catch {
    return undefined
  }
}
