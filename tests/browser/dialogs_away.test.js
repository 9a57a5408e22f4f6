import assert from "node:assert/strict"
import { AWAY, unclaimedTest } from "./support/browser_test.js"
import { isFocused } from "./support/focus.js"

unclaimedTest("a room that cannot be made for want of a connection is made once there is one, as it was filled in", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.button("Create a room").first().click()
  await grace.loseConnection()
  await grace.submit({ Title: "Garden", Topic: "Hedges" }, "Create")
  await grace.sees(grace.dialog.getByText("There is no connection just now."))
  await grace.regainConnection()
  await grace.button("Create").click()
  await grace.sees(grace.heading("Garden"), grace.page.getByText("Hedges"))
}, { expected: AWAY })

unclaimedTest("a list that does not come can be asked for again, and so can what is done with it", async (chat) => {
  const { grace, tomas } = await withGarden(chat)
  await tomas.loseConnection()
  await tomas.button("Browse rooms").click()
  await tomas.sees(tomas.dialog.getByText("There is no connection just now."))
  await tomas.regainConnection()
  await tomas.button("Try again").click()
  const join = tomas.button("Join Garden")
  await tomas.sees(join)
  await tomas.loseConnection()
  await join.click()
  await tomas.sees(tomas.dialog.getByText("There is no connection just now."))
  await tomas.regainConnection()
  await join.click()
  await tomas.sees(tomas.heading("Garden"))
  await grace.seesPeople("Grace", "Tomás")
}, { expected: AWAY })

unclaimedTest("a choice that the server has not heard of is not shown as taken", async (chat) => {
  const { grace } = await withGarden(chat)
  await grace.button("Room details").click()
  await grace.button("Notifications").click()
  const choice = (name) => grace.dialog.getByRole("radio", { name })
  await grace.loseConnection()
  await choice(/^Nothing/).click()
  await grace.sees(grace.dialog.getByText("There is no connection just now."))
  assert.ok(await choice(/^Everything/).isChecked())
  await isFocused(choice(/^Nothing/))
  await grace.regainConnection()
  await choice(/^Nothing/).click()
  await grace.seesNoMore(grace.dialog.getByText("There is no connection just now."))
  assert.ok(await choice(/^Nothing/).isChecked())
}, { expected: AWAY })

unclaimedTest("the switcher leads to rooms without a connection, and to people once there is one", async (chat) => {
  const { grace } = await withGarden(chat)
  const keys = grace.page.keyboard
  await keys.press("Control+K")
  await keys.type("tomas")
  const person = grace.page.getByRole("option", { name: /^Tomás/, selected: true })
  await grace.sees(person)
  await grace.loseConnection()
  await keys.press("Enter")
  await grace.sees(grace.dialog.getByText("There is no connection just now."))
  await grace.regainConnection()
  await keys.press("Enter")
  await grace.sees(grace.heading("Tomás"))
  await grace.loseConnection()
  await keys.press("Control+K")
  await keys.type("garden")
  await keys.press("Enter")
  await grace.sees(grace.heading("Garden"))
}, { expected: AWAY })

/** An owner with a room besides the lobby, and somebody who is not in it. */
async function withGarden(chat) {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  return { grace, tomas: await chat.member("Tomás", grace) }
}
