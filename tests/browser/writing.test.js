import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"
import { eventually } from "../clients/support/waiting.js"

const HTML = `<img src=x onerror="window.attacked = true"><script>window.attacked = true</script><b>bold</b> &amp;`

browserTest("what looks like HTML is text, in a message and in a name", async (chat) => {
  const name = `<img src=x onerror="window.attacked = true">`
  const ada = await chat.join(name)
  const bob = await chat.join("bob")
  await ada.say(HTML)
  await bob.sees(bob.numbered(1))

  for (const person of [ada, bob]) {
    assert.deepEqual((await person.transcript()).map(({ body }) => body), [HTML])
    assert.equal(await person.page.evaluate(() => window.attacked), undefined)
  }
  await bob.seesPeople(name, "bob")
  assert.equal(await bob.log.locator("img, script, b").count(), 0)
})

browserTest("an address becomes a link that gives nothing away", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("see https://example.org/a_(b), and javascript:alert(1)")
  const links = ada.message("see").getByRole("link", { name: "example.org" })
  await ada.sees(links)
  assert.deepEqual(await links.evaluateAll((all) => all.map(({ href, rel }) => ({ href, rel }))), [
    { href: "https://example.org/a_(b)", rel: "noopener noreferrer nofollow" },
  ])
})

browserTest("Enter sends, Shift and Enter begins a line, and empty space is not sent", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("   ")
  await ada.messageField.fill("one")
  await ada.messageField.press("Shift+Enter")
  await ada.messageField.pressSequentially("two")
  await ada.messageField.press("Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual(await ada.transcript(), [{ seq: 1, state: "sent", body: "one\ntwo" }])
  assert.equal(await ada.messageField.inputValue(), "")
})

browserTest("who wants Enter to begin a line sends with Ctrl and Enter, from the moment they say so", async (chat) => {
  const ada = await chat.join("ada")
  const elsewhere = await chat.anotherWindowOf(ada)
  await elsewhere.sees(elsewhere.messageField)
  assert.equal(await ada.messageField.getAttribute("enterkeyhint"), "send")
  await elsewhere.page.evaluate(() => localStorage.setItem("stonechat.settings", JSON.stringify({ enterSends: false })))
  await ada.sees(ada.messageField.and(ada.page.locator("[enterkeyhint=enter]")))

  await ada.messageField.pressSequentially("one")
  await ada.messageField.press("Enter")
  await ada.messageField.pressSequentially("two")
  assert.equal(await ada.messageField.inputValue(), "one\ntwo")
  await ada.messageField.press("Control+Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["one\ntwo"])
})

browserTest("Ctrl and Enter send in any case, and Enter does not while an input method composes", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.focus()
  const devtools = await ada.page.context().newCDPSession(ada.page)
  await devtools.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 })
  // An input method takes the key; what the page hears of it has the code 229.
  await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 })
  assert.equal(await ada.messageField.inputValue(), "にほ")
  await devtools.send("Input.insertText", { text: "日本" })
  await ada.messageField.press("Control+Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["日本"])
})

browserTest("what is pasted comes as plain text, lines and emoji as they are", async (chat) => {
  const ada = await chat.join("ada")
  await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"])
  await ada.page.evaluate(() => navigator.clipboard.write([new ClipboardItem({
    "text/plain": new Blob(["one\r\ntwo 👩🏽‍🚀"], { type: "text/plain" }),
    "text/html": new Blob(["<b>one</b><br>two 👩🏽‍🚀"], { type: "text/html" }),
  })]))
  await ada.messageField.press("Control+v")
  assert.equal(await ada.messageField.inputValue(), "one\ntwo 👩🏽‍🚀")
  await ada.messageField.press("Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["one\ntwo 👩🏽‍🚀"])
})

browserTest("a message that is too long stays in the composer, with a hint, until it is shortened", async (chat) => {
  const ada = await chat.join("ada")
  const hint = ada.page.getByRole("alert").getByText("Too long by 2 bytes.")
  const fitting = "ä".repeat(50)

  await ada.say(`${fitting}ä`)
  await ada.sees(hint)
  assert.ok(await ada.sendButton.isDisabled())
  assert.equal(await ada.messageField.inputValue(), `${fitting}ä`)

  await ada.messageField.press("Backspace")
  await ada.seesNoMore(hint)
  await ada.messageField.press("Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), [fitting])
}, { settings: { "limits.message_bytes": 100 } })

browserTest("who hears the page hears once that a message is too long, and by how much when they ask", async (chat) => {
  const ada = await chat.join("ada")
  await ada.page.evaluate(collectAlerts)
  await ada.messageField.pressSequentially("a".repeat(50))
  assert.equal(await descriptionOf(ada.messageField), "0 bytes left")
  await ada.messageField.pressSequentially("aaa")
  assert.equal(await descriptionOf(ada.messageField), "Too long by 3 bytes. Please shorten it or send it in parts.")
  assert.deepEqual(await alertsOf(ada), ["Too long by 1 byte. Please shorten it or send it in parts."])
  await ada.messageField.fill("/dance")
  await ada.messageField.press("Enter")
  await eventually(async () => assert.match((await alertsOf(ada)).at(-1), /^There is no command \/dance here/))
}, { settings: { "limits.message_bytes": 50 } })

browserTest("who writes faster than the limit loses nothing", async (chat) => {
  const ada = await chat.join("ada")
  const sent = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
  for (const text of sent) await ada.say(text)
  await ada.sees(ada.numbered(sent.length))
  assert.deepEqual(await ada.transcript(), sent.map((body, index) => ({ seq: index + 1, state: "sent", body })))
}, { settings: { "limits.messages_per_second": 4 } })

browserTest("who writes faster than the limit sees when the rest will be sent, and hears it once", async (chat) => {
  const ada = await chat.join("ada")
  const sent = Array.from({ length: 6 }, (_, index) => `message ${index + 1}`)
  for (const text of sent) await ada.say(text)
  await ada.sees(ada.page.getByRole("status").getByText(/^You write faster than this server takes it. The rest will be sent in 1 second/))
  await ada.sees(ada.numbered(sent.length))
  await ada.seesNoMore(ada.page.getByText(/^You write faster/).filter({ visible: true }).first())
}, { settings: { "limits.messages_per_second": 1 } })

browserTest("on a phone the keyboard covers nothing, and the buttons are large enough for a thumb", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await ada.messageField.tap()
  for (const button of [ada.sendButton, ada.button("Insert an emoji")]) {
    const { width, height } = await button.boundingBox()
    assert.ok(width >= 44 && height >= 44, `${width} × ${height}`)
  }
  const lowest = async () => {
    const { y, height } = await ada.sendButton.boundingBox()
    return y + height
  }
  // A browser that resizes the page does so by itself; this is how the others tell of a keyboard.
  await ada.page.evaluate(() => {
    Object.defineProperty(visualViewport, "height", { get: () => 500, configurable: true })
    visualViewport.dispatchEvent(new Event("resize"))
  })
  await eventually(async () => assert.ok((await lowest()) <= 500))
  await ada.page.evaluate(() => {
    delete visualViewport.height
    visualViewport.dispatchEvent(new Event("resize"))
  })
  await eventually(async () => assert.ok((await lowest()) > 700))
})

function descriptionOf(field) {
  return field.evaluate((element) => document.getElementById(element.getAttribute("aria-describedby")).textContent)
}

function alertsOf({ page }) {
  return page.evaluate(() => globalThis.alerts)
}

/** Runs in the page: what a screen reader says at once, whatever it is reading. */
function collectAlerts() {
  globalThis.alerts = []
  const collect = ([{ target }]) => target.textContent && globalThis.alerts.push(target.textContent)
  for (const alert of document.querySelectorAll("[role=alert]")) {
    new MutationObserver(collect).observe(alert, { childList: true })
  }
}
