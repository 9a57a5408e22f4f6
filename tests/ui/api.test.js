import assert from "node:assert/strict"
import { test } from "node:test"
import { Api } from "../../static/js/connection/api.js"

/** An API whose answers the test gives, and what it asked for. */
function apiUnderTest(...answers) {
  const asked = []
  const api = new Api(async (address, { method, headers, body }) => {
    asked.push({ address, method, type: headers["content-type"], body })
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  })
  return { api, asked }
}

function problem(status, body) {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } })
}

test("what is asked for is asked of the interface, and its JSON is the answer", async () => {
  const { api, asked } = apiUnderTest(Response.json({ people: [] }))
  assert.deepEqual(await api.get("/people", { query: "a b", after: undefined, limit: 20 }), { people: [] })
  assert.equal(asked[0].address, "api/v1/people?query=a+b&limit=20")
  assert.equal(asked[0].method, "GET")
})

test("what is sent is sent as JSON, a file as it is", async () => {
  const { api, asked } = apiUnderTest(Response.json({}), Response.json({}))
  await api.post("/session", { name: "ada" })
  const picture = new Blob(["…"], { type: "image/png" })
  await api.upload("/me/avatar", picture)
  assert.deepEqual([asked[0].type, asked[0].body], ["application/json", '{"name":"ada"}'])
  assert.deepEqual([asked[1].type, asked[1].body], ["image/png", picture])
})

test("an answer without a body is nothing", async () => {
  const { api } = apiUnderTest(new Response(null, { status: 204 }))
  assert.equal(await api.delete("/session"), null)
})

test("a refusal tells its code, its field and what to say", async () => {
  const { api } = apiUnderTest(problem(422, { title: "Bad field", detail: "Too long.", code: "bad_field", field: "about" }))
  await assert.rejects(api.patch("/me"), { code: "bad_field", field: "about", message: "Too long." })
})

test("a refusal for now tells how long", async () => {
  const { api } = apiUnderTest(problem(429, { detail: "Wait.", code: "rate_limited", retry_after_ms: 5_000 }))
  await assert.rejects(api.post("/session"), { retryAfterMs: 5_000, isTransient: true })
})

test("what a proxy says is told by its status", async () => {
  const { api } = apiUnderTest(new Response("<h1>Bad Gateway</h1>", { status: 502 }))
  await assert.rejects(api.get("/server"), { code: "status_502", message: "The server answered with status 502." })
})

test("a server that hangs is not waited for for ever", async (t) => {
  t.mock.method(AbortSignal, "timeout", () => AbortSignal.abort(new DOMException("too late", "TimeoutError")))
  const api = new Api(async (_, { signal }) => signal.throwIfAborted())
  await assert.rejects(api.post("/session"), { code: "timed_out", message: "The server has not answered." })
})

test("an answer that breaks off is none", async () => {
  const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError("network error")) })
  const { api } = apiUnderTest(new Response(broken))
  await assert.rejects(api.get("/people"), { isDisconnected: true })
})

test("without a connection that is what is told", async () => {
  const { api } = apiUnderTest(new TypeError("Failed to fetch"))
  await assert.rejects(api.get("/server"), { isDisconnected: true })
})
