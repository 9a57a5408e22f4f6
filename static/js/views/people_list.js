import { PagedList } from "./paged_list.js"
import { createRow } from "./row.js"
import { t } from "../i18n/language.js"

const PAGE = 20

/**
 * People with an account, to choose one of them.
 * @param {HTMLElement} slot
 * @param {import("./page.js").Page} page
 * @param {object} options
 * @param {string} options.label what the button of each says
 * @param {(person: import("../models/faces.js").Face) => Promise<void> | void} options.onChosen
 */
export function showPeople(slot, { api, chat, clock }, { label, onChosen }) {
  return new PagedList(slot, {
    clock,
    search: t("common.search_people"),
    empty: t("direct.nobody"),
    load: async ({ query, after }) => {
      const { people, more } = await api.get("/people", { query, after, limit: PAGE })
      chat.faces.learn(people)
      const others = people.filter(({ id }) => id !== chat.me.id)
      return { items: others, after: more ? people.at(-1)?.id : undefined }
    },
    draw: (person) => createRow({
      face: person,
      title: person.name,
      note: person.about,
      badge: person.role === "bot" ? t("badge.bot") : undefined,
      actions: [{ label, of: person.name, onPress: () => onChosen(person) }],
    }),
  })
}
