// What is kept of real texts, typed keystroke by keystroke through the server, beside what the real Yjs makes of the same: bytes
// of the document, and how long it takes to be given all of it.
//
//   HOMEROOM_BIN=… node kept.mjs [trace.json.gz …]      friendsforever, clownschool
//   BATCH=500 transactions to a message

import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { readTrace, replay, replaySequential } from "../../tests/yjs/support/trace.mjs";
import { Person, Y, eventually, number, serverFor, step1, tidyUp, updateMessage } from "./support.mjs";

async function measure(name, updates) {
    const { server } = await serverFor(1, { environment: { HOMEROOM_RATES_EDIT: "1000000/1m", HOMEROOM_RATES_OPENING: "100000/1m" } });
    const tess = await Person.connect(server, "tess");
    tess.socket.offAny();
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: name });
    await tess.requestOk("doc:open", { doc: doc.id });
    const batch = number("BATCH", 500);
    const begin = performance.now();
    for (let i = 0; i < updates.length; i += batch) {
        const answer = await tess.request("doc:sync", doc.id, updateMessage(Y.mergeUpdates(updates.slice(i, i + batch))));
        if (!answer.ok) throw new Error(JSON.stringify(answer));
    }
    const took = performance.now() - begin;
    const typed = updates.reduce((bytes, update) => bytes + update.length, 0);
    await tess.requestOk("doc:close", { doc: doc.id });
    const kept = async () => Buffer.from((await tess.requestOk("doc:export", { doc: doc.id, format: "update" })).update, "base64");
    // It is made small when the last one has left.
    let size = (await kept()).length;
    await eventually("it to be made small", async () => {
        await new Promise((done) => setTimeout(done, 300));
        const before = size;
        size = (await kept()).length;
        return before === size;
    }, 60_000).catch(() => {});
    const copy = new Y.Doc();
    Y.applyUpdate(copy, await kept());
    const yjs = Y.encodeStateAsUpdate(copy).length;
    const given = [];
    for (let i = 0; i < 5; i++) {
        const reader = await Person.connect(server, "tess");
        await reader.requestOk("doc:open", { doc: doc.id });
        const at = performance.now();
        await reader.request("doc:sync", doc.id, step1(new Y.Doc()));
        given.push(performance.now() - at);
        reader.leave();
    }
    console.log(
        `${name}: ${updates.length} changes of ${typed} bytes, stored in ${(took / 1000).toFixed(1)} s; kept as ${size} bytes, ` +
            `Yjs' own state ${yjs}; given to a newcomer in ${Math.min(...given).toFixed(1)} ms (the first time ${given[0].toFixed(1)} ms)`,
    );
    await tidyUp();
}

const files = process.argv.slice(2);
for (const name of files.length > 0 ? [] : ["friendsforever", "clownschool"]) await measure(name, replay(readTrace(name)));
for (const file of files) await measure(path.basename(file, ".json.gz"), replaySequential(JSON.parse(gunzipSync(readFileSync(file)))));
