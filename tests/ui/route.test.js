import assert from "node:assert/strict"
import { test } from "node:test"
import { parseRoute, roomAddress } from "../../static/js/models/route.js"

test("links bring their token", () => {
  for (const page of ["claim", "invite", "reset", "device"]) {
    assert.deepEqual(parseRoute(`#/${page}/a-token_1.2`), { page, token: "a-token_1.2" })
  }
})

test("a room is named by its address", () => {
  assert.deepEqual(parseRoute(roomAddress("nest-boxes")), { page: "room", room: "nest-boxes" })
})

test("everything else is the chat", () => {
  for (const hash of ["", "#", "#/", "#/claim", "#/claim/", "#/rooms/", "#/settings/x", "#/rooms/%E0%A4%A"]) {
    assert.deepEqual(parseRoute(hash), { page: "chat" }, hash)
  }
})
