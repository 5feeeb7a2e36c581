// A script and what came of it on both servers, for a person to read.

import { createHash } from "node:crypto";

import { comparable } from "./compare.mjs";

const lengthShown = 240;

function shortened(text) {
    if (text.length <= lengthShown) return text;
    const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
    return `${text.slice(0, 120)}… ${text.length} characters, ${digest}`;
}

const linesOf = (seen) =>
    comparable(seen).flatMap(([channel, lines]) => lines.map((line) => `${channel}: ${shortened(line)}`));

export function show(script, node, ours) {
    const text = [`path ${script.path}`];
    for (const [index, step] of script.steps.entries()) {
        text.push(`${index + 1}. ${shortened(JSON.stringify(step))}`);
        for (const { client, seen } of node[index]) {
            const theirs = linesOf(seen);
            const mine = linesOf(ours[index].find((one) => one.client === client).seen);
            if (theirs.join("\n") === mine.join("\n")) {
                text.push(...theirs.map((line) => `        both ${client}: ${line}`));
            } else {
                text.push(...theirs.map((line) => `        node ${client}: ${line}`));
                text.push(...mine.map((line) => `        ours ${client}: ${line}`));
            }
        }
    }
    return text.join("\n");
}
