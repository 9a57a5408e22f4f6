// Makes the pictures of the README: `npm run screenshots`.

import path from "node:path"
import { fileURLToPath } from "node:url"
import { CONVERSATION, TYPING } from "./support/conversation.js"
import { launchBrowser } from "./support/browser.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { ask, tokenOf } from "./support/server_api.js"
import { UnclaimedServer } from "./support/unclaimed_server.js"
import { Visitor } from "./support/visitor.js"
import { PlainClient } from "../clients/support/plain_client.js"

const FOLDER = fileURLToPath(new URL("../../docs/", import.meta.url))
const READER = "Ada Lovelace"
const PASSWORD = "correct horse battery"
const ROOMS = [
  { title: "Announcements", kind: "read_only" },
  { title: "Field notes", kind: "open" },
  { title: "Committee", kind: "closed" },
]

const server = await UnclaimedServer.start()
const browser = await launchBrowser()
try {
  await furnish()
  const people = await converse()
  const storageState = await signIn()
  for (const [device, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    for (const colorScheme of ["light", "dark"]) {
      await takePicture(`screenshot-${device}-${colorScheme}.png`, { ...options, colorScheme, storageState }, people)
    }
  }
} finally {
  await browser.close()
  await server.remove()
}

/** Has the reader own the server, and makes rooms and accounts. */
async function furnish() {
  const claim = server.claimLink.split("/").pop()
  await ask(server.url, "/claim", { token: claim, name: READER, password: PASSWORD, server_name: "Birdwatchers" })
  const token = await tokenOf(server.url, { name: READER, password: PASSWORD })
  await ask(server.url, "/settings", { sign_up: "open" }, { token, method: "PATCH" })
  for (const room of ROOMS) await ask(server.url, "/rooms", room, { token })
  const accounts = new Set(CONVERSATION.map(([name]) => name).filter((name) => name !== READER))
  const ids = []
  for (const name of accounts) ids.push((await ask(server.url, "/accounts", { name, password: PASSWORD })).user.id)
  for (const people of [ids.slice(0, 1), ids.slice(1, 3)]) await ask(server.url, "/direct", { people }, { token })
}

/** Has everybody say what they say; answers with their connections, by name. */
async function converse() {
  const people = new Map()
  for (const [name, body] of CONVERSATION) {
    if (!people.has(name)) people.set(name, await PlainClient.connectAs(server.url, { token: await tokenOf(server.url, { name, password: PASSWORD }) }))
    await people.get(name).say(body)
  }
  people.get(READER).close()
  return people
}

/** What a browser keeps that the reader is signed in on. */
async function signIn() {
  const context = await browser.newContext(DESKTOP)
  const reader = await Visitor.open(context, server.url)
  await reader.button("I have an account").click()
  await reader.enter({ Name: READER, Password: PASSWORD }, "Sign in")
  const kept = await context.storageState()
  await reader.leave()
  return kept
}

async function takePicture(file, options, people) {
  const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options })
  const reader = await Visitor.open(context, server.url)
  await reader.sees(reader.numbered(CONVERSATION.length))
  await people.get(TYPING).ask("typing", { room: "lobby", typing: true })
  await reader.sees(reader.page.getByText(`${TYPING} is typing…`))
  await reader.page.screenshot({ path: path.join(FOLDER, file), caret: "hide" })
  await reader.leave()
}
