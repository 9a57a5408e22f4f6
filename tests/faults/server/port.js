import { once } from "node:events"
import { createServer } from "node:net"

// Below those from which the kernel takes the ports of outgoing connections: one of these could be taken while
// the server is down.
const LOWEST = 20_000
const HIGHEST = 32_000

export async function freePort(chance) {
  for (;;) {
    const port = chance.between(LOWEST, HIGHEST)
    const probe = createServer().listen(port, "127.0.0.1")
    const isFree = await once(probe, "listening").then(() => true, () => false)
    probe.close()
    if (isFree) return port
  }
}
