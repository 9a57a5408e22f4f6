/** The page that shows the HTTP API's own description. */

import { cloneTemplate, find } from "../helpers/dom.js"
import { areas } from "./description.js"

const list = find("#operations")

try {
  const response = await fetch("api/v1/openapi.json")
  if (!response.ok) throw new Error(`status ${response.status}`)
  show(await response.json())
} catch (error) {
  list.textContent = `The description could not be read (${error.message}). Load the page again.`
} finally {
  list.removeAttribute("aria-busy")
}

function show(description) {
  find("#lead").textContent = description.info.description ?? ""
  for (const area of areas(description)) {
    const section = cloneTemplate("area")
    section.id = area.name
    find(".area__name", section).textContent = area.name
    section.append(...area.operations.map(operation))
    list.append(section)
    const link = document.createElement("a")
    link.href = `#${area.name}`
    link.textContent = area.name
    find("#areas").append(link)
  }
}

function operation({ method, path, summary, about, parts }) {
  const element = cloneTemplate("operation")
  find(".operation__method", element).textContent = method
  find(".operation__path", element).textContent = path
  find(".operation__summary", element).textContent = summary
  find(".operation__about", element).textContent = about
  find(".operation__about", element).hidden = !about
  find(".operation__parts", element).append(...parts.map(part))
  return element
}

function part({ name, fields }) {
  const element = cloneTemplate("part")
  find(".part__name", element).textContent = name
  find("tbody", element).append(...fields.map(field))
  return element
}

function field({ name, type, about }) {
  const row = cloneTemplate("field")
  find(".fields__name", row).textContent = name
  find(".fields__type", row).textContent = type
  find(".fields__about", row).textContent = about
  return row
}
