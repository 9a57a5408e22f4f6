import assert from "node:assert/strict"
import { test } from "node:test"
import { formatDay } from "../../static/js/helpers/dates.js"
import { initials, listPeople } from "../../static/js/helpers/people.js"
import { byteLength, splitLinks, wellFormed } from "../../static/js/helpers/text.js"
import { uuidFrom } from "../../static/js/helpers/uuid.js"

const links = (text) => splitLinks(text).filter(({ href }) => href).map(({ href }) => href)

test("people are listed as one would say it", () => {
  assert.equal(listPeople(["ada"]), "ada")
  assert.equal(listPeople(["ada", "bob"]), "ada and bob")
  assert.equal(listPeople(["ada", "bob"], 3), "ada, bob, and 3 others")
  assert.equal(listPeople([], 1), "1 other")
})

test("initials are whole characters", () => {
  assert.equal(initials("ada"), "A")
  assert.equal(initials("Ada King Lovelace"), "AL")
  assert.equal(initials("😀 smile"), "😀S")
  assert.equal(initials("_"), "?")
})

test("a text is cut into links and the rest, and nothing is lost", () => {
  const text = "See https://example.org/a?b=c, then (http://example.org/x_(y)). Bye!"
  assert.deepEqual(links(text), ["https://example.org/a?b=c", "http://example.org/x_(y)"])
  assert.equal(splitLinks(text).map((part) => part.text).join(""), text)
})

test("only http and https become links", () => {
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://example.org https://"), [])
})

test("half a character becomes a replacement character, a whole one stays", () => {
  assert.equal(wellFormed("a\uD83D"), "a\uFFFD")
  assert.equal(wellFormed("\uDE00b"), "\uFFFDb")
  assert.equal(wellFormed("😀"), "😀")
})

test("length is counted in bytes of UTF-8", () => {
  assert.equal(byteLength("aü😀"), 7)
})

test("random bytes become a UUID of version 4", () => {
  assert.equal(uuidFrom(new Uint8Array(16)), "00000000-0000-4000-8000-000000000000")
  assert.equal(uuidFrom(new Uint8Array(16).fill(255)), "ffffffff-ffff-4fff-bfff-ffffffffffff")
})

test("today and yesterday have no date", () => {
  const now = new Date(2024, 2, 1, 0, 30)
  assert.equal(formatDay(new Date(2024, 2, 1, 0, 1), now), "Today")
  assert.equal(formatDay(new Date(2024, 1, 29, 23, 59), now), "Yesterday")
  assert.match(formatDay(new Date(2023, 1, 27), now), /2023/)
})
