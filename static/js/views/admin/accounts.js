import { openBan } from "../ban_dialog.js"
import { openDialog } from "../dialog.js"
import { openLink } from "../link_dialog.js"
import { PagedList } from "../paged_list.js"
import { createAction, createRow } from "../row.js"
import { showAvatar } from "../avatar.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

const PAGE = 30
const NEXT_ROLES = {
  member: [["admin", "accounts.make_admin"]],
  admin: [["member", "accounts.admin_no_more"], ["owner", "accounts.make_owner"]],
  owner: [["admin", "accounts.owner_no_more"]],
}

/** Everybody with an account. */
export function showAccounts(element, page) {
  const { api, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    search: t("accounts.search"),
    empty: t("accounts.none"),
    load: async ({ query, after }) => {
      const { accounts, more } = await api.get("/accounts", { query, after, limit: PAGE })
      return { items: accounts, after: more ? accounts.at(-1)?.id : undefined }
    },
    draw: (account) => createRow({
      face: account,
      title: account.name,
      note: describe(account, clock.now()),
      badge: badgeOf(account),
      actions: [{
        label: t("accounts.manage"),
        of: account.name,
        onPress: () => openAccount(account, page, () => list.refresh()),
      }],
    }),
  })
}

function openAccount(account, page, onChanged) {
  const { api, chat, clock, toast } = page
  const { name } = account
  const element = openDialog("person-dialog", { title: name })
  const path = `/accounts/${encodeURIComponent(account.id)}`
  showAvatar(find(".avatar", element), account)
  find("[data-role]", element).textContent = t(`person.role_${account.role}`)
  find("[data-about]", element).textContent = describe(account, clock.now())

  /** Does something, and goes back to the list. */
  const doing = (act, said) => async () => {
    try {
      const answer = await act()
      element.close()
      toast.say(said)
      onChanged()
      return answer
    } catch (problem) {
      find("[data-error]", element).textContent = problem.message
    }
  }
  const isMe = account.id === chat.me.id
  const nextRoles = isMe || !chat.may.includes("promote") ? [] : NEXT_ROLES[account.role] ?? []
  const roles = nextRoles.map(([role, text]) => createAction({
    label: t(text),
    onPress: doing(() => api.patch(path, { role }), t("accounts.role_changed", { name, role: t(`badge.${role}`) })),
  }))
  const others = account.role === "bot" ? [] : [
    createAction({ label: t("accounts.reset_link"), onPress: () => makeResetLink() }),
    createAction({
      label: t("accounts.sign_out"),
      onPress: doing(() => api.delete(`${path}/sessions`), t("accounts.signed_out")),
    }),
  ]
  find("[data-actions]", element).append(...roles, ...others)
  if (!isMe && chat.may.includes("ban")) {
    const ban = createAction({ label: t("accounts.ban"), isDanger: true, onPress: banAccount })
    find("[data-actions]", element).append(ban)
  }

  async function makeResetLink() {
    try {
      const link = await api.post(`${path}/reset-link`)
      openLink(link, { title: t("accounts.reset_title"), note: t("accounts.reset_note", { name }), page })
    } catch (problem) {
      find("[data-error]", element).textContent = problem.message
    }
  }

  function banAccount() {
    openBan(account, {
      note: t("ban.from_server_note", { name }),
      canBanAddress: true,
      onBan: async ({ forMs, reason, address }) => {
        await api.post("/bans", { user: account.id, address, for_ms: forMs, reason: reason || undefined })
        element.close()
        toast.say(t("ban.banned", { name }))
        onChanged()
      },
    })
  }
}

function badgeOf({ banned, role }) {
  if (banned) return t("badge.banned")
  return role === "member" ? undefined : t(`badge.${role}`)
}

function describe({ created_at: createdAt, last_used_at: lastUsedAt }, now) {
  const words = [t("accounts.since", { moment: formatMoment(createdAt, now) })]
  if (lastUsedAt) words.push(t("accounts.last_here", { moment: formatMoment(lastUsedAt, now) }))
  return formatFacts(words)
}
