/** What the pictures show, as pairs of author and message; few enough to fit into one of them. */
export const CONVERSATION = [
  ["Grace Hopper", "Good morning! Who left a moth in the relay again?"],
  ["Tomás", "It moved in over the weekend, I think. The window on the second floor was open."],
  ["Tomás", "I have closed it now."],
  ["mei", "Can we keep it? Every machine room needs a mascot."],
  ["Linus P.", "I’ll restart the server for the new kernel at noon.\nTwo or three seconds, and everybody comes back by themselves."],
  ["mei", "And what we write meanwhile?"],
  ["Linus P.", "Waits in your window and is sent when the server is back. Once, not twice."],
  ["Ada Lovelace", "Lovely. My slides for Thursday: https://example.org/stones-and-birds"],
]

/** Who writes something while the pictures are taken. */
export const TYPING = "Tomás"

/** Messages of the server as a window shows them. */
export function asShown(messages) {
  return messages.map(({ seq, body, deleted_at }) => ({ seq, state: "sent", body: deleted_at ? "Message deleted" : body }))
}
