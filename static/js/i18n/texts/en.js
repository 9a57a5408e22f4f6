/** @type {import("../language.js").Texts} */
export const texts = {
  "people.others": { one: "{count} other", other: "{count} others" },

  "writing.draft": "(draft)",
}
