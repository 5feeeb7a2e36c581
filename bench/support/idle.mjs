// What an idle connected user costs the server: signed in by token over WebSocket, in the rooms of the roster, silent.

import WebSocket from "ws";

import { residentBytes, sleep } from "./process.mjs";

const atOnce = 100;

function connect(port, token) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
        socket.on("error", reject);
        socket.on("message", (data) => {
            const text = data.toString();
            if (text.startsWith("0")) socket.send(`40${JSON.stringify({ token })}`);
            else if (text === "2") socket.send("3");
            else if (text.startsWith("44")) reject(new Error(text));
            else if (text.startsWith("42")) resolve(socket);
        });
    });
}

// → bytes of the server's resident memory for each user, and connects per second
export async function measureIdle(child, port, tokens) {
    // One user first, so that what is made once is not counted.
    const sockets = [await connect(port, tokens[0])];
    await sleep(1000);
    const before = residentBytes(child);
    const began = performance.now();
    for (let i = 1; i < tokens.length; i += atOnce) {
        sockets.push(...(await Promise.all(tokens.slice(i, i + atOnce).map((one) => connect(port, one)))));
    }
    const seconds = (performance.now() - began) / 1000;
    await sleep(3000);
    const each = (residentBytes(child) - before) / (sockets.length - 1);
    sockets.forEach((socket) => socket.terminate());
    await sleep(500);
    return { bytes: each, connectsPerSecond: (sockets.length - 1) / seconds };
}
