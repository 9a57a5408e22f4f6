import { PlainClient } from "../../clients/support/plain_client.js"
import { messageOf } from "./view.js"

const PAGE = 200

/** Every message of the rooms, by room, as the server tells it to somebody new. */
export async function historyOf(url, rooms) {
  return asSomebodyNew(url, async (reader) => {
    const told = new Map()
    for (const room of rooms) {
      await reader.ask("join", { room })
      const messages = []
      for (let more = true; more;) {
        const page = await reader.ask("history", { room, after: messages.at(-1)?.seq ?? 0, limit: PAGE })
        messages.push(...page.messages.map(messageOf))
        more = page.more
      }
      told.set(room, messages)
    }
    return told
  })
}

export function newestOf(url, room) {
  return asSomebodyNew(url, (reader) => reader.ask("history", { room, limit: PAGE }))
}

async function asSomebodyNew(url, task) {
  const reader = await PlainClient.connect(url, "somebody new")
  try {
    return await task(reader)
  } finally {
    reader.close()
  }
}
