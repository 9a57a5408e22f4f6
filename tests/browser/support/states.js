import assert from "node:assert/strict"

const ABOVE = "dialog[open], .side--open, [popover]:popover-open, .composer__mode:not([hidden])"

/**
 * @typedef {import("./visitor.js").Visitor} Visitor
 * @typedef {import("../../clients/support/plain_client.js").PlainClient} PlainClient
 */

/**
 * What there is to see for an owner in the lobby, where a guest is too, and what they do to see it.
 * @type {[string, (owner: Visitor, guest: PlainClient) => unknown][]}
 */
export const STATES = [
  ["the room, while somebody types", (owner, guest) => seeTyping(owner, guest)],
  ["the rooms, with what is unread", (owner) => press(owner, /^Show rooms/)],
  ["the people", (owner) => press(owner, /^Show who is here/)],
  ["your menu", (owner) => inRooms(owner, "Grace: your menu")],
  ["the tools of a message", (owner) => owner.showTools(owner.message("Second"))],
  ["editing a message", (owner) => owner.beginEditing("Second")],
  ["what can be written next", (owner) => write(owner, "@b")],
  ["the commands", (owner) => write(owner, "/")],
  ["an archived room", (owner) => goTo(owner, "old-times")],
  ["words about what has happened", (owner) => seeToast(owner)],
]

/**
 * The dialogs. If one has sections, they are gone through.
 * @type {[string, (owner: Visitor) => unknown][]}
 */
export const DIALOGS = [
  ["the emoji", (owner) => owner.button("Insert an emoji").click()],
  ["where to go", (owner) => owner.messageField.press("Control+k")],
  ["nowhere to go", (owner) => search(owner, "xyz")],
  ["the shortcuts", (owner) => owner.log.press("?")],
  ["the commands explained", (owner) => owner.say("/help")],
  ["deleting a message", (owner) => owner.beginDeleting("Second")],
  ["reporting a message", (owner) => owner.pressTool(owner.message("Good morning"), "Report message")],
  ["jumping to a date", (owner) => owner.log.getByRole("button", { name: /jump to another date/ }).first().click()],
  ["a person", (owner) => inPeople(owner, "bob")],
  ["banning somebody", (owner) => ban(owner, "bob")],
  ["the room's details", (owner) => owner.button("Room details").click()],
  ["creating a room", (owner) => inRooms(owner, "Create a room")],
  ["browsing rooms", (owner) => inRooms(owner, "Browse rooms")],
  ["writing to somebody who is chosen", (owner) => chooseSomebody(owner, "carol")],
  ["your profile", (owner) => choose(owner, "Profile and password")],
  ["the settings", (owner) => choose(owner, "Settings")],
  ["a link for a phone", (owner) => choose(owner, "Sign in on a phone")],
  ["inviting people", (owner) => choose(owner, "Invite people")],
  ["a link to invite by", (owner) => makeInvite(owner)],
  ["the administration", (owner) => choose(owner, "Administration")],
  ["managing an account", (owner) => manage(owner, "carol")],
]

/** Until there is nothing left but the lobby. */
export async function leave(person) {
  const above = person.page.locator(ABOVE)
  for (let tries = 0; tries < 5 && (await above.count()); tries++) await person.page.keyboard.press("Escape")
  assert.equal(await above.count(), 0)
  for (const toast of await person.button("Dismiss").all()) await toast.click()
  await goTo(person, "lobby")
  await person.messageField.fill("")
}

async function seeTyping(person, somebody) {
  await somebody.ask("typing", { room: "lobby", typing: true })
  await person.sees(person.page.getByText("bob is typing…"))
}

async function seeToast(person) {
  await person.page.evaluate(() => (location.hash = "#/rooms/nowhere"))
  await person.sees(person.page.getByRole("status").getByText("There is no such room, or you are not in it."))
}

async function goTo(person, room) {
  await person.page.evaluate((room) => (location.hash = `#/rooms/${room}`), room)
  await person.sees(person.heading(room === "lobby" ? "Lobby" : "Old times"))
}

/** A button that is only there where the columns are not. */
async function press({ page }, name) {
  const button = page.getByRole("button", { name })
  if (await button.isVisible()) await button.click()
}

async function inRooms(person, button) {
  await press(person, /^Show rooms/)
  await person.button(button).first().click()
}

async function inPeople(person, name) {
  await press(person, /^Show who is here/)
  await person.people.getByRole("button", { name }).click()
}

async function ban(person, name) {
  await inPeople(person, name)
  await person.button("Ban from the room…").click()
}

async function chooseSomebody(person, name) {
  await inRooms(person, "Write to somebody")
  await person.button(`Choose ${name}`).click()
  await person.sees(person.button(`Leave out ${name}`))
}

async function choose(person, item) {
  await press(person, /^Show rooms/)
  await person.choose(item)
}

async function makeInvite(person) {
  await choose(person, "Invite people")
  await person.button("Make a link").click()
  await person.sees(person.field("Link"))
}

async function manage(person, name) {
  await choose(person, "Administration")
  await person.button("Accounts").click()
  await person.button(`Manage ${name}`).click()
  await person.sees(person.button("Make admin"))
}

async function write(person, text) {
  await person.messageField.fill("")
  await person.messageField.pressSequentially(text)
  await person.sees(person.page.getByRole("listbox", { name: "Suggestions" }))
}

async function search(person, text) {
  await person.messageField.press("Control+k")
  await person.page.keyboard.type(text)
}
