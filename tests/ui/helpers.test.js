import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { dayOf, formatDay, formatMoment, formatTime, startOfDay } from "../../static/js/helpers/dates.js"
import { describeDuration, DAY_MS, MINUTE_MS } from "../../static/js/helpers/durations.js"
import { initials, listPeople } from "../../static/js/helpers/people.js"
import { byteLength, splitLinks, wellFormed } from "../../static/js/helpers/text.js"
import { uuidFrom } from "../../static/js/helpers/uuid.js"
import { LANGUAGES, chooseLanguage, useLanguage } from "../../static/js/i18n/language.js"

afterEach(() => useLanguage(LANGUAGES[0]))

const links = (text) => splitLinks(text).filter(({ href }) => href).map(({ href }) => href)

test("people are listed as one would say it", () => {
  assert.equal(listPeople(["ada"]), "ada")
  assert.equal(listPeople(["ada", "bob"]), "ada and bob")
  assert.equal(listPeople(["ada", "bob"], 3), "ada, bob, and 3 others")
  assert.equal(listPeople([], 1), "1 other")
})

test("a day is told as a date field has it, where the reader is", () => {
  const noon = new Date(2024, 1, 9, 12).getTime()
  assert.equal(dayOf(noon), "2024-02-09")
  assert.equal(startOfDay("2024-02-09"), new Date(2024, 1, 9).getTime())
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

test("what ends a sentence is no part of a link, nor is a parenthesis that began before it", () => {
  assert.deepEqual(links("(https://a.example/b_(c).).), https://a.example/(d))..."), ["https://a.example/b_(c)", "https://a.example/(d)"])
})

test("an address that ends with as many signs as a message may have keeps nobody waiting", () => {
  const started = performance.now()
  for (const signs of [")", ".", ".)"]) {
    assert.deepEqual(links(`https://a.example/${signs.repeat(16_384)}`), ["https://a.example/"])
    assert.equal(splitLinks(`https://a.example/${signs.repeat(16_384)}b`).length, 1)
  }
  assert.ok(performance.now() - started < 1_000)
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

const TOLD = [
  { tag: "de", days: ["Heute", "Gestern", "Montag, 1. Januar"], time: "20:05", lasts: ["1 Minute", "2 Tage"], people: "ada, bob und 3 weitere" },
  { tag: "es", days: ["Hoy", "Ayer", "lunes, 1 de enero"], time: "20:05", lasts: ["1 minuto", "2 días"], people: "ada, bob y 3 personas más" },
  { tag: "zh-Hans", days: ["今天", "昨天", "1月1日星期一"], time: "20:05", lasts: ["1分钟", "2天"], people: "ada、bob和另外 3 人" },
]

for (const { tag, days, time, lasts, people } of TOLD) {
  test(`days, times, durations and people are told as one does in ${tag}`, async () => {
    await useLanguage(chooseLanguage([tag]))
    const now = new Date(2024, 2, 1, 20, 5)
    assert.deepEqual([now, new Date(2024, 1, 29, 23, 59), new Date(2024, 0, 1)].map((at) => formatDay(at, now)), days)
    assert.deepEqual([formatTime(now), formatMoment(now, now)], [time, time])
    assert.match(formatMoment(new Date(2023, 0, 27), now), /2023/)
    assert.deepEqual([MINUTE_MS, 2 * DAY_MS].map(describeDuration), lasts)
    assert.equal(listPeople(["ada", "bob"], 3), people)
  })
}
