// Documents with the real Yjs and the provider of clients/yjs. Both come from that package's own modules (`npm ci` there),
// so that there is one Yjs and not two.

import * as awarenessProtocol from "../../../clients/yjs/node_modules/y-protocols/awareness.js";
import * as encoding from "../../../clients/yjs/node_modules/lib0/encoding.js";
import * as Y from "../../../clients/yjs/node_modules/yjs/dist/yjs.mjs";
import { HomeroomProvider } from "../../../clients/yjs/index.js";
import { eventually, keep } from "./scenario.mjs";

export { HomeroomProvider, Y, awarenessProtocol };

export function syncMessage(kind, body) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, body);
    return encoding.toUint8Array(encoder);
}
export const step1 = (doc) => syncMessage(0, Y.encodeStateVector(doc));
export const step2 = (doc) => syncMessage(1, Y.encodeStateAsUpdate(doc));
export const updateMessage = (update) => syncMessage(2, update);

export function awarenessMessage(...entries) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, entries.length);
    for (const [client, clock, state] of entries) {
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, clock);
        encoding.writeVarString(encoder, JSON.stringify(state));
    }
    return encoding.toUint8Array(encoder);
}

// One person's copy of a document, with a provider.
export class Copy {
    constructor(person, name, options = {}) {
        this.person = person;
        this.doc = options.doc ?? new Y.Doc();
        this.refusals = [];
        this.provider = new HomeroomProvider(person.socket, name, this.doc, { batch: 5, ...options });
        this.provider.on("refused", (error) => this.refusals.push(error));
        keep(this);
    }

    discard() {
        this.provider.destroy();
        this.doc.destroy();
    }

    static async open(person, name, options) {
        const copy = new Copy(person, name, options);
        await copy.synced();
        return copy;
    }

    get text() {
        return this.doc.getText("text");
    }

    type(text, at = this.text.length) {
        this.text.insert(at, text);
        return this;
    }

    toString() {
        return this.text.toString();
    }

    synced(milliseconds = 20_000) {
        return eventually(`${this.person.user}'s copy to be synced`, () => this.provider.synced, milliseconds);
    }
    saved(milliseconds = 20_000) {
        return eventually(`${this.person.user}'s copy to be saved`, () => this.provider.saved, milliseconds);
    }
    shows(text, milliseconds = 20_000) {
        return eventually(`${this.person.user} to read "${text.slice(0, 40)}"`, () => String(this) === text, milliseconds);
    }
    refused(milliseconds = 20_000) {
        return eventually(`${this.person.user} to be refused`, () => this.refusals.at(-1), milliseconds);
    }
}

// What an update of this one edit is, by a client of that id, beside what the document has.
export function edit(doc, client, change) {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    copy.clientID = client; // afterwards: who is told something of his own client takes another
    const before = Y.encodeStateVector(copy);
    change(copy);
    return Y.encodeStateAsUpdate(copy, before);
}
