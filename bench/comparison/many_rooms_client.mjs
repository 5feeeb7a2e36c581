// Connections that are in many rooms each, of 30 members all; events in one room after the other, at a fixed rate. The load
// generator's connections are in one room each, or in those of the roster.
//
//   node many_rooms_client.mjs URL PID ROOMS_EACH SECONDS      PID: the server's; → a result as the generator's

import WebSocket from "ws";

import { cpuSeconds, residentBytes } from "./usage.mjs";

const [url, pid, roomsEach, seconds] = process.argv.slice(2).map((word, i) => (i === 0 ? word : Number(word)));
const connections = 960;
const roomSize = 30;
const eventsPerSecond = 500;
const atOnce = 64;
const rooms = (connections * roomsEach) / roomSize;
const data = "x".repeat(128);

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let delivered = 0;

// Member i's k-th room: in each of the `roomsEach` partitions of all members into rooms, another neighbourhood.
function roomOf(i, k) {
    const perPartition = connections / roomSize;
    const shifted = Math.floor(i / roomSize) + (i % roomSize) * k;
    return `room-${k * perPartition + (shifted % perPartition)}`;
}

// Connected, and in its rooms.
function connect(i) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
        let joined = 0;
        socket.on("error", reject);
        socket.on("message", (bytes) => {
            const text = bytes.toString();
            if (text.startsWith('42["msg"')) delivered += 1;
            else if (text === "2") socket.send("3");
            else if (text.startsWith("0")) socket.send("40");
            else if (text.startsWith("40")) {
                for (let k = 0; k < roomsEach; k++) socket.send(`42${k}["join","${roomOf(i, k)}"]`);
            } else if (text.startsWith("43") && ++joined === roomsEach) resolve(socket);
        });
    });
}

const sockets = [await connect(0)];
await sleep(1_000);
const residentBefore = residentBytes(pid);
while (sockets.length < connections) {
    const wanted = Math.min(atOnce, connections - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: wanted }, (_, n) => connect(sockets.length + n)))));
}
await sleep(1_000);
const residentAfter = residentBytes(pid);

let sent = 0;
const began = performance.now();
const cpuBefore = cpuSeconds(pid);
while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * eventsPerSecond);
    for (; sent < due; sent++) {
        sockets[sent % connections].send(`42["publish",{"room":"room-${sent % rooms}","data":"${data}"}]`);
    }
    await sleep(1);
}
await sleep(500);
const cpu = cpuSeconds(pid) - cpuBefore;
sockets.forEach((socket) => socket.terminate());
if (delivered !== sent * roomSize) throw new Error(`${delivered} of ${sent * roomSize} deliveries arrived`);
console.log(
    JSON.stringify({
        ...{ connections, sent, delivered, seconds },
        server: {
            cpu_seconds: cpu,
            resident_bytes_before: residentBefore,
            resident_bytes_after: residentAfter,
            resident_bytes_per_connection: (residentAfter - residentBefore) / (connections - 1),
        },
    }),
);
