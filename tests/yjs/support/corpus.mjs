// The 5,320 cases of tests/data/yjs, one after the other.
import { readFileSync } from "node:fs";
import * as decoding from "lib0/decoding";

const file = new URL("../../data/yjs/ycrdt-small-test-dataset.bin", import.meta.url);

export function* cases() {
    const decoder = decoding.createDecoder(new Uint8Array(readFileSync(file)));
    const count = decoding.readVarUint(decoder);
    for (let number = 0; number < count; ++number) {
        const updates = Array.from({ length: decoding.readVarUint(decoder) }, () => decoding.readVarUint8Array(decoder));
        const text = decoding.readVarString(decoder);
        const map = decoding.readAny(decoder);
        const list = decoding.readAny(decoder);
        yield { number, updates, text, map, list };
    }
}
