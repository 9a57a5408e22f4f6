import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, cleo, FakeClock, message, messages } from "./support.js"
import { queryAt, rank, rate } from "../../static/js/models/completion.js"
import { Faces } from "../../static/js/models/faces.js"
import { splitInline } from "../../static/js/models/inline.js"
import { knownFor } from "../../static/js/models/known_names.js"
import { Room } from "../../static/js/models/room.js"
import { commandsFor, isForOthers, readSaid } from "../../static/js/models/slash_commands.js"
import { peopleIn, suggestPeople, suggestRooms } from "../../static/js/models/suggestions.js"

function roomOf(info = {}) {
  const room = new Room(info.name ?? "garden", { clock: new FakeClock(), onChange: () => {} })
  room.describe({ name: "garden", ...info })
  return room
}

/** What is completed where `|` is. */
function at(text) {
  const query = queryAt(text.replace("|", ""), text.indexOf("|"))
  return query && [query.kind, query.start, query.words]
}

test("what is being written at the caret is known by its sign", () => {
  assert.deepEqual(at("@|"), ["person", 0, ""])
  assert.deepEqual(at("hello @ada love|, and more"), ["person", 6, "ada love"])
  assert.deepEqual(at("see #gar|"), ["room", 4, "gar"])
  assert.deepEqual(at("well :smi|"), ["emoji", 5, "smi"])
  assert.deepEqual(at("/to|"), ["command", 0, "to"])
  assert.deepEqual(at("/invite @to|"), ["invitee", 8, "to"])
  assert.deepEqual(at("@ada and @bo|"), ["person", 9, "bo"])
})

test("what only looks like a sign is left alone", () => {
  for (const text of ["ada@exam|", "@ |", ":s|", "12:30 :3|", "a/b|", "hi /me|", "page#part|", "x&#39|", "//to|", "plain|", "@a\n|"]) {
    assert.equal(at(text), null, text)
  }
})

test("the likeliest comes first, and accents do not matter", () => {
  const names = ["Tomás", "Thomas", "Ann Tomson", "Automat", "Tom"]
  const ranked = suggestPeople(names.map((name) => ({ id: name, name })), "tom", ({ name }) => `@${name} `)
  assert.deepEqual(ranked.map(({ label }) => label), ["Tom", "Tomás", "Ann Tomson", "Automat"])
  assert.equal(ranked[1].text, "@Tomás ")
  assert.equal(rate("ada", "ada "), Infinity)
  assert.equal(rate("ada lovelace", "ada "), 1)
  assert.deepEqual(rank(["b", "a"], () => 1, 1), ["b"])
})

test("those who wrote last are suggested first, then those who are here, and never oneself", () => {
  const room = roomOf()
  room.timeline.mergePage([message(1), message(2, { user: bob })], false)
  room.peopleAre([ada, bob, cleo], 3)
  assert.deepEqual(peopleIn(room, ada), [bob, cleo])
  assert.deepEqual(peopleIn(room, cleo), [bob, ada])
})

test("rooms are found by what they are called, and direct ones are not for all to see", () => {
  const rooms = [
    roomOf({ title: "The Allotment" }),
    roomOf({ name: "committee", title: "Committee" }),
    roomOf({ name: "d-1", kind: "direct" }),
  ]
  assert.deepEqual(suggestRooms(rooms, "allot").map(({ text }) => text), ["#garden "])
  assert.deepEqual(suggestRooms(rooms, "").map(({ text }) => text), ["#garden ", "#committee "])
})

test("only what one may do is offered as a command", () => {
  const names = (info, isGuest = false) => commandsFor({ room: roomOf(info), isGuest }).map(({ name }) => name)
  assert.deepEqual(names({ may: ["post"] }, true), ["me", "nick", "help"])
  assert.deepEqual(names({ may: ["post", "update", "invite"], level: "all" }), ["me", "topic", "invite", "mute", "help"])
  assert.deepEqual(names({ may: [], level: "nothing" }), ["unmute", "help"])
})

test("a slash begins a command, two of them a message with one", () => {
  const place = { room: roomOf({ may: ["post", "update"], level: "all" }), isGuest: false }
  const said = (text) => {
    const { command, ...rest } = readSaid(text, place)
    return { ...rest, ...(command && { command: command.name }) }
  }
  assert.deepEqual(said("hello /me"), { body: "hello /me" })
  assert.deepEqual(said("//help"), { body: "/help" })
  assert.deepEqual(said("/ 5"), { body: "/ 5" })
  assert.deepEqual(said("/ME waves\nand smiles"), { command: "me", argument: "waves\nand smiles" })
  assert.deepEqual(said("/mute"), { command: "mute", argument: "" })
  assert.deepEqual(said("/topic  "), { refusal: { reason: "argument", name: "topic" } })
  assert.deepEqual(said("/invite bob"), { refusal: { reason: "unknown", name: "invite" } })
  assert.deepEqual(said("/etc/hosts"), { refusal: { reason: "unknown", name: "etc/hosts" } })
})

test("others are told that somebody writes a message, and not of commands", () => {
  const [messages, commands] = [["hello", "//help", "/me waves", ""], ["/", "/topic new", "/menu"]]
  assert.deepEqual(messages.filter(isForOthers), messages)
  assert.deepEqual(commands.filter(isForOthers), [])
})

test("names of people and rooms are found in a text as the server finds them", () => {
  const known = {
    personNamed: (name) => ({ ada: "1", "ada lovelace": "2", "b.o-b": "3" })[name.toLowerCase()],
    isRoom: (name) => name === "garden",
  }
  const found = (text, options) => splitInline(text, { ...known, ...options }).filter(({ person, room }) => (person ?? room) !== undefined).map(({ text }) => text)
  assert.deepEqual(found("@ada, look"), ["@ada"])
  assert.deepEqual(found("@ADA Lovelace and @ada"), ["@ADA Lovelace", "@ada"])
  assert.deepEqual(found("(@b.o-b) in #garden."), ["@b.o-b", "#garden"])
  assert.deepEqual(found("x@ada @adam @ ada #gardens https://example.org/#garden"), [])
  assert.deepEqual(found("@somebody else", { callsSomebody: true }), ["@somebody"])
  assert.equal(splitInline("@ada & #garden!", known).map(({ text }) => text).join(""), "@ada & #garden!")
})

test("a name is that of whoever wrote, is here, or was told of", () => {
  const room = roomOf()
  room.peopleAre([bob], 1)
  const faces = new Faces()
  faces.learn([cleo])
  const { personNamed } = knownFor(message(1), { room, me: ada, faces, isRoom: () => false })
  assert.deepEqual(["ADA", "bob", "Cleo", "dan"].map(personNamed), [ada.id, bob.id, cleo.id, undefined])
})

test("those who are known are looked through once, however many messages name somebody", () => {
  let looks = 0
  const faces = new Faces()
  faces.learn([{ id: cleo.id, name: Object.assign(Object("cleo"), { normalize: () => (looks += 1, "cleo") }) }])
  const found = messages(1, 3).map((each) => knownFor(each, { room: roomOf(), me: ada, faces, isRoom: () => false }).personNamed("cleo"))
  assert.deepEqual(found, [cleo.id, cleo.id, cleo.id])
  assert.equal(looks, 1)
})
