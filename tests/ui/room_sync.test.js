import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock, message, messages, settled } from "./support.js"
import { RequestError } from "../../static/js/connection/request_error.js"
import { RoomSync } from "../../static/js/connection/room_sync.js"
import { Room } from "../../static/js/models/room.js"

const PAGE = 50

/** A room, its sync, and a server that holds the messages up to `newest`. */
function syncUnderTest({ newest }) {
  const clock = new FakeClock()
  const room = new Room("lobby", { clock, onChange: () => {} })
  const server = { newest, asked: [], error: null }
  const request = async (event, data) => {
    server.asked.push({ event, ...data })
    if (server.error) throw server.error
    return event === "join" ? joinPage(server) : historyPage(server, data)
  }
  return { clock, room, server, sync: new RoomSync(room, { request, clock, onBehind: () => {} }) }
}

function joinPage({ newest }) {
  const first = Math.max(1, newest - PAGE + 1)
  return {
    room: { name: "lobby", seq: newest, members: 1 },
    members: [ada],
    messages: messages(first, newest),
    more: first > 1,
  }
}

function historyPage({ newest }, { before = newest + 1, after, around, limit }) {
  if (around !== undefined) {
    const first = Math.max(1, around - limit / 2)
    return { messages: messages(first, Math.min(newest, first + limit - 1)), more: first > 1 }
  }
  if (after === undefined) {
    const first = Math.max(1, before - limit)
    return { messages: messages(first, before - 1), more: first > 1 }
  }
  const last = Math.min(newest, after + limit)
  return { messages: messages(after + 1, last), more: last < newest }
}

function assertUnbroken(room, first, last) {
  assert.deepEqual(room.timeline.messages.map(({ seq }) => seq), messages(first, last).map(({ seq }) => seq))
}

test("a room opens with its newest page and who is there", async () => {
  const { sync, room } = syncUnderTest({ newest: 120 })
  await sync.open()
  assertUnbroken(room, 71, 120)
  assert.deepEqual(room.roster.people, [ada])
  assert.equal(room.unreadBy(bob), 0)
})

test("paging back reaches the very first message and stops there", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 120 })
  await sync.open()
  await sync.loadOlder()
  await sync.loadOlder()
  assertUnbroken(room, 1, 120)
  assert.equal(room.timeline.hasOlder, false)
  const asked = server.asked.length
  await sync.loadOlder()
  assert.equal(server.asked.length, asked)
})

test("after an absence the page is not taken: it tells nothing of the changes before it", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 10 })
  await sync.open()
  server.newest = 12
  await sync.open()
  assertUnbroken(room, 1, 10)
  assert.equal(room.log.isBehind, true)
})

test("a room in which nothing has happened is not behind", async () => {
  const { sync, room } = syncUnderTest({ newest: 10 })
  await sync.open()
  await sync.open()
  assert.equal(room.log.isBehind, false)
})

test("a room whose log is another one than before starts over", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 40 })
  await sync.open()
  server.newest = 3
  await sync.open()
  assertUnbroken(room, 1, 3)
  assert.equal(room.log.last, 3)
})

test("starting over takes the newest page and forgets the rest", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 10 })
  await sync.open()
  server.newest = 5_000
  await sync.beginAnew()
  assertUnbroken(room, 4_951, 5_000)
  assert.equal(room.timeline.hasOlder, true)
  assert.equal(room.log.last, 5_000)
})

test("an older page that comes after the timeline has moved away from it leaves no hole", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 120 })
  await sync.open()
  const older = sync.loadOlder()
  server.newest = 5_000
  await Promise.all([older, sync.beginAnew()])
  const first = room.timeline.firstSeq
  assertUnbroken(room, first, 5_000)
})

test("one can go anywhere in the room, and from there to its end without a hole", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 1_000 })
  await sync.open()
  assert.equal(await sync.goTo({ around: 200 }), true)
  assertUnbroken(room, 175, 224)
  while (room.timeline.hasNewer) {
    room.timeline.look(room.timeline.lastSeq)
    await sync.loadNewer()
  }
  assert.equal(room.timeline.lastSeq, server.newest)
  const asked = server.asked.length
  await sync.loadNewer()
  assert.equal(server.asked.length, asked)
})

test("from anywhere one can go to the newest messages, and nothing that comes meanwhile is missed", async () => {
  const { sync, room, server } = syncUnderTest({ newest: 1_000 })
  await sync.open()
  await sync.goTo({ around: 200 })
  const going = sync.goTo({})
  room.receive(message(1_001))
  await going
  assert.equal(room.timeline.hasNewer, true)
  server.newest = 1_001
  await sync.loadNewer()
  assert.equal(room.timeline.lastSeq, 1_001)
  assert.equal(room.timeline.hasNewer, false)
})

test("of two places that are asked for, the last one holds", async () => {
  const { sync, room } = syncUnderTest({ newest: 1_000 })
  await sync.open()
  const first = sync.goTo({ around: 200 })
  assert.equal(await sync.goTo({ around: 600 }), true)
  assert.equal(await first, false)
  assertUnbroken(room, 575, 624)
})

test("a newer page that comes after the timeline has moved away leaves no hole", async () => {
  const { sync, room } = syncUnderTest({ newest: 1_000 })
  await sync.open()
  await sync.goTo({ around: 200 })
  await Promise.all([sync.loadNewer(), sync.goTo({ around: 600 })])
  assertUnbroken(room, 575, 624)
})

test("a page of history that does not come is asked for a few times, and then said to be missing", async () => {
  const { sync, server, clock } = syncUnderTest({ newest: 1_000 })
  await sync.open()
  server.error = RequestError.refused({ code: "storage", message: "" })
  const asked = server.asked.length
  const older = sync.loadOlder()
  for (let second = 0; second < 20; second += 1) await clock.pass(1_000)
  assert.equal(await older, false)
  assert.equal(server.asked.length, asked + 3)
})

test("a server in trouble is asked again, a server that is away is not", async () => {
  const { sync, room, server, clock } = syncUnderTest({ newest: 10 })
  server.error = RequestError.refused({ code: "storage", message: "" })
  sync.open()
  await settled()
  server.error = null
  await clock.pass(10_000)
  assertUnbroken(room, 1, 10)

  server.error = RequestError.disconnected()
  const asked = server.asked.length
  await sync.open()
  await clock.pass(10_000)
  assert.equal(server.asked.length, asked + 1)
})

test("a room that one has left is not asked for again, and an answer of before is not taken", async () => {
  const { sync, room, server, clock } = syncUnderTest({ newest: 10 })
  server.error = RequestError.refused({ code: "storage", message: "" })
  sync.open()
  await settled()
  server.error = null
  sync.stop()
  await clock.pass(10_000)
  assert.equal(server.asked.length, 1)

  const other = syncUnderTest({ newest: 10 })
  const opening = other.sync.open()
  other.sync.stop()
  await opening
  assert.deepEqual([room.timeline.isLoaded, other.room.timeline.isLoaded], [false, false])
})

test("when people come and go without their names, the roster is asked for a little later", async () => {
  const { sync, room, server, clock } = syncUnderTest({ newest: 1 })
  await sync.open()
  room.peopleLeft({ users: [], others: 1, members: 1 })
  sync.refreshRoster()
  sync.refreshRoster()
  await clock.pass(10_000)
  assert.deepEqual(server.asked.map(({ event }) => event), ["join", "join"])
  assert.equal(room.roster.isStale, false)
})
