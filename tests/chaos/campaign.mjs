// A campaign: a school, brokers, people and the platform at work, and everything that goes wrong meanwhile; then all is mended,
// and the judge looks. What is acknowledged must be there, once, in order, for those for whom it is.

import fs from "node:fs";
import path from "node:path";

import { takeFaults } from "../e2e/support/contract_watch.mjs";
import { get } from "../e2e/support/http.mjs";
import { Kafka } from "../e2e/support/kafka.mjs";
import { Chance } from "../e2e/support/random.mjs";
import { eventually, sleep } from "../e2e/support/scenario.mjs";
import { Server, temporaryFolder } from "../e2e/support/server.mjs";
import { classes, fixed, outsider, roomOf, school, seats, teacherOf, writers } from "./cast.mjs";
import { Clock } from "./clock.mjs";
import { Faults } from "./faults.mjs";
import { History, now, tokensIn } from "./history.mjs";
import { Judge } from "./judge.mjs";
import { Link } from "./link.mjs";
import { Load } from "./load.mjs";
import { report } from "./report.mjs";
import { Seat } from "./seat.mjs";

const events = "homeroom.events";
const commands = "homeroom.commands";
const letters = "homeroom.commands.dlq";

const settings = (brokers) => brokers === 1 ? {} : {
    "default.replication.factor": 3,
    "min.insync.replicas": 2,
    "offsets.topic.replication.factor": 3,
    "transaction.state.log.replication.factor": 3,
    "transaction.state.log.min.isr": 2,
};

export class Campaign {
    // seconds: of faults; brokers: 0, 1 or 3; settle: seconds after which what is not there is lost; pace: below 1, faults come
    // and go faster; pause: of each who works, in milliseconds
    constructor({ seconds, seed, brokers = 3, settle = 600, pace = 1, pause = 250, say = () => {} }) {
        Object.assign(this, { seconds, seed, count: brokers, settle, pace, pause, say });
        this.history = new History({ ...fixed, "class-chess": [outsider] });
        this.surprises = []; // { words, log }
        this.links = { brokers: [] };
        this.isOver = false;
        this.isGivenUp = false;
    }

    async run() {
        try {
            await this.begin();
            await this.work();
            await this.mend();
            await this.converge();
        } finally {
            this.isOver = this.isGivenUp = true;
            this.faults?.close();
            for (const seat of this.seats ?? []) seat.leave();
            this.links.server?.close();
            for (const link of this.links.brokers) link.close();
        }
        return this.judge();
    }

    async begin() {
        if (this.count > 0) await this.beginKafka();
        const config = [
            '[server]\nping_interval = "6s"\nping_timeout = "5s"\n',
            '[roster]\nsources = ["sis", "rest"]\n',
            this.kafka?.config('degraded_after = "3s"') ?? "",
        ].join("\n");
        const clock = Clock.in(temporaryFolder("clock"));
        this.server = await Server.start({ school: school(), config, environment: clock?.environment });
        this.links.server = await Link.to(this.server.port);
        // The same server, as it is found by way of the network that breaks.
        const url = `http://127.0.0.1:${this.links.server.port}`;
        this.door = Object.create(this.server, { url: { value: url } });
        const hours = this.seconds / 3600 + 2;
        this.door.token = (user) => this.server.token(user, { exp: Math.floor(Date.now() / 1000 + hours * 3600) });
        this.chance = new Chance(this.seed);
        this.faults = new Faults({
            seed: this.seed,
            server: this.server,
            kafka: this.kafka,
            links: this.links,
            clock,
            pace: this.pace,
            isOver: () => this.isOver,
            note: (words, log) => {
                this.surprises.push({ words, log });
                this.say(`SURPRISE: ${words}`);
            },
        });
        this.faults.watch();
        this.seats = seats.map((seat, number) => new Seat(this.history, this.door, seat, number));
        for (const seat of this.seats) seat.sit();
        await eventually("all to be seated", () => this.seats.every((seat) => seat.reader.sessions > 0), 120_000);
    }

    async beginKafka() {
        const frontOf = async (port) => {
            const link = await Link.to(port);
            this.links.brokers.push(link);
            return link;
        };
        this.say(`starting ${this.count} brokers`);
        this.kafka = await Kafka.start({
            brokers: this.count,
            controllers: this.count,
            settings: settings(this.count),
            frontOf,
            seconds: 300,
        });
        for (const topic of [events, `${events}.dlq`, commands, letters]) await this.kafka.create(topic);
        this.history.hasKafka = true;
    }

    async work() {
        this.say(`${this.seconds} s of faults, seed ${this.seed}`);
        const { history, server, door, kafka, pause } = this;
        const isOver = () => this.isOver;
        const isGivenUp = () => this.isGivenUp;
        const load = (number) =>
            new Load({ history, server, door, kafka, chance: new Chance(this.seed + number), isOver, isGivenUp, pause });
        const one = load(0);
        this.loads = [one, ...writers.map((_, number) => load(number + 1))];
        // They know each other's posts.
        this.loads.forEach((each) => (each.lastPosts = one.lastPosts));
        this.working = Promise.all([
            // The first seats are the writers'.
            ...writers.map((_, number) => this.loads[number + 1].write(this.seats[number])),
            one.callByRest(),
            one.roam(),
            ...(kafka ? [one.command()] : []),
        ]);
        this.working.catch(() => {});
        const travelling = this.seats.filter((seat) => seat.travels).map((seat) => seat.travel(new Chance(this.seed + 99), isOver));
        const faulty = this.faults.run();
        this.began = now();
        for (let minute = 1; now() < this.began + this.seconds * 1000; ) {
            await sleep(200);
            if (now() < this.began + minute * 60_000) continue;
            minute++;
            this.say(`${Math.round((now() - this.began) / 60_000)} min: ${history.operations.size} operations, ` +
                `${this.faults.log.length} faults`);
        }
        this.isOver = true;
        this.ended = now();
        await Promise.all([faulty, ...travelling]);
    }

    // Nothing is broken any more.
    async mend() {
        this.say("mended; waiting for all to have everything");
        this.links.server.heal();
        for (const link of this.links.brokers) link.heal();
        for (const broker of this.kafka?.brokers ?? []) broker.thaw();
        this.faults.launchBrokers();
        this.faults.limitFiles("unlimited");
    }

    // Looks again until nothing is missing, or it has been long enough.
    async converge() {
        const end = now() + this.settle * 1000;
        const late = setTimeout(() => (this.isGivenUp = true), this.settle * 1000);
        await this.working;
        clearTimeout(late);
        this.finished = now();
        const complete = async (look) => {
            while (!(await look().catch(() => false)) && now() < end) {
                this.faults.launchBrokers();
                await sleep(2000);
            }
        };
        const nothing = (...kinds) => !new Judge(this.history).judge().some(({ what, where }) =>
            what === "lost" && kinds.some((kind) => where.startsWith(kind)));
        const names = [...this.history.readers.keys()];
        await complete(async () => nothing(...names));
        await complete(async () => (await get(`${this.server.url}/readyz`)).json().kafka !== "degraded");
        if (this.kafka) await complete(async () => {
            await this.readKafka();
            return nothing("Kafka", "the dead letters");
        });
        await this.readLists().catch((error) => this.surprises.push({ words: `the lists can't be read: ${error.message}` }));
        // What comes too often comes late.
        await sleep(1500);
        this.settled = now();
    }

    async readKafka() {
        const records = await this.kafka.readAll(events);
        this.history.records = records.map(({ key, value, headers }) => ({
            key,
            id: headers.ce_id,
            seq: headers.ce_sequence,
            name: headers.ce_type.slice("homeroom.".length),
            tokens: tokensIn(value),
        }));
        const refused = await this.kafka.readAll(letters);
        this.history.letters = refused.flatMap(({ value }) => tokensIn(value));
    }

    async readLists() {
        this.history.stored = [];
        for (const name of classes) {
            const token = this.server.token(teacherOf(name));
            for (let before = ""; ; ) {
                const route = `/rooms/${roomOf(name)}/posts?limit=100${before && `&before=${encodeURIComponent(before)}`}`;
                const page = (await this.server.restOk("GET", route, undefined, { token })).json();
                for (const post of page.posts)
                    for (const found of tokensIn(post.text)) this.history.stored.push({ room: roomOf(name), token: found, id: post.id });
                if (!(before = page.next)) break;
            }
        }
    }

    judge() {
        const judge = new Judge(this.history);
        const findings = judge.judge();
        const contract = takeFaults();
        if (contract) this.surprises.push({ words: contract });
        return report(this, judge, findings);
    }

    // All that is needed to look into it: beside the data of the server and the brokers.
    write(folder, result) {
        fs.mkdirSync(folder, { recursive: true });
        fs.writeFileSync(path.join(folder, "report.json"), JSON.stringify(result, null, 4) + "\n");
        if (result.ok) return;
        this.history.write(path.join(folder, "history.json"));
        fs.writeFileSync(path.join(folder, "faults.json"), JSON.stringify(this.faults.log, null, 1));
        fs.writeFileSync(path.join(folder, "server.log"), this.server.log);
    }
}
