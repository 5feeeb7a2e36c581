// Engine.IO by hand: raw polling requests and raw WebSockets, for what no client would ever send.

import WebSocket from "ws";

import { watchFrame } from "./contract_watch.mjs";
import { collect, request } from "./http.mjs";
import { keep, sleep, within } from "./scenario.mjs";

export const separator = "\x1e";

const connectPacket = (auth) => `40${auth === undefined ? "" : JSON.stringify(auth)}`;

export class Engine {
    // path: "/engine.io/" or "/socket.io/"
    constructor(server, path) {
        this.server = server;
        this.path = path;
    }

    address(query) {
        return `${this.server.url}${this.path}?${query}`;
    }

    // One request with exactly this query string.
    ask(method, query, body) {
        return request(method, this.address(query), { body });
    }

    async poll() {
        return (await this.openPolling()).session;
    }

    async openPolling() {
        const answer = await this.ask("GET", "EIO=4&transport=polling");
        if (answer.status !== 200) throw new Error(`handshake: ${answer.status} ${answer.text}`);
        const handshake = JSON.parse(answer.text.slice(1));
        return { answer, handshake, session: new PollingSession(this, handshake.sid) };
    }

    // A WebSocket with exactly this query string; it may well be refused.
    socket(query = "EIO=4&transport=websocket", options) {
        const isWatched = this.server.keepsContract === true && this.path === "/socket.io/";
        return new RawSocket(this.address(query).replace("http", "ws"), options, isWatched ? watchFrame : () => {});
    }

    // A WebSocket whose Engine.IO handshake has been read.
    async openSocket() {
        const socket = this.socket();
        const first = await socket.next();
        return Object.assign(socket, { handshake: JSON.parse(first.slice(1)) });
    }

    // A WebSocket that has joined the main namespace and read the event that greets it.
    async joinSocket(auth) {
        const socket = await this.openSocket();
        socket.send(connectPacket(auth));
        const greetings = [await socket.nextButPing(), await socket.nextButPing()];
        if (!/^40\{/.test(greetings[0]) || !/^42\[/.test(greetings[1])) throw new Error(`greeted by ${greetings}`);
        return socket;
    }

    // A polling session that has joined the main namespace and read the event that greets it.
    async joinPolling(auth) {
        const session = await this.poll();
        await session.send(connectPacket(auth));
        let greetings = "";
        while (!greetings.includes("42[")) {
            const answer = await session.get();
            if (answer.status !== 200) throw new Error(`joining by polling: ${answer.status} ${answer.text}`);
            greetings += answer.text + separator;
        }
        return session;
    }

    // A WebSocket that takes over a polling session as far as the answered probe.
    async probe(session) {
        const socket = this.socket(`EIO=4&transport=websocket&sid=${session.sid}`);
        await socket.opened;
        socket.send("2probe");
        const answer = await socket.next();
        if (answer !== "3probe") throw new Error(`the probe was answered by ${answer}`);
        return socket;
    }
}

export class PollingSession {
    constructor(engine, sid) {
        this.engine = engine;
        this.sid = sid;
        this.query = `EIO=4&transport=polling&sid=${sid}`;
    }

    get(options) {
        return request("GET", this.engine.address(this.query), options);
    }

    send(...packets) {
        return this.engine.ask("POST", this.query, packets.join(separator));
    }
}

export class RawSocket {
    // look: is shown each text frame
    constructor(url, options, look = () => {}) {
        this.frames = [];
        this.readers = [];
        this.socket = new WebSocket(url, options);
        this.socket.on("error", (error) => (this.error = error));
        this.opened = within(
            5000,
            new Promise((resolve, reject) => {
                this.socket.on("open", resolve);
                this.socket.on("close", () => reject(new Error("never opened")));
            }),
            "the WebSocket to open",
        );
        this.opened.catch(() => {});
        // The headers of the 101, or the answer that came instead of it.
        this.socket.on("upgrade", (incoming) => (this.granted = incoming.headers));
        this.socket.on("unexpected-response", async (_, incoming) => {
            this.refused = await collect(incoming).catch(() => ({ status: incoming.statusCode }));
            this.socket.terminate();
        });
        // → the close code; 1006 when the connection just ended or was never granted
        this.closing = new Promise((resolve) => {
            this.socket.on("close", (code) => resolve((this.closedWith = code)));
        });
        this.socket.on("message", (data, binary) => {
            const frame = binary ? Buffer.from(data) : data.toString("utf8");
            if (!binary) look(frame);
            const reader = this.readers.shift();
            if (reader) reader(frame);
            else this.frames.push(frame);
        });
        keep(this);
    }

    send(data) {
        this.socket.send(data);
    }

    // All in one piece, as far as TCP lets it.
    sendTogether(frames) {
        const connection = this.socket._socket;
        connection.cork();
        for (const frame of frames) this.send(frame);
        process.nextTick(() => connection.uncork());
    }

    // Bytes that need not be a frame at all.
    sendBytes(bytes) {
        this.socket._socket.write(bytes);
    }

    // → once the server has answered a WebSocket ping, and so has read all that was sent before, or has closed
    async roundTrip(milliseconds = 300) {
        if (this.socket.readyState !== WebSocket.OPEN) return;
        const pong = new Promise((resolve) => this.socket.once("pong", resolve));
        this.socket.ping(() => {});
        await Promise.race([pong, this.closing, sleep(milliseconds)]);
    }

    // The next frame: a string, or a Buffer of a binary one.
    next(milliseconds = 3000) {
        if (this.frames.length > 0) return Promise.resolve(this.frames.shift());
        const frame = new Promise((resolve) => this.readers.push(resolve));
        const ended = this.closing.then((code) => {
            throw new Error(`closed with ${code} while a frame was awaited`);
        });
        ended.catch(() => {});
        return within(milliseconds, Promise.race([frame, ended]), "a frame");
    }

    // The next frame that is not a heartbeat; pings are answered.
    async nextButPing(milliseconds) {
        for (;;) {
            const frame = await this.next(milliseconds);
            if (frame !== "2") return frame;
            this.send("3");
        }
    }

    // → the close code
    closed(milliseconds = 5000) {
        return within(milliseconds, this.closing, "the WebSocket to be closed");
    }

    discard() {
        this.socket.terminate();
    }
}
