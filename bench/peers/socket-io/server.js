// The chat of Socket.IO's tutorial, with rooms, in one process, which has one worker.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on("chat message", (text) => io.to(room).emit("chat message", text));
});

http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
  console.log(`ready at http://127.0.0.1:${http.address().port}`);
});
