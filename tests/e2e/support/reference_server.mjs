// The reference: Node's own socket.io with the applications of apps/conformance.cpp, for differential.test.mjs.
//
//   node reference_server.mjs PORT
//
// As `conformance` does, it says "listening …" on its standard output once it can be reached.

import http from "node:http";

import { Server as EngineServer } from "engine.io";
import { Server } from "socket.io";

const port = Number(process.argv[2]);
const heartbeat = { pingInterval: 25_000, pingTimeout: 20_000 };
const server = http.createServer();

const engine = new EngineServer(heartbeat);
engine.on("connection", (session) => session.on("message", (data) => session.send(data)));
engine.attach(server, { path: "/engine.io" });

const io = new Server(server, { ...heartbeat, serveClient: false });
for (const name of ["/", "/custom"]) {
    io.of(name).on("connection", (socket) => {
        socket.emit("auth", socket.handshake.auth);
        // Without the answering function that comes with an ack id.
        socket.on("message", (...values) =>
            socket.emit("message-back", ...values.filter((one) => typeof one !== "function")),
        );
        socket.on("message-with-ack", (...values) => {
            const answer = values.pop();
            if (typeof answer === "function") answer(...values);
        });
    });
}

server.listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}`));
