// Child processes: started on the CPUs they may use, waited for, ended.

import { spawn } from "node:child_process";

const linesShown = 30;
const secondsToStart = 60;

const pinned = (cpus, command) => (cpus === null ? command : ["taskset", "-c", cpus, ...command]);

// What Homeroom would take from this shell's environment is nobody's configuration here.
function environmentWith(more) {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("HOMEROOM_"));
    return { ...Object.fromEntries(own), ...more };
}

const lastLines = (text) => text.trimEnd().split("\n").slice(-linesShown).join("\n");

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

class Child {
    constructor(command, { cpus = null, environment = {} } = {}) {
        this.line = command.join(" ");
        this.stdout = "";
        this.stderr = "";
        const [program, ...args] = pinned(cpus, command.map(String));
        this.process = spawn(program, args, {
            env: environmentWith(environment),
            stdio: ["ignore", "pipe", "pipe"],
        });
        running.add(this.process);
        this.process.stdout.on("data", (chunk) => (this.stdout += chunk));
        this.process.stderr.on("data", (chunk) => (this.stderr = (this.stderr + chunk).slice(-64 * 1024)));
        this.ended = new Promise((resolve) => {
            this.process.on("error", (error) => {
                this.stderr += error.message;
                this.finish(resolve, null);
            });
            this.process.on("close", (code) => this.finish(resolve, code));
        });
    }

    finish(resolve, code) {
        running.delete(this.process);
        this.over = true;
        resolve(code);
    }

    get pid() {
        return this.process.pid; // taskset becomes the program
    }

    describe(what) {
        return new Error(`${this.line}\n${what}\n${lastLines(this.stdout)}\n${lastLines(this.stderr)}`);
    }
}

// Runs a command to its end. accepted: exit codes that are no error. → { code, stdout, stderr }
export async function run(command, { accepted = [0], seconds = 1_200, ...options } = {}) {
    const child = new Child(command, options);
    const timer = setTimeout(() => child.process.kill("SIGKILL"), seconds * 1000);
    const code = await child.ended;
    clearTimeout(timer);
    if (!accepted.includes(code)) throw child.describe(`ended with ${code}`);
    return { code, stdout: child.stdout, stderr: child.stderr };
}

// Starts a server. says: what it prints when it can be reached, with its port as the first group. → { port, pid, stop }
export async function launch(command, says, options) {
    const child = new Child(command, options);
    const end = Date.now() + secondsToStart * 1000;
    let found = null;
    while (found === null && !child.over && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        found = says.exec(child.stdout);
    }
    if (found === null) {
        child.process.kill("SIGKILL");
        throw child.describe("does not listen");
    }
    const stop = async () => {
        const early = child.over;
        child.process.kill("SIGTERM");
        const timer = setTimeout(() => child.process.kill("SIGKILL"), 20_000);
        await child.ended;
        clearTimeout(timer);
        if (early) throw child.describe("ended while it was measured");
    };
    return { port: Number(found[1]), pid: child.pid, stop };
}
