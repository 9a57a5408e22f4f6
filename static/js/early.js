// What does not wait for the modules, in a classic script.

// How the page looks, by what somebody wishes and what their system prefers: attributes of <html>, which
// css/tokens.css follows. That is before the first paint; the modules tell it of changes by the event `wishes`.
{
  const root = document.documentElement
  /** @type {NodeListOf<HTMLMetaElement>} */
  const schemes = document.querySelectorAll("meta[data-scheme]")
  const contrast = matchMedia("(prefers-contrast: more)")
  const motion = matchMedia("(prefers-reduced-motion: reduce)")
  let wishes = {}

  function show() {
    root.dataset.theme = wishes.theme ?? "system"
    root.dataset.contrast = contrast.matches ? "more" : (wishes.contrast ?? "system")
    root.dataset.motion = motion.matches ? "less" : (wishes.motion ?? "system")
    for (const meta of schemes) meta.media = mediaOf(meta.dataset.scheme)
  }

  /** When the colour of this scheme is the one for the browser's own bars. */
  function mediaOf(scheme) {
    if (["light", "dark"].includes(wishes.theme)) return wishes.theme === scheme ? "all" : "not all"
    return `(prefers-color-scheme: ${scheme})`
  }

  try {
    wishes = JSON.parse(localStorage.getItem("stonechat.settings")) ?? {}
  } catch {
    // This browser keeps nothing, or nothing that can be read.
  }
  show()
  contrast.addEventListener("change", show)
  motion.addEventListener("change", show)
  document.addEventListener("wishes", (event) => {
    wishes = /** @type {CustomEvent} */ (event).detail
    show()
  })
}

// What the entrance asks the server is on its way while the modules are. Who has been here goes by it.
{
  const { asks } = document.currentScript.dataset
  if (asks && !isKnown()) {
    const ahead = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: asks }
    document.head.append(Object.assign(document.createElement("link"), ahead))
  }

  function isKnown() {
    try {
      return ["stonechat.token", "stonechat.account"].some((key) => localStorage.getItem(key))
    } catch {
      return false
    }
  }
}
