// How often what may be asked: of a user over whatever he comes by, of an address before it has said who it is, of a request
// in bytes; and that nobody waits for anybody else's flood. What is counted is answers, never time.

import assert from "node:assert/strict";
import { after, afterEach, describe } from "node:test";

import { Person, refused } from "./support/client.mjs";
import { request } from "./support/http.mjs";
import { metrics } from "./support/metrics.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
const start = (config = "") => Server.start({ school: school(), config, rates: true });
const as = (server, user) => ({ token: server.token(user) });
const say = (text = "x") => ({ to: "class-math", text });

// → { limit: how often it was met }, of those that were met
async function limited(server) {
    const met = {};
    for (const [name, count] of await metrics(server)) {
        const limit = /^homeroom_rate_limited_total\{limit="(\w+)"\}$/.exec(name)?.[1];
        if (limit && count > 0) met[limit] = count;
    }
    return met;
}

describe("a user's rates", () => {
    afterEach(tidyUp);

    scenario("of a kind are one for all his devices and doors, and nobody else's", async () => {
        const server = await start('[rates]\npost = "5/10m"\n');
        const devices = await Promise.all(["ada", "ada", "ada"].map((user) => Person.connect(server, user)));
        const ben = await Person.connect(server, "ben");
        for (const device of devices) await device.post("class-math", "by socket");
        const rest = () => server.rest("POST", "/rooms/class-math/posts", { text: "by REST" }, as(server, "ada"));
        assert.deepEqual([(await rest()).status, (await rest()).status], [201, 201]);

        const answers = await Promise.all(devices.map((device) => device.request("post:create", say())));
        for (const { ok, error } of answers) {
            assert.equal(ok, false);
            assert.equal(error.code, "rate_limited");
            assert.ok(error.retryAfter > 60 && error.retryAfter <= 120, `${error.retryAfter} s`);
        }
        const answer = await rest();
        assert.equal(answer.status, 429);
        const { code, retryAfter } = answer.json();
        assert.equal(code, "rate_limited");
        assert.equal(Number(answer.headers["retry-after"]), Math.ceil(retryAfter));

        // A new page is no new allowance.
        devices[0].leave();
        const again = await Person.connect(server, "ada");
        assert.equal(await again.refusal("post:create", say()), "rate_limited");
        // What is refused was not done, and is the only thing that is refused.
        const { posts } = await again.requestOk("feed:list", { room: "class-math" });
        assert.equal(posts.length, 5);
        await again.comment(posts[0].id, "this is another kind");
        await ben.post("class-math", "and this another user");
        assert.deepEqual(await limited(server), { post: 5 });
        assert.ok(![...(await metrics(server)).keys()].some((name) => name.includes("ada")));
    });

    scenario("of what changes a call are others than of what is said beside it, and are less", async () => {
        const server = await start();
        const tess = await Person.connect(server, "tess");
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        const it = { call: call.id };
        const met = async (name, bodies) => {
            const answers = await Promise.all(bodies.map((body) => tess.request(name, { ...it, ...body })));
            return answers.filter(({ ok, error }) => !ok && error.code === "rate_limited").length;
        };
        const changes = Array.from({ length: 120 }, (_, number) => ({ raised: number % 2 === 0 }));
        assert.ok((await met("call:hand", changes)) > 0, "sixty at once, and some that come back meanwhile");
        const asides = Array.from({ length: 120 }, () => ({ kind: "clap" }));
        assert.equal(await met("call:react", asides), 0);
        assert.deepEqual(Object.keys(await limited(server)), ["call_change"]);
    });

    scenario("come back with time, as the answer says", async () => {
        const server = await start('[rates]\nmessage = "2/2s"\n');
        const ada = await Person.connect(server, "ada");
        const send = () => ada.request("message:send", { to: { user: "ben" }, text: "hello" });
        let answer;
        for (let i = 0; (answer = await send()).ok; i++) assert.ok(i < 50);
        await new Promise((done) => setTimeout(done, Math.ceil(answer.error.retryAfter * 1000) + 20));
        assert.equal((await send()).ok, true);
    });

    scenario("stop a flood by socket and REST, while all others are answered as ever", { seconds: 60 }, async () => {
        const server = await start();
        const flooders = await Promise.all(Array.from({ length: 4 }, () => Person.connect(server, "ada")));
        const [ben, tess] = await Promise.all(["ben", "tess"].map((user) => Person.connect(server, user)));
        const flood = flooders.flatMap((device) =>
            Array.from({ length: 150 }, (_, i) => device.request("post:create", say(`flood ${i}`))),
        );
        const byRest = Array.from({ length: 50 }, () =>
            server.rest("POST", "/rooms/class-math/posts", { text: "flood" }, as(server, "ada")),
        );
        for (let i = 0; i < 20; i++) {
            await ben.post("class-math", `from ben ${i}`);
            await tess.post("class-math", `from tess ${i}`);
        }
        const answers = await Promise.all(flood);
        const statuses = (await Promise.all(byRest)).map(({ status }) => status);
        const done = answers.filter(({ ok }) => ok).length + statuses.filter((status) => status === 201).length;
        assert.ok(done >= 60 && done <= 120, `${done} of a flood of 650 got through`);
        for (const { ok, error } of answers) assert.ok(ok || error.code === "rate_limited", error?.code);
        for (const status of statuses) assert.ok([201, 429].includes(status), String(status));
        await tess.seeText("from ben 19");
        await ben.seeText("from tess 19");
        const texts = ben.texts();
        assert.equal(texts.filter((text) => text.startsWith("from tess")).length, 20);
    });
});

describe("a request's bytes", () => {
    let server;
    after(tidyUp);

    scenario("are limited by what it is, over both doors", async () => {
        server = await start();
        const ada = await Person.connect(server, "ada");
        const filler = (kibibytes) => "x".repeat(kibibytes * 1024);
        assert.equal(await ada.refusal("feed:list", { room: "class-math", more: filler(17) }), "too_large");
        assert.equal(await ada.refusal("typing", { to: { room: "class-math" }, on: true, more: filler(17) }), "too_large");
        assert.equal(await ada.refusal("post:create", { ...say(), more: filler(257) }), "too_large");
        assert.equal(await ada.refusal("no:such", { more: filler(17) }), "too_large");
        const answer = await server.rest("POST", "/rooms/class-math/posts", { ...say(), more: filler(257) }, as(server, "ada"));
        assert.equal(answer.status, 413);
        assert.equal(answer.json().code, "too_large");
        // The longest post fits, however it is written.
        const post = await ada.post("class-math", "\u0001".repeat(20_000));
        assert.equal(post.text.length, 20_000);
        await ada.requestOk("feed:list", { room: "class-math", more: filler(15) });
    });

    scenario("count as requests where they are refused", async () => {
        const strict = await start("[server]\nrequests_burst = 5\nrequests_per_second = 0.01\n");
        const ada = await Person.connect(strict, "ada");
        const codes = [];
        for (let i = 0; i < 7; i++) codes.push(await ada.refusal("feed:list", { more: "x".repeat(20_000) }));
        assert.deepEqual(codes, [...Array(5).fill("too_large"), "rate_limited", "rate_limited"]);
    });
});

describe("an address", () => {
    afterEach(tidyUp);

    const handshake = (server, forwarded) =>
        request("GET", `${server.url}/socket.io/?EIO=4&transport=polling`, {
            headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
        });
    const bad = (server, forwarded, token = "no.such.token") =>
        request("GET", `${server.url}/api/v1/me`, {
            headers: { authorization: `Bearer ${token}`, ...(forwarded ? { "x-forwarded-for": forwarded } : {}) },
        });

    scenario("opens so many sessions, and behind a trusted proxy each its own", async () => {
        const server = await start('[server]\ntrusted_proxies = ["127.0.0.1", "10.0.0.0/8"]\n[rates]\naddress_handshakes = "3/10m"\n');
        const statuses = async (...forwarded) =>
            (await Promise.all(forwarded.map((one) => handshake(server, one)))).map(({ status }) => status);
        assert.deepEqual(await statuses("198.51.100.7", "198.51.100.7", "198.51.100.7"), [200, 200, 200]);
        const late = await handshake(server, "198.51.100.7");
        assert.equal(late.status, 503);
        assert.ok(Number(late.headers["retry-after"]) > 0);
        // What a client writes in front of what the proxy says is nobody's word; other proxies behind it are looked through.
        assert.deepEqual(await statuses("203.0.113.1, 198.51.100.7", "198.51.100.7, 10.0.0.3"), [503, 503]);
        // The network of an IPv6 address is one place.
        assert.deepEqual(await statuses("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"), [200, 200, 200]);
        assert.deepEqual(await statuses("2001:db8::4", "2001:db8:0:1::4"), [503, 200]);
        // Nobody else has noticed.
        assert.deepEqual(await statuses("198.51.100.8"), [200]);
        assert.deepEqual(await limited(server), { address_handshakes: 4 });
    });

    scenario("that is no proxy says in vain for whom it asks", async () => {
        const server = await start('[rates]\naddress_handshakes = "3/10m"\n');
        const answers = await Promise.all([1, 2, 3, 4, 5].map((i) => handshake(server, `198.51.100.${i}`)));
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 503, 503]);
    });

    scenario("that brings bad tokens is told to wait, and keeps nobody out", async () => {
        const server = await start('[rates]\naddress_failures = "3/10m"\n');
        for (let i = 0; i < 3; i++) assert.equal((await bad(server)).status, 401);
        const late = await bad(server);
        assert.equal(late.status, 429);
        assert.equal(late.json().code, "rate_limited");
        assert.ok(Number(late.headers["retry-after"]) > 0);
        const error = await refused(server, "ada", { token: "no.such.token" });
        assert.equal(error.data.code, "token_invalid");
        assert.ok(error.data.retryAfter > 0);
        // From the same place, with tokens that hold.
        const ada = await Person.connect(server, "ada");
        await ada.post("class-math", "in spite of it");
        assert.equal((await server.rest("GET", "/me", undefined, as(server, "ben"))).status, 200);
        assert.deepEqual(await limited(server), { address_failures: 2 });
    });

    scenario("that pretends to be somebody uses up nothing of his", async () => {
        const server = await start("[server]\nrequests_burst = 5\nrequests_per_second = 0.01\n");
        const forged = server.token("ada").split(".").slice(0, 2).join(".") + ".AAAA";
        for (let i = 0; i < 50; i++) assert.equal((await bad(server, undefined, forged)).status, 401);
        const ada = await Person.connect(server, "ada");
        for (let i = 0; i < 5; i++) await ada.post("class-math", `hers ${i}`);
        assert.equal(await ada.refusal("post:create", say()), "rate_limited");
    });
});
