import { colourOf, initials } from "../helpers/people.js"

/**
 * Shows a person by their picture, or as their initials on a colour of their own.
 * @param {HTMLElement} element
 * @param {import("../models/faces.js").Face} face
 */
export function showAvatar(element, { id, name, avatar }) {
  const { hue, lightness } = colourOf(id)
  element.style.setProperty("--avatar-hue", String(hue))
  element.style.setProperty("--avatar-lightness", String(lightness))
  if (avatar) showPicture(element, { id, name, avatar })
  else showInitials(element, name)
}

/** No text of the page: by ear a person is their name. */
function showInitials(element, name) {
  element.replaceChildren()
  element.dataset.initials = initials(name)
}

function showPicture(element, { id, name, avatar }) {
  const source = `api/v1/people/${encodeURIComponent(id)}/avatar?v=${encodeURIComponent(avatar)}`
  if (element.querySelector("img")?.getAttribute("src") === source) return
  const image = document.createElement("img")
  image.className = "avatar__picture"
  image.alt = ""
  image.addEventListener("error", () => showInitials(element, name))
  image.src = source
  delete element.dataset.initials
  element.replaceChildren(image)
}
