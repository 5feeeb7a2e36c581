import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { difference, headingOf, prevailing } from "./heading.mjs";

const machine = { commit: "aaaaaaa", compiler: "g++ 12" };
const measured = (at, more) => ({ at, rounds: 5, rounds_wanted: 5, seconds: 5, warm_up: 2, pins: ["0", "1"], machine, ...more });
const usual = measured("2026-02-01T10:00:00Z");

describe("the heading", () => {
    test("is how most works were measured, though another is newer", () => {
        const results = {
            a: { measured: usual },
            b: { measured: measured("2026-02-01T11:00:00Z") },
            c: { measured: measured("2026-02-02T00:00:00Z", { rounds: 1, rounds_wanted: 1 }) },
        };
        assert.equal(
            headingOf(prevailing(results)),
            "Medians of 5 rounds of 5 s, after 2 s to warm up, measured 2026-02-01; server on CPU 0, generator on CPU 1.",
        );
    });
    test("is the newest one's of equally many, and none of nothing", () => {
        const newer = measured("2026-02-02T00:00:00Z", { pins: null });
        assert.equal(prevailing({ b: { measured: newer }, a: { measured: usual } }), newer);
        assert.equal(prevailing({}), undefined);
    });
});

describe("a difference from it", () => {
    test("is none when all is alike but the hour", () => {
        assert.equal(difference(measured("2026-02-01T23:00:00Z"), usual), null);
    });
    test("has rounds, day and commit", () => {
        const other = measured("2026-03-01T10:00:00Z", { rounds: 1, rounds_wanted: 1, machine: { ...machine, commit: "bbbbbbb" } });
        assert.equal(difference(other, usual), "Measured 2026-03-01 in 1 round of 5 s at commit bbbbbbb.");
    });
    test("has what else is not the same", () => {
        const other = measured(usual.at, { pins: null, machine: { ...machine, compiler: "g++ 13" } });
        assert.match(difference(other, usual), /aaaaaaa \(compiler g\+\+ 13, no CPU was reserved\)\.$/);
    });
    test("says that rounds are missing", () => {
        const other = measured(usual.at, { rounds: 2 });
        assert.match(difference(other, usual), /in 2 rounds of 5 s \(broken off: 5 were wanted\) at/);
    });
});
