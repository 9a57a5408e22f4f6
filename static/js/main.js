import { Chat } from "./connection/chat.js"
import { Connection } from "./connection/connection.js"
import { Identity } from "./connection/identity.js"
import { systemClock as clock } from "./helpers/timing.js"
import { io } from "./vendor/socket.io-client-4.8.4/socket.io.esm.min.js"
import { AppView } from "./views/app_view.js"

const identity = new Identity(localStorage)
const connection = new Connection({ io, identity, clock })
const chat = new Chat({ connection, identity, clock })

new AppView({ chat, clock }).start(identity.name)
