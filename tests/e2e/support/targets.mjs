// A server under attack: what an attacker opens, and what must still be true when the attack is over. One honest client
// is connected all the while; another comes after the attack.

import assert from "node:assert/strict";

import { io } from "socket.io-client";

import { Person } from "./client.mjs";
import { Engine } from "./engine.mjs";
import { metrics } from "./metrics.mjs";
import { burden, openSockets, usage } from "./process_usage.mjs";
import { RawConnection } from "./raw.mjs";
import { eventually, forget, keep, within } from "./scenario.mjs";
import { School } from "./school.mjs";
import { Conformance, Server } from "./server.mjs";

const mebibyte = 1024 * 1024;

class Target {
    async prepare(server) {
        this.server = server;
        this.engine = new Engine(server, "/socket.io/");
        this.attackers = [];
        this.sessions = []; // by polling
        this.bystander = await this.connect("ben");
        this.socketsBefore = openSockets(server);
        this.begin();
        return this;
    }

    // What the server costs is counted from here.
    begin() {
        this.usageBefore = usage(this.server);
    }

    // --- The attacker's means; all are closed when the attack is over.

    with(attacker) {
        this.attackers.push(attacker);
        return attacker;
    }

    raw(options) {
        return this.with(new RawConnection(this.server, options));
    }

    // A WebSocket with exactly this query, which may well be refused.
    knock(query, options) {
        return this.with(this.engine.socket(query, options));
    }

    async open() {
        return this.with(await this.engine.openSocket());
    }

    async join() {
        return this.with(await this.engine.joinSocket(this.auth()));
    }

    async joinPolling() {
        const session = await this.engine.joinPolling(this.auth());
        this.sessions.push(session);
        return session;
    }

    // --- After the attack

    async leave() {
        for (const attacker of this.attackers.splice(0)) {
            attacker.discard();
            forget(attacker);
        }
        for (const session of this.sessions.splice(0)) await session.send("1"); // 400 if it is over already
    }

    // Memory grew by no more than so many MiB, and no more than so many seconds of processor time were spent.
    cheap({ mebibytes = 48, seconds = 2 } = {}) {
        const now = usage(this.server);
        for (const kind of ["memory", "data"]) {
            const grown = (now[kind] - this.usageBefore[kind]) / mebibyte;
            assert.ok(grown <= mebibytes * burden, `${kind} grew by ${grown.toFixed(1)} MiB`);
        }
        const spent = now.processor - this.usageBefore.processor;
        assert.ok(spent <= seconds * burden, `${spent} seconds of processor time`);
    }

    async unharmed() {
        await this.leave();
        assert.equal(this.server.process.exited, null, "the server is gone");
        await this.serves(this.bystander);
        assert.deepEqual(this.bystander.disconnects, []);
        // Refused while a rate's budget is used up, which passes.
        await eventually("an honest client to be served", async () => {
            const client = await this.connect("ada");
            await this.serves(client);
            client.leave();
            return true;
        });
        await eventually(
            "no connection of the attack to be left",
            () => openSockets(this.server) <= this.socketsBefore,
            10_000,
        );
    }
}

// `homeroom serve` with a small school; the attacker is one of its students.
export class Product extends Target {
    // A packet that must be answered, and its answer.
    question = '427["feed:list",{"room":"class-math"}]';
    answer = /^437\[/;

    static async start(config) {
        const school = new School("north").class("math").teacher("tess", "math");
        for (const student of ["ada", "ben", "mallory"]) school.student(student, "math");
        return new Product().prepare(await Server.start({ school, config }));
    }

    // One whose answers pages of that origin may read.
    static startFor(origin) {
        return this.start(`[server]\ncors_origins = ["${origin}"]\n`);
    }

    auth() {
        return { token: this.server.token("mallory") };
    }

    async connect(user) {
        const person = new Person(this.server, user, { manager: { reconnection: false } });
        try {
            return await person.open();
        } catch (error) {
            person.leave();
            throw error;
        }
    }

    async serves(person) {
        await person.requestOk("feed:list", { room: "class-math" });
    }

    async unharmed() {
        await super.unharmed();
        const honest = async () => (await metrics(this.server)).get("homeroom_users_connected") === 1;
        await eventually("only the bystander to be connected", honest);
    }
}

// One honest client of the bare protocol application.
class Guest {
    constructor(server) {
        this.disconnects = [];
        this.socket = io(server.url, { forceNew: true, transports: ["websocket"], reconnection: false });
        this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
        keep(this);
    }

    leave() {
        this.socket.disconnect();
        forget(this);
    }

    discard() {
        this.socket.disconnect();
    }
}

// `conformance`, scenario protocol: it says what it got, binary too.
export class Bare extends Target {
    question = '427["message-with-ack",1]';
    answer = /^437\[1\]$/;

    static async start(...args) {
        // Not the hasty ones of the protocol suites.
        const times = ["--ping-interval", 25_000, "--ping-timeout", 20_000, "--connect-timeout", 15_000];
        return new Bare().prepare(await Conformance.start(...times, ...args));
    }

    static startFor(origin) {
        return this.start("--allow-origin", origin);
    }

    auth() {
        return undefined;
    }

    async connect() {
        const guest = new Guest(this.server);
        const connected = new Promise((resolve, reject) => {
            guest.socket.on("connect", resolve);
            guest.socket.on("connect_error", reject);
        });
        await within(5000, connected, "a guest to connect");
        return guest;
    }

    async serves(guest) {
        const sent = [1, "two", { three: Buffer.from([3]) }];
        const answered = new Promise((resolve) => {
            guest.socket.emit("message-with-ack", ...sent, (...answer) => resolve(answer));
        });
        assert.deepEqual(await within(5000, answered, "an answer to a guest"), sent);
    }
}
