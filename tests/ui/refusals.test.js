import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { afterEach, test } from "node:test"
import { LANGUAGES, chooseLanguage, hasText, useLanguage } from "../../static/js/i18n/language.js"
import { explain } from "../../static/js/i18n/refusals.js"

const CODES = /^\| `([a-z_]+)` \| /gm
// What is wrong with a field is told by the field, or in the server's words.
const WITHOUT_TEXT = ["bad_field"]

const protocol = await readFile(new URL("../../docs/protocol.md", import.meta.url), "utf8")

afterEach(() => useLanguage(LANGUAGES[0]))

test("each code of the wire has a text", () => {
  const list = protocol.slice(protocol.indexOf("\n## Codes"), protocol.indexOf("\n## How a connection ends"))
  const codes = Array.from(list.matchAll(CODES), ([, code]) => code)
  assert.ok(codes.includes("slow_mode"))
  assert.deepEqual(codes.filter((code) => !hasText(`error.${code}`)), WITHOUT_TEXT)
})

test("a refusal is told in the reader's language", async () => {
  await useLanguage(chooseLanguage(["es"]))
  assert.equal(explain({ code: "archived", message: "The room is archived." }), "La sala está archivada.")
})

test("a refusal that ends by itself tells when", async () => {
  const refusal = { code: "rate_limited", message: "Too many tries.", retryAfterMs: 41_300 }
  assert.equal(explain(refusal), "Too much at once. Wait 42 seconds and try again.")
  await useLanguage(chooseLanguage(["de"]))
  assert.equal(explain(refusal), "Zu viel auf einmal. Warte 42 Sekunden und versuch es noch einmal.")
})

test("what is wrong with a field is told by the field", async () => {
  await useLanguage(chooseLanguage(["de"]))
  const message = "A password has at least 8 characters."
  assert.match(explain({ code: "bad_field", field: "password", message }), /mindestens 8 Zeichen/)
})

test("what the page knows nothing of is told in the server's words", async () => {
  await useLanguage(chooseLanguage(["zh"]))
  assert.equal(explain({ code: "code_of_tomorrow", message: "Not on Sundays." }), "Not on Sundays.")
  assert.equal(explain({ code: "bad_field", field: "limit", message: "1 to 200 would do." }), "1 to 200 would do.")
})
