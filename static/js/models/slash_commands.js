/**
 * @typedef {object} Place where a command is given, and by whom
 * @property {import("./room.js").Room} room
 * @property {boolean} isGuest
 *
 * @typedef {object} Command
 * @property {string} name what is written behind the slash; its texts are `command.NAME` and `command.NAME.argument`
 * @property {boolean} [takesArgument]
 * @property {(place: Place) => boolean} isOffered
 *
 * @typedef {object} Said what was written, as it is meant
 * @property {string} [body] a message
 * @property {Command} [command]
 * @property {string} [argument]
 * @property {{reason: "unknown" | "argument", name: string}} [refusal]
 */

/** What one can do by writing it. @type {Command[]} */
const COMMANDS = [
  { name: "me", takesArgument: true, isOffered: ({ room }) => room.can("post") },
  { name: "topic", takesArgument: true, isOffered: ({ room }) => room.can("update") },
  { name: "invite", takesArgument: true, isOffered: ({ room }) => room.can("invite") },
  { name: "mute", isOffered: ({ room }) => isToldByLevel(room) && room.info.level !== "nothing" },
  { name: "unmute", isOffered: ({ room }) => isToldByLevel(room) && room.info.level === "nothing" },
  { name: "nick", takesArgument: true, isOffered: ({ isGuest }) => isGuest },
  { name: "help", isOffered: () => true },
]

/** @param {Place} place */
export function commandsFor(place) {
  return COMMANDS.filter(({ isOffered }) => isOffered(place))
}

/**
 * Whether a text is a message or a command. `//text` is a message that begins with a slash.
 * @param {Place} place
 * @returns {Said}
 */
export function readSaid(text, place) {
  if (text.startsWith("//")) return { body: text.slice(1) }
  const [, name, rest = ""] = /^\/(\S+)\s*([^]*)$/.exec(text) ?? []
  if (!name) return { body: text }
  const command = commandsFor(place).find((offered) => offered.name === name.toLowerCase())
  const argument = rest.trim()
  if (!command) return { refusal: { reason: "unknown", name } }
  if (command.takesArgument && !argument) return { refusal: { reason: "argument", name: command.name } }
  return { command, argument }
}

/** Whether what is being written will be a message, rather than something to be done. */
export function isForOthers(text) {
  return !/^\/(?!\/|me\s)/i.test(text)
}

/** Servers tell it only to those who can choose one. */
function isToldByLevel({ info }) {
  return info.level !== undefined
}
