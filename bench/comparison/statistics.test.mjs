import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { median, percentile, ratios, ratioSummary, summary, verdict } from "./statistics.mjs";

describe("a median", () => {
    test("of an odd number is the middle one, in whatever order they came", () => {
        assert.equal(median([30, 10, 20]), 20);
    });
    test("of an even number lies between the two in the middle", () => {
        assert.equal(median([4, 1, 3, 2]), 2.5);
    });
    test("is by number, not by text", () => {
        assert.equal(median([9, 100, 10]), 10);
    });
    test("leaves out what was not measured", () => {
        assert.equal(median([null, 5, undefined, NaN, 7]), 6);
    });
    test("of nothing is nothing", () => {
        assert.equal(median([]), null);
        assert.equal(median([null]), null);
    });
    test("leaves the list as it was", () => {
        const values = [3, 1, 2];
        median(values);
        assert.deepEqual(values, [3, 1, 2]);
    });
});

describe("a summary", () => {
    test("has the median and what it lies between", () => {
        assert.deepEqual(summary([2, 8, 3, null]), { median: 3, min: 2, max: 8, count: 3 });
    });
    test("of nothing is nothing", () => {
        assert.equal(summary([null, null]), null);
    });
});

describe("ratios", () => {
    test("are taken within a round", () => {
        assert.deepEqual(ratios([10, 30], [20, 10]), [0.5, 3]);
    });
    test("their median is not the ratio of the medians", () => {
        // One slow round for both: the medians are 10 and 10, and yet ours was always the slower one.
        const ours = [10, 5, 18];
        const theirs = [20, 10, 9];
        assert.equal(median(ours) / median(theirs), 1);
        assert.equal(ratioSummary(ours, theirs).median, 0.5);
    });
    test("there is none for a round that lacks a value, or is divided by nothing", () => {
        assert.deepEqual(ratios([1, null, 3, 4], [2, 2, null, 0]), [0.5, null, null, null]);
        assert.deepEqual(ratios([1, 2], [2]), [0.5, null]);
    });
});

describe("a percentile", () => {
    test("is a value that was measured", () => {
        const values = Array.from({ length: 100 }, (_, i) => 100 - i);
        assert.equal(percentile(values, 0.5), 51);
        assert.equal(percentile(values, 0.99), 100);
        assert.equal(percentile([7], 0.99), 7);
        assert.equal(percentile([], 0.5), null);
    });
});

describe("a verdict", () => {
    const measured = (value) => summary([value]);
    const judge = (target, value) => {
        const { state, by } = verdict(target, measured(value));
        return [state, Math.round(by * 100)];
    };
    test("on what should be as much as possible", () => {
        assert.deepEqual(judge({ atLeast: 0.8 }, 1), ["met", 25]);
        assert.deepEqual(judge({ atLeast: 0.8 }, 0.8), ["met", 0]);
        assert.deepEqual(judge({ atLeast: 0.8 }, 0.6), ["missed", -25]);
    });
    test("on what should be as little as possible", () => {
        assert.deepEqual(judge({ atMost: 4 }, 3), ["met", 25]);
        assert.deepEqual(judge({ atMost: 4 }, 4), ["met", 0]);
        assert.deepEqual(judge({ atMost: 4 }, 5), ["missed", -25]);
    });
    test("judges the median", () => {
        assert.equal(verdict({ atLeast: 2 }, summary([1, 3, 9])).state, "met");
    });
    test("is open while nothing was measured", () => {
        assert.deepEqual(verdict({ atLeast: 1 }, null), { state: "unknown", by: null });
    });
});
