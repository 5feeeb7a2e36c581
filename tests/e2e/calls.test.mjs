// Calls: ringing at everybody's devices, one outcome whatever crosses, signals between those who are in one and nobody else,
// lost connections, a server that is killed, and a class that is left.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const of = (id) => (event) => event.call?.id === id;
const member = (call, user) => call.members.find(({ id }) => id === user);
// What the device holds for the call: the highest version of what it was told.
const known = (device, id) =>
    [...device.events.map(({ body }) => body?.call), ...device.received("call:current").flatMap(({ calls }) => calls.map(({ call }) => call))]
        .filter((call) => call?.id === id)
        .sort((one, other) => one.version - other.version)
        .at(-1);
const start = async (person, to, more = {}) => (await person.requestOk("call:start", { to, ...more })).call;
const offer = (sdp = "v=0\r\n") => ({ description: { type: "offer", sdp } });
const signal = (person, call, to, data, more = {}) => person.request("call:signal", { call: call.id, to, data, ...more });

describe("calls", () => {
    let server, tess, ada, adaToo, ben, benToo, max, cleo;
    let everybody;
    before(async () => {
        const environment = {
            HOMEROOM_CALLS_GRACE: "5s",
            HOMEROOM_CALLS_RING: "6s",
            HOMEROOM_CALLS_TURN_URLS: "turn:relay.example:3478,turns:relay.example:5349?transport=tcp",
            HOMEROOM_CALLS_TURN_SECRETS: "the-secret-of-the-relays,the-one-before-it",
            HOMEROOM_CALLS_STUN_URLS: "stun:relay.example:3478",
        };
        server = await Server.start({ school: school(), environment });
        const connect = (user) => Person.connect(server, user);
        [tess, ada, adaToo, ben, benToo, max, cleo] = await Promise.all(
            ["tess", "ada", "ada", "ben", "ben", "max", "cleo"].map(connect),
        );
        everybody = [tess, ada, adaToo, ben, benToo, max, cleo];
    });
    after(tidyUp);

    // Each of them holds the call for what it is, as the server knows it.
    async function agree(id, devices) {
        let truth;
        await eventually(`all devices to agree on ${id}`, async () => {
            truth = (await devices[0].requestOk("call:get", { call: id })).call;
            return devices.every((device) => known(device, id)?.version === truth.version);
        });
        for (const device of devices) assert.deepEqual(known(device, id), truth, device.user);
        return truth;
    }
    async function talk(caller, callee) {
        const call = await start(caller, { user: callee.user });
        const answer = await callee.requestOk("call:accept", { call: call.id });
        return answer.call;
    }
    const over = (person, call) => person.request("call:end", { call: call.id });

    scenario("case 53: answered on one device, it stops on the others", async () => {
        const call = await start(ada, { user: "ben" });
        assert.equal(call.state, "ringing");
        for (const device of [ben, benToo]) {
            const event = await device.see("call:ringing", of(call.id));
            assert.equal(event.silent, false);
            assert.deepEqual(event.by, { id: "ada", name: "Ada Example" });
        }
        const answer = await benToo.requestOk("call:accept", { call: call.id });
        assert.equal(member(answer.call, "ben").leg, answer.leg);
        assert.equal(await ben.refusal("call:accept", { call: call.id }), "conflict");
        for (const device of [ada, adaToo, ben, benToo]) await device.see("call:accepted", of(call.id));
        const agreed = await agree(call.id, [ada, adaToo, ben, benToo]);
        assert.equal(agreed.state, "active");
        await over(ada, call);
        const last = await agree(call.id, [ada, adaToo, ben, benToo]);
        assert.equal(last.reason, "closed");
        for (const other of [tess, max, cleo])
            assert.deepEqual(other.events.filter((event) => JSON.stringify(event).includes(call.id)), [], other.user);
    });

    scenario("two devices that accept at the same moment: one is in", async () => {
        const call = await start(ada, { user: "ben" });
        const answers = await Promise.all([ben, benToo].map((device) => device.request("call:accept", { call: call.id })));
        assert.deepEqual(answers.map(({ ok }) => ok).sort(), [false, true]);
        await over(ada, call);
        await agree(call.id, [ada, adaToo, ben, benToo]);
    });

    scenario("two who call each other at the same moment are in one call", async () => {
        for (let i = 0; i < 5; ++i) {
            const [one, other] = await Promise.all([
                ada.requestOk("call:start", { to: { user: "ben" } }),
                ben.requestOk("call:start", { to: { user: "ada" } }),
            ]);
            assert.equal(one.call.id, other.call.id);
            assert.deepEqual([one.merged, other.merged].sort(), [false, true]);
            const call = await agree(one.call.id, [ada, adaToo, ben, benToo]);
            assert.deepEqual(call.members.map(({ state }) => state), ["present", "present"]);
            await ben.requestOk("call:leave", { call: one.call.id });
            assert.equal((await agree(one.call.id, [ada, adaToo, ben, benToo])).state, "ended");
        }
    });

    scenario("taken back and accepted at the same moment: one outcome, and both know it", async () => {
        for (let i = 0; i < 5; ++i) {
            const call = await start(ada, { user: "ben" });
            await Promise.all([
                ada.request("call:leave", { call: call.id }),
                ben.request("call:accept", { call: call.id }),
            ]);
            const last = await agree(call.id, [ada, adaToo, ben, benToo]);
            assert.equal(last.state, "ended");
            assert.ok(["cancelled", "completed"].includes(last.reason), last.reason);
            for (const device of [ada, ben]) assert.equal(device.received("call:ended").filter(of(call.id)).length, 1);
        }
    });

    scenario("declined on one device, on all; busy; and what nobody answers is missed once", async () => {
        const declined = await start(ada, { user: "ben" });
        await benToo.requestOk("call:decline", { call: declined.id });
        await ben.see("call:declined", of(declined.id));
        assert.equal((await agree(declined.id, [ada, adaToo, ben, benToo])).reason, "declined");
        const call = await talk(ada, ben);
        const busy = await max.requestOk("call:start", { to: { user: "ben" } });
        assert.equal(busy.call.reason, "busy");
        assert.equal(busy.leg, null);
        assert.equal(busy.ice, null);
        await ben.see("call:missed", of(busy.call.id));
        assert.equal(ben.received("call:ringing").filter(of(busy.call.id)).length, 0);
        await over(ada, call);
        const missed = await start(max, { user: "ben" });
        await ben.see("call:missed", of(missed.id), 20_000);
        await max.see("call:ended", of(missed.id));
        assert.equal((await agree(missed.id, [max, ben, benToo])).reason, "timeout");
        await ben.settle();
        assert.equal(ben.received("call:missed").filter(of(missed.id)).length, 1);
        const { notification } = await ben.see("notification:created", (event) => event.notification.target.call === missed.id);
        assert.deepEqual([notification.kind, notification.actors.map(({ id }) => id)], ["call", ["max"]]);
        for (const other of [max, tess, cleo])
            assert.ok(!other.received("notification:created").some((event) => event.notification.target.call === missed.id), other.user);
    });

    scenario("who comes while it rings is told, and who comes after it is not", async () => {
        await benToo.away();
        const call = await start(ada, { user: "ben" });
        await benToo.back();
        const seen = await benToo.see("call:current", ({ calls }) => calls.some((one) => one.call.id === call.id));
        const { ringing } = seen.calls.find((one) => one.call.id === call.id);
        assert.equal(ringing.silent, false);
        assert.ok(ringing.ttlMs > 0 && ringing.ttlMs <= 6_000, String(ringing.ttlMs));
        assert.equal(benToo.received("call:ringing").filter(of(call.id)).length, 0);
        await benToo.away();
        await ada.requestOk("call:leave", { call: call.id });
        await benToo.back();
        await benToo.see("call:ended", of(call.id)); // from its backlog
        assert.equal(known(benToo, call.id).state, "ended");
        assert.equal(benToo.received("call:ringing").filter(of(call.id)).length, 0);
        const fresh = await Person.connect(server, "ben");
        await fresh.settle();
        assert.deepEqual(fresh.events.filter((event) => JSON.stringify(event).includes(call.id)), []);
        fresh.leave();
    });

    scenario("case 50: signals pass between those who are in the call, in order, and from nobody else", async () => {
        const call = await talk(ada, ben);
        const sent = await signal(ada, call, "ben", offer(), { from: "tess", leg: member(call, "ben").leg });
        assert.ok(sent.ok, JSON.stringify(sent));
        const candidates = Array.from({ length: 60 }, (_, i) => ({ candidate: `candidate:${i} 1 udp 1 1.2.3.4 5 typ relay`, sdpMid: "0" }));
        for (const one of candidates) signal(ada, call, "ben", { candidates: [one] });
        await ben.see("call:signal", (event) => event.data.candidates?.[0].candidate.startsWith("candidate:59 "));
        const heard = ben.received("call:signal").filter((event) => event.call === call.id);
        for (const event of heard) assert.equal(event.from, "ada");
        assert.equal(heard[0].leg, member(call, "ada").leg);
        assert.equal(heard[0].data.negotiation, sent.negotiation);
        const order = heard.slice(1).map((event) => event.data.candidates[0].candidate.split(" ")[0]);
        assert.deepEqual(order, candidates.map(({ candidate }) => candidate.split(" ")[0]));
        const none = await signal(cleo, { id: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "ben", offer());
        for (const [person, to] of [[tess, "ben"], [max, "ada"], [cleo, "ben"], [benToo, "ada"], [adaToo, "ben"]])
            assert.deepEqual(await signal(person, call, to, offer()), none, person.user);
        assert.equal((await signal(ada, call, "tess", offer())).error.code, "not_found");
        assert.equal((await signal(ada, call, "ada", offer())).error.code, "not_found");
        await benToo.settle();
        for (const device of [benToo, adaToo, tess, max, cleo]) assert.deepEqual(device.received("call:signal"), [], device.user);
        const large = { description: { type: "offer", sdp: "x".repeat(70_000) } };
        assert.equal((await signal(ada, call, "ben", large)).error.code, "too_large");
        const many = { candidates: Array.from({ length: 51 }, () => null) };
        assert.equal((await signal(ada, call, "ben", many)).error.code, "too_large");
        await over(ada, call);
    });

    scenario("of two offers that cross the impolite one's stands, and a stale answer is not passed on", async () => {
        const call = await talk(ada, ben);
        assert.ok(member(call, "ada").order < member(call, "ben").order, "ada was there first: she is the impolite one");
        const polite = await signal(ben, call, "ada", offer("of-ben"));
        const impolite = await signal(ada, call, "ben", offer("of-ada"));
        assert.ok(polite.ok && impolite.ok);
        const answer = (negotiation) => ({ negotiation, description: { type: "answer", sdp: "x" } });
        assert.equal((await signal(ada, call, "ben", answer(polite.negotiation))).error.code, "conflict");
        assert.equal((await signal(ben, call, "ada", offer("again"))).error.code, "conflict");
        assert.equal((await signal(ben, call, "ada", { candidates: [null] })).error.code, "conflict");
        assert.ok((await signal(ben, call, "ada", answer(impolite.negotiation))).ok);
        assert.equal((await signal(ben, call, "ada", answer(impolite.negotiation))).error.code, "conflict");
        await over(ada, call);
    });

    scenario("a connection that is lost comes back as who it was; another is somebody new", async () => {
        const call = await talk(ada, ben);
        const { leg } = member(call, "ben");
        await ben.away();
        await ada.see("call:member", (event) => of(call.id)(event) && event.change === "away");
        assert.equal((await signal(ada, call, "ben", offer())).error.code, "unavailable");
        await ben.back();
        await ben.see("call:current", ({ calls }) => calls.some((one) => one.call.id === call.id));
        const back = await ben.requestOk("call:join", { call: call.id, leg });
        assert.equal(back.leg, leg);
        assert.ok((await signal(ada, call, "ben", offer(), { leg })).ok);
        assert.equal(await benToo.refusal("call:join", { call: call.id }), "conflict");
        const moved = await benToo.requestOk("call:join", { call: call.id, move: true });
        assert.notEqual(moved.leg, leg);
        assert.equal((await signal(ada, call, "ben", offer(), { leg })).error.code, "conflict");
        assert.equal((await signal(ben, call, "ada", offer())).error.code, "not_found");
        await agree(call.id, [ada, adaToo, ben, benToo]);
        await benToo.away();
        await ada.see("call:ended", of(call.id), 20_000); // after the grace period
        await benToo.back();
        assert.equal((await agree(call.id, [ada, adaToo, ben, benToo])).reason, "failed");
        assert.equal(await benToo.refusal("call:join", { call: call.id }), "conflict");
    });

    scenario("case 52: who leaves the class is out of its call at once", async () => {
        const call = await start(tess, { room: "class-math" });
        for (const device of [ada, adaToo, ben, max]) await device.see("call:started", of(call.id));
        for (const device of everybody) assert.equal(device.received("call:ringing").filter(of(call.id)).length, 0);
        await ada.requestOk("call:join", { call: call.id });
        await max.requestOk("call:join", { call: call.id });
        assert.ok((await signal(max, call, "ada", offer())).ok);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        assert.equal((await signal(max, call, "ada", offer())).error.code, "not_found");
        await max.see("call:removed", ({ callId }) => callId === call.id);
        await ada.see("call:member", (event) => of(call.id)(event) && event.change === "removed");
        const told = JSON.stringify(max.events);
        for (const name of ["call:join", "call:get", "call:leave"])
            assert.equal(await max.refusal(name, { call: call.id }), "not_found");
        assert.equal(await max.refusal("call:ice", { call: call.id }), "not_found");
        assert.equal((await signal(ada, call, "max", offer())).error.code, "not_found");
        await tess.requestOk("call:end", { call: call.id });
        await ada.see("call:ended", of(call.id));
        await max.settle();
        assert.equal(JSON.stringify(max.events), told);
        assert.equal(await cleo.refusal("call:get", { call: call.id }), "not_found");
    });

    scenario("case 54: relays have passwords that end, and a student's address is not told", async () => {
        const { call, ice, leg } = await ada.requestOk("call:start", { to: { user: "tess" } });
        const entry = await tess.requestOk("call:accept", { call: call.id });
        assert.equal(ice.iceTransportPolicy, "relay");
        assert.equal(entry.ice.iceTransportPolicy, "all");
        assert.ok(entry.ice.iceServers.some(({ urls }) => urls.includes("stun:relay.example:3478")));
        const { username, credential, urls } = ice.iceServers.find((one) => one.username);
        assert.equal(urls.length, 2);
        const [end, name] = username.split(":");
        assert.equal(name, leg);
        assert.ok(Math.abs(Number(end) - Date.now() / 1000 - ice.ttl) < 60);
        assert.equal(credential, createHmac("sha1", "the-secret-of-the-relays").update(username).digest("base64"));
        assert.ok((await ada.requestOk("call:ice", { call: call.id })).ice.iceServers.length > 0);
        assert.equal(await adaToo.refusal("call:ice", { call: call.id }), "not_found");
        const home = "203.0.113.7";
        const candidate = (type) => `candidate:1 1 udp 41885439 198.51.100.9 50000 typ ${type} raddr ${home} rport 4242 generation 0`;
        const sdp = ["v=0", `o=- 1 2 IN IP4 ${home}`, `c=IN IP4 ${home}`, `a=${candidate("srflx")}`, `a=${candidate("relay")}`, "a=mid:0", ""];
        const data = { ...offer(sdp.join("\r\n")), candidates: ["host", "srflx", "prflx", "relay"].map((type) => ({ candidate: candidate(type), sdpMid: "0" })) };
        const { negotiation } = await signal(ada, call, "tess", data);
        const event = await tess.see("call:signal", (one) => one.call === call.id);
        assert.ok(!JSON.stringify(event).includes(home), JSON.stringify(event));
        assert.equal(event.data.candidates.length, 1);
        assert.match(event.data.description.sdp, /a=candidate:.* typ relay raddr 0\.0\.0\.0 rport 0/);
        assert.match(event.data.description.sdp, /a=mid:0/);
        const reply = { ...data, negotiation, description: { ...data.description, type: "answer" } };
        assert.ok((await signal(tess, call, "ada", reply)).ok);
        const open = await ada.see("call:signal", (one) => one.call === call.id);
        assert.ok(JSON.stringify(open).includes(home)); // the teacher's, who is no student
        assert.ok(!server.log.includes(home));
        await over(ada, call);
    });

    scenario("whose screen is shown is granted, taken back, and one's at a time", async () => {
        const call = await start(tess, { room: "class-math" });
        await ada.requestOk("call:join", { call: call.id });
        await ben.requestOk("call:join", { call: call.id });
        const it = { call: call.id };
        assert.equal(await ada.refusal("screen:start", it), "forbidden");
        await ada.requestOk("screen:request", it);
        await tess.see("screen:requested", (event) => of(call.id)(event) && event.user.id === "ada");
        await tess.requestOk("screen:grant", { ...it, user: "ada", minutes: 5 });
        await ada.requestOk("screen:start", it);
        await tess.requestOk("screen:grant", { ...it, user: "ben" });
        assert.equal(await ben.refusal("screen:start", it), "conflict");
        await tess.requestOk("screen:start", it);
        await ada.see("screen:stopped", (event) => of(call.id)(event) && event.why === "taken");
        await tess.requestOk("screen:stop", it);
        await tess.requestOk("screen:deny", { ...it, user: "ada" });
        assert.equal(await ada.refusal("screen:start", it), "forbidden");
        await ben.requestOk("screen:start", it);
        await ben.away();
        await ada.see("call:member", (event) => of(call.id)(event) && event.change === "lost", 20_000);
        assert.equal((await agree(call.id, [tess, ada])).screen.presenter, null);
        await ben.back();
        await over(tess, call);
    });

    scenario("history is of those who were in it, over REST as well; a call is declined from a notification", async () => {
        const call = await start(ada, { user: "ben" });
        const asBen = { token: server.token("ben") };
        await server.restOk("POST", `/calls/${call.id}/decline`, undefined, asBen);
        await ada.see("call:declined", of(call.id));
        const { calls } = (await server.restOk("GET", "/calls?limit=1", undefined, asBen)).json();
        assert.equal(calls[0].id, call.id);
        assert.equal(calls[0].reason, "declined");
        assert.equal((await server.rest("GET", `/calls/${call.id}`, undefined, { token: server.token("cleo") })).status, 404);
        const mine = (await cleo.requestOk("call:list", {})).calls;
        assert.deepEqual(mine, []);
    });
});

describe("calls and a server that ends", () => {
    after(tidyUp);

    for (const signalName of ["SIGKILL", "SIGTERM"]) {
        scenario(`a call outlives ${signalName}, and who does not come back leaves no ghost`, { seconds: 60 }, async () => {
            const environment = { HOMEROOM_CALLS_GRACE: "5s" };
            const server = await Server.start({ school: school(), environment });
            const [ada, ben, benToo, max, tess] = await Promise.all(
                ["ada", "ben", "ben", "max", "tess"].map((user) => Person.connect(server, user)),
            );
            const call = await start(ada, { user: "ben" });
            const entry = await ben.requestOk("call:accept", { call: call.id });
            const left = await start(max, { user: "tess" });
            await tess.see("call:ringing", of(left.id));
            await server.restart(signalName);
            await eventually("ben to be back", () => ben.sessions.length > 1, 20_000);
            for (const device of [ada, ben])
                await device.see("call:current", ({ calls }) => calls.some((one) => one.call.id === call.id), 20_000);
            const { leg } = member(known(ada, call.id), "ada");
            const mine = call.members[0].leg;
            assert.ok(leg === null || leg === mine);
            const [one, other] = await Promise.all([
                ada.requestOk("call:join", { call: call.id, leg: mine }),
                ben.requestOk("call:join", { call: call.id, leg: entry.leg }),
            ]);
            assert.deepEqual([one.leg, other.leg], [mine, entry.leg]);
            assert.ok((await signal(ada, call, "ben", offer(), { leg: entry.leg })).ok);
            await ben.see("call:signal", (event) => event.call === call.id);
            // Whoever rang and does not come back: it ends, and is missed.
            await eventually("tess to be back", () => tess.sessions.length > 1, 20_000);
            await tess.see("call:missed", of(left.id), 30_000);
            assert.equal(known(tess, left.id).reason, "cancelled");
            await ada.requestOk("call:leave", { call: call.id });
            await eventually("all to agree", () =>
                [ada, ben, benToo].every((device) => known(device, call.id)?.reason === "completed"),
            );
        });
    }
});
