import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { counts, faultsOf, isSaturated } from "./runs.mjs";

describe("a run", () => {
    test("counts when it was made and its check was good", () => {
        assert.equal(counts({ per_second: 1 }), true);
        assert.equal(counts({ per_second: 1, check_failed: "1 lost" }), false);
        assert.equal(counts({ error: "it fell" }), false);
        assert.equal(counts(null), false);
    });
    test("had a saturated generator when the generator says so", () => {
        assert.equal(isSaturated({ generator: { saturated: true, cpu_share: 0.5 } }), true);
        assert.equal(isSaturated({ generator: { saturated: false, cpu_share: 0.99 } }), false);
    });
    test("had none where no generator says so", () => {
        assert.equal(isSaturated({ per_second: 1 }), false);
        assert.equal(isSaturated(null), false);
    });
});

describe("the faults of a work", () => {
    test("are the runs that failed and those whose check did, each in words", () => {
        const good = { per_second: 1 };
        const entries = { bare: [good, { error: "a long command\nit fell\n" }], node: [{ ...good, check_failed: "1 lost" }, good] };
        assert.deepEqual(faultsOf(entries), [
            "bare, round 2: failed: it fell",
            "node, round 1: the check failed: 1 lost",
        ]);
        assert.deepEqual(faultsOf({ bare: [good] }), []);
    });
});
