// Study sessions: who comes is there on all of his devices, what is shared is the same for all, and who goes is gone.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math", "art")
        .student("cleo", "art");
const studyEvents = ["study:member", "study:state", "study:breakout"];
const told = (person) => person.events.filter(({ name }) => studyEvents.includes(name));

// A session that has begun, and its id.
async function begun(host, more = {}) {
    const { session } = await host.requestOk("study:create", { class: "math", title: "Fractions", ...more });
    await host.requestOk("study:start", { session: session.id });
    return session.id;
}
const join = (person, session) => person.requestOk("study:join", { session });
const patch = (person, session, what, more = {}) => person.requestOk("study:state", { session, patch: what, ...more });
const ids = (list) => list.map(({ user }) => user.id);
// What this client knows to be shared: the highest version that it was told.
function known(person, session, from, breakout) {
    const all = person.received("study:state").filter((news) => news.session === session && news.breakout === breakout);
    return [from, ...all].reduce((best, one) => (one.version >= best.version ? one : best));
}
const news = (person, session) =>
    person.received("study:member").filter((one) => one.session === session).map(({ user, change }) => `${user.id} ${change}`);
async function attendance(person, session) {
    const answer = await person.requestOk("study:attendance", { session });
    return Object.fromEntries(answer.attendance.map(({ user, intervals }) => [user.id, intervals]));
}

describe("study sessions", () => {
    let server, tess, ada, ben;
    before(async () => {
        server = await Server.start({ school: school(), environment: { HOMEROOM_STUDY_GRACE: "8s" } });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada");
        ben = await Person.connect(server, "ben");
    });
    after(tidyUp);

    scenario("one is planned, begins and ends before its class, and nobody else", async () => {
        const cleo = await Person.connect(server, "cleo");
        const startsAt = new Date(Date.now() + 3_600_000).toISOString();
        const planned = { class: "math", title: "Roots", startsAt, plan: { agenda: ["one", "two"], timer: { focus: 60 } } };
        const { session } = await ada.requestOk("study:create", planned);
        assert.equal(session.host.id, "ada");
        const created = await ben.see("study:created", (event) => event.session.id === session.id);
        assert.equal(created.room, "class-math");
        assert.equal(await ben.refusal("study:start", { session: session.id }), "forbidden");
        assert.equal(await ben.refusal("study:join", { session: session.id }), "conflict");
        for (const name of ["study:get", "study:start", "study:end", "study:join", "study:attendance"])
            assert.equal(await cleo.refusal(name, { session: session.id }), "not_found", name);
        await ada.requestOk("study:start", { session: session.id });
        await ben.see("study:started", (event) => event.session.id === session.id);
        const entered = await join(ben, session.id);
        assert.deepEqual(entered.state.agenda.map(({ text }) => text), ["one", "two"]);
        assert.equal(entered.state.timer.focus, 60);
        assert.equal(entered.state.leader.id, "ada");
        await ada.requestOk("study:end", { session: session.id });
        const ended = await ben.see("study:ended", (event) => event.session.id === session.id);
        assert.equal(ended.session.status, "ended");
        assert.equal(await ben.refusal("study:state", { session: session.id, patch: {} }), "not_found");
        assert.equal(cleo.events.filter(({ name }) => name.startsWith("study:")).length, 0);
        cleo.leave();
    });

    scenario("several devices of one person are one member", async () => {
        const session = await begun(tess);
        const { members } = await join(tess, session);
        assert.deepEqual(ids(members), ["tess"]);
        await join(ada, session);
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "joined");
        const phone = await Person.connect(server, "ada");
        assert.deepEqual(ids((await join(phone, session)).members), ["tess", "ada"]);
        await join(phone, session); // asks again
        await ada.requestOk("study:leave", { session });
        assert.equal(await ada.refusal("study:hand", { session, raised: true }), "not_found");
        await phone.requestOk("study:hand", { raised: true }); // the one that it is in
        await eventually("the hand", () => known(tess, session, { version: -1, state: { hands: [] } }).state.hands.length === 1);
        assert.deepEqual(news(tess, session), ["ada joined"]);
        await phone.requestOk("study:leave", { session });
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "left");
        assert.equal((await attendance(tess, session)).ada.length, 1);
        assert.equal((await attendance(tess, session)).ada[0].how, "left");
        phone.leave();
        await tess.requestOk("study:end", { session });
    });

    scenario("what is shared is told to those who are in it, and is the same for all of them", async () => {
        const session = await begun(tess, { control: "everyone" });
        const people = [tess, ada, ben];
        const first = new Map();
        for (const person of people) first.set(person, await join(person, session));
        const max = await Person.connect(server, "max"); // of the class, and not in the session
        const { version } = await patch(tess, session, { agenda: { a: { text: "start" } } });
        // All at once, each by what it knows: of the same item one wins, different ones all hold.
        const answers = await Promise.all(
            people.map((person, i) => person.request("study:state", { session, version, patch: { agenda: { a: { text: `by ${i}` } } } })),
        );
        assert.equal(answers.filter(({ ok }) => ok).length, 1);
        for (const { error } of answers.filter(({ ok }) => !ok)) assert.equal(error.code, "conflict");
        await Promise.all(people.map((person, i) => patch(person, session, { agenda: { [`own-${i}`]: { text: "mine" } } }, { version })));
        const last = await patch(ada, session, { current: { document: "d1" } }, { version });
        for (const person of people) {
            await eventually(`${person.user} to know`, () => known(person, session, first.get(person)).version === last.version);
            assert.deepEqual(known(person, session, first.get(person)).state, last.state);
        }
        assert.deepEqual(last.state.agenda.map(({ id }) => id).sort(), ["a", "own-0", "own-1", "own-2"]);
        await max.settle();
        assert.equal(told(max).length, 0);
        assert.equal(await max.refusal("study:state", { session, patch: {} }), "not_found");
        max.leave();
        await tess.requestOk("study:end", { session });
    });

    scenario("hands are in the order in which the server heard of them", async () => {
        const session = await begun(tess);
        for (const person of [tess, ada, ben]) await join(person, session);
        await ben.requestOk("study:hand", { session, raised: true });
        await ada.requestOk("study:hand", { session, raised: true });
        assert.equal(await ada.refusal("study:hand", { session, raised: false, user: "ben" }), "forbidden");
        const { state } = await ada.requestOk("study:hand", { session, raised: true });
        assert.deepEqual(ids(state.hands), ["ben", "ada"]);
        const taken = await tess.requestOk("study:hand", { session, raised: false, user: "ben" });
        assert.deepEqual(ids(taken.state.hands), ["ada"]);
        await eventually("ben to know", () => known(ben, session, taken).version >= taken.version);
        await tess.requestOk("study:end", { session });
    });

    scenario("the timer's phases end by the server's clock", async () => {
        const session = await begun(tess);
        for (const person of [tess, ada]) await join(person, session);
        const started = await patch(tess, session, { timer: { focus: 1, break: 1, rounds: 2, do: "start" } });
        assert.equal(started.state.timer.phase, "focus");
        assert.equal(await ada.refusal("study:state", { session, patch: { timer: { do: "stop" } } }), "forbidden");
        const phases = () => [
            ...new Set(ada.received("study:state").filter((one) => one.session === session).map(({ state: { timer } }) => `${timer.phase} ${timer.round}`)),
        ];
        await eventually("the last phase to end", () => phases().at(-1) === "null 0", 15_000);
        // A state that was followed by another within a moment is told with that.
        assert.deepEqual(phases(), ["focus 1", "break 1", "focus 2", "null 0"].filter((one) => phases().includes(one)));
        await tess.requestOk("study:end", { session });
    });

    scenario("a connection that is lost and comes back is no absence; one that does not is one", { seconds: 60 }, async () => {
        const session = await begun(tess);
        await join(tess, session);
        await join(ada, session);
        await join(ben, session);
        await ben.requestOk("study:hand", { session, raised: true });
        ada.breakTransport();
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "away");
        await eventually("ada to be back", () => ada.socket.connected);
        await join(ada, session);
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "back");
        assert.equal((await attendance(tess, session)).ada.length, 1);
        await ben.away();
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ben" && one.change === "left", 30_000);
        const [interval] = (await attendance(tess, session)).ben;
        assert.equal(interval.how, "lost");
        await eventually("his hand to be down", () => known(tess, session, { version: 0 }).state.hands.length === 0);
        await ben.back();
        await join(ben, session);
        assert.equal((await attendance(tess, session)).ben.length, 2);
        await tess.requestOk("study:end", { session });
        assert.deepEqual((await attendance(tess, session)).ben.map(({ how }) => how), ["lost", "ended"]);
    });

    // Cases 1 and 3 of who may see what.
    scenario("whoever is taken out of the class is out of the session at once, with all devices", async () => {
        const session = await begun(tess);
        const max = await Person.connect(server, "max");
        const phone = await Person.connect(server, "max");
        await join(tess, session);
        await join(max, session);
        await join(phone, session);
        await max.requestOk("study:hand", { session, raised: true });
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await max.settle();
        await phone.settle();
        const before = [told(max).length, told(phone).length];
        await tess.see("study:member", (one) => one.session === session && one.user.id === "max" && one.change === "left");
        const { state } = await patch(tess, session, { current: { board: "secret" } });
        assert.deepEqual(state.hands, []);
        for (const person of [max, phone]) {
            assert.equal(await person.refusal("study:state", { session, patch: {} }), "not_found");
            assert.equal(await person.refusal("study:join", { session }), "not_found");
            assert.equal(await person.refusal("study:get", { session }), "not_found");
            await person.settle();
        }
        assert.deepEqual([told(max).length, told(phone).length], before);
        assert.equal((await attendance(tess, session)).max[0].how, "removed");
        // Put back, he joins anew.
        await server.restOk("PUT", `/enrollments/${enrollmentId("max", "math")}`, body.enrollment("max", "math", "north"));
        await join(max, session);
        assert.equal((await attendance(tess, session)).max.length, 2);
        max.leave();
        phone.leave();
        await tess.requestOk("study:end", { session });
    });

    // Case 55 of who may see what.
    scenario("breakout rooms are apart from each other, and end by the clock", async () => {
        const session = await begun(tess, { control: "everyone" });
        for (const person of [tess, ada, ben]) await join(person, session);
        assert.equal(await ada.refusal("study:divide", { session, count: 2 }), "forbidden");
        const rooms = [{ title: "A", users: ["ada"] }, { users: ["ben"] }];
        const divided = await tess.requestOk("study:divide", { session, rooms });
        const [a, b] = divided.state.breakouts.rooms.map(({ id }) => id);
        const place = await ada.see("study:breakout", (one) => one.session === session && one.breakout?.id === a);
        assert.deepEqual(place.breakout.users.map(({ id }) => id), ["ada"]);
        await ben.see("study:breakout", (one) => one.session === session && one.breakout?.id === b);
        const agenda = { x: { text: "only ours" } };
        const { version } = await patch(ada, session, { agenda }, { breakout: a });
        await eventually("ada to know", () => known(ada, session, place.breakout, a).version === version);
        assert.equal(await ada.refusal("study:state", { session, patch: { agenda } }), "forbidden");
        assert.equal(await ada.refusal("study:state", { session, breakout: b, patch: { agenda } }), "not_found");
        assert.equal((await join(ada, session)).breakout.id, a);
        await tess.requestOk("study:divide", { session, rooms, seconds: 1 });
        await ada.see("study:breakout", (one) => one.session === session && one.breakout === null, 15_000);
        await patch(ada, session, { current: { board: "w1" } });
        assert.equal((await join(ada, session)).breakout, null);
        assert.ok(!told(ben).some(({ body: one }) => JSON.stringify(one).includes("only ours")));
        await tess.requestOk("study:end", { session });
    });

    scenario("the staff take the attendance with them, as JSON and as a table", async () => {
        const session = await begun(tess, { title: "=cmd|' /C calc'!A0" });
        for (const person of [tess, ada]) await join(person, session);
        await ada.requestOk("study:leave", { session });
        await tess.requestOk("study:end", { session });
        const route = `/study-sessions/${session}/attendance`;
        const asTess = { token: server.token("tess") };
        const list = (await server.restOk("GET", route, undefined, asTess)).json();
        assert.deepEqual(ids(list.attendance), ["tess", "ada"]);
        const table = await server.restOk("GET", `${route}.csv`, undefined, asTess);
        assert.match(table.headers["content-type"], /^text\/csv/);
        const [head, ...rows] = table.text.trimEnd().split("\r\n");
        assert.equal(head, '"session","title","user","name","joinedAt","leftAt","how"');
        assert.equal(rows.length, 2);
        assert.match(rows[1], new RegExp(`^"${session}","'=cmd.*","ada",".*","\\d{4}-.*Z","\\d{4}-.*Z","left"$`));
        for (const [user, status] of [["ada", 403], ["cleo", 404]]) {
            const token = server.token(user);
            assert.equal((await server.rest("GET", route, undefined, { token })).status, status);
            assert.equal((await server.rest("GET", `${route}.csv`, undefined, { token })).status, status);
        }
        assert.equal(await ada.refusal("study:attendance", { session }), "forbidden");
    });

    scenario("planned, started and ended over REST, and told to the class", async () => {
        const options = { token: server.token("ada") };
        const made = await server.restOk("POST", "/rooms/class-math/study-sessions", { title: "By REST" }, options);
        const { id } = made.json().session;
        assert.equal(made.status, 201);
        await ben.see("study:created", (event) => event.session.id === id);
        await server.restOk("PATCH", `/study-sessions/${id}`, { title: "By REST, too" }, options);
        await ben.see("study:updated", (event) => event.session.title === "By REST, too");
        const open = await server.restOk("GET", "/rooms/class-math/study-sessions?open=true", undefined, options);
        assert.deepEqual(open.json().sessions.map((one) => one.id), [id]);
        await server.restOk("POST", `/study-sessions/${id}/start`, {}, options);
        await join(ben, id);
        await server.restOk("POST", `/study-sessions/${id}/end`, {}, options);
        await ben.see("study:ended", (event) => event.session.id === id);
        assert.equal(await ben.refusal("study:hand", { session: id, raised: true }), "not_found");
        const got = await server.restOk("GET", `/study-sessions/${id}`, undefined, options);
        assert.equal(got.json().session.status, "ended");
        const all = await server.restOk("GET", "/study-sessions?limit=1", undefined, options);
        assert.equal(all.json().sessions[0].id, id);
        assert.equal((await server.rest("GET", "/rooms/class-art/study-sessions", undefined, options)).status, 404);
    });

    scenario("members are invited and told of the start, until it is over", async () => {
        const startsAt = new Date(Date.now() + 7_200_000).toISOString();
        const { session } = await tess.requestOk("study:create", { class: "math", title: "Exam", startsAt });
        const entries = async (person) => {
            const { notifications } = await person.requestOk("notification:list", {});
            return notifications.filter(({ target }) => target.session === session.id);
        };
        const what = (person) => eventually("a notification", async () => (await entries(person))[0]?.target.what);
        assert.equal(await what(ada), "invitation");
        await tess.requestOk("study:update", { session: session.id, title: "Exam 2" });
        await eventually("the change", async () => (await entries(ada))[0]?.target.what === "change");
        await tess.requestOk("study:start", { session: session.id });
        await eventually("the start", async () => (await entries(ada))[0]?.target.what === "start");
        assert.equal((await entries(ada)).length, 1); // one entry
        assert.equal((await entries(ada))[0].target.title, "Exam 2");
        assert.equal((await entries(tess)).length, 0);
        await tess.requestOk("study:end", { session: session.id });
        await eventually("nothing", async () => (await entries(ada)).length === 0);
    });

    // Case 42 of who may see what.
    scenario("whoever has opted out of the directory is shown to the staff alone", async () => {
        const hide = (directoryOptOut) =>
            server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { metadata: { directoryOptOut } }));
        await hide(true);
        const session = await begun(tess);
        await join(tess, session);
        await join(ada, session);
        await join(ben, session);
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ben");
        await ada.settle();
        assert.deepEqual(news(ada, session), []);
        assert.deepEqual(ids((await join(ada, session)).members), ["tess", "ada"]);
        assert.deepEqual(ids((await join(tess, session)).members), ["tess", "ada", "ben"]);
        await tess.requestOk("study:end", { session });
        await hide(false);
    });
});

describe("a study session and the server's end", () => {
    let server, tess, ada, ben;
    before(async () => {
        // Long enough for a machine that is busy: who is there again keeps his interval.
        server = await Server.start({ school: school(), environment: { HOMEROOM_STUDY_GRACE: "15s" } });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada");
        ben = await Person.connect(server, "ben");
    });
    after(tidyUp);

    scenario("the server is killed in the middle, and the session goes on", { seconds: 90 }, async () => {
        const session = await begun(tess, { plan: { agenda: ["one"] } });
        for (const person of [tess, ada, ben]) await join(person, session);
        await ben.requestOk("study:hand", { session, raised: true });
        await patch(tess, session, { timer: { focus: 1, break: 600, rounds: 3, do: "start" } });
        const before = await patch(tess, session, { agenda: { 1: { done: true } }, current: { document: "d1" } });
        await ben.away();
        await server.kill();
        await server.launch();
        for (const person of [tess, ada]) await eventually(`${person.user} to be back`, () => person.socket.connected, 15_000);
        const back = await join(tess, session);
        assert.deepEqual(back.state.agenda, before.state.agenda);
        assert.deepEqual(back.state.current, { document: "d1" });
        assert.equal(back.state.leader.id, "tess");
        assert.ok(back.version >= before.version);
        await join(ada, session);
        // The phase that ended meanwhile has ended, and who does not return has left when he was lost.
        await eventually("the break", () => known(tess, session, back).state.timer.phase === "break", 10_000);
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ben" && one.change === "left", 40_000);
        const was = await attendance(tess, session);
        assert.deepEqual([was.tess.length, was.ada.length, was.ben.length], [1, 1, 1]);
        assert.deepEqual([was.tess[0].leftAt, was.ada[0].leftAt], [null, null]);
        assert.equal(was.ben[0].how, "lost");
        await ben.back();
        await tess.requestOk("study:end", { session });
    });

    scenario("stopped in order it knows to the moment until when people were there", { seconds: 60 }, async () => {
        const session = await begun(tess);
        for (const person of [tess, ada]) await join(person, session);
        await ada.away();
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "away");
        await server.restart();
        await eventually("tess to be back", () => tess.socket.connected, 15_000);
        const { members } = await join(tess, session);
        assert.deepEqual(members.map(({ user, away }) => [user.id, away]), [["tess", false], ["ada", true]]);
        await ada.back();
        await join(ada, session);
        await tess.see("study:member", (one) => one.session === session && one.user.id === "ada" && one.change === "back");
        const was = await attendance(tess, session);
        assert.deepEqual([was.tess.length, was.ada.length], [1, 1]);
        await tess.requestOk("study:end", { session });
    });
});
