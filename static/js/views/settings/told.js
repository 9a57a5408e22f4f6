import { bindWishes } from "./wish_fields.js"
import { askForNotifications, canNotify, mayNotify } from "../notices/permission.js"
import { playSound } from "../notices/sounds.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/**
 * How one is told that somebody has written.
 * @param {HTMLFormElement} form
 * @param {import("../page.js").Page} page
 */
export function showTold(form, { settings }) {
  const [notify, sound] = [find("[name=notify]", form), find("[name=sound]", form)]
  const play = find("[data-play]", form)
  const refused = find("[data-refused]", form)
  notify.disabled = !canNotify()
  refused.textContent = canNotify() ? "" : t("settings.notify_missing")

  notify.addEventListener("change", async (event) => {
    refused.textContent = ""
    if (!notify.checked) return
    // The browser is asked first; until it has answered nothing changes.
    event.stopPropagation()
    const isAllowed = await askForNotifications()
    settings.change({ notify: isAllowed })
    if (!isAllowed) refused.textContent = t("settings.notify_refused")
  })
  play.addEventListener("click", () => playSound(sound.value))
  sound.addEventListener("change", () => playSound(sound.value))
  bindWishes(form, settings, ({ notify: isWished, sound: wished, quiet }) => {
    // The browser may have been told otherwise since.
    notify.checked = isWished && mayNotify()
    play.disabled = wished === "none"
    for (const time of find("[data-quiet]", form).querySelectorAll("input")) time.disabled = !quiet
  })
}
