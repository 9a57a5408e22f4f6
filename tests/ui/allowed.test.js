import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, FakeClock } from "./support.js"
import { Identity } from "../../static/js/connection/identity.js"
import { ifAllowed } from "../../static/js/storage/allowed.js"
import { Drafts } from "../../static/js/storage/drafts.js"
import { Places } from "../../static/js/storage/places.js"
import { Settings } from "../../static/js/storage/settings.js"
import { UsedEmoji } from "../../static/js/storage/used_emoji.js"

test("where a browser allows to keep something, that is where", () => {
  const storage = /** @type {Storage} */ ({})
  assert.equal(ifAllowed(() => storage), storage)
})

test("where it does not even allow to ask, everything is known for as long as the page", () => {
  const storage = ifAllowed(() => {
    throw new DOMException("Access is denied for this document.", "SecurityError")
  })

  const settings = new Settings(storage)
  settings.change({ theme: "dark" })
  assert.equal(settings.wishes.theme, "dark")

  const identity = new Identity(storage)
  identity.accept({ user: ada, token: "g1.ada" })
  assert.equal(identity.credentials.token, "g1.ada")

  const drafts = new Drafts({ storage, session: storage, windows: new EventTarget(), clock: new FakeClock() })
  drafts.begin(ada.id)
  drafts.keep("lobby", "begun")
  assert.equal(drafts.open("lobby"), "begun")

  const places = new Places(storage)
  places.keep("lobby", { seq: 7, offset: 0 })
  assert.equal(places.of("lobby").seq, 7)

  const usedEmoji = new UsedEmoji(storage)
  usedEmoji.used("🐦")
  assert.deepEqual(usedEmoji.recent, ["🐦"])
})
