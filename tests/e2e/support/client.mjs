// One connected person: the unmodified socket.io-client, what it received in order, and requests as promises.

import { io } from "socket.io-client";

import { watchAnswer, watchConnectError, watchEvent } from "./contract_watch.mjs";
import { eventually, forget, keep, sleep, within } from "./scenario.mjs";

export class Person {
    // options: token, auth (more of the CONNECT payload), transports, headers, io (another client's `io`), manager.
    constructor(server, user, options = {}) {
        this.user = user;
        this.server = server;
        this.events = []; // { name, body, more }: `more` is what followed the body, such as the recovery offset
        this.sessions = [];
        this.disconnects = [];
        const token = options.token ?? (options.token === null ? undefined : server.token(user));
        this.socket = (options.io ?? io)(server.url, {
            autoConnect: false,
            forceNew: true,
            transports: options.transports ?? ["websocket"],
            auth: { ...(token === undefined ? {} : { token }), ...options.auth },
            extraHeaders: options.headers,
            reconnectionDelay: 20,
            reconnectionDelayMax: 150,
            randomizationFactor: 0.1,
            ...options.manager,
        });
        this.socket.onAny((name, body, ...more) => {
            this.events.push({ name, body, more });
            if (name === "session") this.sessions.push(body);
            if (this.isWatched) watchEvent(user, name, body, more);
        });
        this.socket.on("connect_error", (error) => this.isWatched && watchConnectError(user, error));
        this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
        keep(this);
    }

    // A person who is connected and has had the first event.
    static async connect(server, user, options) {
        const person = new Person(server, user, options);
        await person.open();
        return person;
    }

    // Connects; the first CONNECT_ERROR rejects.
    async open() {
        const before = this.sessions.length;
        await within(10_000, this.connected(), `${this.user} to connect`);
        await eventually(`the session event of ${this.user}`, () => this.sessions.length > before);
        return this;
    }

    connected() {
        return new Promise((resolve, reject) => {
            const done = (finish) => (value) => {
                this.socket.off("connect", onConnect);
                this.socket.off("connect_error", onError);
                this.socket.io.off("close", onClose);
                finish(value);
            };
            const onConnect = done(resolve);
            const onError = done(reject);
            // Neither let in nor refused: who comes back by himself will be. ("forced close": by this side, also before it tells of a refusal.)
            const fail = done(reject);
            const onClose = (reason) => {
                if (!this.socket.io.reconnection() && reason !== "forced close") fail(new Error(`closed: ${reason}`));
            };
            this.socket.on("connect", onConnect);
            this.socket.on("connect_error", onError);
            this.socket.io.on("close", onClose);
            this.socket.connect();
        });
    }

    // Whether all that it is sent is held against the contract: not what other servers send, nor one that was tampered with.
    get isWatched() {
        return this.server.keepsContract === true;
    }

    get session() {
        return this.sessions.at(-1);
    }

    get rooms() {
        return roomsOf(this.session.rooms);
    }

    // → whatever the acknowledgement holds: { ok: true, … } or { ok: false, error }.
    request(name, ...body) {
        const answered = new Promise((resolve) => {
            this.socket.emit(name, ...body, (answer) => {
                if (this.isWatched) watchAnswer(this.user, name, answer);
                resolve(answer);
            });
        });
        return within(10_000, answered, `the answer to ${name} of ${this.user}`);
    }

    async requestOk(name, body) {
        const answer = await this.request(name, body);
        if (answer?.ok !== true) {
            throw new Error(`${this.user}: ${name} → ${JSON.stringify(answer)}`);
        }
        return answer;
    }

    // The code of a request that must be refused.
    async refusal(name, ...body) {
        const answer = await this.request(name, ...body);
        if (answer?.ok !== false || typeof answer.error?.code !== "string") {
            throw new Error(`${this.user}: ${name} was not refused: ${JSON.stringify(answer)}`);
        }
        return answer.error.code;
    }

    async post(to, text, more = {}) {
        return (await this.requestOk("post:create", { to, text, ...more })).post;
    }

    async comment(post, text, more = {}) {
        return (await this.requestOk("comment:create", { post, text, ...more })).comment;
    }

    like(post, kind = "like") {
        return this.requestOk("reaction:set", { target: { post }, kind });
    }

    received(name) {
        return this.events.filter((event) => event.name === name).map((event) => event.body);
    }

    // The texts of the posts that arrived, in their order.
    texts() {
        return this.received("post:created").map((event) => event.post.text);
    }

    // The first event of that name that fits, past or to come.
    see(name, fits = () => true, milliseconds = 5000) {
        return eventually(
            `${this.user} to see ${name}`,
            () => this.received(name).find(fits),
            milliseconds,
        );
    }

    seeText(text, milliseconds) {
        return this.see("post:created", (event) => event.post.text === text, milliseconds);
    }

    // Everything that was on its way has arrived: a request came back, and a moment passed.
    async settle(milliseconds = 120) {
        await sleep(milliseconds / 2);
        if (this.socket.connected) await this.request("feed:list", { room: "class-nowhere" });
        await sleep(milliseconds / 2);
    }

    // The transport breaks; nobody said goodbye. The client comes back by itself unless told to stay away.
    breakTransport() {
        this.socket.io.engine.close();
    }

    // Breaks it and stays away until `back()`.
    async away() {
        await eventually(`${this.user} to be there`, () => this.socket.connected);
        this.socket.io.reconnection(false);
        this.breakTransport();
        await eventually(`${this.user} to be away`, () => !this.socket.connected);
    }

    back() {
        this.socket.io.reconnection(true);
        return this.open();
    }

    leave() {
        this.socket.disconnect();
        forget(this);
    }

    discard() {
        this.socket.disconnect();
        this.socket.io.engine?.close();
    }
}

// Every room name of the `rooms` object of `session` and `rooms:changed`, sorted, each once.
export function roomsOf(rooms) {
    return [...new Set(Object.values(rooms).flat().filter((name) => typeof name === "string"))].sort();
}

// The CONNECT_ERROR that a connection must get. → Error with `data.code`
export async function refused(server, user, options) {
    const person = new Person(server, user, options);
    try {
        await within(10_000, person.connected(), `${user} to be refused`);
    } catch (error) {
        return error;
    } finally {
        person.discard();
        forget(person);
    }
    throw new Error(`${user} was let in`);
}
