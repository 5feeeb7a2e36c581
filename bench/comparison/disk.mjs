// The floor under every acknowledged post: how long the disk takes for a write and its fdatasync.

import fs from "node:fs";
import path from "node:path";

import { percentile } from "./statistics.mjs";

const pages = Buffer.alloc(5 * 4096); // what a small commit writes
const fileBytes = 4 << 20;

export function measureDisk(folder, seconds) {
    const file = path.join(folder, "disk");
    const descriptor = fs.openSync(file, "w");
    const times = [];
    try {
        const end = performance.now() + seconds * 1000;
        for (let at = 0; performance.now() < end; at = (at + pages.length) % fileBytes) {
            const began = performance.now();
            fs.writeSync(descriptor, pages, 0, pages.length, at);
            fs.fdatasyncSync(descriptor);
            times.push(performance.now() - began);
        }
    } finally {
        fs.closeSync(descriptor);
        fs.rmSync(file);
    }
    return { sync_ms: { p50: percentile(times, 0.5), p99: percentile(times, 0.99), count: times.length } };
}
