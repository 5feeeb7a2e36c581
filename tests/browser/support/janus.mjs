// A Janus of Debian's on this machine, for the time of a test: VideoRoom and the HTTP interface, and nothing else of it. It is
// configured as docs/calls.md advises, but for its addresses.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { eventually, keep } from "../../e2e/support/scenario.mjs";
import { freePort, temporaryFolder } from "../../e2e/support/server.mjs";

const secret = "what-janus-and-the-server-know";
const adminKey = "what-makes-rooms-in-videoroom";

// Janus gathers none of the loopback interface. Where there is no other, it has to.
const address = () => Object.values(os.networkInterfaces()).flat().find(({ family, internal }) => family === "IPv4" && !internal)?.address;

function library(kind, name) {
    const folders = fs.readdirSync("/usr/lib").map((triplet) => `/usr/lib/${triplet}/janus/${kind}/libjanus_${name}.so`);
    const found = folders.find((file) => fs.existsSync(file));
    if (!found) throw new Error(`Janus' ${name} is not installed`);
    return found;
}

export class Janus {
    static async start() {
        const janus = new Janus();
        Object.assign(janus, { secret, adminKey, port: await freePort(), folder: temporaryFolder("janus") });
        const part = (name) => path.join(janus.folder, name);
        for (const folder of ["plugins", "transports", "events", "loggers"]) fs.mkdirSync(part(folder));
        fs.symlinkSync(library("plugins", "videoroom"), part("plugins/libjanus_videoroom.so"));
        fs.symlinkSync(library("transports", "http"), part("transports/libjanus_http.so"));
        fs.writeFileSync(
            part("janus.jcfg"),
            `general: {
    configs_folder = "${janus.folder}"
    plugins_folder = "${part("plugins")}"
    transports_folder = "${part("transports")}"
    events_folder = "${part("events")}"
    loggers_folder = "${part("loggers")}"
    debug_level = 4
    debug_colors = false
    api_secret = "${secret}"
}
nat: {
    ice_lite = true
    ice_enforce_list = "${address() ?? "127.0.0.1"}"
}
media: { ipv6 = false }
`,
        );
        fs.writeFileSync(part("janus.plugin.videoroom.jcfg"), `general: { admin_key = "${adminKey}", lock_rtp_forward = true }\n`);
        fs.writeFileSync(
            part("janus.transport.http.jcfg"),
            `general: { json = "compact", base_path = "/janus", http = true, port = ${janus.port}, ip = "127.0.0.1", https = false }
admin: { admin_http = false, admin_https = false }
`,
        );
        keep({ discard: () => janus.stop(), discardNow: () => janus.process?.kill("SIGKILL") });
        await janus.run();
        return janus;
    }

    get url() {
        return `http://127.0.0.1:${this.port}/janus`;
    }
    get environment() {
        return {
            HOMEROOM_CALLS_MEDIA: "janus",
            HOMEROOM_CALLS_JANUS_URL: this.url,
            HOMEROOM_CALLS_JANUS_SECRET: secret,
            HOMEROOM_CALLS_JANUS_ADMIN_KEY: adminKey,
        };
    }

    async run() {
        this.output = "";
        this.process = spawn("janus", ["--configs-folder", this.folder], { cwd: this.folder });
        for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (text) => (this.output += text));
        this.ended = new Promise((resolve) => this.process.on("close", resolve).on("error", resolve));
        await eventually("Janus to listen", async () => {
            if (this.process.exitCode !== null) throw new Error(`Janus has ended: ${this.output.slice(-2000)}`);
            return fetch(`${this.url}/info`).then(({ ok }) => ok, () => false);
        }, 30_000);
    }
    async stop() {
        this.process.kill("SIGKILL");
        await this.ended;
    }

    // As one who knows its secret and asks it himself.
    async #ask(where, body) {
        const response = await fetch(`${this.url}${where}`, {
            method: "POST",
            body: JSON.stringify({ ...body, transaction: "look", apisecret: secret }),
        });
        return response.json();
    }
    // → [{ room, participants: how many send or would }]
    async rooms() {
        const session = `/${(await this.#ask("", { janus: "create" })).data.id}`;
        const handle = `${session}/${(await this.#ask(session, { janus: "attach", plugin: "janus.plugin.videoroom" })).data.id}`;
        const list = await this.#ask(handle, { janus: "message", body: { request: "list", admin_key: adminKey } });
        await this.#ask(session, { janus: "destroy" });
        return list.plugindata.data.list.map(({ room, num_participants, pin_required, max_publishers, is_private }) => ({
            room,
            participants: num_participants,
            pin: pin_required,
            publishers: max_publishers,
            hidden: is_private,
        }));
    }
    // Without the secret, as anybody who finds the port.
    async refuses() {
        const response = await fetch(this.url, { method: "POST", body: JSON.stringify({ janus: "create", transaction: "x" }) });
        return (await response.json()).error?.code === 403;
    }
}
