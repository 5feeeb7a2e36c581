// A live class begins before a large class: how long until the last of its people has heard of it.
//
//   node live.mjs URL SECRET_FILE USERS [ROUNDS]       u0 teaches the class "lecture", u1 … watch the page
//
// Each is a bare WebSocket that counts, so that a process bears ten thousand. What is measured is from the teacher's emit to the
// arrival of `live:started` at each, this generator's own reading included; behind it, as in the product, each is sent his
// notification.

import fs from "node:fs";

import WebSocket from "ws";

import { percentile } from "./comparison/statistics.mjs";
import { makeToken } from "./peers/token.mjs";

const [url, secretFile, users, rounds = "5"] = process.argv.slice(2);
const secret = fs.readFileSync(secretFile, "utf8").trimEnd();
const count = Number(users);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const address = `${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;
const started = Buffer.from('42["live:started"');

const arrived = [];
let heard = () => {};

function connect(i, onPacket = () => {}) {
    const token = makeToken(secret, { sub: `u${i}`, exp: Math.floor(Date.now() / 1000) + 3_600 });
    // One address has too few ports for many rounds of ten thousand.
    const socket = new WebSocket(address, { perMessageDeflate: false, localAddress: `127.0.0.${2 + (i % 4)}` });
    return new Promise((resolve, reject) => {
        socket.on("error", reject);
        socket.on("message", (bytes) => {
            if (bytes[0] === 0x30) socket.send(`40${JSON.stringify({ token })}`);
            else if (bytes[0] === 0x32) socket.send("3");
            else if (bytes[0] === 0x34 && bytes[1] === 0x30) resolve(socket);
            else if (bytes.subarray(0, started.length).equals(started)) heard();
            else onPacket(bytes);
        });
    });
}

let answered = () => {};
const teacher = await connect(0, (bytes) => bytes[0] === 0x34 && bytes[1] === 0x33 && answered(JSON.parse(bytes.toString().replace(/^\d+/, ""))[0]));
let requests = 0;
function ask(name, body) {
    return new Promise((resolve, reject) => {
        answered = (answer) => (answer.ok ? resolve(answer) : reject(new Error(JSON.stringify(answer))));
        teacher.send(`42${requests++}${JSON.stringify([name, body])}`);
    });
}

for (let i = 1; i < count; i += 200) await Promise.all(Array.from({ length: Math.min(200, count - i) }, (_, k) => connect(i + k)));
await sleep(2_000);

const results = [];
for (let round = 0; round < Number(rounds); round++) {
    arrived.length = 0;
    const all = new Promise((resolve) => {
        heard = () => {
            arrived.push(performance.now());
            if (arrived.length === count) resolve();
        };
    });
    const began = performance.now();
    const { live } = await ask("live:start", { class: "lecture", title: `Lecture ${round}`, url: "https://video.example/live" });
    const acked = performance.now() - began;
    await Promise.race([all, sleep(60_000).then(() => Promise.reject(new Error(`${arrived.length} of ${count} heard of it`)))]);
    const times = arrived.map((at) => at - began);
    results.push({ acked, p50: percentile(times, 0.5), p99: percentile(times, 0.99), last: Math.max(...times) });
    await ask("live:end", { live: live.id });
    // The inboxes of all of them are written meanwhile.
    await sleep(Number(process.env.PAUSE ?? 8_000));
}
console.log(JSON.stringify({ users: count, milliseconds: results }, null, 2));
process.exit(0);
