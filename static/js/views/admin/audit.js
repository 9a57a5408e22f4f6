import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, hasText, t } from "../../i18n/language.js"

const PAGE = 50

/** Who has done what, the newest first. */
export function showAudit(element, { api, clock }) {
  new PagedList(find("[data-list]", element), {
    clock,
    empty: t("audit.none"),
    load: async ({ after }) => {
      const { entries, more } = await api.get("/audit", { before: after, limit: PAGE })
      return { items: entries, after: more ? entries.at(-1)?.id : undefined }
    },
    draw: ({ at, by, action, room, subject, detail }) => createRow({
      title: formatFacts([by?.name ?? t("audit.server"), describe(action), subject?.name]),
      note: formatFacts([formatMoment(at, clock.now()), room, detail]),
    }),
  })
}

/** A newer server may know of more. */
function describe(action) {
  return hasText(`audit.did_${action}`) ? t(`audit.did_${action}`) : action.replaceAll("_", " ")
}
