import { confirm } from "../confirm.js"
import { find, findAll } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/** Of what one is told here, and the way out. */
export function showNotices(element, room, { commands, chat }, close) {
  const error = find("[data-error]", element)
  const choices = findAll("[name=level]", element)
  const show = () => {
    for (const choice of choices) choice.checked = choice.value === (room.info.level ?? "all")
  }
  for (const choice of choices) {
    choice.addEventListener("change", async () => {
      error.textContent = ""
      try {
        await commands.setLevel(room, choice.value)
      } catch (problem) {
        error.textContent = problem.message
        show()
      }
    })
  }
  show()
  const leaving = find("[data-leaving]", element)
  leaving.hidden = !room.can("leave")
  const note = t(room.info.kind === "closed" ? "level.leave_closed_note" : "level.leave_note")
  find("[data-note]", leaving).textContent = note
  find("[data-leave]", leaving).addEventListener("click", () => confirm({
    title: t("level.leave_title", { room: room.titleFor(chat.me) }),
    note,
    action: t("level.leave_short"),
    onConfirmed: async () => {
      await commands.leave(room)
      close()
    },
  }))
}
