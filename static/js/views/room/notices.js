import { confirm } from "../confirm.js"
import { find } from "../../helpers/dom.js"

/** Of what one is told here, and the way out. */
export function showNotices(element, room, { commands, chat }, close) {
  const error = find("[data-error]", element)
  for (const choice of element.querySelectorAll("[name=level]")) {
    choice.checked = choice.value === (room.info.level ?? "all")
    choice.addEventListener("change", async () => {
      error.textContent = ""
      await commands.setLevel(room, choice.value).catch((problem) => (error.textContent = problem.message))
    })
  }
  const leaving = find("[data-leaving]", element)
  leaving.hidden = !room.can("leave")
  const note = room.info.kind === "closed"
    ? "Somebody has to add you if you want to come back."
    : "You can come back at any time."
  find("[data-note]", leaving).textContent = note
  find("[data-leave]", leaving).addEventListener("click", () => confirm({
    title: `Leave ${room.titleFor(chat.me)}?`,
    note,
    action: "Leave",
    onConfirmed: async () => {
      await commands.leave(room)
      close()
    },
  }))
}
