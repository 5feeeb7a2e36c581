// The 5,320 cases that y-crdt published: what the library makes of each is, byte for byte or in what comes out, what Yjs makes
// of it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as Y from "yjs";
import { cases } from "./support/corpus.mjs";
import { documentOf } from "./support/document.mjs";
import { sameBytes } from "./support/equal.mjs";
import { Peer } from "./support/peer.mjs";

const peer = new Peer();
after(() => peer.close());

async function forEachCase(check) {
    let count = 0;
    for (const one of cases()) {
        try {
            await check(one);
        } catch (error) {
            error.message = `case ${one.number}: ${error.message}`;
            throw error;
        }
        ++count;
    }
    assert.equal(count, 5320);
}

function assertShows(doc, { text, map, list }, what) {
    assert.equal(doc.getText("text").toString(), text, `${what}: text`);
    assert.deepEqual(doc.getMap("map").toJSON(), map, `${what}: map`);
    assert.deepEqual(doc.getArray("array").toJSON(), list, `${what}: array`);
}

test("every update is written again as it was", async () => {
    await forEachCase(async ({ updates }) => {
        const encoded = await Promise.all(updates.map((update) => peer.ask("encode", update)));
        encoded.forEach((bytes, i) => sameBytes(bytes, updates[i], `update ${i}`));
    });
});

test("merges, differences and state vectors are Yjs'", async () => {
    await forEachCase(async ({ updates }) => {
        const merged = Y.mergeUpdates(updates);
        sameBytes(await peer.ask("merge", ...updates), merged, "merge");
        sameBytes(await peer.ask("state_vector", merged), Y.encodeStateVectorFromUpdate(merged), "state vector");
        const half = Y.encodeStateVectorFromUpdate(Y.mergeUpdates(updates.slice(0, Math.ceil(updates.length / 2))));
        sameBytes(await peer.ask("diff", merged, half), Y.diffUpdate(merged, half), "difference");
    });
});

for (const operation of ["merge", "squash", "drop"]) {
    test(`after ${operation} the real Yjs sees what it should, and knows as much`, async () => {
        await forEachCase(async (one) => {
            const compacted = await peer.ask(operation, ...one.updates);
            const doc = documentOf([compacted]);
            assertShows(doc, one, operation);
            assert.equal(doc.store.pendingStructs, null);
            sameBytes(Y.encodeStateVector(doc), Y.encodeStateVector(documentOf(one.updates)), "state vector");
        });
    });

    test(`after ${operation} of the first half the rest still fits`, async () => {
        await forEachCase(async (one) => {
            const middle = Math.ceil(one.updates.length / 2);
            const half = await peer.ask(operation, ...one.updates.slice(0, middle));
            assertShows(documentOf([half, ...one.updates.slice(middle)]), one, "then the rest");
            assertShows(documentOf([...one.updates.slice(middle), half]), one, "the rest first");
            const again = await peer.ask(operation, half, ...one.updates.slice(middle));
            assertShows(documentOf([again]), one, "again");
        });
    });

    test(`after ${operation} the library's own reader sees the same`, async () => {
        await forEachCase(async ({ updates, text, map, list }) => {
            const compacted = await peer.ask(operation, ...updates);
            const shown = await peer.askJson("show", compacted, "text");
            assert.equal(shown.text, text);
            assert.equal(shown.waiting, 0);
            assert.deepEqual((await peer.askJson("show", compacted, "map")).map, map);
            assert.deepEqual((await peer.askJson("show", compacted, "array")).list, list);
        });
    });
}
