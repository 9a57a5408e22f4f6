import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock } from "./support.js"
import { LANGUAGES } from "../../static/js/i18n/language.js"
import { Room } from "../../static/js/models/room.js"
import { neighbourOf } from "../../static/js/models/room_groups.js"
import { keyCaps, shortcutFor, shortcuts, spokenKeys } from "../../static/js/models/shortcuts.js"
import { closeness, rank } from "../../static/js/models/switcher.js"

function titles(places, query) {
  return rank(places, query).map(({ title }) => title)
}

function places(...titles) {
  return titles.map((title) => ({ title }))
}

test("what was typed finds what begins with it first, then what has it in a word, then anywhere", () => {
  const all = places("Old garden", "Regard", "Gardening", "Garden", "Lobby")
  assert.deepEqual(titles(all, "garden"), ["Garden", "Gardening", "Old garden"])
  assert.deepEqual(titles(all, "gard"), ["Gardening", "Garden", "Old garden", "Regard"])
})

test("a few letters in the right order, or those that words begin with, are enough", () => {
  assert.deepEqual(titles(places("Field notes", "Committee", "Lobby"), "fn"), ["Field notes"])
  assert.deepEqual(titles(places("Field notes", "Committee", "Lobby"), "cmt"), ["Committee"])
  assert.ok(closeness("committee", "cmt") < closeness("cmt room", "cmt"))
  assert.deepEqual(titles(places("Lobby"), "ybbol"), [])
})

test("letters that look alike are alike", () => {
  assert.deepEqual(titles(places("Tomás", "Zoë"), "tomas"), ["Tomás"])
  assert.deepEqual(titles(places("Tomás", "Zoë"), "ZOË"), ["Zoë"])
})

test("without a word what is unread comes first, then what was open last, and not where one is", () => {
  const all = [
    { title: "here", isCurrent: true, opened: 0 },
    { title: "never open" },
    { title: "open long ago", opened: 2 },
    { title: "open lately", opened: 1 },
    { title: "unread", unread: 3 },
    { title: "calls me", unread: 1, mentions: 1 },
  ]
  assert.deepEqual(titles(all, " "), ["calls me", "unread", "open lately", "open long ago", "never open"])
})

function roomsOf(...names) {
  return names.map((name) => new Room(name, { clock: new FakeClock(), onChange: () => {} }))
}

test("one goes through the rooms in the order of the list, and around its ends", () => {
  const [pond, lobby, hedge] = roomsOf("pond", "lobby", "hedge")
  const all = [pond, lobby, hedge]
  const next = (room, step) => neighbourOf(room, all, ada, { step })?.name
  assert.deepEqual([next(lobby, 1), next(hedge, 1), next(pond, 1)], ["hedge", "pond", "lobby"])
  assert.deepEqual([next(lobby, -1), next(pond, -1)], ["pond", "hedge"])
  assert.equal(neighbourOf(lobby, [lobby], ada, { step: 1 }), undefined)
})

test("the next unread room is one that has something to tell", () => {
  const [lobby, hedge, pond] = roomsOf("lobby", "hedge", "pond")
  for (const room of [hedge, pond]) room.count({ seq: 1, user: bob }, ada)
  hedge.describe({ name: "hedge", level: "nothing" })
  const next = (step) => neighbourOf(lobby, [lobby, hedge, pond], ada, { step, isUnread: true })
  assert.equal(next(1), pond)
  assert.equal(next(-1), pond)
  assert.equal(neighbourOf(pond, [lobby, hedge, pond], ada, { step: 1, isUnread: true }), undefined)
})

function pressed(key, modifiers = {}, situation = {}) {
  const event = { key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...modifiers }
  return shortcutFor(event, { isMac: false, isTyping: false, ...situation })
}

test("keys mean what the sheet says, on a Mac too and with letters of other alphabets", () => {
  assert.equal(pressed("k", { ctrlKey: true }), "switch")
  assert.equal(pressed("k", { metaKey: true }), undefined)
  assert.equal(pressed("k", { metaKey: true }, { isMac: true }), "switch")
  assert.equal(pressed("л", { ctrlKey: true, code: "KeyK" }), "switch")
  assert.equal(pressed("ArrowUp", { altKey: true }), "previousRoom")
  assert.equal(pressed("ArrowUp", { altKey: true, shiftKey: true }), "previousUnread")
  assert.equal(pressed("F6", { shiftKey: true }), "previousRegion")
})

test("a character means itself where one types", () => {
  assert.equal(pressed("?", { shiftKey: true }), "sheet")
  assert.equal(pressed("?", { shiftKey: true }, { isTyping: true }), undefined)
  assert.equal(pressed("k", { ctrlKey: true }, { isTyping: true }), "switch")
})

test("the sheet says how one sends, as one wishes it, and names each shortcut in each language", async () => {
  const keysOf = (id, wishes) => shortcuts(wishes).find((shortcut) => shortcut.id === id).keys
  assert.deepEqual([keysOf("send", { enterSends: true }), keysOf("newLine", { enterSends: true })], [["Enter"], ["Shift+Enter"]])
  assert.deepEqual([keysOf("send", { enterSends: false }), keysOf("newLine", { enterSends: false })], [["Mod+Enter"], ["Enter"]])
  assert.deepEqual([keyCaps("Mod+Shift+E", false), keyCaps("Mod+Shift+E", true)], [["Ctrl", "Shift", "E"], ["⌘", "⇧", "E"]])
  assert.deepEqual([spokenKeys("Mod+K", false), spokenKeys("Mod+K", true)], ["Control+K", "Meta+K"])
  for (const { load } of LANGUAGES) {
    const { texts } = await load()
    const missing = shortcuts({ enterSends: true }).filter(({ id, area }) => !texts[`shortcuts.${id}`] || !texts[`shortcuts.${area}`])
    assert.deepEqual(missing, [])
  }
})
