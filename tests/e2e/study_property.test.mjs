// Several people, each on two devices, change one session at once, lose their connections and come back, while the server is
// killed: in the end all of them agree, nothing that was taken is lost, and everybody was there all the time. By seed.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Chance, seedOfRun } from "./support/random.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const seed = seedOfRun();
const steps = Number(process.env.STEPS ?? 400);
const names = ["tess", "ada", "ben", "max"];
const school = () =>
    new School("north").class("math").teacher("tess", "math").student("ada", "math").student("ben", "math").student("max", "math");

// One device of somebody: knows the state of the highest version it was told, and joins whenever it is connected.
class Device {
    constructor(person, session) {
        Object.assign(this, { person, session, version: -1, state: undefined, versions: [], joined: false });
        person.socket.on("study:state", (news) => {
            if (news.session === session && news.breakout === undefined) this.take(news);
        });
        person.socket.on("session", () => this.join());
        person.socket.on("disconnect", () => (this.joined = false));
    }

    take({ state, version }) {
        this.versions.push(version);
        if (version < this.version) return;
        this.version = version;
        this.state = state;
    }

    async join() {
        const answer = await this.person.request("study:join", { session: this.session }).catch(() => undefined);
        if (answer?.ok !== true) return;
        this.take(answer);
        this.joined = true;
    }

    // Nothing when the answer was lost with the connection.
    ask(name, body) {
        if (!this.joined) return Promise.resolve(undefined);
        const answer = this.person.request(name, { session: this.session, ...body });
        return answer.catch(() => undefined);
    }
}

describe("a session that many change at once", () => {
    let server;
    before(async () => {
        server = await Server.start({
            school: school(),
            environment: {
                HOMEROOM_STUDY_GRACE: "50s",
                HOMEROOM_SERVER_REQUESTS_PER_SECOND: "1000",
                HOMEROOM_SERVER_REQUESTS_BURST: "1000",
            },
        });
    });
    after(tidyUp);

    scenario("comes to one state for all, across a kill -9", { seconds: 150 }, async () => {
        const random = new Chance(seed);
        const people = await Promise.all([...names, ...names].map((user) => Person.connect(server, user)));
        const { session } = await people[0].requestOk("study:create", { class: "math", title: "All", control: "everyone" });
        await people[0].requestOk("study:start", { session: session.id });
        const devices = people.map((person) => new Device(person, session.id));
        await Promise.all(devices.map((device) => device.join()));
        const own = new Map(); // item → the last text that its only author was told is taken; undefined: not known
        const unanswered = [];

        const editOwn = (device, step) => {
            // One at a time for each item, so that what came last is known.
            const item = `${device.person.user}-${random.below(4)}`;
            if (own.get(item)?.busy) return undefined;
            const before = own.get(item);
            own.set(item, { busy: true });
            const text = `${step}`;
            return device.ask("study:state", { patch: { agenda: { [item]: { text } } } }).then((answer) => {
                own.set(item, answer?.ok ? { text } : answer === undefined ? {} : before ?? {});
            });
        };
        const editShared = (device) => {
            const patch = random.below(3) === 0 ? { current: { document: `d${random.below(9)}` } } : { agenda: { shared: { text: `${random.below(99)}` } } };
            return device.ask("study:state", { patch, version: Math.max(device.version, 0) }).then((answer) => {
                if (answer && !answer.ok) assert.equal(answer.error.code, "conflict", JSON.stringify(answer));
            });
        };
        const raise = (device) => device.ask("study:hand", { raised: random.below(2) === 0 });

        for (let step = 0; step < steps; ++step) {
            const device = devices[random.below(devices.length)];
            const what = random.below(20);
            if (what === 0) device.person.socket.connected && device.person.breakTransport();
            else if (what < 8) unanswered.push(editOwn(device, step));
            else if (what < 14) unanswered.push(editShared(device));
            else if (what < 18) unanswered.push(raise(device));
            else await sleep(random.below(40));
            if (step === Math.floor(steps / 2)) {
                await server.kill();
                await server.launch();
            }
        }
        await Promise.all(unanswered);
        await eventually("everybody to be back", () => devices.every(({ joined }) => joined), 40_000);
        const last = await people[0].requestOk("study:join", { session: session.id });
        await eventually("everybody to have heard the newest", () => devices.every(({ version }) => version === last.version), 10_000);
        for (const device of devices) assert.deepEqual(device.state, last.state, device.person.user);
        const texts = new Map(last.state.agenda.map(({ id, text }) => [id, text]));
        for (const [item, { text }] of own) if (text !== undefined) assert.equal(texts.get(item), text, item);
        const hands = last.state.hands.map(({ user }) => user.id);
        assert.equal(new Set(hands).size, hands.length);
        const { attendance } = await people[0].requestOk("study:attendance", { session: session.id });
        for (const { user, intervals } of attendance) {
            assert.equal(intervals.length, 1, user.id);
            assert.equal(intervals[0].leftAt, null, user.id);
        }
        assert.equal(attendance.length, names.length);
    });
});
