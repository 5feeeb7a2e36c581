// Every limit of the transport, set low and attacked: the refusal is the documented one, the limit's own metric counts
// it and no other does, nobody else notices, and the server spends next to nothing on it.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { connectionAttacks } from "./support/attacks/connections.mjs";
import { messageAttacks } from "./support/attacks/messages.mjs";
import { packetAttacks } from "./support/attacks/packets.mjs";
import { requestAttacks } from "./support/attacks/requests.mjs";
import { slowReaderAttacks } from "./support/attacks/slow_readers.mjs";
import { Engine } from "./support/engine.mjs";
import { frame } from "./support/frames.mjs";
import { limitCounts, limitsReached } from "./support/metrics.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { Conformance } from "./support/server.mjs";
import { Product } from "./support/targets.mjs";

const attacks = [
    ...connectionAttacks,
    ...requestAttacks,
    ...messageAttacks,
    ...packetAttacks,
    ...slowReaderAttacks,
];

// Reached only where the application asks its clients; the product does not.
const elsewhere = ["pending_acks"];

describe("the limit", () => {
    after(tidyUp);

    for (const { what, limit, config, attack } of attacks) {
        scenario(`${limit} stops ${what}`, async () => {
            const target = await Product.start(config);
            assert.deepEqual(await limitsReached(target.server), {});
            const times = await attack(target);
            await eventually("the attack to be counted", async () => {
                assert.deepEqual(await limitsReached(target.server), { [limit]: times });
                return true;
            });
            target.cheap();
            await target.unharmed();
            await target.server.discard();
        });
    }

    scenario("pending_acks stops a client that has questions asked and answers none", async () => {
        const pendingMax = 1000;
        const server = await Conformance.start("--scenario", "client");
        const engine = new Engine(server, "/socket.io/");
        const socket = await engine.openSocket();
        socket.send("40");
        assert.match(await socket.nextButPing(), /^40\{/);
        for (let i = 0; i < pendingMax + 500; i++) socket.send('42["ack"]');
        socket.send('420["echo","the last"]');
        const asked = [];
        for (;;) {
            const packet = await socket.nextButPing();
            if (packet.startsWith("430")) break;
            asked.push(packet);
        }
        assert.equal(asked.length, pendingMax);
        socket.send('430[5,{"test":true}]'); // an answer makes room for a question
        assert.match(await socket.nextButPing(), /^42\["got it"/);
        socket.send('42["ack"]');
        assert.equal(await socket.nextButPing(), `42${pendingMax}["ack"]`);
        await server.discard();
    });

    scenario("has an attack for each name in the metrics", async () => {
        const target = await Product.start();
        const attacked = new Set([...attacks.map(({ limit }) => limit), ...elsewhere]);
        assert.deepEqual([...attacked].sort(), Object.keys(await limitCounts(target.server)).sort());
        await target.server.discard();
    });
});

// What a reader is answered, page after page, who takes everything at once; rejects when the reader is cut off instead.
async function readAll(target, name, request, entries) {
    const reader = await target.connect("ada");
    const cutOff = new Promise((_, reject) => {
        reader.socket.once("disconnect", (reason) => reject(new Error(`the reader was cut off: ${reason}`)));
    });
    const pages = [];
    let before;
    do {
        const answered = reader.requestOk(name, { ...request, before });
        answered.catch(() => {}); // it never comes to a reader who was cut off
        const page = await Promise.race([answered, cutOff]);
        pages.push(page[entries]);
        before = page.next;
    } while (before !== null);
    return pages;
}

// So many, of which some are on their way at a time.
async function repeat(count, act, atOnce = 50) {
    for (let i = 0; i < count; i += atOnce) {
        await Promise.all(Array.from({ length: Math.min(atOnce, count - i) }, act));
    }
}

describe("within the limits", () => {
    after(tidyUp);

    scenario("a post with the most and longest comments can be read", async () => {
        const target = await Product.start();
        const { id } = await target.bystander.post("class-math", "Say it.");
        const author = await target.connect("mallory");
        await repeat(500, () => author.comment(id, '"'.repeat(8000)));
        const pages = await readAll(target, "post:get", { post: id }, "comments");
        assert.equal(new Set(pages.flat().map((comment) => comment.id)).size, 500);
        assert.ok(pages.length > 1 && pages.every((page) => page.length > 0));
        assert.deepEqual(await limitsReached(target.server), {});
    });

    scenario("the longest page of the longest posts can be read", async () => {
        const target = await Product.start();
        const author = await target.connect("mallory");
        await repeat(100, () => author.post("class-math", "\u0001".repeat(20_000)), 5);
        const pages = await readAll(target, "feed:list", { room: "class-math", limit: 100 }, "posts");
        assert.equal(new Set(pages.flat().map((post) => post.id)).size, 100);
        assert.ok(pages.length > 1 && pages.every((page) => page.length > 0));
        assert.deepEqual(await limitsReached(target.server), {});
    });

    scenario("a message that was announced and never sent takes no memory", async () => {
        const target = await Product.start(
            "[server]\nmessage_bytes_max = 50000000\nsend_queue_bytes_max = 100000000\n" +
                "[limits]\nattachment_bytes = 50000000\n",
        );
        for (let i = 0; i < 20; i++) {
            const socket = await target.join();
            socket.sendBytes(frame("4", { declared: 50_000_000 }));
            await socket.roundTrip(100);
        }
        target.cheap({ mebibytes: 40 });
        assert.deepEqual(await limitsReached(target.server), {});
        await target.unharmed();
    });
});
