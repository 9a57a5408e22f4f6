/** @type {import("../language.js").Texts} */
export const texts = {
  "people.others": { one: "eine weitere Person", other: "{count} weitere" },

  "writing.draft": "(Entwurf)",
}
