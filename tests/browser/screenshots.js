// Makes the pictures of the README: `npm run screenshots`.

import path from "node:path"
import { fileURLToPath } from "node:url"
import { CONVERSATION, TYPING } from "./support/conversation.js"
import { launchBrowser } from "./support/browser.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { Visitor } from "./support/visitor.js"
import { PlainClient } from "../clients/support/plain_client.js"
import { Stonechat } from "../clients/support/stonechat.js"

const FOLDER = fileURLToPath(new URL("../../docs/", import.meta.url))
const READER = "Ada Lovelace"

const server = await Stonechat.start()
const browser = await launchBrowser()
try {
  const people = await converse()
  for (const [device, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    for (const colorScheme of ["light", "dark"]) {
      await takePicture(`screenshot-${device}-${colorScheme}.png`, { ...options, colorScheme }, people)
    }
  }
} finally {
  await browser.close()
  await server.remove()
}

/** Has everybody say what they say; answers with who they are, by name. */
async function converse() {
  const people = new Map()
  for (const [name, body] of CONVERSATION) {
    if (!people.has(name)) people.set(name, await PlainClient.connect(server.url, name))
    await people.get(name).say(body)
  }
  // Makes room for the reader, who wrote as herself.
  people.get(READER).close()
  return people
}

async function takePicture(file, options, people) {
  const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options })
  const storage = { name: READER, token: people.get(READER).token }
  await context.addInitScript(remember, storage)
  const reader = await Visitor.open(context, server.url)
  await reader.sees(reader.numbered(CONVERSATION.length))
  await people.get(TYPING).ask("typing", { room: "lobby", typing: true })
  await reader.sees(reader.page.getByText(`${TYPING} is typing…`))
  await reader.page.screenshot({ path: path.join(FOLDER, file), caret: "hide" })
  await reader.leave()
}

/** Runs in the page. */
function remember({ name, token }) {
  localStorage.setItem("stonechat.name", name)
  localStorage.setItem("stonechat.token", token)
}
