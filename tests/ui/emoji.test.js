import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { EmojiData } from "../../static/js/connection/emoji_data.js"
import { GROUP_NAMES, inTone, TONES } from "../../static/js/models/emoji.js"
import { suggestEmoji } from "../../static/js/models/suggestions.js"
import { RECENT_KEPT, UsedEmoji } from "../../static/js/storage/used_emoji.js"

function load(language) {
  const read = (address) => readFile(new URL(`../../static/${address}`, import.meta.url), "utf8")
  const fetch = async (address) => ({ ok: true, json: async () => JSON.parse(await read(address)) })
  return new EmojiData(fetch, () => language).load()
}

const english = await load("en-GB")

test("an emoji is found by its name, its shortcode, or what it is for", () => {
  const first = (words) => english.find(words, { limit: 5 }).map(({ unicode }) => unicode)
  assert.equal(first("party popper")[0], "🎉")
  assert.equal(first("tada")[0], "🎉")
  assert.ok(first("celebrate").includes("🎉"), first("celebrate"))
  assert.equal(first("thumbsup")[0].slice(0, 2), "👍")
  assert.deepEqual(first("no such thing"), [])
})

test("emoji have names in each language of the page", async () => {
  for (const [language, words] of [["de", "Daumen hoch"], ["es", "pulgar hacia arriba"], ["zh-Hans", "拇指向上"]]) {
    const [found] = (await load(language)).find(words, { limit: 1 })
    assert.equal(found?.unicode.slice(0, 2), "👍", language)
  }
  assert.equal((await load("fr")).find("tada", { limit: 1 })[0].unicode, "🎉")
})

test("emoji that do not come are not waited for for ever, and can be asked for again", async (t) => {
  const signals = [AbortSignal.abort(), AbortSignal.abort()]
  t.mock.method(AbortSignal, "timeout", () => signals.pop() ?? new AbortController().signal)
  const data = new EmojiData(async (_, { signal }) => {
    signal.throwIfAborted()
    return Response.json([])
  }, () => "en")
  await assert.rejects(data.load(), { name: "AbortError" })
  await data.load()
})

test("each kind has some, and none is a mere part of others", () => {
  for (const group of GROUP_NAMES) assert.ok(english.inGroup(group).length > 50, group)
  assert.equal(english.named("🏽"), undefined)
})

test("a tone of skin is that of the whole emoji, where it has any", () => {
  const [medium] = TONES.slice(3)
  assert.equal(inTone(english.withShortcode("wave"), medium), "👋🏽")
  assert.equal(inTone(english.withShortcode("handshake"), medium), "🤝🏽")
  assert.equal(inTone(english.withShortcode("tada"), medium), "🎉")
  assert.equal(inTone(english.withShortcode("wave"), ""), "👋")
})

test("those used of late come first among those that fit as well; a whole shortcode means one", () => {
  const labels = (words, recent = []) => suggestEmoji(english, words, { recent, tone: "" }).map(({ text }) => text)
  const last = labels("smil").at(-1)
  assert.deepEqual(labels("smil", [last.trim()]), [last, ...labels("smil").slice(0, -1)])
  assert.deepEqual(labels("tada:"), ["🎉 "])
  assert.deepEqual(labels("tad:"), [])
})

test("what was used last is kept, and only so much of it", () => {
  const kept = new Map()
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) }
  const used = new UsedEmoji(storage)
  for (const { unicode } of english.inGroup("food").slice(0, RECENT_KEPT + 1)) used.used(unicode)
  const [first] = used.recent
  used.used("🎉")
  used.used(first)
  used.prefer("🏽")
  const later = new UsedEmoji(storage)
  assert.deepEqual(later.recent.slice(0, 2), [first, "🎉"])
  assert.equal(later.recent.length, RECENT_KEPT)
  assert.equal(later.tone, "🏽")
  kept.set("stonechat.emoji", "{")
  assert.deepEqual(new UsedEmoji(storage).recent, [])
})
