import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";

import { fillIn } from "./render.mjs";

const page = new URL("../performance.template.md", import.meta.url);
const machine = { cores: 2, cpu: "a", compiler: "g++", node: "v20", commit: "aaaaaaa" };
const measured = (at, commit) => ({ at, rounds: 5, seconds: 5, pins: ["0", "1"], machine: { ...machine, commit } });
const results = {
    echo: {
        measured: measured("2026-01-01T00:00:00Z", "bbbbbbb"),
        entries: { bare: [{ per_server_cpu_second: 100_000 }] },
    },
    idle: {
        measured: measured("2026-02-02T00:00:00Z", "aaaaaaa"),
        entries: { bare: [{ server: { resident_bytes_per_connection: 500 } }] },
    },
};
const fill = (template, more) => fillIn(template, { results, drawn: [], ...more });

describe("the page", () => {
    test("keeps all that is no mark, and every mark is replaced", () => {
        const template = fs.readFileSync(page, "utf8");
        const filled = fill(template);
        assert.doesNotMatch(filled, /<!--/);
        for (const line of template.split("\n").filter((one) => one !== "" && !one.startsWith("<!--"))) {
            assert.ok(filled.includes(line), line);
        }
    });
    test("can be made when nothing was measured", () => {
        const filled = fill(fs.readFileSync(page, "utf8"), { results: {} });
        assert.match(filled, /Not measured yet\./);
    });
    test("says how a table was measured that is not as the heading says", () => {
        assert.match(fill("<!-- table echo -->"), /Measured 2026-01-01 in 5 rounds of 5 s at commit bbbbbbb\.$/);
        assert.doesNotMatch(fill("<!-- table idle -->"), /Measured/);
        assert.match(fill("<!-- targets -->"), /not measured as the others/);
    });
    test("keeps its heading when a single work is measured anew, in other rounds", () => {
        const anew = { measured: { ...measured("2026-03-03T00:00:00Z", "ccccccc"), rounds: 1 }, entries: { bare: [] } };
        const alike = { ...results.idle, measured: measured("2026-02-02T01:00:00Z", "aaaaaaa") };
        const more = { results: { ...results, connects: alike, durable: anew } };
        assert.match(fill("<!-- rounds -->", more), /^Medians of 5 rounds of 5 s, .* 2026-02-02/);
        assert.match(fill("<!-- machine -->", more), /commit aaaaaaa/);
        assert.match(fill("<!-- table durable -->", more), /Measured 2026-03-03 in 1 round of 5 s at commit ccccccc\.$/);
    });
    test("shows a plot that was drawn, and none that was not", () => {
        const template = "<!-- plot fan-out: Deliveries -->";
        assert.equal(fill(template, { drawn: ["fan-out"] }), "![Deliveries](performance/fan-out.svg)");
        assert.equal(fill(template), "");
    });
    test("does not take a mark that means nothing", () => {
        assert.throws(() => fill("<!-- tabel echo -->"), /means nothing/);
        assert.throws(() => fill("<!-- table ekko -->"), /no work/);
    });
});
