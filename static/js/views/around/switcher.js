import { SwitcherList } from "./switcher_list.js"
import { openBrowse } from "../browse_rooms.js"
import { openDialog } from "../dialog.js"
import { shownNoticeOf } from "../room_list.js"
import { partnerOf } from "../room_mark.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"
import { rank } from "../../models/switcher.js"

const SHOWN = 12
const ASKED_AFTER_MS = 200
const PEOPLE_ASKED = 10

/**
 * A field in which a few letters lead to a room or a person.
 * @param {import("../page.js").Page} page
 */
export function openSwitcher(page) {
  const { chat, clock, commands, open } = page
  const element = openDialog("switcher-dialog")
  const field = find("input", element)
  const problem = find("[data-error]", element)
  const list = new SwitcherList(find("[role=listbox]", element), { field, faces: chat.faces, onChosen: go })
  const rooms = chat.rooms.filter(({ info }) => !info.archived).map(roomPlace)
  /** @type {{title: string, person: object}[]} those who were found for what was typed last */
  let people = []
  let timer

  field.addEventListener("input", () => {
    render()
    clock.cancel(timer)
    timer = clock.after(findPeople, ASKED_AFTER_MS)
  })
  render()

  function roomPlace(room) {
    const isCurrent = room === chat.current
    const opened = chat.recentRooms.indexOf(room)
    return {
      room,
      title: room.titleFor(chat.me),
      isCurrent,
      opened: opened < 0 ? undefined : opened,
      ...shownNoticeOf(room, { isCurrent, me: chat.me }),
    }
  }

  function render() {
    const query = field.value
    const found = rank([...rooms, ...people], query).slice(0, SHOWN)
    const canBrowse = chat.server?.guests !== undefined
    const isNone = found.length === 0
    list.render(isNone && canBrowse ? [{ title: t("rooms.browse"), isBrowsing: true }] : found, chat.me)
    find("[data-empty]", element).textContent = isNone && query.trim() ? t("around.no_match") : ""
  }

  /** Those with whom one already talks are there as rooms. */
  async function findPeople() {
    const query = field.value.trim()
    if (!query || !chat.may.includes("direct")) return
    const answer = await page.api.get("/people", { query, limit: PEOPLE_ASKED }).catch(() => ({ people: [] }))
    if (field.value.trim() !== query || !element.open) return
    const known = new Set([chat.me.id, ...chat.rooms.map((room) => partnerOf(room, chat.me)?.id)])
    chat.faces.learn(answer.people)
    people = answer.people.filter(({ id }) => !known.has(id)).map((person) => ({ title: person.name, person }))
    render()
  }

  async function go({ room, person, isBrowsing }) {
    try {
      const target = room ?? (person && (await commands.startDirect([person])))
      element.close()
      if (isBrowsing) openBrowse(page)
      else open(target)
    } catch ({ message }) {
      problem.textContent = message
    }
  }
}
