// What goes wrong, by seed: on the server, its disk, its network, its clock, the brokers and their network, each in its own time, so that
// they meet in all ways. Which fault comes next and how long it lasts is by the seed; what it finds there is not.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { onPostgres } from "../e2e/support/postgres.mjs";
import { Chance } from "../e2e/support/random.mjs";
import { sleep } from "../e2e/support/scenario.mjs";
import { now } from "./history.mjs";

const stopSeconds = 60; // for a goodbye of the server
const readySeconds = 90; // for its start
const brokerGoodbye = 15_000;
// How far the clock is turned: sessions and tokens of hours outlast it.
const clockSecondsMax = 900;
// What the disk still takes when it is said to be full.
const roomLeft = 32 * 1024;

export class Faults {
    // links: { server, brokers: [Link] }; clock: of the server, if it can be turned; note: told what nobody ordered
    constructor({ seed, server, kafka, links, clock, pace, isOver, note }) {
        Object.assign(this, { server, kafka, links, clock, pace, isOver, note });
        this.log = []; // { kind, at, until }
        this.expected = null; // the process that is to end
        this.tracks = [
            this.track("server", { "kill -9": 4, "SIGTERM": 2, freeze: 2 }, [6, 25], [0, 4]),
            ...(onPostgres ? [] : [this.track("disk", { full: 1 }, [20, 60], [2, 8])]),
            this.track("network", { cut: 3, reset: 4, slow: 3, stop: 3, "one-way": 2 }, [5, 20], [1, 8]),
            ...(kafka ? [
                this.track("brokers", this.brokerFaults(), [8, 25], [3, 18]),
                this.track("broker network", { cut: 3, reset: 3, slow: 2, stop: 3, "one-way": 1 }, [5, 20], [1, 12]),
            ] : []),
            ...(clock ? [this.track("clock", { forward: 1, back: 1 }, [10, 40], [2, 15])] : []),
        ].map((track, number) => ({ ...track, chance: new Chance(seed + 7919 * (number + 1)) }));
    }

    brokerFaults() {
        if (this.kafka.brokers.length === 1) return { "kill -9 one": 3, "freeze one": 2, "SIGTERM one": 1 };
        return { "kill -9 one": 4, "kill -9 two": 2, "kill -9 all": 2, "freeze one": 3, "freeze two": 1, "freeze all": 2, "SIGTERM one": 1 };
    }

    // quiet, lasting: seconds, from and to
    track(name, weights, quiet, lasting) {
        return { name, weights, quiet, lasting };
    }

    run() {
        return Promise.all(this.tracks.map((track) => this.runTrack(track)));
    }

    async runTrack({ name, weights, quiet, lasting, chance }) {
        const between = ([from, to]) => this.wait(1000 * this.pace * (from + chance.next() * (to - from)));
        for (;;) {
            await between(quiet);
            if (this.isOver()) return;
            const kind = chance.weighed(weights);
            const entry = { kind: `${name}: ${kind}`, at: now() };
            this.log.push(entry);
            const end = await this.begin(name, kind, chance);
            await between(lasting);
            await end?.();
            entry.until = now();
        }
    }

    // Shorter when it is over.
    async wait(milliseconds) {
        for (const end = now() + milliseconds; now() < end && !this.isOver(); ) await sleep(Math.min(100, end - now()));
    }

    begin(name, kind, chance) {
        switch (name) {
            case "server": return this.atServer(kind);
            case "disk": return this.atDisk();
            case "clock": {
                const seconds = 2 + chance.below(clockSecondsMax);
                this.clock.turn(kind === "back" ? -seconds : seconds);
                return () => this.clock.turn(0);
            }
            case "network": return this.atLinks([this.links.server], kind, chance);
            case "broker network": {
                const every = this.links.brokers;
                return this.atLinks(chance.happens(0.4) ? every : [chance.one(every)], kind, chance);
            }
            case "brokers": return this.atBrokers(kind, chance);
        }
    }

    async atServer(kind) {
        const { process } = this.server;
        if (kind === "freeze") {
            process.child.kill("SIGSTOP");
            return () => process.child.kill("SIGCONT");
        }
        this.expected = process;
        const signal = kind === "SIGTERM" ? "SIGTERM" : "SIGKILL";
        try {
            const { code } = await process.signal(signal, stopSeconds);
            if (signal === "SIGTERM" && code !== 0) this.note(`SIGTERM ended it with ${code}`, this.server.describeLog());
        } catch (error) {
            this.note(`SIGTERM did not end it: ${error.message}`, this.server.describeLog());
        }
        return () => this.launch();
    }

    // Until it is there: the machine may be busy.
    async launch() {
        await this.server.launch().catch(() => {});
        this.watch();
        await this.server
            .ready(readySeconds)
            .catch((error) => this.note(`it does not become ready: ${error.message}`, this.server.describeLog()));
    }

    // A server that ends and was not told to.
    watch() {
        const { process } = this.server;
        process.end.then(async ({ code, signal }) => {
            if (this.expected === process || this.isClosed) return;
            this.note(`the server ended by itself: ${code ?? signal}`, this.server.describeLog());
            await sleep(1000);
            await this.launch();
        });
    }

    limitFiles(bytes) {
        const { child } = this.server.process;
        try {
            execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:unlimited`], { stdio: "ignore" });
        } catch {
            // It is just being killed: what comes after it has no limit.
        }
    }

    // No file may become longer: for whoever writes, a disk without room.
    atDisk() {
        const file = path.join(this.server.data, "homeroom.db-wal");
        this.limitFiles((fs.existsSync(file) ? fs.statSync(file).size : 0) + roomLeft);
        return () => this.limitFiles("unlimited");
    }

    atLinks(links, kind, chance) {
        const milliseconds = 20 + chance.below(800);
        const acts = {
            cut: (link) => link.cut(),
            reset: (link) => link.reset(),
            slow: (link) => link.slow(milliseconds),
            stop: (link) => link.stop(),
            "one-way": (link) => link.stop("back"),
        };
        links.forEach(acts[kind]);
        return () => links.forEach((link) => link.heal());
    }

    async atBrokers(kind, chance) {
        const words = kind.split(" ");
        const count = { one: 1, two: 2, all: this.kafka.brokers.length }[words.at(-1)];
        const first = chance.below(this.kafka.brokers.length);
        const chosen = Array.from({ length: count }, (_, i) => this.kafka.brokers[(first + i) % this.kafka.brokers.length]);
        if (words[0] === "freeze") {
            chosen.forEach((broker) => broker.freeze());
            return () => chosen.forEach((broker) => broker.thaw());
        }
        await Promise.all(chosen.map((broker) => this.endBroker(broker, words[0] === "SIGTERM")));
        return () => this.launchBrokers();
    }

    // A goodbye that takes too long is cut short.
    async endBroker(broker, politely) {
        const timer = politely ? setTimeout(() => broker.child.kill("SIGKILL"), brokerGoodbye) : undefined;
        await broker.kill(politely ? "SIGTERM" : "SIGKILL");
        clearTimeout(timer);
    }

    launchBrokers() {
        for (const broker of this.kafka?.brokers ?? []) if (!broker.isRunning) broker.launch();
    }

    // From now on the server may end.
    close() {
        this.isClosed = true;
    }

    count() {
        const counts = {};
        for (const { kind } of this.log) counts[kind] = (counts[kind] ?? 0) + 1;
        return Object.fromEntries(Object.entries(counts).sort());
    }
}
