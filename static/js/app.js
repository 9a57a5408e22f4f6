import { Chat } from "./connection/chat.js"
import { Connection } from "./connection/connection.js"
import { EmojiData } from "./connection/emoji_data.js"
import { RoomCommands } from "./connection/room_commands.js"
import { find } from "./helpers/dom.js"
import { languageTag } from "./i18n/language.js"
import { Album } from "./storage/album.js"
import { ifAllowed } from "./storage/allowed.js"
import { Database } from "./storage/database.js"
import { Drafts } from "./storage/drafts.js"
import { keepPage } from "./storage/kept_page.js"
import { Letters } from "./storage/letters.js"
import { Places } from "./storage/places.js"
import { Tabs } from "./storage/tabs.js"
import { UsedEmoji } from "./storage/used_emoji.js"
import { io } from "./vendor/socket.io-client-4.8.4/socket.io.esm.min.js"
import { AppView } from "./views/app_view.js"
import { tellFootSize } from "./views/foot_size.js"
import { followLanguage } from "./views/settings/language.js"

/**
 * Makes the chat: all that is not needed at the entrance.
 * @param {object} options
 * @param {import("./connection/api.js").Api} options.api
 * @param {import("./views/connection_banner.js").ConnectionBanner} options.banner
 * @param {import("./helpers/timing.js").Clock} options.clock
 * @param {import("./views/entry.js").Entry} options.entry
 * @param {import("./connection/identity.js").Identity} options.identity
 * @param {string} options.language the wish that the page shows
 * @param {import("./models/route.js").Route} options.route what the address asked for
 * @param {import("./storage/settings.js").Settings} options.settings
 * @param {import("./connection/sign_in.js").SignIn} options.signIn
 * @param {Storage} [options.storage] none where it is not allowed
 * @param {import("./views/toast.js").Toast} options.toast
 * @returns {Promise<AppView>}
 */
export async function openApp(options) {
  const { api, banner, clock, entry, identity, language, route, settings, signIn, storage, toast } = options
  const session = ifAllowed(() => sessionStorage)
  const database = await Database.open(() => indexedDB, clock)
  const tabs = new Tabs({ locks: navigator.locks, channelNamed: (name) => new BroadcastChannel(name), clock })
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
    signIn,
    commands: new RoomCommands(chat),
    toast,
  }
  followLanguage(page, language)
  tellFootSize(find(".room__foot"), document.documentElement.style)
  const view = new AppView(page, { banner, entry })
  await view.start(route)
  keepPage(navigator.serviceWorker)
  return view
}
