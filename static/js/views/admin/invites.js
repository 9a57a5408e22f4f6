import { nameTimes } from "../fields.js"
import { Form } from "../form.js"
import { openLink } from "../link_dialog.js"
import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { openSections } from "../sections_dialog.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

/** Makes links by which people get an account, and takes them back. */
export function showInvites(element, page) {
  const { api, clock } = page
  nameTimes(find("[name=expires_in_ms]", element))
  new Form(find("form", element), async ({ expires_in_ms: lasts, uses }) => {
    const invite = await api.post("/invites", { expires_in_ms: number(lasts), uses: number(uses) })
    openLink(invite, { title: t("common.invite_people"), note: t("invites.note"), page })
    list.refresh()
  })
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("invites.none"),
    load: async () => ({ items: (await api.get("/invites")).invites }),
    draw: (invite) => createRow({
      title: t("invites.made", {
        moment: formatMoment(invite.created_at, clock.now()),
        name: invite.created_by.name,
      }),
      note: describe(invite, clock.now()),
      actions: [
        { label: t("invites.renew"), of: t("invites.in_its_place"), onPress: () => renew(invite) },
        {
          label: t("invites.revoke"),
          of: t("invites.this_link"),
          isDanger: true,
          onPress: () => list.act(() => api.delete(`/invites/${invite.id}`)),
        },
      ],
    }),
  })

  async function renew({ id }) {
    await list.act(async () => {
      const invite = await api.post(`/invites/${id}/reset`)
      openLink(invite, { title: t("common.invite_people"), note: t("invites.renewed_note"), page })
    })
  }
}

/**
 * Only this, for those who came to invite somebody.
 * @param {import("../page.js").Page} page
 */
export function openInvite(page) {
  openSections({
    title: t("common.invite_people"),
    sections: [{
      key: "invites",
      name: t("invites.tab"),
      template: "make-invite-section",
      show: (element) => showInvites(element, page),
    }],
  })
}

function describe({ expires_at: expiresAt, uses_left: usesLeft, used }, now) {
  const words = [expiresAt ? t("invites.until", { moment: formatMoment(expiresAt, now) }) : t("invites.without_end")]
  words.push(t("invites.used", { count: used }))
  if (usesLeft !== undefined) words.push(t("invites.left", { count: usesLeft }))
  return formatFacts(words)
}

function number(value) {
  return value ? Number(value) : undefined
}
