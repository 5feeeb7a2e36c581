// What works, targets and the page say of each other is there.

import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";

import { metrics } from "./metrics.mjs";
import { targets } from "./targets.mjs";
import { works } from "./works/all.mjs";

const template = fs.readFileSync(new URL("../performance.template.md", import.meta.url), "utf8");

for (const work of works) {
    describe(`the work ${work.name}`, () => {
        const ids = work.entries.map(({ id }) => id);
        test("has entries of different ids, each with something to do", () => {
            assert.equal(new Set(ids).size, ids.length);
            for (const { id, scenario, run } of work.entries) assert.ok(scenario ?? run, id);
        });
        test("says how long it takes", () => {
            assert.ok((work.takes ?? work.setUp) > 0);
        });
        test("shows metrics that there are", () => {
            for (const name of [...(work.columns ?? work.measures), work.ratioOf ?? []].flat()) assert.ok(metrics[name], name);
        });
        test("compares with entries that there are", () => {
            for (const { against } of work.entries) {
                for (const other of Object.values(against)) assert.ok(ids.includes(other), other);
            }
        });
        test("measures the lengths of frames that its entries ask for", () => {
            const asked = [];
            const lengths = new Proxy({}, { get: (_, name) => asked.push(name) });
            const context = { lengths, round: new Proxy({}, { get: () => ({ sent: 1, seconds: 1 }) }) };
            for (const { args, also } of work.entries) [args?.(context), also?.(context)];
            assert.equal(work.lengths !== undefined, asked.length > 0);
        });
        test("takes no rate from a run that failed its check", () => {
            const context = { lengths: {}, round: new Proxy({}, { get: () => ({ sent: 1, seconds: 1, check_failed: "1 lost" }) }) };
            const askRound = work.entries.filter(({ phase }) => phase === 1);
            for (const { args } of askRound) assert.throws(() => args(context), /no rate/);
        });
        test("has a table on the page", () => {
            assert.ok(template.includes(`<!-- table ${work.name} -->`));
        });
    });
}

for (const target of targets) {
    test(`the target "${target.title}" is of a work, and has one bound`, () => {
        const work = works.find(({ name }) => name === target.work);
        const ids = work.entries.map(({ id }) => id);
        assert.ok(ids.includes(target.entry), target.entry);
        if (target.over !== undefined) assert.ok(ids.includes(target.over), target.over);
        for (const name of [target.metric, target.overMetric ?? target.metric]) assert.ok(metrics[name], name);
        assert.equal([target.atLeast, target.atMost].filter((bound) => bound > 0).length, 1);
    });
}
