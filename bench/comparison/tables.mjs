// Tables in Markdown from raw results. Pure: results in, text out.

import { metrics, number, valuesOf } from "./metrics.mjs";
import { checkFailed, hasFailed, isSaturated } from "./runs.mjs";
import { ratioSummary, summary } from "./statistics.mjs";

export const nothing = "–";

const row = (cells) => `| ${cells.join(" | ")} |`;
export const table = (heads, rows) =>
    [row(heads), row(heads.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(row)].join("\n");

// median (min–max)
export function cell(values, form) {
    const found = summary(values);
    if (found === null) return nothing;
    if (found.count === 1) return form(found.median);
    return `${form(found.median)} (${form(found.min)}–${form(found.max)})`;
}

export function marks(runs) {
    const has = (fault, mark) => (runs.some(fault) ? ` ${mark}` : "");
    return has(isSaturated, "†") + has(checkFailed, "‡") + has(hasFailed, "✗");
}

const overTitles = { bare: "× bare", node: "× Node", one: "× one" };

function comparison(work, measured) {
    const columns = work.columns.filter((metric) =>
        work.entries.some(({ id }) => summary(valuesOf(measured, id, metric)) !== null),
    );
    const shown = work.entries.filter(({ hidden }) => !hidden);
    const over = Object.keys(overTitles).filter((name) => shown.some(({ against }) => against[name]));
    const ratio = (entry, name) => {
        const other = entry.against[name];
        if (other === undefined) return "";
        const values = [entry.id, other].map((id) => valuesOf(measured, id, work.ratioOf));
        return number(ratioSummary(...values)?.median ?? NaN).replace("NaN", nothing);
    };
    const heads = ["", ...columns.map((metric) => metrics[metric].title), ...over.map((name) => overTitles[name])];
    const rows = shown.map((entry) => [
        entry.label + marks(measured.entries[entry.id] ?? []),
        ...columns.map((metric) => cell(valuesOf(measured, entry.id, metric), metrics[metric].form)),
        ...over.map((name) => ratio(entry, name)),
    ]);
    return table(heads, rows);
}

// One table for each measure: a row for each x, a column for each series.
function growth(work, measured) {
    const series = [...new Set(work.entries.map((entry) => entry.series))];
    const xs = [...new Set(work.entries.map(({ x }) => x))];
    return work.measures
        .map((metric) => {
            const heads = [`${metrics[metric].title}; ${work.xTitle}`, ...series];
            const rows = xs.map((x) => [
                x.toLocaleString("en-US"),
                ...series.map((name) => {
                    const { id } = work.entries.find((one) => one.series === name && one.x === x);
                    return cell(valuesOf(measured, id, metric), metrics[metric].form) + marks(measured.entries[id] ?? []);
                }),
            ]);
            return table(heads, rows);
        })
        .join("\n\n");
}

export function workTable(work, measured) {
    if (measured === undefined) return "Not measured yet.";
    return work.measures === undefined ? comparison(work, measured) : growth(work, measured);
}

export function machineTable(machine) {
    const { cores, cpu, virtual, memory_gib, system, kernel, compiler, node, socketio, ws } = machine;
    return table(
        ["", ""],
        [
            ["processor", `${cores} ${virtual ? "virtual " : ""}cores, ${cpu}; ${memory_gib} GiB of memory`],
            ["system", `${system}, Linux ${kernel}`],
            ["compiler", `${compiler}, \`-O2\``],
            ["peer", `Node ${node.replace(/^v/, "")}, socket.io ${socketio}, ws ${ws} with bufferutil`],
            ["Homeroom", `${machine.homeroom}, commit ${machine.commit}`],
        ],
    ).replace(/--:/g, "---");
}
