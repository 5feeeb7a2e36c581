// The peer: Socket.IO's own server for Node with the application `rooms`, as of `conformance --scenario rooms`, and the
// fastest settings that its guide names: WebSocket alone, no compression, ws with its native part.
//
//   node rooms.mjs [--port PORT] [--secret-file FILE]
//
//   --port         0, the default: any free port; says "listening PORT"
//   --secret-file  clients must come with a token signed with this secret (JWT, HS256) and are greeted as by Homeroom: they
//                  join nine rooms and are told which, by an event `session`. Only that the rooms come from no roster

import fs from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

import { Server } from "socket.io";

import { verifier } from "./token.mjs";

const { values: options } = parseArgs({
    options: { port: { type: "string", default: "0" }, "secret-file": { type: "string" } },
});

const http = createServer();
const io = new Server(http, {
    transports: ["websocket"],
    perMessageDeflate: false,
    serveClient: false,
    pingInterval: 25_000,
    pingTimeout: 20_000,
});

if (options["secret-file"] !== undefined) {
    const verify = verifier(fs.readFileSync(options["secret-file"], "utf8").trimEnd());
    io.use((socket, next) => {
        const claims = verify(socket.handshake.auth.token);
        if (claims === null) return next(new Error("unauthorized"));
        Object.assign(socket.data, claims);
        next();
    });
}

function greet(socket, user) {
    const classes = ["class-a", "class-b", "class-lecture"];
    const courses = classes.map((name) => name.replace("class", "course"));
    const rooms = { personal: `user-${user}`, classes, courses, groups: [] };
    Object.assign(rooms, { institution: "institution-north", institutions: ["institution-north"], global: "global" });
    socket.join([rooms.personal, ...classes, ...courses, rooms.institution, rooms.global]);
    const expiresAt = new Date(socket.data.exp * 1000).toISOString();
    const person = { id: user, name: user, roles: ["student"] };
    socket.emit("session", { user: person, rooms, cursor: "0", recovered: false, expiresAt });
}

io.on("connection", (socket) => {
    if (socket.data.sub !== undefined) greet(socket, socket.data.sub);
    socket.on("join", (room, ack) => {
        socket.join(room);
        ack?.(room);
    });
    socket.on("publish", ({ room, data }, ack) => {
        io.to(room).emit("msg", data);
        ack?.();
    });
    socket.on("echo", (value, ack) => ack?.(value));
});

// As long a queue as the other servers have: thousands come at once.
http.listen({ port: Number(options.port), host: "127.0.0.1", backlog: 4096 }, () => {
    console.log(`listening ${http.address().port}`);
});
