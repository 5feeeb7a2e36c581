// What a process costs, as Linux counts it.

import fs from "node:fs";

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

// What a sanitizer costs, in memory and in time.
export const burden = process.env.SANITIZE ? 4 : 1;

// → { memory: resident bytes, data: bytes it may write to whether it has or not, processor: seconds }
export function usage(server) {
    const { pid } = server.process.child;
    const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
    const bytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)[1]) * 1024;
    // Behind the name, which may hold anything: fields 3 and up.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    const processor = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    return { memory: bytes("VmRSS"), data: bytes("VmData"), processor };
}

// How many sockets it has open: those it listens on, and one for each connection.
export function openSockets(server) {
    const folder = `/proc/${server.process.child.pid}/fd`;
    const isSocket = (name) => {
        try {
            return fs.readlinkSync(`${folder}/${name}`).startsWith("socket:");
        } catch {
            return false; // closed meanwhile
        }
    };
    return fs.readdirSync(folder).filter(isSocket).length;
}
