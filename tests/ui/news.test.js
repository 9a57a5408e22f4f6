import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, deleted, message, messages } from "./support.js"
import { newsAfter, spoken } from "../../static/js/models/news.js"
import { Timeline } from "../../static/js/models/timeline.js"

test("news is what others have written at the end, and what has come of a page further back is none", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(11, 20), true)
  timeline.mergePage(messages(1, 10), false)
  timeline.merge([message(21), message(22, { user: bob }), message(23), deleted(23, 24)])
  assert.deepEqual(newsAfter(20, timeline, bob).map(spoken), ["ada: message 21"])
  assert.deepEqual(newsAfter(20, timeline, ada).map(({ seq }) => seq), [22])
})

test("elsewhere in the room there is no news", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(11, 20), true)
  timeline.moveTo(messages(1, 5), { hasOlder: false, hasNewer: true })
  timeline.merge([message(21)])
  assert.deepEqual(newsAfter(20, timeline, bob), [])
})
