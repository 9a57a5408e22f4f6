/**
 * Does something when it is first asked for, and again only after a failure.
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {() => Promise<Result>}
 */
export function once(work) {
  let answer = null
  return () => {
    answer ??= work().catch((problem) => {
      answer = null
      throw problem
    })
    return answer
  }
}

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
