import assert from "node:assert/strict"
import { readFile, readdir } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { texts } from "../../static/js/i18n/texts/en.js"

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url))
const PROPER_NAMES = ["Stonechat", "@"]
const TAG = /<\/?[a-z](?:"[^"]*"|[^">])*>/gi
const SPOKEN = ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"]
// The keys of the texts, and what looks like one of them.
const AREAS = [...new Set(Object.keys(texts).map((key) => key.split(".")[0]))].join("|")
const KEY = new RegExp(`^(?:${AREAS})(?:\\.[a-z0-9_]+)+$`)

const markup = await readFile(path.join(STATIC, "index.html"), "utf8")
const scripts = await readScripts(path.join(STATIC, "js"))
const tags = markup.match(TAG)
const inMarkup = tags.flatMap((tag) => [...tag.matchAll(/\sdata-text(?:-[a-z]+)?="([^"]*)"/g)].map(([, key]) => key))
  .filter((key) => !/^\d+$/.test(key))
const strings = scripts.flatMap(({ code }) => [...code.matchAll(/"([^"\n]*)"/g)].map(([, string]) => string))
const inScripts = strings.filter((string) => KEY.test(string))
// What goes on with a word of the server: t(`error.${code}`).
const beginnings = scripts.flatMap(({ code }) => [...code.matchAll(/`([a-z_.]+[._])\$\{/g)].map(([, start]) => start))
  .filter((start) => Object.keys(texts).some((key) => key.startsWith(start)))

test("the markup has no words of its own, only the names of texts", () => {
  // Without scripts there is no language to choose.
  const shown = markup.replace(/<!doctype html>|<!--[^]*?-->|<noscript>[^]*<\/noscript>/g, "")
  const words = shown.split(TAG).map((text) => text.trim()).filter(Boolean)
  assert.deepEqual(words.filter((text) => !PROPER_NAMES.includes(text)), [])
})

test("the markup has no words in its attributes either", () => {
  const spoken = tags.flatMap((tag) => [...tag.matchAll(/\s([a-z-]+)="([^"]*)"/g)])
  const said = spoken.filter(([, name, value]) => SPOKEN.includes(name) && value && !PROPER_NAMES.includes(value))
  assert.deepEqual(said.map(([attribute]) => attribute.trim()), [])
})

test("each text that the page names is there", () => {
  const asked = scripts.flatMap(({ code }) => [...code.matchAll(/\bt\(\s*"([^"]*)"/g)].map(([, key]) => key))
  assert.deepEqual([...inMarkup, ...inScripts, ...asked].filter((key) => !Object.hasOwn(texts, key)), [])
})

test("each text is used somewhere", () => {
  const used = new Set([...inMarkup, ...inScripts])
  const isUsed = (key) => used.has(key) || beginnings.some((start) => key.startsWith(start))
  assert.deepEqual(Object.keys(texts).filter((key) => !isUsed(key)), [])
})

/** All that the page is made of, apart from the texts themselves and what others have written. */
async function readScripts(folder) {
  const names = await readdir(folder, { recursive: true })
  const own = names.filter((name) => name.endsWith(".js") && !/^(?:vendor|api)\/|^i18n\/texts\//.test(name))
  return Promise.all(own.map(async (name) => ({ name, code: await readFile(path.join(folder, name), "utf8") })))
}
