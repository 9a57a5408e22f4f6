import { t } from "../i18n/language.js"
import { commandsFor } from "../models/slash_commands.js"
import { peopleIn, suggestCommands, suggestEmoji, suggestPeople, suggestRooms, SUGGESTED } from "../models/suggestions.js"

// Whoever writes on within it is not looked for.
const ASKED_AFTER_MS = 200

/** @typedef {import("../models/completion.js").Suggestion} Suggestion */

/** What may be meant by something that is being written in a room. */
export class Suggestions {
  #page
  #asking

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#page = page
  }

  /**
   * @param {import("../models/completion.js").Query} query
   * @param {import("../models/room.js").Room} room
   * @param {(suggestions: Suggestion[]) => void} show
   */
  for({ kind, words }, room, show) {
    const { chat, clock } = this.#page
    clock.cancel(this.#asking)
    switch (kind) {
      case "person":
        this.#suggestPeople(room, words, show)
        break
      case "invitee":
        this.#suggestInvitees(room, words, show)
        break
      case "room":
        show(suggestRooms(chat.rooms, words))
        break
      case "command":
        show(suggestCommands(commandsFor({ room, isGuest: chat.isGuest }), words, describeCommand))
        break
      case "emoji":
        this.#suggestEmoji(words, show)
        break
    }
  }

  // Internal

  /** Those who are here are known; of those who are away the server is asked. */
  #suggestPeople(room, words, show) {
    const { chat, commands } = this.#page
    const present = peopleIn(room, chat.me)
    const suggest = (people) => show(suggestPeople(people, words, ({ name }) => `@${name} `))
    suggest(present)
    if (!words || room.info.may === undefined) return
    this.#ask(() => commands.members(room, { query: words.trim() }), ({ items }) => {
      const known = new Set([chat.me.id, ...present.map(({ id }) => id)])
      suggest([...present, ...items.map(({ user }) => user).filter(({ id }) => !known.has(id))])
    })
  }

  #suggestInvitees(room, words, show) {
    const { api, chat } = this.#page
    const here = new Set([chat.me.id, ...room.roster.people.map(({ id }) => id)])
    if (!room.can("invite")) {
      show([])
      return
    }
    this.#ask(() => api.get("/people", { query: words.trim(), limit: SUGGESTED * 2 }), ({ people }) => {
      chat.faces.learn(people)
      show(suggestPeople(people.filter(({ id }) => !here.has(id)), words, ({ name }) => name))
    })
  }

  async #suggestEmoji(words, show) {
    const { emoji, usedEmoji } = this.#page
    try {
      show(suggestEmoji(await emoji.load(), words, usedEmoji))
    } catch {
      // There is no connection: they stay letters.
      show([])
    }
  }

  /** @template T @param {() => Promise<T>} ask @param {(answer: T) => void} use */
  #ask(ask, use) {
    // Without an answer there are those who are known.
    this.#asking = this.#page.clock.after(() => ask().then(use, () => {}), ASKED_AFTER_MS)
  }
}

/** @param {import("../models/slash_commands.js").Command} command */
export function describeCommand({ name, takesArgument }) {
  const usage = takesArgument ? `/${name} ${t(`command.${name}.argument`)}` : `/${name}`
  return { label: usage, note: t(`command.${name}`) }
}
