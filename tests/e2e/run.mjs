// Runs the test files one after the other (two cores are shared with the servers), each in its own process.
//
// node run.mjs [NAME …]      NAME: part of a file's name

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = fs
    .readdirSync(here)
    .filter((name) => name.endsWith(".test.mjs"))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();

if (files.length === 0) {
    console.error(`no test file is called ${wanted.join(" or ")}`);
    process.exit(2);
}

const failed = [];
for (const file of files) {
    const began = Date.now();
    // The spec reporter where it is not the default (Node 18, and any Node when this is no terminal).
    const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", file], {
        cwd: here,
        stdio: "inherit",
    });
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(`${status === 0 ? "passed" : "FAILED"} ${file} (${seconds} s)\n`);
    if (status !== 0) failed.push(file);
}
const summary = failed.length === 0 ? "all passed" : `failed: ${failed.join(", ")}`;
console.log(`end to end: ${files.length} files, ${summary}`);
process.exit(failed.length === 0 ? 0 : 1);
