// The messages of y-protocols: what it writes is read, what is written it reads; what it never writes is refused.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as awarenessProtocol from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";
import { sameBytes } from "./support/equal.mjs";
import { Peer } from "./support/peer.mjs";

const peer = new Peer();
after(() => peer.close());

function written(write) {
    const encoder = encoding.createEncoder();
    write(encoder);
    return encoding.toUint8Array(encoder);
}

test("sync messages", async () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "hello");
    for (const message of [
        written((encoder) => sync.writeSyncStep1(encoder, doc)),
        written((encoder) => sync.writeSyncStep2(encoder, doc)),
        written((encoder) => sync.writeUpdate(encoder, Y.encodeStateAsUpdate(doc))),
    ])
        sameBytes(await peer.ask("sync_message", message), message, "message");
    const other = new Y.Doc();
    const step2 = await peer.ask("sync_message", written((encoder) => sync.writeSyncStep2(encoder, doc)));
    sync.readSyncMessage(decoding.createDecoder(step2), encoding.createEncoder(), other, null);
    assert.equal(other.getText("text").toString(), "hello");
});

test("awareness", async () => {
    const awareness = new awarenessProtocol.Awareness(new Y.Doc());
    after(() => awareness.destroy());
    awareness.setLocalState({ user: { name: "Ada 🙂" }, cursor: { anchor: 1, head: null } });
    awareness.setLocalStateField("cursor", null);
    const update = awarenessProtocol.encodeAwarenessUpdate(awareness, [awareness.clientID]);
    const passedOn = await peer.ask("awareness", update);
    sameBytes(passedOn, update, "awareness");
    const other = new awarenessProtocol.Awareness(new Y.Doc());
    after(() => other.destroy());
    awarenessProtocol.applyAwarenessUpdate(other, passedOn, null);
    assert.deepEqual(other.getStates().get(awareness.clientID), awareness.getLocalState());
});

test("updates of version 2 and other bytes are refused", async () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "hello");
    doc.getMap("map").set("key", { some: ["value"] });
    await assert.rejects(peer.ask("encode", Y.encodeStateAsUpdateV2(doc)));
    const update = Y.encodeStateAsUpdate(doc);
    for (let size = 0; size < update.length; ++size) await assert.rejects(peer.ask("encode", update.subarray(0, size)));
});
