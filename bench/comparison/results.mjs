// The raw results: every run's JSON, by work, entry and round, in one file. A run of some works replaces those alone.
//
// { works: { NAME: { measured: { at, rounds, rounds_wanted, seconds, warm_up, pins, machine }, payload_as_long,
//                    entries: { ID: [a result a round] } } } }
// A result that could not be had is { error }.

import fs from "node:fs";
import path from "node:path";

export class Results {
    constructor(file) {
        this.file = file;
        this.works = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")).works : {};
    }

    set(name, work) {
        this.works[name] = work;
        fs.mkdirSync(path.dirname(this.file), { recursive: true });
        fs.writeFileSync(`${this.file}.new`, `${JSON.stringify({ works: this.works }, null, 1)}\n`);
        fs.renameSync(`${this.file}.new`, this.file);
    }
}
