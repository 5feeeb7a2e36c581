// The figures of docs/performance.md: import time, latency of a post, memory of an idle connected user. The peer is
// Socket.IO's own server without any of the checking and keeping, measured in the same run by the same clients.
//
// node measure.mjs          USERS, ENROLLED (import); IDLE (connections) in the environment

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { measureIdle } from "./support/idle.mjs";
import { measureLatency } from "./support/latency.mjs";
import { freePort, launch, stop, token } from "./support/process.mjs";
import { writeRoster } from "./support/roster.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const homeroom = process.env.HOMEROOM_BIN ?? path.resolve(here, "../build/release/homeroom");
const users = Number(process.env.USERS ?? 100_000);
const idle = Number(process.env.IDLE ?? 5_000);
const rounds = 5;
const watchers = 20;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "homeroom-bench-"));
const data = path.join(folder, "data");

function importRoster() {
    const package_ = path.join(folder, "roster");
    const size = writeRoster(package_, { users, watchers });
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(homeroom, ["import", "oneroster", package_, "--data", data]);
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    const seconds = (performance.now() - began) / 1000;
    console.log(`import      ${size.users} users, ${size.enrollments} enrolments: ${seconds.toFixed(1)} s`);
}

const startHomeroom = (port, adminPort) =>
    launch(homeroom, ["serve", "--port", port, "--admin-port", adminPort, "--data", data].map(String), "listening");
const startPeer = (port) => launch(process.execPath, [path.join(here, "peer.mjs"), String(port)], "listening");

try {
    importRoster();
    const secret = (() => {
        spawnSync(homeroom, ["token", "u0", "--data", data]);
        return fs.readFileSync(path.join(data, "secret"), "utf8").trim();
    })();
    const tokens = (count) => Array.from({ length: count }, (_, i) => token(secret, `u${i}`));
    const results = { homeroom: { latency: [], idle: [] }, peer: { latency: [], idle: [] } };
    for (let round = 0; round < rounds; round++) {
        for (const [name, start] of [["homeroom", startHomeroom], ["peer", startPeer]]) {
            const port = await freePort();
            const child = await start(port, await freePort());
            results[name].latency.push(await measureLatency(`http://127.0.0.1:${port}`, tokens(watchers)));
            results[name].idle.push(await measureIdle(child, port, tokens(idle)));
            await stop(child);
        }
    }
    const line = (label, unit, digits, pick) => {
        const ours = median(results.homeroom[label].map(pick));
        const peers = median(results.peer[label].map(pick));
        return `homeroom ${ours.toFixed(digits)} ${unit}, peer ${peers.toFixed(digits)} ${unit}, ratio ${(ours / peers).toFixed(2)}`;
    };
    console.log(`medians of ${rounds} rounds; ${watchers} people in the class, 50 posts a second; ${idle} idle users`);
    console.log(`ack p50     ${line("latency", "ms", 2, (r) => r.ack.p50)}`);
    console.log(`ack p99     ${line("latency", "ms", 2, (r) => r.ack.p99)}`);
    console.log(`seen p50    ${line("latency", "ms", 2, (r) => r.delivery.p50)}`);
    console.log(`seen p99    ${line("latency", "ms", 2, (r) => r.delivery.p99)}`);
    console.log(`idle user   ${line("idle", "kB", 2, (r) => r.bytes / 1000)}`);
    console.log(`connects/s  ${line("idle", "", 0, (r) => r.connectsPerSecond)} (the clients are the limit)`);
} finally {
    fs.rmSync(folder, { recursive: true, force: true });
}
