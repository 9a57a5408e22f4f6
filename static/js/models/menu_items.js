/** What a server lets some people do that has a place in the administration. */
const ADMINISTRATION = ["settings", "invite_people", "accounts", "ban", "bots", "reports", "audit"]

// What is there for everybody.
const ALWAYS = ["settings", "shortcuts"]

/**
 * What there is in one's own menu.
 * @param {{isGuest: boolean, may: string[], server: {guests?: boolean, sign_up?: string} | null}} who
 */
export function menuItems({ isGuest, may, server }) {
  // A server without accounts does not say whether one may sign up.
  if (isGuest && !server?.sign_up) return ["change-name", ...ALWAYS]
  if (isGuest) return ["change-name", ...(server.sign_up === "open" ? ["create-account"] : []), "sign-in", ...ALWAYS]
  return [
    "profile",
    "devices",
    "phone",
    ...(may.includes("invite_people") ? ["invite"] : []),
    ...(may.some((action) => ADMINISTRATION.includes(action)) ? ["administration"] : []),
    ...ALWAYS,
    "sign-out",
  ]
}
