// What people and the platform do: posts, comments, messages and grades over sockets, posts, events and grades by REST,
// commands by way of Kafka, and people who come into classes and leave them. Each asks for one thing after the other, and for
// each until it is acknowledged, with the same key.

import { enrollmentId, body as rosterBody } from "../e2e/support/school.mjs";
import { request } from "../e2e/support/http.mjs";
import { sleep } from "../e2e/support/scenario.mjs";
import { classes, classesOf, isTeacher, partners, roamers, roomOf, studentsOf, teacherOf } from "./cast.mjs";
import { now } from "./history.mjs";

const restTimeout = 4000;
// A change of the roster is not asked for again while it may still be under way: else an old one could undo a newer one.
const rosterTimeout = 60_000;
// "Ask again": whatever else is answered is final.
const passing = ["unavailable", "rate_limited"];

export class Load {
    // door: where the server is found; isOver: nothing new is begun; isGivenUp: nor is anything asked for again
    constructor({ history, server, door, kafka, chance, isOver, isGivenUp, pause }) {
        Object.assign(this, { history, server, door, kafka, chance, isOver, isGivenUp, pause });
        this.lastPosts = new Map(); // room → a post that everybody there sees
        this.attempts = 0;
        this.vain = {}; // why it was asked again → how often
    }

    breathe() {
        return sleep(this.pause / 2 + this.chance.below(this.pause));
    }

    // attempt: → { ok: true, … }, { error: { code } } or null, when nobody answered
    async insist(operation, attempt) {
        for (let pause = 50; !this.isGivenUp(); pause = Math.min(pause * 2, 1000)) {
            this.attempts++;
            const answer = await attempt();
            if (answer?.ok) {
                operation.acknowledged = now();
                return answer;
            }
            if (answer && !passing.includes(answer.error?.code)) {
                operation.refused = JSON.stringify(answer.error ?? answer);
                return null;
            }
            const why = answer?.error.code ?? "no answer";
            this.vain[why] = (this.vain[why] ?? 0) + 1;
            await sleep(pause);
        }
        return null;
    }

    // One person at his seat.
    async write(seat) {
        const { user } = seat;
        while (!this.isOver()) {
            const name = this.chance.one(classesOf(user));
            const kinds = { post: 5, comment: 5, message: 4, ...(isTeacher(user) ? { grade: 3, aside: 2 } : {}) };
            await this[this.chance.weighed(kinds)](seat, name);
            await this.breathe();
        }
    }

    begin(seat, more) {
        return this.history.begin(seat.user, more);
    }

    async post(seat, name) {
        const to = roomOf(name);
        const operation = this.begin(seat, { kind: "post", event: "post:created", to: { room: to } });
        const draft = { to, text: operation.token, key: operation.token };
        const answer = await this.insist(operation, () => seat.ask("post:create", draft));
        if (answer) this.lastPosts.set(to, answer.post.id);
    }

    // For some of the class only.
    async aside(seat, name) {
        const student = this.chance.one(studentsOf(name));
        const operation = this.begin(seat, { kind: "post", event: "post:created", to: { users: [student] }, may: [seat.user] });
        operation.in = roomOf(name);
        const draft = { to: roomOf(name), text: operation.token, key: operation.token, visibility: { users: [student] } };
        await this.insist(operation, () => seat.ask("post:create", draft));
    }

    async comment(seat, name) {
        const room = roomOf(name);
        const post = this.lastPosts.get(room);
        if (!post) return;
        const operation = this.begin(seat, { kind: "comment", event: "comment:created", to: { room } });
        await this.insist(operation, () => seat.ask("comment:create", { post, text: operation.token, key: operation.token }));
    }

    async message(seat) {
        const user = partners[seat.user];
        const operation = this.begin(seat, { kind: "message", event: "message:created", to: { users: [user, seat.user] } });
        const message = { to: { user }, text: operation.token, key: operation.token };
        await this.insist(operation, () => seat.ask("message:send", message));
    }

    gradeOf(token, name, student) {
        return { student, class: name, item: token, score: this.chance.below(100) };
    }

    async grade(seat, name) {
        const student = this.chance.one(studentsOf(name));
        const operation = this.begin(seat, { kind: "grade", event: "grade:updated", to: { users: [student] }, may: [seat.user] });
        const grade = { ...this.gradeOf(operation.token, name, student), key: operation.token };
        await this.insist(operation, () => seat.ask("grade:publish", grade));
    }

    async call(method, route, body, { token = this.server.serviceToken(), url = this.door.url, timeout = restTimeout } = {}) {
        const signal = AbortSignal.timeout(timeout);
        try {
            const { status, json } = await request(method, `${url}/api/v1${route}`, {
                headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
                body: body && JSON.stringify(body),
                signal,
            });
            if (status >= 200 && status < 300) return { ok: true };
            return { error: status === 503 ? { code: "unavailable" } : json() };
        } catch {
            return null;
        }
    }

    // The platform's back end, and a person's program.
    async callByRest() {
        const forms = {
            post: (name, token) => ["/posts", { to: roomOf(name), text: token, key: token }],
            own: (name, token) => [`/rooms/${roomOf(name)}/posts`, { text: token, key: token }],
            event: (name, token) => ["/events", { type: "bell", to: roomOf(name), data: { token }, id: token }],
        };
        while (!this.isOver()) {
            const name = this.chance.one(classes);
            const form = this.chance.weighed({ post: 2, own: 2, event: 2 });
            const [kind, event] = form === "event" ? ["event", "bell"] : ["post", "post:created"];
            const operation = this.history.begin("rest", { kind, event, to: { room: roomOf(name) } });
            const [route, body] = forms[form](name, operation.token);
            const token = form === "own" ? this.door.token(teacherOf(name)) : undefined;
            await this.insist(operation, () => this.call("POST", route, body, { token }));
            await this.breathe();
        }
    }

    // A record that Kafka has is acknowledged: what it asks for is done once, though perhaps later.
    async command() {
        while (!this.isOver()) {
            const name = this.chance.one(classes);
            const student = this.chance.one(studentsOf(name));
            const room = { room: roomOf(name) };
            const forms = {
                post: [{ kind: "post", event: "post:created", to: room }, "post:create",
                    (token) => ({ to: roomOf(name), text: token })],
                event: [{ kind: "event", event: "bell", to: { users: [student] } }, "event",
                    (token) => ({ type: "bell", to: { users: [student] }, data: { token } })],
                grade: [{ kind: "grade", event: "grade:updated", to: { users: [student] }, may: [teacherOf(name)] },
                    "grade:publish", (token) => this.gradeOf(token, name, student)],
                poison: [{ kind: "poison", to: { users: [] } }, "post:create",
                    (token) => ({ to: "class-nowhere", text: token })],
            };
            const [what, command, data] = forms[this.chance.weighed({ post: 4, event: 3, grade: 3, poison: 1 })];
            const operation = this.history.begin("command", what);
            const body = data(operation.token);
            // All of one key: in the order in which they were sent.
            const send = () => this.kafka.command(command, body, { id: operation.token, key: "platform", source: "/chaos" });
            await this.insist(operation, () => send().then(() => ({ ok: true }), () => null));
            await this.breathe();
        }
    }

    // Asked without the network that is broken on purpose: what went astray there could arrive when it is no longer wanted.
    async change(method, user, name, span) {
        const body = method === "PUT" ? rosterBody.enrollment(user, name, "north") : undefined;
        const route = `/enrollments/${enrollmentId(user, name)}`;
        span[0] = now();
        while (!this.isGivenUp()) {
            const answer = await this.call(method, route, body, { url: this.server.url, timeout: rosterTimeout });
            if (answer?.ok) {
                span[1] = now();
                return;
            }
            await sleep(200);
        }
    }

    // Ends with everybody in his class.
    async roam() {
        this.changes = 0;
        const one = async ([user, name]) => {
            for (;;) {
                const stay = { user, room: roomOf(name), put: [now(), null], removed: null };
                this.history.stays.push(stay);
                await this.change("PUT", user, name, stay.put);
                this.changes++;
                await sleep(3000 + this.chance.below(10_000));
                if (this.isOver()) return;
                stay.removed = [now(), null];
                await this.change("DELETE", user, name, stay.removed);
                this.changes++;
                await sleep(1000 + this.chance.below(5000));
                if (this.isGivenUp()) return;
            }
        };
        await Promise.all(Object.entries(roamers).map(one));
    }
}
