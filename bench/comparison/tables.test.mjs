import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { workTable } from "./tables.mjs";

const result = (perCpu, more) => ({ per_server_cpu_second: perCpu, ...more });
const work = {
    columns: ["deliveriesPerCpu", "p50"],
    ratioOf: "deliveriesPerCpu",
    entries: [
        { id: "bare", label: "bare", against: {} },
        { id: "library", label: "library", against: { bare: "bare", node: "node" } },
        { id: "node", label: "Node", against: {} },
        { id: "limit", label: "not shown", hidden: true, against: {} },
    ],
};
const entries = {
    bare: [result(2_000_000), result(1_000_000), result(3_000_000)],
    library: [result(1_000_000), result(900_000), result(1_500_000)],
    node: [result(100_000), { error: "it fell" }, result(75_000, { check_failed: "lost 1" })],
    limit: [result(1)],
};

describe("the table of a work", () => {
    const lines = workTable(work, { entries }).split("\n");
    test("has a row for each server, with medians and what they lie between", () => {
        assert.equal(lines.length, 5);
        assert.match(lines[2], /^\| bare \| 2,000,000 \(1,000,000–3,000,000\) \|/);
    });
    test("has ratios within the rounds", () => {
        assert.match(lines[3], /\| 0\.50 \| 10\.0 \|$/); // of 0.5, 0.9, 0.5; of 10 alone
    });
    test("marks rounds that failed and checks that did, and counts neither", () => {
        assert.match(lines[4], /^\| Node ‡ ✗ \| 100,000 \|/);
    });
    test("leaves out a column that nobody has a value for", () => {
        assert.doesNotMatch(lines[0], /p50/);
    });
    test("says when there is nothing", () => {
        assert.equal(workTable(work, undefined), "Not measured yet.");
    });
});

describe("the table of a work that grows", () => {
    const at = (series, x) => ({ id: `${series}_${x}`, series, x });
    const grows = {
        xTitle: "members",
        measures: ["memory"],
        entries: [at("bare", 10), at("node", 10), at("bare", 1_000), at("node", 1_000)],
    };
    const bytes = (value) => [{ server: { resident_bytes_per_connection: value } }];
    test("has a row for each x and a column for each series", () => {
        const lines = workTable(grows, {
            entries: { bare_10: bytes(500), node_10: bytes(9_000), bare_1000: bytes(510), node_1000: [] },
        }).split("\n");
        assert.equal(lines[0], "| kB a connection; members | bare | node |");
        assert.deepEqual(lines.slice(2), ["| 10 | 0.50 | 9.00 |", "| 1,000 | 0.51 | – |"]);
    });
});
