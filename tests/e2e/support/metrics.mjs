// What the admin listener tells of a running homeroom.

import { get } from "./http.mjs";

// → Map of the name with its labels, as it is written, to the number
export async function metrics(server) {
    const { text } = await get(`http://127.0.0.1:${server.adminPort}/metrics`);
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

const limitReached = /^homeroom_limit_reached_total\{limit="(\w+)"\}$/;

// → { limit: how often it was reached }, of all limits
export async function limitCounts(server) {
    const counts = {};
    for (const [name, value] of await metrics(server)) {
        const limit = limitReached.exec(name)?.[1];
        if (limit) counts[limit] = value;
    }
    return counts;
}

// … of those that were reached
export async function limitsReached(server) {
    return Object.fromEntries(Object.entries(await limitCounts(server)).filter(([, count]) => count > 0));
}
