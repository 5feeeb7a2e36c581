// docs/performance.md: the template with its marks replaced. Each mark is a line of its own:
//
//   <!-- machine -->  <!-- targets -->  <!-- rounds -->  <!-- profile -->
//   <!-- table NAME -->  a work's
//   <!-- plot NAME: words for who can't see it -->

import fs from "node:fs";
import path from "node:path";

import { difference, headingOf, prevailing } from "./heading.mjs";
import { drawAll } from "./plots.mjs";
import { profileTable } from "./profile.mjs";
import { targetTable } from "./target_table.mjs";
import { machineTable, workTable } from "./tables.mjs";
import { targets } from "./targets.mjs";
import { works } from "./works/all.mjs";

const mark = /^<!-- (\w+)(?: ([\w-]+))?(?:: (.*))? -->$/;

// Below a table that was not measured as the page's heading says: how it was.
function tableOf(name, results, heading) {
    const work = works.find((one) => one.name === name);
    if (work === undefined) throw new Error(`the template has a table of "${name}", which is no work`);
    const text = workTable(work, results[name]);
    const words = results[name] === undefined ? null : difference(results[name].measured, heading);
    return words === null ? text : `${text}\n\n${words}`;
}

// Below a table of several works; they say how it was below their own.
function ofAll(text, results, heading) {
    const others = Object.values(results).filter(({ measured }) => difference(measured, heading) !== null);
    if (others.length === 0) return text;
    return `${text}\n\nSome works were not measured as the others: it is said below their tables.`;
}

export function fillIn(template, { results, drawn }) {
    const heading = prevailing(results);
    const parts = {
        machine: () => (heading === undefined ? "Not measured yet." : machineTable(heading.machine)),
        rounds: () => (heading === undefined ? "" : headingOf(heading)),
        targets: () => ofAll(targetTable(targets, results, works), results, heading),
        profile: () => ofAll(profileTable(works, results), results, heading),
        table: (name) => tableOf(name, results, heading),
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
