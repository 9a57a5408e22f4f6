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
 * @property {() => Promise<{texts: Texts}>} load
 */

/** @type {Language[]} The first one has every text. */
export const LANGUAGES = [
  { tag: "en", name: "English", load: async () => ({ texts: english }) },
  { tag: "de", name: "Deutsch", load: () => import("./texts/de.js") },
  { tag: "es", name: "Español", load: () => import("./texts/es.js") },
  { tag: "zh-Hans", name: "简体中文", load: () => import("./texts/zh_hans.js") },
]

// Where a text stands in the markup: the attribute that names it, and what it becomes.
const PLACES = [
  ["data-text", null],
  ["data-text-label", "aria-label"],
  ["data-text-title", "title"],
  ["data-text-placeholder", "placeholder"],
]

let current = { tag: "en", texts: english, plurals: new Intl.PluralRules("en") }

/** The tag of the language that shows, for everything of `Intl`. */
export function languageTag() {
  return current.tag
}

/**
 * The language that fits best of those that somebody reads.
 * @param {readonly string[]} wanted tags, the best first
 * @returns {Language}
 */
export function chooseLanguage(wanted) {
  for (const tag of wanted) {
    const { language } = new Intl.Locale(tag)
    const found = LANGUAGES.find((known) => new Intl.Locale(known.tag).language === language)
    if (found) return found
  }
  return LANGUAGES[0]
}

/**
 * Shows the page in a language from now on; one that cannot be loaded leaves it as it is.
 * @param {Language} language
 */
export async function useLanguage({ tag, load }) {
  const { texts } = await load()
  // The reader's own region says how dates and numbers look.
  const regional = (globalThis.navigator?.languages ?? []).find((own) => own.split("-")[0] === tag.split("-")[0])
  current = { tag: regional ?? tag, texts, plurals: new Intl.PluralRules(tag) }
}

/**
 * A text of the interface. `{name}` in it becomes `values.name`, and a number looks as it does in the language.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = current.texts[key] ?? english[key]
  if (text === undefined) throw new Error(`there is no text "${key}"`)
  const form = typeof text === "string" ? text : text[current.plurals.select(Number(values.count))] ?? text.other
  return form.replace(/\{(\w+)\}/g, (placeholder, name) => shown(values[name] ?? placeholder))
}

/** Puts the texts into markup that names them: `data-text="room.join"`, `data-text-label`, and so on. */
export function translate(root) {
  for (const [attribute, becomes] of PLACES) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) put(element, becomes, t(element.getAttribute(attribute)))
  }
}

function put(element, attribute, text) {
  if (attribute) element.setAttribute(attribute, text)
  else element.textContent = text
}

function shown(value) {
  return typeof value === "number" ? value.toLocaleString(current.tag) : value
}
