const WORKER = "service_worker.js"

/**
 * Has the page's files kept for a time without a connection. Pages without TLS have no service
 * workers, and some browsers refuse them: the page is then the same without.
 * @param {ServiceWorkerContainer | undefined} workers
 */
export async function keepPage(workers) {
  try {
    await workers.register(WORKER)
    const { active } = await workers.ready
    // What this page was made of fits together: the worker keeps all of it or nothing.
    active.postMessage({ files: [location.href, ...linkedFiles(), ...loadedFiles()] })
  } catch {
    // It opens with a connection only.
  }
}

/** What the browser itself may want, such as icons. */
function linkedFiles() {
  /** @type {NodeListOf<HTMLLinkElement>} */
  const links = document.querySelectorAll("link[href]")
  return Array.from(links, ({ href }) => href)
}

function loadedFiles() {
  return performance.getEntriesByType("resource").map(({ name }) => name)
}
