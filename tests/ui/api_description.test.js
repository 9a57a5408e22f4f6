import assert from "node:assert/strict"
import { test } from "node:test"
import { areas } from "../../static/js/api/description.js"

const DOCUMENT = {
  paths: {
    "/rooms/{room}": {
      get: {
        tags: ["rooms"],
        summary: "One room",
        parameters: [{ name: "room", in: "path", required: true, schema: { type: "string" } }],
        responses: {
          200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Room" } } } },
          "4XX": { description: "The request is refused." },
        },
      },
      delete: { tags: ["rooms"], responses: { 204: {} } },
    },
    "/session": {
      post: {
        tags: ["session"],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["name"],
                properties: {
                  name: { type: "string", description: "As others see it" },
                  age: { type: ["integer", "null"] },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Room: {
        allOf: [{ oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Mine" }] }],
        required: ["id"],
        properties: {
          id: { type: "string", format: "uuid" },
          people: { type: "array", items: { $ref: "#/components/schemas/Person" } },
        },
      },
      Mine: { properties: { read: { type: "integer" } } },
      Person: {},
    },
  },
}

test("operations come by their area, in the order of the document", () => {
  const names = areas(DOCUMENT).map(({ name, operations }) => [name, operations.map(it => `${it.method} ${it.path}`)])
  assert.deepEqual(names, [
    ["rooms", ["GET /rooms/{room}", "DELETE /rooms/{room}"]],
    ["session", ["POST /session"]],
  ])
})

test("an answer has the fields of all that its schema is put together from", () => {
  const [{ operations: [show] }] = areas(DOCUMENT)
  assert.deepEqual(show.parts, [
    { name: "Parameters", fields: [{ name: "room", type: "string", about: "in the path" }] },
    {
      name: "Answer 200",
      fields: [
        { name: "read", type: "integer", about: "may be left out" },
        { name: "id", type: "UUID", about: "" },
        { name: "people", type: "[Person]", about: "may be left out" },
      ],
    },
  ])
})

test("a body tells what may be left out", () => {
  const [, { operations: [post] }] = areas(DOCUMENT)
  assert.deepEqual(post.parts[0].fields, [
    { name: "name", type: "string", about: "As others see it" },
    { name: "age", type: "integer", about: "may be left out" },
  ])
})
