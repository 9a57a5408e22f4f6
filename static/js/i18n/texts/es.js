/** @type {import("../language.js").Texts} */
export const texts = {
  "people.others": { one: "{count} persona más", other: "{count} personas más" },

  "writing.draft": "(borrador)",
}
