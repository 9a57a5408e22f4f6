/** What an OpenAPI document says, as lists that a page can show. Knows no DOM. */

const METHODS = ["get", "post", "put", "patch", "delete"]

/** @returns {{name: string, operations: any[]}[]} the operations by their tag, in the document's order */
export function areas(document) {
  const found = new Map()
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter(method => item[method])) {
      const operation = describe(document, path, method, item[method])
      const area = found.get(operation.area) ?? []
      found.set(operation.area, [...area, operation])
    }
  }
  return [...found].map(([name, operations]) => ({ name, operations }))
}

function describe(document, path, method, operation) {
  const body = operation.requestBody?.content?.["application/json"]?.schema
  const parts = [
    { name: "Parameters", fields: (operation.parameters ?? []).map(it => parameter(document, it)) },
    { name: "Body", fields: fields(document, body) },
    ...answers(document, operation),
  ]
  return {
    area: operation.tags?.[0] ?? "other",
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? "",
    about: operation.description ?? "",
    parts: parts.filter(part => part.fields.length > 0),
  }
}

function answers(document, operation) {
  return Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith("2"))
    .map(([status, response]) => ({
      name: `Answer ${status}`,
      fields: fields(document, response.content?.["application/json"]?.schema),
    }))
}

function parameter(document, { name, in: place, required, schema, description }) {
  const type = typeOf(document, schema)
  const where = place === "path" ? "in the path" : required ? "" : "may be left out"
  return { name, type, about: [description, where].filter(Boolean).join("; ") }
}

function fields(document, schema) {
  const { properties = {}, required = [] } = whole(document, schema)
  return Object.entries(properties).map(([name, property]) => ({
    name,
    type: typeOf(document, property),
    about: [property.description, required.includes(name) ? "" : "may be left out"].filter(Boolean).join("; "),
  }))
}

/** A schema with what it refers to and what it is put together from. */
function whole(document, schema) {
  if (!schema) return {}
  if (schema.$ref) return whole(document, document.components.schemas[schema.$ref.split("/").pop()])
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []).filter(part => part.type !== "null")]
  const merged = parts.map(part => whole(document, part))
  return {
    properties: Object.assign({}, ...merged.map(part => part.properties), schema.properties),
    required: [...merged.flatMap(part => part.required ?? []), ...(schema.required ?? [])],
  }
}

function typeOf(document, schema) {
  if (!schema) return ""
  if (schema.$ref) return schema.$ref.split("/").pop()
  const choices = (schema.oneOf ?? schema.allOf ?? []).filter(part => part.type !== "null")
  if (choices.length > 0) return choices.map(part => typeOf(document, part)).join(" or ")
  const types = [schema.type ?? "anything"].flat().filter(type => type !== "null")
  if (types[0] === "array") return `[${typeOf(document, schema.items)}]`
  return schema.format === "uuid" ? "UUID" : types.join(" or ")
}
