import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, deleted, edited, message, messages } from "./support.js"
import { isDeleted, textOf } from "../../static/js/models/message.js"
import { KEPT_MESSAGES, Timeline } from "../../static/js/models/timeline.js"

const seqs = (timeline) => timeline.messages.map(({ seq }) => seq)
const bodies = (timeline) => timeline.messages.map(({ body }) => body)
const mine = { id: "mine", user: ada, body: "hello", sentAt: 0 }

/** A timeline of messages up to a number, from the room's first or with older ones before them. */
function timelineOf(from, to) {
  const timeline = new Timeline()
  timeline.mergePage(messages(from, to), from > 1)
  return timeline
}

test("a message seen twice is shown once", () => {
  const timeline = timelineOf(1, 1)
  timeline.merge([message(1)])
  assert.deepEqual(seqs(timeline), [1])
})

test("messages stand in the order of their numbers, however they arrive", () => {
  const timeline = new Timeline()
  timeline.mergePage([], false)
  timeline.merge([message(5), message(3)])
  timeline.merge([message(1), message(4), message(2)])
  assert.deepEqual(seqs(timeline), [1, 2, 3, 4, 5])
})

test("what happens before anything is loaded is left to the page that comes", () => {
  const timeline = new Timeline()
  timeline.merge([edited(3, 60)])
  assert.deepEqual(seqs(timeline), [])
})

test("a message before the first one loaded is not shown until one scrolls there", () => {
  const timeline = timelineOf(11, 20)
  timeline.merge([edited(3, 21), edited(12, 22)])
  assert.deepEqual(seqs(timeline), messages(11, 20).map(({ seq }) => seq))
  timeline.mergePage([...messages(1, 2), edited(3, 21), ...messages(4, 10)], false)
  assert.equal(timeline.find("id-3").body, "edited 21")
  assert.equal(timeline.find("id-12").body, "edited 22")
})

test("a newer version replaces an older one, and an older one never a newer one", () => {
  const timeline = timelineOf(1, 2)
  timeline.merge([edited(1, 4)])
  timeline.merge([edited(1, 3), message(1)])
  timeline.mergePage([message(1), edited(2, 5)], false)
  assert.deepEqual(bodies(timeline), ["edited 4", "edited 5"])
})

test("a deleted message leaves a tombstone in its place", () => {
  const timeline = timelineOf(1, 3)
  timeline.merge([deleted(2, 4)])
  assert.deepEqual(timeline.messages.map(isDeleted), [false, true, false])
})

test("a pending message takes its number with its acknowledgement", () => {
  const timeline = timelineOf(1, 2)
  timeline.showUnsent(mine)
  assert.equal(timeline.unsent[0].state, "pending")
  timeline.confirm("mine", { seq: 3, sent_at: 7 })
  assert.deepEqual(timeline.unsent, [])
  const { seq, body, sent_at, state } = timeline.messages.at(-1)
  assert.deepEqual({ seq, body, sent_at, state }, { seq: 3, body: "hello", sent_at: 7, state: "sent" })
})

test("a pending message is replaced by its copy from the server, and a late acknowledgement changes nothing", () => {
  const timeline = timelineOf(1, 1)
  timeline.showUnsent(mine)
  timeline.merge([message(2, { id: "mine" })])
  timeline.confirm("mine", { seq: 2, sent_at: 7 })
  timeline.showUnsent(mine)
  assert.deepEqual(timeline.unsent, [])
  assert.deepEqual(seqs(timeline), [1, 2])
})

test("a message that was acknowledged long ago is not shown out of its place", () => {
  const timeline = timelineOf(11, 20)
  timeline.showUnsent(mine)
  timeline.confirm("mine", { seq: 5, sent_at: 7 })
  assert.deepEqual(timeline.unsent, [])
  assert.equal(timeline.firstSeq, 11)
})

for (const [which, from, to, last] of [["ends before it", 1, 2, 3], ["has it", 1, 5, 5], ["begins after it", 11, 20, 20]]) {
  test(`a message acknowledged before anything is loaded stays until a page comes that ${which}`, () => {
    const timeline = new Timeline()
    timeline.showUnsent(mine)
    timeline.confirm("mine", { seq: 3, sent_at: 7 })
    timeline.showUnsent(mine)
    assert.deepEqual(timeline.unsent.map(({ body, state }) => [body, state]), [["hello", "sent"]])
    const copy = (known) => (known.seq === 3 ? { ...known, id: "mine" } : known)
    timeline.mergePage(messages(from, to).map(copy), from > 1)
    assert.deepEqual(timeline.unsent, [])
    assert.deepEqual(seqs(timeline), messages(from, last).map(({ seq }) => seq))
  })
}

test("a message acknowledged before anything is loaded can be edited and deleted, and goes with the room's log", () => {
  const timeline = new Timeline()
  timeline.showUnsent(mine)
  timeline.merge([message(3, { id: "mine", body: "hello" })])
  timeline.showChange("mine", { kind: "edit", body: "new", state: "pending" })
  assert.equal(textOf(timeline.find("mine")), "new")
  timeline.confirmChange("mine", { body: "new", changed: 4, edited_at: 9 })
  timeline.showChange("mine", undefined)
  timeline.merge([message(3, { id: "mine" })])
  assert.equal(textOf(timeline.find("mine")), "new")
  timeline.reset()
  assert.deepEqual(timeline.unsent, [])
})

test("a refused message says why, and is pending again when it is retried", () => {
  const timeline = new Timeline()
  timeline.showUnsent({ ...mine, state: "failed", reason: "the body is empty" })
  assert.equal(timeline.unsent[0].state, "failed")
  assert.equal(timeline.unsent[0].reason, "the body is empty")
  timeline.showUnsent(mine)
  assert.equal(timeline.unsent[0].state, "pending")
  assert.equal(timeline.unsent[0].reason, undefined)
})

test("a discarded message is gone", () => {
  const timeline = new Timeline()
  timeline.showUnsent(mine)
  timeline.discard("mine")
  assert.deepEqual(timeline.unsent, [])
})

test("a pending edit shows its text, over newer versions too, until it is acknowledged", () => {
  const timeline = timelineOf(1, 1)
  timeline.showChange("id-1", { kind: "edit", body: "new", state: "pending" })
  timeline.merge([edited(1, 2)])
  assert.equal(textOf(timeline.find("id-1")), "new")
  timeline.confirmChange("id-1", { body: "new", changed: 3, edited_at: 9 })
  timeline.showChange("id-1", undefined)
  const { body, changed, edited_at, change } = timeline.find("id-1")
  assert.deepEqual({ body, changed, edited_at, change }, { body: "new", changed: 3, edited_at: 9, change: undefined })
})

test("a refused edit leaves the text that holds", () => {
  const timeline = timelineOf(1, 1)
  timeline.showChange("id-1", { kind: "edit", body: "new", state: "failed", code: "outdated" })
  assert.equal(textOf(timeline.find("id-1")), "message 1")
})

test("a pending deletion shows at once, and a refused one not at all", () => {
  const timeline = timelineOf(1, 1)
  timeline.showChange("id-1", { kind: "delete", state: "pending" })
  assert.equal(isDeleted(timeline.find("id-1")), true)
  timeline.showChange("id-1", { kind: "delete", state: "failed" })
  assert.equal(isDeleted(timeline.find("id-1")), false)
})

test("a pending edit of a message that is not loaded shows when it is", () => {
  const timeline = timelineOf(11, 20)
  timeline.showChange("id-5", { kind: "edit", body: "new", state: "pending" })
  timeline.mergePage(messages(1, 10), false)
  assert.equal(textOf(timeline.find("id-5")), "new")
})

test("an edit of a message that is not sent yet stays with it when it is", () => {
  const timeline = timelineOf(1, 1)
  timeline.showUnsent(mine)
  timeline.showChange("mine", { kind: "edit", body: "new", state: "pending" })
  timeline.confirm("mine", { seq: 2, sent_at: 7 })
  assert.equal(textOf(timeline.find("mine")), "new")
})

test("only the oldest page says whether there is more above", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(51, 60), true)
  assert.equal(timeline.hasOlder, true)
  timeline.mergePage(messages(1, 50), false)
  assert.equal(timeline.hasOlder, false)
  timeline.mergePage(messages(51, 60), true)
  assert.equal(timeline.hasOlder, false)
})

test("an empty room is loaded and has nothing above", () => {
  const timeline = new Timeline()
  assert.equal(timeline.isLoaded, false)
  timeline.mergePage([], false)
  assert.equal(timeline.isLoaded, true)
  assert.equal(timeline.hasOlder, false)
})

// A stretch that moves

const MANY = 700

test("of many messages the newest are kept while one is at the end, and it is known that there were others", () => {
  const timeline = timelineOf(1, MANY)
  assert.deepEqual(seqs(timeline), messages(MANY - KEPT_MESSAGES + 1, MANY).map(({ seq }) => seq))
  assert.deepEqual([timeline.hasOlder, timeline.hasNewer], [true, false])
})

test("of many messages those around the one that is looked at are kept", () => {
  const timeline = new Timeline()
  timeline.look(350)
  timeline.mergePage(messages(1, MANY), false)
  assert.deepEqual([timeline.firstSeq, timeline.lastSeq], [200, 499])
  assert.deepEqual([timeline.hasOlder, timeline.hasNewer], [true, true])
})

test("back to the first message and to the newest again, page by page, there is never a hole and never too much", () => {
  const newest = 2_000
  const timeline = timelineOf(newest - 49, newest)
  const assertUnbroken = () => {
    assert.deepEqual(seqs(timeline), messages(timeline.firstSeq, timeline.lastSeq).map(({ seq }) => seq))
    assert.ok(timeline.messages.length <= 400)
  }
  while (timeline.hasOlder) {
    timeline.look(timeline.firstSeq + 5)
    const before = timeline.firstSeq
    const first = Math.max(1, before - 100)
    timeline.mergePage(messages(first, before - 1), first > 1)
    assertUnbroken()
  }
  assert.deepEqual([timeline.firstSeq, timeline.hasNewer], [1, true])
  while (timeline.hasNewer) {
    timeline.look(timeline.lastSeq - 5)
    const after = timeline.lastSeq
    const last = Math.min(newest, after + 100)
    timeline.mergeNewer(messages(after + 1, last), last < newest)
    assertUnbroken()
  }
  assert.deepEqual([timeline.lastSeq, timeline.hasOlder], [newest, true])
})

/** A timeline of messages 101 to 200, of 300. */
function elsewhere() {
  const timeline = timelineOf(251, 300)
  timeline.moveTo(messages(101, 200), { hasOlder: true, hasNewer: true })
  return timeline
}

test("elsewhere in the room, what happens outside of what is here only counts", () => {
  const timeline = elsewhere()
  timeline.merge([message(301), edited(50, 302), deleted(250, 303), edited(150, 304)])
  assert.deepEqual(seqs(timeline), messages(101, 200).map(({ seq }) => seq))
  assert.equal(timeline.find("id-150").body, "edited 304")
  assert.equal(timeline.newestSeq, 301)
})

test("the page that reaches the end brings what came meanwhile, and from there on everything is shown", () => {
  const timeline = elsewhere()
  timeline.merge([message(301)])
  timeline.mergeNewer(messages(201, 301), false)
  timeline.merge([message(302)])
  assert.equal(timeline.hasNewer, false)
  assert.deepEqual(seqs(timeline), messages(101, 302).map(({ seq }) => seq))
})

test("what one writes elsewhere waits for the end, and is not shown out of its place when it is acknowledged", () => {
  const timeline = elsewhere()
  timeline.showUnsent(mine)
  assert.deepEqual(timeline.unsent.map(({ id }) => id), ["mine"])
  timeline.confirm("mine", { seq: 301, sent_at: 7 })
  assert.deepEqual(timeline.unsent, [])
  assert.equal(timeline.lastSeq, 200)
  timeline.mergeNewer([...messages(201, 300), message(301, { id: "mine" })], false)
  assert.equal(timeline.lastSeq, 301)
})

test("messages that stream in while one reads further up push away nothing that one reads", () => {
  const timeline = timelineOf(1, 400)
  timeline.look(20)
  for (let seq = 401; seq <= 1_500; seq += 1) timeline.merge([message(seq)])
  assert.equal(timeline.firstSeq, 1)
  assert.equal(timeline.hasNewer, true)
  assert.ok(timeline.messages.length <= 400)
})

test("a notice stands where it happened, which may be after what is here", () => {
  const timeline = elsewhere()
  timeline.addNotice("bob joined")
  assert.equal(timeline.notices[0].afterSeq, 300)
})

test("an empty page further back ends the looking for one", () => {
  const timeline = timelineOf(11, 20)
  timeline.mergePage([], false)
  assert.equal(timeline.hasOlder, false)
})

test("starting over keeps what is not acknowledged", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(1, 10), true)
  timeline.showUnsent(mine)
  timeline.reset()
  assert.equal(timeline.isLoaded, false)
  assert.deepEqual(seqs(timeline), [])
  assert.equal(timeline.unsent.length, 1)
})

test("every change is told", () => {
  let changes = 0
  const timeline = new Timeline({ onChange: () => (changes += 1) })
  timeline.mergePage([message(1)], false)
  timeline.showUnsent(mine)
  timeline.showChange("mine", { kind: "edit", body: "new", state: "pending" })
  timeline.addNotice("ada joined")
  assert.equal(changes, 4)
})
