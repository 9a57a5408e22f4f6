import { LossyLine } from "./lossy_line.js"
import { ask, tokenOf } from "./server_api.js"
import { PlainClient } from "../../clients/support/plain_client.js"

/**
 * Rooms of each kind with something unread, somebody else with an account, and in the lobby messages of each kind.
 * @param {string} url of the server
 * @param {import("./visitor.js").Visitor} owner
 * @param {{name: string, password: string}} account the owner's
 * @returns {Promise<PlainClient>} bob, a guest
 */
export async function furnish(url, owner, account) {
  const bob = await PlainClient.connect(url, "bob")
  await bob.say(`Good morning, @${account.name}!`)
  await bob.say("A line of many\n".repeat(50))
  await makeRooms(url, account, bob)
  await converse(owner)
  return bob
}

async function makeRooms(url, account, bob) {
  const token = await tokenOf(url, account)
  await ask(url, "/settings", { sign_up: "open" }, { token, method: "PATCH" })
  await ask(url, "/accounts", { name: "carol", password: account.password })
  const owner = await PlainClient.connectAs(url, { token })
  const rooms = []
  for (const title of ["News", "Noise", "Old times"]) rooms.push((await owner.ask("create_room", { title, kind: "open" })).room.name)
  const [news, noise, old] = rooms
  await owner.ask("level", { room: noise, level: "nothing" })
  await owner.ask("update_room", { room: old, archived: true })
  for (const room of [news, noise]) {
    await bob.ask("join", { room })
    await bob.ask("send", { room, body: `Have you seen it, @${account.name}?` })
  }
  owner.close()
}

async function converse(owner) {
  const line = await LossyLine.to(owner.page)
  await owner.sees(owner.numbered(2))
  for (const text of ["First, with https://example.org/a-link and `code`", "Second", "Third", "Fourth"]) await owner.say(text)
  await owner.sees(owner.numbered(6))
  await owner.edit("Third", "Third, edited")
  await owner.delete("Fourth")
  await owner.sees(owner.message("Third, edited"), owner.message("Message deleted"))
  await owner.seesNoMore(owner.log.locator("[data-state=pending]").first())
  line.refuse("send")
  await owner.say("Refused")
  await owner.sees(owner.message("Refused").getByText("Not sent:"))
}
