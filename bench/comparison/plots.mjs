// Plots as SVG, drawn by gnuplot from raw results. No background of their own, and a grey for words and axes that can be
// read on white as on black.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { metrics, valuesOf } from "./metrics.mjs";
import { summary } from "./statistics.mjs";

const ink = "#7d8590";
const colours = {
    bare: "#8b949e",
    bare_long: "#8b949e",
    library: "#2f81f7",
    homeroom: "#2da44e",
    node: "#d4762c",
    node_long: "#d4762c",
};
const shown = { bare: "bare", library: "library", homeroom: "Homeroom", node: "Node" };

const heading = (title, yTitle, file) => `
set terminal svg size 760,380 dynamic font "sans-serif,13" linewidth 1.5
set output "${file}"
set title "${title}" textcolor rgb "${ink}"
set ylabel "${yTitle}" textcolor rgb "${ink}"
set border 3 linecolor rgb "${ink}"
set tics nomirror textcolor rgb "${ink}"
set grid ytics linecolor rgb "${ink}" dashtype (1,4)
set key textcolor rgb "${ink}"
set yrange [0:*]
`;

// From the least to the most of the rounds; error bars would have points filled with white.
const range = "1:3:(0):($4-$3) with vectors nohead";

const block = (name, rows) => `$${name} << EOD\n${rows.join("\n")}\nEOD\n`;

// Each entry's median as a bar, with a line from the least to the most of its rounds.
export function bars(work, measured, metric, file) {
    const rows = work.entries
        .filter(({ hidden }) => !hidden)
        .map((entry, i) => ({ entry, i, found: summary(valuesOf(measured, entry.id, metric)) }))
        .filter(({ found }) => found !== null)
        .map(({ entry, i, found }) => {
            const colour = Number.parseInt(colours[entry.id].slice(1), 16);
            return `${i} ${found.median} ${found.min} ${found.max} ${colour} "${entry.label.replace(", ", ",\\n")}"`;
        });
    if (rows.length === 0) return null;
    return `${heading(work.title, metrics[metric].title, file)}
set style fill solid 0.85 noborder
set boxwidth 0.6
set xrange [-0.6:${work.entries.length - 0.4}]
set format y "%.1s%c"
set bmargin 4
unset key
${block("bars", rows)}
plot $bars using 1:2:5:xtic(6) with boxes linecolor rgb variable, \\
     $bars using ${range} linecolor rgb "${ink}"
`;
}

// A line for each series.
export function lines(work, measured, metric, file) {
    const names = [...new Set(work.entries.map(({ series }) => series))];
    const drawn = names
        .map((name) => {
            const rows = work.entries
                .filter(({ series }) => series === name)
                .map((entry) => ({ entry, found: summary(valuesOf(measured, entry.id, metric)) }))
                .filter(({ found }) => found !== null)
                .map(({ entry, found }) => `${entry.x} ${found.median} ${found.min} ${found.max}`);
            return { name, rows };
        })
        .filter(({ rows }) => rows.length > 0);
    if (drawn.length === 0) return null;
    const plots = drawn.flatMap(({ name }) => {
        const style = `linecolor rgb "${colours[name]}"`;
        return [
            `$${name} using 1:2 with linespoints pointtype 7 pointsize 0.6 ${style} title "${shown[name]}"`,
            `$${name} using ${range} ${style} notitle`,
        ];
    });
    const xs = work.entries.map(({ x }) => x);
    return `${heading(work.title, metrics[metric].title, file)}
set logscale x
set xrange [${Math.min(...xs) / 1.3}:${Math.max(...xs) * 1.3}]
set xtics (${[...new Set(xs)].map((x) => `"${x.toLocaleString("en-US")}" ${x}`).join(", ")})
set xlabel "${work.xTitle}" textcolor rgb "${ink}"
set key outside right
${drawn.map(({ name, rows }) => block(name, rows)).join("")}
plot ${plots.join(", \\\n     ")}
`;
}

const drawings = [
    ["fanout-16", bars, "deliveriesPerCpu", "fan-out"],
    ["rooms-half", bars, "p99", "half-load"],
    ["growth-room-size", lines, "microsecondsPerDelivery", "room-size"],
    ["growth-rooms-per-user", lines, "memory", "rooms-per-user"],
    ["growth-users", lines, "microsecondsPerEvent", "users-cost"],
    ["growth-users", lines, "memory", "users-memory"],
];

// → the names of those that could be drawn
export function drawAll(works, results, folder) {
    fs.mkdirSync(folder, { recursive: true });
    const drawn = [];
    for (const [name, draw, metric, plot] of drawings) {
        const work = works.find((one) => one.name === name);
        const file = path.join(folder, `${plot}.svg`);
        const script = results[name] === undefined ? null : draw(work, results[name], metric, file);
        if (script === null) continue;
        const { status, stderr, error } = spawnSync("gnuplot", ["-"], { input: script, encoding: "utf8" });
        if (status !== 0) throw new Error(`gnuplot: ${error?.message ?? stderr}\n${script}`);
        drawn.push(plot);
    }
    return drawn;
}
