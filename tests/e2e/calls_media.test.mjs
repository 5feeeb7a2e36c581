// Calls through a media server that is none: whose word reaches it, who is told what, and what it is left with. With a real one
// and real browsers: tests/browser/calls_janus.test.mjs.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { FakeJanus } from "./support/fake_janus.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north").class("math").class("art").teacher("tess", "math").student("ada", "math").student("ben", "math").student("cleo", "art");
let sessions = 1;
const offer = (what = "m=audio 9\r\nm=video 9\r\n") => ({
    description: { type: "offer", sdp: `v=0\r\no=- ${++sessions} 2 IN IP4 127.0.0.1\r\n${what}a=candidate:1 1 udp 1 10.1.2.3 9 typ host\r\n` },
});

describe("calls through a media server", () => {
    let janus, server, tess, ada, adaToo, ben, cleo;
    before(async () => {
        janus = await FakeJanus.start();
        server = await Server.start({ school: school(), environment: { HOMEROOM_CALLS_GRACE: "30s", HOMEROOM_CALLS_RECORDING: "true", ...janus.environment } });
        [tess, ada, adaToo, ben, cleo] = await Promise.all(["tess", "ada", "ada", "ben", "cleo"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    const say = (person, call, link, data, more = {}) => person.request("call:signal", { call: call.id, link, data, ...more });
    const outcome = async (...saying) => {
        const answer = await say(...saying);
        return answer.ok ? "ok" : answer.error.code;
    };
    const signals = (person, call, link) => person.received("call:signal").filter((one) => one.call === call.id && one.link === link);
    const ready = async (person, call) => {
        await eventually(`${person.user} to hear that the room is there`, async () => (await person.requestOk("call:ice", { call: call.id })).media.made !== null);
        return (await person.requestOk("call:ice", { call: call.id })).media.made;
    };
    // ada and ben, each of whom sends a camera and is offered the other's.
    async function talk() {
        const started = await ada.requestOk("call:start", { to: { user: "ben" } });
        assert.equal(started.media.kind, "server");
        await ben.requestOk("call:accept", { call: started.call.id });
        await ready(ada, started.call);
        for (const person of [ada, ben]) assert.equal(await outcome(person, started.call, "camera", offer()), "ok");
        for (const person of [ada, ben]) await person.see("call:signal", (one) => one.call === started.call.id && one.link === "watch");
        return started.call;
    }
    const end = async (call) => {
        await ada.request("call:end", { call: call.id });
        await eventually("nothing to be left", () => janus.rooms.size === 0 && janus.handles.size === 1);
    };

    scenario("what is offered is answered to who offered it, and to nobody else", async () => {
        const call = await talk();
        for (const person of [ada, ben]) {
            const [answer] = signals(person, call, "camera");
            assert.equal(answer.data.description.type, "answer");
            assert.equal(signals(person, call, "camera").length, 1);
            const { streams } = signals(person, call, "watch").at(-1).data;
            const other = call.members.find(({ id }) => id !== person.user) ?? {};
            assert.equal(streams.length, 1);
            if (other.leg) assert.equal(streams[0].leg, other.leg);
        }
        for (const device of [adaToo, tess, cleo]) assert.deepEqual(signals(device, call, "camera"), [], device.user);
        for (const sent of janus.senders()) assert.doesNotMatch(sent, /candidate/, "no address of anybody reaches it");
        assert.doesNotMatch(JSON.stringify(janus.asked), /ada|ben|Example/, "and no name");
        const [room] = janus.rooms.values();
        assert.equal(room.is_private, true);
        for (const key of [room.secret, room.pin]) assert.match(key, /^[0-9a-f]{64}$/);
        await end(call);
    });

    scenario("only the connection that is in the call has links", async () => {
        const call = await talk();
        for (const device of [adaToo, tess, cleo]) assert.equal(await outcome(device, call, "camera", offer()), "not_found", device.user);
        assert.equal(await outcome(ada, call, "screen", offer("m=video 9\r\n")), "forbidden");
        assert.equal(await outcome(ada, call, "camera", offer("m=video 9\r\nm=video 9\r\n")), "forbidden");
        assert.equal(await outcome(ada, call, "camera", offer("m=audio 9\r\nm=application 9\r\n")), "forbidden");
        assert.equal(await outcome(ada, call, "nothing", offer()), "invalid");
        assert.equal(await outcome(ada, call, "watch", offer()), "invalid");
        assert.equal(await outcome(ada, call, "camera", offer(), { made: 1 }), "conflict");
        assert.equal(await outcome(ada, call, "camera", offer(), { to: "ben" }), "invalid");
        const peers = await ada.request("call:signal", { call: call.id, to: "ben", data: offer() });
        assert.equal(peers.error.code, "conflict", "browsers have nothing to say to each other");
        assert.equal(janus.senders().length, 2);
        await end(call);
    });

    scenario("a screen is sent while it is shown", async () => {
        const call = await talk();
        await ada.requestOk("screen:start", { call: call.id });
        const screen = offer("m=video 9\r\n");
        assert.equal(await outcome(ada, call, "screen", screen), "ok");
        await ada.see("call:signal", (one) => one.call === call.id && one.link === "screen");
        assert.equal(janus.senders().length, 3);
        await ben.requestOk("screen:stop", { call: call.id });
        await eventually("the screen to be gone", () => janus.senders().length === 2);
        assert.equal(await outcome(ada, call, "screen", screen), "forbidden");
        await end(call);
    });

    scenario("who is cut off is told, and offers anew", async () => {
        const call = await talk();
        janus.hangUp(janus.senders()[0]);
        await eventually("somebody to be told", () => [ada, ben].some((one) => signals(one, call, "camera").some(({ data }) => data.closed)));
        await eventually("one to be left", () => janus.senders().length === 1);
        await end(call);
    });

    scenario("a lost media server is said to be, and everything is made anew", async () => {
        const call = await talk();
        const made = await ready(ada, call);
        await janus.stop();
        for (const person of [ada, ben]) await person.see("call:media", (one) => one.call === call.id && one.media.made === null);
        assert.equal(await outcome(ada, call, "camera", offer()), "unavailable");
        await janus.run();
        for (const person of [ada, ben]) await person.see("call:media", (one) => one.call === call.id && one.media.made > made);
        assert.deepEqual(tess.received("call:media"), []);
        assert.equal(await outcome(ada, call, "camera", offer()), "ok");
        await eventually("ada to send", () => janus.senders().length === 1);
        await end(call);
    });

    scenario("the server is killed: the room of before is taken down, and those who come back have another", async () => {
        const call = await talk();
        const made = await ready(ada, call);
        await server.restart("SIGKILL");
        const destroyed = () => janus.asked.filter(({ body }) => body?.request === "destroy").length;
        const before = destroyed();
        await eventually("both to be back", async () => {
            for (const person of [ada, ben]) await person.request("call:join", { call: call.id });
            const answer = await ada.request("call:get", { call: call.id });
            return answer.ok && answer.call.members.every(({ state }) => state === "present");
        });
        assert.ok((await ready(ada, call)) > made);
        assert.ok(destroyed() >= before && janus.rooms.size === 1);
        await ada.requestOk("call:end", { call: call.id });
        await eventually("the room to be gone", () => janus.rooms.size === 0);
    });

    scenario("who is muted, or has not agreed to be recorded, is stopped at the media server", async () => {
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        const it = { call: call.id };
        await ada.requestOk("call:join", it);
        await ready(ada, call);
        assert.equal(await outcome(ada, call, "camera", offer()), "ok");
        await eventually("ada to send", () => janus.senders().length === 1);
        await tess.requestOk("call:mute", { ...it, what: "mic" });
        await eventually("her sound to be stopped", () => janus.stopped().join() === "0");
        await tess.requestOk("call:mute", { ...it, what: "mic", on: false });
        await eventually("it to be let through", () => janus.stopped().join() === "");
        await tess.requestOk("call:record", { ...it, on: true });
        await eventually("all of hers to be stopped", () => janus.stopped().flat().sort().join() === "0,1");
        await ada.requestOk("call:consent", { ...it, agrees: true });
        await eventually("it to be let through", () => janus.stopped().join() === "");
        await tess.requestOk("call:end", it);
        await eventually("nothing to be left", () => janus.rooms.size === 0);
    });

    scenario("who leaves the class has nothing there any more", async () => {
        const { call } = await tess.requestOk("call:start", { to: { room: "class-math" } });
        await ada.requestOk("call:join", { call: call.id });
        await ready(ada, call);
        assert.equal(await outcome(ada, call, "camera", offer()), "ok");
        await eventually("ada to send", () => janus.senders().length === 1);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        await eventually("ada to have nothing", () => janus.senders().length === 0);
        await ada.see("call:removed", ({ callId }) => callId === call.id);
    });
});
