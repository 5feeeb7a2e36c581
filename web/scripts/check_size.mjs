// Fails the build when the first load has grown too large: the page, and what it asks for before anybody has pressed anything.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const firstLoadMax = 80 * 1024;
const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../dist");

const page = fs.readFileSync(path.join(dist, "index.html"), "utf8");
const entries = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);

// What they import themselves, but not what they load later.
const files = new Set();
const add = (file) => {
    if (files.has(file)) return;
    files.add(file);
    if (!file.endsWith(".js")) return;
    const text = fs.readFileSync(path.join(dist, file), "utf8");
    for (const [, other] of text.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*{},$\s]+\s*from\s*)?"\.\/([^"]+\.js)"/g)) add(`assets/${other}`);
};
entries.forEach(add);

const size = (file) => gzipSync(fs.readFileSync(path.join(dist, file)), { level: 9 }).length;
const total = ["index.html", ...files].reduce((sum, file) => sum + size(file), 0);
console.log(`first load: ${(total / 1024).toFixed(1)} KiB of ${firstLoadMax / 1024} KiB, gzip (${files.size + 1} files)`);
if (total > firstLoadMax) process.exit(1);
