const ACTION = "/me "

/**
 * @typedef {{id: string, name: string}} User
 * @typedef {object} Message as the server tells it, and where it stands here
 * @property {string} id
 * @property {number} [seq] its place in the room, once the server has said it
 * @property {number} [changed] the number of its last change, if there was one
 * @property {User} user
 * @property {string} body
 * @property {number} sent_at
 * @property {number} [edited_at]
 * @property {number} [deleted_at]
 * @property {string[]} [mentions] the ids of those who are called in it
 * @property {"pending"|"sent"|"failed"} state
 * @property {string} [reason] why the server refused it
 * @property {Change} [change]
 *
 * @typedef {object} Change what is to be done to a message and is not acknowledged yet
 * @property {"edit"|"delete"} kind
 * @property {string} [body] the new text
 * @property {"pending"|"failed"} state
 * @property {string} [code] why the server refused it
 * @property {string} [reason]
 */

/**
 * The number of this version of a message; of two versions the higher one holds.
 * @param {{seq?: number, changed?: number}} message
 */
export function numberOf({ seq, changed }) {
  return changed ?? seq
}

export function isDeleted(message) {
  return message.deleted_at !== undefined || isBeing("delete", message)
}

/** What its author does, as "waves" in "/me waves"; null of a message that just says something. */
export function actionIn(text) {
  return text.startsWith(ACTION) ? text.slice(ACTION.length) : null
}

/** The text to show: what was written over it counts before it is acknowledged. */
export function textOf(message) {
  return isBeing("edit", message) ? message.change.body : message.body
}

/** Whether somebody can edit or delete it. */
export function isOwnedBy(user, message) {
  return message.user.id === user?.id && message.state !== "failed" && !isDeleted(message)
}

function isBeing(kind, { change }) {
  return change?.kind === kind && change.state === "pending"
}
