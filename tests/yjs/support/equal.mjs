// Comparisons that say where bytes differ.
import assert from "node:assert/strict";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

export function sameBytes(actual, expected, what) {
    if (Buffer.compare(Buffer.from(actual), Buffer.from(expected)) === 0) return;
    assert.fail(`${what}: other bytes than Yjs'\n ours ${hex(actual).slice(0, 2000)}\n Yjs' ${hex(expected).slice(0, 2000)}`);
}
