// The examples of README.md, run as they stand there against a real server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { scenario, tidyUp, within } from "../../../tests/e2e/support/scenario.mjs";
import { School } from "../../../tests/e2e/support/school.mjs";
import { Server } from "../../../tests/e2e/support/server.mjs";

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const readme = fs.readFileSync(path.join(home, "README.md"), "utf8");
const examples = [...readme.matchAll(/^## (?<title>.*)$|^```js example\n(?<code>[\s\S]*?)^```$/gm)].reduce(
    ({ title, list }, { groups }) =>
        groups.title ? { title: groups.title, list } : { title, list: [...list, { title, code: groups.code }] },
    { title: "", list: [] },
).list;

const expected = {
    "Connect, listen, ask": [/^posted [0-9A-Z]{26}$/m],
    Tokens: [/wanted: start/, /^live$/m],
    "A feed": [/sending Who has the notes/, /^comments: \[ 'I have.' \]$/m],
    Messages: [/\[ 'Are you coming\?' \] 0 unread/],
    "With a framework": [/^Ada Example is signed in$/m],
    "A program that goes on where it stopped": [],
};

describe("the examples of the README", () => {
    let server, folder;
    before(async () => {
        server = await Server.start({ school: new School("north").class("math").teacher("tess", "math").student("ada", "math").student("ben", "math") });
        // Within the package, so that it can be imported by its name.
        fs.mkdirSync(path.join(home, ".cache"), { recursive: true });
        folder = fs.mkdtempSync(path.join(home, ".cache/examples-"));
    });
    after(async () => {
        fs.rmSync(folder, { recursive: true, force: true });
        await tidyUp();
    });

    scenario("are all known here", () => assert.deepEqual(examples.map(({ title }) => title), Object.keys(expected)));

    for (const [index, { title, code }] of examples.entries()) {
        scenario(`${title}: it runs`, { seconds: 60 }, async () => {
            const file = path.join(folder, `${index}.mjs`);
            fs.writeFileSync(file, code);
            const { status, output } = await within(50_000, run(file, server), title);
            assert.equal(status, 0, output);
            for (const pattern of expected[title]) assert.match(output, pattern);
        });
    }
});

function run(file, server) {
    const environment = { ...process.env, HOMEROOM_URL: server.url, HOMEROOM_TOKEN: server.token("ada") };
    const child = spawn(process.execPath, [file], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, output })));
}
