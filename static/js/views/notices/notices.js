import { NoticeOffer } from "./offer.js"
import { SystemNotices } from "./system_notices.js"
import { playSound } from "./sounds.js"
import { pause } from "../../helpers/timing.js"
import { isDeleted } from "../../models/message.js"
import { isCall, isWorthTelling, noticeFor } from "../../models/notice_policy.js"

const LOCK = "stonechat.notice."
// A window in which the message is seen says so first, busy as it may be.
const SEEN_WITHIN_MS = 150
// Windows that browsers slow down hear of it a second later.
const HELD_MS = 5_000
// Not all windows have their connection back at once.
const HELD_AFTER_ABSENCE_MS = 30_000

/** Tells that somebody has written where one does not look: one window of this browser does, and no more than one. */
export class Notices {
  #chat
  #settings
  #clock
  #locks
  #isShown
  #system
  #offer

  /**
   * @param {import("../page.js").Page} page
   * @param {object} options
   * @param {(room: import("../../models/room.js").Room) => boolean} options.isShown whether the room is the one that shows
   * @param {LockManager} [options.locks] pages without TLS have none: each of their windows tells
   */
  constructor({ chat, settings, clock, toast }, { isShown, locks = navigator.locks }) {
    this.#chat = chat
    this.#settings = settings
    this.#clock = clock
    this.#locks = locks
    this.#isShown = isShown
    this.#system = new SystemNotices(navigator.serviceWorker)
    this.#offer = new NoticeOffer({ settings, toast })
  }

  /** @param {import("../../models/room.js").Room} room */
  async said(room, message) {
    const { me } = this.#chat
    this.#offer.said({ isOwn: message.user.id === me.id, isMissed: document.hidden && isWorthTelling(message, room, me) })
    await this.#tell(room, message, { heldMs: HELD_MS })
  }

  /**
   * What came while there was no connection may be much: it is told only where one was called, of each room the
   * newest, with one sound for all of it.
   * @param {{room: import("../../models/room.js").Room, message: any}[]} missed
   */
  async missed(missed) {
    const { me } = this.#chat
    const isNews = ({ room, message }) => isCall(message, room, me) && !isDeleted(message) && message.seq > room.readUpTo
    const newest = new Map(missed.filter(isNews).map(({ room, message }) => [room, message]))
    await Promise.all(Array.from(newest, ([room, message], index) => {
      return this.#tell(room, message, { heldMs: HELD_AFTER_ABSENCE_MS, isSilent: index > 0 })
    }))
  }

  /** What was read, here or on another device, is no news any more. */
  unreadChanged(room) {
    if (room.unreadBy(this.#chat.me) === 0) this.#system.take(room)
  }

  /** Nobody is here any more. */
  end() {
    this.#system.takeAll()
  }

  // Internal

  /** Tells it as one wishes; for as long as it is held, other windows leave it to this one. */
  async #tell(room, message, { heldMs, isSilent = false }) {
    const { me } = this.#chat
    const isSeen = this.#isShown(room) && !document.hidden
    const wishes = this.#settings.wishes
    const notice = noticeFor(message, { room, me, wishes, isSeen: false, at: new Date(this.#clock.now()) })
    if (!notice.notification && notice.sound === "none") return
    if (!(await this.#isMine(message, { isSeen, heldMs })) || isSeen) return
    // They may have signed out meanwhile.
    if (this.#chat.me?.id !== me.id) return
    if (!isSilent) playSound(notice.sound)
    if (notice.notification) this.#system.show(room, message, me)
  }

  /** Whether this window is the one to tell; nobody is where the message is seen in one of them. */
  async #isMine({ id }, { isSeen, heldMs }) {
    if (!this.#locks) return true
    if (!isSeen) await pause(this.#clock, SEEN_WITHIN_MS)
    return new Promise((resolve) => {
      const hold = (lock) => {
        resolve(lock !== null)
        return lock && pause(this.#clock, heldMs)
      }
      this.#locks.request(LOCK + id, { ifAvailable: true }, hold).catch(() => resolve(true))
    })
  }
}
