// The peer: Socket.IO's own server doing the least that could be compared. It keeps nothing, checks nobody, and answers
// and broadcasts a post at once.
//
// node peer.mjs PORT

import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const server = new Server(http, { connectionStateRecovery: { maxDisconnectionDuration: 120_000 } });
server.on("connection", (socket) => {
    const { sub } = JSON.parse(Buffer.from(socket.handshake.auth.token.split(".")[1], "base64url"));
    socket.join([`user-${sub}`, "class-latency", "global"]);
    socket.emit("session", { user: { id: sub } });
    socket.on("post:create", (request, answer) => {
        const post = { id: String(Date.now()), room: request.to, text: request.text, author: { id: sub, name: sub } };
        server.to(request.to).emit("post:created", { post });
        answer({ ok: true, post });
    });
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
