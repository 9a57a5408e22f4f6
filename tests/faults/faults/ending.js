/** In the middle of another fault, the server may be ended too. It is started again when that is over. */
export async function mayEnd({ server, chance, timeline }, when) {
  const ending = chance.weighted({ nothing: 60, kill: 20, sigterm: 20 })
  if (ending === "nothing") return
  timeline.note(ending, when)
  await (ending === "kill" ? server.kill() : server.stop())
}
