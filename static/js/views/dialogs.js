import { later } from "../helpers/later.js"

// What opens only when somebody asks for it, and is not needed before.
export const openAdministration = later(async () => (await import("./admin/administration.js")).openAdministration)
export const openInvite = later(async () => (await import("./admin/invites.js")).openInvite)
export const openJump = later(async () => (await import("./jump_dialog.js")).openJump)
export const openBrowse = later(async () => (await import("./browse_rooms.js")).openBrowse)
export const openCreateRoom = later(async () => (await import("./create_room.js")).openCreateRoom)
export const openDirect = later(async () => (await import("./direct_dialog.js")).openDirect)
export const openPerson = later(async () => (await import("./person_dialog.js")).openPerson)
export const openReport = later(async () => (await import("./report_dialog.js")).openReport)
export const openRoomDetails = later(async () => (await import("./room/room_details.js")).openRoomDetails)
export const openSettings = later(async () => (await import("./settings/settings.js")).openSettings)
export const openShortcuts = later(async () => (await import("./around/shortcut_sheet.js")).openShortcuts)
export const openBecomeAccount = later(async () => (await import("./you/become_account.js")).openBecomeAccount)
export const openPhoneLink = later(async () => (await import("./you/phone_link.js")).openPhoneLink)
export const openYou = later(async () => (await import("./you/you.js")).openYou)
