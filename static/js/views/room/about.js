import { confirm } from "../confirm.js"
import { nameTimes, required } from "../fields.js"
import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"
import { describeDuration, SECOND_MS } from "../../helpers/durations.js"
import { t } from "../../i18n/language.js"
import { titleOf } from "../../models/room.js"

/** What may be changed about a room. */
export function showAboutRoom(element, room, page, close) {
  const { info } = room
  const form = new Form(find("form", element), async (values) => {
    if (info.title) required(values.title.trim(), t("error.bad_field_title"), "title")
    await page.commands.update(room, changesOf(info, values))
    page.toast.say(t("common.saved"))
    close()
  })
  offerSlowMode(find("[name=slow_mode]", element), info.slow_mode)
  for (const part of element.querySelectorAll("[data-convert]")) part.hidden = !room.can("delete")
  form.fill({ ...info, slow_mode: String(info.slow_mode ?? 0) })
  const danger = find("[data-danger]", element)
  danger.hidden = !room.can("delete")
  find("[data-delete]", danger).addEventListener("click", () => confirm({
    title: t("about.delete_title", { room: titleOf(info) }),
    note: t("about.delete_warning"),
    action: t("common.delete"),
    onConfirmed: async () => {
      await page.commands.delete(room)
      close()
    },
  }))
}

/** What those see of it who cannot change it. */
export function showRoomFacts(element, { info }) {
  const pace = (info.slow_mode ?? 0) * SECOND_MS
  const facts = [
    [t("about.topic"), info.topic],
    [t("kind.fact"), t(`kind.fact_${info.kind}`)],
    [t("about.slow_mode"), pace && t("about.slow_mode_fact", { time: describeDuration(pace) })],
    [t("about.archived"), info.archived && t("about.archived_fact")],
  ].filter(([, value]) => value)
  find("dl", element).append(...facts.flatMap(([name, value]) => [createText("dt", name), createText("dd", value)]))
}

/** Only what was changed is sent, so that two people who change different things do not undo each other. */
function changesOf(info, /** @type {Record<string, any>} */ { title, topic, kind, slow_mode: slowMode, archived }) {
  const wanted = { title: title.trim(), topic: topic.trim(), kind, slow_mode: Number(slowMode), archived }
  const before = { topic: "", slow_mode: 0, archived: false, ...info }
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== before[name]))
}

/** Another client may have chosen a time that is not offered here. */
function offerSlowMode(select, seconds) {
  const isOffered = [...select.options].some(({ value }) => Number(value) === seconds)
  if (seconds && !isOffered) select.add(new Option("", seconds))
  nameTimes(select, SECOND_MS)
}

function createText(tag, text) {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
