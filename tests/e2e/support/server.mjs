// A real homeroom (or conformance) process on a free port of 127.0.0.1, with its own temporary data directory.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { watchRest } from "./contract_watch.mjs";
import { request, watchAnswers } from "./http.mjs";
import { onPostgres, postgresFor, query } from "./postgres.mjs";
import { forget, keep, sleep, within } from "./scenario.mjs";
import { inSeconds, signToken } from "./tokens.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const release = path.resolve(here, "../../../build/release");
export const homeroomBinary = path.resolve(process.env.HOMEROOM_BIN ?? `${release}/homeroom`);
export const conformanceBinary = path.resolve(
    process.env.CONFORMANCE_BIN ?? `${release}/conformance`,
);
export const bareBinary = path.resolve(process.env.BARE_SERVER_BIN ?? `${release}/bare_server`);
const logLinesShown = 60;

const portsGiven = new Set();

// One that was not given before: the kernel may offer the same twice in a row.
export async function freePort() {
    for (;;) {
        const port = await offeredPort();
        if (portsGiven.has(port)) continue;
        portsGiven.add(port);
        return port;
    }
}

function offeredPort() {
    return new Promise((resolve, reject) => {
        const probe = net.createServer();
        probe.on("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

export function temporaryFolder(name) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), `homeroom-e2e-${name}-`));
    const discardNow = () => {
        if (!process.env.KEEP_DATA) fs.rmSync(folder, { recursive: true, force: true });
    };
    keep({ discard: discardNow, discardNow });
    return folder;
}

// A child process whose output is kept.
class Process {
    constructor(binary, args, environment = {}) {
        this.line = [path.basename(binary), ...args].join(" ");
        this.output = "";
        this.stdout = "";
        this.exited = null;
        this.child = spawn(binary, args, {
            env: { ...process.env, ...environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.child.stdout.on("data", (chunk) => {
            this.stdout += chunk;
            this.output += chunk;
        });
        this.child.stderr.on("data", (chunk) => (this.output += chunk));
        this.end = new Promise((resolve) => {
            this.child.on("error", (error) => {
                this.output += `\n${error.message}\n`;
                this.exited = { code: null, signal: null, error };
                resolve(this.exited);
            });
            this.child.on("close", (code, signal) => {
                this.exited ??= { code, signal };
                resolve(this.exited);
            });
        });
    }

    async signal(name, seconds = 20) {
        if (!this.exited) this.child.kill(name);
        try {
            return await within(seconds * 1000, this.end, `${this.line} to end after ${name}`);
        } catch (error) {
            this.child.kill("SIGKILL");
            await this.end;
            throw error;
        }
    }
}

// Runs homeroom once, to its end. → { code, stdout, output }
export async function homeroom(args, { environment = {}, seconds = 30 } = {}) {
    const run = new Process(homeroomBinary, args.map(String), environment);
    try {
        const { code, signal, error } = await within(seconds * 1000, run.end, run.line);
        if (error) throw error;
        return { code, signal, stdout: run.stdout, output: run.output };
    } finally {
        if (!run.exited) run.child.kill("SIGKILL");
    }
}

// What every launched server shares: where it is, what it said, and how it ends. `launch()` starts it once more, on the
// same port and data.
class Launched {
    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    get log() {
        return this.process?.output ?? "";
    }

    describeLog() {
        const lines = this.log.split("\n");
        const shown = lines.slice(-logLinesShown).join("\n");
        return `--- ${this.process?.line}, the last of ${lines.length} lines ---\n${shown}\n---`;
    }

    stop(signal = "SIGTERM") {
        return this.process.signal(signal);
    }

    // No goodbye: what is not on disk is lost.
    kill() {
        return this.process.signal("SIGKILL");
    }

    async restart(signal = "SIGTERM") {
        await this.process.signal(signal);
        await this.launch();
    }

    async discard() {
        if (this.process && !this.process.exited) await this.process.signal("SIGKILL");
        watched.delete(this);
        forget(this);
    }

    discardNow() {
        if (this.process && !this.process.exited) this.process.child.kill("SIGKILL");
    }
}

// The kinds of requests that have a rate of their own. A test does in a second what its people would do in an hour.
export const ratesOfKinds = [
    ...["post", "comment", "reaction", "message", "announcement", "grade", "group", "study", "study_change"],
    ...["call", "call_change", "call_aside", "live", "live_watch", "live_authorize"],
    ...["document", "opening", "edit", "report", "search", "upload", "download"],
];
const withoutRates = Object.fromEntries(ratesOfKinds.map((kind) => [`HOMEROOM_RATES_${kind.toUpperCase()}`, "off"]));
const watched = new Set();
watchAnswers((method, address, answer) => {
    const { pathname, port } = new URL(address);
    const server = [...watched].find((one) => String(one.port) === port);
    if (server?.keepsContract && pathname.startsWith("/api/")) watchRest(method, pathname, answer);
});

export class Server extends Launched {
    // school: see school.mjs; config: text of a TOML file; args: more arguments of `serve`; rates: with those of `config`
    // or the usual ones.
    static async start({ school, config, args = [], environment: more = {}, rates = false } = {}) {
        const environment = { ...(rates ? {} : withoutRates), ...more };
        const server = new Server();
        server.keepsContract = true; // held against protocol/ by whatever talks to it (contract_watch.mjs)
        watched.add(server);
        server.folder = temporaryFolder("server");
        server.data = path.join(server.folder, "data");
        server.database = postgresFor();
        server.environment = environment;
        server.args = args;
        if (config !== undefined) server.configFile = server.write("homeroom.toml", config);
        server.school = school;
        keep(server);
        if (school) await server.importOk(school.write(path.join(server.folder, "roster")));
        server.port = await freePort();
        server.adminPort = await freePort();
        await server.launch();
        return server;
    }

    common() {
        return ["--data", this.data, ...(this.configFile ? ["--config", this.configFile] : [])];
    }

    write(name, text) {
        const file = path.join(this.folder, name);
        fs.writeFileSync(file, text);
        return file;
    }

    async launch() {
        this.process = new Process(
            homeroomBinary,
            ["serve", "--host", "127.0.0.1", "--port", this.port, "--admin-port", this.adminPort]
                .concat(this.common(), this.args)
                .map(String),
            { ...this.database, ...this.environment },
        );
        await this.ready();
    }

    async ready(seconds = 20) {
        const end = Date.now() + seconds * 1000;
        for (;;) {
            if (this.process.exited) throw new Error(`the server ended\n${this.describeLog()}`);
            const answer = await request("GET", `${this.url}/readyz`).catch(() => null);
            if (answer?.status === 200) return;
            if (Date.now() > end) throw new Error(`not ready\n${this.describeLog()}`);
            await sleep(20);
        }
    }

    // homeroom COMMAND … on this server's data directory, whether it runs or not.
    run(args, options = {}) {
        return homeroom([...args, ...this.common()], { environment: { ...this.database, ...this.environment }, ...options });
    }

    // Statements of SQL on its database, while it does not run.
    sql(statements) {
        if (onPostgres) return query(statements, this.database.HOMEROOM_STORE_POSTGRES);
        return execFileSync("sqlite3", [path.join(this.data, "homeroom.db"), statements]).toString();
    }

    // All bytes that it keeps, while it does not run. PostgreSQL's files keep what is no row any more until they are
    // vacuumed: of it all that its tables have.
    bytesKept() {
        const files = fs
            .readdirSync(this.data, { recursive: true })
            .map((name) => path.join(this.data, name))
            .filter((name) => fs.statSync(name).isFile())
            .map((name) => fs.readFileSync(name, "latin1"));
        if (onPostgres) files.push(this.sql("SELECT schema_to_xml(current_schema(), true, false, '')"));
        return files.join("");
    }

    import(folder, ...args) {
        return this.run(["import", "oneroster", folder, ...args]);
    }

    async importOk(folder, ...args) {
        const result = await this.import(folder, ...args);
        if (result.code !== 0) throw new Error(`import ended with ${result.code}\n${result.output}`);
        return result;
    }

    // The file's text without its newline is the key, byte for byte.
    get secret() {
        return fs.readFileSync(path.join(this.data, "secret"), "utf8").trimEnd();
    }

    token(user, claims = {}) {
        return signToken({ key: this.secret, claims: { sub: user, exp: inSeconds(3600), ...claims } });
    }

    serviceToken(claims = {}) {
        return this.token("platform", { scope: "service", ...claims });
    }

    // One REST call under /api/v1; as the platform's back end unless a token is given.
    rest(method, route, body, { token = this.serviceToken(), agent } = {}) {
        return request(method, `${this.url}/api/v1${route}`, {
            agent,
            headers: {
                authorization: `Bearer ${token}`,
                ...(body === undefined ? {} : { "content-type": "application/json" }),
            },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    }

    async restOk(method, route, body, options) {
        const answer = await this.rest(method, route, body, options);
        if (answer.status < 200 || answer.status > 299) {
            throw new Error(`${method} ${route} → ${answer.status} ${answer.text}`);
        }
        return answer;
    }
}

// A server that says on its standard output when it can be reached.
export class Announced extends Launched {
    // command: port → [program, …arguments]
    static async startBy(command) {
        const server = keep(new this());
        server.port = await freePort();
        server.command = command(server.port).map(String);
        await server.launch();
        return server;
    }

    async launch() {
        const [program, ...args] = this.command;
        this.process = new Process(program, args);
        const listening = () => this.process.stdout.includes("\n");
        const end = Date.now() + 10_000;
        while (!listening() && !this.process.exited && Date.now() < end) await sleep(10);
        if (!listening()) throw new Error(`it does not listen\n${this.describeLog()}`);
    }
}

// The bare protocol application; `args` as of `conformance`.
export class Conformance extends Announced {
    static start(...args) {
        return this.startBy((port) => [conformanceBinary, "--host", "127.0.0.1", "--port", port, ...args]);
    }
}

// The same application on Node's own socket.io.
export class Reference extends Announced {
    static start() {
        return this.startBy((port) => [process.execPath, path.join(here, "reference_server.mjs"), port]);
    }
}
