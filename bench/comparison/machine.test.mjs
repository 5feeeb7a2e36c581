import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { describeMachine } from "./machine.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const hasPackages = fs.existsSync(new URL("../node_modules/ws", import.meta.url));
const isRepository = spawnSync("git", ["rev-parse", "HEAD"], { cwd: here }).status === 0;

describe("the machine", { skip: !(hasPackages && isRepository) && "without a repository, or the packages of bench/" }, () => {
    test("is described with this repository's commit, from whatever folder", (context) => {
        // Another repository, with a commit of its own.
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "elsewhere-"));
        const before = process.cwd();
        context.after(() => {
            process.chdir(before);
            fs.rmSync(folder, { recursive: true });
        });
        const git = (...args) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
        git("init", "--quiet");
        git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "another");
        process.chdir(folder);
        const wanted = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: here, encoding: "utf8" }).trim();
        assert.equal(describeMachine({ homeroom: "true" }).commit, wanted);
    });
});
