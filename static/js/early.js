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

// What is asked for next is on its way while the modules are: by who has been here the chat, by others what the
// entrance says of the server. They get the chat once the entrance is there, by the event `entrance`.
{
  const { server, chat } = document.currentScript.dataset
  if (chat && isKnown()) loadChat()
  else if (chat) {
    add({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: server })
    document.addEventListener("entrance", loadChat, { once: true })
  }

  function loadChat() {
    for (const href of chat.split(" ")) add({ rel: "modulepreload", href })
  }

  function add(link) {
    document.head.append(Object.assign(document.createElement("link"), link))
  }

  function isKnown() {
    try {
      return ["token", "account", "name"].some((key) => localStorage.getItem(`stonechat.${key}`))
    } catch {
      return false
    }
  }
}
