import assert from "node:assert/strict"
import { AWAY, PASSWORD, unclaimedTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"

unclaimedTest("the owner's first ten minutes: a place, a closed room, and the first person in it", async (chat) => {
  const grace = await chat.claim("Grace")
  assert.equal(await grace.page.evaluate(() => location.href.includes("claim")), false, "the token stays in the address")
  await grace.sees(grace.page.getByText("Birdwatchers", { exact: true }).first())

  const steps = grace.page.getByRole("region", { name: "Welcome to your own place" })
  await steps.getByRole("button", { name: "Create a room" }).click()
  await grace.dialog.getByRole("radio", { name: /^Closed/ }).check()
  await grace.submit({ Title: "Nest boxes", Topic: "Who builds, who paints" }, "Create")
  await grace.sees(grace.heading("Nest boxes"))

  const tomas = await chat.followLink(await grace.makeInvite(), PHONE)
  await tomas.sees(tomas.page.getByText("You are invited."), tomas.page.getByRole("heading", { name: "Birdwatchers" }))
  await tomas.enter({ Name: "Tomás", Password: PASSWORD }, "Create account")
  await tomas.sees(tomas.heading("Lobby"))

  await grace.button("Room details").click()
  await grace.button("People").click()
  await grace.button("Add people").click()
  await grace.button("Add Tomás").click()
  await grace.sees(grace.page.getByText("Tomás is in the room now."))
  for (const name of ["Add people to the room", "Nest boxes"]) {
    await grace.page.getByRole("dialog", { name }).getByRole("button", { name: "Close" }).click()
  }

  await tomas.open("Nest boxes")
  await grace.say("Who brings the ladder?")
  await tomas.sees(tomas.message("Who brings the ladder?"))
  await tomas.say("I do")
  await grace.sees(grace.message("I do"))

  const mei = await chat.join("mei")
  await mei.sees(mei.heading("Lobby"))
  assert.equal(await mei.roomEntry("Nest boxes").count(), 0)
  await mei.button("Browse rooms").click()
  await mei.sees(mei.dialog.getByText("Lobby"))
  assert.equal(await mei.dialog.getByText("Nest boxes").count(), 0)
})

unclaimedTest("who signs out leaves nothing, and comes back with name and password", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.say("only for members")
  await grace.sees(grace.numbered(1))
  await grace.choose("Sign out")
  await grace.sees(grace.nameField)
  assert.equal(await grace.articles.count(), 0)

  await grace.page.reload()
  await grace.sees(grace.nameField)
  await grace.button("I have an account").click()
  await grace.submit({ Name: "Grace", Password: "something else" }, "Sign in")
  await grace.sees(grace.page.getByRole("alert").filter({ hasText: /wrong|password/i }).first())
  await grace.enter({ Name: "Grace", Password: PASSWORD }, "Sign in")
  await grace.sees(grace.message("only for members"))

  await grace.page.reload()
  await grace.sees(grace.message("only for members"))
})

unclaimedTest("a sign-in that is ended elsewhere ends at once, and calmly", async (chat) => {
  const grace = await chat.claim("Grace")
  const phone = await chat.visitor(PHONE)
  await phone.button("I have an account").click()
  await phone.enter({ Name: "Grace", Password: PASSWORD }, "Sign in")

  await grace.choose("Devices")
  await grace.dialog.getByRole("button", { name: /^Sign out/ }).click()
  await phone.sees(phone.page.getByText("You were signed out."))
  await phone.page.waitForTimeout(1_500)
  await phone.sees(phone.button("Sign in"))
})

unclaimedTest("a guest becomes an account and keeps what they wrote", async (chat) => {
  const grace = await chat.claim("Grace")
  const mei = await chat.join("mei")
  await mei.say("written as a guest")
  await grace.sees(grace.message("written as a guest"))
  const invite = await grace.makeInvite()

  await mei.page.goto(invite)
  await mei.enter({ Name: "mei", Password: PASSWORD }, "Create account")
  await mei.sees(mei.message("written as a guest"))
  await mei.edit("written as a guest", "written by me")
  await grace.sees(grace.message("written by me"))
  await mei.sees(mei.button("mei: your menu"))
})

unclaimedTest("who signs in or out in one window does so in the others, and it lasts", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.say("only for members")
  const mei = await chat.join("mei")
  const window = await chat.anotherWindowOf(mei)
  await window.sees(window.button("mei: your menu"))
  await mei.choose("Sign in")
  await mei.enter({ Name: "Grace", Password: PASSWORD }, "Sign in")
  await window.sees(window.button("Grace: your menu"))

  await breakOff(window)
  await mei.page.reload()
  await mei.sees(mei.button("Grace: your menu"))
  await mei.choose("Sign out")
  await window.sees(window.page.getByText("You were signed out."))
  assert.equal(await window.articles.count(), 0)
}, { expected: AWAY })

unclaimedTest("who is about to sign in goes on with that when the connection comes back", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.say("only a name and a password away")
  const mei = await chat.join("mei")
  await mei.choose("Change name")
  await mei.nameField.fill("mei l")
  await breakOff(mei)
  assert.equal(await mei.nameField.inputValue(), "mei l")
  await mei.button("I have an account").click()
  await mei.field("Name").fill("Grace")
  await mei.field("Password").fill(PASSWORD)
  await breakOff(mei)
  await mei.button("Sign in").click()
  await mei.sees(mei.message("only a name"), mei.button("Grace: your menu"))
}, { expected: AWAY })

unclaimedTest("who goes back before a link is looked up stays in the chat", async (chat) => {
  const grace = await chat.claim("Grace")
  const invite = await grace.makeInvite()
  const mei = await chat.join("mei")
  await mei.choose("Sign in")
  await mei.sees(mei.button("Sign in"))

  let answer
  const asked = new Promise((resolve) => {
    mei.page.route("**/api/v1/invites/check", (route) => resolve((answer = () => route.continue())))
  })
  await mei.page.goto(invite)
  await asked
  await mei.button("Cancel").click()
  await mei.sees(mei.messageField)
  await Promise.all([mei.page.waitForResponse("**/api/v1/invites/check"), answer()])
  await mei.say("still here")
  await grace.sees(grace.message("still here"))
  assert.equal(await mei.button("Cancel").count(), 0)
})

unclaimedTest("a link signs in on a phone, once", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.choose("Sign in on a phone")
  const link = await grace.field("Link").inputValue()
  await grace.sees(grace.page.getByAltText(/QR code/))
  const phone = await chat.followLink(link, PHONE)
  await phone.enter({}, "Sign in on this device")
  await phone.say("from the phone")
  await grace.button("Done").click()
  await grace.sees(grace.message("from the phone"))

  const other = await chat.followLink(link, PHONE)
  await other.button("Sign in on this device").click()
  await other.sees(other.page.getByRole("alert").filter({ hasText: /\S/ }))
})

unclaimedTest("where guests are off and a link has run out, one can still sign in", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.choose("Administration")
  const guests = grace.page.getByRole("checkbox", { name: /Guests may talk/ })
  await grace.sees(guests.and(grace.page.locator(":checked")))
  await guests.uncheck()
  await grace.button("Save settings").click()
  await grace.sees(grace.page.getByText("Saved."))

  const visitor = await chat.followLink(`${chat.server.url}/#/invite/no-such-token`)
  await visitor.sees(visitor.page.getByText("This link does not work any more."), visitor.button("Sign in"))
  assert.equal(await visitor.nameField.isVisible(), false)
})

unclaimedTest("with an account too the page opens without a connection, with all of its rooms", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  await grace.say("The hedge is growing")
  await grace.sees(grace.numbered(1))
  await grace.hasKeptThePage()

  await grace.goOffline()
  await grace.page.reload()
  await grace.sees(grace.message("The hedge is growing"), grace.banner, grace.roomEntry(/lobby/i))
  await grace.say("written without a connection")
  await grace.goOnline()
  await grace.sees(grace.numbered(2))
  await grace.seesNoMore(grace.banner)
}, { expected: AWAY })

/** The network of somebody goes away, and comes back. */
async function breakOff(person) {
  await person.loseConnection()
  await person.regainConnection()
}
