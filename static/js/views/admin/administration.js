import { showAccounts } from "./accounts.js"
import { showAudit } from "./audit.js"
import { showBans } from "./bans.js"
import { showBots } from "./bots.js"
import { showInvites } from "./invites.js"
import { showReports } from "./reports.js"
import { showSettings } from "./settings.js"
import { openSections } from "../sections_dialog.js"

// Each with what the server must let one do.
const SECTIONS = [
  { action: "settings", name: "Settings", template: "settings-section", show: showSettings },
  { action: "invite_people", name: "Invites", template: "make-invite-section", show: showInvites },
  { action: "accounts", name: "Accounts", template: "list-section", show: showAccounts },
  { action: "ban", name: "Bans", template: "list-section", show: showBans },
  { action: "bots", name: "Bots", template: "make-bot-section", show: showBots },
  { action: "reports", name: "Reports", template: "list-section", show: showReports },
  { action: "audit", name: "Audit log", template: "list-section", show: showAudit },
]

/** @param {import("../page.js").Page} page */
export function openAdministration(page) {
  const allowed = SECTIONS.filter(({ action }) => page.chat.may.includes(action))
  openSections({
    title: "Administration",
    sections: allowed.map(({ show, ...section }) => ({ ...section, show: (element) => show(element, page) })),
  })
}
