import { authorsOrder, integrity, nothingUnsent, sentIsStored, storedAsWritten, toldAsStored } from "./log_rules.js"
import { numbersOf, numbersWithoutGaps } from "./numbers.js"
import {
  answeredAsAccessSays, devicesKnow, heardFromInside, heardToTheEnd, membersAsStored, refusedIsNotStored,
  signedOutIsOut, standingLasts, welcomedAsStanding,
} from "./room_rules.js"
import { neverBack, oneOrder, runsWithoutGaps, viewsLikeTheLog } from "./reader_rules.js"

/** What must hold, each a pure function from the evidence to what contradicts it. */
export const RULES = {
  "what was acknowledged is in the log, with its number": sentIsStored,
  "nothing is in the log that nobody sent, and nothing twice": nothingUnsent,
  "each message is as its author last wrote it": storedAsWritten,
  "what one person wrote one after another stays in that order": authorsOrder,
  "the numbers of a room are 1 to n, each once": numbersWithoutGaps,
  "a connection hears every number of a room once, in order": runsWithoutGaps,
  "everybody hears the same with a number, and it is what is in the log": oneOrder,
  "no room goes back to an earlier number": neverBack,
  "everybody who has caught up sees what is in the log": viewsLikeTheLog,
  "history tells what is in the log": toldAsStored,
  "who writes is refused only for a reason": function* ({ refusals }) {
    yield* refusals
  },
  "what may be done is done, and what may not is refused": answeredAsAccessSays,
  "what was refused did not happen": refusedIsNotStored,
  "nobody hears of a room what happened while they were not in it": heardFromInside,
  "who comes in is in the rooms of before, also after a restart": welcomedAsStanding,
  "how people stand lasts as it was acknowledged": standingLasts,
  "every device knows the rooms that its person is in": devicesKnow,
  "every device hears the last of what happens in its rooms": heardToTheEnd,
  "the members of a room are told as they are stored": membersAsStored,
  "who was signed out is out": signedOutIsOut,
  "when all faults are over, every command is carried out again": function* ({ failures }) {
    yield* failures
  },
  "the database is whole": integrity,
}

/**
 * @typedef {object} Evidence
 * @property {Map<string, {seq: number, messages: Message[]}>} log by room, as the database has it
 * @property {Map<string, Message[]>} told by room, as `history` has it
 * @property {string[]} integrity what SQLite says of the file
 * @property {Map<string, Written>} written by id
 * @property {Map<string, Map<number, Sight[]>>} sightings by room and number
 * @property {Run[]} runs
 * @property {object[]} setbacks
 * @property {object[]} refusals
 * @property {{reader: string, room: string, last: number, oldest: number, messages: Map<string, Message>}[]} views
 * @property {Act[]} acts what people did in the town since `before`, and the rest of a Chronicle
 * @property {Map<string, *>} found how people stand, as the database has it
 * @property {object[]} devices what each device of the town knows of the rooms
 * @property {Map<string, object[]>} memberLists by room, as the server tells them
 * @property {object[]} failures commands that were refused at rest
 *
 * @typedef {{seq: number, number: number, id: string, author: string, body: string, deleted: boolean}} Message
 *   `number` is the one of its last change
 *
 * @param {Evidence} evidence
 * @returns {{rule: string, sides: object}[]} every violation
 */
export function check(evidence) {
  const complete = { ...evidence, numbers: numbersOf(evidence) }
  return Object.entries(RULES).flatMap(([rule, contradictions]) =>
    [...contradictions(complete)].map((sides) => ({ rule, sides })),
  )
}
