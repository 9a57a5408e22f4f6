import { Api } from "./connection/api.js"
import { Chat } from "./connection/chat.js"
import { Connection } from "./connection/connection.js"
import { EmojiData } from "./connection/emoji_data.js"
import { Identity } from "./connection/identity.js"
import { RoomCommands } from "./connection/room_commands.js"
import { SignIn } from "./connection/sign_in.js"
import { find } from "./helpers/dom.js"
import { systemClock as clock } from "./helpers/timing.js"
import { chooseLanguage, languageDirection, languageTag, t, translate, useLanguage } from "./i18n/language.js"
import { ifAllowed } from "./storage/allowed.js"
import { keepPage } from "./storage/kept_page.js"
import { Album } from "./storage/album.js"
import { Database } from "./storage/database.js"
import { Drafts } from "./storage/drafts.js"
import { Letters } from "./storage/letters.js"
import { Places } from "./storage/places.js"
import { Settings } from "./storage/settings.js"
import { Tabs } from "./storage/tabs.js"
import { UsedEmoji } from "./storage/used_emoji.js"
import { io } from "./vendor/socket.io-client-4.8.4/socket.io.esm.min.js"
import { AppView } from "./views/app_view.js"
import { tellFootSize } from "./views/foot_size.js"
import { followLanguage } from "./views/settings/language.js"
import { stayAboveKeyboard } from "./views/on_screen_keyboard.js"
import { Toast } from "./views/toast.js"

const storage = ifAllowed(() => localStorage)
const session = ifAllowed(() => sessionStorage)
const settings = new Settings(storage, window)
await useLanguage(chooseLanguage([settings.wishes.language || navigator.languages].flat())).catch(() => {})
document.documentElement.lang = languageTag()
document.documentElement.dir = languageDirection()
translate(document)

const database = await Database.open(() => indexedDB, clock)
const tabs = new Tabs({ locks: navigator.locks, channelNamed: (name) => new BroadcastChannel(name), clock })
const identity = new Identity(storage, window)
const api = new Api((address, options) => fetch(address, options))
const chat = new Chat({
  connection: new Connection({ io, identity, clock }),
  identity,
  letters: new Letters(database, tabs),
  album: new Album(database, clock),
  clock,
})
const page = {
  chat,
  api,
  clock,
  settings,
  drafts: new Drafts({ storage, session, windows: window, clock }),
  places: new Places(session),
  emoji: new EmojiData((address, options) => fetch(address, options), languageTag),
  usedEmoji: new UsedEmoji(storage),
  signIn: new SignIn({ api, identity, chat }),
  commands: new RoomCommands(chat),
  toast: new Toast({ clock }),
}
// Such as a dialog that could not be loaded.
addEventListener("unhandledrejection", () => page.toast.say(t("page.failed")))
// js/early.js follows them: it is no module, so that it runs before the first paint.
settings.watch((wishes) => document.dispatchEvent(new CustomEvent("wishes", { detail: wishes })))
followLanguage(page)

stayAboveKeyboard(visualViewport, document.documentElement.style)
tellFootSize(find(".room__foot"), document.documentElement.style)
await new AppView(page, { identity }).start()
keepPage(navigator.serviceWorker)
