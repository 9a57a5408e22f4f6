// Opens the page without a connection, from the files that it was made of when it was last loaded.
// With a connection everything comes from the server, so that an upgrade shows at once. Only the
// files of the UI are kept, and always as a whole: all from the same load.

const PREFIX = "stonechat-page-"
// A server that hangs, or a network that leads nowhere, says nothing at all. A page as it was is worth more than that.
const PATIENCE_MS = 3_000
const { scope } = self.registration
const UNREAD_ICON = "favicon_unread.svg"
// Whatever else the server answers to is none of its business.
const FILES = /^(|index\.html|favicon(_unread)?\.svg|manifest\.webmanifest|(css|icons|js)\/.*)$/

/** Windows that have got something kept: what they were made of may not fit together. @type {Set<string>} */
const servedFromKept = new Set()
/** One at a time: each throws away what was kept before it. */
let keeping = Promise.resolve()

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.method === "GET" && isOfPage(request.url)) event.respondWith(answer(event))
})

self.addEventListener("message", (event) => {
  if (servedFromKept.has(event.source.id)) return
  keeping = keeping.then(() => keep(event.data.files)).catch(() => {})
  event.waitUntil(keeping)
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(openAt(event.notification.data.address))
})

async function answer({ request, clientId, resultingClientId }) {
  const window = resultingClientId || clientId
  const asked = fetch(request).catch(() => null)
  // What belongs to a kept page does not wait anew for each of its files.
  const response = await Promise.race([asked, pause(servedFromKept.has(window) ? 0 : PATIENCE_MS)])
  // A proxy in front of a server that is away answers too.
  if (response && response.status < 500) return response
  const kept = await caches.match(keyOf(request.url))
  if (kept) servedFromKept.add(window)
  return kept ?? (await asked) ?? Response.error()
}

/** @returns {Promise<null>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null))
}

/** The browser has just loaded these files; taking them from its own cache costs no request. */
async function keep(files) {
  const keys = [...new Set(files.filter(isOfPage).map(keyOf))]
  const name = PREFIX + Date.now()
  const cache = await caches.open(name)
  try {
    await cache.addAll(keys.map((key) => new Request(key, { cache: "force-cache" })))
  } catch {
    await caches.delete(name)
    return
  }
  const older = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name)
  await Promise.all(older.map((other) => caches.delete(other)))
  await cache.addAll((await filesForLater()).filter((url) => !keys.includes(url)))
}

/** What a page loads only later is to be there too. A server that sends each file by itself has no list. */
async function filesForLater() {
  const response = await fetch(`${scope}files.json`).catch(() => null)
  const listed = response?.ok ? await response.json() : []
  return [...listed, UNREAD_ICON].map((path) => scope + path)
}

/** Goes to what a notification is about, in a window that is there or in a new one. */
async function openAt(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const window = windows.find(({ url }) => url.startsWith(scope) && keyOf(url) === scope)
  if (!window) return self.clients.openWindow(scope + address)
  window.postMessage({ open: address })
  // Browsers let it come to the front only if somebody has really clicked.
  return window.focus().catch(() => {})
}

function isOfPage(url) {
  return url.startsWith(scope) && FILES.test(pathOf(url))
}

/** The page is one file, by whichever address it is opened. */
function keyOf(url) {
  const path = pathOf(url)
  return scope + (path === "index.html" ? "" : path)
}

function pathOf(url) {
  return url.slice(scope.length).replace(/[?#].*$/, "")
}
