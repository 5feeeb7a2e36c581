// What reading, merging, making small and loading cost, beside Yjs in Node, in one run: a table.
//   YJS_PEER_BIN=… node measure.mjs [trace.json.gz …]
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { documentOf } from "./support/document.mjs";
import { Peer } from "./support/peer.mjs";
import { readTrace, replay, replaySequential } from "./support/trace.mjs";

const peer = new Peer();
const rounds = 7;

function quickest(work) {
    let best = Infinity;
    for (let round = 0; round < rounds; ++round) {
        const begin = process.hrtime.bigint();
        work();
        best = Math.min(best, Number(process.hrtime.bigint() - begin));
    }
    return best / 1e6;
}

const ours = async (operation, ...parts) => (await peer.askJson("time", operation, String(rounds), ...parts)) / 1e6;
const milliseconds = (time) => (time < 10 ? time.toFixed(2) : time.toFixed(0));

async function row(trace, what, library, yjs) {
    console.log(`| ${trace} | ${what} | ${milliseconds(await library)} | ${yjs === null ? "" : milliseconds(yjs)} |`);
}

async function measure(name, updates) {
    const blocks = [];
    for (let i = 0; i < updates.length; i += 500) blocks.push(Y.mergeUpdates(updates.slice(i, i + 500)));
    const merged = Y.mergeUpdates(blocks);
    const state = Y.encodeStateAsUpdate(documentOf([merged]));
    const small = await peer.ask("squash", updates);
    const dropped = await peer.ask("drop", updates);
    const vector = Y.encodeStateVectorFromUpdate(state);
    await row(name, `merge ${updates.length} updates, ${blocks.length} at a time for Yjs`, ours("merge", updates),
        quickest(() => Y.mergeUpdates(blocks.map((_, i) => Y.mergeUpdates(updates.slice(i * 500, i * 500 + 500))))));
    await row(name, "make them small (for Yjs: load the merged ones, encode)", ours("drop", updates), quickest(() => Y.encodeStateAsUpdate(documentOf([merged]))));
    await row(name, `read and check Yjs' state of ${state.length} bytes`, ours("encode", state), quickest(() => Y.decodeUpdate(state)));
    await row(name, "load it as a document", ours("load", state), quickest(() => documentOf([state])));
    await row(name, `load our ${small.length} bytes, with what was deleted`, ours("load", small), quickest(() => documentOf([small])));
    await row(name, `load our ${dropped.length} bytes, without`, ours("load", dropped), quickest(() => documentOf([dropped])));
    await row(name, "what is known of it, for rights", ours("know", state), null);
    await row(name, "difference to one who has all", ours("diff", state, vector), quickest(() => Y.diffUpdate(state, vector)));
}

console.log(`| trace | what | library, ms | Yjs ${JSON.parse(readFileSync(new URL("node_modules/yjs/package.json", import.meta.url))).version} in Node ${process.version}, ms |\n|---|---|--:|--:|`);
for (const name of ["friendsforever", "clownschool"]) await measure(name, replay(readTrace(name)));
for (const file of process.argv.slice(2))
    await measure(file.replace(/.*\/|\.json\.gz$/g, ""), replaySequential(JSON.parse(gunzipSync(readFileSync(file)))));
peer.close();
