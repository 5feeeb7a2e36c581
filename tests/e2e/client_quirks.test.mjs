// What clients in other languages do on the wire, and what they need of the server. What the protocol suites and the
// comparison with Node's server show is not here again.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Engine, separator } from "./support/engine.mjs";
import { OfficialClient } from "./support/official_client.mjs";
import { eventually, scenario, tidyUp, within } from "./support/scenario.mjs";
import { Conformance } from "./support/server.mjs";

const calm = ["--ping-interval", 20_000, "--ping-timeout", 20_000];
const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';

// As Android's Base64 writes it: lines of 76 characters, each with its end.
const inLines = (bytes) => bytes.toString("base64").replace(/.{1,76}/g, "$&\n");

// A WebSocket that has joined a namespace; what follows the answer to its CONNECT has not been read.
async function join(engine, packet) {
    const socket = await engine.openSocket();
    socket.send(packet);
    assert.match(await socket.nextButPing(), /^40/);
    return socket;
}

describe("requests as other clients write them", () => {
    let server, echo, engine;
    before(async () => {
        server = await Conformance.start(...calm);
        echo = new Engine(server, "/engine.io/");
        engine = new Engine(server, "/socket.io/");
    });
    after(tidyUp);

    for (const query of [
        "transport={transport}&EIO=4",
        "token=a%20b&transport={transport}&EIO=4&room=%C3%A9",
        "b64=1&EIO=4&transport={transport}",
        "EIO=4&transport={transport}&t=1&t=2&flag&empty=&",
        "sid=&EIO=4&transport={transport}",
    ]) {
        scenario(`?${query}`, async () => {
            const polled = await engine.ask("GET", query.replace("{transport}", "polling"));
            assert.match(polled.text, /^0\{"sid":"/);
            const socket = engine.socket(query.replace("{transport}", "websocket"));
            assert.match(await socket.next(), /^0\{"sid":"/);
        });
    }

    scenario("the path without its last slash", async () => {
        const answer = await new Engine(server, "/socket.io").ask("GET", "EIO=4&transport=polling");
        assert.equal(answer.status, 200);
    });

    scenario("Java: base64 in lines, in a POST", async () => {
        const large = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 256));
        const session = await engine.poll();
        await session.send("40");
        await session.get();
        const lines = [large, Buffer.from("short")].map((bytes) => `b${inLines(bytes)}`);
        assert.equal((await session.send(`452-["message",${placeholders}]`, ...lines)).status, 200);
        const [, ...attachments] = (await session.get()).text.split(separator);
        assert.deepEqual(
            attachments,
            [large, Buffer.from("short")].map((bytes) => `b${bytes.toString("base64")}`),
        );
    });

    scenario("a text frame of base64 is bytes", async () => {
        const bare = await echo.openSocket();
        bare.send("bAQID");
        assert.deepEqual(await bare.next(), Buffer.from([1, 2, 3]));
        const joined = await join(engine, "40");
        await joined.next();
        joined.send(`452-["message",${placeholders}]`);
        joined.send("bAQID");
        joined.send(`b${inLines(Buffer.from("with a line's end"))}`);
        assert.equal(await joined.next(), `452-["message-back",${placeholders}]`);
        assert.deepEqual(await joined.next(), Buffer.from([1, 2, 3]));
        assert.deepEqual(await joined.next(), Buffer.from("with a line's end"));
    });
});

describe("an upgrade as Swift does it", () => {
    let engine;
    before(async () => (engine = new Engine(await Conformance.start(...calm), "/engine.io/")));
    after(tidyUp);

    scenario("a poll is out when the probe comes, and is answered by 6", async () => {
        const session = await engine.poll();
        const [poll, socket] = await Promise.all([session.get(), engine.probe(session)]);
        assert.equal(poll.text, "6");
        socket.send("5");
        socket.send("4alive");
        assert.equal(await socket.next(), "4alive");
    });

    scenario("it posts a 6, and a poll is out when it says 5", async () => {
        const session = await engine.poll();
        const [first, socket] = await Promise.all([session.get(), engine.probe(session)]);
        assert.equal(first.text, "6");
        const second = session.get();
        const posted = await session.send("6");
        assert.equal(posted.text, "ok");
        socket.send("5");
        assert.equal((await within(5000, second, "the poll to be answered")).text, "6");
        socket.send("4alive");
        assert.equal(await socket.next(), "4alive");
    });

    scenario("what it posts while it upgrades comes once and in order", async () => {
        const session = await engine.poll();
        const [, socket] = await Promise.all([session.get(), engine.probe(session)]);
        await session.send("4one");
        socket.send("5");
        socket.send("4two");
        assert.deepEqual([await socket.next(), await socket.next()], ["4one", "4two"]);
    });
});

describe("packets as strict parsers need them", () => {
    let server, engine;
    before(async () => {
        server = await Conformance.start(...calm);
        engine = new Engine(server, "/socket.io/");
    });
    after(tidyUp);

    scenario("a namespace is followed by its comma, whatever follows", async () => {
        const socket = await join(engine, "40/custom,");
        assert.equal(await socket.next(), '42/custom,["auth",{}]');
        socket.send(`452-/custom,7["message-with-ack",${placeholders}]`);
        socket.send(Buffer.from([1]));
        socket.send(Buffer.from([2]));
        assert.equal(await socket.next(), `462-/custom,7[${placeholders}]`);
        assert.deepEqual([await socket.next(), await socket.next()], [Buffer.from([1]), Buffer.from([2])]);
        socket.send('42/custom,8["message-with-ack"]');
        assert.equal(await socket.next(), "43/custom,8[]");
    });

    describe("of the server's own making", () => {
        before(async () => (engine = new Engine(await Conformance.start("--scenario", "client"), "/socket.io/")));

        scenario("JSON has no white space, and placeholders are numbered from 0", async () => {
            const socket = await join(engine, "40");
            socket.send('42["getbin"]');
            assert.match(await socket.nextButPing(), /^451-\["takebin",\{"_placeholder":true,"num":0\},"[^"]+"\]$/);
            assert.deepEqual(await socket.nextButPing(), Buffer.from("asdfasdf"));
            socket.send('420["getHandshake"]');
            const answer = (await socket.nextButPing()).slice("430".length);
            assert.equal(answer, JSON.stringify(JSON.parse(answer)));
        });

        scenario("acknowledgements are asked for by small numbers", async () => {
            const socket = await join(engine, "40");
            const ids = [];
            for (let i = 0; i < 3; i++) {
                socket.send('42["ack"]');
                const [, id] = /^42(\d+)\["ack"\]$/.exec(await socket.nextButPing());
                ids.push(Number(id));
            }
            assert.ok(Math.max(...ids) < 2 ** 31, `${ids}`);
            assert.equal(new Set(ids).size, 3);
        });

        for (const [namespace, query, start, message] of [
            ["/", "&fail=1", "44{", "Auth failed (main namespace)"],
            ["/no", "", "44/no,{", "Auth failed (custom namespace)"],
            ["/nowhere", "", "44/nowhere,{", "Invalid namespace"],
        ]) {
            scenario(`a refusal by ${namespace} is an object with a message`, async () => {
                const socket = engine.socket(`EIO=4&transport=websocket${query}`);
                await socket.next();
                socket.send(namespace === "/" ? "40" : `40${namespace},`);
                const refusal = await socket.nextButPing();
                assert.ok(refusal.startsWith(start), refusal);
                assert.deepEqual(JSON.parse(refusal.slice(start.length - 1)), { message });
            });
        }
    });
});

// Some clients take any close code for an error, and 41 for a wish never to see them again.
describe("the server closes without a code and without 41", () => {
    const quick = ["--ping-interval", 400, "--ping-timeout", 400];
    after(tidyUp);

    for (const [when, options, happens] of [
        ["it is stopped", calm, (socket, server) => server.process.signal("SIGTERM")],
        ["a packet cannot be read", calm, (socket) => socket.send("4abc")],
        ["the client says that it closes", calm, (socket) => socket.send("1")],
        ["the heartbeat stops", quick, () => {}],
    ]) {
        scenario(`when ${when}`, async () => {
            const server = await Conformance.start(...options);
            const socket = await join(new Engine(server, "/socket.io/"), "40");
            await happens(socket, server);
            assert.equal(await socket.closed(), 1005, "a close frame without a status");
            assert.deepEqual(
                socket.frames.filter((frame) => frame !== "2"),
                ['42["auth",{}]'],
            );
        });
    }

    scenario("when no namespace was joined in time", async () => {
        const server = await Conformance.start(...calm, "--connect-timeout", 100);
        const socket = await new Engine(server, "/socket.io/").openSocket();
        assert.equal(await socket.closed(), 1005);
        assert.deepEqual(socket.frames, []);
    });

    scenario("and tells a waiting poll by a 1", async () => {
        const server = await Conformance.start(...calm);
        const session = await new Engine(server, "/socket.io/").poll();
        await session.send("40");
        assert.match((await session.get()).text, /^40\{/);
        const poll = session.get();
        await session.send("3"); // its answer comes after the poll was taken in
        await server.process.signal("SIGTERM");
        assert.equal((await poll).text, "1");
    });
});

// Only those that are connected are asked to acknowledge what is published to a room.
describe("the server notices that a client has gone", () => {
    let server, engine, watcher;
    before(async () => {
        server = await Conformance.start("--scenario", "rooms", ...calm);
        engine = new Engine(server, "/socket.io/");
        watcher = await OfficialClient.connect(server, "4.8", { transports: ["websocket"] });
        watcher.socket.on("msg", (...values) => values.at(-1)());
        await watcher.request("join", "lobby");
    });
    after(tidyUp);

    // → how many answered
    const membersPresent = () => within(1000, watcher.request("publish", { room: "lobby", ack: true }), "the answers");

    for (const [how, leave] of [
        ["with 1000", (socket) => socket.socket.close(1000)],
        ["with no code", (socket) => socket.socket.close()],
        ["with a code of its own", (socket) => socket.socket.close(4123, "gone fishing")],
        ["by ending the TCP connection", (socket) => socket.socket._socket.end()],
        ["by resetting the TCP connection", (socket) => socket.socket._socket.resetAndDestroy()],
        ["by 41", (socket) => socket.send("41")],
        ["by 1", (socket) => socket.send("1")],
    ]) {
        scenario(`that leaves ${how}`, async () => {
            const socket = await join(engine, "40");
            socket.send('421["join","lobby"]');
            assert.equal(await socket.next(), '431["lobby"]');
            const present = membersPresent();
            const [, id] = /^42(\d+)\["msg"/.exec(await socket.next());
            socket.send(`43${id}[]`);
            assert.equal(await present, 2);
            leave(socket);
            await eventually("the server to notice", async () => (await membersPresent()) === 1);
            socket.discard();
        });
    }
});
