import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import path from "node:path"
import { after, before, test } from "node:test"
import { Stonechat } from "./support/stonechat.js"

const PACKAGE = createRequire(import.meta.url).resolve("socket.io-client/package.json")
const DIST = path.join(path.dirname(PACKAGE), "dist")
const JAVASCRIPT = /^(text|application)\/javascript(; charset=utf-8)?$/
// Browsers take a source map of any type.
const SOURCE_MAP = /^(application\/json|text\/plain)(; charset=utf-8)?$/
const FILES = [
  ["socket.io.js", JAVASCRIPT],
  ["socket.io.min.js", JAVASCRIPT],
  ["socket.io.esm.min.js", JAVASCRIPT],
  ["socket.io.js.map", SOURCE_MAP],
  ["socket.io.min.js.map", SOURCE_MAP],
  ["socket.io.esm.min.js.map", SOURCE_MAP],
]

let server

before(async () => (server = await Stonechat.start()))
after(() => server?.remove())

for (const [name, type] of FILES) {
  test(`${name} comes as it is in the npm package, and is asked about rather than sent again`, async () => {
    const url = `${server.url}/socket.io/${name}`
    const response = await fetch(url)
    assert.equal(response.status, 200)
    assert.match(response.headers.get("content-type"), type)
    assert.equal(response.headers.get("cache-control"), "public, max-age=0")
    const content = Buffer.from(await response.arrayBuffer())
    assert.equal(Buffer.compare(content, await readFile(path.join(DIST, name))), 0)

    const etag = response.headers.get("etag")
    assert.ok(etag)
    const known = await fetch(url, { headers: { "if-none-match": etag } })
    assert.deepEqual([known.status, await known.text()], [304, ""])
    const changed = await fetch(url, { headers: { "if-none-match": '"something else"' } })
    assert.equal(changed.status, 200)
    await changed.arrayBuffer()
  })
}

test("there is nothing else beside the library", async () => {
  for (const name of ["socket.io.msgpack.min.js", "package.json"]) {
    const response = await fetch(`${server.url}/socket.io/${name}`)
    assert.equal(response.status, 404, name)
    await response.arrayBuffer()
  }
})
