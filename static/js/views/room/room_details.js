import { showAboutRoom, showRoomFacts } from "./about.js"
import { showBanned } from "./banned.js"
import { showMembers } from "./members.js"
import { showNotices } from "./notices.js"
import { openSections } from "../sections_dialog.js"

/**
 * All there is to know about a room, and to do to it.
 * @param {import("../../models/room.js").Room} room
 * @param {import("../page.js").Page} page
 * @param {string} [start] the section that shows first
 */
export function openRoomDetails(room, page, start) {
  const about = room.can("update")
    ? { name: "About", template: "about-room-section", show: (element, close) => showAboutRoom(element, room, page, close) }
    : { name: "About", template: "seen-room-section", show: (element) => showRoomFacts(element, room) }
  openSections({
    title: room.titleFor(page.chat.me),
    start,
    sections: [
      about,
      { name: "People", template: "list-section", show: (element) => showMembers(element, room, page) },
      { name: "Notifications", template: "notice-section", show: (element, close) => showNotices(element, room, page, close) },
      ...(room.can("moderate") && !room.isDirect
        ? [{ name: "Banned", template: "list-section", show: (element) => showBanned(element, room, page) }]
        : []),
    ],
  })
}
