// The server dies in the middle of its work, again and again: every acknowledged post exists exactly once and reaches
// everybody it was for, in order, none twice.
//
// KILL_ROUNDS (6) in the environment for a longer run.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Chance, seedOfRun } from "./support/random.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const rounds = Number(process.env.KILL_ROUNDS ?? 6);
const authors = ["tess", "ada", "ben", "max"];

// Posts one after the other until told to stop; each is repeated with its key until it is acknowledged.
class Author {
    constructor(person) {
        this.person = person;
        this.started = new Set(); // texts
        this.acknowledged = new Map(); // text → id
        this.repeats = 0;
    }

    async write(until) {
        for (let number = 0; !until(); number++) {
            const text = `${this.person.user} ${number}`;
            this.started.add(text);
            this.acknowledged.set(text, await this.insist(text));
            await sleep(4);
        }
    }

    async insist(text) {
        const draft = { to: "class-math", text, key: text.replace(" ", "-") };
        for (let attempt = 0; ; attempt++) {
            assert.ok(attempt < 20, `${text} is never acknowledged`);
            this.repeats += attempt > 0 ? 1 : 0;
            const answer = await new Promise((resolve) => {
                const settled = (error, value) => resolve(error ? null : value);
                this.person.socket.timeout(1500).emit("post:create", draft, settled);
            });
            if (answer?.ok) return answer.post.id;
            if (answer) {
                const { code } = answer.error;
                assert.ok(["unavailable", "rate_limited"].includes(code), JSON.stringify(answer));
                await sleep(50);
            }
        }
    }
}

// Each acknowledged post once, in the order of seq.
function checkReceived(person, acknowledged) {
    const posts = person.received("post:created");
    const order = posts.map((event) => event.seq);
    assert.deepEqual(order, [...order].sort(), `${person.user} got them out of order`);
    assert.equal(new Set(order).size, order.length, `${person.user} got some twice`);
    const got = new Map(posts.map((event) => [event.post.text, event.post.id]));
    assert.equal(got.size, posts.length, `${person.user} got a text twice`);
    const missing = [...acknowledged.keys()].filter((text) => !got.has(text));
    assert.deepEqual(missing, [], `${person.user} misses acknowledged posts`);
    for (const [text, id] of acknowledged) assert.equal(got.get(text), id, `${text} is another post`);
    for (const text of got.keys()) assert.ok(acknowledged.has(text), `nobody acknowledged ${text}`);
}

describe("kill -9 under load", () => {
    let server;
    let stop = false;
    before(async () => {
        const school = new School("north").class("math").class("art").teacher("tess", "math");
        for (const id of ["ada", "ben", "max", "mia", "noa"]) school.student(id, "math");
        server = await Server.start({ school: school.student("cleo", "art") });
    });
    after(() => {
        stop = true;
        return tidyUp();
    });

    scenario(`loses nothing in ${rounds} rounds`, { seconds: 60 + rounds * 20 }, async (t) => {
        const chance = new Chance(seedOfRun());
        const connect = (user, transports = ["websocket"]) =>
            Person.connect(server, user, { transports });
        const writing = (await Promise.all(authors.map((user) => connect(user)))).map(
            (person) => new Author(person),
        );
        const readers = await Promise.all([
            connect("mia"),
            connect("mia", ["polling"]),
            connect("noa", ["polling", "websocket"]),
            connect("ada"),
        ]);
        const traveller = await connect("noa"); // away during kills
        const outsider = await connect("cleo");

        const work = Promise.all(writing.map((author) => author.write(() => stop)));
        work.catch(() => {});
        for (let round = 0; round < rounds; round++) {
            if (round % 2 === 0) await traveller.away();
            await sleep(400 + chance.below(1600));
            await server.restart("SIGKILL");
            if (round % 2 === 0) await traveller.back();
        }
        const { cursor } = (await connect("max")).session;
        // One that was on its way may have been stored before the cursor and be acknowledged after it.
        const earlier = new Set(writing.flatMap((author) => [...author.started]));
        await sleep(500);
        await server.restart("SIGKILL");
        await sleep(300);
        stop = true;
        await work;

        const acknowledged = new Map(writing.flatMap((author) => [...author.acknowledged]));
        const everyone = [...writing.map((author) => author.person), ...readers, traveller];
        for (const person of everyone) {
            const complete = () => new Set(person.texts()).size >= acknowledged.size;
            await eventually(`${person.user} to have everything`, complete, 15_000).catch(() => {});
            await person.settle(200);
            checkReceived(person, acknowledged);
        }
        assert.deepEqual(outsider.received("post:created"), []);

        const device = await Person.connect(server, "max", { auth: { cursor } });
        const recent = [...acknowledged.keys()].filter((text) => !earlier.has(text));
        await eventually("the new device to have the rest", () => {
            const there = new Set(device.texts());
            return recent.every((text) => there.has(text));
        });
        const order = device.received("post:created").map((event) => event.seq);
        assert.deepEqual(order, [...new Set(order)].sort());

        await checkFeed(device, acknowledged);
        const repeats = writing.reduce((sum, author) => sum + author.repeats, 0);
        t.diagnostic(`${acknowledged.size} posts, ${repeats} repeated, ${rounds + 1} kills`);
    });

    async function checkFeed(person, acknowledged) {
        const stored = new Map();
        let next;
        do {
            const request = { room: "class-math", limit: 100, ...(next ? { before: next } : {}) };
            const page = await person.requestOk("feed:list", request);
            for (const post of page.posts) {
                assert.ok(!stored.has(post.text), `${post.text} is stored twice`);
                stored.set(post.text, post.id);
            }
            next = page.next;
        } while (next);
        assert.deepEqual([...stored].sort(), [...acknowledged].sort());
    }
});
