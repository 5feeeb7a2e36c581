import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { targetTable } from "./target_table.mjs";

const result = (perCpu, more) => ({ per_server_cpu_second: perCpu, ...more });
const busy = { generator: { saturated: true } };
const wrong = { check_failed: "1 lost" };
const works = [{ name: "w", entries: [{ id: "bare", label: "bare" }, { id: "library", label: "the library" }] }];
const target = { title: "t", work: "w", entry: "library", metric: "deliveriesPerCpu", over: "bare" };
const line = (bound, entries) => targetTable([{ ...target, ...bound }], { w: { entries } }, works).split("\n")[2];

const bare = [result(2_000_000), result(1_000_000), result(3_000_000)];
const library = [result(1_000_000), result(900_000), result(1_500_000)];

describe("the table of targets", () => {
    test("says what is met, and by how much", () => {
        assert.equal(line({ atLeast: 0.4 }, { bare, library }), "| t | ≥ 0.40 | 0.50 | 0.50–0.90 | met, by 25.0 %; of 3 rounds |");
    });
    test("says how far it is where it is missed", () => {
        assert.equal(line({ atLeast: 1 }, { bare, library }), "| t | ≥ 1.00 | 0.50 | 0.50–0.90 | **missed by 50.0 %**; of 3 rounds |");
    });
    test("says that the bound is within the noise", () => {
        assert.match(line({ atLeast: 0.6 }, { bare, library }), /missed by [\d.]+ %\*\*; the bound is within the noise/);
        const five = [...library, library[0], library[0]];
        assert.match(line({ atLeast: 0.4 }, { bare: [...bare, bare[0], bare[0]], library: five }), /met, by 25.0 % \|$/);
    });
    test("says what was not measured", () => {
        const text = targetTable([{ ...target, atLeast: 1 }], {}, works);
        assert.match(text, /\| – \| – \| not measured \|/);
        assert.match(line({ atLeast: 1 }, { library }), /\| – \| – \| not measured \|/);
    });
    test("does not count a round in which a check failed, of either server, and says so", () => {
        const ours = [result(9_000_000, wrong), library[1], library[2]];
        const theirs = [bare[0], result(1, wrong), bare[2]];
        assert.equal(
            line({ atLeast: 0.4 }, { bare: theirs, library: ours }),
            "| t | ≥ 0.40 | 0.50 | 0.50–0.50 | met, by 25.0 %; of 3 rounds; not counted: 2 of 3 rounds failed their check |",
        );
    });
    test("is neither met nor missed when no round counts", () => {
        assert.equal(
            line({ atLeast: 0.4 }, { bare, library: library.map((run) => ({ ...run, ...wrong })) }),
            "| t | ≥ 0.40 | – | – | not counted: 3 of 3 rounds failed their check |",
        );
    });
    test("says how many rounds failed", () => {
        const ours = [{ error: "it fell" }, library[1], library[2]];
        assert.match(line({ atLeast: 0.4 }, { bare, library: ours }), /met, by [\d.]+ %; of 3 rounds; 1 of 3 rounds failed \|$/);
    });
    test("names the server at which the generator was the limit", () => {
        const theirs = [bare[0], { ...bare[1], ...busy }, bare[2]];
        assert.match(line({ atLeast: 0.4 }, { bare: theirs, library }), /met, by 25\.0 %; of 3 rounds; † bare \|$/);
        const ours = library.map((run) => ({ ...run, ...busy }));
        assert.match(line({ atLeast: 0.4 }, { bare, library: ours }), /; † the library \|$/);
    });
});
