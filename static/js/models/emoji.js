import { plain, rank, rate } from "./completion.js"

// The groups of Unicode by their numbers in the data; 2 has the parts that others are made of.
const GROUPS = { 0: "smileys", 1: "people", 3: "animals", 4: "food", 5: "travel", 6: "activities", 7: "objects", 8: "symbols", 9: "flags" }
// What somebody is called besides counts less than its name.
const TAG_RATING = 1
const SKINS = /[\u{1F3FB}-\u{1F3FF}]/gu

/**
 * @typedef {object} Emoji
 * @property {string} unicode
 * @property {string} label what it is called
 * @property {string} group
 * @property {string[]} shortcodes
 * @property {string[]} names plain ones, by which it is found
 * @property {string[]} tags
 * @property {string[]} skins those in one tone of skin, from light to dark
 */

/** The tones of skin, after "as it is". */
export const TONES = ["", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"]
export const GROUP_NAMES = Object.values(GROUPS)

/** All emoji, as they are called in one language, and in the shortcodes that people know. */
export class EmojiCatalogue {
  /** @type {Emoji[]} */
  #all
  #byUnicode

  /**
   * @param {any[]} records as emojibase has them
   * @param {Record<string, string | string[]>} shortcodes by hexcode
   */
  constructor(records, shortcodes) {
    const shown = records.filter(({ group }) => group in GROUPS)
    this.#all = shown.map((record) => emojiOf(record, [shortcodes[record.hexcode] ?? []].flat()))
    this.#byUnicode = new Map(this.#all.flatMap((emoji) => [emoji.unicode, ...emoji.skins].map((one) => [one, emoji])))
  }

  /** @returns {Emoji | undefined} also for one with a tone of skin */
  named(unicode) {
    return this.#byUnicode.get(unicode)
  }

  inGroup(group) {
    return this.#all.filter((emoji) => emoji.group === group)
  }

  /** @returns {Emoji | undefined} the one with exactly this shortcode */
  withShortcode(code) {
    return this.#all.find(({ shortcodes }) => shortcodes.includes(code))
  }

  /**
   * Those that fit each of the words; those used of late come before others that fit as well.
   * @param {string} words
   * @param {{limit?: number, recent?: string[]}} [options]
   */
  find(words, { limit = Infinity, recent = [] } = {}) {
    const wanted = plain(words).split(/[\s_]+/).filter(Boolean)
    const first = recent.map((unicode) => this.named(unicode)).filter(Boolean)
    const candidates = new Set([...first, ...this.#all])
    return rank(candidates, (emoji) => wanted.reduce((sum, word) => sum + rateEmoji(emoji, word), 0), limit)
  }
}

/** An emoji as somebody wants it who has chosen a tone of skin. */
export function inTone({ unicode, skins }, tone) {
  return skins[TONES.indexOf(tone) - 1] ?? unicode
}

function emojiOf({ unicode, label, group, tags = [], skins = [] }, shortcodes) {
  return {
    unicode,
    label,
    group: GROUPS[group],
    shortcodes,
    names: [label, ...shortcodes].map(plain),
    tags: tags.map(plain),
    skins: TONES.slice(1).map((tone) => skins.find((skin) => hasOnly(skin.unicode, tone))?.unicode).filter(Boolean),
  }
}

function hasOnly(unicode, tone) {
  return unicode.match(SKINS)?.every((found) => found === tone) ?? false
}

function rateEmoji({ names, tags }, word) {
  const byName = Math.min(...names.map((name) => rate(name, word)))
  return Math.min(byName, ...tags.map((tag) => rate(tag, word) + TAG_RATING))
}
