// Writes src/protocol.ts: the events and requests of protocol/asyncapi.yaml as types, and their names as lists.
//
// node scripts/generate.mjs [--check]      --check: only says whether the file is stale

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { generate } from "./protocol_types.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const contract = path.resolve(here, "../../../protocol/asyncapi.yaml");
const target = path.resolve(here, "../src/protocol.ts");

const text = generate(fs.readFileSync(contract, "utf8"));
if (process.argv.includes("--check")) {
    const same = fs.existsSync(target) && fs.readFileSync(target, "utf8") === text;
    if (!same) console.error("src/protocol.ts is stale: npm run generate");
    process.exit(same ? 0 : 1);
}
fs.writeFileSync(target, text);
