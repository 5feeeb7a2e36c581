// What an app does with the official client, with every version since 2.5, over every transport. The product's own
// events with these clients: old_clients, feed and recovery.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { OfficialClient, versions } from "./support/official_client.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { Conformance } from "./support/server.mjs";

const transportLists = [["polling"], ["websocket"], ["polling", "websocket"]];
const heartbeat = ["--ping-interval", 200, "--ping-timeout", 5000];

const withBytes = () => ({
    name: "notes.pdf",
    pages: [Buffer.from([0, 1, 254, 255]), { thumbnail: Buffer.alloc(100_000, 7), empty: Buffer.alloc(0) }],
});

// { name, server, check(connect, more) }: connect(options) → a client of the cell's version and transports. more: the
// server, the version, and make(options), the same client before it connects.
const behaviours = [
    {
        name: "connects, and moves to the last of its transports",
        server: "protocol",
        async check(connect, { transports }) {
            const client = await connect();
            assert.equal(client.socket.connected, true);
            assert.match(client.socket.id, /^[A-Za-z0-9_-]{20}$/);
            await eventually("the upgrade", () => client.transport === transports.at(-1));
            assert.deepEqual(await client.request("message-with-ack", "hello"), "hello");
            assert.deepEqual(client.disconnects, []);
        },
    },
    {
        name: "shows its credentials to a namespace",
        server: "protocol",
        async check(connect, { version }) {
            const credentials = { token: "abc" };
            const client = await connect({
                namespace: "/custom",
                ...(version === "2.5" ? { query: credentials } : { auth: credentials }),
            });
            assert.deepEqual(await client.hear("auth"), [[credentials]]);
            assert.equal(await client.request("message-with-ack", 1), 1);
        },
    },
    {
        name: "sends and hears events",
        server: "protocol",
        async check(connect) {
            const client = await connect();
            const values = [1, "zwei – 二", null, true, { list: [[], {}, 0.5], "": "x".repeat(50_000) }];
            client.socket.emit("message", ...values);
            assert.deepEqual(await client.hear("message-back"), [values]);
        },
    },
    {
        name: "sends bytes inside objects, and gets them back",
        server: "protocol",
        async check(connect) {
            const client = await connect();
            client.socket.emit("message", withBytes(), Buffer.from("x"));
            assert.deepEqual(await client.hear("message-back"), [[withBytes(), Buffer.from("x")]]);
            assert.deepEqual(await client.request("message-with-ack", withBytes()), withBytes());
        },
    },
    {
        name: "has its messages answered in their order, also while it changes the transport",
        server: "protocol",
        async check(connect) {
            const client = await connect();
            const numbers = Array.from({ length: 300 }, (_, i) => i);
            for (const number of numbers) {
                client.socket.emit("message", number);
                if (number % 10 === 0) await sleep(1);
            }
            const heard = await client.hear("message-back", numbers.length);
            assert.deepEqual(heard.flat(), numbers);
        },
    },
    {
        name: "lives on by its heartbeats",
        server: "protocol",
        async check(connect) {
            const client = await connect();
            await eventually("two heartbeats", () => client.heartbeats >= 2);
            assert.equal(await client.request("message-with-ack", "alive"), "alive");
            assert.deepEqual(client.disconnects, []);
        },
    },
    {
        name: "leaves one namespace and keeps the other",
        server: "protocol",
        async check(connect) {
            const main = await connect();
            const custom = main.socket.io.socket("/custom");
            custom.connect();
            await main.next("connect", custom);
            custom.disconnect();
            assert.equal(await main.request("message-with-ack", "still here"), "still here");
            assert.equal(custom.connected, false);
            assert.deepEqual(main.disconnects, []);
        },
    },
    {
        name: "leaves for good, and comes when it is told to",
        server: "protocol",
        async check(connect) {
            const client = await connect();
            const { id } = client.socket;
            client.socket.disconnect();
            assert.deepEqual(client.disconnects, ["io client disconnect"]);
            await client.open();
            assert.notEqual(client.socket.id, id);
            assert.equal(await client.request("message-with-ack", "back"), "back");
        },
    },
    ...["SIGTERM", "SIGKILL"].map((signal) => ({
        name: `comes back by itself after a ${signal}`,
        server: "protocol",
        async check(connect, { server, transports }) {
            const client = await connect();
            await eventually("the upgrade", () => client.transport === transports.at(-1));
            const { id } = client.socket;
            const back = client.next("connect");
            await server.restart(signal);
            await back;
            // Not "io server disconnect", after which no client comes back.
            assert.match(client.disconnects.join(), /^transport (close|error)$/);
            assert.notEqual(client.socket.id, id);
            assert.equal(await client.request("message-with-ack", "back"), "back");
        },
    })),
    {
        name: "answers the server's question",
        server: "client",
        async check(connect) {
            const client = await connect();
            client.socket.on("ack", (answer) => answer(5, { test: true }));
            client.socket.emit("ack");
            await client.hear("got it");
        },
    },
    {
        name: "hears the server's own bytes and texts",
        server: "client",
        async check(connect) {
            const client = await connect();
            client.socket.emit("getbin");
            client.socket.emit("getUtf8");
            const [[bytes]] = await client.hear("takebin");
            assert.deepEqual(bytes, Buffer.from("asdfasdf"));
            const texts = (await client.hear("takeUtf8", 5)).map(([text]) => text);
            const sent = ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"];
            assert.deepEqual(texts, sent);
        },
    },
    {
        name: "has the id that the server knows it by",
        server: "client",
        async check(connect) {
            const client = await connect({ namespace: "/foo" });
            assert.equal(client.socket.id, await client.request("getId"));
        },
    },
    {
        name: "has its query seen",
        server: "client",
        async check(connect) {
            const client = await connect({ query: { room: "a & b" } });
            const { query } = await client.request("getHandshake");
            assert.equal(query.room, "a & b");
            assert.equal(query.EIO, client.isOld ? "3" : "4");
        },
    },
    ...[
        ["by the main namespace", { query: { fail: "1" } }, "Auth failed (main namespace)"],
        ["by another", { namespace: "/no" }, "Auth failed (custom namespace)"],
        ["by one that does not exist", { namespace: "/nowhere" }, "Invalid namespace"],
    ].map(([by, options, message]) => ({
        name: `is told why it is refused ${by}`,
        server: "client",
        async check(_, { make }) {
            const client = make(options);
            assert.equal(await client.refusal(), message);
            assert.equal(client.socket.connected, false);
        },
    })),
];

describe("official clients", () => {
    const servers = {};
    before(async () => {
        servers.protocol = await Conformance.start("--allow-eio3", ...heartbeat);
        servers.client = await Conformance.start("--allow-eio3", "--scenario", "client");
    });
    after(tidyUp);

    for (const version of Object.keys(versions)) {
        for (const transports of transportLists) {
            describe(`${version} over ${transports.join(", then ")}`, () => {
                for (const behaviour of behaviours) {
                    scenario(behaviour.name, async () => {
                        const server = servers[behaviour.server];
                        const made = [];
                        const make = (options) => {
                            made.push(new OfficialClient(server, version, { transports, ...options }));
                            return made.at(-1);
                        };
                        const connect = async (options) => {
                            const client = make(options);
                            await client.open();
                            return client;
                        };
                        await behaviour.check(connect, { make, server, version, transports });
                        for (const client of made) client.discard();
                    });
                }
            });
        }
    }
});

describe("connection state recovery", () => {
    let server;
    before(async () => (server = await Conformance.start("--scenario", "rooms", "--recovery-window", 60_000)));
    after(tidyUp);

    async function member(options) {
        const client = await OfficialClient.connect(server, "4.8", options);
        await client.request("join", "lobby");
        return client;
    }

    for (const transports of transportLists) {
        scenario(`gives back what was missed, and the rooms, over ${transports.join(", then ")}`, async () => {
            const [ada, bob] = [await member({ transports }), await member({ transports })];
            const publish = (data) => bob.request("publish", { room: "lobby", data });
            await publish("heard");
            await ada.hear("msg");
            const { id } = ada.socket;
            ada.socket.io.reconnection(false);
            ada.socket.io.engine.close();
            await publish("missed");
            await publish({ missed: "too" });
            await ada.open();
            await publish("heard again");
            const heard = (await ada.hear("msg", 4)).map(([data]) => data);
            assert.deepEqual(heard, ["heard", "missed", { missed: "too" }, "heard again"]);
            assert.equal(ada.socket.recovered, true);
            assert.equal(ada.socket.id, id);
            ada.discard();
            bob.discard();
        });
    }

    scenario("does not happen to a client that said goodbye", async () => {
        const ada = await member();
        const { id } = ada.socket;
        ada.socket.disconnect();
        await ada.open();
        assert.equal(ada.socket.recovered, false);
        assert.notEqual(ada.socket.id, id);
        ada.discard();
    });

    scenario("ends with its window", async () => {
        server = await Conformance.start("--scenario", "rooms", "--recovery-window", 50);
        const ada = await member();
        const { id } = ada.socket;
        ada.socket.io.reconnection(false);
        ada.socket.io.engine.close();
        await sleep(200);
        await ada.open();
        assert.equal(ada.socket.recovered, false);
        assert.notEqual(ada.socket.id, id);
        ada.discard();
    });
});

describe("a server without --allow-eio3", () => {
    let server;
    before(async () => (server = await Conformance.start()));
    after(tidyUp);

    scenario("tells 2.5 by polling that its request is bad", async () => {
        const client = new OfficialClient(server, "2.5", { transports: ["polling"] });
        const error = await client.open().then(assert.fail, (refused) => refused);
        assert.equal(error.message, "xhr poll error");
        assert.equal(error.description, 400);
        client.discard();
    });

    scenario("tells 2.5 by WebSocket that its request is bad", async () => {
        const client = new OfficialClient(server, "2.5", { transports: ["websocket"] });
        const error = await client.open().then(assert.fail, (refused) => refused);
        assert.equal(error.message, "websocket error");
        assert.match(error.description.message, /Unexpected server response: 400/);
        client.discard();
    });
});
