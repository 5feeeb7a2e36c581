// What writing together costs. So many editors of one document, on sockets of their own, type by turns; from the emit of each
// to the arrival at all others, and to the acknowledgement; and the server's processor time for it.
//
//   HOMEROOM_BIN=… node editors.mjs [editors …]      3 30 300
//   UPDATES=600 PER_SECOND=60 of all together

import { Person, Y, everySoOften, latin, number, serverFor, tidyUp, times, untilAllIsThere, updateMessage, usage } from "./support.mjs";

const updates = number("UPDATES", 600);
const perSecond = number("PER_SECOND", 60);

async function measure(count) {
    const { server, users } = await serverFor(count);
    const tess = await Person.connect(server, "tess");
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "Measured" });
    const sent = new Map(); // the update's message → when
    const arrivals = [];
    const acknowledged = [];
    const editors = [];
    for (const user of users) {
        const person = await Person.connect(server, user);
        person.socket.offAny();
        await person.requestOk("doc:open", { doc: doc.id });
        person.socket.on("doc:sync", (_, bytes) => {
            const at = sent.get(latin(bytes));
            if (at !== undefined) arrivals.push(performance.now() - at);
        });
        const copy = new Y.Doc();
        const made = [];
        copy.on("update", (update) => made.push(update));
        editors.push({ person, copy, made });
    }
    const before = usage(server);
    const answers = [];
    for await (const i of everySoOften(updates, perSecond)) {
        const { person, copy, made } = editors[i % editors.length];
        const text = copy.getText("text");
        text.insert(text.length, "x");
        const message = updateMessage(made.pop());
        const at = performance.now();
        sent.set(latin(message), at);
        answers.push(person.request("doc:sync", doc.id, message).then(({ ok }) => ok && acknowledged.push(performance.now() - at)));
    }
    await Promise.all(answers);
    const expected = updates * (count - 1);
    await untilAllIsThere(() => arrivals.length, expected);
    const used = usage(server).processor - before.processor;
    console.log(
        `${count} editors: ${arrivals.length} of ${expected} deliveries, ${times(arrivals)}; ${acknowledged.length} of ${updates} on disk, ` +
            `${times(acknowledged)}; processor ${((used / updates) * 1e6).toFixed(0)} µs an update, ${((used / Math.max(1, arrivals.length)) * 1e6).toFixed(1)} µs a delivery`,
    );
    await tidyUp();
}

for (const count of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [3, 30, 300]) await measure(count);
