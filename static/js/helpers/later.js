/**
 * A function of a module that is loaded when it is first called: the page shows sooner without it.
 * @template {unknown[]} Given
 * @template Result
 * @param {() => Promise<(...given: Given) => Result>} load
 * @returns {(...given: Given) => Promise<Result>}
 */
export function later(load) {
  return async (...given) => (await load())(...given)
}
