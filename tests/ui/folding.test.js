import assert from "node:assert/strict"
import { test } from "node:test"
import { beginningOf } from "../../static/js/models/folding.js"

test("what is short, or a little too long, is shown whole", () => {
  assert.equal(beginningOf("hello\nworld"), null)
  assert.equal(beginningOf("x\n".repeat(20)), null)
  assert.equal(beginningOf("x".repeat(2_100)), null)
})

test("many lines are cut after twenty", () => {
  assert.equal(beginningOf("x\n".repeat(40)).split("\n").length, 20)
})

test("a long text is cut between words, and never through a character", () => {
  const words = beginningOf("words ".repeat(1_000))
  assert.ok(words.length <= 2_000 && words.endsWith("words"))
  const faces = beginningOf("x" + "\u{1F600}".repeat(2_000))
  assert.ok(faces.isWellFormed?.() ?? true)
  assert.equal(faces.length, 1_999)
})
