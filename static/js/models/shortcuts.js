/**
 * What can be done by keyboard, in one table: the keys are listened for by it and the sheet is made of it.
 * A combination is written as `Mod+Shift+E`: Mod is the command key of a Mac and Ctrl elsewhere; the last part is
 * what `KeyboardEvent.key` calls it.
 * @typedef {"around"|"writing"|"messages"} Area
 * @typedef {object} Shortcut
 * @property {string} id
 * @property {Area} area
 * @property {string[]} keys any of these
 * @property {boolean} [isTyped] it is a character, which means itself in a field
 */

const CAPS = { Mod: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" }
const MAC_CAPS = { Mod: "⌘", Alt: "⌥", Shift: "⇧" }

/** @type {Shortcut[]} */
const AROUND = [
  { id: "switch", area: "around", keys: ["Mod+K"] },
  { id: "previousRoom", area: "around", keys: ["Alt+ArrowUp"] },
  { id: "nextRoom", area: "around", keys: ["Alt+ArrowDown"] },
  { id: "previousUnread", area: "around", keys: ["Alt+Shift+ArrowUp"] },
  { id: "nextUnread", area: "around", keys: ["Alt+Shift+ArrowDown"] },
  { id: "nextRegion", area: "around", keys: ["F6"] },
  { id: "previousRegion", area: "around", keys: ["Shift+F6"] },
  { id: "move", area: "around", keys: ["ArrowUp", "ArrowDown", "Home", "End"] },
  { id: "close", area: "around", keys: ["Escape"] },
  { id: "sheet", area: "around", keys: ["?"], isTyped: true },
]

/** @type {Shortcut[]} */
const MESSAGES = [
  { id: "read", area: "messages", keys: ["ArrowUp", "ArrowDown", "Home", "End"] },
  { id: "tools", area: "messages", keys: ["Tab"] },
]

/**
 * All there are.
 * @param {{enterSends: boolean}} wishes
 * @returns {Shortcut[]}
 */
export function shortcuts({ enterSends }) {
  return [
    ...AROUND,
    { id: "send", area: "writing", keys: [enterSends ? "Enter" : "Mod+Enter"] },
    { id: "newLine", area: "writing", keys: [enterSends ? "Shift+Enter" : "Enter"] },
    { id: "editLast", area: "writing", keys: ["ArrowUp"] },
    { id: "emoji", area: "writing", keys: ["Mod+Shift+E"] },
    { id: "complete", area: "writing", keys: ["@", "#", ":", "/"] },
    ...MESSAGES,
  ]
}

/**
 * What pressing a key means everywhere on the page; undefined if nothing.
 * @param {Pick<KeyboardEvent, "key"|"code"|"altKey"|"ctrlKey"|"metaKey"|"shiftKey">} event
 * @param {{isMac: boolean, isTyping: boolean}} situation
 * @returns {string | undefined} the id
 */
export function shortcutFor(event, { isMac, isTyping }) {
  const found = AROUND.find(({ keys, isTyped }) => !(isTyped && isTyping) && keys.some((keys) => isPressed(keys, event, isMac)))
  return found?.id
}

/** The parts of a combination as they stand on the keys. */
export function keyCaps(keys, isMac) {
  const caps = { ...CAPS, ...(isMac ? MAC_CAPS : {}) }
  return keys.split("+").map((part) => caps[part] ?? part)
}

/** A combination as `aria-keyshortcuts` has it, so that it is read out. */
export function spokenKeys(keys, isMac) {
  return keys.replace("Mod", isMac ? "Meta" : "Control")
}

function isPressed(keys, event, isMac) {
  const parts = keys.split("+")
  const key = parts.pop()
  const [mod, other] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey]
  const isChosen = isLetter(key) ? event.key.toUpperCase() === key || event.code === `Key${key}` : event.key === key
  return isChosen && !other && mod === parts.includes("Mod") && event.altKey === parts.includes("Alt") &&
    // Which characters need it differs from keyboard to keyboard.
    (isCharacter(key) || event.shiftKey === parts.includes("Shift"))
}

function isLetter(key) {
  return /^[A-Z]$/.test(key)
}

function isCharacter(key) {
  return key.length === 1 && !isLetter(key)
}
