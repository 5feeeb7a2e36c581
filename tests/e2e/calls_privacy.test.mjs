// Who is of a call and who may know: after somebody is taken out of it, with a request that is repeated, where students are
// supervised, among strangers, and in groups whose members are kept from each other.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const base = {
    HOMEROOM_CALLS_GRACE: "10s",
    HOMEROOM_CALLS_RING: "60s",
    HOMEROOM_CALLS_TURN_URLS: "turn:relay.example:3478",
    HOMEROOM_CALLS_TURN_SECRETS: "the-secret-of-the-relays",
};
const supervised = { ...base, HOMEROOM_MESSAGES_SUPERVISED: "students", HOMEROOM_MESSAGES_INSTITUTION: "true" };

// ben and zoe share no class; lea and zed are in both of theirs.
const school = () =>
    new School("north")
        .class("math")
        .class("bio")
        .teacher("tess", "math")
        .teacher("theo", "bio")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("lea", "math", "bio")
        .student("zed", "math", "bio")
        .student("zoe", "bio");

const start = async (users, environment = base) => {
    const server = await Server.start({ school: school(), environment });
    const people = await Promise.all(users.map((user) => Person.connect(server, user)));
    return [server, ...people];
};
const of = (id) => (event) => event.call?.id === id;
const states = (call) => Object.fromEntries(call.members.map(({ id, state }) => [id, state]));
const offer = (sdp = "v=0\r\n") => ({ description: { type: "offer", sdp } });
const signal = (person, call, to, data) => person.request("call:signal", { call: call.id, to, data });

describe("calls, and who may know of them", () => {
    after(tidyUp);

    scenario("case 52: who is taken out of a call is shown no more of it, in lists and over REST as by its id", { seconds: 60 }, async () => {
        const [server, tess, ada, max] = await start(["tess", "ada", "max"]);
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        await max.requestOk("call:join", { call: call.id });
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await max.see("call:removed", ({ callId }) => callId === call.id);
        await ada.requestOk("call:join", { call: call.id });
        const asMax = { token: server.token("max") };
        const over = async () => (await server.restOk("GET", "/calls", undefined, asMax)).json().calls;
        assert.equal(await max.refusal("call:get", { call: call.id }), "not_found");
        assert.deepEqual((await max.requestOk("call:list", {})).calls, []);
        assert.deepEqual(await over(), []);
        await tess.requestOk("call:end", { call: call.id });
        for (const calls of [(await max.requestOk("call:list", {})).calls, await over()]) {
            assert.deepEqual(calls.map(({ id, members, endedAt }) => ({ id, members, endedAt })), [{ id: call.id, members: [], endedAt: null }]);
            assert.ok(!JSON.stringify(calls).includes("ada"));
        }
    });

    scenario("case 52: a request that is repeated gives no password to who is not in the call any more", { seconds: 60 }, async () => {
        const [server, tess, ada, max] = await start(["tess", "ada", "max"]);
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        const request = { call: call.id, key: "once" };
        const first = await max.requestOk("call:join", request);
        const again = await max.requestOk("call:join", request);
        assert.equal(again.leg, first.leg);
        assert.ok(again.ice.iceServers[0].credential);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await max.see("call:removed", ({ callId }) => callId === call.id);
        const removed = await max.request("call:join", request);
        assert.deepEqual([removed.leg ?? null, removed.ice ?? null], [null, null]);
        const mine = await ada.requestOk("call:join", request);
        await ada.away();
        await ada.back();
        await tess.see("call:member", (event) => of(call.id)(event) && event.user.id === "ada" && event.change === "away");
        const elsewhere = await ada.requestOk("call:join", request);
        assert.deepEqual([elsewhere.leg, elsewhere.ice], [null, null], "this connection is not in it");
        const back = await ada.requestOk("call:join", { call: call.id, leg: mine.leg });
        assert.equal(back.leg, mine.leg);
        await tess.requestOk("call:end", { call: call.id });
        const over = await ada.requestOk("call:join", request);
        assert.deepEqual([over.leg, over.ice], [null, null], "it is over");
    });

    scenario("students are supervised whoever of the staff they ring, and whoever hangs up", { seconds: 90 }, async () => {
        const [, tess, theo, ada, ben, zoe] = await start(["tess", "theo", "ada", "ben", "zoe"], supervised);
        const listed = async () => (await tess.requestOk("call:supervised", { room: "class-math" })).calls.length;
        // Of no class that they share: they may not talk but with staff.
        assert.equal(await ada.refusal("call:start", { to: { user: "zoe" } }), "forbidden");
        const first = (await ada.requestOk("call:start", { to: { users: ["zoe", "tess"] } })).call;
        assert.equal(await zoe.refusal("call:accept", { call: first.id }), "forbidden", "tess only rings");
        await tess.requestOk("call:accept", { call: first.id });
        await zoe.requestOk("call:accept", { call: first.id });
        assert.ok((await signal(ada, first, "zoe", offer())).ok);
        await tess.requestOk("call:leave", { call: first.id });
        for (const device of [ada, zoe]) await device.see("call:removed", ({ callId }) => callId === first.id);
        assert.equal((await signal(ada, first, "zoe", offer())).error.code, "not_found");
        const second = (await ada.requestOk("call:start", { to: { users: ["zoe", "tess"] } })).call;
        await tess.requestOk("call:decline", { call: second.id });
        for (const device of [ada, zoe]) await device.see("call:removed", ({ callId }) => callId === second.id);
        // Of one class: its staff may come in.
        const third = (await ada.requestOk("call:start", { to: { users: ["ben", "theo"] } })).call;
        await ben.requestOk("call:accept", { call: third.id });
        assert.equal(await listed(), 1, "theo only rings");
        await theo.requestOk("call:decline", { call: third.id });
        assert.equal(await listed(), 1);
        await tess.requestOk("call:join", { call: third.id });
        await tess.requestOk("call:end", { call: third.id });
        const fourth = (await theo.requestOk("call:start", { to: { users: ["ada", "ben"] } })).call;
        for (const device of [ada, ben]) await device.requestOk("call:accept", { call: fourth.id });
        assert.equal(await listed(), 0);
        await theo.requestOk("call:leave", { call: fourth.id });
        assert.equal(await listed(), 1);
        await tess.requestOk("call:join", { call: fourth.id });
    });

    scenario("a full call among students is one that staff may come into", { seconds: 60 }, async () => {
        const [, tess, ada, ben] = await start(["tess", "ada", "ben"], { ...supervised, HOMEROOM_CALLS_MEMBERS: "2" });
        const { call } = await ada.requestOk("call:start", { to: { user: "ben" } });
        await ben.requestOk("call:accept", { call: call.id });
        await tess.requestOk("call:join", { call: call.id });
    });

    scenario("strangers do not meet in a call, and who declined does not watch it", { seconds: 60 }, async () => {
        const [server, ben, zed, lea, zoe, max] = await start(["ben", "zed", "lea", "zoe", "max"]);
        assert.equal(await ben.refusal("call:start", { to: { user: "zoe" } }), "not_found");
        const { call } = await zed.requestOk("call:start", { to: { users: ["ben", "lea"] } });
        await ben.requestOk("call:decline", { call: call.id });
        await lea.requestOk("call:accept", { call: call.id });
        assert.equal(await zed.refusal("call:invite", { call: call.id, user: "zoe" }), "forbidden");
        await zed.requestOk("call:invite", { call: call.id, user: "max" });
        await max.requestOk("call:accept", { call: call.id });
        assert.equal(await ben.refusal("call:get", { call: call.id }), "not_found");
        assert.deepEqual((await ben.requestOk("call:list", {})).calls, []);
        for (const name of ["call:decline", "call:leave"])
            assert.deepEqual(states((await ben.requestOk(name, { call: call.id })).call), { ben: "declined" });
        const asBen = { token: server.token("ben") };
        const again = (await server.restOk("POST", `/calls/${call.id}/decline`, undefined, asBen)).json();
        assert.deepEqual(states(again.call), { ben: "declined" });
        // He comes after all, as he may write to all of them; in the end it is in his history.
        await ben.requestOk("call:join", { call: call.id });
        await zed.requestOk("call:end", { call: call.id });
        const [past] = (await ben.requestOk("call:list", {})).calls;
        assert.deepEqual(states(past), { zed: "left", ben: "left", lea: "left", max: "left" });
        assert.ok(!JSON.stringify(ben.events).includes('"zoe"'));
        assert.ok(!JSON.stringify(zoe.events).includes(call.id));
    });

    scenario("who has declined comes back if he may write to those who are there by then", { seconds: 60 }, async () => {
        const [server, ben, zed, lea] = await start(["ben", "zed", "lea"]);
        const { call } = await zed.requestOk("call:start", { to: { users: ["ben", "lea"] } });
        await ben.requestOk("call:decline", { call: call.id });
        await lea.requestOk("call:accept", { call: call.id });
        await server.restOk("DELETE", `/enrollments/${enrollmentId("lea", "math")}`);
        assert.equal(await ben.refusal("call:join", { call: call.id }), "not_found");
    });

    scenario("in a group that lists nobody nobody rings people to see whether they are in it", { seconds: 60 }, async () => {
        const [, tess, ada, ben, max] = await start(["tess", "ada", "ben", "max"], { ...base, HOMEROOM_CALLS_RING: "3s" });
        const { group } = await tess.requestOk("group:create", { title: "g", home: "class-math", access: "invitation", listed: false });
        for (const person of [ben, max]) {
            await tess.requestOk("group:invite", { group: group.id, user: person.user });
            await person.see("group:invited");
            await person.requestOk("group:accept", { group: group.id });
        }
        const { call } = await ben.requestOk("call:start", { to: { room: `group-${group.id}` } });
        const answers = [];
        for (const user of ["ada", "max", "tess", "nobody"]) answers.push(await ben.request("call:invite", { call: call.id, user }));
        for (const answer of answers) {
            assert.equal(answer.error.code, "forbidden");
            assert.deepEqual(answer, answers[0], "a member or not");
        }
        await tess.requestOk("call:join", { call: call.id });
        await tess.requestOk("call:invite", { call: call.id, user: "max" });
        await max.see("call:missed", of(call.id), 20_000);
        await tess.requestOk("call:end", { call: call.id });
        const { call: past } = await ben.see("call:ended", of(call.id));
        assert.deepEqual(states(past), { ben: "left", tess: "left" });
        assert.deepEqual(ada.events.filter((event) => JSON.stringify(event).includes(call.id)), []);
    });
});

describe("signals, and how many", () => {
    after(tidyUp);

    const big = offer("v=0\r\n" + "a=x\r\n".repeat(8_000)); // some 12 pieces

    scenario("whoever waits as long as he is told is let through", { seconds: 60 }, async () => {
        const [, ada, ben] = await start(["ada", "ben"]);
        const { call } = await ada.requestOk("call:start", { to: { user: "ben" } });
        await ben.requestOk("call:accept", { call: call.id });
        let answer;
        do answer = await signal(ada, call, "ben", big);
        while (answer.ok);
        assert.equal(answer.error.code, "rate_limited");
        await sleep(Math.ceil(answer.error.retryAfter * 1_000) + 1);
        assert.equal((await signal(ada, call, "ben", big)).ok, true);
    });

    scenario("several who flood one of the call do not take his connection", { seconds: 120 }, async () => {
        const many = Array.from({ length: 10 }, (_, i) => `s${i}`);
        const all = many.reduce((made, user) => made.student(user, "math"), school());
        const server = await Server.start({ school: all, environment: { ...base, HOMEROOM_CALLS_MEMBERS: "16" } });
        const [tess, ada, ...senders] = await Promise.all(["tess", "ada", ...many].map((user) => Person.connect(server, user)));
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        for (const person of [ada, ...senders]) await person.requestOk("call:join", { call: call.id });
        const wire = ada.socket.io.engine.transport.ws._socket;
        wire.pause();
        await Promise.all(
            senders.map(async (person) => {
                let answer;
                do answer = await signal(person, call, "ada", big);
                while (answer.ok);
                assert.equal(answer.error.code, "rate_limited");
            }),
        );
        wire.resume();
        await eventually("ada to have read it", () => ada.received("call:signal").length > 0);
        await ada.settle();
        assert.deepEqual(ada.disconnects, []);
        await eventually("ada to be sent more", async () => (await signal(tess, call, "ada", offer())).ok);
    });
});
