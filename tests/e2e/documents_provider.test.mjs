// The provider of clients/yjs by itself, on a socket that does what the test says and at times that the test says: when it
// opens, when it does not, and what it sends at its end. With real servers: documents.test.mjs.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { HomeroomProvider, Y } from "./support/documents.mjs";

// Answers at once: what an event's `answers` say.
class FakeSocket {
    constructor(answers = {}) {
        this.connected = true;
        this.listeners = new Map();
        this.sent = []; // names of events
        this.answers = { "doc:open": { ok: true, role: "editor", writes: true }, "doc:sync": { ok: true }, ...answers };
    }
    on(event, listener) {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    }
    off(event, listener) {
        this.listeners.set(event, (this.listeners.get(event) ?? []).filter((one) => one !== listener));
    }
    emit(event) {
        this.sent.push(event);
    }
    timeout() {
        return {
            emit: (event, ...args) => {
                this.sent.push(event);
                args.at(-1)(null, this.answers[event]);
            },
        };
    }
    break() {
        this.connected = false;
        for (const listener of this.listeners.get("disconnect") ?? []) listener();
    }
    come() {
        this.connected = true;
        for (const listener of this.listeners.get("connect") ?? []) listener();
    }
    sentSince(count) {
        return this.sent.slice(count).filter((event) => event !== "doc:awareness");
    }
}

const provide = (socket, options) => new HomeroomProvider(socket, "X", new Y.Doc(), options);

describe("a provider", () => {
    beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
    afterEach(() => mock.timers.reset());

    const later = { ok: false, error: { code: "rate_limited", message: "", retryAfter: 1 } };

    test("asks again when it is told to", () => {
        const socket = new FakeSocket({ "doc:open": later });
        const provider = provide(socket);
        socket.answers["doc:open"] = { ok: true, role: "editor", writes: true };
        mock.timers.tick(1000);
        assert.equal(provider.status, "open");
    });

    for (const end of ["destroy", "disconnect"]) {
        test(`opens nothing after ${end}(), which came while it waited to ask again`, () => {
            const socket = new FakeSocket({ "doc:open": later });
            const provider = provide(socket);
            const sent = socket.sent.length;
            provider[end]();
            mock.timers.tick(5000);
            assert.deepEqual(socket.sentSince(sent), []);
        });

        test(`sends what was typed a moment before ${end}(), and then that it closes`, () => {
            const socket = new FakeSocket();
            const provider = provide(socket);
            const sent = socket.sent.length;
            provider.doc.getText("text").insert(0, "a");
            provider[end]();
            mock.timers.tick(1000);
            assert.deepEqual(socket.sentSince(sent), ["doc:sync", "doc:close"]);
        });
    }

    test("stays closed after disconnect() when the socket comes back, until connect()", () => {
        const socket = new FakeSocket();
        const provider = provide(socket);
        provider.disconnect();
        const sent = socket.sent.length;
        socket.break();
        socket.come();
        assert.deepEqual([provider.status, socket.sentSince(sent)], ["closed", []]);
        socket.break();
        provider.connect();
        socket.come();
        assert.equal(provider.status, "open");
        socket.break();
        assert.equal(provider.status, "closed");
        socket.come();
        assert.equal(provider.status, "open");
    });

    test("that is not to connect does not when the socket does", () => {
        const socket = new FakeSocket();
        socket.connected = false;
        const provider = provide(socket, { connect: false });
        socket.come();
        assert.deepEqual([provider.status, socket.sent], ["closed", []]);
        provider.connect();
        assert.equal(provider.status, "open");
    });
});
