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
  else element.textContent = initials(name)
}

function showPicture(element, { id, name, avatar }) {
  const source = `api/v1/people/${encodeURIComponent(id)}/avatar?v=${encodeURIComponent(avatar)}`
  if (element.querySelector("img")?.getAttribute("src") === source) return
  const image = document.createElement("img")
  image.className = "avatar__picture"
  image.alt = ""
  image.addEventListener("error", () => (element.textContent = initials(name)))
  image.src = source
  element.replaceChildren(image)
}
