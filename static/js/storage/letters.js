/** @typedef {import("../connection/outbox.js").Letter} Letter */

const STORE = "letters"

/**
 * What was written in this browser and is not acknowledged yet. Each letter belongs to the tab that
 * sends it; those of a tab that is gone are adopted by another one, by exactly one.
 */
export class Letters {
  #database
  #tabs

  /**
   * @param {import("./database.js").Database} database
   * @param {import("./tabs.js").Tabs} tabs
   */
  constructor(database, tabs) {
    this.#database = database
    this.#tabs = tabs
  }

  // Lifecycle

  /**
   * Adopts what tabs left behind that are gone, and what others will leave behind.
   * @param {(letters: Letter[]) => void} onAdopted
   * @returns {Promise<Letter[]>} in the order of writing
   */
  async open(onAdopted) {
    await this.#tabs.enter(async (tab) => {
      const letters = await this.#adopt([tab])
      if (letters.length) onAdopted(letters)
    })
    // In this order: a tab that has a letter has had its lock before.
    const tabs = new Set((await this.#database.all(STORE)).map(({ tab }) => tab))
    return this.#adopt(await this.#tabs.gone([...tabs]))
  }

  // Actions

  /** @param {{put?: Letter[], remove?: string[]}} changes */
  change({ put = [], remove }) {
    return this.#database.change(STORE, { put: put.map((letter) => this.#own(letter)), remove })
  }

  // Internal

  #own(letter) {
    return { ...letter, tab: this.#tabs.id }
  }

  async #adopt(tabs) {
    let adopted = []
    if (tabs.length === 0) return adopted
    const adopting = this.#database.rewrite(STORE, (letters) => {
      adopted = letters.filter(({ tab }) => tabs.includes(tab)).map((letter) => this.#own(letter))
      return { put: adopted }
    })
    await adopting.catch(() => (adopted = []))
    return adopted.sort((one, other) => one.position - other.position)
  }
}
