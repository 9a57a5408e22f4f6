import { showAboutRoom, showRoomFacts } from "./about.js"
import { showBanned } from "./banned.js"
import { showMembers } from "./members.js"
import { showNotices } from "./notices.js"
import { openSections } from "../sections_dialog.js"
import { t } from "../../i18n/language.js"

/**
 * All there is to know about a room, and to do to it.
 * @param {import("../../models/room.js").Room} room
 * @param {import("../page.js").Page} page
 * @param {string} [start] the section that shows first
 */
export function openRoomDetails(room, page, start) {
  const about = room.can("update")
    ? { template: "about-room-section", show: (element, close) => showAboutRoom(element, room, page, close) }
    : { template: "seen-room-section", show: (element) => showRoomFacts(element, room) }
  const sections = [
    { key: "about", name: t("about.tab"), ...about },
    {
      key: "people",
      name: t("room.people"),
      template: "list-section",
      show: (element) => showMembers(element, room, page),
    },
    {
      key: "level",
      name: t("level.tab"),
      template: "notice-section",
      show: (element, close) => showNotices(element, room, page, close),
    },
  ]
  if (room.can("moderate") && !room.isDirect) {
    sections.push({
      key: "banned",
      name: t("ban.tab"),
      template: "list-section",
      show: (element) => showBanned(element, room, page),
    })
  }
  openSections({ title: room.titleFor(page.chat.me), start, sections })
}
