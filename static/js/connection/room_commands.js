import { MINUTE_MS } from "../helpers/durations.js"

const PAGE = 30
const FACES = 100

/**
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {import("../models/room.js").RoomInfo} RoomInfo
 * @typedef {{query?: string, after?: string}} Page
 */

/** What one can ask of the server about rooms, besides writing. Each rejects with a RequestError. */
export class RoomCommands {
  #chat

  /** @param {import("./chat.js").Chat} chat */
  constructor(chat) {
    this.#chat = chat
  }

  // Rooms

  /** @param {Page} page of all rooms that one may see */
  async find({ query, after }) {
    const { rooms, more } = await this.#ask("rooms", { query: query || undefined, after, limit: PAGE })
    return { items: rooms, after: more ? rooms.at(-1)?.name : undefined }
  }

  /** @returns {Promise<RoomInfo | undefined>} the room of this name, if one may see it */
  look(name) {
    return firstIn((after) => this.find({ query: name, after }), (room) => room.name === name)
  }

  /** @returns {Promise<Room>} */
  join(name) {
    return this.#learn("join", { room: name })
  }

  /** @returns {Promise<Room>} */
  create({ title, kind, topic }) {
    return this.#learn("create_room", { title, kind, topic: topic || undefined })
  }

  /** @returns {Promise<Room>} the room of oneself and these people, which may have been there before */
  startDirect(people) {
    return this.#learn("direct", { people: people.map(({ id }) => id) })
  }

  /** @param {Partial<RoomInfo>} changes */
  update(room, changes) {
    return this.#learn("update_room", { room: room.name, ...changes })
  }

  setLevel(room, level) {
    return this.#learn("level", { room: room.name, level })
  }

  async leave(room) {
    await this.#ask("leave", { room: room.name })
    this.#chat.left(room, "left")
  }

  async delete(room) {
    await this.#ask("delete_room", { room: room.name })
    this.#chat.left(room, "deleted")
  }

  report({ name }, message, reason) {
    return this.#ask("report", { room: name, id: message.id, reason: reason || undefined })
  }

  // People of a room

  /**
   * @param {{name: string}} room
   * @param {{query?: string, after?: string}} page
   */
  async members({ name }, { query, after }) {
    const { members, more } = await this.#ask("members", { room: name, query: query || undefined, after, limit: PAGE })
    this.#chat.faces.learn(members.map(({ user }) => user))
    return { items: members, after: more ? members.at(-1)?.user.id : undefined }
  }

  /** Messages name their authors without a picture: those who are here have told theirs. */
  async learnFaces({ name, info }) {
    if (info.may === undefined) return
    const { members } = await this.#ask("members", { room: name, limit: FACES })
    this.#chat.faces.learn(members.map(({ user }) => user))
  }

  /** What the server knows of somebody as a member of the room; undefined of those who are none. */
  member(room, { id, name }) {
    return firstIn((after) => this.members(room, { query: name, after }), ({ user }) => user.id === id)
  }

  invite(room, user) {
    return this.#learn("invite", { room: room.name, user: user.id })
  }

  remove({ name }, user) {
    return this.#ask("remove", { room: name, user: user.id })
  }

  setModerator({ name }, user, isModerator) {
    return this.#ask("moderator", { room: name, user: user.id, moderator: isModerator })
  }

  mute({ name }, user, minutes) {
    return this.#ask("mute", { room: name, user: user.id, for_ms: minutes * MINUTE_MS })
  }

  /**
   * @param {{name: string}} room
   * @param {{id: string}} user
   * @param {{forMs?: number, reason: string}} ban
   */
  ban({ name }, user, { forMs, reason }) {
    return this.#ask("ban", { room: name, user: user.id, for_ms: forMs, reason: reason || undefined })
  }

  unban({ name }, user) {
    return this.#ask("unban", { room: name, user: user.id })
  }

  // Internal

  #ask(event, data) {
    return this.#chat.request(event, data)
  }

  async #learn(event, data) {
    const { room } = await this.#ask(event, data)
    return this.#chat.learn(room)
  }
}

/**
 * The first of what is listed in pages that is the one: a short name is a part of many others.
 * @template Item
 * @param {(after?: string) => Promise<{items: Item[], after?: string}>} pageAfter
 * @param {(item: Item) => boolean} isIt
 * @returns {Promise<Item | undefined>}
 */
async function firstIn(pageAfter, isIt) {
  let after
  do {
    const page = await pageAfter(after)
    const found = page.items.find(isIt)
    if (found) return found
    after = page.after
  } while (after !== undefined)
}
