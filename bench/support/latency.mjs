// How long a post takes at light load: from the sender's emit to its ack, and to each other member of the class.

import { io } from "socket.io-client";

import { percentile, sleep } from "./process.mjs";

// One post every `gap` ms, of one person, seen by all watchers. → milliseconds
export async function measureLatency(url, tokens, { posts = 300, gap = 20 } = {}) {
    const sockets = tokens.map((one) =>
        io(url, { auth: { token: one }, transports: ["websocket"], forceNew: true }),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve, reject) => {
        socket.once("session", resolve);
        socket.once("connect_error", reject);
    })));
    const sent = new Map();
    const delivered = [];
    const acked = [];
    for (const socket of sockets.slice(1)) {
        socket.on("post:created", ({ post }) => {
            if (sent.has(post.text)) delivered.push(performance.now() - sent.get(post.text));
        });
    }
    const warmUp = 50;
    for (let i = 0; i < warmUp + posts; i++) {
        const text = `post ${i}`;
        const began = performance.now();
        if (i >= warmUp) sent.set(text, began);
        sockets[0].emit("post:create", { to: "class-latency", text }, (answer) => {
            if (!answer.ok) throw new Error(JSON.stringify(answer));
            if (i >= warmUp) acked.push(performance.now() - began);
        });
        await sleep(gap);
    }
    await sleep(300);
    sockets.forEach((socket) => socket.disconnect());
    const expected = posts * (sockets.length - 1);
    if (delivered.length !== expected) throw new Error(`${delivered.length} of ${expected} deliveries arrived`);
    const both = (values) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });
    return { ack: both(acked), delivery: both(delivered) };
}
