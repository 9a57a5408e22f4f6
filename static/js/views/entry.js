import { Entrance } from "./entrance.js"
import { required } from "./fields.js"
import { find } from "../helpers/dom.js"
import { pause } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { waysIn } from "../models/ways_in.js"

// How long the server may take to tell of itself before the page goes on without.
const PATIENCE_MS = 1_500

/** Leads somebody in: knows which ways there are, and which link they came by. */
export class Entry {
  #signIn
  #clock
  #entrance
  #server = null
  /** @type {import("../models/route.js").Route | null} */
  #link = null
  #place
  #canGoBack = false
  /** @type {object | null} what is being looked up before a form shows; whatever comes next takes its place */
  #coming = null
  #isEntering = false

  /**
   * @param {object} options
   * @param {import("../connection/sign_in.js").SignIn} options.signIn
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {() => Promise<unknown>} options.ready has what one comes into; the server does some things only once
   * @param {(name: string) => Promise<void>} options.onGuest
   * @param {() => void} options.onCancelled
   */
  constructor({ signIn, clock, ready, onGuest, onCancelled }) {
    this.#signIn = signIn
    this.#clock = clock
    const entering = (enter) => async (values) => {
      await ready()
      await enter(values)
      this.#isEntering = true
    }
    this.#entrance = new Entrance(find("#entrance"), {
      submit: {
        guest: entering(({ name }) => onGuest(required(name.trim(), t("entrance.name_missing"), "name"))),
        "sign-in": entering((values) => signIn.signIn(complete(values))),
        "sign-up": entering((values) => signIn.signUp(complete(values), this.#tokenOf("invite"))),
        claim: entering((values) => signIn.claim(this.#tokenOf("claim"), complete(values))),
        reset: entering((values) => signIn.resetPassword(this.#tokenOf("reset"), complete(values))),
        device: entering(() => signIn.useDeviceLink(this.#tokenOf("device"))),
      },
      onWay: (way) => this.#show(way),
      onCancelled: () => {
        this.#link = null
        onCancelled()
      },
    })
  }

  /** Whether somebody is at the entrance, also while it is still looked up what to show there. */
  get isOpen() {
    return this.#coming !== null || this.#entrance.isOpen
  }

  /** Whether somebody came out of the chat, and has neither gone in otherwise nor back yet. */
  get isInUse() {
    return this.isOpen && this.#canGoBack && !this.#isEntering
  }

  set name(name) {
    this.#entrance.name = name
  }

  // Actions

  /** @param {{message?: string, way?: import("../models/ways_in.js").Way, canGoBack?: boolean}} options */
  async open({ message, way, canGoBack = false } = {}) {
    const isWanted = this.#come({ canGoBack })
    await this.#lookAround()
    if (isWanted()) this.#show(way, { message })
  }

  /** @param {import("../models/route.js").Route} link one that has a token */
  async follow(link, { canGoBack }) {
    const isWanted = this.#come({ canGoBack })
    this.#link = link
    await this.#lookAround()
    const invite = link.page === "invite" ? await this.#lookAt(link.token) : null
    if (!isWanted()) return
    if (invite?.place) this.#place = invite.place
    if (invite?.refusal) this.#link = null
    this.#show(invite ? undefined : link.page, { message: invite?.refusal })
  }

  close() {
    this.#coming = null
    this.#link = null
    this.#entrance.close()
  }

  // Internal

  /** @returns {() => boolean} whether that is still what is wanted, once the server has been asked */
  #come({ canGoBack }) {
    const coming = {}
    this.#coming = coming
    this.#isEntering = false
    this.#canGoBack = canGoBack
    return () => this.#coming === coming
  }

  async #lookAround() {
    const told = this.#signIn.lookAround().then((server) => (this.#server = server))
    await Promise.race([told, pause(this.#clock, PATIENCE_MS)])
    this.#place = this.#server?.name
  }

  /** @returns {Promise<{place?: string, refusal?: string}>} what the invite is for, or why it leads nowhere */
  async #lookAt(token) {
    try {
      const { server_name: place } = await this.#signIn.checkInvite(token)
      return { place }
    } catch (problem) {
      return { refusal: problem.code === "link_invalid" ? t("entrance.bad_link") : problem.message }
    }
  }

  #show(way, { message = "" } = {}) {
    this.#coming = null
    const isInvited = this.#link?.page === "invite"
    const ways = waysIn(this.#server, { hasInvite: isInvited })
    const isByLink = this.#link && !isInvited
    this.#entrance.open({
      way: way ?? ways[0],
      others: isByLink && way === this.#link.page ? ["sign-in"] : ways,
      isInvited,
      message,
      place: this.#place,
      passwordChars: this.#server?.password_chars,
      canGoBack: this.#canGoBack,
    })
  }

  #tokenOf(page) {
    return this.#link?.page === page ? this.#link.token : undefined
  }
}

function complete(values) {
  const missing = Object.keys(values).find((name) => !values[name].trim())
  if (missing) required("", t(missing === "password" ? "entrance.password_missing" : "entrance.name_missing"), missing)
  return values
}
