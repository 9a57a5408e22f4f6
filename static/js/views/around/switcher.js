import { SwitcherList } from "./switcher_list.js"
import { openBrowse } from "../dialogs.js"
import { openDialog } from "../dialog.js"
import { shownNoticeOf } from "../room_list.js"
import { partnerOf } from "../room_mark.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"
import { rank } from "../../models/switcher.js"

const SHOWN = 12
const ASKED_AFTER_MS = 200
const PEOPLE_ASKED = 100

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
  /** @type {Map<string, {title: string, person: object}>} by user id: those whom the server has told of */
  const people = new Map()
  let areAllKnown = !chat.may.includes("direct")
  let timer

  field.addEventListener("input", () => {
    render({ isAnswer: true })
    clock.cancel(timer)
    timer = clock.after(() => learnPeople(field.value.trim()), ASKED_AFTER_MS)
  })
  render({ isAnswer: true })
  learnPeople("")

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

  function render({ isAnswer }) {
    const query = field.value.trim()
    const found = rank(query ? [...rooms, ...people.values()] : rooms, query).slice(0, SHOWN)
    const canBrowse = chat.server?.guests !== undefined
    const isNone = found.length === 0
    list.render(isNone && canBrowse ? [{ title: t("rooms.browse"), isBrowsing: true }] : found, chat.me, { isAnswer })
    find("[data-empty]", element).textContent = isNone && query ? t("around.no_match") : ""
  }

  /** Only where there are more than the server tells at once, it is asked for what was typed. */
  async function learnPeople(query) {
    if (areAllKnown) return
    const { people: told, more } = await page.api.get("/people", { query, limit: PEOPLE_ASKED }).catch(() => ({ people: [] }))
    if (!query && more === false) areAllKnown = true
    // Those with whom one already talks are there as rooms.
    const known = new Set([chat.me?.id, ...chat.rooms.map((room) => partnerOf(room, chat.me)?.id)])
    chat.faces.learn(told)
    const news = told.filter(({ id }) => !known.has(id) && !people.has(id))
    for (const person of news) people.set(person.id, { title: person.name, person })
    if (element.open && news.length && field.value.trim()) render({ isAnswer: false })
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
