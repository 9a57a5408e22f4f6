import { showAccounts } from "./accounts.js"
import { showAudit } from "./audit.js"
import { showBans } from "./bans.js"
import { showBots } from "./bots.js"
import { showInvites } from "./invites.js"
import { showReports } from "./reports.js"
import { showSettings } from "./settings.js"
import { openSections } from "../sections_dialog.js"
import { t } from "../../i18n/language.js"

// Each with what the server must let one do.
const SECTIONS = [
  { action: "settings", text: "place.tab", template: "settings-section", show: showSettings },
  { action: "invite_people", text: "invites.tab", template: "make-invite-section", show: showInvites },
  { action: "accounts", text: "accounts.tab", template: "list-section", show: showAccounts },
  { action: "ban", text: "bans.tab", template: "list-section", show: showBans },
  { action: "bots", text: "bots.tab", template: "make-bot-section", show: showBots },
  { action: "reports", text: "reports.tab", template: "list-section", show: showReports },
  { action: "audit", text: "audit.tab", template: "list-section", show: showAudit },
]

/** @param {import("../page.js").Page} page */
export function openAdministration(page) {
  const allowed = SECTIONS.filter(({ action }) => page.chat.may.includes(action))
  openSections({
    title: t("menu.administration"),
    sections: allowed.map(({ action, text, template, show }) => ({
      key: action,
      name: t(text),
      template,
      show: (element) => show(element, page),
    })),
  })
}
