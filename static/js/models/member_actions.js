/**
 * What one may do to a member of a room, by what the server lets one do there and on the server.
 * @typedef {"direct"|"appoint"|"dismiss"|"mute"|"unmute"|"remove"|"ban"|"banFromServer"} MemberAction
 * @param {object} situation
 * @param {import("./room.js").Room | undefined} situation.room
 * @param {string[]} situation.may what one may do on the server
 * @param {{user: {id: string, role?: string}, moderator?: boolean, muted_until?: number} | undefined} situation.member
 * @param {string} situation.myId
 * @param {number} situation.now
 * @returns {MemberAction[]}
 */
export function memberActions({ room, may, member, myId, now }) {
  if (!member || member.user.id === myId) return []
  const { user, moderator, muted_until: mutedUntil } = member
  const hasAccount = user.role !== undefined && user.role !== "guest"
  /** @type {MemberAction[]} */
  const actions = []
  if (may.includes("direct") && hasAccount && !room?.isDirect) actions.push("direct")
  if (room?.can("appoint") && hasAccount) actions.push(moderator ? "dismiss" : "appoint")
  if (room?.can("moderate")) actions.push(mutedUntil > now ? "unmute" : "mute")
  if (room?.can("remove")) actions.push("remove")
  if (room?.can("moderate")) actions.push("ban")
  if (may.includes("ban")) actions.push("banFromServer")
  return actions
}
