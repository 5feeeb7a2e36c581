// The servers that are compared, each started anew for each measurement, on one loop thread unless told.
//
//   bare        bench/bare: the physical reference
//   node        bench/peers: Socket.IO's own server. { tokens }: signs in by token and greets as Homeroom does
//   library     apps/conformance: the library homeroom::socketio. { loops }
//   homeroom    the product, with the roster of a school imported. { loops, users, lecture }

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { launch, run } from "./processes.mjs";

const peer = fileURLToPath(new URL("../peers/rooms.mjs", import.meta.url));
const listening = /listening (\d+)\n/;
const secret = "the secret of a benchmark, which is none";

// So that nothing but the work is measured: the generator is one address, and a writer in a closed loop is no attacker.
const unlimited = {
    HOMEROOM_LOG_LEVEL: "warn",
    HOMEROOM_SERVER_REQUESTS_PER_SECOND: "1000000",
    HOMEROOM_RATES_POST: "off",
    HOMEROOM_RATES_ADDRESS_HANDSHAKES: "off",
    HOMEROOM_SERVER_REQUESTS_BURST: "1000000",
    HOMEROOM_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
    HOMEROOM_LIMITS_HANDSHAKES_PER_SECOND: "1000000",
    HOMEROOM_LIMITS_HANDSHAKES_BURST: "1000000",
};

export class Servers {
    // programs: { homeroom, generator, conformance, bare }; folder: for rosters and data directories, on the disk that is
    // measured; cpus: of the servers, or null
    constructor({ programs, folder, cpus }) {
        this.programs = programs;
        this.folder = folder;
        this.cpus = cpus;
        fs.rmSync(folder, { recursive: true, force: true });
        fs.mkdirSync(folder, { recursive: true });
    }

    // → { url, pid, flags: what the generator is told of it, secretFile: what signs its tokens, stop }
    async start({ kind, isPinned = true, ...options }) {
        const { command, says = listening, environment, flags, secretFile } = await this[kind](options);
        const cpus = isPinned ? this.cpus : null;
        const { port, pid, stop } = await launch(command, says, { environment, cpus });
        return { url: `http://127.0.0.1:${port}`, pid, flags, secretFile, stop };
    }

    bare() {
        return { command: [this.programs.bare, "--port", 0], flags: ["--app", "rooms"] };
    }

    node({ tokens = false }) {
        const command = [process.execPath, peer, "--port", 0];
        if (!tokens) return { command, flags: ["--app", "rooms"] };
        const file = path.join(this.folder, "secret");
        fs.writeFileSync(file, `${secret}\n`);
        return {
            command: [...command, "--secret-file", file],
            flags: ["--app", "campus", "--secret-file", file],
        };
    }

    library({ loops = 1 }) {
        const command = [this.programs.conformance, "--port", 0, "--scenario", "rooms", "--no-recovery"];
        const times = ["--ping-interval", 25_000, "--ping-timeout", 20_000, "--connect-timeout", 45_000];
        return {
            command: [...command, ...times, "--loops", loops],
            says: /:(\d+)\n/,
            flags: ["--app", "rooms"],
        };
    }

    async homeroom({ loops = 1, users = 20_000, lecture = 10_000 }) {
        const data = await this.freshData(users, lecture);
        return {
            command: [this.programs.homeroom, "serve", "--port", 0, "--admin-port", 0, "--data", data],
            says: /listening at \S+:(\d+) /,
            environment: { ...unlimited, HOMEROOM_SERVER_LOOPS: String(loops) },
            flags: ["--app", "campus", "--data", data],
            secretFile: path.join(data, "secret"),
        };
    }

    // A copy, so that no measurement finds what the one before it wrote. It stays until the next.
    async freshData(users, lecture) {
        const school = await this.school(users, lecture);
        const data = path.join(this.folder, "data");
        fs.rmSync(data, { recursive: true, force: true });
        fs.cpSync(school, data, { recursive: true });
        return data;
    }

    // A data directory with the roster in it, made once.
    async school(users, lecture) {
        const data = path.join(this.folder, `school-${users}-${lecture}`);
        if (fs.existsSync(data)) return data;
        const roster = path.join(this.folder, "roster");
        fs.rmSync(roster, { recursive: true, force: true });
        const { homeroom, generator } = this.programs;
        await run([generator, "bench", "roster", roster, "--users", users, "--lecture", lecture]);
        await run([homeroom, "import", "oneroster", roster, "--data", data]);
        await run([homeroom, "token", "u0", "--data", data]); // makes the secret
        return data;
    }
}
