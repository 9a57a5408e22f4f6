import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock, FakeDatabase, message, messages, settled } from "./support.js"
import { Chat } from "../../static/js/connection/chat.js"
import { RoomCommands } from "../../static/js/connection/room_commands.js"
import { RequestError } from "../../static/js/connection/request_error.js"
import { ROOMS_KEPT } from "../../static/js/models/rooms.js"
import { Album } from "../../static/js/storage/album.js"
import { Letters } from "../../static/js/storage/letters.js"
import { Tabs } from "../../static/js/storage/tabs.js"

const NEWEST = 10

function info(name, overrides = {}) {
  const may = ["read", "post", "leave"]
  return { name, title: name, kind: "open", seq: NEWEST, members: 1, joined: true, may, read: 5, unread: 5, mentions: 0, ...overrides }
}

/** Two messages that came while one was away. */
function missedAfter(last) {
  return { seq: NEWEST + 2, messages: messages(last + 1, NEWEST + 2), more: false }
}

/** A chat with several rooms, and a server that the test speaks for. */
async function chatUnderTest({ database = new FakeDatabase() } = {}) {
  const clock = new FakeClock()
  const asked = []
  const told = []
  const answers = {
    join: ({ room }) => ({ room: info(room), members: [ada], messages: messages(1, NEWEST), more: false }),
    read: ({ room, seq }) => ({ room, read: seq, unread: 0, mentions: 0 }),
    create_room: ({ title }) => ({ room: info("made", { title, seq: 0, read: 0, unread: 0 }) }),
    send: () => {
      throw RequestError.refused({ code: "slow_mode", message: "not so fast", retry_after_ms: 7_000 })
    },
    leave: () => ({}),
    sync: ({ rooms }) => ({
      rooms: Object.fromEntries(Object.entries(rooms).map(([room, last]) => [room, missedAfter(last)])),
    }),
  }
  let isOnline = false
  let server
  const connection = {
    get isOnline() {
      return isOnline
    },
    start: (handlers) => (server = handlers),
    stop: () => asked.push("stop"),
    request: async (event, data) => {
      if (!isOnline) throw RequestError.disconnected()
      asked.push(`${event} ${data.room ?? ""}`.trim())
      return { ok: true, ...answers[event](data) }
    },
  }
  const album = new Album(database, clock)
  const chat = new Chat({
    connection,
    identity: { isKnown: true, hasAccount: true, watch: () => {}, forget: () => told.push("forgotten") },
    letters: new Letters(database, new Tabs({ clock })),
    album,
    clock,
  })
  const tell = (name) => (...about) => told.push([name, ...about.map((one) => one?.name ?? one)].join(" ").trim())
  chat.watch({
    stateChanged: () => {},
    welcomed: () => {},
    refused: () => {},
    roomChanged: () => {},
    roomsChanged: tell("rooms"),
    removed: tell("removed"),
    meChanged: tell("me"),
    facesChanged: tell("faces"),
  })
  await chat.restore()
  chat.start()
  const welcome = async (rooms, user = ada) => {
    isOnline = true
    server.stateChanged("online")
    const limits = { message_bytes: 100 }
    await server.welcomed({ user, rooms, server: { limits }, may: ["create_room"] }, "ada")
    await settled()
  }
  return { chat, clock, asked, told, database, welcome, says: (event, data) => server.received(event, data) }
}

const names = (chat) => chat.rooms.map(({ name }) => name)

test("only the room that is open is asked for", async () => {
  const { chat, asked, welcome } = await chatUnderTest()
  await welcome([info("attic"), info("lobby"), info("garden")])
  assert.equal(chat.current.name, "lobby")
  assert.deepEqual(asked, ["join lobby"])
  await chat.open(chat.roomNamed("garden"))
  await chat.open(chat.roomNamed("lobby"))
  assert.deepEqual(asked, ["join lobby", "join garden"])
})

test("a message to a room that is not open is counted there", async () => {
  const { chat, says, welcome } = await chatUnderTest()
  await welcome([info("lobby"), info("garden")])
  says("message", message(11, { room: "garden", user: bob, mentions: [ada.id] }))
  says("message", message(12, { room: "garden", user: ada }))
  assert.deepEqual(chat.roomNamed("garden").countsFor(ada), { unread: 6, mentions: 1 })
})

test("what came while a guest was away is new to them, though the server takes it for read", async () => {
  const { chat, welcome } = await chatUnderTest()
  const guest = { ...bob, role: "guest" }
  await welcome([info("lobby", { read: NEWEST, unread: 0 })], guest)
  await welcome([info("lobby", { seq: NEWEST + 2, read: NEWEST + 2, unread: 0 })], guest)
  assert.equal(chat.current.unreadBy(guest), 2)
})

test("what an account has read on another device meanwhile is not new to them", async () => {
  const { chat, welcome } = await chatUnderTest()
  await welcome([info("lobby", { read: NEWEST, unread: 0 })], bob)
  await welcome([info("lobby", { seq: NEWEST + 2, read: NEWEST + 2, unread: 0 })], bob)
  assert.equal(chat.current.unreadBy(bob), 0)
})

test("what is seen is told to the server once, a moment later", async () => {
  const { chat, clock, asked, welcome } = await chatUnderTest()
  await welcome([info("lobby")])
  chat.markRead(chat.current)
  chat.markRead(chat.current)
  assert.equal(asked.includes("read lobby"), false)
  await clock.pass(1_000)
  assert.deepEqual(asked.filter((event) => event === "read lobby").length, 1)
})

test("a new room appears, and one that is gone goes away with what was said in it", async () => {
  const { chat, says, told, welcome } = await chatUnderTest()
  await welcome([info("lobby")])
  says("room", info("garden"))
  assert.deepEqual(names(chat), ["lobby", "garden"])
  await chat.open(chat.roomNamed("garden"))
  const garden = chat.current
  says("removed", { room: "garden", code: "removed" })
  assert.deepEqual(names(chat), ["lobby"])
  assert.equal(chat.current.name, "lobby")
  assert.equal(garden.timeline.isLoaded, false)
  assert.ok(told.includes("removed garden removed"))
})

test("a room that one was taken out of meanwhile is gone when the connection is back", async () => {
  const { chat, welcome } = await chatUnderTest()
  await welcome([info("lobby"), info("garden")])
  await welcome([info("lobby")])
  assert.deepEqual(names(chat), ["lobby"])
})

test("a room that was made here is there before the server tells of it", async () => {
  const { chat, welcome } = await chatUnderTest()
  await welcome([info("lobby")])
  const room = await new RoomCommands(chat).create({ title: "Made", kind: "open", topic: "" })
  assert.equal(chat.roomNamed("made"), room)
  assert.equal(room.titleFor(ada), "Made")
})

test("slow mode refuses the message, which stays, and tells when the next one is welcome", async () => {
  const { chat, clock, welcome } = await chatUnderTest()
  await welcome([info("lobby")])
  chat.writer.send(chat.current, "too soon")
  await settled()
  assert.equal(chat.current.slowUntil, clock.now() + 7_000)
  assert.equal(chat.current.timeline.unsent[0].state, "failed")
})

test("a room whose messages had to make place is read again when it is opened again", async () => {
  const { chat, asked, welcome } = await chatUnderTest()
  const names = Array.from({ length: ROOMS_KEPT + 1 }, (_, index) => `room-${index}`)
  await welcome([info("lobby"), ...names.map((name) => info(name))])
  const [lobby, ...others] = chat.rooms
  for (const room of others) await chat.open(room)
  assert.equal(lobby.timeline.isLoaded, false)
  await chat.open(lobby)
  assert.equal(lobby.timeline.messages.length, NEWEST)
  assert.equal(asked.filter((event) => event === "join lobby").length, 2)
})

test("who comes and goes in a room that is not open is no news", async () => {
  const { chat, says, welcome } = await chatUnderTest()
  await welcome([info("lobby"), info("garden")])
  says("joined", { room: "garden", users: [bob], others: 3, members: 5 })
  says("joined", { room: "lobby", users: [bob], others: 0, members: 2 })
  assert.deepEqual(chat.roomNamed("garden").timeline.notices, [])
  assert.deepEqual(chat.roomNamed("lobby").timeline.notices.map(({ text }) => text), ["bob joined"])
})

test("one's own new name and rights are taken over", async () => {
  const { chat, says, told, welcome } = await chatUnderTest()
  await welcome([info("lobby")])
  says("me", { user: { ...ada, name: "Ada L." }, may: ["settings"] })
  assert.deepEqual([chat.me.name, chat.may], ["Ada L.", ["settings"]])
  assert.ok(told.includes("me"))
})

test("the list of rooms is there before the connection, as it was", async () => {
  const first = await chatUnderTest()
  await first.welcome([info("lobby"), info("garden", { title: "The garden" })])
  first.says("room", info("attic"))
  first.chat.save()
  await settled()
  const { chat } = await chatUnderTest({ database: first.database })
  assert.deepEqual(chat.rooms.map((room) => room.titleFor(ada)), ["lobby", "The garden", "attic"])
  assert.equal(chat.current.timeline.messages.length, NEWEST)
})

test("who leaves leaves nothing behind", async () => {
  const { chat, asked, told, database, welcome } = await chatUnderTest()
  await welcome([info("lobby"), info("garden")])
  chat.faces.learn([{ ...bob, avatar: "1" }])
  chat.save()
  chat.end()
  await settled()
  assert.deepEqual([chat.faces.named("bob"), chat.faces.of(bob).avatar], [undefined, undefined])
  assert.deepEqual([chat.me, names(chat), chat.current], [null, [], null])
  assert.equal(asked.at(-1), "stop")
  assert.ok(told.includes("forgotten"))
  assert.deepEqual([database.stores.rooms.size, database.stores.session.size], [0, 0])
})
