// What the measurements of documents have in common: a school of so many, a server for it, and figures.
import { Person } from "../../tests/e2e/support/client.mjs";
import { usage } from "../../tests/e2e/support/process_usage.mjs";
import { School } from "../../tests/e2e/support/school.mjs";
import { Server } from "../../tests/e2e/support/server.mjs";

export { Y, step1, updateMessage } from "../../tests/e2e/support/documents.mjs";
export { eventually, sleep, tidyUp } from "../../tests/e2e/support/scenario.mjs";
export { Person, usage };

export const number = (name, otherwise) => Number(process.env[name] ?? otherwise);

// Classes of one teacher, tess, and so many students in each: `student-0` …
export async function serverFor(students, { classes = ["math"], environment } = {}) {
    const school = new School("north");
    for (const one of classes) school.class(one);
    school.teacher("tess", ...classes);
    const users = Array.from({ length: students }, (_, i) => `student-${i}`);
    for (const user of users) school.student(user, ...classes);
    const server = await Server.start({ school, environment });
    server.keepsContract = false; // to check every event is dearer than to serve it
    return { server, users };
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
export function times(milliseconds) {
    if (milliseconds.length === 0) return "none";
    const sorted = Float64Array.from(milliseconds).sort();
    return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`;
}

export const latin = (bytes) => Buffer.from(bytes).toString("latin1");

// Until `there()` says that all has arrived, or nothing new has for a while.
export async function untilAllIsThere(there, expected, patience = 10_000) {
    let [before, since] = [there(), Date.now()];
    while (there() < expected && Date.now() - since < patience) {
        await new Promise((done) => setTimeout(done, 20));
        if (there() !== before) [before, since] = [there(), Date.now()];
    }
}

// A pace that does not drift: what is late is made up for.
export async function* everySoOften(count, perSecond) {
    const begin = performance.now();
    for (let i = 0; i < count; i++) {
        const wait = begin + (i * 1000) / perSecond - performance.now();
        await new Promise((done) => setTimeout(done, Math.max(0, wait)));
        yield i;
    }
}
