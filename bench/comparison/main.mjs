// Compares Homeroom and its library with a bare server and with Node's, and writes docs/performance.md. See help().

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { listOf } from "./estimate.mjs";
import { Generator } from "./generator.mjs";
import { describeMachine } from "./machine.mjs";
import { render } from "./render.mjs";
import { Results } from "./results.mjs";
import { Runner } from "./runner.mjs";
import { faultsOf } from "./runs.mjs";
import { Servers } from "./servers.mjs";
import { workTable } from "./tables.mjs";
import { works } from "./works/all.mjs";

const project = fileURLToPath(new URL("../..", import.meta.url));

function help() {
    console.log(`bench/compare [options]     (./dev bench builds what it needs first)

  --only NAME,…      these works alone; the results of others stay as they are, or the page in docs/ does
  --list             the works, and how long a round of each takes; with --seconds S: when S are measured
  --rounds N         5, or what a work says; each begins with another server
  --seconds S        measured in each run (5)
  --quick            for trying: 1 round of 2 s, into build/bench/quick instead of docs/
  --render           measures nothing; writes the page from the results that are there
  --out FOLDER       of performance.md and performance/*.svg (docs)
  --pin A:B          servers on CPUs A, the generator on CPUs B, as taskset has them (0:1 where there are two cores)
  --no-pin
  --homeroom FILE    the programs, of build/release unless told: homeroom,
  --generator FILE   the one whose \`bench\` is the generator (that of --homeroom),
  --conformance FILE the library's,
  --bare FILE        bare_server

Exit: 0 good; 1 a run failed, or its check did; 2 the command line is wrong.
`);
}

const wrong = (words) => {
    console.error(`compare: ${words}`);
    process.exit(2);
};

function readOptions() {
    const text = { type: "string" };
    const flag = { type: "boolean", default: false };
    const known = {
        ...{ only: text, rounds: text, seconds: text, out: text, pin: text },
        ...{ homeroom: text, generator: text, conformance: text, bare: text },
        ...{ list: flag, quick: flag, render: flag, "no-pin": flag, help: flag },
    };
    try {
        return parseArgs({ options: known }).values;
    } catch (error) {
        return wrong(error.message);
    }
}

function pinsOf(options) {
    if (options["no-pin"]) return null;
    if (options.pin !== undefined) {
        const pins = options.pin.split(":");
        return pins.length === 2 ? pins : wrong("--pin takes two lists of CPUs, as 0:1 or 0-3:4-7");
    }
    return os.cpus().length === 2 ? ["0", "1"] : null;
}

function numberOf(options, name, fallback) {
    const value = options[name] === undefined ? fallback : Number(options[name]);
    return value > 0 ? value : wrong(`--${name} takes a number`);
}

function worksOf(options) {
    if (options.only === undefined) return works;
    return options.only.split(",").map(
        (name) => works.find((work) => work.name === name) ?? wrong(`there is no work "${name}": see --list`),
    );
}

function programsOf(options) {
    const of = (name, file = path.join(project, "build/release", name)) => path.resolve(file);
    const programs = {
        homeroom: of("homeroom", options.homeroom),
        conformance: of("conformance", options.conformance),
        bare: of("bare_server", options.bare),
    };
    programs.generator = path.resolve(options.generator ?? programs.homeroom);
    for (const [name, file] of Object.entries(programs)) {
        if (!fs.existsSync(file)) wrong(`${file} is not there; --${name} says where, or ./dev bench builds it`);
    }
    return programs;
}

const windowOf = (options) => ({
    seconds: numberOf(options, "seconds", options.quick ? 2 : 5),
    warmUp: options.quick ? 1 : 2,
});

// → what was wrong, a line each
async function measure(options, results, folder) {
    const programs = programsOf(options);
    const pins = pinsOf(options);
    const { seconds, warmUp } = windowOf(options);
    const machine = describeMachine(programs);
    const work = path.join(folder, "work");
    const servers = new Servers({ programs, folder: work, cpus: pins?.[0] ?? null });
    const generator = new Generator({
        ...{ program: programs.generator, folder: work, cpus: pins?.[1] ?? null, seconds, warmUp },
    });
    const runner = new Runner({ servers, generator, programs, folder: work, say: console.error });
    const faults = [];
    for (const one of worksOf(options)) {
        const rounds = numberOf(options, "rounds", options.quick ? 1 : (one.rounds ?? 5));
        await runner.run(one, rounds, ({ rounds: complete, rounds_wanted, ...found }) => {
            const at = new Date().toISOString();
            const measured = { at, rounds: complete, rounds_wanted, seconds, warm_up: warmUp, pins, machine };
            results.set(one.name, { measured, ...found });
        });
        console.log(`\n${one.title}\n\n${workTable(one, results.works[one.name])}\n`);
        faults.push(...faultsOf(results.works[one.name].entries).map((words) => `${one.name}: ${words}`));
    }
    fs.rmSync(work, { recursive: true, force: true });
    return faults;
}

const options = readOptions();
if (options.help) {
    help();
} else if (options.list) {
    console.log(listOf(worksOf(options), windowOf(options)));
} else {
    const folder = path.join(project, "build/bench", options.quick ? "quick" : "");
    const results = new Results(path.join(folder, "results.json"));
    const faults = options.render ? [] : await measure(options, results, folder);
    const out = path.resolve(options.out ?? (options.quick ? folder : path.join(project, "docs")));
    const template = path.join(project, "bench/performance.template.md");
    const missing = works.filter(({ name }) => results.works[name] === undefined).map(({ name }) => name);
    if (missing.length > 0 && !options.quick && options.out === undefined) {
        console.error(
            `The page in docs/ stays as it is: ${missing.join(", ")} were never measured here (${results.file}).\n` +
                "--out FOLDER writes a page of what there is.",
        );
        if (options.render) process.exitCode = 1;
    } else {
        console.log(`${render({ template, results: results.works, folder: out })} is written`);
    }
    if (faults.length > 0) {
        console.error(`\nThese runs do not count:\n${faults.map((words) => `  ${words}`).join("\n")}`);
        process.exitCode = 1;
    }
}
