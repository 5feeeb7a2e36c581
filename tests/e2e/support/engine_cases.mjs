// The cases that hold for Engine.IO 4 wherever it is mounted: handshake, heartbeat, close, upgrade.
// They are 16 of the 25 cases of the official Engine.IO suite and of the 32 of the Socket.IO suite.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { scenario, sleep } from "./scenario.mjs";

export const pingInterval = 300;
export const pingTimeout = 200;

function checkHandshake(handshake, upgrades) {
    assert.deepEqual(Object.keys(handshake).sort(), [
        "maxPayload",
        "pingInterval",
        "pingTimeout",
        "sid",
        "upgrades",
    ]);
    assert.equal(typeof handshake.sid, "string");
    assert.deepEqual(handshake.upgrades, upgrades);
    assert.equal(handshake.pingInterval, pingInterval);
    assert.equal(handshake.pingTimeout, pingTimeout);
    assert.equal(handshake.maxPayload, 1_000_000);
}

// engine: a function, because the server does not run yet when the cases are named.
// echoes: whether messages come back as they are, so that a case may check that the session lives.
export function transportCases(engine, { echoes }) {
    async function checkAlive(socket) {
        if (!echoes) return;
        socket.send("4still here");
        assert.equal(await socket.nextButPing(), "4still here");
    }

    describe("handshake over polling", () => {
        scenario("opens a session", async () => {
            const { answer, handshake } = await engine().openPolling();
            assert.equal(answer.status, 200);
            assert.equal(answer.text[0], "0");
            checkHandshake(handshake, ["websocket"]);
        });

        for (const [what, method, queries] of [
            ["a missing or unknown protocol version", "GET", ["transport=polling", "EIO=abc&transport=polling"]],
            ["a missing or unknown transport", "GET", ["EIO=4", "EIO=4&transport=abc"]],
        ]) {
            scenario(`refuses ${what}`, async () => {
                for (const query of queries) {
                    assert.equal((await engine().ask(method, query)).status, 400, query);
                }
            });
        }

        scenario("refuses other methods than GET", async () => {
            for (const method of ["POST", "PUT"]) {
                const answer = await engine().ask(method, "EIO=4&transport=polling");
                assert.equal(answer.status, 400, method);
            }
        });
    });

    describe("handshake over WebSocket", () => {
        scenario("opens a session", async () => {
            const socket = engine().socket();
            const first = await socket.next();
            assert.equal(first[0], "0");
            checkHandshake(JSON.parse(first.slice(1)), []);
        });

        for (const [what, queries] of [
            ["a missing or unknown protocol version", ["transport=websocket", "EIO=abc&transport=websocket"]],
            ["a missing or unknown transport", ["EIO=4", "EIO=4&transport=abc"]],
        ]) {
            scenario(`refuses ${what}`, async () => {
                for (const query of queries) {
                    const socket = engine().socket(query);
                    await socket.closed();
                    assert.deepEqual(socket.frames, [], query);
                }
            });
        }
    });

    describe("heartbeat", () => {
        scenario("pings a polling session that answers, again and again", async () => {
            const session = await engine().poll();
            for (let beat = 0; beat < 3; beat++) {
                const answer = await session.get();
                assert.equal(answer.status, 200);
                assert.equal(answer.text, "2");
                assert.equal((await session.send("3")).status, 200);
            }
        });

        scenario("ends a polling session that does not answer", async () => {
            const session = await engine().poll();
            await sleep(pingInterval + pingTimeout);
            assert.equal((await session.get()).status, 400);
        });

        scenario("pings a WebSocket that answers, again and again", async () => {
            const socket = await engine().openSocket();
            for (let beat = 0; beat < 3; beat++) {
                assert.equal(await socket.next(), "2");
                socket.send("3");
            }
        });

        scenario("ends a WebSocket that does not answer", async () => {
            const opened = Date.now();
            const socket = await engine().openSocket();
            await socket.closed();
            const lived = Date.now() - opened;
            assert.ok(lived >= pingInterval + pingTimeout - 60, `closed after ${lived} ms`);
        });
    });

    describe("close", () => {
        scenario("ends a polling session that says so, and its pending poll", async () => {
            const session = await engine().poll();
            const [pending] = await Promise.all([session.get(), sleep(15).then(() => session.send("1"))]);
            assert.equal(pending.status, 200);
            assert.equal(pending.text, "6");
            assert.equal((await session.get()).status, 400);
        });

        scenario("ends a WebSocket that says so", async () => {
            const socket = await engine().openSocket();
            socket.send("1");
            await socket.closed();
        });
    });

    describe("upgrade", () => {
        scenario("moves a polling session to a WebSocket", async () => {
            const session = await engine().poll();
            const socket = await engine().probe(session);
            const poll = await session.get();
            assert.equal(poll.status, 200);
            assert.equal(poll.text, "6");
            socket.send("5");
            await checkAlive(socket);
        });

        scenario("ignores polling requests of the session afterwards", async () => {
            const session = await engine().poll();
            const socket = await engine().probe(session);
            socket.send("5");
            assert.equal((await session.get()).status, 400);
            await checkAlive(socket);
        });

        scenario("ignores a second WebSocket of the session afterwards", async () => {
            const session = await engine().poll();
            const socket = await engine().probe(session);
            socket.send("5");
            const second = engine().socket(`EIO=4&transport=websocket&sid=${session.sid}`);
            await second.closed();
            await checkAlive(socket);
        });
    });
}
