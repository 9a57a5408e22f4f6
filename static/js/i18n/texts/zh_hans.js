/** @type {import("../language.js").Texts} */
export const texts = {
  "people.others": { other: "另外 {count} 人" },

  "writing.draft": "（草稿）",
}
