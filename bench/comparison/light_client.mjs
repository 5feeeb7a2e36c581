// How long an event takes at light load, as an app sees it: Socket.IO's own client, some people in one room, one of them
// speaks every 20 ms. From the sender's emit to its ack, and to each other member.
//
//   node light_client.mjs URL rooms
//   node light_client.mjs URL campus SECRET_FILE ROOM      the people are u0, u1, …

import fs from "node:fs";

import { io } from "socket.io-client";

import { makeToken } from "../peers/token.mjs";
import { percentile } from "./statistics.mjs";

const [url, application, secretFile, roomGiven] = process.argv.slice(2);
const people = 20;
const warmUp = 50;
const events = 300;
const gap = 20; // milliseconds
const room = roomGiven ?? "bench";

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const applications = {
    rooms: {
        auth: () => ({}),
        ready: (socket) => socket.timeout(5_000).emitWithAck("join", room),
        emit: (socket, text, answered) => socket.emit("publish", { room, data: text }, answered),
        onEvent: (socket, seen) => socket.on("msg", seen),
    },
    campus: {
        auth: (i) => ({
            token: makeToken(fs.readFileSync(secretFile, "utf8").trimEnd(), {
                sub: `u${i}`,
                exp: Math.floor(Date.now() / 1000) + 3_600,
            }),
        }),
        ready: () => {},
        emit: (socket, text, answered) =>
            socket.emit("post:create", { to: room, text }, (answer) => {
                if (!answer.ok) throw new Error(JSON.stringify(answer));
                answered();
            }),
        onEvent: (socket, seen) => socket.on("post:created", ({ post }) => seen(post.text)),
    },
};
const app = applications[application];

async function connect(i) {
    const socket = io(url, { auth: app.auth(i), transports: ["websocket"], forceNew: true });
    await new Promise((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("connect_error", reject);
    });
    await app.ready(socket);
    return socket;
}

const sockets = await Promise.all(Array.from({ length: people }, (_, i) => connect(i)));
const sentAt = new Map();
const delivered = [];
const acked = [];
for (const socket of sockets.slice(1)) {
    app.onEvent(socket, (text) => {
        if (sentAt.has(text)) delivered.push(performance.now() - sentAt.get(text));
    });
}
for (let i = 0; i < warmUp + events; i++) {
    const text = `event ${i}`;
    const began = performance.now();
    if (i >= warmUp) sentAt.set(text, began);
    app.emit(sockets[0], text, () => {
        if (i >= warmUp) acked.push(performance.now() - began);
    });
    await sleep(gap);
}
await sleep(300);
sockets.forEach((socket) => socket.disconnect());
const expected = events * (people - 1);
if (delivered.length !== expected) throw new Error(`${delivered.length} of ${expected} deliveries arrived`);
const both = (values) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });
console.log(JSON.stringify({ latency_ms: both(delivered), ack_latency_ms: both(acked) }));
