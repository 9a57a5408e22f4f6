import { openDialog } from "./dialog.js"
import { describeCommand } from "./suggestions.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { commandsFor, readSaid } from "../models/slash_commands.js"
import { plain } from "../models/completion.js"

/** Does what is written with a slash before it. */
export class CommandRunner {
  #page
  #actions = {
    topic: async (room, topic) => {
      await this.#page.commands.update(room, { topic })
      this.#page.toast.say(t("command.topic.done"))
    },
    invite: async (room, name) => this.#invite(room, name.replace(/^@/, "")),
    mute: (room) => this.#setLevel(room, "nothing", "command.mute.done"),
    unmute: (room) => this.#setLevel(room, "all", "command.unmute.done"),
    nick: async (_, name) => this.#page.chat.enterAs(name),
    help: async (room) => this.#help(room),
  }

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#page = page
  }

  /**
   * @param {import("../models/room.js").Room} room
   * @param {(body: string) => string} send answers why a message cannot be taken; empty if it is
   * @returns {string | Promise<string>} why it was not done; empty if it was
   */
  take(text, room, send) {
    const { body, command, argument, refusal } = readSaid(text, this.#placeOf(room))
    if (body !== undefined) return send(body)
    if (refusal) return describeRefusal(refusal)
    if (command.name === "me") return send(`/me ${argument}`)
    return this.#run(command, room, argument)
  }

  // Internal

  #placeOf(room) {
    return { room, isGuest: this.#page.chat.isGuest }
  }

  async #run({ name }, room, argument) {
    try {
      return (await this.#actions[name](room, argument)) ?? ""
    } catch (problem) {
      return problem.message
    }
  }

  async #invite(room, name) {
    const { api, commands, toast } = this.#page
    const { people } = await api.get("/people", { query: name, limit: 200 })
    const person = people.find((one) => plain(one.name) === plain(name))
    if (!person) return t("command.invite.unknown", { name })
    await commands.invite(room, person)
    toast.say(t("command.invite.done", { name: person.name }))
  }

  async #setLevel(room, level, said) {
    await this.#page.commands.setLevel(room, level)
    this.#page.toast.say(t(said))
  }

  #help(room) {
    const list = find("dl", openDialog("commands-dialog"))
    for (const command of commandsFor(this.#placeOf(room))) {
      const { label, note } = describeCommand(command)
      list.append(createText("dt", label), createText("dd", note))
    }
  }
}

function describeRefusal({ reason, name }) {
  if (reason === "argument") return t("command.wants_argument", { usage: `/${name} ${t(`command.${name}.argument`)}` })
  return t("command.unknown", { name })
}

function createText(tag, text) {
  const element = document.createElement(tag)
  element.dir = "auto"
  element.textContent = text
  return element
}
