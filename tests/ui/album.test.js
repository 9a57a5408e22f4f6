import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, deleted, FakeClock, FakeDatabase, message, messages } from "./support.js"
import { Room } from "../../static/js/models/room.js"
import { Album } from "../../static/js/storage/album.js"

const SESSION = { user: ada, messageBytes: 100, rooms: [{ name: "lobby" }] }

function albumUnderTest(database = new FakeDatabase()) {
  const clock = new FakeClock()
  const album = new Album(database, clock)
  const room = new Room("lobby", { clock, onChange: () => album.changed(room) })
  return { album, clock, database, room }
}

function begin(room, from, to) {
  room.begin({ messages: messages(from, to), more: from > 1, room: { seq: to } })
}

/** What the next page recalls, as a room again. */
async function recalled(database) {
  const { album, room } = albumUnderTest(database)
  const seen = await album.recall()
  if (seen?.rooms[0]) room.restore(seen.rooms[0])
  return { seen, room }
}

test("what was seen is recalled as it was, and goes on from its last number", async () => {
  const { album, clock, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 10)
  room.receive(deleted(3, 11))
  await clock.pass(1_000)

  const { seen, room: again } = await recalled(database)
  assert.deepEqual([seen.user, seen.messageBytes], [ada, 100])
  const wording = ({ timeline }) => timeline.messages.map(({ seq, body, changed, deleted_at }) => [seq, body, changed, deleted_at])
  assert.deepEqual(wording(again), wording(room))
  assert.equal(again.timeline.hasOlder, false)
  assert.equal(again.log.last, 11)
  assert.equal(again.unreadBy(bob), 0)
})

test("what came after one stopped reading is still unread", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 10)
  room.receive(message(11))
  album.save()
  assert.equal((await recalled(database)).room.unreadBy(bob), 1)
})

test("the newest messages are kept, and that there are older ones", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 500)
  album.save()
  const { room: again } = await recalled(database)
  assert.equal(again.timeline.firstSeq, 301)
  assert.equal(again.timeline.hasOlder, true)
})

test("long messages do not fill the disk", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 1)
  for (let seq = 2; seq <= 100; seq++) room.receive(message(seq, { body: "x".repeat(16_000) }))
  album.save()
  const { room: again } = await recalled(database)
  assert.ok(again.timeline.messages.length < 20)
  assert.equal(again.timeline.lastSeq, 100)
})

test("what is not acknowledged is no part of it", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 1)
  room.timeline.showUnsent({ id: "mine", user: ada, body: "mine", sentAt: 0 })
  room.timeline.showChange("id-1", { kind: "edit", body: "new", state: "pending" })
  album.save()
  const { room: again } = await recalled(database)
  assert.deepEqual(again.timeline.messages.map(({ body, change }) => [body, change]), [["message 1", undefined]])
  assert.deepEqual(again.timeline.unsent, [])
})

test("the newest message is kept however long it is", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 10)
  room.receive(message(11, { body: "x".repeat(256 * 1024 + 1) }))
  album.save()
  const { room: again } = await recalled(database)
  assert.deepEqual(again.timeline.messages.map(({ seq }) => seq), [11])
  assert.equal(again.timeline.hasOlder, true)
})

test("a room with a gap is kept only when the gap is closed", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 10)
  album.save()
  room.receive(message(15))
  album.save()
  assert.equal((await recalled(database)).room.timeline.lastSeq, 10)
  room.catchUp({ messages: messages(11, 15), seq: 15 })
  album.save()
  assert.equal((await recalled(database)).room.log.last, 15)
})

test("many changes are kept at once", async () => {
  const { album, clock, database, room } = albumUnderTest()
  album.begin(SESSION)
  let writes = 0
  const { change } = database
  database.change = (...args) => {
    writes += 1
    return change(...args)
  }
  begin(room, 1, 1)
  for (let seq = 2; seq <= 50; seq++) room.receive(message(seq))
  await clock.pass(1_000)
  assert.equal(writes, 1)
})

test("what one person saw is not shown to the next", async () => {
  const first = albumUnderTest()
  first.album.begin(SESSION)
  begin(first.room, 1, 10)
  first.album.save()

  const second = albumUnderTest(first.database)
  await second.album.recall()
  second.album.begin({ ...SESSION, user: bob })
  const { seen } = await recalled(first.database)
  assert.deepEqual([seen.user, seen.rooms], [bob, []])
})

test("a room that one is in no longer is forgotten", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 1, 10)
  album.save()
  const next = albumUnderTest(database)
  await next.album.recall()
  next.album.begin({ ...SESSION, rooms: [{ name: "garden" }] })
  assert.deepEqual([...database.stores.rooms.keys()], [])
})

test("nothing kept is nothing recalled", async () => {
  assert.equal((await recalled(new FakeDatabase())).seen, null)
})

test("while one reads further back, the picture with the newest messages stays", async () => {
  const { album, database, room } = albumUnderTest()
  album.begin(SESSION)
  begin(room, 901, 1_000)
  album.save()
  room.moveTo({ messages: messages(1, 100), more: false }, { hasNewer: true })
  room.receive(message(1_001))
  album.save()
  const { room: again } = await recalled(database)
  assert.deepEqual([again.timeline.firstSeq, again.timeline.lastSeq, again.log.last], [901, 1_000, 1_000])
})
