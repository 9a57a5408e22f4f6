import { nameTimes } from "../fields.js"
import { Form } from "../form.js"
import { openLink } from "../link_dialog.js"
import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { openSections } from "../sections_dialog.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"

const NOTE = "Whoever opens this link can create an account here."

/** Makes links by which people get an account, and takes them back. */
export function showInvites(element, page) {
  const { api, clock } = page
  nameTimes(find("[name=expires_in_ms]", element))
  new Form(find("form", element), async ({ expires_in_ms: lasts, uses }) => {
    const invite = await api.post("/invites", { expires_in_ms: number(lasts), uses: number(uses) })
    openLink(invite, { title: "Invite people", note: NOTE, page })
    list.refresh()
  })
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: "There are no links yet.",
    load: async () => ({ items: (await api.get("/invites")).invites }),
    draw: (invite) => createRow({
      title: `Made ${formatMoment(invite.created_at, clock.now())} by ${invite.created_by.name}`,
      note: describe(invite, clock.now()),
      actions: [
        { label: "New link", of: "in its place", onPress: () => renew(invite) },
        {
          label: "Revoke",
          of: "this link",
          isDanger: true,
          onPress: () => list.act(() => api.delete(`/invites/${invite.id}`)),
        },
      ],
    }),
  })

  async function renew({ id }) {
    await list.act(async () => {
      const invite = await api.post(`/invites/${id}/reset`)
      openLink(invite, { title: "Invite people", note: `${NOTE} The link before it does not work any more.`, page })
    })
  }
}

/**
 * Only this, for those who came to invite somebody.
 * @param {import("../page.js").Page} page
 */
export function openInvite(page) {
  openSections({
    title: "Invite people",
    sections: [{ name: "Invites", template: "make-invite-section", show: (element) => showInvites(element, page) }],
  })
}

function describe({ expires_at: expiresAt, uses_left: usesLeft, used }, now) {
  const words = [expiresAt ? `until ${formatMoment(expiresAt, now)}` : "without end"]
  words.push(used === 1 ? "used once" : `used ${used} times`)
  if (usesLeft !== undefined) words.push(`${usesLeft} left`)
  return words.join(" · ")
}

function number(value) {
  return value ? Number(value) : undefined
}
