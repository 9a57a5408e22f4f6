import assert from "node:assert/strict"
import { test } from "node:test"
import { LeftOff } from "../../static/js/models/left_off.js"

test("whoever finds something unread left off where they had read to", () => {
  const leftOff = new LeftOff()
  leftOff.notice({ unread: 3, readUpTo: 10, isSeen: false })
  assert.equal(leftOff.after, 10)
  leftOff.notice({ unread: 4, readUpTo: 10, isSeen: false })
  leftOff.notice({ unread: 0, readUpTo: 14, isSeen: true })
  assert.equal(leftOff.after, 10)
})

test("what is seen at once is not new", () => {
  const leftOff = new LeftOff()
  leftOff.notice({ unread: 1, readUpTo: 10, isSeen: true })
  assert.equal(leftOff.after, null)
})

test("who looks away again leaves off further down", () => {
  const leftOff = new LeftOff()
  leftOff.notice({ unread: 3, readUpTo: 10, isSeen: false })
  leftOff.notice({ unread: 0, readUpTo: 13, isSeen: true })
  leftOff.notice({ unread: 1, readUpTo: 13, isSeen: false })
  assert.equal(leftOff.after, 13)
})

test("who writes has seen what is new", () => {
  const leftOff = new LeftOff()
  leftOff.notice({ unread: 3, readUpTo: 10, isSeen: false })
  leftOff.forget()
  leftOff.notice({ unread: 3, readUpTo: 10, isSeen: false })
  assert.equal(leftOff.after, null)
})
