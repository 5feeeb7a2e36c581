// One connection of an official client, of any version since 2.5: what it heard, and requests as promises.

import { io as io48 } from "socket.io-client";
import io25 from "socket.io-client-2-5";
import { io as io31 } from "socket.io-client-3-1";
import { io as io40 } from "socket.io-client-4-0";
import { io as io46 } from "socket.io-client-4-6";

import { eventually, forget, keep, within } from "./scenario.mjs";

export const versions = { 2.5: io25, 3.1: io31, "4.0": io40, 4.6: io46, 4.8: io48 };

// By name, because onAny() came with version 3.
const events = ["auth", "message-back", "msg", "ack", "got it", "takebin", "takeUtf8", "handshake"];

export class OfficialClient {
    // options: namespace, and those of the client itself
    constructor(server, version, { namespace = "/", ...options } = {}) {
        this.version = version;
        this.isOld = version === "2.5";
        this.heard = []; // [name, …arguments]
        this.disconnects = [];
        this.heartbeats = 0;
        this.socket = versions[version](server.url + namespace, {
            autoConnect: false,
            forceNew: true,
            reconnectionDelay: 20,
            reconnectionDelayMax: 100,
            ...options,
        });
        for (const name of events) this.socket.on(name, (...values) => this.heard.push([name, ...values]));
        this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
        keep(this);
    }

    static async connect(server, version, options) {
        const client = new OfficialClient(server, version, options);
        await client.open();
        return client;
    }

    get transport() {
        return this.socket.io.engine.transport.name;
    }

    next(name, target = this.socket) {
        return within(10_000, new Promise((resolve) => target.once(name, resolve)), `${name} of ${this.version}`);
    }

    // Connects; why it could not, or was refused, rejects.
    async open() {
        const decided = new Promise((resolve, reject) => {
            this.socket.once("connect", resolve);
            this.socket.once("connect_error", reject);
            if (this.isOld) this.socket.once("error", reject);
        });
        this.socket.connect();
        // 2.5 pings and hears the answer; later ones are pinged.
        this.socket.io.engine.on("packet", ({ type }) => (this.heartbeats += /^p[io]ng$/.test(type) ? 1 : 0));
        await within(10_000, decided, `${this.version} to connect`);
    }

    // → the refusal's message
    async refusal() {
        try {
            await this.open();
        } catch (error) {
            return error.message ?? error; // 2.5 hands on what the server sent, a text
        }
        throw new Error("it was let in");
    }

    request(...event) {
        const answered = new Promise((resolve) => this.socket.emit(...event, resolve));
        return within(10_000, answered, `the answer to ${event[0]}`);
    }

    async hear(name, count = 1) {
        const all = () => this.heard.filter(([one]) => one === name).map(([, ...values]) => values);
        await eventually(`${count} × ${name}`, () => all().length >= count, 10_000);
        return all();
    }

    discard() {
        this.socket.disconnect();
        this.socket.io.engine?.close();
        forget(this);
    }
}
