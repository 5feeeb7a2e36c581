// Every example of docs/guide.md runs as it stands there, against the demo school.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { scenario, tidyUp, within } from "./support/scenario.mjs";
import { Server, homeroomBinary } from "./support/server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const guide = fs.readFileSync(path.join(here, "../../docs/guide.md"), "utf8");

// [{ heading, language, code }], in their order.
const examples = [];
for (const part of guide.split(/^## /m)) {
    const heading = part.split("\n", 1)[0];
    for (const [, language, code] of part.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) examples.push({ heading, language, code });
}
const [setUp, call, connect, ...rest] = examples;

describe("docs/guide.md", () => {
    let server, environment, folder;
    before(async () => {
        // By the rates that everybody has.
        server = await Server.start({ args: ["--demo"], rates: true });
        environment = {
            ...{ PATH: process.env.PATH, HOMEROOM: server.url, SERVICE: server.serviceToken() },
            ...{ TEACHER: server.token("ms-okafor"), ADA: server.token("ada"), BEN: server.token("ben") },
        };
        // Beside this file, where the client is found.
        folder = fs.mkdtempSync(path.join(here, ".guide-"));
        fs.writeFileSync(path.join(folder, "connect.mjs"), connect.code);
    });
    after(async () => {
        fs.rmSync(folder, { recursive: true, force: true });
        await tidyUp();
    });

    const run = async (program, args, more = {}) => {
        const child = spawn(program, args, { cwd: folder, env: { ...environment, ...more } });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
        const code = await within(30_000, new Promise((resolve) => child.on("close", resolve)), `${program} to end\n${output}`);
        assert.equal(code, 0, output);
        return output;
    };

    scenario("has its names where the examples need them", async () => {
        assert.deepEqual([setUp.language, call.language, connect.language], ["sh", "sh", "js"]);
        const set = await run("bash", ["-euc", `${setUp.code.replace("build/release/homeroom", `"$BINARY"`).replace("homeroom-demo", `"$DATA"`)}
            echo "$SERVICE $TEACHER $ADA $BEN"`], { BINARY: homeroomBinary, DATA: server.data });
        assert.equal(set.trim().split("\n").at(-1).split(" ").length, 4);
    });

    let number = 0;
    for (const { heading, language, code } of rest) {
        scenario(`${heading}: ${language} ${++number}`, async () => {
            if (language === "sh") return run("bash", ["-euo", "pipefail", "-c", call.code + code]);
            assert.equal(language, "js");
            const file = path.join(folder, `example-${number}-${Math.random()}.mjs`);
            const names = "ADA, BEN, TEACHER, ask, connect, next";
            fs.writeFileSync(file, `import { ${names} } from "./connect.mjs";\n${code}\nprocess.exit(0);\n`);
            await run(process.execPath, [file]);
        });
    }
});
