import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { LANGUAGES, chooseLanguage, compareNames, formatFacts, formatList, t, useLanguage } from "../../static/js/i18n/language.js"

const ENGLISH = LANGUAGES[0]
const english = (await ENGLISH.load()).texts

afterEach(() => useLanguage(ENGLISH))

for (const language of LANGUAGES) {
  test(`${language.name} has each text, with the same places to fill in and every form that it counts with`, async () => {
    const { texts } = await language.load()
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort())
    for (const [key, text] of Object.entries(texts)) {
      assert.equal(typeof text, typeof english[key], key)
      assert.deepEqual(placeholders(text), placeholders(english[key]), key)
      if (typeof text === "string") continue
      const { pluralCategories } = new Intl.PluralRules(language.tag).resolvedOptions()
      // What only round millions and fractions want may be the same as the rest.
      const wanted = pluralCategories.filter((category) => category !== "many")
      assert.deepEqual(wanted.filter((category) => !text[category]), [], key)
    }
  })
}

test("a text counts as its language does", async () => {
  assert.equal(t("people.others", { count: 1 }), "1 other")
  assert.equal(t("people.others", { count: 1200 }), "1,200 others")
  await useLanguage(chooseLanguage(["de-AT"]))
  assert.equal(t("people.others", { count: 1 }), "eine weitere Person")
  assert.equal(t("people.others", { count: 3 }), "3 weitere")
})

test("the language is the first that somebody reads and the page has", () => {
  assert.equal(chooseLanguage(["fr-FR", "es-MX", "en"]).tag, "es")
  assert.equal(chooseLanguage(["zh-CN"]).tag, "zh-Hans")
  assert.equal(chooseLanguage(["fr"]).tag, "en")
  assert.equal(chooseLanguage([]).tag, "en")
})

test("what is no language is passed over", () => {
  assert.equal(chooseLanguage(["en-US@posix", "", "de"]).tag, "de")
})

test("a name from right to left keeps its direction to itself", () => {
  assert.equal(t("timeline.joined", { people: "דוד", count: 1 }), "\u2068דוד\u2069 joined")
  assert.equal(t("timeline.joined", { people: "ada", count: 1 }), "ada joined")
  assert.equal(formatList(["דוד", "ada"]), "\u2068דוד\u2069 and ada")
  assert.equal(formatFacts(["דוד", undefined, "account created"]), "\u2068דוד\u2069 · account created")
  assert.equal(formatFacts(["דוד", undefined]), "דוד")
})

test("a text that there is not is a mistake", () => {
  assert.throws(() => t("no.such.text"), /no\.such\.text/)
})

/** One form may say "one" instead of the number. */
function placeholders(text) {
  const forms = typeof text === "string" ? [text] : [text.other]
  return forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []).sort()
}

test("names are listed as one does in the language that shows, numbers in them by what they count", async () => {
  const names = ["ñu", "nz", "room 10", "Room 9"]
  assert.deepEqual([...names].sort(compareNames), ["ñu", "nz", "Room 9", "room 10"])
  await useLanguage(chooseLanguage(["es"]))
  assert.deepEqual([...names].sort(compareNames), ["nz", "ñu", "Room 9", "room 10"])
})
