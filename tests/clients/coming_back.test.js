import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { NO_RATES, ask, clientTest, next } from "./support/client_test.js"
import { historyOf } from "./support/plain_client.js"
import { NEWEST } from "./support/ways.js"

const SENT = 200
const KILLED_AFTER = 60
const UNDERWAY_AT_ONCE = 20
const ANSWER_TIMEOUT_MS = 5_000

clientTest("a client comes back by itself after a kill, with its token as the same person", async (chat) => {
  const { socket, welcome } = await joinToStay(chat)

  const gone = next(socket, "disconnect")
  await chat.server.kill()
  await gone
  const welcomed = next(socket, "welcome")
  await chat.server.startAgain()

  assert.deepEqual((await welcomed).user, welcome.user)
  const answer = await ask(socket, "send", { room: "lobby", body: "I am back" })
  assert.equal(answer.seq, 1)
})

clientTest("a kill in a stream of messages loses none acknowledged and doubles none retried", async (chat) => {
  const { socket } = await joinToStay(chat)
  const ids = numbersTo(SENT).map(() => randomUUID())
  const acknowledged = new Map()
  const { isDue, count } = countTo(KILLED_AFTER)
  const finished = atOnce(UNDERWAY_AT_ONCE, ids, async (id) => {
    acknowledged.set(id, await sendUntilAcknowledged(socket, id))
    count()
  })

  await isDue
  await chat.server.kill()
  const acknowledgedBefore = new Map(acknowledged)
  assert.ok(acknowledgedBefore.size < SENT, "the kill came too late to prove anything")
  await chat.server.startAgain(NO_RATES)
  await finished

  const stored = await historyOf(chat.server.url)
  assert.deepEqual(stored.map(({ seq }) => seq), numbersTo(SENT))
  const seqs = new Map(stored.map(({ id, seq }) => [id, seq]))
  assert.equal(seqs.size, SENT)
  for (const [id, seq] of [...acknowledgedBefore, ...acknowledged]) assert.equal(seqs.get(id), seq)
}, { settings: NO_RATES, clients: [NEWEST] })

clientTest("the retries that the client makes by itself store each message once", async (chat) => {
  const { socket } = await joinToStay(chat, { retries: Infinity, ackTimeout: ANSWER_TIMEOUT_MS })
  const ids = numbersTo(SENT).map(() => randomUUID())
  const { isDue, count } = countTo(KILLED_AFTER)
  const answers = ids.map(async (id) => {
    const answer = await socket.emitWithAck("send", { room: "lobby", body: id, id })
    count()
    return [answer.seq, answer.id]
  })

  await isDue
  await chat.server.kill()
  await chat.server.startAgain(NO_RATES)

  const told = await Promise.all(answers)
  assert.deepEqual(told, ids.map((id, index) => [index + 1, id]))
  const stored = await historyOf(chat.server.url)
  assert.deepEqual(stored.map(({ seq, id }) => [seq, id]), told)
}, { settings: NO_RATES, clients: [NEWEST] })

clientTest("a message sent again after a restart gets its first answer", async (chat) => {
  const { socket } = await joinToStay(chat)
  const letter = { room: "lobby", body: "once", id: randomUUID() }
  const first = await ask(socket, "send", letter)

  const gone = next(socket, "disconnect")
  await chat.server.kill()
  await gone
  const welcomed = next(socket, "welcome")
  await chat.server.startAgain()
  await welcomed

  assert.deepEqual(await ask(socket, "send", letter), first)
  assert.equal((await historyOf(chat.server.url)).length, 1)
})

/** Joins as somebody who remembers the token of the first welcome. */
async function joinToStay(chat, options) {
  const auth = { name: "ada" }
  const socket = chat.socket(auth, options)
  const welcome = await next(socket, "welcome")
  auth.token = welcome.token
  return { socket, welcome }
}

/** Sends the same message until there is an answer, and tells the number it got. */
async function sendUntilAcknowledged(socket, id) {
  for (;;) {
    const sent = socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck("send", { room: "lobby", body: id, id })
    const answer = await sent.catch(() => null)
    if (answer) {
      assert.ok(answer.ok, answer.error?.message)
      return answer.seq
    }
    if (!socket.connected) await next(socket, "welcome")
  }
}

/** Works through the items, several at a time. */
function atOnce(workers, items, work) {
  const waiting = [...items]
  const workInTurn = async () => {
    while (waiting.length) await work(waiting.shift())
  }
  return Promise.all(Array.from({ length: workers }, workInTurn))
}

/** A promise that is kept at the call of `count` that makes it `target`. */
function countTo(target) {
  let counted = 0
  let keep
  const isDue = new Promise((resolve) => (keep = resolve))
  const count = () => {
    counted += 1
    if (counted === target) keep()
  }
  return { isDue, count }
}

function numbersTo(last) {
  return Array.from({ length: last }, (_, index) => index + 1)
}
