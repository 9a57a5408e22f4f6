import { mayNotify } from "./permission.js"
import { t } from "../../i18n/language.js"
import { excerptOf } from "../../models/notice_policy.js"
import { messageAddress } from "../../models/route.js"

const ICON = "icons/icon-192.png"

/** The notifications of the system: of each room the newest one. */
export class SystemNotices {
  #workers
  /** @type {Set<string>} the tags of those that may still show */
  #shown = new Set()

  /** @param {ServiceWorkerContainer | undefined} workers through which phones show them */
  constructor(workers) {
    this.#workers = workers
    workers?.addEventListener("message", ({ data }) => {
      if (data.open) location.hash = data.open
    })
  }

  /** @param {import("../../models/room.js").Room} room */
  async show(room, message, me) {
    if (!mayNotify()) return
    const { name } = message.user
    const address = messageAddress(room.name, message.seq)
    const title = room.isDirect ? name : t("notices.title", { name, room: room.titleFor(me) })
    // The sound is the page's own.
    const options = { body: excerptOf(message), tag: tagOf(room), renotify: true, silent: true, icon: ICON, data: { address } }
    this.#shown.add(tagOf(room))
    const registration = await this.#registration()
    if (registration?.active) await registration.showNotification(title, options)
    else showByPage(title, options)
  }

  /** Takes away what is told of a room. */
  async take(room) {
    if (!this.#shown.delete(tagOf(room))) return
    const registration = await this.#registration()
    const notifications = (await registration?.getNotifications({ tag: tagOf(room) })) ?? []
    for (const notification of notifications) notification.close()
  }

  /** Takes away all of them, of whichever window they are. */
  async takeAll() {
    this.#shown.clear()
    const registration = await this.#registration()
    const notifications = (await registration?.getNotifications()) ?? []
    for (const notification of notifications) notification.close()
  }

  // Internal

  async #registration() {
    return this.#workers?.getRegistration().catch(() => undefined)
  }
}

function tagOf({ name }) {
  return `room:${name}`
}

function showByPage(title, options) {
  const notification = new Notification(title, options)
  notification.addEventListener("click", () => {
    window.focus()
    location.hash = options.data.address
    notification.close()
  })
}
