// A long random day at a school: many devices, every kind of request, people who come, go and change, a server that is
// restarted and killed. Everything that anybody is sent is read by the judge, in the light of what he may see at that time.
//
// What somebody may see grows and shrinks with what is done. So operations that take nothing from anybody run side by side,
// and what arrives is judged when they are all answered. What restricts somebody runs by itself: until an alert to everybody
// that was sent behind it has arrived everywhere, either state will do; from then on only the new one.

import assert from "node:assert/strict";

import { eventually, sleep, within } from "../scenario.mjs";
import { Server } from "../server.mjs";
import { Judge } from "./judge.mjs";
import { Operations, holdWhatWaits } from "./operations.mjs";
import { Oracle } from "./oracle.mjs";
import { Seat } from "./seat.mjs";
import { found } from "./school.mjs";

const operationsShown = 60;
const devicesBeside = 8; // second devices
const restartEvery = 900; // operations
const maybeBusy = ["rate_limited", "unavailable"];

const config = `
[server]
requests_per_second = 100000
requests_burst = 100000
[store]
durability = "normal"
[grades]
guardians = true
`;

const weights = {
    post: 20, comment: 14, react: 7, edit: 4, remove: 2.5, vote: 2, moderate: 2, report: 1.2, reportList: 1, resolve: 0.6,
    attach: 1.5, link: 1.2, download: 1, message: 9, messageEdit: 1.2, messageDelete: 0.8, messageRead: 2, group: 0.7, groupChange: 1.2,
    block: 0.6, grade: 3, gradeWithdraw: 0.5, announcement: 2, announcementChange: 1, acknowledge: 1.2, read: 12, search: 2.5, whole: 1,
    supervise: 0.6, notify: 1.2, typing: 1.5, presence: 1.5, pry: 7, again: 0.8,
};
// What is done by itself, more often than by the way: that is where rights change.
const weightsAlone = {
    ...weights, edit: 9, remove: 7, report: 4, resolve: 4, messageEdit: 6, messageDelete: 4, group: 4, groupChange: 12, block: 5, grade: 16,
    gradeWithdraw: 5, announcementChange: 8, presence: 5,
};
const creates = /^(post|comment|announcement|attachment|conversation):create$|^message:send$/;

export class Day {
    constructor(chance) {
        this.chance = chance;
        this.oracle = new Oracle();
        this.judge = new Judge(this.oracle);
        this.history = [];
        this.waiting = []; // payloads that are not judged yet
        this.refusals = []; // answers to who asks for what he cannot see
        this.outcomes = new Map(); // "name outcome" → how often
        this.number = 0;
        this.words = 0;
        this.restarts = 0;
        this.barriers = 0;
    }

    word() {
        const word = `zq${(this.words++).toString(36).padStart(7, "0")}`;
        return this.oracle.plant(word);
    }

    async start() {
        const word = () => this.word();
        const { school, own, here } = found(this.oracle, this.chance, word);
        this.operations = new Operations(this.oracle, this.chance, own, here, word);
        this.server = await Server.start({ school, config });
        const people = [...this.oracle.users.keys()];
        const devices = [...people, ...people.slice(0, devicesBeside)];
        const transports = (i) => (i % 5 === 4 ? ["polling"] : ["websocket"]);
        this.seats = devices.map((user, i) => new Seat(this.server, user, transports(i), (seat, payload) => this.take(seat, payload)));
        await Promise.all(this.seats.map((seat) => seat.arrive()));
        this.judgeAll();
    }

    note(text) {
        this.history.push(`${this.number}: ${text}`);
        if (this.history.length > operationsShown) this.history.shift();
    }

    // --- judging --------------------------------------------------------------------------

    take(seat, payload) {
        payload.user = seat.user;
        payload.context.step = this.oracle.step;
        this.waiting.push(payload);
        if (this.barrier && payload.text.includes(this.barrier.word)) {
            this.barrier.missing.delete(seat);
            if (this.barrier.missing.size === 0) this.barrier.pass();
        }
    }

    judgeAll(payloads = this.waiting.splice(0)) {
        for (const payload of payloads) {
            const fault = this.judge.fault(payload);
            if (fault) assert.fail(`${payload.user} was sent ${fault}\nin ${payload.context.kind} ${payload.context.name}: ${payload.text.slice(0, 2000)}`);
        }
        this.judgeRefusals();
        for (const { person } of this.seats) if (person) person.events.length = 0;
    }

    // Whatever was sent before has arrived at everybody who is there.
    async settle() {
        const word = this.word();
        this.oracle.put([word], { rule: "everybody" });
        const missing = new Set(this.seats.filter((seat) => seat.online && !seat.isAway));
        const who = () => [...missing].map((seat) => seat.user).join();
        const passed = new Promise((pass) => (this.barrier = { word, missing, pass }));
        await this.server.restOk("POST", "/alerts", { title: word, text: "all that was before has arrived" });
        this.barriers += 1;
        await within(30_000, passed, "an alert to everybody").catch((error) => assert.fail(`${error.message}; missing: ${who()}`));
        this.barrier = undefined;
    }

    // --- doing ----------------------------------------------------------------------------

    get free() {
        return this.seats.filter((seat) => seat.online && !seat.isAway);
    }

    async carryOut(operation) {
        const { seat, service, route, sent, name, request, does, unseen, isAgain } = operation;
        this.number += 1;
        if (service) {
            this.note(`${service} ${route} ${JSON.stringify(sent ?? "")}`);
            await this.server.restOk(service, route, sent);
            return { ok: true };
        }
        const byRest = !does && Boolean(operation.byRest);
        this.note(`${seat.user} ${byRest ? "by REST " : ""}${name} ${JSON.stringify(request)}`);
        const ask = byRest ? (...what) => seat.askByRest(...what) : (...what) => seat.ask(...what);
        const answer = await (does ? does() : ask(name, request, isAgain));
        this.tally(name, answer);
        if (unseen) await this.compareRefusals(operation, answer, ask);
        if (answer.ok && !isAgain && creates.test(name)) this.remember({ user: seat.user, name, request, byRest });
        return answer;
    }

    remember(request) {
        this.operations.keyed.push(request);
        if (this.operations.keyed.length > 300) this.operations.keyed.shift();
    }

    tally(name, answer) {
        const outcome = `${name} ${answer.ok ? "ok" : (answer.error?.code ?? "no")}`;
        this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
        assert.notEqual(answer.error?.code, "internal", name);
    }

    // What is hidden answers as what never was; judged with the rest, for it may come to light at the same time.
    async compareRefusals({ seat, name, unseen: [other, request], isHidden }, answer, ask) {
        const unreal = await ask(other, request);
        if ([answer, unreal].some(({ error }) => maybeBusy.includes(error?.code))) return;
        this.refusals.push({ user: seat.user, name, answer, unreal, isHidden });
    }

    judgeRefusals() {
        for (const { user, name, answer, unreal, isHidden } of this.refusals.splice(0)) {
            if (!isHidden()) continue;
            assert.deepEqual(answer, unreal, `${user}: what ${name} says of what is hidden and of what is not there`);
            if (name !== "feed:search") assert.equal(answer.error?.code, "not_found", `${user}: ${name}`);
        }
    }

    // What the oracle learns of it; what was refused is nowhere.
    learn({ words = [], apply, concerns }, answer) {
        if (answer.ok) apply?.(answer);
        else this.oracle.put(words, { rule: "nobody" });
        if (answer.ok) this.oracle.put(words.filter((one) => this.oracle.secrets.get(one).rule === "pending"), { rule: "nobody" });
        if (concerns) holdWhatWaits(this.oracle, this.operations.waiting, concerns);
    }

    async run(operation) {
        const answer = await this.carryOut(operation);
        this.learn(operation, answer);
        return answer;
    }

    // Side by side, each of another person.
    choose(count, fits = () => true, by = weights) {
        const chosen = [];
        const busy = new Set();
        for (let tries = 0; chosen.length < count && tries < 4 * count; tries++) {
            const seat = this.chance.one(this.free);
            if (busy.has(seat.user)) continue;
            const operation = this.operations[this.chance.weighed(by)](seat);
            if (!operation) continue;
            if (!fits(operation)) {
                this.oracle.put(operation.words ?? [], { rule: "nobody" });
                continue;
            }
            operation.byRest ??= this.chance.happens(0.25);
            busy.add(seat.user);
            chosen.push(operation);
        }
        return chosen;
    }

    async burst(count) {
        await Promise.all(this.choose(count, ({ restricts, alone }) => !restricts && !alone).map((one) => this.run(one)));
        this.judgeAll();
    }

    async single() {
        const [operation] = this.choose(1, undefined, weightsAlone);
        if (operation?.restricts) return this.restrict(operation);
        if (operation) await this.run(operation);
        this.judgeAll();
    }

    // Somebody may see less from now on. Others go on meanwhile, unless it decides for whom theirs are.
    async restrict(operation) {
        this.judgeAll();
        const race = operation.alone || !this.chance.happens(0.4) ? [] : this.choose(4, (one) => !one.restricts && !one.alone);
        const changing = this.carryOut(operation);
        await Promise.all(race.map((one) => this.run(one)));
        const answer = await changing;
        await operation.after?.();
        await this.settle();
        const refusals = this.refusals.splice(0); // judged by the new state, where what came to light is let off
        const doubtful = this.waiting.splice(0).filter((payload) => this.judge.fault(payload) !== undefined);
        this.oracle.step += 1;
        this.learn(operation, answer);
        this.refusals = refusals;
        this.judgeAll(doubtful);
        this.judgeAll();
    }

    // --- people who come and go, and what the platform does -------------------------------

    async roster() {
        await this.restrict(this.operations.roster());
    }

    async account() {
        const operation = this.operations.user();
        const { enabledUser } = operation.sent;
        const { concerns: user } = operation;
        const was = this.oracle.users.get(user).enabled;
        if (was && !enabledUser) operation.after = () => this.putOut(user);
        await this.restrict(operation);
        if (was || !enabledUser) return;
        for (const seat of this.seats.filter((one) => one.user === user)) await seat.arrive(seat.cursors.at(-1));
        this.judgeAll();
    }

    async putOut(user) {
        for (const seat of this.seats.filter((one) => one.user === user && one.online)) {
            await eventually(`${user} to be disconnected`, () => !seat.person.socket.connected);
            seat.leave();
        }
    }

    async goOrCome() {
        const away = this.seats.filter((seat) => seat.isAway);
        if (away.length > 4 || (away.length > 0 && this.chance.happens(0.5))) {
            const seat = this.chance.one(away);
            this.note(`${seat.user} comes back`);
            await seat.back();
        } else {
            const seat = this.chance.one(this.free);
            this.note(`${seat.user} goes away`);
            await seat.away();
        }
    }

    async newDevice() {
        const seat = this.chance.one(this.free);
        const cursor = this.chance.happens(0.8) && seat.cursors.length > 0 ? this.chance.one(seat.cursors) : undefined;
        this.note(`${seat.user} comes as a new device with ${cursor}`);
        await Promise.all([seat.arrive(cursor), this.burst(3)]);
    }

    async cut() {
        const seat = this.chance.one(this.free);
        this.note(`the connection of ${seat.user} breaks`);
        const before = seat.person.sessions.length;
        seat.person.breakTransport();
        await eventually(`${seat.user} to be back`, () => seat.person.sessions.length > before, 20_000);
    }

    // By turns in good order and by kill -9, with requests under way.
    async restart() {
        this.restarts += 1;
        const signal = this.restarts % 2 === 1 ? "SIGTERM" : "SIGKILL";
        const supervised = this.chance.happens(0.5);
        this.note(`the server is ended by ${signal}${supervised ? ", and supervises" : ""}`);
        // What is under way when it dies is asked again by its key. Over the socket, which is what can.
        const under = this.choose(5, (one) => !one.restricts && !one.alone && !one.does && !one.unseen && one.request.key !== undefined);
        for (const one of under) one.byRest = false;
        const before = this.free.map((seat) => [seat, seat.person.sessions.length]);
        const running = Promise.all(under.map((one) => this.run(one)));
        await sleep(this.chance.below(8));
        await this.server.process.signal(signal);
        this.server.environment = { HOMEROOM_MESSAGES_SUPERVISED: supervised ? "students" : "off" };
        await this.server.launch();
        for (const [seat, count] of before)
            await eventually(`${seat.user} to be back`, () => seat.isThere() && seat.person.sessions.length > count, 30_000);
        await running;
        await this.settle();
        this.oracle.supervised ||= supervised;
        this.judgeAll();
        this.oracle.supervised = supervised;
    }

    // --- the day --------------------------------------------------------------------------

    async step() {
        this.oracle.step += 1;
        if (this.number >= (this.restarts + 1) * restartEvery) return this.restart();
        const kinds = { single: 60, burst: 30, roster: 5, account: 2, alert: 0.2, goOrCome: 1.2, newDevice: 1, cut: 0.4 };
        switch (this.chance.weighed(kinds)) {
            case "burst":
                return this.burst(2 + this.chance.below(7));
            case "roster":
                return this.roster();
            case "account":
                return this.account();
            case "alert":
                return void (await this.run(this.operations.alert()));
            case "goOrCome":
                return this.goOrCome();
            case "newDevice":
                return this.newDevice();
            case "cut":
                return this.cut();
            default:
                return this.single();
        }
    }

    // Everybody is back, as a new device too, and asks for all there is.
    async finish() {
        for (const seat of this.seats.filter((one) => one.isAway)) await seat.back();
        await this.settle();
        this.judgeAll();
        for (const seat of this.free) await seat.arrive(seat.cursors[0]);
        for (const seat of this.free) {
            for (const room of this.oracle.roomsOf(seat.user)) await seat.ask("feed:list", { room, limit: 100 });
            for (const name of ["conversation:list", "notification:list", "announcement:list", "grade:list"])
                await seat.ask(name, { limit: 100 });
        }
        await this.settle();
        this.judgeAll();
    }
}
