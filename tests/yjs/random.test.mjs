// People editing at random, by seed: everything the library makes of their updates is compared with Yjs.
// SEED=n runs one case again, CASES=n more of them.
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

async function forEachSeed(check, options = {}) {
    for (const seed of seeds) {
        const random = new Random(seed);
        try {
            const updates = editTogether(random, { people: 2 + random.below(4), steps: 10 + random.below(120), ...options });
            await check(updates, random);
        } catch (error) {
            error.message = `seed ${seed}: ${error.message}`;
            throw error;
        }
    }
}

async function assertShows(update, doc) {
    const shown = await peer.askJson("show", update, "text");
    assert.equal(shown.text, document.shownText(doc, "text"));
    assert.deepEqual(document.unitsOf(shown.authors), document.authorsOfUnits(doc.getText("text")));
    assert.deepEqual((await peer.askJson("show", update, "list")).list, document.shownList(doc, "list"));
    assert.deepEqual((await peer.askJson("show", update, "map")).map, document.shownMap(doc, "map"));
    assert.deepEqual((await peer.askJson("show", update, "xml")).list, document.shownXml(doc, "xml"));
}

function assertSame(doc, other) {
    assert.deepEqual(doc.getText("text").toDelta(), other.getText("text").toDelta());
    assert.deepEqual(document.shownList(doc, "list"), document.shownList(other, "list"));
    assert.deepEqual(document.shownMap(doc, "map"), document.shownMap(other, "map"));
    assert.equal(doc.getXmlFragment("xml").toString(), other.getXmlFragment("xml").toString());
    sameBytes(Y.encodeStateVector(doc), Y.encodeStateVector(other), "state vector");
}

test("each update is written again as it was", async () => {
    await forEachSeed(async (updates) => {
        for (const update of updates) sameBytes(await peer.ask("encode", update), update, "encode");
    });
});

test("merge, state vector and difference: Yjs' bytes, with holes as well", async () => {
    await forEachSeed(async (updates, random) => {
        const some = random.shuffled(updates.filter(() => random.chance(0.8)));
        const merged = Y.mergeUpdates(some);
        sameBytes(await peer.ask("merge", ...some), merged, "merge");
        sameBytes(await peer.ask("state_vector", merged), Y.encodeStateVectorFromUpdate(merged), "state vector");
        const known = Y.encodeStateVector(document.documentOf(updates.slice(0, random.below(updates.length))));
        sameBytes(await peer.ask("diff", merged, known), Y.diffUpdate(merged, known), "difference");
    }, { gc: false, cutsCharacters: true });
});

for (const operation of ["squash", "drop"]) {
    test(`${operation}: the same document, whole, in halves and with the rest in any order`, async () => {
        await forEachSeed(async (updates, random) => {
            const doc = document.documentOf(updates);
            const whole = await peer.ask(operation, ...updates);
            assertSame(document.documentOf([whole]), doc);
            const middle = random.below(updates.length + 1);
            const half = await peer.ask(operation, ...updates.slice(0, middle));
            assertSame(document.documentOf(random.shuffled([half, ...updates.slice(middle)])), doc);
            const again = await peer.ask(operation, half, ...updates.slice(middle));
            assertSame(document.documentOf([again]), doc);
        });
    });

    test(`${operation}: a second time changes nothing`, async () => {
        await forEachSeed(async (updates) => {
            const once = await peer.ask(operation, ...updates);
            sameBytes(await peer.ask(operation, once), once, "again");
        });
    });
}

test("squash is never larger than the merge", async () => {
    await forEachSeed(async (updates) => {
        assert.ok((await peer.ask("squash", ...updates)).length <= (await peer.ask("merge", ...updates)).length);
    });
});

test("characters that were cut in two are so for everybody", async () => {
    await forEachSeed(async (updates) => {
        const doc = document.documentOf(updates);
        assertSame(document.documentOf([await peer.ask("squash", ...updates)]), doc);
        assertSame(document.documentOf([await peer.ask("drop", ...updates)]), doc);
        await assertShows(await peer.ask("squash", ...updates), doc);
        await assertShows(await peer.ask("drop", ...updates), doc);
    }, { cutsCharacters: true, states: false });
});

test("the library reads the document as Yjs does: text and its authors, list, map, XML", async () => {
    await forEachSeed(async (updates) => {
        const doc = document.documentOf(updates);
        await assertShows(await peer.ask("merge", ...updates), doc);
        await assertShows(await peer.ask("drop", ...updates), doc);
        await assertShows(Y.encodeStateAsUpdate(doc), doc);
    });
});

test("what is missing keeps back what stands on it, and nothing else", async () => {
    await forEachSeed(async (updates, random) => {
        const some = updates.filter(() => random.chance(0.8));
        if (some.length === 0) return;
        await assertShows(await peer.ask("merge", ...some), document.documentOf(some));
    });
});

test("what an update would change is what it does change", async () => {
    await forEachSeed(async (updates, random) => {
        const middle = random.below(updates.length);
        const before = updates.slice(0, middle);
        const update = updates[middle];
        const told = await peer.askJson("changes", update, ...before);
        const news = await peer.ask("only_new", update, ...before);
        assertSame(document.documentOf([...before, news, ...updates.slice(middle + 1)]), document.documentOf(updates));
        const nothing = await peer.askJson("changes", update, ...before, update);
        assert.deepEqual([nothing.written, nothing.deleted], [[], []]);
        sameBytes(await peer.ask("only_new", update, ...before, news), new Uint8Array([0, 0]), "nothing new");
        const writers = new Set(told.written.map(([client]) => client));
        assert.deepEqual(new Set(told.writers), writers);
        // Against Yjs: units of clients beyond what the updates before had.
        const known = new Map();
        for (const { structs } of before.map(Y.decodeUpdate))
            for (const struct of structs)
                if (!(struct instanceof Y.Skip))
                    for (let i = 0; i < struct.length; ++i) known.set(`${struct.id.client}:${struct.id.clock + i}`, true);
        const expected = [];
        for (const struct of Y.decodeUpdate(update).structs)
            for (let i = 0; i < struct.length && !(struct instanceof Y.Skip); ++i)
                if (!known.has(`${struct.id.client}:${struct.id.clock + i}`)) expected.push(`${struct.id.client}:${struct.id.clock + i}`);
        const actual = told.written.flatMap(([client, clock, length]) =>
            Array.from({ length }, (_, i) => `${client}:${clock + i}`));
        assert.deepEqual(actual.sort(), expected.sort());
    });
});
