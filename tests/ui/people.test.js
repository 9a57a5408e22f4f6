import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock } from "./support.js"
import { describeDuration, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../static/js/helpers/durations.js"
import { colourOf, shortened } from "../../static/js/helpers/people.js"
import { Faces } from "../../static/js/models/faces.js"
import { memberActions } from "../../static/js/models/member_actions.js"
import { menuItems } from "../../static/js/models/menu_items.js"
import { Room } from "../../static/js/models/room.js"
import { waysIn } from "../../static/js/models/ways_in.js"

test("a long name is shortened between characters, and a short one stays", () => {
  assert.equal(shortened("ada", 3), "ada")
  assert.equal(shortened("Ada of the long name", 8), "Ada of…")
  assert.equal(shortened("👩‍🚀👩‍🚀👩‍🚀👩‍🚀", 3), "👩‍🚀👩‍🚀…")
})

test("a picture is known from whoever told it last", () => {
  let changes = 0
  const faces = new Faces({ onChange: () => (changes += 1) })
  faces.learn([{ ...ada, avatar: "1" }, bob])
  faces.learn([{ ...ada, avatar: "1" }])
  assert.deepEqual([faces.of(ada), faces.of(bob)], [{ ...ada, avatar: "1" }, { ...bob, avatar: undefined }])
  assert.equal(changes, 1)
  faces.learn([ada])
  assert.equal(faces.of(ada).avatar, undefined)
  assert.equal(changes, 2)
})

test("somebody is found by the name that they have now, whatever its case", () => {
  const faces = new Faces()
  faces.learn([ada, bob])
  assert.deepEqual(["ADA", "bob", "cleo"].map((name) => faces.named(name)), [ada.id, bob.id, undefined])
  faces.learn([{ ...bob, name: "Bobby" }])
  assert.deepEqual(["bobby", "bob"].map((name) => faces.named(name)), [bob.id, undefined])
})

test("the ways in are those that the server has", () => {
  assert.deepEqual(waysIn(null), ["guest"])
  assert.deepEqual(waysIn({ guests: true, sign_up: "invite" }), ["guest", "sign-in"])
  assert.deepEqual(waysIn({ guests: true, sign_up: "open" }), ["guest", "sign-in", "sign-up"])
  assert.deepEqual(waysIn({ guests: false, sign_up: "closed" }), ["sign-in"])
})

test("who is invited is to sign up, or has an account", () => {
  assert.deepEqual(waysIn({ guests: true, sign_up: "invite" }, { hasInvite: true }), ["sign-up", "sign-in"])
})

test("the menu of a guest leads to an account where one can have one", () => {
  const items = (server) => menuItems({ isGuest: true, may: [], server })
  assert.deepEqual(items(null), ["change-name", "settings", "shortcuts"])
  assert.deepEqual(items({ guests: true, sign_up: "open" }), ["change-name", "create-account", "sign-in", "settings", "shortcuts"])
  assert.deepEqual(items({ guests: true, sign_up: "invite" }), ["change-name", "sign-in", "settings", "shortcuts"])
})

test("administration is there for those who may do anything of it", () => {
  const items = (may) => menuItems({ isGuest: false, may, server: { sign_up: "open" } })
  assert.ok(!items(["create_room", "direct", "people"]).includes("administration"))
  assert.ok(items(["reports"]).includes("administration"))
  assert.ok(items(["invite_people"]).includes("invite"))
})

test("what one may do to a member is what the server lets one do", () => {
  const now = new FakeClock().now()
  const room = new Room("garden", { clock: new FakeClock(), onChange: () => {} })
  const actions = (member, may = []) => memberActions({ room, may, member, myId: ada.id, now })
  const member = { user: { ...bob, role: "member" } }
  assert.deepEqual(actions(member, ["direct"]), ["direct"])
  room.describe({ name: "garden", may: ["appoint", "moderate", "remove"] })
  assert.deepEqual(actions(member), ["appoint", "mute", "remove", "ban"])
  assert.deepEqual(actions({ ...member, moderator: true, muted_until: now + 1 }), ["dismiss", "unmute", "remove", "ban"])
  assert.deepEqual(actions({ user: { ...bob, role: "guest" } }, ["direct"]), ["mute", "remove", "ban"])
  assert.deepEqual(actions({ user: ada }), [])
  assert.deepEqual(actions(undefined), [])
})

test("people have colours that are told apart, though their ids are alike", () => {
  const ids = Array.from({ length: 300 }, (_, index) => `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`)
  const colours = ids.map((id) => Object.values(colourOf(id)).join(" "))
  const counts = [...new Set(colours)].map((colour) => colours.filter((other) => other === colour).length)
  assert.equal(counts.length, 30)
  assert.ok(Math.max(...counts) < 30, "some colour is almost everybody's")
  assert.deepEqual(colourOf(ada.id), colourOf(ada.id))
})

test("a time is told in its largest unit", () => {
  assert.equal(describeDuration(400), "1 second")
  assert.equal(describeDuration(12 * SECOND_MS - 300), "12 seconds")
  assert.equal(describeDuration(5 * MINUTE_MS), "5 minutes")
  assert.equal(describeDuration(HOUR_MS), "1 hour")
  assert.equal(describeDuration(2 * DAY_MS), "2 days")
  assert.equal(describeDuration(14 * DAY_MS), "2 weeks")
  assert.equal(describeDuration(30 * DAY_MS), "30 days")
})
