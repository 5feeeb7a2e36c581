// One device of one person at a school's long day: it hands every packet it is sent to whoever looks, and asks on until it
// is answered, also when the server dies in between.

import { Person } from "../client.mjs";
import { request } from "../http.mjs";
import { askByRest, restForm } from "../rest_forms.mjs";
import { eventually, within } from "../scenario.mjs";

export class Seat {
    // look(payload): see judge.mjs
    constructor(server, user, transports, look) {
        Object.assign(this, { server, user, transports, look, person: undefined });
        this.asked = new Map(); // acknowledgement id → { name, request, isAgain }
        this.cursors = [];
    }

    get online() {
        return this.person !== undefined;
    }

    // As a new page or device, with a cursor or with none. The old one, if any, goes.
    async arrive(cursor) {
        const before = this.person;
        const person = new Person(this.server, this.user, {
            transports: this.transports,
            auth: cursor === undefined ? {} : { cursor },
        });
        const { io: manager } = person.socket;
        manager.on("open", () => manager.engine.on("packet", (packet) => this.take(person, packet)));
        await person.open();
        this.person = person;
        this.asked.clear();
        before?.leave();
    }

    take(person, { type, data }) {
        if (type !== "message" || typeof data !== "string") return;
        const [, kind, id, json] = /^([23])(\d*)(\[.*)$/s.exec(data) ?? [];
        if (json === undefined) return;
        const parsed = JSON.parse(json);
        if (kind === "2") {
            const [name, value] = parsed;
            if (value?.seq !== undefined) this.sawSeq(value.seq);
            this.look(this, { text: json, value, context: { kind: "event", name, at: value?.at } });
            return;
        }
        const asked = (person === this.person && this.asked.get(Number(id))) || { name: "?", request: {} };
        this.asked.delete(Number(id));
        this.look(this, { text: json, value: parsed[0], context: { kind: "answer", ...asked } });
    }

    sawSeq(seq) {
        this.cursors.push(seq);
        if (this.cursors.length > 3000) this.cursors.splice(0, 1000);
    }

    isThere() {
        const { socket, sessions } = this.person;
        return socket.connected && sessions.length > 0;
    }

    // → the answer, over the socket, asked again as long as the connection breaks before it comes
    // isAgain: it has been answered before
    async ask(name, request, isAgain = false) {
        for (;;) {
            await eventually(`${this.user} to be connected`, () => this.isThere(), 20_000);
            const { socket } = this.person;
            this.asked.set(socket.ids, { name, request, isAgain });
            let onBreak;
            const broken = new Promise((resolve) => socket.once("disconnect", (onBreak = () => resolve(undefined))));
            const answer = await within(20_000, Promise.race([this.person.request(name, request), broken]), `${name} of ${this.user}`);
            socket.off("disconnect", onBreak);
            if (answer !== undefined) return answer;
        }
    }

    // The same over REST where it can be; a server that dies meanwhile is another test's matter.
    async askByRest(name, request, isAgain = false) {
        if (restForm(name, request) === undefined) return this.ask(name, request, isAgain);
        const answer = await askByRest(this.server, this.user, name, request);
        this.look(this, { text: JSON.stringify(answer), value: answer, context: { kind: "answer", name, request, isAgain } });
        return answer;
    }

    // By hand, with the user's token: → { status, … }
    async send(method, path, body) {
        const headers = { authorization: `Bearer ${this.server.token(this.user)}` };
        const answer = await request(method, `${this.server.url}${path}`, { headers, body });
        const name = `${method} ${path.split("?")[0]}`;
        const value = /json/.test(answer.headers["content-type"] ?? "") ? answer.json() : answer.text;
        this.look(this, { text: answer.text, value, context: { kind: "answer", name, request: {} } });
        return answer;
    }

    async away() {
        await this.person.away();
        this.isAway = true;
    }

    async back() {
        this.isAway = false;
        await this.person.back();
    }

    leave() {
        this.person?.leave();
        this.person = undefined;
        this.isAway = false;
    }
}
