import assert from "node:assert/strict"
import { afterEach } from "node:test"
import { AWAY, PASSWORD, browserTest, unclaimedTest } from "./support/browser_test.js"
import { DESKTOP } from "./support/devices.js"
import { PlainClient } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"
import { LANGUAGES, chooseLanguage, t, useLanguage } from "../../static/js/i18n/language.js"
import { texts as english } from "../../static/js/i18n/texts/en.js"
import { texts as german } from "../../static/js/i18n/texts/de.js"

const DAY_MS = 24 * 60 * 60 * 1000
const LIMIT_BYTES = 16_384
const GERMAN = { ...DESKTOP, locale: "de-DE" }
const PEOPLE = {
  German: {
    locale: "de-DE",
    lang: "de-DE",
    notices: ["bob ist jetzt dabei", "bob ist gegangen"],
    days: ["Heute", "Gestern"],
    left: "noch 1.384 Bytes",
    nameless: "Bitte gib einen Namen ein.",
    newLine: ["Umschalt", "Enter"],
  },
  Spanish: {
    locale: "es-MX",
    lang: "es-MX",
    notices: ["bob se ha unido", "bob se ha ido"],
    days: ["Hoy", "Ayer"],
    left: "quedan 1,384 bytes",
    nameless: "Escribe un nombre.",
    newLine: ["Mayús", "Intro"],
  },
  Chinese: {
    locale: "zh-CN",
    lang: "zh-Hans-CN",
    notices: ["bob加入了", "bob离开了"],
    days: ["今天", "昨天"],
    left: "还剩 1,384 字节",
    nameless: "请输入名字。",
    newLine: ["Shift", "Enter"],
  },
}

afterEach(() => useLanguage(LANGUAGES[0]))

for (const [name, { locale, lang, notices, days, left, nameless, newLine }] of Object.entries(PEOPLE)) {
  browserTest(`a ${name} browser shows the page in its language, with its days, numbers and keys`, async (chat) => {
    await useLanguage(chooseLanguage([locale]))
    const ada = await chat.visitor({ ...DESKTOP, locale })
    await ada.button(t("entrance.join")).click()
    assert.deepEqual(await languageOf(ada), [lang, "ltr"])
    await ada.sees(ada.page.getByText(nameless))
    await ada.page.getByRole("textbox", { name: t("entrance.your_name") }).fill("ada")
    await ada.button(t("entrance.join")).click()
    await isReady(ada)

    const bob = await PlainClient.connect(chat.server.url, "bob")
    await ada.sees(ada.page.getByText(notices[0], { exact: true }))
    await bob.say("one")
    await ada.sees(articleOf(ada, "one"), dayOf(ada, days[0]))
    bob.close()
    await ada.sees(ada.page.getByText(notices[1], { exact: true }))
    await ada.field(t("composer.message")).fill("x".repeat(LIMIT_BYTES - 1_384))
    await ada.sees(ada.page.getByText(left, { exact: true }))

    await ada.page.getByRole("log").press("?")
    const keys = ada.dialog.getByRole("row", { name: t("shortcuts.newLine") }).locator("kbd")
    await ada.sees(keys.first())
    assert.deepEqual(await keys.allTextContents(), newLine)

    await ada.page.clock.setSystemTime(Date.now() + DAY_MS)
    await ada.page.reload()
    await ada.sees(articleOf(ada, "one"), dayOf(ada, days[1]))
  })
}

unclaimedTest("who reads German meets no English, wherever they go", async (chat) => {
  await useLanguage(chooseLanguage(["de"]))
  const ada = await chat.followLink(chat.server.claimLink)
  await ada.sees(ada.button("Make it mine"))
  assert.ok((await englishOn(ada)).length > 50, "what is English is not seen as such")
  const anna = await chat.followLink(chat.server.claimLink, GERMAN)
  await anna.sees(anna.button(t("entrance.claim")))
  await readsGerman(anna)
  await anna.field(t("field.place_name")).fill("Vogelfreunde")
  await anna.field(t("field.name")).fill("Änne")
  await anna.field(t("field.password")).fill("kurz")
  await anna.button(t("entrance.claim")).click()
  await anna.sees(anna.page.getByText(t("error.bad_field_password")))
  await anna.field(t("field.password")).fill(PASSWORD)
  await anna.button(t("entrance.claim")).click()
  await isReady(anna)
  await readsGerman(anna)

  const joerg = await furnish(chat, anna)
  await anna.field(t("composer.message")).fill("Grüß dich")
  await anna.page.keyboard.press("Enter")
  await anna.sees(articleOf(anna, "Grüß dich"), anna.page.getByText(t("timeline.typing", { people: "Jörg", count: 1 })))
  await readsGerman(anna)

  for (const [text, tool] of [["Grüß dich", "message.delete_message"], ["Servus", "message.report_message"]]) {
    await anna.pressTool(articleOf(anna, text), t(tool))
    await readsDialog(anna, t("common.cancel"))
  }
  for (const item of ["menu.profile", "menu.administration", "common.invite_people", "settings.title"]) {
    await choose(anna, item)
    await readsSections(anna)
  }
  await choose(anna, "menu.phone")
  await readsDialog(anna, t("common.done"))
  for (const opener of ["rooms.browse", "rooms.create", "rooms.start_direct"]) {
    await anna.button(t(opener)).first().click()
    await readsDialog(anna, opener === "rooms.browse" ? t("common.close") : t("common.cancel"))
  }
  await anna.button(t("room.details")).click()
  await readsSections(anna)
  await anna.page.getByRole("list", { name: t("room.people_here") }).getByRole("button", { name: /Jörg/ }).click()
  await anna.sees(anna.dialog.getByRole("button", { name: t("person.ban_from_server") }))
  await readsGerman(anna)
  await anna.dialog.getByRole("button", { name: t("person.ban_from_server") }).click()
  await readsDialog(anna, t("common.cancel"))
  await readsDialog(anna, t("common.close"))
  joerg.close()

  const visitor = await chat.visitor(GERMAN)
  for (const way of ["entrance.go_sign_in", "entrance.go_sign_up", "entrance.go_guest"]) {
    await readsGerman(visitor)
    await visitor.button(t(way)).click()
  }
  await visitor.field(t("entrance.your_name")).fill("Anton")
  await visitor.button(t("entrance.join")).click()
  await isReady(visitor)
  await choose(visitor, "menu.create_account")
  await readsDialog(visitor, t("common.cancel"))
})

unclaimedTest("what the server refuses is told in one's own language", async (chat) => {
  await useLanguage(chooseLanguage(["es"]))
  await chat.claim("Grace")
  const luz = await chat.visitor({ ...DESKTOP, locale: "es-ES" })
  await luz.button(t("entrance.go_sign_in")).click()
  await luz.field(t("field.name")).fill("Grace")
  await luz.field(t("field.password")).fill("algo distinto")
  await luz.button(t("entrance.sign_in")).click()
  await luz.sees(luz.page.getByText("El nombre o la contraseña no son correctos."))
})

browserTest("without a connection too the page opens in one's own language", async (chat) => {
  await useLanguage(chooseLanguage(["zh"]))
  const mei = await chat.visitor({ ...DESKTOP, locale: "zh-CN" })
  await mei.field(t("entrance.your_name")).fill("mei")
  await mei.button(t("entrance.join")).click()
  await isReady(mei)
  await mei.hasKeptThePage()
  await mei.goOffline()
  await mei.page.reload()
  // Some versions of Chromium forget over a reload that the network is away: then only the server is.
  const isOnline = await mei.page.evaluate(() => navigator.onLine)
  const banner = mei.page.getByText(t(isOnline ? "banner.away" : "banner.offline"))
  await mei.sees(banner, mei.button(t("composer.send")))
  await mei.goOnline()
  await mei.seesNoMore(banner)
}, { expected: AWAY })

function languageOf({ page }) {
  return page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])
}

function articleOf({ page }, text) {
  return page.getByRole("article").filter({ hasText: text })
}

function dayOf({ page }, day) {
  return page.getByRole("log").getByText(day, { exact: true })
}

async function isReady(person) {
  await person.field(t("composer.message")).and(person.page.locator(":enabled")).waitFor()
}

async function choose({ page }, item) {
  await page.locator("#your-menu-button").click()
  const menu = page.getByRole("group", { name: t("menu.title") })
  await menu.getByRole("button", { name: t(item), exact: true }).click()
}

/** Another account in the lobby, who has said something and goes on typing; answers with their connection. */
async function furnish({ server }, { page }) {
  await page.evaluate(openSignUp)
  const account = { name: "Jörg", password: PASSWORD, cookie: false }
  await post(server, "/accounts", account)
  const { token } = await post(server, "/session", account)
  const joerg = await PlainClient.connectAs(server.url, { token })
  await joerg.say("Servus")
  await joerg.ask("typing", { room: "lobby", typing: true })
  return joerg
}

/** Runs in the page. */
async function openSignUp() {
  const headers = { "content-type": "application/json" }
  await fetch("api/v1/settings", { method: "PATCH", headers, body: JSON.stringify({ sign_up: "open" }) })
}

async function post({ url }, path, body) {
  const headers = { "content-type": "application/json" }
  const response = await fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })
  assert.ok(response.ok, `${path} answers with ${response.status}`)
  return response.json()
}

/** Reads the dialog on top, and leaves it by a button. */
async function readsDialog(person, leave) {
  const { dialog } = person
  await dialog.waitFor()
  await readsGerman(person)
  await dialog.getByRole("button", { name: leave, exact: true }).click()
}

/** Reads every section of a dialog, and closes it. */
async function readsSections(person) {
  const { dialog } = person
  await dialog.waitFor()
  for (const tab of await dialog.locator(".tabs__tab").all()) {
    if (await tab.isVisible()) await tab.click()
    const list = dialog.locator(".paged")
    if (await list.count()) await list.locator(".row, [data-empty]").filter({ visible: true }).first().waitFor()
    await readsGerman(person)
  }
  await dialog.getByRole("button", { name: t("common.close"), exact: true }).click()
}

async function readsGerman(person) {
  await eventually(async () => assert.deepEqual(await englishOn(person), []))
}

async function englishOn({ page }) {
  return (await page.evaluate(allWords)).filter(isEnglish)
}

/** Runs in the page: all that it says, shown or not yet, apart from what people have said. */
function allWords() {
  const spoken = ["aria-label", "title", "placeholder", "alt"]
  const elements = [...document.body.querySelectorAll("*")].filter((element) => !element.closest("noscript, script, .message__body"))
  const words = elements.flatMap((element) => [
    ...Array.from(element.childNodes).filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data),
    ...spoken.map((name) => element.getAttribute(name) ?? ""),
  ])
  return words.flatMap((text) => [text, ...text.split(/ · |, /)]).map((text) => text.trim()).filter(Boolean)
}

const inEnglish = patternsOf(Object.entries(english).filter(([key, text]) => !isSame(text, german[key])).map(([, text]) => text))
const inGerman = patternsOf(Object.values(german))

function isEnglish(text) {
  return inEnglish.some((pattern) => pattern.test(text)) && !inGerman.some((pattern) => pattern.test(text))
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What a text may look like once it is filled in; those that say nothing by themselves could be anything. */
function patternsOf(texts) {
  return texts
    .flatMap((text) => (typeof text === "string" ? [text] : Object.values(text)))
    .filter((form) => /\p{L}{2}/u.test(form.replace(/\{\w+\}/g, "")))
    .map((form) => new RegExp(`^${form.trim().replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".+")}$`, "u"))
}
