// Real texts, keystroke by keystroke: the same end, in no more bytes than Yjs itself keeps.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as Y from "yjs";
import { documentOf } from "./support/document.mjs";
import { sameBytes } from "./support/equal.mjs";
import { Peer } from "./support/peer.mjs";
import { readTrace, replay } from "./support/trace.mjs";

const peer = new Peer();
after(() => peer.close());

for (const name of ["friendsforever", "clownschool"]) {
    test(name, async () => {
        const trace = readTrace(name);
        const updates = replay(trace);
        const merged = await peer.ask("merge", ...updates);
        const blocks = [];
        for (let i = 0; i < updates.length; i += 500) blocks.push(Y.mergeUpdates(updates.slice(i, i + 500)));
        sameBytes(await peer.ask("merge", ...blocks), Y.mergeUpdates(blocks), "merge of blocks");
        const doc = documentOf([Y.mergeUpdates(blocks)]);
        assert.equal(doc.getText("text").toString(), trace.endContent);
        const yjs = Y.encodeStateAsUpdate(doc);
        for (const operation of ["squash", "drop"]) {
            const compacted = await peer.ask(operation, ...updates);
            assert.equal(documentOf([compacted]).getText("text").toString(), trace.endContent, operation);
            const shown = await peer.askJson("show", compacted, "text");
            assert.equal(shown.text, trace.endContent, operation);
            console.log(`${name}, ${operation}: ${compacted.length} bytes; merged ${merged.length}, Yjs ${yjs.length}`);
        }
        const smallest = Math.min(...(await Promise.all(["squash", "drop"].map((operation) => peer.ask(operation, ...updates)))).map((bytes) => bytes.length));
        assert.ok(smallest <= yjs.length, `${smallest} bytes, Yjs ${yjs.length}`);
    });
}
