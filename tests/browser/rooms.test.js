import assert from "node:assert/strict"
import { AWAY, unclaimedTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"

unclaimedTest("what is unread is counted until it is seen, in one window and the other", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  const tomas = await chat.member("Tomás", grace)
  await tomas.button("Browse rooms").click()
  await tomas.button("Join Garden").click()
  await tomas.sees(tomas.heading("Garden"))

  await grace.open("Lobby")
  const window = await chat.anotherWindowOf(grace)
  await window.sees(window.heading("Lobby"))
  await tomas.say("The hedge is growing")
  await tomas.say("@Grace, have you seen it?")
  const marked = /^Garden \(2 unread, you are mentioned\)$/
  await grace.sees(grace.roomEntry(marked))
  await window.sees(window.roomEntry(marked))

  await window.open("Garden")
  await window.sees(window.message("The hedge"))
  await grace.sees(grace.roomEntry(/^Garden$/))
  await grace.page.reload()
  await grace.sees(grace.roomEntry(/^Garden$/))
})

unclaimedTest("the address names the room, and one can go back and forward", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  const address = grace.page.url()
  assert.match(address, /#\/rooms\/garden/)
  await grace.open("Lobby")
  await grace.page.goBack()
  await grace.sees(grace.heading("Garden"))
  await grace.page.goForward()
  await grace.sees(grace.heading("Lobby"))
  await grace.page.goto(address)
  await grace.page.reload()
  await grace.sees(grace.heading("Garden"))

  const tomas = await chat.member("Tomás", grace)
  await tomas.page.goto(address)
  await tomas.page.getByRole("dialog", { name: "Join Garden?" }).getByRole("button", { name: "Join" }).click()
  await tomas.sees(tomas.heading("Garden"))
})

unclaimedTest("a room whose address one opens without a connection is offered once it is back", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  const tomas = await chat.member("Tomás", grace)
  await tomas.loseConnection()
  await tomas.page.evaluate(() => (location.hash = "#/rooms/garden"))
  await tomas.goOnline()
  await tomas.page.getByRole("dialog", { name: "Join Garden?" }).getByRole("button", { name: "Join" }).click()
  await tomas.sees(tomas.heading("Garden"))
}, { expected: AWAY })

unclaimedTest("a room that is given no name is not made, and one is told so in one's own words", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.button("Create a room").first().click()
  await grace.submit({ Title: " " }, "Create")
  const problem = grace.dialog.getByText("A title has 1 to 64 characters.")
  await grace.sees(problem)
  await grace.submit({ Title: "Garden" }, "Create")
  await grace.sees(grace.heading("Garden"))
  await grace.button("Room details").click()
  await grace.submit({ Title: "" }, "Save room")
  await grace.sees(problem)
})

unclaimedTest("two people talk directly, and find their room again", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace, PHONE)
  for (const text of ["psst", "again"]) {
    await grace.button("Write to somebody").click()
    await grace.button("Choose Tomás").click()
    await grace.button("Start").click()
    await grace.sees(grace.heading("Tomás"))
    await grace.say(text)
    await grace.open("Lobby")
  }
  await tomas.open("Grace")
  await tomas.sees(tomas.message("psst"), tomas.message("again"))
})

unclaimedTest("who is muted is told so in place of where one writes, and who is removed sees the room go", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  const tomas = await chat.member("Tomás", grace)
  await tomas.button("Browse rooms").click()
  await tomas.button("Join Garden").click()
  await tomas.sees(tomas.heading("Garden"))

  await grace.people.getByRole("button", { name: "Tomás" }).click()
  await grace.button("Mute for 10 minutes").click()
  await tomas.sees(tomas.page.getByText(/^You are muted here until/))
  assert.equal(await tomas.messageField.isVisible(), false)
  await grace.button("Let them write again").click()
  await tomas.sees(tomas.messageField)

  await grace.button("Remove from the room").click()
  await tomas.sees(tomas.page.getByText("You were removed from Garden"), tomas.heading("Lobby"))
  assert.equal(await tomas.roomEntry("Garden").count(), 0)
})

unclaimedTest("who is in no room any more is told so in place of one, and led to the rooms there are", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await grace.say("Stay!")
  await tomas.sees(tomas.message("Stay!"))
  await leaveRoom(tomas)
  await tomas.sees(tomas.heading("You are in no room"), tomas.button("Browse rooms").last())
  await assertNothingOfRooms(tomas)
  await tomas.page.reload()
  await tomas.sees(tomas.heading("You are in no room"))
  await assertNothingOfRooms(tomas)

  await tomas.button("Browse rooms").last().click()
  await tomas.button("Join Lobby").click()
  await tomas.sees(tomas.heading("Lobby"), tomas.message("Stay!"))
  await tomas.say("Here I am")
  await grace.sees(grace.message("Here I am"))
})

unclaimedTest("who is in no room sees the first one that they are added to", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await leaveRoom(tomas)
  await tomas.sees(tomas.heading("You are in no room"))
  await grace.button("Write to somebody").click()
  await grace.button("Choose Tomás").click()
  await grace.button("Start").click()
  await tomas.sees(tomas.heading("Grace"))
  await tomas.say("Thank you")
  await grace.sees(grace.message("Thank you"))
})

async function leaveRoom(person) {
  await person.button("Room details").click()
  await person.button("Notifications").click()
  await person.button("Leave room").click()
  await person.button("Leave").click()
}

async function assertNothingOfRooms(person) {
  const parts = [person.messageField, person.log, person.button("Room details"), person.button("All who belong to this room")]
  for (const part of parts) assert.equal(await part.isVisible(), false)
  assert.equal(await person.people.getByRole("listitem").count(), 0)
}

unclaimedTest("in slow mode one is told how long to wait, and keeps what one wrote meanwhile", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await grace.button("Room details").click()
  await grace.field("Slow mode").selectOption({ label: "1 minute" })
  await grace.button("Save room").click()
  await grace.sees(grace.page.getByText("Saved."))

  await tomas.say("one")
  await tomas.sees(tomas.page.getByRole("status").getByText(/^Slow mode: the next message in/))
  await tomas.say("two")
  await tomas.sees(tomas.page.getByRole("alert").getByText("your text stays here"))
  assert.equal(await tomas.messageField.inputValue(), "two")
  await grace.say("moderators need not wait")
  await grace.say("at all")
  await tomas.sees(tomas.message("at all"))
})

unclaimedTest("only moderators write announcements, and they delete what others wrote", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await tomas.say("something unkind")
  await grace.sees(grace.message("something unkind"))
  await grace.delete("something unkind")
  await tomas.sees(tomas.message("Message deleted"))

  await grace.button("Create a room").first().click()
  await grace.dialog.getByRole("radio", { name: /^Announcements/ }).check()
  await grace.submit({ Title: "News" }, "Create")
  const invitation = /^Be the first:/
  await grace.sees(grace.heading("News"), grace.page.getByText(invitation))
  await tomas.button("Browse rooms").click()
  await tomas.button("Join News").click()
  await tomas.sees(tomas.page.getByText("Only moderators write here."), tomas.page.getByText("Nobody has written here yet."))
  await tomas.seesNoMore(tomas.page.getByText(invitation))
  await grace.say("We open at nine")
  await tomas.sees(tomas.message("We open at nine"))
})
