// Engine.IO protocol 4 on the wire: the 25 cases of the official suite, in our words, and the echo application.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Engine, separator } from "./support/engine.mjs";
import { transportCases } from "./support/engine_cases.mjs";
import { scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { Conformance } from "./support/server.mjs";

describe("Engine.IO 4", () => {
    let engine;
    before(async () => {
        engine = new Engine(await Conformance.start(), "/engine.io/");
    });
    after(tidyUp);

    transportCases(() => engine, { echoes: true });

    describe("messages over polling", () => {
        for (const [what, packets] of [
            ["one text packet", ["4hello"]],
            ["several text packets", ["4one", "4two", "4three"]],
            ["text and binary packets", ["4hello", "bAQIDBA=="]],
        ]) {
            scenario(`carries ${what} both ways`, async () => {
                const session = await engine.poll();
                const sent = await session.send(...packets);
                assert.equal(sent.status, 200);
                assert.equal(sent.text, "ok");
                const received = await session.get();
                assert.equal(received.status, 200);
                assert.equal(received.text, packets.join(separator));
            });
        }

        scenario("ends the session on a packet of no known type", async () => {
            const session = await engine.poll();
            const sent = await session.send("abc").catch(() => null);
            assert.ok([200, 400, undefined].includes(sent?.status), `answered ${sent?.status}`);
            assert.equal((await session.get()).status, 400);
        });

        scenario("ends the session on a second poll while one is pending", async () => {
            const session = await engine.poll();
            const [first, second] = await Promise.all([
                session.get(),
                sleep(15).then(() => session.get()),
            ]);
            assert.equal(first.status, 200);
            assert.equal(first.text, "1");
            assert.ok([400, 500].includes(second.status), `answered ${second.status}`);
            assert.equal((await session.get()).status, 400);
        });

        scenario("ends the session when its poll is given up", async () => {
            const session = await engine.poll();
            const given = new AbortController();
            const poll = session.get({ signal: given.signal }).catch(() => "given up");
            await sleep(15);
            given.abort();
            assert.equal(await poll, "given up");
            await sleep(15);
            assert.equal((await session.get()).status, 400);
        });
    });

    describe("messages over WebSocket", () => {
        scenario("carries a text packet both ways", async () => {
            const socket = await engine.openSocket();
            socket.send("4hello");
            assert.equal(await socket.next(), "4hello");
        });

        scenario("carries a binary packet both ways", async () => {
            const socket = await engine.openSocket();
            socket.send(Buffer.from([1, 2, 3, 4]));
            assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3, 4]));
        });

        scenario("ends the session on a packet of no known type", async () => {
            const socket = await engine.openSocket();
            socket.send("abc");
            await socket.closed();
        });
    });

    // Beyond the official suite: what real clients rely on.
    describe("and besides", () => {
        scenario("the reasons for a refusal are the reference server's", async () => {
            for (const [method, query, code, message] of [
                ["GET", "EIO=4&transport=abc", 0, "Transport unknown"],
                ["GET", "EIO=4&transport=polling&sid=nobody", 1, "Session ID unknown"],
                ["POST", "EIO=4&transport=polling", 2, "Bad handshake method"],
                ["GET", "EIO=4&transport=websocket", 3, "Bad request"],
                ["GET", "EIO=3&transport=polling", 5, "Unsupported protocol version"],
            ]) {
                const answer = await engine.ask(method, query);
                assert.equal(answer.status, 400, query);
                assert.deepEqual(answer.json(), { code, message }, query);
            }
        });

        scenario("a session id has 20 characters and is never given twice", async () => {
            const ids = new Set();
            for (let i = 0; i < 50; i++) ids.add((await engine.poll()).sid);
            assert.equal(ids.size, 50);
            for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{20}$/);
        });

        scenario("a poll holds at most 16 packets and never none", async () => {
            const session = await engine.poll();
            const sent = Array.from({ length: 40 }, (_, i) => `4word ${i}`);
            await session.send(...sent);
            const received = [];
            while (received.length < sent.length) {
                const packets = (await session.get()).text.split(separator);
                assert.ok(packets.length <= 16, `${packets.length} packets`);
                received.push(...packets.filter((packet) => packet !== "2"));
            }
            assert.deepEqual(received, sent);
        });

        scenario("base64 is read leniently: line breaks, no padding", async () => {
            for (const written of ["bAQID\nBA==\n", "bAQIDBA"]) {
                const session = await engine.poll();
                await session.send(written);
                assert.equal((await session.get()).text, "bAQIDBA==");
            }
        });

        scenario("every message crosses the upgrade once and in order", async () => {
            const session = await engine.poll();
            const socket = await engine.probe(session);
            await session.send("4one", "4two");
            const polled = [];
            while (polled.length < 2) {
                const packets = (await session.get()).text.split(separator);
                polled.push(...packets.filter((packet) => packet[0] === "4"));
            }
            socket.send("5");
            socket.send("4three");
            assert.deepEqual([...polled, await socket.nextButPing()], ["4one", "4two", "4three"]);
        });
    });
});
