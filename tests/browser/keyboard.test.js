import { browserTest, unclaimedTest } from "./support/browser_test.js"
import { fill, NO_LIMITS } from "./support/filling.js"
import { isFocused } from "./support/focus.js"

const NARROW = { viewport: { width: 390, height: 844 } }
// One page of people is 20.
const MORE_THAN_A_PAGE = 21

unclaimedTest("whoever presses a button by keyboard is there again when what it opened is closed", async (chat) => {
  const grace = await chat.claim("Grace")
  const keys = grace.page.keyboard
  await grace.choose("Invite people")
  await grace.button("Make a link").focus()
  await keys.press("Enter")
  await isFocused(grace.field("Link"))
  await keys.press("Escape")
  await isFocused(grace.button("Make a link"))
})

unclaimedTest("a button that was refused keeps the keyboard's place", async (chat) => {
  const grace = await chat.claim("Grace")
  const keys = grace.page.keyboard
  await grace.choose("Invite people")
  await grace.page.route("**/api/v1/invites", async (route) => {
    // A browser takes the place from what is disabled when it draws the page next.
    await grace.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    await route.fulfill({ status: 403, json: { code: "forbidden" } })
  })
  await grace.button("Make a link").focus()
  await keys.press("Enter")
  await grace.sees(grace.dialog.getByText("You may not do that here.").first())
  await isFocused(grace.button("Make a link"))
})

unclaimedTest("a choice of people begins at the search, and goes on at what is left", async (chat) => {
  const grace = await chat.claim("Grace")
  for (const name of ["Mei", "Tomás"]) await chat.member(name, grace)
  const keys = grace.page.keyboard
  await grace.button("Write to somebody").click()
  await isFocused(grace.field("Search people"))
  for (const name of ["Mei", "Tomás"]) await grace.button(`Choose ${name}`).click()
  await grace.button("Leave out Mei").focus()
  await keys.press("Enter")
  await isFocused(grace.button("Leave out Tomás"))
  await keys.press("Enter")
  await isFocused(grace.field("Search people"))
})

unclaimedTest("whoever asks for the last people goes on with the first of them", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.page.route("**/api/v1/people?*", (route) => route.fulfill({ json: pageOfPeople(route.request().url()) }))
  await grace.button("Write to somebody").click()
  await grace.button("Show more").focus()
  await grace.page.keyboard.press("Enter")
  await isFocused(grace.button(`Choose Person ${MORE_THAN_A_PAGE}`))
})

unclaimedTest("whoever closes a person whose line was drawn anew is still in the dialog below", async (chat) => {
  const grace = await chat.claim("Grace")
  await chat.member("Tomás", grace)
  const keys = grace.page.keyboard
  const room = grace.page.getByRole("dialog", { name: "Lobby" })
  await grace.button("All who belong to this room").click()
  await grace.button("Details Tomás").focus()
  await keys.press("Enter")
  await grace.button("Mute for 10 minutes").focus()
  await keys.press("Enter")
  await grace.sees(room.getByText(/muted until/))
  await keys.press("Escape")
  await isFocused(room)
  await keys.press("Escape")
  await isFocused(grace.button("All who belong to this room"))
})

browserTest("Escape closes the menu, and only then the rooms below it", async (chat) => {
  const ada = await chat.join("ada", NARROW)
  const keys = ada.page.keyboard
  const menu = ada.page.getByRole("group", { name: "Your menu" })
  const opener = ada.page.getByRole("button", { name: /^Show rooms/ })
  const mine = ada.page.getByRole("button", { name: "your menu" })
  await opener.focus()
  await keys.press("Enter")
  await mine.focus()
  await keys.press("Enter")
  await ada.sees(menu)
  await isFocused(menu.getByRole("button").first())
  await keys.press("Escape")
  await ada.seesNoMore(menu)
  await isFocused(mine)
  await keys.press("Escape")
  await isFocused(opener)
})

browserTest("the arrow keys move in the menu, and it closes behind whoever leaves it", async (chat) => {
  const ada = await chat.join("ada")
  const keys = ada.page.keyboard
  const menu = ada.page.getByRole("group", { name: "Your menu" })
  await ada.page.getByRole("button", { name: "your menu" }).focus()
  await keys.press("Enter")
  await isFocused(menu.getByRole("button", { name: "Change name" }))
  await keys.press("ArrowDown")
  await isFocused(menu.getByRole("button", { name: "Sign in" }))
  await keys.press("End")
  await isFocused(menu.getByRole("button", { name: "Keyboard shortcuts" }))
  await keys.press("Tab")
  await ada.seesNoMore(menu)
  await ada.page.getByRole("button", { name: "your menu" }).press("Enter")
  await isFocused(menu.getByRole("button", { name: "Change name" }))
})

browserTest("the button that leads to the newest messages leaves nobody without a place", async (chat) => {
  await fill(chat, 100)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(100))
  await ada.log.focus()
  await ada.page.keyboard.press("Home")
  const newest = ada.button("Newest messages")
  await newest.focus()
  await ada.page.keyboard.press("Enter")
  await ada.seesNoMore(newest)
  await isFocused(ada.messageField)
}, { settings: NO_LIMITS })

browserTest("after Page Up the arrows go on from what is in view", async (chat) => {
  await fill(chat, 100)
  const ada = await chat.join("ada")
  const keys = ada.page.keyboard
  await ada.sees(ada.numbered(100))
  await ada.numbered(100).focus()
  for (let pages = 0; pages < 2; pages += 1) await keys.press("PageUp")
  await ada.log.evaluate(scrolled)
  const last = ada.numbered(await ada.articles.evaluateAll(lastInView))
  await keys.press("ArrowUp")
  await isFocused(last)
}, { settings: NO_LIMITS })

function pageOfPeople(url) {
  const isFirst = !new URL(url).searchParams.has("after")
  const numbers = isFirst ? Array.from({ length: MORE_THAN_A_PAGE - 1 }, (_, index) => index + 1) : [MORE_THAN_A_PAGE]
  return { people: numbers.map((number) => ({ id: `p${number}`, name: `Person ${number}`, role: "member" })), more: isFirst }
}

// The following run in the page.

/** Browsers scroll by keyboard over several frames. */
async function scrolled(log) {
  for (let [before, still] = [NaN, 0]; still < 5; before = log.scrollTop) {
    await new Promise(requestAnimationFrame)
    still = log.scrollTop === before ? still + 1 : 0
  }
}

function lastInView(articles) {
  const { bottom } = document.querySelector("[role=log]").getBoundingClientRect()
  return articles.findLast((article) => article.getBoundingClientRect().top < bottom).dataset.seq
}
