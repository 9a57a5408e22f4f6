import assert from "node:assert/strict"
import { test } from "node:test"
import { RoomCommands } from "../../static/js/connection/room_commands.js"

const PAGE = 30

/** A server that lists what it has in pages. */
function commandsUnderTest({ names }) {
  const pageOf = (listed, idOf, { after, limit }) => {
    const first = after === undefined ? 0 : listed.findIndex((item) => idOf(item) === after) + 1
    return { items: listed.slice(first, first + limit), more: first + limit < listed.length }
  }
  const answers = {
    rooms: ({ query, ...page }) => {
      const { items, more } = pageOf(names.filter((name) => name.includes(query)), (name) => name, page)
      return { rooms: items.map((name) => ({ name })), more }
    },
    members: ({ query, ...page }) => {
      const { items, more } = pageOf(names.filter((name) => name.includes(query)), (name) => `id-${name}`, page)
      return { members: items.map((name) => ({ user: { id: `id-${name}`, name } })), more }
    },
  }
  const chat = { request: async (event, data) => answers[event](data), faces: { learn() {} } }
  return new RoomCommands(/** @type {any} */ (chat))
}

test("who has a short name is found among many whose names have it in them", async () => {
  const names = [...Array.from({ length: 2 * PAGE }, (_, number) => `alice ${number}`), "al"]
  const commands = commandsUnderTest({ names })
  const found = await commands.member({ name: "lobby" }, { id: "id-al", name: "al" })
  assert.equal(found?.user.name, "al")
  assert.equal(await commands.member({ name: "lobby" }, { id: "id-al2", name: "al" }), undefined)
})

test("a room with a short name is found among many whose names have it in them", async () => {
  const names = [...Array.from({ length: 2 * PAGE }, (_, number) => `art-${number}`), "art"]
  assert.equal((await commandsUnderTest({ names }).look("art"))?.name, "art")
})
