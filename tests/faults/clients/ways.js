import { PlainConnection } from "./plain_connection.js"
import { SocketIoConnection } from "./socket_io_connection.js"

/** The ways in which people connect. */
export const WAYS = [
  socketIo("websocket, recovered", ["websocket"], true),
  plain(),
  socketIo("polling, synced", ["polling"], false),
  socketIo("polling, then websocket, recovered", ["polling", "websocket"], true),
  socketIo("websocket, synced", ["websocket"], false),
  socketIo("polling, recovered", ["polling"], true),
]

function socketIo(name, transports, recovery) {
  const connect = (url, identity, listener) => new SocketIoConnection(url, identity, listener, { transports, recovery })
  return { name, connect, isRecovered: recovery }
}

function plain() {
  return { name: "plain", isRecovered: false, connect: (url, identity, listener) => new PlainConnection(url, identity, listener) }
}
