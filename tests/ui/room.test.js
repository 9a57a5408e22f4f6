import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, cleo, deleted, FakeClock, message, messages } from "./support.js"
import { whyNotPost } from "../../static/js/models/posting.js"
import { Room } from "../../static/js/models/room.js"
import { groupRooms, noticeOf } from "../../static/js/models/room_groups.js"
import { Rooms, ROOMS_KEPT } from "../../static/js/models/rooms.js"

const clock = new FakeClock()

function roomOf(info) {
  const room = new Room(info.name ?? "lobby", { clock, onChange: () => {} })
  room.describe({ name: room.name, may: ["read", "post"], ...info })
  return room
}

function begin(room, from, to) {
  room.begin({ messages: messages(from, to), more: from > 1, room: { seq: to } })
}

// Unread

test("the server's count is shown until the room is opened, and grows with what comes", () => {
  const room = roomOf({ read: 3, unread: 7, mentions: 1 })
  room.count(message(11, { mentions: [bob.id] }), bob)
  room.count(message(12), bob)
  assert.deepEqual(room.countsFor(bob), { unread: 9, mentions: 2 })
})

test("an opened room counts what is here: not what was deleted, not one's own", () => {
  const room = roomOf({ read: 8, unread: 2, mentions: 0 })
  begin(room, 1, 10)
  room.receive(message(11, { mentions: [bob.id] }))
  room.receive(message(12, { user: bob }))
  room.receive(deleted(9, 13))
  assert.deepEqual(room.countsFor(bob), { unread: 2, mentions: 1 })
})

test("where what is unread reaches back further than what is here, the server's count holds", () => {
  const room = roomOf({ read: 3, unread: 97, mentions: 0 })
  begin(room, 51, 100)
  assert.equal(room.unreadBy(bob), 97)
})

test("who reads elsewhere in the room has not read its end, and what comes there counts", () => {
  const room = roomOf({ read: 100, unread: 0, mentions: 0 })
  begin(room, 51, 100)
  room.moveTo({ messages: messages(1, 20), more: false }, { hasNewer: true })
  room.count(message(101), bob)
  room.receive(message(101))
  assert.equal(room.markRead(), false)
  assert.equal(room.unreadBy(bob), 1)
  assert.equal(room.log.last, 101)
})

test("what was seen is read, once", () => {
  const room = roomOf({ read: 3, unread: 7, mentions: 1 })
  assert.equal(room.markRead(), false)
  begin(room, 1, 10)
  assert.equal(room.markRead(), true)
  assert.equal(room.markRead(), false)
  assert.deepEqual([room.readUpTo, room.unreadBy(bob)], [10, 0])
})

test("what was read on another device is read here", () => {
  const room = roomOf({ read: 3, unread: 7, mentions: 1 })
  room.readElsewhere({ read: 10, unread: 0, mentions: 0 })
  assert.equal(room.unreadBy(bob), 0)
})

test("news of a room do not bring back what was just read here", () => {
  const room = roomOf({ read: 3, unread: 7, mentions: 0 })
  begin(room, 1, 10)
  room.markRead()
  room.describe({ name: "lobby", title: "Lobby", read: 3, unread: 7, mentions: 0 })
  assert.equal(room.unreadBy(bob), 0)
})

test("a room whose messages went away goes on counting", () => {
  const room = roomOf({ read: 10, unread: 0, mentions: 0 })
  begin(room, 1, 10)
  room.unload()
  room.count(message(11), bob)
  assert.equal(room.unreadBy(bob), 1)
  assert.equal(room.timeline.isLoaded, false)
})

test("the level says what is told of it", () => {
  const counts = { read: 0, unread: 5, mentions: 2 }
  assert.deepEqual(noticeOf(roomOf({ ...counts, level: "all" }), bob), { unread: 5, mentions: 2 })
  assert.deepEqual(noticeOf(roomOf({ ...counts, level: "mentions" }), bob), { unread: 2, mentions: 2 })
  assert.deepEqual(noticeOf(roomOf({ ...counts, level: "nothing" }), bob), { unread: 0, mentions: 0 })
})

// What it is and what one may do

test("a direct room is called by the others in it", () => {
  const room = roomOf({ kind: "direct", title: "", people: [ada, bob, cleo] })
  assert.equal(room.titleFor(bob), "ada and cleo")
})

test("a room without a title is called by its name", () => {
  assert.equal(new Room("lobby", { clock, onChange: () => {} }).titleFor(ada), "lobby")
})

test("rooms are listed by title, the lobby first, direct ones apart, archived ones not", () => {
  const rooms = [
    roomOf({ name: "z", title: "Alpha" }),
    roomOf({ name: "old", title: "Old", archived: true }),
    roomOf({ name: "d", kind: "direct", people: [ada, bob] }),
    roomOf({ name: "a", title: "beta 10" }),
    roomOf({ name: "b", title: "Beta 9" }),
    roomOf({ name: "lobby", title: "Lobby" }),
  ]
  const groups = groupRooms(rooms, ada)
  assert.deepEqual(groups.rooms.map(({ name }) => name), ["lobby", "z", "b", "a"])
  assert.deepEqual(groups.direct.map(({ name }) => name), ["d"])
})

test("who may not write is told why", () => {
  const now = clock.now()
  const why = (info) => whyNotPost(roomOf(info), now)
  assert.equal(why({}), "")
  assert.equal(whyNotPost(new Room("lobby", { clock, onChange: () => {} }), now), "")
  assert.match(why({ may: ["read"], archived: true }), /archived/)
  assert.match(why({ may: ["read"], muted_until: now + 60_000 }), /muted here until/)
  assert.match(why({ may: ["read"], kind: "read_only" }), /Only moderators/)
})

test("slow mode counts from one's own message, and not for moderators", () => {
  const now = clock.now()
  const room = roomOf({ slow_mode: 10 })
  room.hasSent(now)
  assert.equal(room.slowUntil, now + 10_000)
  const moderated = roomOf({ slow_mode: 10, may: ["post", "moderate"] })
  moderated.hasSent(now)
  assert.equal(moderated.slowUntil, 0)
})

// Many of them

test("only the rooms opened last keep their messages", () => {
  const rooms = new Rooms()
  const all = Array.from({ length: ROOMS_KEPT + 2 }, (_, index) => roomOf({ name: `room-${index}`, read: 0, unread: 0 }))
  for (const room of all) {
    rooms.add(room)
    begin(room, 1, 10)
    rooms.opened(room)
    rooms.opened(all[0])
  }
  const loaded = all.filter(({ timeline }) => timeline.isLoaded)
  assert.equal(loaded.length, ROOMS_KEPT)
  assert.deepEqual([all[0].timeline.isLoaded, all[1].timeline.isLoaded, all[2].timeline.isLoaded], [true, false, false])
})
