// One client of a script, by hand on the wire. It writes down what it could notice, a list for each channel (its
// requests, its polls, each of its WebSockets), so that what happens on two channels at once has no order between them.

import http from "node:http";

import { separator } from "../engine.mjs";
import { request } from "../http.mjs";
import { forget, sleep } from "../scenario.mjs";
import { answerOf, frameOf, headersOf, packetOf } from "./words.mjs";

// A poll that nothing answers would be waited for in vain; Node's answers to an upgrading client take 100 ms.
const noopWait = 400;

// Some requests are never answered.
export const answerWait = 2500;

export class Peer {
    // quiet: milliseconds without anything new after which a step is over
    constructor(engine, quiet) {
        this.engine = engine;
        this.quiet = quiet;
        this.sid = "none";
        this.transport = "none"; // or "polling", "websocket"
        this.reading = false; // whether polls are repeated
        this.untold = []; // what polls brought while it was not reading; see `notePoll`
        this.poll = null; // the pending one
        this.upgrading = false; // between the answered probe and "5"
        this.sockets = [];
        this.channels = new Map();
        this.activity = 0;
    }

    // Everything noticed since the last call: [[channel, [line, …]], …]
    take() {
        this.readSockets();
        const taken = [...this.channels].sort(([one], [other]) => (one < other ? -1 : 1));
        this.channels = new Map();
        return taken;
    }

    note(channel, line) {
        this.activity++;
        if (!this.channels.has(channel)) this.channels.set(channel, []);
        this.channels.get(channel).push(line);
    }

    // --- HTTP

    useConnections({ kept }) {
        this.agent = kept ? new http.Agent({ keepAlive: true, maxSockets: 8 }) : false;
    }

    // → the answer, noted; null when the connection broke
    async ask(method, query, { body, headers, channel = "requests" } = {}) {
        const address = this.engine.address(query.replace("{sid}", this.sid));
        const signal = AbortSignal.timeout(answerWait);
        try {
            const answer = await request(method, address, { body, headers, signal, agent: this.agent });
            this.note(channel, `${method} → ${answerOf(answer)}`);
            return answer;
        } catch (error) {
            this.note(channel, `${method} → ${signal.aborted ? "no answer" : (error.code ?? error.message)}`);
            return null;
        }
    }

    pollQuery() {
        return "EIO=4&transport=polling&sid={sid}";
    }

    startPoll() {
        if (this.poll || this.transport !== "polling") return;
        this.pollGivenUp = new AbortController();
        this.poll = this.readPoll(this.pollGivenUp.signal);
    }

    async readPoll(signal) {
        const address = this.engine.address(this.pollQuery().replace("{sid}", this.sid));
        let packets = [];
        try {
            const answer = await request("GET", address, { agent: this.agent, signal });
            this.notePoll("polled", `GET → ${answer.status} ${headersOf(answer.headers)}`);
            if (answer.status === 200) packets = answer.text.split(separator);
            else this.notePoll("polled", answer.text);
        } catch (error) {
            this.notePoll("polled", `GET → ${error.code ?? error.message}`);
        }
        this.poll = null;
        for (const packet of packets) this.notePoll("polls", packetOf(packet));
        if (packets.length === 0 || packets.includes("1")) this.reading = false;
        // An upgrading client rests after the noop: the next poll would only get the next noop.
        if (this.upgrading && packets.every((packet) => packet === "6")) this.reading = false;
        if (this.reading) this.startPoll();
    }

    // How packets are put into payloads is a matter of timing, and so is what comes by the last poll of a client that
    // reads no more: all of that is told once it reads again. How polls were answered is told once, however many.
    notePoll(channel, line) {
        this.activity++;
        if (!this.reading) this.untold.push([channel, line]);
        else if (channel === "polls" || !this.channels.get(channel)?.includes(line)) this.note(channel, line);
    }

    read() {
        this.reading = true;
        this.tell();
        this.startPoll();
    }

    // Notes what polls brought while it was not reading.
    tell() {
        const { reading } = this;
        this.reading = true;
        for (const [channel, line] of this.untold.splice(0)) this.notePoll(channel, line);
        this.reading = reading;
    }

    // Its polling is over: this is its transport now.
    takeSocket(socket) {
        this.transport = "websocket";
        this.main = socket;
        this.tell();
    }

    // --- WebSockets

    // Opens one with this query and waits until it is open, refused or closed.
    async openSocket(query, options) {
        const socket = this.engine.socket(query.replace("{sid}", this.sid), options);
        const name = `socket ${this.sockets.length + 1}`;
        this.sockets.push({ name, socket, told: { opened: false, closed: false } });
        await Promise.race([socket.opened.catch(() => {}), socket.closing]);
        return socket;
    }

    readSockets() {
        for (const { name, socket, told } of this.sockets) {
            if (socket.granted && !told.opened) {
                told.opened = true;
                this.note(name, `granted ${headersOf(socket.granted)}`);
            }
            for (const frame of socket.frames.splice(0)) this.note(name, frameOf(frame));
            if (socket.closedWith !== undefined && !told.closed) {
                told.closed = true;
                if (socket.refused) this.note(name, `refused ${answerOf(socket.refused)}`);
                else this.note(name, `closed ${socket.closedWith} ${socket.granted ? "" : socket.error?.message}`);
            }
        }
    }

    // --- Quiet

    // Until nothing more comes. Then a polling session is asked whether it lives.
    async settle() {
        await this.calm();
        if (this.transport !== "polling" || this.dead) return;
        const before = this.activity;
        const answer = await this.ask("POST", this.pollQuery(), { body: "6", channel: "lives" });
        this.dead = answer?.status !== 200; // said once
        if (this.activity !== before + 1) await this.calm();
    }

    async calm() {
        const end = Date.now() + noopWait;
        let before;
        do {
            before = this.activity;
            for (const { socket } of this.sockets) await socket.roundTrip();
            await sleep(this.quiet);
            this.readSockets();
        } while (this.activity !== before || (this.upgrading && this.poll && Date.now() < end));
    }

    async discard() {
        for (const { socket } of this.sockets) {
            socket.discard();
            forget(socket);
        }
        this.reading = false;
        this.transport = "none";
        this.pollGivenUp?.abort();
        if (this.agent) this.agent.destroy();
    }
}
