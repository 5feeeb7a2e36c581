// Who may receive an event, as an outsider sees it: numbered cases, each against a server of its own, through the
// official client, REST and bare connections. "Silent" is proved by what comes later over the same connection: an alert to
// everybody, journalled after the thing, arrives, and not one byte before it was about the thing.

import assert from "node:assert/strict";
import path from "node:path";
import { afterEach, describe, test } from "node:test";

import { Person, refused } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { Engine } from "./support/engine.mjs";
import { get, request } from "./support/http.mjs";
import { burden, usage } from "./support/process_usage.mjs";
import { Chance } from "./support/random.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";
import { inSeconds } from "./support/tokens.mjs";

// --- The school ----------------------------------------------------------------------------------

// grace is ada's guardian by ada's own record; gus says so of himself alone.
function school() {
    const one = new School("north")
        .org("south")
        .class("math", { course: "science" })
        .class("art")
        .class("law", { school: "south" })
        .user("stef", "teacher", { school: "south" })
        .user("sid", "student", { school: "south" })
        .teacher("tess", "math")
        .teacher("tim", "math")
        .teacher("theo", "art")
        .teacher("stef", "law")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art")
        .student("sid", "law")
        .user("grace", "guardian")
        .user("gus", "guardian");
    const user = (id) => one.records.users.find((record) => record.sourcedId === id);
    user("ada").agentSourcedIds = "grace";
    user("gus").agentSourcedIds = "ada";
    Object.assign(user("grace"), { email: "grace@private.example", phone: "555-grace" });
    Object.assign(user("gus"), { email: "gus@private.example", phone: "555-gus" });
    return one;
}

const start = (options = {}) => Server.start({ school: school(), ...options });

// A person, and every byte that came to him.
async function join(server, user, options) {
    const person = new Person(server, user, options);
    person.wire = "";
    const manager = person.socket.io;
    manager.on("open", () => manager.engine.on("packet", ({ data }) => (person.wire += `${data}\n`)));
    return person.open();
}
const joinAll = (server, ...users) => Promise.all(users.map((user) => join(server, user)));

async function serverAnd(...users) {
    const server = await start();
    return [server, ...(await joinAll(server, ...users))];
}

let marks = 0;
// None of them was told a word of these before an alert that was made just now.
async function silent(server, people, ...secrets) {
    const title = `mark-${++marks}-of-silence`;
    await server.restOk("POST", "/alerts", { title, text: "all are told" });
    for (const person of people) {
        await person.see("alert", (event) => event.title === title);
        const [before] = person.wire.split(title);
        assert.match(before, /"session"/, "the wire is listened to");
        for (const secret of secrets) {
            const at = before.indexOf(String(secret));
            const around = before.slice(Math.max(0, at - 200), at + 100);
            assert.equal(at, -1, `${person.user} was told of ${secret}: …${around}…`);
        }
    }
}

// The same refusal for what is there and what is not; only `not_found` says nothing.
async function alike(person, name, real, unreal) {
    const answers = [await person.request(name, real), await person.request(name, unreal)];
    assert.deepEqual(answers[0], answers[1], `${person.user}: ${name} ${JSON.stringify(real)}`);
    assert.equal(answers[0].error?.code, "not_found", `${person.user}: ${name} ${JSON.stringify(answers[0])}`);
}

const noId = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const as = (server, user) => ({ token: server.token(user) });
const drop = (server, user, classId = "math") =>
    server.restOk("DELETE", `/enrollments/${enrollmentId(user, classId)}`);
const enroll = (server, user, classId = "math", role = "student", more = {}) =>
    server.restOk("PUT", `/enrollments/${enrollmentId(user, classId)}`, body.enrollment(user, classId, "north", role, more));
const put = (server, user, more) => server.restOk("PUT", `/users/${user}`, body.user(user, "student", "north", more));
const left = (person, room) => person.see("rooms:changed", (event) => event.left.includes(room));

const send = async (from, user, text) =>
    (await from.requestOk("message:send", { to: { user }, text })).message;
const say = async (from, conversation, text) =>
    (await from.requestOk("message:send", { to: { conversation }, text })).message;
const group = async (owner, users, title = "a group") =>
    (await owner.requestOk("conversation:create", { users, title })).conversation.id;
const grade = (student, score, more = {}) => ({ student, class: "math", item: "essay", score, ...more });
const publish = async (teacher, student, score, more) =>
    (await teacher.requestOk("grade:publish", grade(student, score, more))).grade;

// Everything that can be asked of a room, and of each thing that has an id.
const aboutRoom = [
    ["feed:list", (room) => ({ room })],
    ["post:create", (room) => ({ to: room, text: "x" })],
    ["announcement:list", (room) => ({ room })],
    ["announcement:create", (room) => ({ to: room, title: "x", text: "x" })],
    ["supervision:list", (room) => ({ room })],
    ["live:list", (room) => ({ room })],
    ["live:start", (room) => ({ room, title: "x" })],
];
// Without a media server nobody is given a ticket to send (live:publish; live.test.mjs).
const aboutLive = ["get", "watch", "start", "update", "end", "cancel"].map((name) => [`live:${name}`, (live) => ({ live })]);
const aboutPost = [
    ["post:get", (post) => ({ post })],
    ["post:update", (post) => ({ post, text: "x" })],
    ["post:delete", (post) => ({ post })],
    ["comment:create", (post) => ({ post, text: "x" })],
    ["reaction:set", (post) => ({ target: { post }, kind: "like" })],
];
const aboutComment = [
    ["comment:update", (comment) => ({ comment, text: "x" })],
    ["comment:delete", (comment) => ({ comment })],
    ["reaction:set", (comment) => ({ target: { comment }, kind: "like" })],
];
const aboutAnnouncement = [
    ["announcement:update", (announcement) => ({ announcement, text: "x" })],
    ["announcement:withdraw", (announcement) => ({ announcement })],
    ["announcement:ack", (announcement) => ({ announcement })],
    ["announcement:acks", (announcement) => ({ announcement })],
];
const aboutMessage = [
    ["message:update", (message) => ({ message, text: "x" })],
    ["message:delete", (message) => ({ message })],
];
const aboutConversation = [
    ["message:list", (conversation) => ({ conversation })],
    ["message:send", (conversation) => ({ to: { conversation }, text: "x" })],
    ["message:read", (conversation) => ({ conversation, upTo: noId })],
    ["conversation:add", (conversation) => ({ conversation, users: ["max"] })],
    ["conversation:remove", (conversation) => ({ conversation, user: "ada" })],
    ["conversation:leave", (conversation) => ({ conversation })],
    ["supervision:read", (conversation) => ({ conversation })],
];
async function knowsNothingOf(person, requests, id) {
    for (const [name, make] of requests) await alike(person, name, make(id), make(noId));
}

// --- The cases -----------------------------------------------------------------------------------

const cases = [];
// options: seconds
const show = (number, title, run, options = {}) => cases.push({ number, title, run, options });
const waits = (title, ...rest) => {
    const reason = rest.pop();
    for (const number of rest) cases.push({ number, title, reason });
};

show(1, "a student with two devices is removed from a class (on one node)", async () => {
    const [server, tess, ada] = await serverAnd("tess", "ada");
    const phone = await join(server, "ada", { transports: ["polling"] });
    const old = await tess.post("class-math", "before it");
    await ada.see("post:created");
    const { live } = await tess.requestOk("live:start", { class: "math", title: "before it" });
    for (const device of [ada, phone]) await device.requestOk("live:watch", { live: live.id });
    await drop(server, "ada");
    await tess.post("class-math", "post-after-removal");
    await tess.comment(old.id, "comment-after-removal");
    await tess.requestOk("live:update", { live: live.id, title: "live-after-removal" });
    for (const device of [ada, phone]) await left(device, "class-math");
    for (const device of [ada, phone]) await device.see("live:removed", (event) => event.live === live.id);
    for (const [name, make] of aboutLive) await alike(ada, name, make(live.id), make(noId));
    await silent(server, [ada, phone], "post-after-removal", "comment-after-removal", "live-after-removal");
});
waits("a node that the bus does not reach", 2, "needs several nodes");
show(3, "an event that is still queued for a student when he is removed is dropped, and for others is not", async () => {
    const server = await start({
        config: '[server]\nsend_queue_bytes_max = 100000000\nping_interval = "80s"\n',
    });
    const [tess, ben] = await joinAll(server, "tess", "ben");
    const engine = new Engine(server, "/socket.io/");
    // One who has not polled again yet, and one who reads no more: what both have coming waits in the server.
    const polling = await engine.joinPolling({ token: server.token("ada") });
    const slow = await engine.joinSocket({ token: server.token("ada") });
    slow.socket.pause();
    const filling = "x".repeat(19_000);
    for (let i = 0; i < 25; i++) {
        const posts = Array.from({ length: 40 }, (_, j) => tess.post("class-math", `queued-${i * 40 + j} ${filling}`));
        await Promise.all(posts);
    }
    await tess.post("class-math", "queued-last");
    await ben.seeText("queued-last", 15_000);
    await drop(server, "ada");
    assert.ok(!(await polling.get()).text.includes("queued-"), "it was thrown away with the queue");
    slow.socket.resume();
    await slow.closed(30_000);
    assert.ok(!slow.frames.some((frame) => frame.includes("queued-last")), "nor is it sent to the slow one");
    const back = await join(server, "ada", { auth: { cursor: "0000000000000000" } });
    await left(back, "class-math");
    await silent(server, [back], "queued-");
}, { seconds: 90 });

show(4, "a student who is removed while away resumes without the class's events, and is told", async () => {
    const [server, tess, ada] = await serverAnd("tess", "ada");
    await ada.away();
    await tess.post("class-math", "missed-before-removal");
    await drop(server, "ada");
    await tess.post("class-math", "missed-after-removal");
    await ada.back();
    assert.equal(ada.socket.recovered, true);
    await left(ada, "class-math");
    const device = await join(server, "ada", { auth: { cursor: "0000000000000000" } });
    await left(device, "class-math");
    await silent(server, [ada, device], "missed-before-removal", "missed-after-removal");
});

show(5, "who is removed and comes back gets a class's past, and of a group not what was meanwhile", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    const id = await group(ada, ["ben", "tess"]);
    await ben.see("conversation:created", (event) => event.conversation.id === id);
    await ben.away();
    await say(ada, id, "group-before-removal");
    await ada.requestOk("conversation:remove", { conversation: id, user: "ben" });
    await say(ada, id, "group-in-the-gap");
    await ada.requestOk("conversation:add", { conversation: id, users: ["ben"] });
    await say(ada, id, "group-after-return");
    await drop(server, "ben");
    await tess.post("class-math", "class-in-the-gap");
    await enroll(server, "ben");
    await ben.back();
    assert.equal(ben.socket.recovered, true);
    await ben.seeText("class-in-the-gap");
    await ben.see("message:created", (event) => event.message.text === "group-after-return");
    const device = await join(server, "ben", { auth: { cursor: "0000000000000000" } });
    const { messages } = await device.requestOk("message:list", { conversation: id });
    assert.deepEqual(messages.map((one) => one.text), ["group-after-return"]);
    await silent(server, [ben, device], "group-in-the-gap");
});

show(6, "a token that expires is announced, not to be refreshed by another's, and ends its connection", async () => {
    const [server, tess] = await serverAnd("tess");
    const token = server.token("ada", { exp: inSeconds(4) });
    const ada = await join(server, "ada", { token });
    await ada.see("auth:expiring");
    for (const other of [server.token("ben"), server.serviceToken()])
        assert.equal(await ada.refusal("auth:refresh", { token: other }), "forbidden");
    await ada.see("auth:ended", (event) => event.code === "token_expired", 15_000);
    await eventually("ada to be disconnected", () => !ada.socket.connected);
    await tess.post("class-math", "after-the-end");
    await tess.seeText("after-the-end");
    assert.ok(!ada.wire.includes("after-the-end"));
    // A verifier allows a few seconds for clocks that differ.
    const over = server.token("ada", { exp: inSeconds(-120) });
    assert.equal((await refused(server, "ada", { token: over })).data.code, "token_expired");
    assert.equal((await server.rest("GET", "/me", undefined, { token: over })).status, 401);
});

show(7, "signing out everywhere ends all connections and old tokens, across a restart", async () => {
    const [server, tess, ben] = await serverAnd("tess", "ben");
    const issued = (seconds) => server.token("ada", { iat: inSeconds(seconds) });
    const manager = { reconnection: false };
    const token = issued(-60);
    const devices = await Promise.all(
        [["websocket"], ["polling"], ["websocket"]].map((transports) => join(server, "ada", { token, transports, manager })),
    );
    const [phone] = devices;
    const resume = { pid: phone.socket._pid, offset: phone.session.cursor };
    const signOut = (user) => server.rest("POST", `/users/${user}/sign-out`);
    // Old tokens knock all the while.
    let done = false;
    const late = [];
    const knock = async () => {
        while (!done || late.length < 3) {
            const began = done;
            const person = new Person(server, "ada", { token, manager });
            const outcome = await person.connected().then(() => "in", (error) => error.data?.code ?? error.message);
            if (began) late.push(outcome);
            if (outcome === "in") devices.push(person);
        }
    };
    const knocking = Promise.all([knock(), knock()]);
    assert.equal((await server.rest("POST", "/users/ada/sign-out", undefined, as(server, "ben"))).status, 403);
    assert.equal((await signOut("nobody")).status, 404);
    assert.equal((await signOut("ada")).status, 200);
    done = true;
    await tess.post("class-math", "after-signing-out");
    await knocking;
    assert.deepEqual([...new Set(late)], ["token_expired"]);
    for (const device of devices) {
        await eventually("every device to be out", () => !device.socket.connected);
        assert.ok(!JSON.stringify(device.events).includes("after-signing-out"));
    }
    assert.equal(phone.received("auth:ended").at(-1).code, "signed_out");
    await ben.seeText("after-signing-out");
    const refusals = async () => {
        for (const old of [token, server.token("ada")]) {
            assert.equal((await refused(server, "ada", { token: old })).data.code, "token_expired");
            assert.equal((await refused(server, "ada", { token: old, auth: resume })).data.code, "token_expired");
            assert.equal((await server.rest("GET", "/me", undefined, { token: old })).status, 401);
        }
    };
    await refusals();
    await server.restart("SIGKILL");
    await refusals();
    // Whoever signs in again is in, and an old token is no refresh.
    const again = await join(server, "ada", { token: issued(2) });
    assert.equal(await again.refusal("auth:refresh", { token }), "unauthenticated");
    await again.requestOk("auth:refresh", { token: issued(2) });
    await again.post("class-math", "hers");
});

show(8, "an account that is disabled in a burst of events and of racing reconnects", async () => {
    const [server, tess] = await serverAnd("tess");
    const devices = await Promise.all(
        [["websocket"], ["polling"], ["websocket"]].map((transports) => join(server, "ada", { transports })),
    );
    let disabled = false;
    const lateDevices = [];
    const knock = async () => {
        for (let i = 0; i < 15; i++) {
            const began = disabled;
            const person = new Person(server, "ada", { manager: { reconnection: false } });
            const outcome = await person.connected().then(() => "in", (error) => error.data?.code ?? error.message);
            if (began) assert.equal(outcome, "user_disabled");
            if (outcome === "in") lateDevices.push(person);
        }
    };
    const burst = async () => {
        for (let i = 0; i < 40; i++) await tess.post("class-math", disabled ? `too-late-${i}` : `in-time-${i}`);
    };
    const disable = async () => {
        await put(server, "ada", { enabledUser: false });
        disabled = true;
    };
    await Promise.all([knock(), knock(), knock(), burst(), disable()]);
    await tess.post("class-math", "too-late-at-last");
    for (const device of [...devices, ...lateDevices]) {
        await eventually("every device to be out", () => !device.socket.connected);
        assert.ok(!JSON.stringify(device.events).includes("too-late"), "an event after the commit");
    }
    assert.equal((await refused(server, "ada")).data.code, "user_disabled");
    assert.equal((await server.rest("GET", "/me", undefined, as(server, "ada"))).status, 401);
});
waits("back-channel logout", 9, "belongs to sign-in, which the platform does");

show(10, "a teacher who becomes a student loses the staff's view at once, and keeps the class's", async () => {
    const [server, tess, tim] = await serverAnd("tess", "tim");
    const old = await tess.post("class-math", "staff before", { visibility: "staff" });
    await tim.seeText("staff before");
    await enroll(server, "tim", "math", "student");
    await tess.post("class-math", "staff-secret", { visibility: "staff" });
    await tess.comment(old.id, "staff-comment-secret");
    await tess.requestOk("grade:save", grade("ada", 731_001));
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const later = { to: "class-math", title: "later-secret", text: "x", publishAt: tomorrow };
    await tess.requestOk("announcement:create", later);
    await tess.post("class-math", "to the class");
    await tim.seeText("to the class");
    await left(tim, "class-math/staff");
    assert.deepEqual(tim.disconnects, []);
    await silent(server, [tim], "staff-secret", "staff-comment-secret", 731_001, "later-secret");
    const { posts } = await tim.requestOk("feed:list", { room: "class-math" });
    assert.deepEqual(posts.map((one) => one.text), ["to the class"]);
    await knowsNothingOf(tim, aboutPost, old.id);
    assert.equal(await tim.refusal("grade:publish", grade("ada", 1)), "forbidden");
});

show(11, "an enrolment ends at the institution's midnight, without a word from outside", async () => {
    // The server's own time zone, in which midnight is some seconds away.
    const day = 86_400;
    const now = Math.floor(Date.now() / 1000);
    const offset = (now % day) + 8 - day;
    const clock = (seconds) =>
        [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].join(":");
    const tomorrow = new Date((now + day) * 1000).toISOString().slice(0, 10);
    const server = await start({ environment: { TZ: `NORTH-${clock(-offset)}` } });
    await enroll(server, "ada", "math", "student", { endDate: tomorrow });
    const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
    assert.deepEqual(ada.session.rooms.classes, ["class-math"]);
    await ada.see("rooms:changed", (event) => event.left.includes("class-math"), 60_000);
    await tess.post("class-math", "the-day-after");
    await ben.seeText("the-day-after");
    await silent(server, [ada], "the-day-after");
    assert.equal(await ada.refusal("feed:list", { room: "class-math" }), "not_found");
}, { seconds: 90 });

show(12, "a suspended user with an active enrolment is refused, and in no room", async () => {
    const [server, tess] = await serverAnd("tess");
    await put(server, "ada", { enabledUser: false });
    const error = await refused(server, "ada");
    assert.equal(error.data.code, "user_disabled");
    for (const route of ["/me", "/rooms", "/rooms/class-math/posts"])
        assert.equal((await server.rest("GET", route, undefined, as(server, "ada"))).status, 401);
    assert.equal(await tess.refusal("grade:publish", grade("ada", 1)), "not_found");
    assert.equal(await tess.refusal("message:send", { to: { user: "ada" }, text: "x" }), "not_found");
});

show(13, "an import that removes most of a school is stopped, and no room changes", async () => {
    const large = school();
    for (let i = 0; i < 50; i++) large.student(`pupil-${i}`, "math");
    const server = await Server.start({ school: large });
    const [pupil, tess] = await joinAll(server, "pupil-7", "tess");
    const fatal = school().write(path.join(server.folder, "fatal"));
    const refusal = await server.import(fatal);
    assert.notEqual(refusal.code, 0, refusal.output);
    assert.match(refusal.output, /approve/);
    await tess.post("class-math", "all are here");
    await pupil.seeText("all are here");
    assert.deepEqual(pupil.received("rooms:changed"), []);
});
show(14, "of two sources that disagree the one that comes first decides, and says so", async () => {
    const server = await Server.start({ config: '[roster]\nsources = ["sis", "rest", "lti"]\n' });
    await server.importOk(school().write(path.join(server.folder, "first")), "--source", "sis");
    const [tess, ada, cleo] = await joinAll(server, "tess", "ada", "cleo");
    const lti = school().enroll("cleo", "math", "student");
    await server.importOk(lti.write(path.join(server.folder, "lti")), "--source", "lti");
    await cleo.see("rooms:changed", (event) => event.joined.includes("class-math"));
    const without = school().without("enrollments", enrollmentId("ada", "math"));
    await server.importOk(without.write(path.join(server.folder, "sis")), "--source", "sis");
    await left(ada, "class-math");
    const again = await server.importOk(lti.write(path.join(server.folder, "lti-2")), "--source", "lti");
    assert.match(again.output, /source\.held.*ada-in-math/s);
    const refusal = await server.rest("PUT", `/enrollments/${enrollmentId("ada", "math")}`, body.enrollment("ada", "math", "north"));
    assert.equal(refusal.status, 409);
    await tess.post("class-math", "without-ada");
    await cleo.seeText("without-ada");
    await silent(server, [ada], "without-ada");
});

show(15, "a known id of somebody else's class opens nothing, by whatever request", async () => {
    const server = await start({ config: "[server]\nrequests_burst = 150\nrequests_per_second = 0.5\n" });
    const [tess, cleo] = await joinAll(server, "tess", "cleo");
    const post = await tess.post("class-math", "of-math-alone");
    const { live } = await tess.requestOk("live:start", { class: "math", title: "of-math-live" });
    for (const [name, make] of aboutLive) await alike(cleo, name, make(live.id), make(noId));
    for (const [name, make] of aboutRoom) {
        for (const [real, unreal] of [
            ["class-math", "class-nowhere"],
            ["class-math/staff", "class-nowhere/staff"],
            ["course-science", "course-nowhere"],
            ["institution-south", "institution-nowhere"],
        ])
            await alike(cleo, name, make(real), make(unreal));
    }
    await alike(cleo, "grade:publish", grade("ada", 1), { ...grade("ada", 1), class: "nowhere" });
    const lists = ["math", "nowhere"].map((one) => cleo.request("grade:list", { class: one }));
    const [real, unreal] = await Promise.all(lists);
    assert.deepEqual(real, unreal);
    for (const name of ["join", "subscribe", "room:join", "presence:spy"])
        assert.equal(await cleo.refusal(name, { room: "class-math" }), "invalid");
    for (const part of ["posts", "announcements", "conversations", "lives"]) {
        const [there, nowhere] = await Promise.all(
            ["math", "nowhere"].map((one) =>
                server.rest("GET", `/rooms/class-${one}/${part}`, undefined, as(server, "cleo")),
            ),
        );
        assert.equal(there.status, 404, part);
        assert.equal(there.text, nowhere.text, part);
    }
    await tess.post("class-math", "of-math-too");
    await silent(server, [cleo], post.id, "of-math");
    let tries = 0;
    while ((await cleo.refusal("feed:list", { room: `class-guess-${tries}` })) !== "rate_limited")
        assert.ok(++tries < 200, "guessing is never slowed down");
});

show(16, "names of rooms with wildcards, NUL, look-alikes, prototypes and 10 kB", async () => {
    const [server, tess, cleo] = await serverAnd("tess", "cleo");
    for (const name of [
        "institution-south", "*", "class-*", "class-ma?h", "class-math\u0000", "\u0000class-math", "сlass-math",
        "class-mаth", "class-ｍath", "CLASS-MATH", "class-math ", " class-math", "class-math/../art", "class-",
        "class-math/staff/staff", "__proto__", "constructor", "hasOwnProperty", "class-__proto__", "conversation-1",
        "class-".padEnd(10_000, "x"), "user-tess", "/", "", "global/staff", "class-math,class-art", "group-__proto__",
    ]) {
        for (const [request, make] of aboutRoom) {
            const code = await cleo.refusal(request, make(name));
            assert.ok(["not_found", "invalid", "too_large"].includes(code), `${request} ${name}: ${code}`);
        }
    }
    for (const name of [7, null, true, {}, [], ["class-math"], { room: "class-math" }]) {
        for (const [request, make] of aboutRoom.filter(([one]) => one !== "announcement:list" && one !== "live:list"))
            assert.equal(await cleo.refusal(request, make(name)), "invalid", `${request} ${JSON.stringify(name)}`);
    }
    const wicked = JSON.parse('{"to":"class-art","text":"x","__proto__":{"room":"class-math"},"constructor":{}}');
    const { post } = await cleo.requestOk("post:create", wicked);
    assert.equal(post.room, "class-art");
    await tess.post("class-math", "still-of-math");
    await silent(server, [cleo], "still-of-math");
    assert.equal(server.process.exited, null);
    const again = await join(server, "cleo");
    assert.deepEqual(again.session.rooms, cleo.session.rooms);
});

show(17, "events that only the server sends are refused, counted and told to nobody", async () => {
    const contract = new Contract();
    const requests = new Set(contract.names("request"));
    const events = contract.names("deliver").filter((name) => !requests.has(name));
    const server = await start({ config: "[server]\nrequests_burst = 100\nrequests_per_second = 0.01\n" });
    const [ada, ben, cleo] = await joinAll(server, "ada", "ben", "cleo");
    const forged = { room: "class-math", to: "class-math", user: "ben", text: "forged", post: { id: noId, text: "forged" } };
    const names = [...events, "membership.changed", "broadcast", "disconnecting", "newListener", "error"];
    for (const name of names) {
        // The client keeps its own names to itself; the bare connection below does not.
        if (["disconnecting", "newListener", "error"].includes(name)) continue;
        assert.equal(await ada.refusal(name, forged), "invalid", name);
    }
    const bare = await new Engine(server, "/socket.io/").joinSocket({ token: server.token("ada") });
    for (const [i, name] of ["connect", "disconnect", "disconnecting", "newListener", "error"].entries())
        bare.send(`42${i}${JSON.stringify([name, forged])}`);
    await silent(server, [ben, cleo], "forged");
    bare.discard();
    assert.ok(ada.socket.connected);
    let answer;
    for (let i = 0; i < 120 && answer !== "rate_limited"; i++) answer = await ada.refusal("broadcast", forged);
    assert.equal(answer, "rate_limited", "what is refused counts as well");
});

show(18, "an identity in the payload counts for nothing", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    const disguise = {
        by: { id: "tess", name: "Tess" }, author: { id: "tess" }, userId: "tess", user: "tess", sender: "tess",
        role: "teacher", roles: ["teacher"], staff: true, scope: "service", tenant: "south", owner: "tess",
        token: server.token("tess"), service: true,
    };
    const { post } = await ada.requestOk("post:create", { to: "class-math", text: "who?", ...disguise });
    assert.equal(post.author.id, "ada");
    assert.equal((await ben.see("post:created")).by.id, "ada");
    const { message } = await ada.requestOk("message:send", { to: { user: "ben" }, text: "who?", ...disguise });
    assert.equal(message.author.id, "ada");
    assert.equal((await ben.see("message:created")).by.id, "ada");
    const made = await ada.requestOk("conversation:create", { users: ["ben"], ...disguise });
    assert.equal(made.conversation.owner, "ada");
    const hidden = await tess.post("class-math", "for-staff-only", { visibility: "staff" });
    assert.equal(await ada.refusal("post:get", { post: hidden.id, ...disguise }), "not_found");
    assert.equal(await ada.refusal("post:delete", { post: (await tess.post("class-math", "hers")).id, ...disguise }), "forbidden");
    assert.equal(await ada.refusal("grade:publish", { ...grade("ben", 1), ...disguise }), "forbidden");
    assert.equal(await ada.refusal("announcement:create", { to: "class-math", title: "x", text: "x", ...disguise }), "forbidden");
    await publish(tess, "ben", 731_018);
    assert.deepEqual((await ada.requestOk("grade:list", { ...disguise })).grades, []);
    assert.deepEqual((await ada.requestOk("block:list", disguise)).users, []);
    await silent(server, [ada], 731_018, "for-staff-only");
    const sent = await server.rest("POST", "/alerts", { title: "forged", text: "x", ...disguise }, as(server, "ada"));
    assert.equal(sent.status, 403);
});

show(19, "staff of one school with the ids of another's things", async () => {
    const [server, tess, ada, stef] = await serverAnd("tess", "ada", "stef");
    const post = await tess.post("class-math", "north-post");
    const comment = await tess.comment(post.id, "north-comment");
    const { announcement } = await tess.requestOk("announcement:create", { to: "class-math", title: "north-title", text: "x" });
    const message = await send(ada, "ben", "north-message");
    const { live } = await tess.requestOk("live:start", { class: "math", title: "north-live" });
    const published = await publish(tess, "ada", 731_019);
    await knowsNothingOf(stef, aboutPost, post.id);
    await knowsNothingOf(stef, aboutComment, comment.id);
    await knowsNothingOf(stef, aboutAnnouncement, announcement.id);
    await knowsNothingOf(stef, aboutMessage, message.id);
    await knowsNothingOf(stef, aboutLive, live.id);
    await knowsNothingOf(stef, aboutConversation, message.conversation);
    await alike(stef, "grade:withdraw", { grade: published.id }, { grade: noId });
    await alike(stef, "grade:list", { student: "ada" }, { student: "nobody" });
    await alike(stef, "grade:publish", grade("ada", 1), { ...grade("ada", 1), class: "nowhere" });
    await alike(stef, "message:send", { to: { user: "ada" }, text: "x" }, { to: { user: "nobody" }, text: "x" });
    await alike(stef, "conversation:create", { users: ["ada"] }, { users: ["nobody"] });
    await silent(server, [stef], "north-", 731_019);
    await silent(server, [tess, ada], "stef");
});

show(20, "another socket's id is no room to send to", async () => {
    const [server, ada, ben] = await serverAnd("ada", "ben");
    for (const [name, make] of aboutRoom)
        await alike(ada, name, make(ben.socket.id), make("AAAAAAAAAAAAAAAAAAAA"));
    const to = (user) => ({ to: { user }, text: "to-a-socket" });
    await alike(ada, "message:send", to(ben.socket.id), to("AAAAAAAAAAAAAAAAAAAA"));
    assert.equal(await ada.refusal("post:create", { to: "user-ben", text: "to-a-socket" }), await ada.refusal("post:create", { to: "user-nobody", text: "to-a-socket" }));
    // Nor is a conversation a room, for its own members either.
    const { conversation } = await send(ada, "ben", "hello");
    for (const [name, make] of aboutRoom)
        await alike(ada, name, make(`conversation-${conversation}`), make(`conversation-${noId}`));
    await silent(server, [ben], "to-a-socket");
});

show(21, "a socket that says nothing of who it is can do nothing, and costs little", async () => {
    const [server, ben] = await serverAnd("ben");
    const engine = new Engine(server, "/socket.io/");
    for (const packets of [
        ['42["post:create",{"to":"class-math","text":"unasked"}]'],
        ['421["feed:list",{"room":"class-math"}]'],
        ['451-["post:create",{"_placeholder":true,"num":0}]', Buffer.from("unasked")],
        ["431[]"],
    ]) {
        const socket = await engine.openSocket();
        for (const packet of packets) socket.send(packet);
        await socket.closed();
        assert.ok(!socket.frames.join().includes("class-math"));
    }
    const session = await engine.poll();
    await session.send('42["post:create",{"to":"class-math","text":"unasked"}]');
    await silent(server, [ben], "unasked");
    const before = usage(server).memory;
    const sockets = [];
    for (let i = 0; i < 20; i++) {
        const socket = await engine.openSocket();
        for (let n = 0; n < 1000; n++) socket.send(`40/namespace-${n},{"token":"x"}`);
        sockets.push(socket);
    }
    await silent(server, [ben], "namespace-");
    for (const socket of sockets) {
        for (const frame of socket.frames.filter((one) => !/^[0-3]/.test(one))) assert.match(frame, /^44\//);
        socket.discard();
    }
    assert.ok(usage(server).memory - before < 64 * 1024 * 1024, "memory is bounded");
    assert.deepEqual(ben.disconnects, []);
});

show(22, "a page of a strange origin with a browser's cookies is nobody", async () => {
    const server = await start({ config: '[server]\ncors_origins = ["https://school.example"]\n' });
    const [ada] = await joinAll(server, "ada");
    const token = server.token("ada");
    const cookies = { origin: "https://evil.example", cookie: `token=${token}; session=${token}; io=${ada.socket.io.engine.id}` };
    const options = { headers: cookies };
    const error = await refused(server, "ada", { token: null, headers: cookies });
    assert.equal(error.data.code, "token_missing");
    const bare = new Engine(server, "/socket.io/").socket("EIO=4&transport=websocket", options);
    await bare.next();
    bare.send("40");
    assert.match(await bare.nextButPing(), /^44\{.*token_missing/);
    assert.equal(bare.granted["access-control-allow-origin"], undefined);
    bare.discard();
    const page = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const strange = await get(page, options);
    assert.equal(strange.headers["access-control-allow-origin"], undefined);
    assert.equal(strange.headers["access-control-allow-credentials"], undefined);
    const own = await get(page, { headers: { origin: "https://school.example" } });
    assert.equal(own.headers["access-control-allow-origin"], "https://school.example");
    const rest = await get(`${server.url}/api/v1/me`, options);
    assert.equal(rest.status, 401);
    assert.equal(rest.headers["access-control-allow-origin"], undefined);
});

show(23, "likes and comments of a post for some stay among them, counts included", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    const shared = await tess.post("class-math", "for all");
    const some = await tess.post("class-math", "section-one", { visibility: { users: ["ada"] } });
    const before = await ben.requestOk("feed:list", { room: "class-math" });
    const comment = await ada.comment(some.id, "section-one-comment");
    await ada.like(some.id);
    await tess.requestOk("reaction:set", { target: { comment: comment.id }, kind: "like" });
    await tess.requestOk("post:update", { post: some.id, text: "section-one-edited" });
    await tess.see("reaction:changed", (event) => event.target.comment === comment.id);
    await silent(server, [ben], some.id, comment.id, "section-one");
    assert.deepEqual(await ben.requestOk("feed:list", { room: "class-math" }), before);
    assert.deepEqual(before.posts.map((one) => one.id), [shared.id]);
    await knowsNothingOf(ben, aboutPost, some.id);
    await knowsNothingOf(ben, aboutComment, comment.id);
});

show(24, "an announcement for tomorrow that is edited today stays with the staff", async () => {
    const [server, tess, tim, ada, cleo] = await serverAnd("tess", "tim", "ada", "cleo");
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const draft = { to: "class-math", title: "for-tomorrow", text: "first words", publishAt: tomorrow };
    const { announcement } = await tess.requestOk("announcement:create", draft);
    await tess.requestOk("announcement:update", { announcement: announcement.id, text: "for-tomorrow, edited" });
    await tim.see("announcement:updated", (event) => event.announcement.id === announcement.id);
    const device = await join(server, "ada", { auth: { cursor: "0000000000000000" } });
    await silent(server, [ada, cleo, device], announcement.id, "for-tomorrow");
    const asks = ["announcement:ack", "announcement:acks", "announcement:update"];
    await knowsNothingOf(ada, aboutAnnouncement.filter(([name]) => asks.includes(name)), announcement.id);
    assert.deepEqual((await ada.requestOk("announcement:list", {})).announcements, []);
});

show(25, "a comment that comes too late for its post is told to nobody", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    const post = await tess.post("class-math", "short-lived");
    await tess.requestOk("post:delete", { post: post.id });
    for (const person of [ada, tess]) await knowsNothingOf(person, aboutPost, post.id);
    await ada.request("comment:create", { post: post.id, text: "late-comment" });
    await silent(server, [ada, ben, tess], "late-comment");
    // In a race either comes first; nobody hears of the comment behind the deletion.
    for (let i = 0; i < 20; i++) {
        const { id } = await tess.post("class-math", `raced ${i}`);
        await Promise.all([
            ada.request("comment:create", { post: id, text: "x" }),
            tess.requestOk("post:delete", { post: id }),
            ben.request("reaction:set", { target: { post: id }, kind: "like" }),
        ]);
        await ben.see("post:deleted", (event) => event.postId === id);
    }
    await silent(server, [ada, ben, tess], "late-comment");
    for (const { events, user } of [ada, ben, tess]) {
        const gone = new Set();
        for (const { name, body: event } of events) {
            if (name === "post:deleted") gone.add(event.postId);
            else assert.ok(!gone.has(event.postId), `${name} after the deletion, at ${user}`);
        }
    }
});

show(26, "what was before somebody came to a group stays from him, also when it is edited", async () => {
    const [server, ada, ben, max] = await serverAnd("ada", "ben", "max");
    const id = await group(ada, ["ben"]);
    const early = await say(ben, id, "before-max");
    await ada.requestOk("conversation:add", { conversation: id, users: ["max"] });
    await ben.requestOk("message:update", { message: early.id, text: "before-max, edited" });
    await ada.requestOk("message:read", { conversation: id, upTo: early.id });
    await ada.see("message:updated", (event) => event.message.id === early.id);
    await knowsNothingOf(max, aboutMessage, early.id);
    assert.equal(await max.refusal("message:read", { conversation: id, upTo: early.id }), "not_found");
    assert.deepEqual((await max.requestOk("message:list", { conversation: id })).messages, []);
    const { conversations } = await max.requestOk("conversation:list", {});
    assert.equal(conversations[0].lastMessage, null);
    assert.equal(conversations[0].unread, 0);
    assert.deepEqual(conversations[0].members.map((one) => one.readUpTo), [null, null, null]);
    await ben.requestOk("message:delete", { message: early.id });
    const device = await join(server, "max", { auth: { cursor: "0000000000000000" } });
    await device.see("conversation:created", (event) => event.conversation.id === id);
    await silent(server, [max, device], "before-max", early.id);
});

show(27, "a former member changes nothing that he wrote", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    const post = await ben.post("class-math", "ben's words");
    const comment = await ben.comment((await tess.post("class-math", "hers")).id, "ben's remark");
    const id = await group(ada, ["ben", "tess"]);
    const message = await say(ben, id, "ben's message");
    await ada.requestOk("conversation:remove", { conversation: id, user: "ben" });
    await drop(server, "ben");
    await knowsNothingOf(ben, aboutPost, post.id);
    await knowsNothingOf(ben, aboutComment, comment.id);
    await knowsNothingOf(ben, aboutMessage, message.id);
    await knowsNothingOf(ben, aboutConversation, id);
    for (const [method, route] of [
        ["PATCH", `/posts/${post.id}`], ["DELETE", `/posts/${post.id}`],
        ["PATCH", `/comments/${comment.id}`], ["DELETE", `/comments/${comment.id}`],
        ["PATCH", `/messages/${message.id}`], ["DELETE", `/messages/${message.id}`],
    ]) {
        const sent = method === "PATCH" ? { text: "x" } : undefined;
        assert.equal((await server.rest(method, route, sent, as(server, "ben"))).status, 404, `${method} ${route}`);
    }
    assert.equal((await ada.requestOk("post:get", { post: post.id })).post.text, "ben's words");
    const { messages } = await ada.requestOk("message:list", { conversation: id });
    assert.deepEqual(messages.map((one) => one.text), ["ben's message"]);
    assert.deepEqual(ada.received("post:updated").concat(ada.received("message:updated")), []);
});

// tim teaches math and art; tess math alone; ada is in math, cleo in art, max in both.
show(28, "a post that is moved is gone for the one room and new in the other", async () => {
    const server = await start();
    await enroll(server, "tim", "art", "teacher");
    await enroll(server, "max", "art");
    const [tim, tess, ada, cleo, max] = await joinAll(server, "tim", "tess", "ada", "cleo", "max");
    const { cursor } = cleo.session;
    const adaWas = ada.session.cursor;
    const post = await ada.post("class-math", "wandering words", { mentions: ["ben", "max"] });
    const comment = await max.comment(post.id, "wandering remark");
    await max.like(post.id);
    for (const name of ["comment:created", "reaction:changed", "notification:created"]) await ada.see(name);
    const adaKnew = ada.events.length;

    // By the staff of both rooms, and the rooms that one is not in are none.
    const move = (to) => ({ post: post.id, to });
    assert.equal(await max.refusal("post:move", move("class-art")), "forbidden");
    assert.equal(await cleo.refusal("post:move", move("class-art")), "not_found");
    await alike(tess, "post:move", move("class-art"), move("class-nowhere"));
    assert.equal(await tim.refusal("post:move", move("class-math")), "conflict");
    assert.equal(ada.events.length, adaKnew);

    const { post: moved } = await tim.requestOk("post:move", move("class-art"));
    assert.equal(moved.room, "class-art");
    const gone = await ada.see("post:deleted", ({ postId }) => postId === post.id);
    assert.deepEqual(Object.keys(gone).sort(), ["at", "by", "id", "postId", "room", "seq"]);
    assert.equal(gone.room, "class-math");
    const come = await cleo.see("post:created", (event) => event.post.id === post.id);
    assert.equal(come.post.counts.comments, 1);
    assert.deepEqual(come.post.counts.reactions, { like: 1 });
    assert.deepEqual(come.post.mentions.map(({ id }) => id), ["max"], "of whoever does not see it, no name");
    // In both: gone first, then there.
    await max.see("post:created", (event) => event.post.room === "class-art");
    const order = max.events.filter(({ body }) => body?.postId === post.id || body?.post?.id === post.id).map(({ name }) => name);
    assert.deepEqual(order.slice(-2), ["post:deleted", "post:created"]);

    // For those of math it is as if it had never been; its author is one of them.
    await knowsNothingOf(ada, aboutPost, post.id);
    await knowsNothingOf(ada, aboutComment, comment.id);
    await silent(server, [ada, tess], "class-art");
    const search = async (person) => (await person.requestOk("feed:search", { query: "wandering" })).results.length;
    assert.deepEqual([await search(ada), await search(cleo)], [0, 2]);
    const feed = async (person, room) => (await person.requestOk("feed:list", { room })).posts.map(({ id }) => id);
    assert.deepEqual([await feed(ada, "class-math"), await feed(cleo, "class-art")], [[], [post.id]]);
    const { comments } = await cleo.requestOk("post:get", { post: post.id });
    assert.deepEqual(comments.map(({ text }) => text), ["wandering remark"]);

    // Who was away is told the same, and nothing of before.
    const adaBack = await join(server, "ada", { auth: { cursor: adaWas } });
    await adaBack.see("post:deleted", ({ postId }) => postId === post.id);
    const cleoBack = await join(server, "cleo", { auth: { cursor } });
    await cleoBack.see("post:created", (event) => event.post.id === post.id);
    await silent(server, [adaBack], "wandering", "class-art");
    await silent(server, [cleoBack], "class-math");
    // And what comes later is for the new room alone; also when it is deleted there is the removal of the old one told.
    await cleo.comment(post.id, "from art");
    await tim.requestOk("post:delete", { post: post.id });
    await cleo.see("post:deleted");
    await silent(server, [ada], "from art");
    const late = await join(server, "ada", { auth: { cursor: adaWas } });
    await late.see("post:deleted", ({ postId }) => postId === post.id);
}, { seconds: 60 });
waits(
    "anonymous questions, endorsed answers, links to attachments, mentions",
    ...[29, 30, 31, 32],
    "in feed_privacy.test.mjs; mentions and anonymous answers in notifications.test.mjs, typing in typing.test.mjs",
);

show(33, "the blocked notice nothing, and nothing of them arrives", async () => {
    const [server, ada, ben, max, tess] = await serverAnd("ada", "ben", "max", "tess");
    const phone = await join(server, "ben");
    const early = [];
    for (const one of [ben, max]) early.push(await send(one, "ada", "before the block"));
    await ada.see("message:created", (event) => event.message.id === early[1].id);
    await ben.requestOk("block:set", { user: "ada", on: true });
    for (const device of [ben, phone]) await device.see("block:changed");
    const from = ben.wire.length;
    // Notifications are derived behind the events, in their order, however late: when ada has heard of this one, she has of
    // all that came before it.
    let marks = "";
    const derived = async () => {
        const mark = await send(tess, "ada", "a mark");
        marks = mark.conversation;
        await ada.see("notification:created", ({ notification }) => notification.target.message === mark.id);
    };
    // ben blocks ada, max does not: what she gets in answer and is told is the same but for names.
    const everything = async (other) => {
        await derived();
        const seen = ada.events.length;
        const answers = [];
        const old = early.find((one) => one.author.id === other);
        const ask = async (name, request) => {
            const answer = await ada.request(name, request);
            answers.push([name, answer]);
            return answer;
        };
        await ask("message:read", { conversation: old.conversation, upTo: old.id });
        const { message } = await ask("message:send", { to: { user: other }, text: "from-ada" });
        const { conversation } = message;
        await ask("message:send", { to: { conversation }, text: "from-ada again" });
        await ask("message:update", { message: message.id, text: "from-ada edited" });
        await ask("message:read", { conversation, upTo: message.id });
        await ask("message:list", { conversation });
        await ask("message:delete", { message: message.id });
        const made = await ask("conversation:create", { users: [other, "tess"], title: "from-ada too" });
        const id = made.conversation.id;
        await ask("message:send", { to: { conversation: id }, text: "from-ada to all" });
        await ask("conversation:add", { conversation: id, users: [other] });
        await ask("conversation:list", { limit: 1 });
        await ask("conversation:remove", { conversation: id, user: other });
        await ask("conversation:add", { conversation: id, users: [other] });
        await ask("conversation:leave", { conversation: id });
        await tess.see("conversation:changed", (event) => event.conversation.members.length === 2 && event.conversation.id === id);
        const { conversations } = await tess.requestOk("conversation:list", { limit: 1 });
        answers.push(["as tess sees it", conversations[0]]);
        // Who leads a group that she leaves: the first who came, whether it is shown to him or not.
        const next = (await ask("conversation:create", { users: [other, "tess"] })).conversation.id;
        await ask("conversation:leave", { conversation: next });
        const its = (event) => event.conversation.id === next;
        answers.push(["as tess is told", await tess.see("conversation:changed", its)]);
        const rest = await server.rest("POST", "/messages", { to: { user: other }, text: "from-ada by REST" }, as(server, "ada"));
        answers.push(["REST", rest.status, rest.json()]);
        await derived();
        const all = ada.events.slice(seen).map(({ name, body: event }) => [name, event])
            .filter((one) => !JSON.stringify(one).includes(marks));
        // They have an order of their own.
        const isDerived = ([name]) => name.startsWith("notification:");
        const told = [all.filter((one) => !isDerived(one)), all.filter(isDerived)];
        const text = JSON.stringify([answers, told], null, 1);
        const blank = (all, [pattern, by]) => all.replaceAll(pattern, by);
        return [
            [/"[0-9A-HJKMNP-TV-Z]{26}"/g, '"ID"'], [/conversation-[0-9A-Z]{26}/g, "ROOM"], [/"\d{4}-\d\d-\d\dT[^"]*"/g, '"TIME"'],
            // Of her own inbox: how much was in it before.
            [/"group": "message:\w+"/g, '"GROUP"'], [/"unread": \d+,\s+"unseen": \d+/g, '"COUNTS"'],
            [/"seq": "\d+"/g, '"SEQ"'], [/"next": "\w+"/g, '"NEXT"'], [new RegExp(`"${other}"`, "g"), '"OTHER"'],
            [new RegExp(`"${other[0].toUpperCase()}${other.slice(1)} Example"`, "g"), '"NAME"'],
        ].reduce(blank, text);
    };
    const open = await everything("max");
    assert.equal(await everything("ben"), open);
    await silent(server, [ben, phone], "from-ada");
    assert.ok(!ben.wire.slice(from).includes('"ada"'));
    const device = await join(server, "ben", { auth: { cursor: "0000000000000000" } });
    const { conversations } = await device.requestOk("conversation:list", {});
    assert.deepEqual(conversations.map((one) => one.lastMessage.text), ["before the block"]);
    assert.deepEqual(conversations[0].members.map((one) => one.readUpTo), [null, null]);
    await silent(server, [device], "from-ada", "message:read");
    await silent(server, [ada, max, tess], "block:changed", "block:set");
});

show(34, "a grade that is saved and not published is the staff's", async () => {
    const server = await start({ config: "[grades]\nguardians = true\n" });
    const [tess, tim, ada, ben, grace, theo] = await joinAll(server, "tess", "tim", "ada", "ben", "grace", "theo");
    const { grade: saved } = await tess.requestOk("grade:save", grade("ada", 731_034, { comment: "draft-remark" }));
    await tim.see("grade:recorded", (event) => event.grade.id === saved.id && event.grade.draft.score === 731_034);
    await silent(server, [ada, ben, grace, theo], saved.id, 731_034, "draft-remark");
    assert.deepEqual((await ada.requestOk("grade:list", {})).grades, []);
    assert.deepEqual((await grace.requestOk("grade:list", { student: "ada" })).grades, []);
    const own = await server.restOk("GET", "/grades", undefined, as(server, "ada"));
    assert.deepEqual(own.json().grades, []);
});

show(35, "a published grade goes to its student, and into no room and no log", async () => {
    const [server, tess, ada, ben, theo, grace] = await serverAnd("tess", "ada", "ben", "theo", "grace");
    const phone = await join(server, "ada", { transports: ["polling"] });
    const published = await publish(tess, "ada", 731_035, { comment: "graded-remark" });
    for (const device of [ada, phone]) {
        const event = await device.see("grade:updated", (one) => one.grade.id === published.id);
        assert.equal(event.room, "user-ada");
    }
    await silent(server, [ben, theo, grace], published.id, 731_035, "graded-remark");
    for (const room of ["class-math", "class-math/staff", "global"]) {
        const fromRoom = [ada, ben, tess].flatMap((one) => one.events).filter(({ body: event }) => event?.room === room);
        assert.ok(!fromRoom.some(({ name }) => name === "grade:updated"), room);
    }
    const metrics = await get(`http://127.0.0.1:${server.adminPort}/metrics`);
    for (const text of [server.log, metrics.text]) assert.ok(!/731035|graded-remark/.test(text));
});

show(36, "a grade that is withdrawn is taken back, and no replay shows it", async () => {
    const [server, tess, ada, ben] = await serverAnd("tess", "ada", "ben");
    await ben.away();
    const first = await publish(tess, "ada", 731_036, { comment: "withdrawn-remark" });
    const second = await publish(tess, "ben", 731_136);
    await ada.see("grade:updated", (event) => event.grade.id === first.id);
    await tess.requestOk("grade:withdraw", { grade: first.id });
    await tess.requestOk("grade:withdraw", { grade: second.id });
    await ada.see("grade:withdrawn", (event) => event.gradeId === first.id);
    await ben.back();
    await ben.see("grade:withdrawn", (event) => event.gradeId === second.id);
    const device = await join(server, "ada", { auth: { cursor: "0000000000000000" } });
    await device.see("grade:withdrawn", (event) => event.gradeId === first.id);
    await silent(server, [device], 731_036, "withdrawn-remark");
    await silent(server, [ben], 731_136);
    assert.deepEqual((await ada.requestOk("grade:list", {})).grades, []);
});

show(37, "a guardian gets what the school allows of the own child, and no other name", async () => {
    const server = await start({ config: "[grades]\nguardians = true\n" });
    const [tess, ada, ben, grace] = await joinAll(server, "tess", "ada", "ben", "grace");
    const post = await ben.post("class-math", "class-words of ben");
    await ada.comment(post.id, "class-words of ada");
    await send(ben, "ada", "private-words");
    await tess.requestOk("announcement:create", { to: "class-math", title: "class-title", text: "x" });
    await publish(tess, "ben", 731_037);
    const hers = await publish(tess, "ada", 731_137);
    await grace.see("grade:updated", (event) => event.grade.id === hers.id);
    await silent(server, [grace], "class-words", "private-words", "class-title", 731_037, "Ben Example", '"ben"', '"max"');
    for (const [name, make] of aboutRoom) await alike(grace, name, make("class-math"), make("class-nowhere"));
    await knowsNothingOf(grace, aboutPost, post.id);
    await alike(grace, "grade:list", { student: "ben" }, { student: "nobody" });
    await alike(grace, "message:send", { to: { user: "ben" }, text: "x" }, { to: { user: "nobody" }, text: "x" });
    const { grades } = await grace.requestOk("grade:list", { student: "ada" });
    assert.deepEqual(grades.map((one) => one.score), [731_137]);
});

show(38, "a guardian whom the student's record names no more is cut off, the past included", async () => {
    const server = await start({ config: "[grades]\nguardians = true\n" });
    const [tess, ada, grace] = await joinAll(server, "tess", "ada", "grace");
    const early = await publish(tess, "ada", 731_038);
    await grace.see("grade:updated", (event) => event.grade.id === early.id);
    await put(server, "ada");
    await publish(tess, "ada", 731_138, { item: "later" });
    await ada.see("grade:updated", (event) => event.grade.score === 731_138);
    await tess.requestOk("grade:withdraw", { grade: early.id });
    const device = await join(server, "grace", { auth: { cursor: "0000000000000000" } });
    await silent(server, [grace], 731_138, "grade:withdrawn");
    // That an entry of her own inbox is gone she may learn; it names what she had seen before.
    await silent(server, [device], 731_038, 731_138, '"grade:updated"', '"grade:withdrawn"', '"notification:created"');
    await alike(grace, "grade:list", { student: "ada" }, { student: "nobody" });
});

show(39, "of two guardians, the one who is none learns nothing, and neither the other's data", async () => {
    const server = await start({ config: "[grades]\nguardians = true\n" });
    const [tess, ada, grace, gus] = await joinAll(server, "tess", "ada", "grace", "gus");
    const asked = { to: "class-math", title: "please-acknowledge", text: "x", requireAck: true };
    const { announcement } = await tess.requestOk("announcement:create", asked);
    await ada.requestOk("announcement:ack", { announcement: announcement.id });
    const hers = await publish(tess, "ada", 731_039);
    await grace.see("grade:updated", (event) => event.grade.id === hers.id);
    for (const guardian of [grace, gus]) await knowsNothingOf(guardian, aboutAnnouncement, announcement.id);
    await alike(gus, "grade:list", { student: "ada" }, { student: "nobody" });
    for (const user of ["ada", "grace", "nobody"]) {
        const answer = await server.rest("GET", `/users/${user}`, undefined, as(server, "gus"));
        assert.ok(answer.status >= 400 && !answer.text.includes("private.example"), `GET /users/${user}`);
    }
    await silent(server, [gus], 731_039, "please-acknowledge", "grace", "private.example", "555-");
    await silent(server, [grace], "please-acknowledge", "gus", "private.example", "555-");
});

show(40, "of two thousand grades in any order everybody gets exactly his own", async () => {
    const students = Array.from({ length: 2000 }, (_, i) => `s${i}`);
    const large = school();
    for (const id of students) large.student(id, "math");
    const server = await Server.start({ school: large });
    const chance = new Chance(40);
    const random = () => chance.next();
    const some = students.filter(() => random() < 0.02);
    const people = await joinAll(server, ...some);
    const [tess, ada] = await joinAll(server, "tess", "ada");
    const score = (student) => 400_000 + Number(student.slice(1));
    const shuffled = students.map((student) => [random(), student]).sort().map(([, student]) => student);
    const grades = shuffled.map((student) => ({ student, score: score(student) }));
    const { grades: published } = await tess.requestOk("grade:publishAll", { class: "math", item: "exam", grades });
    assert.deepEqual(published.map((one) => one.student), shuffled);
    for (const person of people) await person.see("grade:updated", (event) => event.grade.score === score(person.user), 20_000);
    await silent(server, [ada], "grade:");
    await silent(server, people, "no-such-word");
    for (const person of people) {
        const scores = person.wire.match(/\b40[01]\d{3}\b/g);
        assert.deepEqual(new Set(scores), new Set([String(score(person.user))]), person.user);
        assert.equal(person.received("grade:updated").length, 1);
    }
    // Those who were not there find theirs.
    for (const student of students.filter(() => random() < 0.02)) {
        const read = (await server.restOk("GET", "/grades", undefined, as(server, student))).json();
        assert.deepEqual(read.grades.map((one) => [one.student.id, one.score]), [[student, score(student)]]);
    }
}, { seconds: 90 });

show(41, "a secret group shows nothing of itself to outsiders, and where it lists nobody not to its members either", async () => {
    const [server, tess, ada, ben, max] = await serverAnd("tess", "ada", "ben", "max");
    const asked = { title: "group-title", access: "secret", listed: false, home: "class-math" };
    const { group } = await tess.requestOk("group:create", asked);
    for (const person of [ada, ben]) {
        await tess.requestOk("group:invite", { group: group.id, user: person.user });
        await person.requestOk("group:accept", { group: group.id });
        await tess.see("group:member", ({ user, change }) => user.id === person.user && change === "joined");
    }
    const { members } = await ada.requestOk("group:get", { group: group.id });
    assert.deepEqual(members.map((one) => one.user.id), ["ada"]);
    assert.equal((await ada.requestOk("group:list", {})).groups[0].members, null);
    const { room } = group;
    for (const person of [tess, ada]) {
        assert.equal(await person.refusal("presence:watch", { room }), "forbidden");
        assert.equal(await person.refusal("typing", { to: { room }, on: true }), "forbidden");
    }
    const post = await tess.post(room, "group-words", { mentions: ["max"] });
    for (const person of [ada, ben]) await person.seeText("group-words");
    await ada.requestOk("typing", { to: { post: post.id }, on: true });
    await alike(max, "presence:watch", { room }, { room: "group-nowhere" });
    await alike(max, "typing", { to: { room }, on: true }, { to: { room: "group-nowhere" }, on: true });
    for (const name of ["group:get", "group:join", "group:accept", "group:leave"])
        await alike(max, name, { group: group.id }, { group: "nowhere" });
    for (const [name, make] of aboutRoom) await alike(max, name, make(room), make("group-nowhere"));
    await knowsNothingOf(max, aboutPost, post.id);
    const { live } = await tess.requestOk("live:start", { group: group.id, title: "group-live" });
    await knowsNothingOf(max, aboutLive, live.id);
    for (const person of [tess, ada, ben]) await person.requestOk("live:watch", { live: live.id });
    await tess.see("live:viewers", (event) => event.count === 3, 8000);
    assert.deepEqual((await max.requestOk("group:find", { home: "class-math" })).groups, []);
    assert.equal((await max.requestOk("notification:list", {})).unread, 0);
    await silent(server, [max], group.id, "group-title", "group-words", "group-live");
    await silent(server, [ben], '"ada"', "group:member", "presence:changed", "live:viewers");
});
waits("presence, typing and counts", 42, 43, 44, 45, "in presence.test.mjs and typing.test.mjs");
waits("documents and whiteboards", 46, 47, 48, 49, "in documents.test.mjs");
waits("calls and shared screens", 50, 51, 52, 53, 54, "in calls.test.mjs and src/features/calls");
waits("breakout rooms", 55, "in study.test.mjs");
waits("Kafka that replays", 56, "in kafka_in.test.mjs, and by unit tests of grades");

show(57, "an event of whose audience nothing is known is delivered to nobody", async (t) => {
    const [server, tess, ada] = await serverAnd("tess", "ada");
    await tess.post("class-math", "good-event");
    await ada.seeText("good-event");
    await server.stop();
    // As a bug, or a later version that was taken back, might have left them.
    const kinds = ["NULL, '', NULL", "'class-math', '', NULL", "'class-math', 'everyone', NULL", "'class-math', 'ROOM', NULL",
        "'user-ada', '', '[\"ada\"]'", "NULL, 'users', '[\"ada\"]'", "'', 'room', NULL", "'class-math', 'users', NULL",
        "'class-math', 'person', '[\"ada\"]'", "'conversation-1', 'users', '[\"ada\"]'", "NULL, 'forgotten', '[\"ada\"]'"];
    const row = (id, audience) =>
        `INSERT INTO journal (seq, id, at, type, room, kind, users, payload)
         SELECT max(seq) + 1, '${id}', '2026-01-01T00:00:00.000Z', 'post:created', ${audience},
         '{"id":"${id}","post":{"text":"${id}"}}' FROM journal;
         INSERT INTO journal_audience ("user", seq) SELECT 'ada', max(seq) FROM journal;`;
    const rows = kinds.map((audience, i) => row(`poison${i}`, audience));
    rows.push(row("a-row-like-any-other", "'class-math', 'room', NULL"));
    try {
        server.sql(rows.join("\n"));
    } catch (error) {
        if (error.code === "ENOENT") return t.skip("there is no sqlite3 here to poison a journal with");
        throw error;
    }
    server.keepsContract = false; // these rows are no posts
    await server.launch();
    const device = await join(server, "ada", { auth: { cursor: "0000000000000000" } });
    await device.seeText("good-event");
    await device.seeText("a-row-like-any-other");
    await eventually("tess to be back", () => tess.socket.connected, 10_000);
    await tess.post("class-math", "good-event, later");
    await device.seeText("good-event, later");
    await eventually("ada to be back", () => ada.socket.connected, 10_000);
    await silent(server, [ada, device], "poison");
});
waits("the same with Kafka down", 58, "this suite again, in kafka_visibility.test.mjs");
waits("exports, webhooks and mails judge when they are sent", 59, "in notifications.test.mjs; exports in platform.test.mjs");

show(60, "what is for operators is not reachable by others", async () => {
    const [server] = await serverAnd("tess");
    const admin = `http://127.0.0.1:${server.adminPort}`;
    assert.equal((await get(`${admin}/metrics`)).status, 200);
    for (const route of ["/metrics", "/debug", "/admin", "/api/v1/explain?user=ada&event=x", "/control.sock", "/api/v1/metrics"])
        assert.ok((await get(`${server.url}${route}`)).status >= 400, route);
    for (const route of ["/api/v1/me", "/api/v1/users/ada", "/socket.io/?EIO=4&transport=polling"])
        assert.equal((await get(`${admin}${route}`)).status, 404, `${route} on the admin listener`);
    const record = body.user("eve", "administrator", "north");
    for (const [method, route, sent] of [
        ["PUT", "/users/eve", record], ["DELETE", "/users/ada"], ["PUT", "/orgs/east", body.org("east")],
        ["DELETE", "/classes/math"], ["DELETE", `/enrollments/${enrollmentId("ada", "math")}`],
        ["POST", "/roster/import", {}], ["POST", "/alerts", { title: "x", text: "x" }], ["POST", "/grades", grade("ada", 1)],
    ]) {
        const forged = { token: server.token("tess", { roles: ["administrator"], role: "service", scopes: ["service"] }) };
        assert.equal((await server.rest(method, route, sent, forged)).status, 403, `${method} ${route} as a teacher`);
        const nobody = await request(method, `${server.url}/api/v1${route}`, { body: sent && JSON.stringify(sent) });
        assert.equal(nobody.status, 401, `${method} ${route} without a token`);
    }
    const ada = await join(server, "ada");
    assert.deepEqual(ada.session.rooms.classes, ["class-math"]);
});

show(61, "no text, grade or token is in an error, a log line or a metric", async () => {
    const server = await start({ environment: { HOMEROOM_MESSAGES_SUPERVISED: "students" } });
    const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
    const secret = "canary-61";
    const post = await tess.post("class-math", secret);
    await ada.comment(post.id, secret);
    const message = await send(ada, "ben", secret);
    const { conversation } = message;
    await group(ada, ["ben"], secret);
    await publish(tess, "ada", 731_061, { comment: secret });
    await tess.requestOk("announcement:create", { to: "class-math", title: secret, text: secret });
    await tess.requestOk("supervision:read", { conversation });
    await tess.requestOk("supervision:list", { room: "class-math" });
    const refusals = [];
    for (const [name, request] of [
        ["post:create", { to: "class-art", text: secret }],
        ["post:create", { to: "class-math", text: { secret } }],
        ["post:create", { to: "class-math", text: secret.padEnd(30_000, "x") }],
        ["comment:create", { post: noId, text: secret }],
        ["message:send", { to: { user: "cleo" }, text: secret }],
        ["message:send", { to: { conversation: noId }, text: secret }],
        ["message:update", { message: message.id, text: secret.padEnd(9_000, "x") }],
        ["grade:publish", { ...grade("cleo", 731_161), comment: secret }],
        ["grade:publish", grade("ada", "731061 as text")],
        ["announcement:create", { to: "class-art", title: secret, text: secret }],
        ["auth:refresh", { token: `${server.token("ben")}x` }],
        [secret.padEnd(900, "x"), {}],
    ])
        refusals.push(await tess.request(name, request), await ben.request(name, request));
    refusals.pop();
    refusals.pop(); // of a request that nobody knows its name is said again
    for (const claims of [{ exp: inSeconds(-120) }, { sub: "nobody" }, { nbf: inSeconds(900) }])
        refusals.push((await refused(server, "ada", { token: server.token("ada", claims) })).data);
    for (const refusal of refusals) {
        assert.notEqual(refusal.ok, true);
        assert.ok(!JSON.stringify(refusal).includes(secret), JSON.stringify(refusal));
        assert.ok(!JSON.stringify(refusal).includes("731"), JSON.stringify(refusal));
    }
    const metrics = await get(`http://127.0.0.1:${server.adminPort}/metrics`);
    for (const text of [server.log, metrics.text]) {
        for (const word of [secret, "731061", "731161", server.token("ada").split(".")[2], "eyJ"])
            assert.ok(!text.includes(word), word);
    }
    await eventually("the reading to be in the log", () => server.log.includes("supervision: conversation read user=tess"));
});

show(62, "ten thousand tries of random rooms are refused at a flat price, and others are served", async () => {
    const [server, tess, ben] = await serverAnd("tess", "ben");
    const flood = await new Engine(server, "/socket.io/").joinSocket({ token: server.token("ada") });
    const chance = new Chance(62);
    const answers = () => flood.frames.filter((frame) => /^43\d+/.test(frame));
    const ask = (count) => {
        for (let i = 0; i < count; i++) {
            const room = `class-${chance.next().toString(36).slice(2)}`;
            const [name, make] = aboutRoom[i % aboutRoom.length];
            flood.send(`42${i}${JSON.stringify([name, make(room)])}`);
        }
    };
    const answered = (count) => eventually("every answer", () => answers().length >= count, 20_000);
    ask(1000);
    await answered(1000);
    const before = usage(server).memory;
    ask(10_000);
    const during = tess.post("class-math", "meanwhile");
    await Promise.all([during, ben.seeText("meanwhile"), answered(11_000)]);
    const codes = answers().map((frame) => JSON.parse(frame.slice(frame.indexOf("[")))[0].error.code);
    assert.deepEqual([...new Set(codes)].filter((code) => !["not_found", "rate_limited"].includes(code)), []);
    assert.ok(codes.filter((code) => code === "rate_limited").length > 5_000, "a user's share");
    assert.ok(usage(server).memory - before < burden * 16 * 1024 * 1024, "nothing is kept for a room that is none");
    flood.discard();
}, { seconds: 60 });

describe("cases of authorisation", () => {
    afterEach(tidyUp);
    for (const { number, title, run, reason, options } of cases) {
        if (run) scenario(`${number}. ${title}`, { seconds: 45, ...options }, run);
        else test(`${number}. ${title}`, { skip: reason }, () => {});
    }
    test("each of the 62 is here once", () => {
        assert.deepEqual(cases.map(({ number }) => number), Array.from({ length: 62 }, (_, i) => i + 1));
    });
});
