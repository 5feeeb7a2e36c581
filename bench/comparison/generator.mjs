// The load generator, `homeroom bench`: one run against a server that was started for it.

import fs from "node:fs";
import path from "node:path";

import { run } from "./processes.mjs";
import { residentBytes } from "./usage.mjs";

const checkFailedExit = 1;

export class Generator {
    // cpus: of the generator, or null; seconds: measured in each run
    constructor({ program, folder, cpus, seconds, warmUp }) {
        this.program = program;
        this.file = path.join(folder, "result.json");
        this.cpus = cpus;
        this.seconds = seconds;
        this.warmUp = warmUp;
    }

    // → its result, and the memory of the server before the first connection; with `check_failed` when it was not what it
    // should be
    async measure(server, scenario, args, { isPinned = true, seconds = this.seconds } = {}) {
        fs.rmSync(this.file, { force: true });
        const resident_bytes_fresh = residentBytes(server.pid);
        const { code, stderr } = await run(
            [this.program, "bench", scenario, "--url", server.url, ...server.flags]
                .concat(["--server-pid", server.pid, "--json", this.file, "--quiet"])
                .concat(["--duration", seconds, "--warm-up", this.warmUp], args),
            { accepted: [0, checkFailedExit], cpus: isPinned ? this.cpus : null },
        );
        if (!fs.existsSync(this.file)) throw new Error(`no result: ${stderr}`);
        const found = JSON.parse(fs.readFileSync(this.file, "utf8"));
        if (found.per_second === undefined) throw new Error(`no result: ${found.faults.join("; ")}`);
        const result = { ...found, resident_bytes_fresh };
        return code === checkFailedExit ? { ...result, check_failed: stderr.trim().slice(-500) } : result;
    }
}
