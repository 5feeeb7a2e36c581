// bench/counts/run, which judges counts: with a program and a valgrind that say what they are told.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const run = fileURLToPath(new URL("run", import.meta.url));
const baseline = JSON.parse(fs.readFileSync(new URL("baseline.json", import.meta.url), "utf8"));
const units = { nobody: "events", idle: "connections" };
const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe("the judge of counts", { skip: !hasPython && "there is no python3" }, () => {
    let folder;
    before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "counts-"))));
    after(() => fs.rmSync(folder, { recursive: true }));

    const script = (name, text) => fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

    // counts: as of the baseline; instructions are valgrind's to say, all others the program's
    function judge(counts) {
        const parts = Object.entries(counts);
        const printed = parts.map(([name, { instructions, ...others }]) => {
            const scaled = Object.entries(others).map(([count, value]) => [count, value * 10_000]);
            return [name, { ...Object.fromEntries(scaled), [units[name] ?? "messages"]: 10_000 }];
        });
        const profiles = parts.filter(([, { instructions }]) => instructions !== undefined);
        const written = profiles.map(([name, { instructions }], i) => {
            const lines = `desc: Trigger: Client Request: ${name}\\ntotals: ${Math.round(instructions * 10_000)}\\n`;
            return `printf '${lines}' > "$out.${i}"`;
        });
        script("program", `cat <<'END'\n${JSON.stringify(Object.fromEntries(printed))}\nEND`);
        script("valgrind", `for word; do case $word in --callgrind-out-file=*) out=\${word#*=};; esac; done\n${written.join("\n")}`);
        const { status, stdout, stderr } = spawnSync(run, ["--program", path.join(folder, "program")], {
            encoding: "utf8",
            env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
        });
        return { status, said: stdout + stderr };
    }
    const changed = (change) => {
        const counts = structuredClone(baseline);
        change(counts);
        return counts;
    };

    test("is content with the baseline itself", () => {
        const { status, said } = judge(baseline);
        assert.equal(status, 0, said);
    });
    test("fails by a rise", () => {
        const { status, said } = judge(changed(({ burst }) => (burst.allocations *= 1.5)));
        assert.equal(status, 1);
        assert.match(said, /burst: allocations \/ message rose from /);
    });
    test("fails when a count of the baseline was not measured", () => {
        for (const [name, count] of [["burst", "instructions"], ["idle", "blocks"]]) {
            const { status, said } = judge(changed((counts) => delete counts[name][count]));
            assert.equal(status, 1, said);
            assert.match(said, new RegExp(`${name}: ${count} is in the baseline, but was not measured`));
        }
    });
    test("fails when what was measured is not in the baseline", () => {
        const { status, said } = judge(changed(({ idle }) => (idle.allocations = 3)));
        assert.equal(status, 1, said);
        assert.match(said, /idle: allocations is measured, but not in the baseline/);
    });
    test("fails when a whole measurement is missing, or nobody knows it", () => {
        const without = judge(changed((counts) => delete counts.rooms));
        assert.equal(without.status, 1);
        assert.match(without.said, /^rooms: is not measured by the program$/m);
        const more = judge(changed((counts) => (counts.new_one = counts.burst)));
        assert.equal(more.status, 1);
        assert.match(more.said, /^new_one: is not known to bench\/counts\/run$/m);
    });
});
