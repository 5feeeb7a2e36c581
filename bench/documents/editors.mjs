// Not a test: what writing together costs. So many editors of one document on sockets of their own type by turns; from the
// emit of each to the arrival at all others, and to the acknowledgement; and the server's processor time for it.
//
//   node measure_documents.mjs [editors …]      3 30 300

import fs from "node:fs";

import { Person } from "./support/client.mjs";
import { Y, updateMessage } from "./support/documents.mjs";
import { sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const updates = Number(process.env.UPDATES ?? 600);
const perSecond = Number(process.env.PER_SECOND ?? 60); // of all editors together
const percentile = (values, share) => values[Math.min(values.length - 1, Math.floor(values.length * share))];
const milliseconds = (values) => {
    const sorted = values.sort((a, b) => a - b);
    return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`;
};

// utime + stime, in seconds.
function processorTime(pid) {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(count) {
    const school = new School("north").class("math").teacher("tess", "math");
    const users = Array.from({ length: count }, (_, i) => `editor-${i}`);
    for (const user of users) school.student(user, "math");
    const server = await Server.start({ school });
    server.keepsContract = false;
    const tess = await Person.connect(server, "tess");
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "Measured" });
    const sent = new Map(); // first bytes of the update's message → when
    const arrivals = [];
    const acknowledged = [];
    const editors = [];
    for (const user of users) {
        const person = await Person.connect(server, user);
        person.socket.offAny();
        await person.requestOk("doc:open", { doc: doc.id });
        person.socket.on("doc:sync", (_, bytes) => {
            const at = sent.get(Buffer.from(bytes).toString("latin1"));
            if (at !== undefined) arrivals.push(performance.now() - at);
        });
        const copy = new Y.Doc();
        const made = [];
        copy.on("update", (update) => made.push(update));
        editors.push({ person, copy, made, at: 0 });
    }
    const before = processorTime(server.process.child.pid);
    const answers = [];
    for (let i = 0; i < updates; i++) {
        const { person, copy, made } = editors[i % editors.length];
        const text = copy.getText("text");
        text.insert(text.length, "x");
        const message = updateMessage(made.pop());
        const at = performance.now();
        sent.set(Buffer.from(message).toString("latin1"), at);
        answers.push(person.request("doc:sync", doc.id, message).then(({ ok }) => ok && acknowledged.push(performance.now() - at)));
        await sleep(1000 / perSecond);
    }
    await Promise.all(answers);
    const end = Date.now() + 10_000;
    while (arrivals.length < updates * (count - 1) && Date.now() < end) await sleep(20);
    const used = processorTime(server.process.child.pid) - before;
    console.log(
        `${count} editors: ${arrivals.length} of ${updates * (count - 1)} arrived, ${milliseconds(arrivals)}; ` +
            `on disk ${milliseconds(acknowledged)}; ${((used / updates) * 1e6).toFixed(0)} µs of processor an update`,
    );
    await tidyUp();
}

for (const count of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [3, 30, 300]) await measure(count);
