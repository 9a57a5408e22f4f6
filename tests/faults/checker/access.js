// Who may what, as src/access says it, written once more: from the facts to the answer.

const RANKS = { owner: 3, admin: 2, member: 0, guest: 0, bot: 0 }
const MEMBERS = new Set(["muted", "member", "moderator"])

/**
 * How somebody is answered who does something in a room.
 * @param {string} action one of the acts, or "dismiss": to make somebody else a moderator no longer
 * @param {object} facts
 * @param {{role: string, standing: string}} facts.actor
 * @param {{kind: string, archived: boolean}} facts.place
 * @param {{role: string, standing: string, isModerator: boolean}} [facts.subject] to whom it is done
 * @param {boolean} [facts.isAuthor] of the message that it is about
 * @returns {string} "ok", or the code of the refusal
 */
export function answerTo(action, facts) {
  const { actor, place, subject } = facts
  if (isHidden(place) && !MEMBERS.has(actor.standing)) return "room_unknown"
  return refusal(action, facts) ?? consequence(action, subject, place) ?? "ok"
}

/** How somebody stands in a room. */
export function standingOf({ member, moderator, muted, banned }) {
  if (banned) return "banned"
  if (!member) return "outside"
  if (muted) return "muted"
  return moderator ? "moderator" : "member"
}

function refusal(action, { actor, place, subject, isAuthor }) {
  const { standing, role } = actor
  const outside = MEMBERS.has(standing) ? undefined : standing === "banned" ? "banned" : "not_in_room"
  const archived = place.archived ? "archived" : undefined
  const isModerator = rankIn(actor, place) > 0
  const powerless = isModerator ? undefined : "forbidden"
  switch (action) {
    case "join":
      return standing === "banned" ? "banned" : undefined
    case "leave":
      return place.kind === "direct" ? "forbidden" : outside
    case "read":
      return outside
    case "post":
      if (outside ?? archived) return outside ?? archived
      if (standing === "muted") return "muted"
      return place.kind === "read_only" && !isModerator ? "read_only" : undefined
    case "erase":
      return outside ?? archived ?? (isAuthor || isModerator ? undefined : "not_author")
    case "invite":
      if (outside ?? archived) return outside ?? archived
      if (place.kind === "direct") return "forbidden"
      if (place.kind === "closed") return powerless
      return role === "guest" ? "forbidden" : undefined
    case "remove":
    case "mute":
    case "ban":
    case "unban":
    case "dismiss": {
      const theirs = { role: subject.role, standing: subject.isModerator ? "moderator" : "member" }
      return rankIn(actor, place) > rankIn(theirs, place) ? undefined : "forbidden"
    }
    case "moderator":
    case "kind":
    case "archived":
      return powerless
    default:
      throw new Error(`nobody knows who may ${action}`)
  }
}

/** What is in the way besides. */
function consequence(action, subject) {
  if (!subject) return undefined
  const isGuest = subject.role === "guest"
  const isMember = MEMBERS.has(subject.standing)
  if (action === "invite") return isGuest ? "person_unknown" : subject.standing === "banned" ? "banned" : undefined
  if (action === "moderator" || action === "dismiss") return isGuest || !isMember ? "person_unknown" : undefined
  if (action === "remove") return isMember ? undefined : "person_unknown"
  return undefined
}

function isHidden({ kind }) {
  return kind === "closed" || kind === "direct"
}

/** How much somebody has to say in a room. */
function rankIn({ role, standing }, { kind }) {
  if (kind === "direct") return 0
  return Math.max(RANKS[role], standing === "moderator" ? 1 : 0)
}
