// Lessons in a call: who is muted and who is not, hands, the lobby and the lock, polls, recording, reactions and captions, and
// who was there; and who must not see or do any of it.

import assert from "node:assert/strict";
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
        .teacher("theo", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const of = (id) => (event) => event.call?.id === id;
const member = (call, user) => call.members.find(({ id }) => id === user);

describe("lessons in a call", () => {
    let server, tess, theo, ada, ben, max, cleo;
    let call, it; // begun by tess for each scenario, with ada in it
    before(async () => {
        const environment = { HOMEROOM_CALLS_GRACE: "5s", HOMEROOM_CALLS_RECORDING: "true" };
        server = await Server.start({ school: school(), environment });
        const connect = (user) => Person.connect(server, user);
        [tess, theo, ada, ben, max, cleo] = await Promise.all(["tess", "theo", "ada", "ben", "max", "cleo"].map(connect));
    });
    after(tidyUp);

    const begin = async () => {
        call = (await tess.requestOk("call:start", { to: { room: "class-math" } })).call;
        it = { call: call.id };
        await ada.requestOk("call:join", it);
    };
    const end = () => tess.requestOk("call:end", it);
    const lesson = (name, body) =>
        scenario(name, async () => {
            await begin();
            await body();
            await end();
        });
    const asked = (person, name, more = {}) => person.requestOk(name, { ...it, ...more });
    const refused = (person, name, more = {}) => person.refusal(name, { ...it, ...more });
    const changed = (person, change, fits = () => true) =>
        person.see("call:changed", (event) => event.call.id === call.id && event.change === change && fits(event));
    // What may be dropped for whom it would have to wait is said until it is seen. → what was seen
    const sees = (watcher, name, fits, say) =>
        eventually(`${watcher.user} to see ${name}`, async () => {
            await say();
            return watcher.received(name).find((event) => event.call === call.id && fits(event));
        }, 15_000);
    const told = (person) => person.events.filter((event) => JSON.stringify(event).includes(call.id));

    lesson("mute-all except staff", async () => {
        await asked(theo, "call:join");
        await asked(ben, "call:join");
        for (const person of [ada, ben, max]) assert.equal(await refused(person, "call:mute", { what: "mic" }), "forbidden");
        await asked(tess, "call:mute", { what: "mic" });
        const { users } = await changed(ada, "muted");
        assert.deepEqual(users.sort(), ["ada", "ben"]);
        const late = (await asked(max, "call:join")).call;
        assert.deepEqual(
            late.members.filter(({ muted }) => muted.mic).map(({ id }) => id).sort(),
            ["ada", "ben", "max"],
            "who comes later as well, and no teacher",
        );
        assert.equal(await refused(tess, "call:mute", { what: "mic", users: ["theo"] }), "forbidden");
        await asked(ada, "call:hand", { raised: true });
        const { call: raised } = await changed(theo, "hand");
        assert.deepEqual(raised.lesson.hands.map(({ user }) => user), ["ada"]);
        await asked(theo, "call:mute", { what: "mic", users: ["ada"], on: false });
        const { call: allowed } = await changed(ada, "allowed");
        assert.equal(member(allowed, "ada").muted.mic, false);
        await asked(theo, "call:hand", { raised: false, all: true });
        await changed(ada, "hand", (event) => event.call.lesson.hands.length === 0);
        assert.equal(await refused(ben, "call:caption", { text: "hello", final: true }), "forbidden");
        await server.restOk("POST", `/calls/${call.id}/mute`, { what: "mic", on: false }, { token: server.token("theo") });
        await changed(ben, "allowed", ({ users: whom }) => whom.includes("ben"));
        assert.deepEqual(told(cleo), []);
    });

    lesson("lobby deny: who waits learns nothing, is refused, and is let in in the end", async () => {
        await asked(max, "call:join");
        await asked(max, "call:leave"); // he was in it once
        await asked(max, "call:get");
        await server.restOk("POST", `/calls/${call.id}/settings`, { lobby: true }, { token: server.token("theo") });
        await changed(ada, "settings");
        const sent = new Map([ben, max].map((person) => [person, told(person).length]));
        for (const person of [ben, max]) {
            const answer = await asked(person, "call:join");
            assert.deepEqual([answer.waiting, answer.leg, answer.ice, answer.media], [true, null, null, null]);
            assert.deepEqual(answer.call.members.filter(({ id }) => id !== person.user), []);
            assert.deepEqual(answer.call.lesson.waiting.map(({ user }) => user.id), [person.user]);
        }
        const { call: seen } = await changed(ada, "waiting", (event) => event.call.lesson.waiting.length === 2);
        assert.deepEqual(seen.lesson.waiting.map(({ user }) => user.id), ["ben", "max"], "in the order in which they came");
        await asked(ada, "call:hand", { raised: true });
        await sees(ada, "call:reactions", () => true, () => asked(ada, "call:react", { kind: "clap" }));
        const offer = { to: "ada", data: { description: { type: "offer", sdp: "v=0\r\n" } } };
        for (const person of [ben, max]) {
            await person.settle();
            assert.equal(told(person).length, sent.get(person), `${person.user} was told something`);
            assert.equal(await refused(person, "call:signal", offer), "not_found");
            assert.equal(await refused(person, "call:ice"), "not_found");
            assert.equal(await refused(person, "call:react", { kind: "clap" }), "not_found");
            assert.equal(await refused(person, "call:hand", { raised: true }), "conflict");
            assert.equal(await refused(person, "call:admit", { user: person.user }), "forbidden");
            const looked = (await asked(person, "call:get")).call;
            assert.ok(!looked.members.some(({ id }) => id === "ada"), person.user);
        }
        assert.equal(await refused(ada, "call:signal", { ...offer, to: "ben" }), "not_found");
        await asked(tess, "call:deny", { user: "ben" });
        await ben.see("call:denied", ({ callId }) => callId === call.id);
        assert.equal(await refused(ben, "call:join"), "forbidden");
        await asked(tess, "call:admit", { user: "max" });
        await max.see("call:admitted", ({ callId }) => callId === call.id);
        const inside = await asked(max, "call:join");
        assert.equal(inside.waiting, false);
        assert.ok(inside.leg);
        assert.ok(member(inside.call, "ada"));
    });

    lesson("who waits and goes, or leaves the class, waits no more", async () => {
        await asked(tess, "call:settings", { lobby: true });
        await asked(ben, "call:join");
        await changed(tess, "waiting", (event) => event.call.lesson.waiting.length === 1);
        await ben.away();
        await changed(tess, "waiting", (event) => event.call.lesson.waiting.length === 0);
        await ben.back();
        await asked(max, "call:join");
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await eventually("max to wait no more", async () => (await asked(tess, "call:get")).call.lesson.waiting.length === 0);
        assert.equal(await refused(max, "call:join"), "not_found");
        await server.restOk("PUT", `/enrollments/${enrollmentId("max", "math")}`, {
            userSourcedId: "max",
            classSourcedId: "math",
            role: "student",
        });
    });

    lesson("a locked call is for those who are in it, and who comes back in time", async () => {
        const { leg } = await asked(ben, "call:join");
        await asked(tess, "call:settings", { locked: true });
        assert.equal(await refused(max, "call:join"), "conflict");
        assert.equal(await refused(max, "call:settings", { locked: false }), "forbidden");
        await ben.away();
        await changed(tess, "settings");
        await ben.back();
        assert.equal((await asked(ben, "call:join", { leg })).leg, leg);
        await asked(theo, "call:join");
        await asked(tess, "call:settings", { locked: false });
        await asked(max, "call:join");
    });

    lesson("a poll counts each once, and says no names", async () => {
        for (const person of [ben, max]) await asked(person, "call:join");
        const poll = { question: "How many?", options: ["two", "three"], hidden: true };
        assert.equal(await refused(ada, "call:poll", poll), "forbidden");
        const { call: with1 } = await asked(tess, "call:poll", poll);
        const { id } = with1.lesson.polls[0];
        for (const person of [ada, ben, max]) await asked(person, "call:vote", { poll: id, options: [0] });
        await asked(ben, "call:vote", { poll: id, options: [1] });
        assert.equal(await refused(theo, "call:vote", { poll: id, options: [1] }), "conflict");
        assert.equal(await refused(cleo, "call:vote", { poll: id, options: [1] }), "not_found");
        const { call: counted } = await changed(ada, "poll", (event) => event.call.lesson.polls[0].voters === 3);
        assert.deepEqual(counted.lesson.polls[0].options.map(({ votes }) => votes), [null, null]);
        assert.equal(await refused(ada, "call:closePoll", { poll: id }), "forbidden");
        await asked(tess, "call:closePoll", { poll: id });
        const { call: closed } = await changed(ada, "poll", (event) => event.call.lesson.polls[0].closedAt !== null);
        assert.deepEqual(closed.lesson.polls[0].options.map(({ votes }) => votes), [2, 1]);
        assert.equal(await refused(ada, "call:vote", { poll: id, options: [1] }), "conflict");
        const { call: second } = await asked(tess, "call:poll", { ...poll, hidden: false, anonymous: true });
        const secret = second.lesson.polls[1].id;
        await asked(ada, "call:vote", { poll: secret, options: [1], key: "once" });
        assert.equal(await refused(ada, "call:vote", { poll: secret, options: [0] }), "conflict");
    });

    lesson("a recording is asked of each, and who comes late as well", async () => {
        assert.equal(await refused(ada, "call:record", { on: true }), "forbidden");
        await asked(tess, "call:record", { on: true });
        const { call: started } = await changed(ada, "recording");
        assert.equal(started.lesson.recording.by, "tess");
        assert.equal(member(started, "ada").consent, "asked");
        assert.equal(await refused(ada, "call:caption", { text: "me", final: true }), "forbidden");
        await asked(ada, "call:consent", { agrees: true });
        await changed(tess, "consent", ({ users }) => users[0] === "ada");
        await asked(ada, "call:caption", { text: "me", final: true });
        assert.equal(member((await asked(ben, "call:join")).call, "ben").consent, "asked");
        await asked(tess, "call:record", { on: false });
        await changed(ben, "recording", (event) => event.call.lesson.recording === null);
        const rows = (await server.restOk("GET", `/audit?subject=${call.id}`)).json();
        const actions = JSON.stringify(rows);
        for (const action of ["recording.start", "recording.agree", "recording.stop"]) assert.ok(actions.includes(action), action);
    });

    lesson("that somebody refuses to be recorded is for who leads, and a recording's end is noted when its maker goes", async () => {
        await asked(ben, "call:join");
        await asked(theo, "call:join");
        await asked(theo, "call:record", { on: true });
        const { call: before } = await changed(ada, "recording");
        await asked(ben, "call:consent", { agrees: false });
        const { call: seen, users } = await changed(tess, "consent");
        assert.deepEqual([users, member(seen, "ben").consent, seen.version], [["ben"], "refused", before.version]);
        await asked(ben, "call:hand", { raised: true });
        await changed(ada, "hand");
        assert.deepEqual(told(ada).filter((event) => JSON.stringify(event).includes("refused")), []);
        assert.ok(!told(ada).some(({ body }) => body.change === "consent"));
        const consentFor = async (person) => member((await asked(person, "call:get")).call, "ben").consent;
        assert.deepEqual(await Promise.all([ada, max, ben, tess].map(consentFor)), ["asked", "asked", "refused", "refused"]);
        await asked(theo, "call:leave");
        await changed(ada, "recording", (event) => event.call.lesson.recording === null);
        const rows = (await server.restOk("GET", `/audit?subject=${call.id}`)).json();
        assert.deepEqual(rows.entries.filter(({ action }) => action === "recording.stop").map(({ actor }) => actor), ["theo"]);
    });

    lesson("the lobby of a locked call is lifted for those who wait", async () => {
        await asked(tess, "call:settings", { lobby: true });
        assert.equal((await asked(max, "call:join")).waiting, true);
        await asked(tess, "call:settings", { lobby: false, locked: true });
        await max.see("call:admitted", ({ callId }) => callId === call.id);
        assert.equal(await refused(ben, "call:join"), "conflict");
        assert.ok((await asked(max, "call:join")).leg);
    });

    lesson("a call between people is not looked into by who declined it", async () => {
        await asked(tess, "call:leave");
        await asked(ada, "call:leave"); // and with her the lesson is over
        call = (await tess.requestOk("call:start", { to: { users: ["theo", "ada"] } })).call;
        it = { call: call.id };
        await asked(ada, "call:accept");
        await asked(theo, "call:decline");
        for (const name of ["call:get", "call:attendance"]) assert.equal(await refused(theo, name), "not_found", name);
        const table = (user) => server.rest("GET", `/calls/${call.id}/attendance.csv`, undefined, { token: server.token(user) });
        assert.deepEqual([(await table("theo")).status, (await table("tess")).status], [404, 200]);
    });

    lesson("reactions are counted together, and captions are of who speaks or was named", async () => {
        await asked(ben, "call:join");
        const clap = () => Promise.all([ada, ben, tess].map((person) => asked(person, "call:react", { kind: "clap" })));
        await sees(tess, "call:reactions", ({ counts }) => counts.clap > 1, clap);
        assert.equal(await refused(ada, "call:react", { kind: "bomb" }), "invalid");
        const words = { text: "two and two", final: false, language: "en" };
        const seen = await sees(tess, "call:caption", () => true, () => asked(ada, "call:caption", words));
        assert.deepEqual(seen, { call: call.id, speaker: "ada", by: "ada", ...words });
        assert.equal(await refused(ben, "call:caption", { ...words, speaker: "ada" }), "forbidden");
        assert.equal(await refused(ben, "call:captioner", { user: "ben" }), "forbidden");
        await asked(tess, "call:captioner", { user: "ben" });
        const ofAda = ({ by, speaker }) => by === "ben" && speaker === "ada";
        await sees(tess, "call:caption", ofAda, () => asked(ben, "call:caption", { ...words, speaker: "ada" }));
        for (const outsider of [theo, max, cleo]) {
            await outsider.settle();
            for (const name of ["call:caption", "call:reactions"]) assert.deepEqual(outsider.received(name), [], outsider.user);
            assert.equal(await refused(outsider, "call:caption", words), "not_found");
            assert.equal(await refused(outsider, "call:react", { kind: "clap" }), "not_found");
        }
    });

    lesson("who was there is for who leads, as JSON and as a table", async () => {
        await asked(ben, "call:join");
        await asked(ben, "call:leave");
        await asked(ada, "call:devices", { mic: false });
        const as = (user) => ({ token: server.token(user) });
        assert.equal((await server.rest("GET", `/calls/${call.id}/attendance`, undefined, as("ada"))).status, 403);
        assert.equal((await server.rest("GET", `/calls/${call.id}/attendance.csv`, undefined, as("ada"))).status, 403);
        assert.equal((await server.rest("GET", `/calls/${call.id}/attendance`, undefined, as("cleo"))).status, 404);
        const { attendance } = (await server.restOk("GET", `/calls/${call.id}/attendance`, undefined, as("theo"))).json();
        assert.deepEqual(
            attendance.map(({ user, intervals }) => [user.id, intervals.map(({ how }) => how)]),
            [["tess", [null]], ["ada", [null]], ["ben", ["left"]]],
        );
        const table = (await server.restOk("GET", `/calls/${call.id}/attendance.csv`, undefined, as("tess"))).text;
        assert.equal(table.trim().split("\r\n").length, 4);
        assert.ok(table.includes(`"${call.id}","class-math","ben"`));
    });

    lesson("a screen for some, drawn upon on a board of who shows it", async () => {
        await asked(ben, "call:join");
        const { call: shown } = await asked(tess, "screen:start", { viewers: ["ada"] });
        assert.deepEqual(shown.screen.viewers, ["ada"]);
        const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "over it", kind: "whiteboard" });
        const { doc: essay } = await tess.requestOk("doc:create", { room: "class-math", title: "no board", kind: "text" });
        assert.equal(await refused(ada, "screen:annotate", { doc: doc.id }), "forbidden");
        assert.equal(await refused(tess, "screen:annotate", { doc: essay.id }), "not_found");
        await asked(tess, "screen:annotate", { doc: doc.id });
        const { call: drawn } = await changed(ben, "board");
        assert.equal(drawn.screen.board, doc.id);
        const { call: stopped } = await asked(tess, "screen:stop");
        assert.deepEqual([stopped.screen.board, stopped.screen.viewers], [null, null]);
    });
});
