import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Runner, orderOf } from "./runner.mjs";

const ids = (list) => list.map(({ id }) => id).join(" ");

describe("the order of a round", () => {
    const entries = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "x", phase: 1 }, { id: "y", phase: 1 }];
    test("begins with another one each time, phase by phase", () => {
        assert.equal(ids(orderOf(entries, 0)), "a b c x y");
        assert.equal(ids(orderOf(entries, 1)), "b c a y x");
        assert.equal(ids(orderOf(entries, 2)), "c a b x y");
        assert.equal(ids(orderOf(entries, 3)), "a b c y x");
    });
});

describe("a run", () => {
    // A generator that answers with the arguments it was given.
    const make = () => {
        const log = [];
        const servers = {
            start: async ({ kind }) => {
                log.push(`start ${kind}`);
                return { stop: async () => log.push(`stop ${kind}`) };
            },
        };
        const measure = async (server, scenario, args) => {
            if (args.includes("fail")) throw new Error("no");
            return { sent: 40, seconds: 2, bytes_per_delivery: 400, args };
        };
        return { log, runner: new Runner({ servers, generator: { measure }, say: () => {} }) };
    };
    const entry = (id, args, more) => ({
        ...{ id, label: id, server: { kind: id }, scenario: "fanout", args, ...more },
    });

    test("starts and stops a server for each entry and round", async () => {
        const { log, runner } = make();
        let saved;
        const work = { name: "w", entries: [entry("a", () => []), entry("b", () => [])] };
        await runner.run(work, 2, (found) => (saved = found));
        assert.equal(log.join(", "), "start a, stop a, start b, stop b, start b, stop b, start a, stop a");
        assert.deepEqual(Object.values(saved.entries).map((list) => list.length), [2, 2]);
    });

    test("gives a later phase what an earlier one found in the same round", async () => {
        const { runner } = make();
        let saved;
        const rate = ({ round }) => ["--rate", round.first.sent / round.first.seconds / 2];
        const work = { name: "w", entries: [entry("second", rate, { phase: 1 }), entry("first", () => [])] };
        await runner.run(work, 1, (found) => (saved = found));
        assert.deepEqual(saved.entries.second[0].args, ["--rate", 10]);
    });

    test("goes on when one fails, and stops its server", async () => {
        const { log, runner } = make();
        let saved;
        const work = { name: "w", entries: [entry("a", () => ["fail"]), entry("b", () => [])] };
        await runner.run(work, 1, (found) => (saved = found));
        assert.equal(saved.entries.a[0].error, "no");
        assert.equal(saved.entries.b[0].sent, 40);
        assert.ok(log.includes("stop a"));
    });

    test("gives the entries the lengths that their work measures, once for all works", async () => {
        const { runner } = make();
        let [saved, measured] = [null, 0];
        const lengths = async () => ({ payload: 300 + ++measured });
        const long = (context) => ["--payload", context.lengths.payload];
        const work = { name: "w", lengths, entries: [entry("bare_long", long)] };
        for (let i = 0; i < 2; i++) await runner.run(work, 1, (found) => (saved = found));
        assert.deepEqual(saved.entries.bare_long[0].args, ["--payload", 301]);
        assert.equal(saved.payload_as_long, 301);
    });

    test("adds what its entry says besides", async () => {
        const { runner } = make();
        let saved;
        const also = ({ lengths }) => ({ request_bytes: lengths.payload });
        const lengths = async () => ({ payload: 7 });
        const work = { name: "w", lengths, entries: [entry("a", () => [], { also })] };
        await runner.run(work, 1, (found) => (saved = found));
        assert.equal(saved.entries.a[0].request_bytes, 7);
        assert.equal(saved.entries.a[0].sent, 40);
    });

    test("that is broken off takes its whole round with it", async () => {
        const { runner } = make();
        let saved;
        runner.say = (words) => {
            if (words === "w, round 2 of 3: a") throw new Error("broken off");
        };
        const work = { name: "w", entries: [entry("a", () => []), entry("b", () => [])] };
        await assert.rejects(runner.run(work, 3, (found) => (saved = found)), /broken off/);
        assert.deepEqual(Object.values(saved.entries).map((list) => list.length), [1, 1]);
        assert.deepEqual([saved.rounds, saved.rounds_wanted], [1, 3]);
    });
});
