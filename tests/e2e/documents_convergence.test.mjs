// People write the same document through a server that dies and networks that break: every copy ends with the same text,
// the server has it, and all that was acknowledged is in it.
//
// SEED repeats a run; KILL_ROUNDS (2) and TRACE_TRANSACTIONS (400) in the environment make a longer one.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, describe } from "node:test";
import { gunzipSync } from "node:zlib";

import { Person } from "./support/client.mjs";
import { Copy, Y, updateMessage } from "./support/documents.mjs";
import { Chance, seedOfRun } from "./support/random.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

after(tidyUp);

const rounds = Number(process.env.KILL_ROUNDS ?? 2);
const transactions = Number(process.env.TRACE_TRANSACTIONS ?? 400);
const writers = ["ada", "ben", "max", "tess"];
const school = () =>
    new School("north").class("math").teacher("tess", "math").student("ada", "math").student("ben", "math").student("max", "math");
const wait = 60_000;

async function newDocument(server) {
    const tess = await Person.connect(server, "tess");
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "Together" });
    tess.leave();
    return doc.id;
}

async function allAlike(copies) {
    await eventually("every copy to be saved", () => copies.every(({ provider }) => provider.saved), wait);
    await eventually("every copy to be alike", () => new Set(copies.map(String)).size === 1, wait);
    for (const copy of copies) assert.deepEqual(copy.refusals, [], copy.person.user);
}

// What the traces' own writers made, each by the real Yjs, in the order in which it became possible.
function updatesOf(name, count) {
    const file = new URL(`../data/editing-traces/${name}.json.gz`, import.meta.url);
    const trace = JSON.parse(gunzipSync(fs.readFileSync(file)));
    const updates = [];
    const docs = Array.from({ length: trace.numAgents }, () => ({ doc: new Y.Doc(), has: new Set() }));
    const authors = [];
    trace.txns.slice(0, count).forEach(({ parents, agent, patches }, number) => {
        const writer = docs[agent];
        const look = [...parents];
        const missing = [];
        while (look.length > 0) {
            const version = look.pop();
            if (writer.has.has(version)) continue;
            writer.has.add(version);
            missing.push(version);
            look.push(...trace.txns[version].parents);
        }
        for (const version of missing.sort((a, b) => a - b)) Y.applyUpdate(writer.doc, updates[version]);
        const before = Y.encodeStateVector(writer.doc);
        const text = writer.doc.getText("text");
        writer.doc.transact(() => {
            for (const [position, deletions, insertion] of patches) {
                if (deletions > 0) text.delete(position, deletions);
                if (insertion !== "") text.insert(position, insertion);
            }
        });
        updates.push(Y.encodeStateAsUpdate(writer.doc, before));
        authors.push(agent);
        writer.has.add(number);
    });
    const whole = new Y.Doc();
    for (const update of updates) Y.applyUpdate(whole, update);
    return { updates, authors, text: whole.getText("text").toString() };
}

describe("documents converge", () => {
    scenario("while people type at random, connections break and the server is killed", { seconds: 240 }, async () => {
        const server = await Server.start({ school: school() });
        const id = await newDocument(server);
        const chance = new Chance(seedOfRun());
        const people = await Promise.all(writers.map((user) => Person.connect(server, user)));
        const copies = await Promise.all(people.map((person) => Copy.open(person, id)));
        for (let round = 0; round < rounds; round++) {
            for (let step = 0; step < 150; step++) {
                const copy = chance.one(copies);
                const { length } = copy.text;
                if (chance.happens(0.25) && length > 0) {
                    const at = chance.below(length);
                    copy.text.delete(at, Math.min(length - at, 1 + chance.below(5)));
                } else {
                    copy.type(chance.one(["a", "bc ", "ä", "🙂", "hello ", "\n"]), chance.below(length + 1));
                }
                if (chance.happens(0.03)) copy.person.breakTransport();
                if (chance.happens(0.2)) await sleep(chance.below(15));
            }
            await server.restart("SIGKILL");
        }
        await allAlike(copies);
        const { text } = await people[0].requestOk("doc:export", { doc: id });
        assert.equal(text, String(copies[0]));
        const fresh = await Copy.open(await Person.connect(server, "tess"), id);
        await fresh.shows(text);
        const { parts } = await people[0].requestOk("doc:authors", { doc: id });
        assert.equal(parts.reduce((sum, { length }) => sum + length, 0), text.length);
        assert.ok(parts.every(({ by }) => writers.includes(by.id)));
    });

    scenario("traces of real people, out of order and twice, and a kill in between", { seconds: 240 }, async () => {
        const server = await Server.start({ school: school() });
        const id = await newDocument(server);
        const chance = new Chance(seedOfRun());
        const { updates, authors, text } = updatesOf("friendsforever", transactions);
        const people = await Promise.all(writers.map((user) => Person.connect(server, user)));
        const reader = await Copy.open(await Person.connect(server, "tess"), id);
        // What deletes something that has not come yet is refused, and taken when it has: on a real client's way nothing is
        // deleted that did not come from here.
        const open = (person) => person.requestOk("doc:open", { doc: id });
        for (const person of people) await open(person);
        const acknowledged = new Set();
        const send = async (number) => {
            const person = people[authors[number] % people.length];
            for (let attempt = 0; attempt < 200; attempt++) {
                const answer = await new Promise((resolve) => {
                    person.socket.timeout(3_000).emit("doc:sync", id, updateMessage(updates[number]), (lost, value) => resolve(lost ? null : value));
                });
                if (answer?.ok) return acknowledged.add(number);
                if (answer && !["not_found", "unavailable", "rate_limited", "forbidden"].includes(answer.error.code))
                    assert.fail(JSON.stringify(answer));
                if (answer?.error.code === "not_found") await person.request("doc:open", { doc: id }).catch(() => {});
                await sleep(30);
            }
            assert.fail(`update ${number} is never acknowledged`);
        };
        const killAt = Math.floor(updates.length / 2);
        for (let begin = 0; begin < updates.length; begin += 20) {
            const batch = Array.from({ length: Math.min(20, updates.length - begin) }, (_, i) => begin + i);
            const twice = [...batch, ...batch.filter(() => chance.happens(0.2))];
            const order = twice.map((number) => [chance.next(), number]).sort((a, b) => a[0] - b[0]).map(([, number]) => number);
            const sent = Promise.all(order.map(send));
            if (begin <= killAt && killAt < begin + 20) await server.restart("SIGKILL");
            await sent;
            if (chance.happens(0.1)) chance.one(people).breakTransport();
        }
        assert.equal(acknowledged.size, updates.length);
        await reader.shows(text, wait);
        const { text: exported } = await people[3].requestOk("doc:export", { doc: id });
        assert.equal(exported, text);
    });
});
