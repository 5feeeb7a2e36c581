// docs/performance.md: the template with its marks replaced. Each mark is a line of its own:
//
//   <!-- machine -->  <!-- targets -->  <!-- rounds -->
//   <!-- table NAME -->  a work's
//   <!-- plot NAME: words for who can't see it -->

import fs from "node:fs";
import path from "node:path";

import { drawAll } from "./plots.mjs";
import { machineTable, workTable } from "./tables.mjs";
import { targetTable } from "./target_table.mjs";
import { targets } from "./targets.mjs";
import { works } from "./works/all.mjs";

const mark = /^<!-- (\w+)(?: ([\w-]+))?(?:: (.*))? -->$/;

// The newest one is the page's; works that were measured on another commit say so.
function newest(results) {
    const all = Object.values(results).map(({ measured }) => measured);
    return all.sort((a, b) => a.at.localeCompare(b.at)).at(-1);
}

function tableOf(name, results, latest) {
    const work = works.find((one) => one.name === name);
    if (work === undefined) throw new Error(`the template has a table of "${name}", which is no work`);
    const text = workTable(work, results[name]);
    const measured = results[name]?.measured;
    if (measured === undefined || measured.machine.commit === latest.machine.commit) return text;
    return `${text}\n\nMeasured ${measured.at.slice(0, 10)} at commit ${measured.machine.commit}.`;
}

export function fillIn(template, { results, drawn }) {
    const latest = newest(results);
    const parts = {
        machine: () => (latest === undefined ? "Not measured yet." : machineTable(latest.machine)),
        rounds: () =>
            latest === undefined
                ? ""
                : `Medians of ${latest.rounds} rounds of ${latest.seconds} s, measured ${latest.at.slice(0, 10)}; ` +
                  `${latest.pins === null ? "no CPU was reserved" : `server on CPU ${latest.pins[0]}, generator on CPU ${latest.pins[1]}`}.`,
        targets: () => targetTable(targets, results, works),
        table: (name) => tableOf(name, results, latest),
        plot: (name, words) => (drawn.includes(name) ? `![${words}](performance/${name}.svg)` : ""),
    };
    return template
        .split("\n")
        .map((line) => {
            const [, kind, name, words] = mark.exec(line) ?? [];
            if (kind === undefined) return line;
            if (parts[kind] === undefined) throw new Error(`the template has a mark that means nothing: ${line}`);
            return parts[kind](name, words);
        })
        .join("\n")
        .replace(/\n{3,}/g, "\n\n");
}

export function render({ template, results, folder }) {
    const drawn = drawAll(works, results, path.join(folder, "performance"));
    const page = path.join(folder, "performance.md");
    fs.writeFileSync(page, fillIn(fs.readFileSync(template, "utf8"), { results, drawn }));
    return page;
}
