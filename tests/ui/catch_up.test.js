import assert from "node:assert/strict"
import { test } from "node:test"
import { deleted, edited, FakeClock, message, messages, settled } from "./support.js"
import { CatchUp } from "../../static/js/connection/catch_up.js"
import { RequestError } from "../../static/js/connection/request_error.js"
import { Room } from "../../static/js/models/room.js"

/** Rooms that know the messages up to 10 and have heard of 11, and a server that is asked about them. */
function catchUpUnderTest(...names) {
  const clock = new FakeClock()
  const rooms = names.map((name) => roomUpTo10(name, clock))
  const asked = []
  const resets = []
  const fault = { in: null }
  let answerers = []
  const catchUp = new CatchUp({
    clock,
    request: async (event, data) => {
      asked.push(data.rooms)
      const answer = answerers.shift()
      if (answer instanceof Error) throw answer
      return { ok: true, rooms: answer }
    },
    onChanges: (room, changes) => {
      if (fault.in === "changes") throw new Error("a fault of the page")
      room.catchUp(changes)
    },
    onReset: async (room) => {
      resets.push(room.name)
      if (fault.in === "reset") throw new Error("a fault of the page")
      room.begin({ messages: messages(91, 100), more: true, room: { seq: 100 } })
    },
  })
  return {
    clock, rooms, asked, resets, fault,
    /** The server will answer these, one after the other, to the rooms that are behind. */
    answered: async (...answers) => {
      answerers = answers
      await catchUp.ask(rooms.filter(({ log }) => log.isBehind))
    },
  }
}

function roomUpTo10(name, clock) {
  const room = new Room(name, { clock, onChange: () => {} })
  room.begin({ messages: messages(1, 10), more: false, room: { seq: 10 } })
  room.log.hear(11)
  return room
}

const page = (list, seq, more = false) => ({ seq, messages: list, more })

test("all rooms that are behind are asked for at once", async () => {
  const { asked, rooms, answered } = catchUpUnderTest("lobby", "garden")
  await answered({ lobby: page([message(11)], 11), garden: page([edited(3, 11)], 11) })
  assert.deepEqual(asked, [{ lobby: 10, garden: 10 }])
  assert.equal(rooms[0].timeline.lastSeq, 11)
  assert.equal(rooms[1].timeline.find("id-3").body, "edited 11")
  assert.ok(rooms.every(({ log }) => log.last === 11 && !log.isBehind))
})

test("a long absence is made up for page by page", async () => {
  const { asked, rooms: [lobby], answered } = catchUpUnderTest("lobby")
  await answered({ lobby: page(messages(11, 210), 210, true) }, { lobby: page(messages(211, 300), 300) })
  assert.deepEqual(asked, [{ lobby: 10 }, { lobby: 210 }])
  assert.deepEqual(lobby.timeline.messages.map(({ seq }) => seq), messages(1, 300).map(({ seq }) => seq))
})

test("a room for which an answer had no space is asked for again", async () => {
  const { asked, rooms, answered } = catchUpUnderTest("garden", "lobby")
  await answered(
    { garden: page([message(11)], 11), lobby: page([], 10, true) },
    { lobby: page([message(11)], 11) },
  )
  assert.deepEqual(asked, [{ garden: 10, lobby: 10 }, { lobby: 10 }])
  assert.ok(rooms.every(({ log }) => log.last === 11 && !log.isBehind))
})

test("a server that tells nothing new is not asked for ever", async () => {
  const { asked, answered } = catchUpUnderTest("lobby")
  await answered({ lobby: page([], 10, true) })
  assert.equal(asked.length, 1)
})

test("deletions and edits made while away arrive for what is loaded", async () => {
  const { rooms: [lobby], answered } = catchUpUnderTest("lobby")
  await answered({ lobby: page([edited(2, 11), deleted(7, 12)], 12) })
  assert.equal(lobby.timeline.find("id-2").body, "edited 11")
  assert.ok(lobby.timeline.find("id-7").deleted_at)
})

test("events that come during the answer do not make it start over", async () => {
  const { asked, rooms: [lobby], answered } = catchUpUnderTest("lobby")
  const answering = answered({ lobby: page(messages(11, 13), 13) })
  lobby.receive(message(13))
  await answering
  lobby.receive(message(14))
  assert.equal(asked.length, 1)
  assert.equal(lobby.log.last, 14)
  assert.equal(lobby.log.isBehind, false)
})

test("a room that is too far behind is read anew", async () => {
  const { rooms: [lobby], resets, answered } = catchUpUnderTest("lobby")
  await answered({ lobby: { seq: 100, reset: true } })
  assert.deepEqual(resets, ["lobby"])
  assert.equal(lobby.log.last, 100)
})

test("a room that one is not in any more is not asked for again", async () => {
  const { asked, answered } = catchUpUnderTest("lobby")
  await answered({ lobby: { error: { code: "not_in_room", message: "" } } })
  assert.equal(asked.length, 1)
})

test("a server that is away is asked again only when it is back", async () => {
  const { asked, rooms: [lobby], answered } = catchUpUnderTest("lobby")
  await answered(RequestError.disconnected())
  assert.equal(asked.length, 1)
  await answered({ lobby: page([message(11)], 11) })
  assert.equal(lobby.log.last, 11)
})

test("a server in trouble is asked again after a while", async () => {
  const { clock, rooms: [lobby], answered } = catchUpUnderTest("lobby")
  const answering = answered(RequestError.refused({ code: "storage", message: "" }), { lobby: page([message(11)], 11) })
  await settled()
  await clock.pass(10_000)
  await answering
  assert.equal(lobby.log.last, 11)
})

for (const [where, answer] of [["changes", page([message(11)], 11)], ["reset", { seq: 100, reset: true }]]) {
  test(`a fault of the page (${where}) does not end catching up`, async () => {
    const { rooms: [lobby], fault, answered } = catchUpUnderTest("lobby")
    fault.in = where
    await assert.rejects(answered({ lobby: answer }), /a fault of the page/)
    fault.in = null
    await answered({ lobby: page([message(11)], 11) })
    assert.equal(lobby.log.last, 11)
  })
}

test("a room that was forgotten after a fault is not asked for with the others", async () => {
  const { asked, rooms: [lobby], fault, answered } = catchUpUnderTest("lobby", "garden")
  fault.in = "changes"
  await assert.rejects(answered({ lobby: page([message(11)], 11), garden: page([message(11)], 11) }))
  fault.in = null
  lobby.forget()
  await answered({ garden: page([message(11)], 11) })
  assert.deepEqual(asked.at(-1), { garden: 10 })
})
