import { plain, rank, rate } from "./completion.js"
import { inTone } from "./emoji.js"

export const SUGGESTED = 8

/**
 * @typedef {import("./completion.js").Suggestion} Suggestion
 * @typedef {import("./message.js").User} User
 */

/**
 * Whom one may mean in a room: those who wrote last first, then those who are here.
 * @param {import("./room.js").Room} room
 * @returns {User[]}
 */
export function peopleIn({ timeline, roster, info }, me) {
  const authors = timeline.messages.map(({ user }) => user).reverse()
  const people = new Map([...authors, ...roster.people, ...(info.people ?? [])].map(({ id, name }) => [id, name]))
  people.delete(me?.id)
  return Array.from(people, ([id, name]) => ({ id, name }))
}

/**
 * @param {User[]} people
 * @param {(person: User) => string} textOf
 * @returns {Suggestion[]}
 */
export function suggestPeople(people, words, textOf) {
  const wanted = plain(words)
  const found = rank(people, ({ name }) => rate(plain(name), wanted), SUGGESTED)
  return found.map((person) => ({ text: textOf(person), label: person.name, person }))
}

/** @param {import("./room.js").Room[]} rooms @returns {Suggestion[]} */
export function suggestRooms(rooms, words) {
  const wanted = plain(words)
  const named = rooms.filter(({ isDirect }) => !isDirect)
  const found = rank(named, ({ name, info }) => Math.min(rate(name, wanted), rate(plain(info.title ?? ""), wanted)), SUGGESTED)
  return found.map(({ name, info }) => ({ text: `#${name} `, label: `#${name}`, note: info.title }))
}

/**
 * @param {import("./slash_commands.js").Command[]} commands
 * @param {(command: import("./slash_commands.js").Command) => {label: string, note: string}} describe
 * @returns {Suggestion[]}
 */
export function suggestCommands(commands, words, describe) {
  const wanted = plain(words)
  const found = commands.filter(({ name }) => name.startsWith(wanted))
  return found.map((command) => ({ text: `/${command.name}${command.takesArgument ? " " : ""}`, ...describe(command) }))
}

/**
 * Emoji by their beginning (`:smi`) or by a whole shortcode (`:smile:`), which means nothing else.
 * @param {import("./emoji.js").EmojiCatalogue} catalogue
 * @param {string} words
 * @param {{recent: string[], tone: string}} used
 * @returns {Suggestion[]}
 */
export function suggestEmoji(catalogue, words, { recent, tone }) {
  const code = words.endsWith(":") ? words.slice(0, -1) : undefined
  const found = code === undefined ? catalogue.find(words, { limit: SUGGESTED, recent }) : [catalogue.withShortcode(code)]
  return found.filter(Boolean).map((emoji) => {
    const sign = inTone(emoji, tone)
    const [shortcode] = emoji.shortcodes
    return { text: `${sign} `, label: emoji.label, note: shortcode && `:${shortcode}:`, sign, isMeant: code !== undefined }
  })
}
