// Scripts by chance: what one or two clients do, step by step (see play.mjs). The same seed gives the same script.

import { Chance } from "../random.mjs";
import { echoPacket, goodPacket, json, oddPacket } from "./packets.mjs";

const oddRequests = [
    { method: "GET", query: "" },
    { method: "GET", query: "EIO=4" },
    { method: "GET", query: "transport=polling" },
    { method: "GET", query: "EIO=4&transport=other" },
    { method: "GET", query: "EIO=4&transport=webtransport" },
    { method: "GET", query: "EIO=4&transport=websocket" },
    { method: "GET", query: "EIO=4&transport=websocket&sid={sid}" },
    { method: "GET", query: "EIO=3&transport=polling" },
    { method: "GET", query: "EIO=3&transport=polling&sid={sid}" },
    { method: "POST", query: "EIO=3&transport=polling&sid={sid}", body: "6" },
    { method: "POST", query: "transport=polling&sid={sid}", body: "6" },
    { method: "GET", query: "EIO=5&transport=polling" },
    { method: "GET", query: "EIO=abc&transport=polling" },
    { method: "GET", query: "EIO=04&transport=polling" },
    { method: "GET", query: "EIO=4.0&transport=polling" },
    { method: "GET", query: "EIO=3&EIO=4&transport=polling" },
    { method: "GET", query: "EIO=4&EIO=3&transport=polling" },
    { method: "GET", query: "EIO=4&transport=polling&transport=websocket" },
    { method: "GET", query: "EIO=4&transport=polling&sid=" },
    { method: "GET", query: "EIO=4&transport=polling&sid=unknown" },
    { method: "POST", query: "EIO=4&transport=polling&sid=unknown", body: "6" },
    { method: "GET", query: "EIO=4&transport=polling&sid=__proto__" },
    { method: "GET", query: "EIO=4&transport=polling&sid=constructor" },
    { method: "GET", query: "%45IO=4&transport=%70olling" },
    { method: "GET", query: "EIO=4&transport=polling&t=abc&b64=1" },
    { method: "GET", query: "EIO=4&transport=POLLING" },
    { method: "GET", query: "EIO=4;transport=polling" },
    { method: "GET", query: "&&EIO=4&&transport=polling&" },
    { method: "GET", query: "EIO=4&transport=polling&x=%" },
    { method: "GET", query: "EIO=4&transport=polling&x=%ff" },
    { method: "POST", query: "EIO=4&transport=polling", body: "40" },
    { method: "PUT", query: "EIO=4&transport=polling" },
    { method: "HEAD", query: "EIO=4&transport=polling" },
    { method: "OPTIONS", query: "EIO=4&transport=polling" },
    { method: "DELETE", query: "EIO=4&transport=polling&sid={sid}" },
    { method: "PUT", query: "EIO=4&transport=polling&sid={sid}", body: "6" },
    { method: "HEAD", query: "EIO=4&transport=polling&sid={sid}" },
    { method: "OPTIONS", query: "EIO=4&transport=polling&sid={sid}" },
    { method: "PATCH", query: "EIO=4&transport=polling&sid={sid}" },
    { method: "GET", query: "EIO=4&transport=polling", headers: { origin: "http://elsewhere.example" } },
    { method: "OPTIONS", query: "EIO=4&transport=polling", headers: { origin: "http://elsewhere.example", "access-control-request-method": "POST" } },
    { method: "GET", query: "EIO=4&transport=polling", headers: { "user-agent": "Mozilla/4.0 (compatible; MSIE 8.0)" } },
    { method: "GET", query: "EIO=4&transport=polling", headers: { "user-agent": "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)" } },
    { method: "GET", query: "EIO=4&transport=polling", headers: { cookie: "io=x" } },
];

const oddPosts = [
    { body: "6", headers: { "content-type": "application/octet-stream" } },
    { body: "6", headers: { "content-type": "application/octet-stream; charset=UTF-8" } },
    { body: "6", headers: { "content-type": "Application/Octet-Stream" } },
    { body: "6", headers: { "content-type": "application/json" } },
    { body: "6", headers: { "content-type": "application/x-www-form-urlencoded" } },
    { body: "6", headers: { "transfer-encoding": "chunked" } },
    { body: "6", headers: { expect: "100-continue" } },
    { body: "6", headers: { "user-agent": "Mozilla/4.0 (compatible; MSIE 8.0)" } },
    { body: "" },
    { body: "\u001e" },
    { body: "6\u001e" },
    { body: "\u001e6" },
    { body: "6\u001e\u001e6" },
    { body: { hex: "36ff" } },
    { body: { hex: "34326d65ff" } },
    { body: { hex: "34325b226d657373616765222c22ff225d" } },
    { body: { hex: "34325b226d657373616765222c22eda080225d" } },
    { body: { hex: "efbbbf36" } },
    { body: { filler: 1_000_000 - 1, before: "6" } },
    { body: { filler: 1_000_000, before: "6" } },
    { body: { filler: 1_048_577, before: "6" } },
    { body: { filler: 3_000_000, before: "6" } },
    { body: "d=6" },
    { body: "1:6" },
    { body: "2:42" },
    { body: Array(40).fill("6").join("\u001e") },
    { body: Array(40).fill('42["message",1]').join("\u001e") },
];

const oddKnocks = [
    { query: "" },
    { query: "EIO=4" },
    { query: "transport=websocket" },
    { query: "EIO=4&transport=other" },
    { query: "EIO=4&transport=polling" },
    { query: "EIO=4&transport=polling&sid={sid}" },
    { query: "EIO=3&transport=websocket" },
    { query: "EIO=abc&transport=websocket" },
    { query: "EIO=4&transport=websocket&sid=unknown" },
    { query: "EIO=4&transport=websocket&sid=__proto__" },
    { query: "EIO=3&transport=websocket&sid={sid}" },
    { query: "EIO=4&transport=websocket&sid=", says: ["40"] },
    { query: "EIO=4&transport=websocket", headers: { origin: "http://elsewhere.example" }, says: ["40"] },
    { query: "EIO=4&transport=websocket", protocols: ["one", "other"], says: ["40"] },
    { query: "EIO=4&transport=websocket&b64=1", says: ["40", "40/unknown,"] },
    { query: "EIO=4&transport=websocket&t=abc", says: ["3"] },
];

const candidateBeginnings = ["2probe", "2probe", "2probe", "2probe", "5", "2", "4", "6", "1", "3probe", "2probex", "", { hex: "01" }, '40', null];

const frames = {
    "a ping": "898000000000",
    "a ping with data": "8984000000006869213f",
    "a pong": "8a8000000000",
    "an unmasked frame": "810134",
    "a reserved bit": "c18100000000" + "36",
    "an unknown opcode": "838100000000" + "36",
    "text that is not UTF-8": "818200000000" + "36ff",
    "half a character": "818300000000" + "36e282",
    "a lone continuation": "808100000000" + "36",
    "a fragmented ping": "098000000000",
    "a ping of 126 bytes": "89fe007e00000000" + "61".repeat(126),
    "a close without a code": "888000000000",
    "a close with 1000": "888200000000" + "03e8",
    "a close with 1001 and a reason": "888500000000" + "03e9" + "627965",
    "a close with 4000": "888200000000" + "0fa0",
    "a close with half a code": "888100000000" + "03",
    "a close with 1005": "888200000000" + "03ed",
    "a close with 999": "888200000000" + "03e7",
    "a close whose reason is not UTF-8": "888300000000" + "03e8" + "ff",
    "more than may be": "81ff00000000000f424100000000" + "34",
    "a length of 2^63": "81ff8000000000000000" + "00000000" + "34",
    "a length written too long": "81fe000100000000" + "36",
    "a text begun and a text": "018100000000" + "36" + "818100000000" + "36",
};

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

    // A step that may end the session. It is heard at once what came of it, or nobody could say what the next steps met.
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
            case "send": return this.say(this.good());
            case "burst": return this.say(Array.from({ length: 2 + chance.below(4) }, () => this.good()).flat());
            case "odd": return this.odd();
            case "reading":
                this.reading = !this.reading;
                return [this.step(this.reading ? "read" : "rest")];
            case "upgrade": return this.upgradeStep();
            case "overlap": return this.risk("overlap");
            case "abandon": return this.risk("abandon");
            case "stall": return this.risk("stall", { then: chance.one(["leave", "another"]), packet: '42["message",1]' });
            case "post": return this.risk("post", chance.one(oddPosts));
            case "ask": return [this.step("ask", chance.one(oddRequests))];
            case "knock": return [this.step("knock", chance.one(oddKnocks))];
            case "frame": {
                const name = chance.one(Object.keys(frames));
                return this.risk("bytes", { what: name, hex: frames[name] });
            }
            case "fragments": return [this.fragments()];
            case "large": {
                const filler = chance.one([70_000, 200_000, 999_980, 1_000_100]);
                return this.risk("send", { packets: [{ before: '42["message","', filler, after: '"]' }] });
            }
            default: {
                const how = chance.one(polling ? ["packet"] : ["packet", "frame", "frame", "break"]);
                return this.risk("close", { how, ...(how === "frame" ? { code: chance.one([undefined, 1000, 1001, 4000]) } : {}) });
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

    upgradeStep() {
        const { chance } = this;
        if (this.upgrade === "none") {
            const first = chance.one(candidateBeginnings);
            this.upgrade = first === "2probe" ? "probed" : "odd";
            if (first === "5") this.transport = "websocket"; // accepted without a probe
            return [this.step("candidate", { first, query: chance.weighed({ "": 5, "&b64=1": 1 }) })];
        }
        const act = chance.weighed({ finish: this.upgrade === "probed" ? 5 : 0.2, again: 1, odd: 0.7, leave: 1, read: 2 });
        switch (act) {
            case "finish":
                this.transport = "websocket";
                return [this.step("candidateSays", { packets: ["5", ...(chance.happens(0.5) ? this.good() : [])] })];
            case "again": return [this.step("candidate", { first: chance.one(candidateBeginnings) })];
            case "odd":
                this.upgrade = "odd";
                return [this.step("candidateSays", { packets: [chance.one(["2", "6", "4", "1", "3", "x", "", '42["message",1]', { hex: "01" }])] })];
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
