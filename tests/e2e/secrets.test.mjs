// A secret in everything, and a long random day: nobody is sent a secret of what he cannot see at that time, in no event,
// answer or error, over sockets and REST, through changes of the roster, blocks, deletions, restarts and kill -9.
//
// OPERATIONS (3,000) and SEED in the environment. The same seed makes the same choices, as far as the answers are the same,
// whatever the number: the shortest run that fails is SEED=… OPERATIONS=(the number printed with the failure).
// The long form: OPERATIONS=200000 node --test secrets.test.mjs

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { Day } from "./support/day/day.mjs";
import { Judge } from "./support/day/judge.mjs";
import { Oracle } from "./support/day/oracle.mjs";
import { Chance, seedOfRun } from "./support/random.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";

const operations = Number(process.env.OPERATIONS ?? 3000);
const shownEvery = 10_000;

// A judge who lets everything pass would be no proof: each kind of fault, in the smallest school there is.
describe("the judge of secrets", () => {
    const oracle = new Oracle();
    const judge = new Judge(oracle);
    const id = (n) => `01ARZ3NDEKTSV4RRFFQ69G5FA${n}`;
    const word = (n) => `zq000000${n}`;
    oracle.graded = new Map();
    oracle.classes.set("math", { course: "science", school: "north" }).set("art", { course: "arts", school: "north" });
    for (const [user, role] of [["tess", "teacher"], ["ada", "student"], ["ben", "student"], ["max", "student"], ["grace", "guardian"]])
        oracle.addUser(user, "north", role, { masked: user === "max" });
    for (const user of ["ada", "ben", "max"]) oracle.enroll(user, "math", "student");
    oracle.enroll("tess", "math", "teacher");
    oracle.addUser("cleo", "south", "student");
    const place = (n, thing) => {
        const whole = { id: id(n), masks: new Set(), moderators: new Set(), maskedSince: 0, words: [word(n)], ...thing };
        oracle.things.set(whole.id, whole);
        oracle.put([word(n)], { rule: "thing", thing: whole });
        return whole;
    };
    const room = "class-math";
    place(1, { type: "post", room, author: "tess", visibility: "staff" });
    const post = place(2, { type: "post", room, author: "ada", visibility: "everyone" });
    place(3, { type: "post", room, author: "max", visibility: "everyone", anonymous: true }).masks.add("max");
    const both = new Set(["ada", "ben"]);
    const pair = { type: "conversation", kind: "direct", members: new Map([["ada"], ["ben"]]), wereMembers: both, hiddenFrom: new Map(), shownTo: new Set() };
    const conversation = place(4, { ...pair, messages: [] });
    place(5, { type: "message", conversation, author: "ada", ...{ named: both, wereNamed: both, everNamed: both } });
    const grade = place(6, { type: "grade", classId: "math", student: "ada", item: "x", wasPublished: true, draft: new Set(["700000002"]), published: new Set(["700000001"]) });
    oracle.put(["700000001", "700000002", "700000003"], { rule: "mark", grade });
    place(7, { type: "announcement", room, author: "tess", publishAt: Date.now() + 1e9 });
    place(8, { type: "post", room, author: "ada", visibility: "everyone", deleted: true });
    oracle.put([word(9)], { rule: "name", user: "max" });
    oracle.put([word("a")], { rule: "nobody" });
    oracle.outdate([word("b")], post);
    oracle.step = 5;

    const fault = (user, kind, name, value, request) =>
        judge.fault({ user, context: { kind, name, at: value.at, step: oracle.step, request }, text: JSON.stringify(value), value });
    const good = (...args) => assert.equal(fault(...args), undefined);
    const bad = (pattern, ...args) => assert.match(fault(...args) ?? "nothing", pattern);

    test("finds what is hidden, wherever it stands, and lets pass what is not", () => {
        good("tess", "event", "post:created", { text: word(1) });
        bad(/secret/, "ada", "event", "post:created", { text: `so ${word(1)}.` });
        bad(/secret/, "ada", "answer", "feed:list", { ok: false, error: { message: word(1) } });
        bad(/the id/, "ada", "event", "reaction:changed", { target: { post: id(1) } });
        good("ben", "event", "post:created", { text: word(2) });
        bad(/secret/, "cleo", "event", "post:created", { text: word(2) });
        good("ben", "event", "message:created", { text: word(5) });
        for (const user of ["tess", "max"]) bad(/secret/, user, "event", "message:created", { text: word(5) });
        good("tess", "answer", "announcement:list", [word(7)]);
        bad(/secret/, "ada", "answer", "announcement:list", [word(7)]);
        good("ben", "event", "post:deleted", { postId: id(8) });
        bad(/secret/, "ada", "event", "post:created", { text: word(8) });
        bad(/secret/, "ada", "answer", "anything", word("a"));
        bad(/the room/, "cleo", "answer", "me", { rooms: ["class-math"] });
        oracle.drop("ben", "math");
        bad(/secret/, "ben", "event", "post:created", { text: word(2) });
        oracle.enroll("ben", "math", "student");
        oracle.plant(word("c"));
        assert.equal(fault("ada", "event", "post:created", { text: word("c") }), "pending");
    });

    test("finds marks with whom they are not, old ones with anybody, and old texts with who reads now", () => {
        good("ada", "event", "grade:updated", { score: 700000001 });
        for (const user of ["ben", "grace"]) bad(/secret/, user, "event", "grade:updated", { score: 700000001 });
        bad(/secret/, "ada", "event", "grade:updated", { score: 700000002 });
        bad(/secret/, "tess", "answer", "grade:list", { score: 700000003 });
        oracle.users.get("ada").agents.add("grace");
        good("grace", "event", "grade:updated", { score: 700000001 });
        good("ben", "event", "post:created", { text: word("b") });
        bad(/secret/, "ben", "answer", "post:get", { text: word("b") });
        good("tess", "answer", "feed:history", { text: word("b") });
        // Taken from ben with its second edit: the first two texts are replayed to him, the third never was his.
        const sides = { named: new Set(["ada"]), wereNamed: both, everNamed: new Set(["ada"]) };
        const message = place(0, { type: "message", conversation, author: "ada", ...sides });
        for (const text of ["0", "d", "e"]) oracle.outdate([word(text)], message);
        oracle.takeFrom([word(0), word("d")], new Set(["ben"]));
        for (const text of ["0", "d"]) good("ben", "event", "message:created", { text: word(text) });
        for (const text of ["0", "d"]) bad(/secret/, "ben", "answer", "message:list", { text: word(text) });
        bad(/secret/, "ben", "event", "message:updated", { text: word("e") });
        // Brought there again by whom he blocks: only what he was told before.
        const told = (user, at) => fault(user, "event", "conversation:left", { conversation: id(4), at });
        conversation.members.delete("ben");
        oracle.show(conversation, "ben");
        conversation.hiddenFrom.set("ben", Date.parse("2026-01-02"));
        assert.equal(told("ben", "2026-01-01T00:00:00.000Z"), undefined);
        assert.match(told("ben", "2026-01-03T00:00:00.000Z"), /the id/);
        conversation.members.set("ben");
        oracle.show(conversation, "ben");
    });

    test("finds who is behind a pseudonym, who hides, and what is another's", () => {
        good("ben", "event", "post:created", { post: { id: id(3), author: { id: "~1", name: "Owl" } } });
        bad(/author/, "ben", "event", "post:created", { post: { id: id(3), author: { id: "max", name: "x" } } });
        bad(/pseudonym/, "ben", "answer", "feed:list", [{ id: id(5), anonymous: true, author: { id: "ada" } }, { identity: {} }]);
        bad(/anonymous/, "ben", "event", "reaction:changed", { postId: id(3), by: { id: "max" } });
        bad(/secret/, "ben", "event", "comment:created", { by: { name: word(9) } });
        good("tess", "answer", "announcement:acks", { name: word(9) });
        bad(/pseudonyms/, "ben", "event", "typing", { to: { post: id(3) }, user: "ada", on: true });
        const sights = (user, status) => ["presence:changed", { room, changes: [{ id: user, status }] }];
        good("ben", "event", ...sights("ada", "busy"));
        bad(/room/, "cleo", "event", ...sights("ada", "busy"));
        Object.assign(oracle.users.get("ada"), { invisible: true, hidden: true });
        bad(/invisible/, "tess", "event", ...sights("ada", "busy"));
        good("ben", "event", ...sights("ada", "offline"));
        bad(/opted out/, "ben", "answer", "presence:watch", { users: [{ id: "ada", status: "offline" }] }, { room });
        good("tess", "event", ...sights("ada", "offline"));
        bad(/types/, "ben", "event", "typing", { to: { room }, user: "ada", on: true });
        bad(/alone/, "ben", "event", "rooms:changed", { room: "user-ada" });
        oracle.blocks.set("ben|ada", Date.parse("2026-01-02"));
        good("ben", "event", "message:read", { user: "ada", at: "2026-01-01T00:00:00.000Z" });
        bad(/blocks/, "ben", "event", "message:read", { user: "ada", at: "2026-01-03T00:00:00.000Z" });
    });
});

describe("secrets", () => {
    after(tidyUp);

    scenario(`are kept through ${operations} random operations`, { seconds: 120 + operations / 20 }, async (t) => {
        const day = new Day(new Chance(seedOfRun()));
        await day.start();
        const began = Date.now();
        try {
            for (let next = shownEvery; day.number < operations; ) {
                await day.step();
                if (day.number < next) continue;
                console.log(`${day.number} operations, ${day.judge.judged} payloads judged`);
                next += shownEvery;
            }
            await day.finish();
        } catch (error) {
            const again = `SEED=${day.chance.seed} OPERATIONS=${day.number + 1}`;
            console.error(`${again}, the last operations:\n${day.history.join("\n")}`);
            throw error;
        }
        const words = [day.server.log, (await (await fetch(`http://127.0.0.1:${day.server.adminPort}/metrics`)).text())]
            .flatMap((text) => text.match(/zq[0-9a-z]{7}/g) ?? [])
            .filter((word) => !["room"].includes(day.oracle.secrets.get(word)?.rule));
        assert.deepEqual(words, [], "the log and the metrics have none");
        const { judge } = day;
        // What a day is too short for shows nothing.
        const sure = operations < 3000 ? [] : ["thing", "old", "mark", "item", "reason", "title", "room", "name", "own", "everybody"];
        for (const rule of sure)
            assert.ok(judge.rules.get(rule) > 0, `nobody was ever shown what is under the rule ${rule}`);
        const seconds = ((Date.now() - began) / 1000).toFixed(1);
        t.diagnostic(`${day.number} operations, ${day.words} secrets, ${day.restarts} restarts, ${day.barriers} alerts`);
        t.diagnostic(`${judge.judged} payloads judged, ${judge.found} secrets and ids rightly there, ${seconds} s`);
        if (process.env.OUTCOMES) for (const one of [...day.outcomes].sort()) t.diagnostic(one.join(" "));
    });
});
