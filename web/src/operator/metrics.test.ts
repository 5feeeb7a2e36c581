import { expect, test } from "vitest";

import { numbersIn, rateOf, sharesOf, sumOf } from "./metrics";

const text = `# HELP homeroom_connections Connections.
# TYPE homeroom_connections gauge
homeroom_connections 12
homeroom_limit_reached_total{limit="json"} 2
homeroom_limit_reached_total{limit="sessions"} 3
wait_seconds_bucket{le="0.01"} 5
wait_seconds_bucket{le="0.1"} 9
wait_seconds_bucket{le="+Inf"} 10
wait_seconds_count 10
nonsense`;

test("numbers are read, and summed over labels", () => {
    const numbers = numbersIn(text);
    expect(sumOf(numbers, "homeroom_connections")).toBe(12);
    expect(sumOf(numbers, "homeroom_limit_reached_total")).toBe(5);
    expect(sumOf(numbers, "homeroom_limit")).toBe(0);
});

test("a rate is by the clock, and never below nothing", () => {
    const at = (seconds: number, value: number) => ({ at: seconds * 1000, took: 1, numbers: new Map([["c", value]]) });
    expect(rateOf("c", at(0, 10), at(5, 30))).toBe(4);
    expect(rateOf("c", at(0, 30), at(5, 1))).toBe(0);
});

test("a histogram is shares within bounds", () => {
    expect(sharesOf(numbersIn(text), "wait_seconds")).toEqual([
        { within: 0.01, share: 0.5 },
        { within: 0.1, share: 0.9 },
    ]);
    expect(sharesOf(new Map(), "wait_seconds")).toEqual([]);
});
