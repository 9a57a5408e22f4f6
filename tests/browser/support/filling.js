import { PlainClient } from "../../clients/support/plain_client.js"

export const NO_LIMITS = {
  "limits.messages_per_second": 0,
  "limits.messages_per_second_of_user": 0,
  "limits.commands_per_second": 0,
}
// So many are on their way at a time: the server reads no more of one client.
const AT_ONCE = 50

/** Has bob write so many messages into the lobby, "message 1." and so on; answers with bob. */
export async function fill(chat, count) {
  const bob = await PlainClient.connect(chat.server.url, "bob")
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, index) => sent + index + 1)
    await Promise.all(numbers.map((number) => bob.say(`message ${number}.`)))
  }
  return bob
}
