import assert from "node:assert/strict"
import { clientTest, next } from "./support/client_test.js"

clientTest("a client with a name is welcome, and ends on the last of its transports", async (chat) => {
  const { socket, welcome } = await chat.join("ada")
  assert.equal(socket.io.engine.transport.name, chat.way.transports.at(-1))
  assert.equal(welcome.user.name, "ada")
  assert.deepEqual(welcome.rooms.map(({ name, seq, members }) => ({ name, seq, members })), [{ name: "lobby", seq: 0, members: 1 }])
  assert.equal(typeof welcome.token, "string")
})

clientTest("a client is told why it was refused, and may try again on the same connection", async (chat) => {
  const auth = { name: "" }
  const socket = chat.socket(auth)
  const error = await next(socket, "connect_error")
  assert.equal(error.data.code, "name_invalid")

  auth.name = "ada"
  const welcomed = next(socket, "welcome")
  socket.connect()
  assert.equal((await welcomed).user.name, "ada")
})

clientTest("a client without a name is refused by its code", async (chat) => {
  const error = await next(chat.socket({}), "connect_error")
  assert.equal(error.data.code, "name_invalid")
})

clientTest("a token of another server is refused by its code", async (chat) => {
  const socket = chat.socket({ name: "ada", token: "g1.AAAA.AAAA" })
  const error = await next(socket, "connect_error")
  assert.equal(error.data.code, "token_invalid")
})

clientTest("a namespace that does not exist is refused", async (chat) => {
  const socket = chat.socket({ name: "ada" })
  await next(socket, "welcome")
  const elsewhere = socket.io.socket("/elsewhere", { auth: { name: "ada" } })
  const error = await next(elsewhere, "connect_error")
  assert.equal(error.message, "Invalid namespace")
})

clientTest("a second ada is called ada 2, and the first is told", async (chat) => {
  const { socket: ada } = await chat.join("ada")
  const joined = next(ada, "joined", ({ users }) => users.some(({ name }) => name === "ada 2"))
  const { welcome } = await chat.join("ada")
  assert.equal(welcome.user.name, "ada 2")
  assert.equal((await joined).members, 2)
})

clientTest("a token brings the same person back under their name", async (chat) => {
  const { socket, welcome } = await chat.join("ada")
  socket.disconnect()
  const again = chat.socket({ token: welcome.token })
  assert.deepEqual((await next(again, "welcome")).user, welcome.user)
})
