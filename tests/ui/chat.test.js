import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, edited, FakeClock, FakeDatabase, message, messages, settled } from "./support.js"
import { Chat } from "../../static/js/connection/chat.js"
import { RequestError } from "../../static/js/connection/request_error.js"
import { isDeleted, textOf } from "../../static/js/models/message.js"
import { Album } from "../../static/js/storage/album.js"
import { Letters } from "../../static/js/storage/letters.js"
import { Tabs } from "../../static/js/storage/tabs.js"

/** A server with one room that the test speaks for, and what it was asked. */
class FakeServer {
  isOnline = false
  asked = []
  newest = 10
  /** @type {Record<string, (data: object) => object>} */
  answers = {
    join: () => ({
      room: { name: "lobby", seq: this.newest, members: 1 },
      members: [ada],
      messages: messages(1, this.newest),
      more: false,
    }),
    sync: ({ rooms }) => ({
      rooms: { lobby: { seq: this.newest, messages: messages(rooms.lobby + 1, this.newest), more: false } },
    }),
    send: () => ({ seq: ++this.newest, sent_at: 0 }),
    edit: () => ({ seq: 1, changed: ++this.newest, edited_at: 1 }),
    delete: () => ({ seq: 1, changed: ++this.newest, deleted_at: 1 }),
  }

  start(handlers) {
    this.handlers = handlers
  }

  async request(event, data) {
    if (!this.isOnline) throw RequestError.disconnected()
    this.asked.push(event)
    return { ok: true, ...this.answers[event](data) }
  }

  async welcome(user = ada, names = ["lobby"]) {
    this.isOnline = true
    this.handlers.stateChanged("online")
    const rooms = names.map((name) => ({ name, seq: this.newest, members: 1 }))
    const welcome = { user, rooms, server: { limits: { message_bytes: 100 } } }
    await this.handlers.welcomed(welcome, user.name)
    await settled()
  }

  restart() {
    this.asked.push("restart")
  }

  goAway() {
    this.isOnline = false
    this.handlers.stateChanged("away")
  }

  tell(event, data) {
    this.handlers.received(event, data)
  }
}

async function chatUnderTest({ database = new FakeDatabase(), server = new FakeServer(), hasToken = true } = {}) {
  const identity = { isKnown: hasToken, rename: () => {}, watch: (onFollowed) => (identity.follow = onFollowed) }
  const refusals = []
  const clock = new FakeClock()
  const chat = new Chat({
    connection: server,
    identity,
    letters: new Letters(database, new Tabs({ clock })),
    album: new Album(database, clock),
    clock,
  })
  const handlers = ["stateChanged", "welcomed", "roomChanged", "roomsChanged", "removed"].map((name) => [name, () => {}])
  const missed = []
  chat.watch({
    ...Object.fromEntries(handlers),
    refused: ({ code }) => refusals.push(code),
    missed: (messages) => missed.push(messages.map(({ message }) => message.seq)),
  })
  await chat.restore()
  chat.enterAs("ada")
  const all = () => [...chat.rooms[0].timeline.messages, ...chat.rooms[0].timeline.unsent]
  return {
    chat, server, clock, database, identity, refusals, missed,
    room: () => chat.rooms[0],
    find: (id) => chat.rooms[0].timeline.find(id),
    shown: () => all().map((shown) => (isDeleted(shown) ? "deleted" : textOf(shown))),
    states: () => all().map(({ state }) => state),
  }
}

function refuse(code) {
  return () => {
    throw RequestError.refused({ code, message: "" })
  }
}

async function online(options) {
  const under = await chatUnderTest(options)
  await under.server.welcome()
  return under
}

test("what is written before the connection is back goes out after what was missed has come", async () => {
  const { chat, server, room, states } = await online()
  server.goAway()
  chat.writer.send(room(), "hello")
  assert.equal(states().at(-1), "pending")
  server.newest = 12
  server.asked = []
  await server.welcome()
  assert.deepEqual(server.asked, ["join", "sync", "send"])
  assert.ok(states().every((state) => state === "sent"))
})

test("nothing is asked for when nothing was missed", async () => {
  const { server } = await online()
  server.goAway()
  server.asked = []
  await server.welcome()
  assert.deepEqual(server.asked, ["join"])
})

test("a message that came back by sync is not sent again", async () => {
  const { chat, server, room, shown } = await online()
  server.answers.send = () => {
    server.newest += 1
    server.isOnline = false
    throw RequestError.disconnected()
  }
  chat.writer.send(room(), "hello")
  await settled()
  const [{ id }] = room().timeline.unsent
  server.goAway()
  server.asked = []
  server.answers.sync = () => ({ rooms: { lobby: { seq: 11, messages: [message(11, { id, body: "hello" })], more: false } } })
  await server.welcome()
  assert.deepEqual(server.asked, ["join", "sync"])
  assert.deepEqual(shown().slice(-2), ["message 10", "hello"])
})

test("an event behind a gap makes the chat ask for what is missing", async () => {
  const { server, shown } = await online()
  server.newest = 13
  server.tell("message", message(13))
  await settled()
  assert.deepEqual(server.asked, ["join", "sync"])
  assert.deepEqual(shown().slice(-3), ["message 11", "message 12", "message 13"])
})

test("an edit shows at once, and as saved with its answer or its event, whichever comes first", async () => {
  const { chat, server, room, find } = await online()
  chat.writer.edit(room(), find("id-1"), "new")
  assert.equal(textOf(find("id-1")), "new")
  server.tell("edited", edited(1, 11, { body: "new" }))
  await settled()
  assert.equal(find("id-1").change, undefined)
  assert.equal(find("id-1").changed, 11)
  assert.equal(room().log.last, 11)
})

test("an edit of what somebody else has changed meanwhile tells the version that was edited", async () => {
  const { chat, server, room, find } = await online()
  const seen = find("id-1")
  server.tell("edited", edited(1, 11))
  let asked
  server.answers.edit = (data) => {
    asked = data
    throw RequestError.refused({ code: "outdated", message: "" })
  }
  chat.writer.edit(room(), seen, "mine")
  await settled()
  assert.equal(asked.version, 1)
  assert.equal(textOf(find("id-1")), "edited 11")
  assert.equal(find("id-1").change.body, "mine")

  server.answers.edit = (data) => {
    asked = data
    return { seq: 1, changed: 12, edited_at: 1 }
  }
  chat.writer.retry(room(), "id-1")
  await settled()
  assert.equal(asked.version, 11)
  assert.equal(textOf(find("id-1")), "mine")
})

test("who goes on editing while the first edit is saved edits that one", async () => {
  const { chat, server, room, find } = await online()
  server.goAway()
  chat.writer.edit(room(), find("id-1"), "one")
  const seen = find("id-1")
  await server.welcome()
  const versions = []
  server.answers.edit = ({ version }) => {
    versions.push(version)
    return { seq: 1, changed: 12, edited_at: 1 }
  }
  chat.writer.edit(room(), seen, "two")
  await settled()
  assert.deepEqual(versions, [11])
})

test("an edit that changes nothing asks for nothing", async () => {
  const { chat, server, room, find } = await online()
  chat.writer.edit(room(), find("id-1"), "message 1")
  await settled()
  assert.deepEqual(server.asked, ["join"])
})

test("a refused deletion shows the message again, and why", async () => {
  const { chat, server, room, find } = await online()
  server.answers.delete = () => {
    throw RequestError.refused({ code: "new_code", message: "no" })
  }
  chat.writer.delete(room(), find("id-1"))
  assert.equal(isDeleted(find("id-1")), true)
  await settled()
  assert.equal(isDeleted(find("id-1")), false)
  assert.equal(find("id-1").change.reason, "no")
  chat.writer.discard(room(), "id-1")
  assert.equal(find("id-1").change, undefined)
  assert.equal(find("id-1").body, "message 1")
})

test("a page without a connection shows what was last seen and what waits", async () => {
  const first = await online()
  first.chat.save()
  first.server.goAway()
  first.chat.writer.send(first.room(), "hello")
  first.chat.writer.delete(first.room(), first.find("id-2"))
  await settled()

  const { chat, server, shown } = await chatUnderTest({ database: first.database })
  assert.deepEqual(chat.me, ada)
  assert.deepEqual(shown().slice(0, 3), ["message 1", "deleted", "message 3"])
  assert.equal(shown().at(-1), "hello")
  await server.welcome()
  assert.deepEqual(server.asked, ["join", "send", "delete"])
})

test("without a token nothing of what somebody saw here is shown, and what they wrote is not sent", async () => {
  const first = await online()
  first.chat.save()
  first.server.goAway()
  first.chat.writer.send(first.room(), "ada's")
  await settled()

  const { chat, server, room, states } = await chatUnderTest({ database: first.database, hasToken: false })
  assert.equal(chat.me, null)
  assert.deepEqual(room().timeline.messages, [])
  server.newest = 0
  await server.welcome(bob)
  assert.deepEqual(server.asked, ["join"])
  assert.deepEqual(states(), ["failed"])
})

test("who becomes somebody else on an open page starts over", async () => {
  const { server, room } = await online()
  server.goAway()
  server.newest = 3
  await server.welcome(bob)
  assert.equal(room().timeline.messages.length, 3)
  assert.equal(room().log.last, 3)
})

test("who becomes somebody else is not taken to the rooms of the one before, and does not see what waits there", async () => {
  const { chat, server } = await online()
  await server.welcome(ada, ["lobby", "garden"])
  const garden = chat.rooms[1]
  server.goAway()
  chat.writer.send(garden, "ada's")
  const joined = []
  const { join } = server.answers
  server.answers.join = (data) => {
    joined.push(data.room)
    return join(data)
  }
  await server.welcome(bob)
  assert.deepEqual(joined, ["lobby"])
  assert.deepEqual(chat.rooms.map(({ name }) => name), ["lobby"])
  assert.deepEqual(server.asked.filter((event) => event === "send"), [])
  await chat.loadOlder(garden)

  server.goAway()
  await server.welcome(ada)
  const [, again] = chat.rooms
  assert.equal(again.name, "garden")
  assert.deepEqual(again.timeline.unsent.map(({ body, state }) => [body, state]), [["ada's", "failed"]])
  chat.writer.retry(again, again.timeline.unsent[0].id)
  await settled()
  assert.equal(server.asked.at(-1), "send")
})

test("neither is who opens the page again after that", async () => {
  const first = await online()
  await first.server.welcome(ada, ["lobby", "garden"])
  first.server.goAway()
  for (const room of first.chat.rooms) first.chat.writer.send(room, `ada's in ${room.name}`)
  await first.server.welcome(bob)
  first.chat.save()
  await settled()

  const { chat, server, room } = await chatUnderTest({ database: first.database })
  assert.deepEqual(chat.me, bob)
  await server.welcome(bob)
  assert.deepEqual(chat.rooms.map(({ name }) => name), ["lobby"])
  assert.deepEqual(room().timeline.unsent.map(({ body, state }) => [body, state]), [["ada's in lobby", "failed"]])
})

test("who has left a room is not taken back to it by what was refused there", async () => {
  const { chat, server } = await online()
  await server.welcome(ada, ["lobby", "garden"])
  const garden = chat.rooms[1]
  server.answers.send = refuse("archived")
  chat.writer.send(garden, "refused")
  await settled()
  chat.left(garden, "left")
  server.goAway()
  server.asked = []
  await server.welcome()
  assert.deepEqual(server.asked, ["join"])
  assert.deepEqual(chat.rooms.map(({ name }) => name), ["lobby"])
})

test("what somebody else wrote in it waits for them, also if one leaves the room", async () => {
  const { chat, server } = await online()
  await server.welcome(ada, ["lobby", "garden"])
  server.goAway()
  chat.writer.send(chat.rooms[1], "ada's")
  await server.welcome(bob, ["lobby", "garden"])
  chat.left(chat.rooms[1], "left")
  server.goAway()
  await server.welcome(ada, ["lobby", "garden"])
  assert.deepEqual(chat.rooms[1].timeline.unsent.map(({ body }) => body), ["ada's"])
})

test("who was put out of a room meanwhile sees there what was not sent, and is not taken back by it", async () => {
  const { chat, server } = await online()
  await server.welcome(ada, ["lobby", "garden"])
  const garden = chat.rooms[1]
  server.goAway()
  await chat.open(garden)
  chat.writer.send(garden, "hello")
  server.asked = []
  server.answers.send = refuse("not_in_room")
  await server.welcome(ada, ["lobby"])
  assert.deepEqual(server.asked, ["send"])
  assert.equal(chat.current, garden)
  assert.equal(garden.can("post"), false)
  assert.deepEqual(garden.timeline.unsent.map(({ body, state }) => [body, state]), [["hello", "failed"]])

  await chat.open(garden)
  assert.deepEqual(server.asked, ["send"])
  chat.learn({ name: "garden", joined: true, may: ["post"] })
  await settled()
  assert.deepEqual(server.asked, ["send", "join"])
})

test("who is out of a room does not ask who is in it", async () => {
  const { chat, server, clock, room } = await online()
  const users = { room: "lobby", users: [], others: 12, members: 32 }
  server.tell("joined", users)
  server.asked = []
  chat.left(room(), "left")
  await clock.pass(10_000)
  assert.deepEqual(server.asked, [])
})

test("who signs in or out in another window does so here too", async () => {
  const { server, identity, refusals } = await online()
  identity.follow()
  assert.deepEqual([server.asked.at(-1), refusals], ["restart", []])
  identity.isKnown = false
  identity.follow()
  assert.deepEqual(refusals, ["signed_out"])
})

test("who is at the entrance stays there if another window signs in", async () => {
  const { server, identity, refusals } = await chatUnderTest({ hasToken: false })
  identity.follow()
  assert.deepEqual([server.asked, refusals], [[], []])
})

test("what was written goes out even if the page fails to show what was missed", async () => {
  const { chat, server, room } = await online()
  server.goAway()
  chat.writer.send(room(), "hello")
  server.newest = 12
  server.asked = []
  room().catchUp = () => {
    throw new Error("a fault of the page")
  }
  await assert.rejects(server.welcome(), /a fault of the page/)
  await settled()
  assert.deepEqual(server.asked, ["join", "sync", "send"])
})

test("a connection that ends before everything is caught up sends nothing", async () => {
  const { chat, server, room } = await online()
  server.goAway()
  chat.writer.send(room(), "hello")
  server.newest = 12
  server.asked = []
  server.answers.sync = () => {
    server.goAway()
    throw RequestError.disconnected()
  }
  await server.welcome()
  assert.deepEqual(server.asked, ["join", "sync"])
})

test("what came while one was away is told once all of it is here, and not what came before one was there", async () => {
  const database = new FakeDatabase()
  const { server, missed, clock } = await online({ database })
  server.goAway()
  server.newest = 13
  // Page after page, and what was done to a message that is known is no news.
  server.answers.sync = ({ rooms }) => {
    const next = rooms.lobby + 1
    return { rooms: { lobby: { seq: next, messages: [edited(2, next), message(next)], more: next < server.newest } } }
  }
  await server.welcome()
  await clock.pass(2_000)
  assert.deepEqual(missed, [[11, 12, 13]])

  const later = await chatUnderTest({ database })
  later.server.newest = 15
  await later.server.welcome()
  assert.deepEqual(later.missed, [])
})
