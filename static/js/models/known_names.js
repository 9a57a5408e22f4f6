import { plain } from "./completion.js"
import { peopleIn } from "./suggestions.js"

/**
 * What names in a message stand for, as far as it is known here.
 * @param {import("./message.js").Message} message
 * @param {object} where
 * @param {import("./room.js").Room} where.room
 * @param {import("./message.js").User | null} where.me
 * @param {Pick<import("./faces.js").Faces, "named">} where.faces who is known besides
 * @param {(name: string) => boolean} where.isRoom
 * @returns {import("./inline.js").Known}
 */
export function knownFor({ mentions }, { room, me, faces, isRoom }) {
  let names
  const read = () => {
    const people = [...peopleIn(room, null), ...(me ? [me] : [])]
    return new Map(people.map(({ id, name }) => [plain(name), id]))
  }
  return {
    // Most messages name nobody.
    personNamed: (name) => (names ??= read()).get(plain(name)) ?? faces.named(name),
    isRoom,
    callsSomebody: Boolean(mentions?.length),
  }
}
