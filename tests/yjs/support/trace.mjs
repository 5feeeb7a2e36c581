// A text as people wrote it, replayed by one real Yjs document for each of them: every transaction as the update that its
// writer's client would have sent.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";

export function readTrace(name) {
    const file = new URL(`../../data/editing-traces/${name}.json.gz`, import.meta.url);
    return JSON.parse(gunzipSync(readFileSync(file)));
}

// Positions of the traces count characters, Yjs' count UTF-16 code units.
function editText(text, isAscii, [position, deletions, insertion]) {
    const content = isAscii ? null : [...text.toString()];
    const units = isAscii ? (count) => count : (count) => content.slice(0, count).join("").length;
    const begin = units(position);
    if (deletions > 0) text.delete(begin, units(position + deletions) - begin);
    if (insertion !== "") text.insert(begin, insertion);
}

export function replay(trace) {
    const isAscii = trace.txns.every(({ patches }) => patches.every(([, , text]) => /^[\x00-\x7f]*$/.test(text)));
    const updates = [];
    const writers = Array.from({ length: trace.numAgents }, (_, number) => {
        const doc = new Y.Doc();
        doc.clientID = number + 1;
        const writer = { doc, has: new Set() };
        doc.on("update", (update, origin) => origin === "own" && (writer.made = update));
        return writer;
    });
    trace.txns.forEach(({ parents, agent, patches }, number) => {
        const writer = writers[agent];
        const missing = [];
        const look = [...parents];
        while (look.length > 0) {
            const version = look.pop();
            if (writer.has.has(version)) continue;
            writer.has.add(version);
            missing.push(version);
            look.push(...trace.txns[version].parents);
        }
        for (const version of missing.sort((a, b) => a - b)) Y.applyUpdate(writer.doc, updates[version]);
        writer.made = null;
        writer.doc.transact(() => patches.forEach((patch) => editText(writer.doc.getText("text"), isAscii, patch)), "own");
        updates.push(writer.made ?? new Uint8Array([0, 0]));
        writer.has.add(number);
    });
    return updates;
}

// The same for a trace of one writer.
export function replaySequential({ txns }) {
    const isAscii = txns.every(({ patches }) => patches.every(([, , text]) => /^[\x00-\x7f]*$/.test(text)));
    const doc = new Y.Doc();
    doc.clientID = 1;
    const updates = [];
    doc.on("update", (update) => updates.push(update));
    for (const { patches } of txns)
        doc.transact(() => patches.forEach((patch) => editText(doc.getText("text"), isAscii, patch)));
    return updates;
}
