import { texts as english } from "./texts/en.js"

/**
 * A text, or the forms of one that counts something by `{count}`: the categories of Intl.PluralRules,
 * of which `other` is always there.
 * @typedef {string | {zero?: string, one?: string, two?: string, few?: string, many?: string, other: string}} Text
 * @typedef {Record<string, Text>} Texts
 *
 * @typedef {object} Language
 * @property {string} tag as BCP 47 has it
 * @property {string} name what it calls itself
 * @property {"ltr"|"rtl"} direction
 * @property {() => Promise<{texts: Texts}>} load
 */

/** @type {Language[]} The first one has every text. */
export const LANGUAGES = [
  { tag: "en", name: "English", direction: "ltr", load: async () => ({ texts: english }) },
  { tag: "de", name: "Deutsch", direction: "ltr", load: () => import("./texts/de.js") },
  { tag: "es", name: "Español", direction: "ltr", load: () => import("./texts/es.js") },
  { tag: "zh-Hans", name: "简体中文", direction: "ltr", load: () => import("./texts/zh_hans.js") },
]

// Where a text stands in the markup: the attribute that names it, and what it becomes.
const PLACES = [
  ["data-text", null],
  ["data-text-label", "aria-label"],
  ["data-text-title", "title"],
  ["data-text-placeholder", "placeholder"],
]
const NAMED = PLACES.map(([attribute]) => `[${attribute}]`).join()
// A name that is written from right to left would take what stands beside it along.
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const [ISOLATE, END_OF_ISOLATE] = ["\u2068", "\u2069"]

let current = speaking(LANGUAGES[0], english)

/** The tag of the language that shows, with the reader's region, for everything of `Intl`. */
export function languageTag() {
  return current.tag
}

/** Where its lines begin. */
export function languageDirection() {
  return current.direction
}

/**
 * What forms something in the language that shows. It takes long to make: each is made once, when it is needed.
 * @template Format
 * @param {string} name
 * @param {(tag: string) => Format} make
 * @returns {Format}
 */
export function formatOf(name, make) {
  const { tag, formats } = current
  if (!formats.has(name)) formats.set(name, make(tag))
  return formats.get(name)
}

/**
 * The language that fits best of those that somebody reads.
 * @param {readonly string[]} wanted tags, the best first
 * @returns {Language}
 */
export function chooseLanguage(wanted) {
  for (const locale of localesOf(wanted)) {
    const found = LANGUAGES.find((known) => new Intl.Locale(known.tag).language === locale.language)
    if (found) return found
  }
  return LANGUAGES[0]
}

/**
 * Shows the page in a language from now on; one that cannot be loaded leaves it as it is.
 * @param {Language} language
 */
export async function useLanguage(language) {
  const { texts } = await language.load()
  current = speaking(language, texts)
}

/** Whether there is such a text, as for a word of the server that may be a new one. */
export function hasText(key) {
  return Object.hasOwn(english, key)
}

/**
 * A text of the interface. `{name}` in it becomes `values.name`, and a number looks as it does in the language.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = current.texts[key] ?? english[key]
  if (text === undefined) throw new Error(`there is no text "${key}"`)
  const form = typeof text === "string" ? text : text[pluralOf(Number(values.count))] ?? text.other
  return form.replace(/\{(\w+)\}/g, (placeholder, name) => shown(values[name] ?? placeholder))
}

/** A number as the language writes it. Below a thousand the digits are all there is to it, in each of them. */
export function formatNumber(number) {
  const isPlain = Number.isInteger(number) && number >= 0 && number < 1_000
  return isPlain ? String(number) : formatOf("number", (tag) => new Intl.NumberFormat(tag)).format(number)
}

/** "ada, bob, and cleo" */
export function formatList(parts) {
  if (parts.length === 1) return parts[0]
  return formatOf("list", (tag) => new Intl.ListFormat(tag, { type: "conjunction" })).format(parts.map(shown))
}

/** "Ada · 3 people here": what there is to tell of something, each part in its own direction. */
export function formatFacts(parts) {
  const told = parts.filter(Boolean)
  return told.length === 1 ? told[0] : told.map(shown).join(" · ")
}

/** Which of two names comes first in a list, as the language has it. */
export function compareNames(one, other) {
  return formatOf("name", (tag) => new Intl.Collator(tag, { sensitivity: "base", numeric: true })).compare(one, other)
}

/**
 * Puts the texts into markup that names them: `data-text="rooms.title"`, `data-text-label`, and so on; with
 * `data-text-count` those that count.
 */
export function translate(root) {
  for (const element of root.querySelectorAll(NAMED)) {
    const { textCount } = element.dataset
    const values = textCount === undefined ? {} : { count: Number(textCount) }
    for (const [attribute, becomes] of PLACES) {
      if (element.hasAttribute(attribute)) put(element, becomes, t(element.getAttribute(attribute), values))
    }
  }
}

function speaking({ tag: ofTexts, direction }, texts) {
  const tag = regional(ofTexts)
  return {
    tag,
    direction,
    texts,
    formats: new Map(),
  }
}

function pluralOf(count) {
  return formatOf("plural", (tag) => new Intl.PluralRules(tag)).select(count)
}

function put(element, attribute, text) {
  if (attribute) element.setAttribute(attribute, text)
  else element.textContent = text
}

function shown(value) {
  if (typeof value === "number") return formatNumber(value)
  return RIGHT_TO_LEFT.test(value) ? ISOLATE + value + END_OF_ISOLATE : value
}

/** How dates and numbers look depends on the region of the reader too; the texts are as they are. */
function regional(tag) {
  const { language } = new Intl.Locale(tag)
  const own = localesOf(globalThis.navigator?.languages ?? [])
  const region = own.find((locale) => locale.language === language)?.region
  return new Intl.Locale(tag, region ? { region } : {}).toString()
}

/** Some browsers, and what somebody has put into their storage, name what is no language. */
function localesOf(tags) {
  return tags.flatMap((tag) => {
    try {
      return [new Intl.Locale(tag)]
    } catch {
      return []
    }
  })
}
