import { hueOf, initials } from "../helpers/people.js"

/** Shows a person as their initials on a colour of their own. */
export function showAvatar(element, { id, name }) {
  element.textContent = initials(name)
  element.style.setProperty("--avatar-hue", hueOf(id))
}
