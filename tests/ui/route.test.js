import assert from "node:assert/strict"
import { test } from "node:test"
import { messageAddress, parseRoute, roomAddress, roomOn } from "../../static/js/models/route.js"

test("links bring their token", () => {
  for (const page of ["claim", "invite", "reset", "device"]) {
    assert.deepEqual(parseRoute(`#/${page}/a-token_1.2`), { page, token: "a-token_1.2" })
  }
})

test("a room is named by its address", () => {
  assert.deepEqual(parseRoute(roomAddress("nest-boxes")), { page: "room", room: "nest-boxes" })
})

test("a message is named by its room and its number", () => {
  assert.deepEqual(parseRoute(messageAddress("nest-boxes", 17)), { page: "room", room: "nest-boxes", seq: 17 })
  for (const word of ["", "0", "-1", "x", "1.5", "1e3", "9".repeat(20)]) {
    assert.deepEqual(parseRoute(`#/rooms/lobby/${word}`), { page: "room", room: "lobby" }, word)
  }
})

test("an address leads to a room of this page only if it is this page's", () => {
  const here = "https://chat.example/#/rooms/lobby"
  const garden = { page: "room", room: "garden", seq: 3 }
  assert.deepEqual(roomOn("https://chat.example/#/rooms/garden/3", here), garden)
  assert.deepEqual(roomOn("#/rooms/garden/3", here), garden)
  for (const address of ["https://other.example/#/rooms/garden/3", "https://chat.example/api.html#/rooms/garden/3", "https://chat.example/#/invite/x"]) {
    assert.equal(roomOn(address, here), null, address)
  }
})

test("everything else is the chat", () => {
  for (const hash of ["", "#", "#/", "#/claim", "#/claim/", "#/rooms/", "#/settings/x", "#/rooms/%E0%A4%A"]) {
    assert.deepEqual(parseRoute(hash), { page: "chat" }, hash)
  }
})
