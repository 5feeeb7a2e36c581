// Documents as they were: Yjs' snapshots, by seed. What is restored is a change like any other.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as Y from "yjs";
import * as document from "./support/document.mjs";
import { editTogether } from "./support/editing.mjs";
import { sameBytes } from "./support/equal.mjs";
import { Peer } from "./support/peer.mjs";
import { Random } from "./support/random.mjs";

const peer = new Peer();
after(() => peer.close());

const seeds = process.env.SEED
    ? [Number(process.env.SEED)]
    : Array.from({ length: Number(process.env.CASES ?? 150) }, (_, i) => i + 1);

async function forEachSeed(check) {
    for (const seed of seeds) {
        const random = new Random(seed);
        try {
            const updates = editTogether(random, { people: 2 + random.below(4), steps: 10 + random.below(120), gc: false });
            await check(updates, updates.slice(0, random.below(updates.length + 1)), random);
        } catch (error) {
            error.message = `seed ${seed}: ${error.message}`;
            throw error;
        }
    }
}

function keepingDocument(updates) {
    const doc = new Y.Doc({ gc: false });
    for (const update of updates) Y.applyUpdate(doc, update);
    return doc;
}

function assertSame(doc, other) {
    assert.deepEqual(doc.getText("text").toDelta(), other.getText("text").toDelta());
    assert.deepEqual(document.shownList(doc, "list"), document.shownList(other, "list"));
    assert.deepEqual(document.shownMap(doc, "map"), document.shownMap(other, "map"));
    assert.equal(doc.getXmlFragment("xml").toString(), other.getXmlFragment("xml").toString());
}

test("a Yjs snapshot is read, and shows what Yjs shows", async () => {
    await forEachSeed(async (updates, before) => {
        const snapshot = Y.snapshot(keepingDocument(before));
        const all = await peer.ask("squash", updates);
        const then = await peer.ask("as_of", all, Y.encodeSnapshot(snapshot));
        assertSame(document.documentOf([then]), Y.createDocFromSnapshot(keepingDocument(updates), snapshot));
    });
});

test("a version is what there was", async () => {
    await forEachSeed(async (updates, before) => {
        const version = await peer.ask("version", before);
        sameBytes(Y.encodeSnapshot(Y.decodeSnapshot(version)), version, "as Yjs writes it");
        const then = await peer.ask("as_of", await peer.ask("squash", updates), version);
        assertSame(document.documentOf([then]), document.documentOf(before));
    });
});

test("restored is what there was; everybody agrees, whatever else they were doing", async () => {
    await forEachSeed(async (updates, before, random) => {
        const version = await peer.ask("version", before);
        const restored = await peer.ask("restore", await peer.ask("squash", updates), version, "77777");
        assertSame(document.documentOf([...updates, restored]), document.documentOf(before));
        assertSame(document.documentOf([restored, ...random.shuffled(updates)]), document.documentOf(before));
        const busy = keepingDocument(updates);
        busy.clientID = 88888;
        busy.getText("text").insert(random.below(busy.getText("text").length + 1), "meanwhile");
        const meanwhile = Y.encodeStateAsUpdate(busy);
        const one = document.documentOf([meanwhile, restored]);
        assertSame(one, document.documentOf([...updates, restored, meanwhile]));
        assert.ok(one.getText("text").toString().includes("meanwhile"));
        sameBytes(await peer.ask("restore", await peer.ask("squash", updates, restored), await peer.ask("version", updates, restored), "99999"),
            new Uint8Array([0, 0]), "nothing to restore");
    });
});
