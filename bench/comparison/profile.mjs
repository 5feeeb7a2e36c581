// Where the servers' time goes: of each message so many microseconds in the kernel, and so many out of it. Of the works that
// say what their message is: `message`.

import { metrics, valuesOf } from "./metrics.mjs";
import { summary } from "./statistics.mjs";
import { cell, marks, table } from "./tables.mjs";

const columns = ["userMicroseconds", "kernelMicroseconds", "kernelShare"];

function rowsOf(work, measured) {
    const rows = work.entries
        .filter(({ id, hidden }) => !hidden && summary(valuesOf(measured, id, "kernelShare")) !== null)
        .map(({ id, label }) => [
            label + marks(measured.entries[id]),
            ...columns.map((metric) => cell(valuesOf(measured, id, metric), metrics[metric].form)),
        ]);
    return rows.length === 0 ? [] : [[`**${work.title}: ${work.message}**`, ...columns.map(() => "")], ...rows];
}

export function profileTable(works, results) {
    const rows = works
        .filter(({ name, message }) => message !== undefined && results[name] !== undefined)
        .flatMap((work) => rowsOf(work, results[work.name]));
    if (rows.length === 0) return "Not measured yet.";
    return table(["", ...columns.map((metric) => metrics[metric].title)], rows);
}
