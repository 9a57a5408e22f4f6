/**
 * What the views of people, rooms and administration work with.
 * @typedef {object} Page
 * @property {import("../connection/chat.js").Chat} chat
 * @property {import("../connection/api.js").Api} api
 * @property {import("../connection/sign_in.js").SignIn} signIn
 * @property {import("../connection/room_commands.js").RoomCommands} commands
 * @property {import("../helpers/timing.js").Clock} clock
 * @property {import("../storage/settings.js").Settings} settings
 * @property {import("../storage/drafts.js").Drafts} drafts
 * @property {import("../storage/places.js").Places} places where one reads in each room
 * @property {import("../connection/emoji_data.js").EmojiData} emoji
 * @property {import("../storage/used_emoji.js").UsedEmoji} usedEmoji
 * @property {import("./toast.js").Toast} toast
 * @property {(room: import("../models/room.js").Room) => void} [open] shows a room, once the chat is there
 */
export {}
