import { bindWishes } from "./wish_fields.js"
import { find } from "../../helpers/dom.js"
import { LANGUAGES } from "../../i18n/language.js"

/**
 * How the page looks and is written to.
 * @param {HTMLFormElement} form
 * @param {import("../page.js").Page} page
 * @param {() => void} onLanguage another one is chosen
 */
export function showLook(form, { settings }, onLanguage) {
  const languages = find("[name=language]", form)
  for (const { tag, name } of LANGUAGES) {
    const option = new Option(name, tag)
    option.lang = tag
    languages.add(option)
  }
  languages.addEventListener("change", onLanguage)
  bindWishes(form, settings)
}
