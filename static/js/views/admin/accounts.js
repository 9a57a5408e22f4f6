import { openBan } from "../ban_dialog.js"
import { openDialog } from "../dialog.js"
import { openLink } from "../link_dialog.js"
import { PagedList } from "../paged_list.js"
import { createAction, createRow } from "../row.js"
import { showAvatar } from "../avatar.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"

const PAGE = 30
const NEXT_ROLES = {
  member: [["admin", "Make admin"]],
  admin: [["member", "Admin no more"], ["owner", "Make owner"]],
  owner: [["admin", "Owner no more"]],
}

/** Everybody with an account. */
export function showAccounts(element, page) {
  const { api, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    search: "Search accounts",
    empty: "There are no accounts.",
    load: async ({ query, after }) => {
      const { accounts, more } = await api.get("/accounts", { query, after, limit: PAGE })
      return { items: accounts, after: more ? accounts.at(-1)?.id : undefined }
    },
    draw: (account) => createRow({
      face: account,
      title: account.name,
      note: describe(account, clock.now()),
      badge: badgeOf(account),
      actions: [{ label: "Manage", of: account.name, onPress: () => openAccount(account, page, () => list.refresh()) }],
    }),
  })
}

function openAccount(account, page, onChanged) {
  const { api, chat, clock, toast } = page
  const element = openDialog("person-dialog", { title: account.name })
  const path = `/accounts/${encodeURIComponent(account.id)}`
  showAvatar(find(".avatar", element), account)
  find("[data-role]", element).textContent = account.role
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
  const roles = nextRoles.map(([role, label]) => createAction({
    label,
    onPress: doing(() => api.patch(path, { role }), `${account.name}: ${role}.`),
  }))
  const others = account.role === "bot" ? [] : [
    createAction({ label: "Link for a new password", onPress: () => makeResetLink() }),
    createAction({
      label: "Sign out everywhere",
      onPress: doing(() => api.delete(`${path}/sessions`), "Signed out everywhere."),
    }),
  ]
  find("[data-actions]", element).append(...roles, ...others)
  if (!isMe && chat.may.includes("ban")) {
    find("[data-actions]", element).append(createAction({ label: "Ban…", isDanger: true, onPress: banAccount }))
  }

  async function makeResetLink() {
    try {
      const link = await api.post(`${path}/reset-link`)
      openLink(link, { title: "A new password", note: `With this link ${account.name} chooses a new password.`, page })
    } catch (problem) {
      find("[data-error]", element).textContent = problem.message
    }
  }

  function banAccount() {
    openBan(account, {
      note: `${account.name} is signed out and cannot come back to this server.`,
      canBanAddress: true,
      onBan: async ({ forMs, reason, address }) => {
        await api.post("/bans", { user: account.id, address, for_ms: forMs, reason: reason || undefined })
        element.close()
        toast.say(`${account.name} is banned.`)
        onChanged()
      },
    })
  }
}

function badgeOf({ banned, role }) {
  if (banned) return "banned"
  return role === "member" ? undefined : role
}

function describe({ created_at: createdAt, last_used_at: lastUsedAt }, now) {
  const words = [`since ${formatMoment(createdAt, now)}`]
  if (lastUsedAt) words.push(`last here ${formatMoment(lastUsedAt, now)}`)
  return words.join(" · ")
}
