/**
 * A function of a module that is loaded when it is first called: the page shows sooner without it. Whoever
 * calls again while it loads wants to see it, and not twice: it is called once then, as it was last.
 * @template {unknown[]} Given
 * @template Result
 * @param {() => Promise<(...given: Given) => Result>} load
 * @returns {(...given: Given) => Promise<Awaited<Result>>}
 */
export function later(load) {
  let wanted
  let answer = null

  async function loadAndCall() {
    const loaded = await load().finally(() => (answer = null))
    return loaded(...wanted)
  }

  return (...given) => {
    wanted = given
    answer ??= loadAndCall()
    return answer
  }
}
