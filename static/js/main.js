import { Api } from "./connection/api.js"
import { Identity } from "./connection/identity.js"
import { SignIn } from "./connection/sign_in.js"
import { find } from "./helpers/dom.js"
import { once } from "./helpers/later.js"
import { systemClock as clock } from "./helpers/timing.js"
import { chooseLanguage, languageDirection, languageTag, t, translate, useLanguage } from "./i18n/language.js"
import { ifAllowed } from "./storage/allowed.js"
import { Settings } from "./storage/settings.js"
import { takeRoute } from "./views/address.js"
import { ConnectionBanner } from "./views/connection_banner.js"
import { Entry } from "./views/entry.js"
import { stayAboveKeyboard } from "./views/on_screen_keyboard.js"
import { Toast } from "./views/toast.js"

const SEEN_AFTER_MS = 1_000
const AGAIN_AFTER_MS = 5_000

const storage = ifAllowed(() => localStorage)
const settings = new Settings(storage, window)
const { language } = settings.wishes
await useLanguage(chooseLanguage([language || navigator.languages].flat())).catch(() => {})
document.documentElement.lang = languageTag()
document.documentElement.dir = languageDirection()
translate(document)

const toast = new Toast({ clock })
// Such as a dialog that could not be loaded.
addEventListener("unhandledrejection", () => toast.say(t("page.failed")))
// js/early.js follows them: it is no module, so that it runs before the first paint.
settings.watch((wishes) => document.dispatchEvent(new CustomEvent("wishes", { detail: wishes })))
stayAboveKeyboard(visualViewport, document.documentElement.style)

const identity = new Identity(storage, window)
const api = new Api((address, options) => fetch(address, options))
const signIn = new SignIn({ api, identity, onEntered: async () => (await app()).connect() })
const entry = new Entry({
  clock,
  signIn,
  ready: () => app(),
  onGuest: async (name) => (await app()).enterAs(name),
  onCancelled: async () => (await app()).goBack(),
})
const route = takeRoute()
const isComingBack = !route.token && Boolean(identity.isKnown || identity.name)
const banner = new ConnectionBanner(find("#connection"), { clock, onRetry: () => retry() })

/** @type {import("./views/app_view.js").AppView | null} the chat, for which nobody at the entrance waits */
let view = null
const app = once(async () => {
  const load = () => import("./app.js")
  // What js/early.js could not get ahead is asked for anew.
  const { openApp } = await load().catch(load).catch((cause) => {
    throw new Error(t("page.failed"), { cause })
  })
  view = await openApp({ api, banner, clock, entry, identity, language, route, settings, signIn, storage, toast })
  return view
})

let nextTry

async function comeBack() {
  clock.cancel(nextTry)
  try {
    (await app()).comeBack()
  } catch {
    banner.show("absent")
    clock.cancel(nextTry)
    nextTry = clock.after(retry, AGAIN_AFTER_MS)
  }
}

function retry() {
  if (view) view.retry()
  else if (isComingBack) comeBack()
}

addEventListener("hashchange", async () => {
  const route = takeRoute()
  if (!view && route.token) entry.follow(route, { canGoBack: false })
  else (await app()).goTo(route)
})
settings.watch((wishes) => {
  if (!view && wishes.language !== language) location.reload()
})
entry.name = identity.name ?? ""
if (isComingBack) {
  await comeBack()
} else {
  await (route.token ? entry.follow(route, { canGoBack: false }) : entry.open())
  // Nothing of the chat comes before the entrance is to be seen. While somebody types a name, js/early.js loads it.
  clock.after(() => document.dispatchEvent(new Event("entrance")), SEEN_AFTER_MS)
}
