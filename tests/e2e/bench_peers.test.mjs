// The servers that bench/compare compares do the same work: the application `rooms` on each, used by the official client.
// A faster server that delivers less would win every comparison.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { frame } from "./support/frames.mjs";
import { OfficialClient } from "./support/official_client.mjs";
import { RawConnection, requestHead, upgradeHeaders } from "./support/raw.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { Announced, bareBinary, conformanceBinary, temporaryFolder } from "./support/server.mjs";
import { inSeconds, signToken } from "./support/tokens.mjs";

const nodePeer = fileURLToPath(new URL("../../bench/peers/rooms.mjs", import.meta.url));
const secret = "a secret of the benchmark, at least 32 bytes";

const commands = {
    bare: (port) => [bareBinary, "--port", port],
    node: (port) => [process.execPath, nodePeer, "--port", port],
    library: (port) => [conformanceBinary, "--port", port, "--scenario", "rooms", "--no-recovery"],
};

const connect = (server, options) =>
    OfficialClient.connect(server, "4.8", { transports: ["websocket"], ...options });

for (const [name, command] of Object.entries(commands)) {
    describe(`the peer "${name}"`, () => {
        let server;
        before(async () => (server = await Announced.startBy(command)));
        after(tidyUp);

        scenario("who joins is told so", async () => {
            const ada = await connect(server);
            assert.deepEqual(await ada.request("join", "told"), "told");
        });

        scenario("an event reaches everybody in its room, its sender too, once, and nobody else", async () => {
            const [ada, ben, cleo] = await Promise.all([1, 2, 3].map(() => connect(server)));
            await Promise.all([ada.request("join", "a"), ben.request("join", "a"), cleo.request("join", "b")]);
            const events = Array.from({ length: 20 }, (_, i) => `${i} `.padEnd(128, "x"));
            const answers = await Promise.all(
                events.map((data) => ada.request("publish", { room: "a", data })),
            );
            assert.deepEqual(answers, events.map(() => undefined));
            await cleo.request("publish", { room: "b", data: "last" });
            const wanted = events.map((data) => ["msg", data]);
            for (const one of [ada, ben]) {
                await eventually("all have arrived", () => one.heard.length >= events.length);
                assert.deepEqual(one.heard, wanted);
            }
            await eventually("the other room's has arrived", () => cleo.heard.length > 0);
            assert.deepEqual(cleo.heard, [["msg", "last"]]);
        });

        scenario("data of every length of frame arrives as it was sent", async () => {
            const ada = await connect(server);
            await ada.request("join", "lengths");
            const texts = [0, 1, 112, 113, 114, 2_000, 65_535, 70_000].map((size) => "é".repeat(size));
            for (const data of texts) ada.socket.emit("publish", { room: "lengths", data });
            await eventually("all have arrived", () => ada.heard.length === texts.length);
            assert.deepEqual(ada.heard.map(([, data]) => data), texts);
        });

        scenario("an echo is answered with the same", async () => {
            const ada = await connect(server);
            for (const value of ["x", 17, { nested: [true, null] }]) {
                assert.deepEqual(await ada.request("echo", value), value);
            }
        });

        scenario("who left gets nothing more, and the others still do", async () => {
            const [ada, ben] = await Promise.all([1, 2].map(() => connect(server)));
            await Promise.all([ada.request("join", "left"), ben.request("join", "left")]);
            ben.socket.disconnect();
            await ada.request("publish", { room: "left", data: "after" });
            await eventually("it has arrived", () => ada.heard.length > 0);
            assert.deepEqual(ada.heard, [["msg", "after"]]);
            assert.deepEqual(ben.heard, []);
        });
    });
}

// What of an event's frame arrives at a client that asks for no answers.
async function eventBytes(server, data) {
    const raw = new RawConnection(server);
    raw.send(requestHead("GET", "/socket.io/?EIO=4&transport=websocket", upgradeHeaders));
    await eventually("it is open", () => raw.received.includes("pingInterval"));
    raw.send(frame("40"));
    await eventually("it is connected", () => raw.received.includes("40{"));
    const before = raw.received.length;
    raw.send(frame('42["join","bytes"]'));
    raw.send(frame(`42["publish",${JSON.stringify({ room: "bytes", data })}]`));
    await eventually("the event has arrived", () => raw.received.endsWith("]"));
    raw.discard();
    return raw.received.slice(before);
}

describe("all peers", () => {
    after(tidyUp);

    scenario("send the same bytes for an event", async () => {
        const servers = await Promise.all(Object.values(commands).map((one) => Announced.startBy(one)));
        for (const data of ["x".repeat(128), "short", { a: [1] }]) {
            const [bare, ...others] = await Promise.all(servers.map((one) => eventBytes(one, data)));
            for (const other of others) assert.equal(other, bare);
        }
    });
});

describe("the Node peer with tokens", () => {
    let server;
    before(async () => {
        const file = path.join(temporaryFolder("peer"), "secret");
        fs.writeFileSync(file, `${secret}\n`);
        server = await Announced.startBy((port) => [...commands.node(port), "--secret-file", file]);
    });
    after(tidyUp);

    const token = (claims, key = secret) =>
        signToken({ key, claims: { sub: "u0", exp: inSeconds(60), ...claims } });

    scenario("lets in who has a good one, and greets", async () => {
        const ada = new OfficialClient(server, "4.8", { transports: ["websocket"], auth: { token: token() } });
        const greeted = ada.next("session");
        await ada.open();
        const { user, rooms } = await greeted;
        assert.equal(user.id, "u0");
        assert.equal(rooms.personal, "user-u0");
        assert.deepEqual(await ada.request("echo", 1), 1);
    });

    for (const [what, auth] of Object.entries({
        "without one": {},
        "with one of another key": { token: token({}, "another secret that is also long enough") },
        "with one that is over": { token: token({ exp: inSeconds(-60) }) },
        "with no token at all in it": { token: "x" },
    })) {
        scenario(`refuses who comes ${what}`, async () => {
            await assert.rejects(connect(server, { auth }), /unauthorized/);
        });
    }
});
