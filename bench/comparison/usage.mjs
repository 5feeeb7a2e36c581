// What the kernel says of a process.

import fs from "node:fs";

export function residentBytes(pid) {
    const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
}

// Of its living threads, in nanoseconds, where /proc/PID/stat has hundredths of a second.
export function cpuSeconds(pid) {
    const threads = fs.readdirSync(`/proc/${pid}/task`);
    const spent = threads.map((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"));
    return spent.reduce((sum, line) => sum + Number(line.split(" ")[0]), 0) / 1e9;
}
