// Scripts by chance: what one or two clients do, step by step (see play.mjs). The same seed gives the same script.

import { Chance } from "../random.mjs";
import { frames, oddKnocks, oddPosts, oddRequests } from "./oddities.mjs";
import { echoPacket, goodPacket, json, oddPacket } from "./packets.mjs";

// Of a WebSocket for a polling session, if not "2probe".
const oddBeginnings = ["5", "2", "4", "6", "1", "3probe", "2probex", "", { hex: "01" }, "40", null];

// What a generated script knows of a client while it is written; the servers may disagree, which is the point.
class Character {
    constructor(client, path, chance) {
        this.client = client;
        this.path = path;
        this.chance = chance;
        this.transport = "none";
        this.upgrade = "none"; // "probed", "odd"
        this.namespaces = []; // as packets name them
        this.inDoubt = 0; // steps since something may have ended it
        this.reading = true;
    }

    // Whether it hears only later what comes of what it says.
    get silent() {
        return this.transport === "polling" && (!this.reading || this.upgrade !== "none");
    }

    // A step that may end the session. What came of it is heard at once, or nobody could say what the next steps met.
    risk(act, more) {
        this.inDoubt++;
        const step = this.step(act, more);
        if (!this.silent) return [step];
        this.reading = true;
        return [step, this.step("read")];
    }

    step(act, more = {}) {
        return { client: this.client, do: act, ...more };
    }

    open() {
        const { chance } = this;
        this.transport = chance.one(["polling", "polling", "websocket"]);
        this.reading = chance.happens(0.8);
        const query = chance.weighed({ "": 10, "&b64=1": 1, "&b64=": 1, "&t=abc": 1, "&a=%20é": 0.3 });
        const steps = [
            this.step("open", {
                by: this.transport,
                query: encodeURI(decodeURI(query)),
                kept: chance.happens(0.5),
                reading: this.reading,
            }),
        ];
        if (this.path === "/socket.io/" && chance.happens(0.95)) {
            steps.push(this.step("send", { packets: [this.connect("", "/,")] }));
            if (chance.happens(0.5)) steps.push(this.step("send", { packets: [this.connect("/custom,")] }));
        }
        return steps;
    }

    connect(...names) {
        const { chance } = this;
        this.namespaces.push(...names);
        const auth = chance.weighed({ none: 2, empty: 1, some: 2 });
        return `40${names[0]}${{ none: "", empty: "{}", some: `{"token":${json(chance)}}` }[auth]}`;
    }

    good() {
        if (this.path === "/engine.io/") return echoPacket(this.chance);
        return goodPacket(this.chance, this.namespaces.length > 0 ? this.namespaces : [""]);
    }

    next() {
        const { chance } = this;
        const polling = this.transport === "polling";
        const act = chance.weighed({
            send: 10,
            burst: 4,
            odd: 2.5,
            reading: polling ? 2 : 0,
            upgrade: polling ? 3 : 0,
            overlap: polling ? 0.3 : 0,
            abandon: polling ? 0.15 : 0,
            stall: polling ? 0.15 : 0,
            post: polling ? 1 : 0,
            ask: 1,
            knock: 0.8,
            frame: polling ? 0 : 1,
            fragments: polling ? 0 : 0.7,
            large: 0.1,
            close: 0.4,
        });
        switch (act) {
            case "send":
                return this.say(this.good());
            case "burst":
                return this.say(Array.from({ length: 2 + chance.below(4) }, () => this.good()).flat());
            case "odd":
                return this.odd();
            case "reading":
                this.reading = !this.reading;
                return [this.step(this.reading ? "read" : "rest")];
            case "upgrade":
                return this.upgradeStep();
            case "overlap":
                return this.risk("overlap");
            case "abandon":
                return this.risk("abandon");
            case "stall":
                return this.risk("stall", { then: chance.one(["leave", "another"]), packet: '42["message",1]' });
            case "post":
                return this.risk("post", chance.one(oddPosts));
            case "ask":
                return [this.step("ask", chance.one(oddRequests))];
            case "knock":
                return [this.step("knock", chance.one(oddKnocks))];
            case "frame": {
                const name = chance.one(Object.keys(frames));
                return this.risk("bytes", { what: name, hex: frames[name] });
            }
            case "fragments":
                return [this.fragments()];
            case "large": {
                const filler = chance.one([70_000, 200_000, 999_980, 1_000_100]);
                return this.risk("send", { packets: [{ before: '42["message","', filler, after: '"]' }] });
            }
            default: {
                const how = chance.one(polling ? ["packet"] : ["packet", "frame", "frame", "break"]);
                return this.risk("close", {
                    how,
                    ...(how === "frame" ? { code: chance.one([undefined, 1000, 1001, 4000]) } : {}),
                });
            }
        }
    }

    // To Socket.IO without a namespace, and to the echo, what is good may end the session.
    say(packets) {
        return this.namespaces.length > 0 ? [this.step("send", { packets })] : this.risk("send", { packets });
    }

    odd() {
        const packets = [];
        if (this.chance.happens(0.3)) packets.push(...this.good());
        packets.push(...oddPacket(this.chance, this.namespaces.length > 0 ? this.namespaces : [""]));
        if (this.chance.happens(0.3)) packets.push(...this.good());
        return this.risk("send", { packets });
    }

    fragments() {
        const packet = this.good()[0];
        const text = typeof packet === "string" ? packet : "6";
        const cut = this.chance.below(text.length + 1);
        return this.step("fragments", { parts: [text.slice(0, cut), text.slice(cut)] });
    }

    beginning() {
        return this.chance.happens(0.3) ? "2probe" : this.chance.one(oddBeginnings);
    }

    upgradeStep() {
        const { chance } = this;
        if (this.upgrade === "none") {
            const first = this.beginning();
            this.upgrade = first === "2probe" ? "probed" : "odd";
            if (first === "5") this.transport = "websocket"; // accepted without a probe
            return [this.step("candidate", { first, query: chance.weighed({ "": 5, "&b64=1": 1 }) })];
        }
        const act = chance.weighed({
            finish: this.upgrade === "probed" ? 5 : 0.2,
            again: 1,
            odd: 0.7,
            leave: 1,
            read: 2,
        });
        switch (act) {
            case "finish":
                this.transport = "websocket";
                return [this.step("candidateSays", { packets: ["5", ...(chance.happens(0.5) ? this.good() : [])] })];
            case "again":
                return [this.step("candidate", { first: this.beginning() })];
            case "odd":
                this.upgrade = "odd";
                return [
                    this.step("candidateSays", {
                        packets: [chance.one(["2", "6", "4", "1", "3", "x", "", '42["message",1]', { hex: "01" }])],
                    }),
                ];
            case "leave":
                this.upgrade = "none";
                return [this.step("candidateLeaves", { code: chance.one([undefined, 1000]) })];
            default:
                this.reading = true;
                return [this.step("read")];
        }
    }
}

export function write(seed) {
    const chance = new Chance(seed);
    const path = chance.happens(0.85) ? "/socket.io/" : "/engine.io/";
    const steps = [];
    let clients = 0;
    let character = null;
    const length = 4 + chance.below(14);
    const newcomer = () => {
        character = new Character(clients++, path, chance);
        steps.push(...character.open());
    };
    newcomer();
    while (steps.length < length) {
        // Once something may have ended it, a client says a little more and another comes.
        if (character.inDoubt > 0 && chance.happens(0.6)) newcomer();
        else steps.push(...character.next());
    }
    // What a client has not read yet is read, so that it is compared, too.
    for (let client = 0; client < clients; client++) steps.push({ client, do: "read" });
    return { seed, path, steps };
}
