import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { listOf, secondsOfRound } from "./estimate.mjs";

const work = (name, entries) => ({ name, title: `the ${name}`, setUp: 3, entries });
const window = { seconds: 5, warmUp: 2 };

describe("how long a round takes", () => {
    test("is each run's window, warm-up and setting up", () => {
        assert.equal(secondsOfRound(work("w", [{}, {}]), window), 20);
    });
    test("heeds an entry's own window, and a work that takes what it takes", () => {
        assert.equal(secondsOfRound(work("w", [{ options: { seconds: 10 } }, {}]), window), 15 + 10);
        assert.equal(secondsOfRound({ takes: 8, entries: [{}, {}] }, window), 16);
    });
    test("stands in the list of the works, with all together", () => {
        const [, first, , all] = listOf([work("a", [{}, {}, {}]), work("b", [{}, {}, {}])], window).split("\n");
        assert.match(first, /^a +3 +0\.5 min  the a$/);
        assert.match(all, /^all +6 +1\.0 min  a round of all, with 5 s/);
    });
});
