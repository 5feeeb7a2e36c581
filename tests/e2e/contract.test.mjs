// The running server against protocol/asyncapi.yaml and protocol/openapi.yaml: everything it sends and answers fits, and
// everything they name is there.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Person, refused } from "./support/client.mjs";
import { Y, awarenessMessage, edit, step1, updateMessage } from "./support/documents.mjs";
import { Contract } from "./support/contract.mjs";
import { request } from "./support/http.mjs";
import { MediaServer } from "./support/media_server.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";
import { inSeconds } from "./support/tokens.mjs";

const contract = new Contract();
const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("lab")
        .teacher("tess", "math")
        .teacher("tess", "lab")
        .student("ada", "math")
        .student("ben", "math");
// tess is ben's guardian, too.
const family = () => {
    const all = school();
    all.records.roles.push({ ...all.records.roles[0], sourcedId: "too", roleType: "secondary", userSourcedId: "tess", role: "guardian" });
    all.records.users.find((one) => one.sourcedId === "ben").agentSourcedIds = "tess";
    return all;
};

// What holds every other test to the contract (support/contract_watch.mjs) must itself find what is not in it.
describe("the contract as a judge", () => {
    const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const seq = "0000000000000042";
    const at = "2026-01-01T00:00:00.000Z";
    const person = { id: "tess", name: "Tess" };
    const post = {
        ...{ id: ulid, room: "class-math", author: person, text: "x", visibility: "everyone", attachments: [], createdAt: at },
        ...{ editedAt: null, counts: { comments: 0, reactions: {} } },
    };
    const event = { seq, id: ulid, room: "class-math", at, by: person, post };
    const broken = (value, path, change) => {
        const copy = structuredClone(value);
        change(path.reduce((inside, name) => inside[name], copy));
        return copy;
    };
    const withMore = (value, ...path) => broken(value, path, (inside) => (inside.surprise = 1));

    test("knows an event that is not documented, and a field that is not, however deep", () => {
        assert.equal(contract.eventFault("post:created", event, [seq]), undefined);
        for (const name of ["post:liked", "feed:list", "toString", "__proto__"])
            assert.match(contract.eventFault(name, event, [seq]), /no such event/);
        for (const path of [[], ["by"], ["post"], ["post", "author"], ["post", "counts"]])
            assert.match(contract.eventFault("post:created", withMore(event, ...path), [seq]) ?? "", /must NOT have/, path.join());
        const platform = { ...event, by: null, data: { minutes: 5 } };
        delete platform.post;
        assert.equal(contract.eventFault("bus:late", platform, [seq]), undefined);
        assert.match(contract.eventFault("bus:late", withMore(platform), [seq]), /must NOT have/);
        for (const [name, body] of [["post:late", platform], ["bus:late", { ...platform, by: person }]])
            assert.match(contract.eventFault(name, body, [seq]), /no such event/);
        assert.ok(contract.eventFault("post:created", broken(event, [], (one) => delete one.seq), []));
        assert.match(contract.eventFault("post:created", event, []), /followed by/);
        const alert = { ...event, post: undefined, by: null, title: "x", text: "x", level: "info" };
        delete alert.post;
        assert.equal(contract.eventFault("alert", alert, [seq]), undefined);
        assert.match(contract.eventFault("alert", withMore(alert), [seq]), /must NOT have/);
    });

    test("knows an answer, a refusal and an answer of REST with a field that is not documented", () => {
        const answer = { ok: true, posts: [post], next: null };
        assert.equal(contract.answerFault("feed:list", answer), undefined);
        for (const path of [[], ["posts", 0], ["posts", 0, "author"]])
            assert.match(contract.answerFault("feed:list", withMore(answer, ...path)) ?? "", /must NOT have/, path.join());
        assert.match(contract.answerFault("feed:lost", answer), /no such request/);
        const refusal = { ok: false, error: { code: "not_found", message: "x" } };
        assert.equal(contract.answerFault("whatever", refusal), undefined);
        for (const path of [[], ["error"]]) assert.ok(contract.answerFault("feed:list", withMore(refusal, ...path)), path.join());
        assert.ok(contract.answerFault("feed:list", { ok: false, error: { code: "no_idea", message: "x" } }));
        for (const none of [undefined, null, {}, "ok"]) assert.ok(contract.answerFault("feed:list", none));
        const { ok, ...page } = answer;
        const rest = (value, status = "200") => contract.restFault("get", "/api/v1/rooms/{room}/posts", status, value);
        assert.ok(ok);
        assert.equal(rest(page), undefined);
        for (const value of [answer, withMore(page), withMore(page, "posts", 0)]) assert.match(rest(value) ?? "", /must NOT have/);
        const problem = { type: "about:blank", title: "x", status: 404, detail: "x", code: "not_found" };
        assert.equal(rest(problem, "404"), undefined);
        assert.match(rest(withMore(problem), "404") ?? "", /must NOT have/);
        assert.match(rest(page, "204"), /not documented/);
        assert.ok(contract.connectErrorFault("x", { code: "token_missing", surprise: 1 }));
        assert.equal(contract.template("/api/v1/rooms/class-math%2Fstaff/posts"), "/api/v1/rooms/{room}/posts");
        assert.equal(contract.template("/api/v1/notifications/read"), "/api/v1/notifications/read");
    });
});

describe("the socket's contract", () => {
    let server, tess, ada;
    before(async () => {
        const media = new MediaServer();
        const environment = {
            ...media.environment,
            HOMEROOM_MESSAGES_SUPERVISED: "students",
            HOMEROOM_GRADES_GUARDIANS: "true",
            HOMEROOM_CALLS_RECORDING: "true",
        };
        server = await Server.start({ school: family(), environment, rates: true });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada", { token: server.token("ada", { exp: inSeconds(50) }) });
    });
    after(tidyUp);

    const used = new Set();
    async function ask(person, name, request) {
        used.add(name);
        const answer = await person.request(name, request);
        if (answer.ok) assert.equal(contract.requestFault(name, request), undefined, name);
        assert.equal(contract.answerFault(name, answer), undefined, `${name} → ${JSON.stringify(answer)}`);
        return answer;
    }

    // Every request about messages, with every event that they bring.
    async function exchangeMessages() {
        const { message } = await ask(ada, "message:send", { to: { user: "ben" }, text: "hello", key: "k2" });
        const { conversation } = message;
        await ask(ada, "message:send", { to: { conversation }, text: "well" });
        await ask(ada, "message:update", { message: message.id, text: "hello!" });
        await ask(ada, "message:read", { conversation, upTo: message.id });
        await ask(ada, "message:list", { conversation, limit: 1 });
        await ask(ada, "supervision:list", { room: "class-math" });
        await ask(tess, "supervision:list", { room: "class-math" });
        await ask(tess, "supervision:read", { conversation });
        await ask(ada, "message:delete", { message: message.id });
        const made = await ask(ada, "conversation:create", { users: ["ben"], title: "the project" });
        const { id } = made.conversation;
        await ask(ada, "conversation:add", { conversation: id, users: ["tess"] });
        await ask(ada, "conversation:list", { limit: 5 });
        await ask(ada, "conversation:remove", { conversation: id, user: "ben" });
        await ask(tess, "conversation:leave", { conversation: id });
        await ask(ada, "block:set", { user: "ben", on: true });
        await ask(ada, "block:list", {});
    }

    // Every request about calls, with every event that they bring.
    async function talk() {
        const { call } = await ask(ada, "call:start", { to: { user: "tess" }, media: "video", key: "c1" });
        const it = { call: call.id };
        await tess.see("call:ringing", (event) => event.call.id === call.id);
        await ask(tess, "call:accept", it);
        const sdp = { type: "offer", sdp: "v=0\r\n" };
        const data = { description: sdp, candidates: [{ candidate: "candidate:x", sdpMid: "0" }, null] };
        const { negotiation } = await ask(ada, "call:signal", { ...it, to: "tess", data });
        await tess.see("call:signal", (event) => event.data.negotiation === negotiation);
        await ask(ada, "call:ice", it);
        await ask(ada, "screen:request", it);
        await ask(tess, "screen:grant", { ...it, user: "ada", minutes: 5 });
        await ask(ada, "screen:start", it);
        await ask(ada, "screen:stop", it);
        await ask(tess, "screen:deny", { ...it, user: "ada" });
        await ask(tess, "call:invite", { ...it, user: "ben" });
        await ask(ada, "call:get", it);
        await tess.away();
        await ada.see("call:member", ({ change }) => change === "away");
        await tess.back();
        await tess.see("call:current");
        await ask(tess, "call:join", it);
        await ask(ada, "call:leave", it);
        await ask(tess, "call:leave", it);
        await tess.see("call:ended", (event) => event.call.id === call.id);
        const { call: second } = await ask(tess, "call:start", { to: { user: "ada" } });
        await ada.see("call:ringing", (event) => event.call.id === second.id);
        await ask(ada, "call:decline", { call: second.id });
        const { call: third } = await ask(ada, "call:start", { to: { user: "tess" } });
        await ask(ada, "call:end", { call: third.id });
        await tess.see("call:missed");
        await ask(ada, "call:list", { limit: 5 });
        await ask(ada, "call:supervised", { room: "class-math" });
        await ask(tess, "call:supervised", { room: "class-math" });
        const { call: lesson } = await ask(tess, "call:start", { to: { room: "class-math" } });
        await ask(tess, "call:settings", { call: lesson.id, lobby: true, locked: false });
        await ask(ada, "call:join", { call: lesson.id });
        await ada.see("call:started", (event) => event.call.id === lesson.id);
        await teach(lesson.id);
    }

    // Every request of a lesson in a call, with every event that they bring. ada waits to be let in.
    async function teach(call) {
        const it = { call };
        await ask(tess, "call:deny", { ...it, user: "ada" });
        await ada.see("call:denied", ({ callId }) => callId === call);
        await ask(tess, "call:admit", { ...it, user: "ada" });
        await ada.see("call:admitted", ({ callId }) => callId === call);
        await ask(ada, "call:join", it);
        await ask(tess, "call:mute", { ...it, what: "mic", users: ["ada"] });
        await ask(ada, "call:hand", { ...it, raised: true });
        await ask(tess, "call:mute", { ...it, what: "mic", users: null, on: false });
        await ask(tess, "call:hand", { ...it, raised: false, all: true });
        await ask(ada, "call:devices", { ...it, mic: true, camera: false });
        await ask(tess, "call:captioner", { ...it, user: "ada" });
        // Each may be dropped for whom it would have to wait.
        await eventually("tess to see a caption", async () => {
            await ask(ada, "call:caption", { ...it, text: "Good morning", final: true, language: "en", speaker: "tess" });
            return tess.received("call:caption").length > 0;
        });
        await eventually("ada to see a reaction", async () => {
            await ask(ada, "call:react", { ...it, kind: "clap" });
            return ada.received("call:reactions").length > 0;
        });
        await ask(tess, "call:poll", { ...it, question: "which?", options: ["a", "b"], hidden: true, seconds: 60, key: "q1" });
        await ask(ada, "call:vote", { ...it, poll: "1", options: [1] });
        await ask(tess, "call:closePoll", { ...it, poll: "1" });
        await ask(tess, "call:record", { ...it, on: true });
        await ask(ada, "call:consent", { ...it, agrees: true });
        await ask(tess, "call:attendance", { ...it, limit: 5 });
        await ask(tess, "screen:start", { ...it, viewers: ["ada"] });
        const { doc } = await ask(tess, "doc:create", { room: "class-math", title: "over it", kind: "whiteboard" });
        await ask(tess, "screen:annotate", { ...it, doc: doc.id });
        await ada.see("call:changed", ({ change }) => change === "board");
    }

    // Every request about live classes, with every event that they bring but the two that follow a change of the roster.
    async function teachLive() {
        const startsAt = new Date(Date.now() + 601_500).toISOString();
        const planned = await ask(tess, "live:schedule", { class: "math", title: "Waves", startsAt, key: "v1" });
        const about = { live: planned.live.id };
        await ask(tess, "live:update", { ...about, title: "Optics" });
        await ada.see("live:reminder");
        await ask(tess, "live:publish", about);
        await ask(tess, "live:start", { ...about, key: "v2" });
        await ask(ada, "live:watch", about);
        await ask(tess, "live:watch", about);
        await ada.see("live:viewers", () => true, 8000);
        await ask(ada, "live:unwatch", about);
        await ask(ada, "live:list", { room: "class-math", open: true, limit: 5 });
        await ask(ada, "live:get", about);
        await ask(tess, "live:end", about);
        await ask(tess, "live:recording", { ...about, url: "https://media.example/1.mp4" });
        await ask(ada, "live:watch", about);
        await ask(tess, "live:cancel", { live: (await ask(tess, "live:schedule", { class: "math", title: "x", url: null })).live.id });
        const { live } = await ask(tess, "live:start", { class: "math", title: "Light", url: "https://video.example/1" });
        await ask(ada, "live:watch", { live: live.id });
        await ada.away();
        await ada.back();
        await ada.see("live:current");
        await ask(ada, "live:watch", { live: live.id });
        await ada.see("live:cancelled");
    }

    // Every request about groups, with every event that they bring.
    async function meetInGroups() {
        const home = "class-math";
        const made = { title: "the lab", about: "on Fridays", access: "invitation", home, listed: true, key: "m1" };
        const { group } = await ask(ada, "group:create", made);
        const about = { group: group.id };
        await ask(ada, "group:invite", { ...about, user: "tess" });
        await ask(tess, "group:list", {});
        await ask(tess, "group:decline", about);
        await ask(ada, "group:invite", { ...about, user: "tess" });
        await ask(ada, "group:uninvite", { ...about, user: "tess" });
        await ask(ada, "group:invite", { ...about, user: "tess" });
        await ask(ada, "group:get", about);
        await ask(tess, "group:get", about);
        await ask(tess, "group:accept", about);
        await ask(ada, "group:update", { ...about, title: "the laboratory", access: "open" });
        await ask(ada, "group:appoint", { ...about, user: "tess", staff: true });
        await ask(ada, "group:remove", { ...about, user: "tess" });
        await ask(tess, "group:find", { home, query: "lab", limit: 5 });
        await ask(tess, "group:join", about);
        await ask(ada, "group:transfer", { ...about, user: "tess" });
        await ask(ada, "group:leave", about);
        await ask(tess, "group:close", about);
    }

    // Every request about study sessions, with every event that they bring.
    async function studyTogether() {
        const inTenMinutes = new Date(Date.now() + 601_500).toISOString();
        const plan = { agenda: ["one"], timer: { focus: 60, break: 10, rounds: 2 }, current: { document: "d1" } };
        const made = { class: "math", title: "Roots", startsAt: inTenMinutes, plan, control: "everyone", key: "s1" };
        const { session } = await ask(tess, "study:create", made);
        const about = { session: session.id };
        await ask(tess, "study:update", { ...about, title: "Fractions" });
        await ada.see("study:reminder");
        await ask(tess, "study:start", about);
        await ask(ada, "study:list", { room: "class-math", open: true, limit: 5 });
        await ask(ada, "study:get", about);
        const { version } = await ask(tess, "study:join", about);
        await ask(ada, "study:join", about);
        const patch = { agenda: { x: { text: "two", after: null }, 1: null }, timer: { do: "start" }, current: { board: "w1" } };
        await ask(ada, "study:state", { ...about, patch, version });
        await ask(tess, "study:state", { patch: { leader: "ada" } });
        await ask(ada, "study:hand", { ...about, raised: true });
        const divided = await ask(tess, "study:divide", { ...about, rooms: [{ title: "A", users: ["ada"] }, {}], seconds: 600 });
        const [{ id: breakout }] = divided.state.breakouts.rooms;
        await ask(ada, "study:join", about);
        await ask(ada, "study:state", { ...about, breakout, patch: { agenda: { y: { text: "three" } } } });
        await ada.see("study:state", (one) => one.breakout === breakout);
        await ask(tess, "study:move", { ...about, breakout });
        await ask(tess, "study:gather", about);
        await ask(ada, "study:leave", about);
        await ask(tess, "study:attendance", { ...about, limit: 5 });
        await ask(tess, "study:end", about);
        await ada.see("study:ended");
    }

    async function drawOnBoard() {
        const first = await ask(tess, "doc:create", { room: "class-math", title: "grid", kind: "whiteboard" });
        const made = { room: "class-math", title: "board", kind: "whiteboard", members: "pointer", template: first.doc.id };
        const { doc } = await ask(tess, "doc:create", made);
        await ask(ada, "doc:shapes", { doc: doc.id, limit: 5, after: null });
        await ask(tess, "doc:clear", { doc: doc.id });
        await ask(ada, "doc:ticket", { doc: doc.id });
        await ask(ada, "doc:export", { doc: doc.id, format: "excalidraw" });
    }

    // Every request about documents, with every event that they bring.
    async function writeDocuments() {
        const made = { room: "class-math", title: "essay", kind: "text", members: "editor", key: "d1" };
        const { doc } = await ask(tess, "doc:create", made);
        const about = { doc: doc.id };
        const send = async (person, name, bytes) => {
            used.add(name);
            const answer = await person.request(name, doc.id, bytes);
            assert.equal(contract.answerFault(name, answer), undefined, `${name} → ${JSON.stringify(answer)}`);
            assert.ok(answer.ok, JSON.stringify(answer));
        };
        for (const person of [tess, ada]) await ask(person, "doc:open", about);
        await send(ada, "doc:sync", step1(new Y.Doc()));
        const hello = edit(new Y.Doc(), 71, (copy) => copy.getText("text").insert(0, "hello"));
        await send(tess, "doc:sync", updateMessage(hello));
        await send(tess, "doc:awareness", awarenessMessage([71, 1, { cursor: 1 }]));
        await ada.see("doc:awareness", (name) => name === doc.id);
        await ask(ada, "doc:list", { room: "class-math", limit: 5 });
        await ask(tess, "doc:get", about);
        for (const format of ["text", "list", "map", "update"]) await ask(ada, "doc:export", { ...about, format, root: "text" });
        await ask(ada, "doc:authors", { ...about, begin: 1, end: 3 });
        const { version } = await ask(tess, "doc:saveVersion", { ...about, title: "first", key: "d2" });
        const then = new Y.Doc();
        Y.applyUpdate(then, hello);
        await send(tess, "doc:sync", updateMessage(edit(then, 72, (copy) => copy.getText("text").delete(0, 2))));
        await ask(tess, "doc:deletions", { ...about, limit: 5 });
        await ask(ada, "doc:versions", about);
        await ask(ada, "doc:viewVersion", { ...about, version: version.id });
        await ask(ada, "doc:restoreVersion", { ...about, version: version.id });
        await ask(tess, "doc:deleteVersion", { ...about, version: version.id });
        await ask(tess, "doc:rename", { ...about, title: "an essay" });
        await ask(tess, "doc:present", { ...about, on: true });
        await ada.see("doc:presenting", ({ by }) => by.id === "tess");
        for (const locked of [true, false]) await ask(tess, "doc:lock", { ...about, locked });
        await drawOnBoard();
        await ask(tess, "doc:share", { ...about, user: "ada", role: "viewer" });
        await ada.see("doc:role", ({ role }) => role === "viewer");
        await ask(tess, "doc:share", { ...about, members: "none" });
        await ask(ada, "doc:close", about);
        await ask(tess, "doc:delete", about);
        await tess.see("doc:closed", ({ reason }) => reason === "deleted");
    }

    scenario("requests, answers and events are as documented, and no documented one is missing", async () => {
        await ask(ada, "auth:refresh", { token: server.token("ada", { exp: inSeconds(55) }) });
        const before = Date.now();
        const { now } = await ask(ada, "time:get", {});
        assert.ok(Date.parse(now) >= before && Date.parse(now) <= Date.now(), now);
        const { post } = await ask(tess, "post:create", { to: "class-math", text: "hello", key: "k1" });
        const { comment } = await ask(ada, "comment:create", { post: post.id, text: "well" });
        await ask(tess, "comment:create", { post: post.id, text: "so", replyTo: comment.id });
        await ask(ada, "comment:update", { comment: comment.id, text: "well!" });
        await ask(ada, "reaction:set", { target: { post: post.id }, kind: "like" });
        await ask(tess, "reaction:set", { target: { comment: comment.id }, kind: "heart" });
        await ask(tess, "post:update", { post: post.id, text: "hello again" });
        await ask(ada, "feed:list", { room: "class-math", limit: 5 });
        await ask(ada, "post:get", { post: post.id });
        await ask(ada, "presence:watch", { room: "class-math" });
        await ask(tess, "presence:set", { status: "busy" });
        await ask(ada, "typing", { to: { post: post.id }, on: true });
        await tess.see("typing", ({ on }) => on);
        await ada.see("presence:changed");
        await ask(ada, "presence:unwatch", { room: "class-math" });
        await ask(ada, "comment:delete", { comment: comment.id });
        await ask(tess, "post:create", { to: "class-math", text: "staff", visibility: "staff" });
        await ask(tess, "post:create", { to: "class-math", text: "some", visibility: { users: ["ada"] } });
        await ask(tess, "post:pin", { post: post.id, on: true });
        await ask(tess, "post:lock", { post: post.id, on: true });
        await ask(tess, "feed:list", { room: "class-math", only: "pinned" });
        await ask(ada, "feed:search", { query: "hello again", room: "class-math" });
        await ask(tess, "feed:history", { target: { post: post.id } });
        await ask(tess, "post:move", { post: post.id, to: "class-lab" });
        await ask(tess, "post:delete", { post: post.id });
        const asked = { to: "class-math", text: "which?", mentions: ["tess", "nobody"], anonymous: true };
        const { post: question } = await ask(ada, "post:create", { ...asked, poll: { options: ["a", "b"] } });
        await ask(ada, "poll:vote", { post: question.id, options: [1] });
        await ask(tess, "poll:close", { post: question.id });
        const { comment: reply } = await ask(ada, "comment:create", { post: question.id, text: "b", mentions: ["ben"] });
        await ask(tess, "comment:endorse", { comment: reply.id, on: true });
        await ask(tess, "post:get", { post: question.id });
        await ask(ada, "report:create", { target: { comment: reply.id }, reason: "wrong" });
        await ask(tess, "report:create", { target: { comment: reply.id } });
        const { reports } = await ask(tess, "report:list", { room: "class-math" });
        await ask(tess, "report:resolve", { report: reports[0].id, outcome: "removed" });
        const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
        const waits = { to: "class-math", text: "later", publishAt: inAnHour };
        const { post: waiting } = await ask(tess, "post:create", waits);
        await ask(tess, "feed:list", { room: "class-math", only: "scheduled" });
        await ask(tess, "post:update", { post: waiting.id, text: "now", publishAt: null });
        await ask(tess, "feed:mute", { room: "class-math", user: "ada", until: inAnHour });
        await ask(tess, "feed:mutes", { room: "class-math" });
        await ask(ada, "feed:settings", { room: "class-math" });
        await ask(tess, "feed:unmute", { room: "class-math", user: "ada" });
        await ask(tess, "feed:slow", { room: "class-math", seconds: 5 });
        await ask(tess, "feed:slow", { room: "class-math", seconds: 0 });
        const file = { to: "class-math", name: "plan.txt", type: "text/plain", bytes: 2, key: "f1" };
        const { attachment, upload } = await ask(tess, "attachment:create", file);
        await server.restOk("PUT", upload.replace("/api/v1", ""), {}, { token: server.token("tess") });
        await ask(tess, "post:create", { to: "class-math", text: "with a file", attachments: [attachment.id] });
        await ask(ada, "attachment:link", { attachment: attachment.id });
        const mark = { student: "ada", class: "math", item: "test 1", score: 17.5, maxScore: 20, comment: "well done" };
        await ask(tess, "grade:save", mark);
        await ask(tess, "grade:list", { class: "math" });
        const { grade } = await ask(tess, "grade:publish", { ...mark, score: 18, key: "g1" });
        await ask(tess, "grade:publishAll", { class: "math", item: "test 2", grades: [{ student: "ada", score: 3 }] });
        await ask(tess, "grade:publishAll", { class: "math", item: "test 1" });
        await ask(ada, "grade:list", {});
        await ask(tess, "grade:withdraw", { grade: grade.id });
        const { announcement } = await ask(tess, "announcement:create", {
            to: "class-math",
            title: "A test",
            text: "tomorrow",
            requireAck: true,
            key: "a1",
        });
        await ask(ada, "announcement:ack", { announcement: announcement.id });
        await ask(tess, "announcement:acks", { announcement: announcement.id, acknowledged: true });
        await ask(ada, "announcement:list", { room: "class-math" });
        await ask(tess, "announcement:update", { announcement: announcement.id, text: "on Friday" });
        await ask(tess, "announcement:withdraw", { announcement: announcement.id });
        const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
        const later = { to: "class-math/staff", title: "Later", text: "for us", publishAt: tomorrow };
        await ask(tess, "announcement:create", later);
        await ask(tess, "announcement:list", {});
        await server.restOk("POST", "/alerts", { title: "Works", text: "tonight", level: "warning" });
        await exchangeMessages();
        await meetInGroups();
        await studyTogether();
        await teachLive();
        await talk();
        await writeDocuments();
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { agentSourcedIds: [] }));
        await tess.see("guardian:changed", ({ removed }) => removed.includes("ben"));

        const of = (kind) => (event) => event.notification.kind === kind;
        await tess.see("notification:created", of("comment"));
        await ada.see("notification:created", of("announcement"));
        await ada.see("notification:removed");
        const { post: own } = await ask(ada, "post:create", { to: "class-math", text: "mine" });
        await ask(tess, "comment:create", { post: own.id, text: "yours" });
        const { notification } = await ada.see("notification:created", of("comment"));
        await ask(ada, "notification:list", { limit: 5 });
        await ask(ada, "notification:list", { unread: true });
        await ask(ada, "notification:seen", { upTo: notification.id });
        await ask(ada, "notification:read", { notification: notification.id });
        await ask(ada, "notification:read", { upTo: notification.id });
        await ask(ada, "notification:prefer", { kind: "grade", room: "class-math", mail: false });
        const night = { from: "21:30", to: "07:00", timeZone: "Europe/Berlin" };
        await ask(ada, "notification:quiet", { quietHours: night });
        await ask(ada, "notification:preferences", {});
        for (const name of contract.names("request")) await ask(ada, name, { text: 7, post: 7, target: 7 });
        assert.deepEqual([...used].sort(), contract.names("request").sort());

        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        await ada.see("rooms:changed");
        await ada.see("call:removed");
        await ada.see("live:removed");
        await ada.see("auth:expiring");
        await server.restOk("PUT", "/users/ada", body.user("ada", "student", "north", { enabledUser: false }));
        await ada.see("auth:ended");
        const seen = new Set();
        for (const { name, body: event, more } of [...tess.events, ...ada.events]) {
            seen.add(name);
            assert.equal(contract.eventFault(name, event), undefined, `${name} ${JSON.stringify(event)}`);
            if (event.seq) assert.deepEqual(more, [event.seq], `${name} carries its offset`);
        }
        // With a media server alone, and held to the contract there: calls_media.test.mjs.
        seen.add("call:media");
        assert.deepEqual([...seen].sort(), contract.names("deliver").sort());
    });

    scenario("a refused connection says why in the documented form", async () => {
        const error = await refused(server, "nobody");
        const payload = { message: error.message, data: error.data };
        assert.equal(contract.fault("asyncapi.yaml", "/components/schemas/ConnectError", payload), undefined);
    });
});

describe("the REST contract", () => {
    let server, demo, media;
    before(async () => {
        media = new MediaServer();
        server = await Server.start({ school: school(), rates: true, environment: media.environment });
        demo = await Server.start({ args: ["--demo"], rates: true });
    });
    after(tidyUp);

    scenario("every documented path answers as documented, and refuses who has no token", async () => {
        const user = { token: server.token("tess") };
        const called = new Set();
        async function call(
            method,
            template,
            { parameters = {}, query = "", body: json, token, raw, at = server } = {},
        ) {
            const route = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name]));
            called.add(`${method} ${template}`);
            const answer = await request(method.toUpperCase(), `${at.url}${route}${query}`, {
                headers: {
                    ...(token ? { authorization: `Bearer ${token}` } : {}),
                    ...(json === undefined ? {} : { "content-type": "application/json" }),
                },
                body: raw ?? (json === undefined ? undefined : JSON.stringify(json)),
            });
            const value = answer.headers["content-type"].startsWith("text/csv") ? answer.text : answer.json();
            const fault = contract.restFault(method, template, String(answer.status), value);
            assert.equal(fault, undefined, `${method} ${route} → ${answer.status} ${answer.text}`);
            return answer;
        }
        const ok = async (...args) => {
            const answer = await call(...args);
            assert.ok(answer.status < 300, `${args[0]} ${args[1]} → ${answer.status} ${answer.text}`);
            return answer.headers["content-type"].startsWith("text/csv") ? answer.text : answer.json();
        };
        const service = { token: server.serviceToken() };

        for (const open of ["/healthz", "/readyz"]) await ok("get", open);
        const { people } = await ok("get", "/demo/people", { at: demo });
        await ok("post", "/demo/token", { at: demo, body: { user: people[0].id } });
        await ok("get", "/api/v1/me", user);
        await ok("get", "/api/v1/rooms", user);
        const room = { parameters: { room: "class-math" }, ...user };
        const { post } = await ok("post", "/api/v1/rooms/{room}/posts", { ...room, body: { text: "by REST" } });
        await ok("get", "/api/v1/rooms/{room}/posts", { ...room, query: "?limit=5" });
        const one = { parameters: { post: post.id }, ...user };
        await ok("get", "/api/v1/posts/{post}", one);
        await ok("patch", "/api/v1/posts/{post}", { ...one, body: { text: "changed" } });
        const { comment } = await ok("post", "/api/v1/posts/{post}/comments", { ...one, body: { text: "so" } });
        const remark = { parameters: { comment: comment.id }, ...user };
        await ok("patch", "/api/v1/comments/{comment}", { ...remark, body: { text: "so!" } });
        await ok("put", "/api/v1/reactions", { ...user, body: { target: { post: post.id }, kind: "like" } });
        await ok("put", "/api/v1/comments/{comment}/endorsement", { ...remark, body: { on: true } });
        await ok("get", "/api/v1/comments/{comment}/history", { ...remark, query: "?limit=5" });
        await ok("delete", "/api/v1/comments/{comment}", remark);
        await ok("put", "/api/v1/posts/{post}/pin", { ...one, body: { on: true } });
        await ok("put", "/api/v1/posts/{post}/lock", { ...one, body: { on: true } });
        await ok("get", "/api/v1/posts/{post}/history", one);
        await ok("get", "/api/v1/rooms/{room}/posts", { ...room, query: "?only=pinned" });
        await ok("get", "/api/v1/search", { ...user, query: "?query=changed&room=class-math&limit=5" });
        await ok("post", "/api/v1/posts/{post}/move", { ...one, body: { to: "class-lab" } });
        await ok("get", "/api/v1/rooms/{room}/settings", room);
        await ok("put", "/api/v1/rooms/{room}/slow", { ...room, body: { seconds: 5 } });
        const pupil = { parameters: { room: "class-math", user: "ada" }, ...user };
        await ok("put", "/api/v1/rooms/{room}/mutes/{user}", { ...pupil, body: {} });
        await ok("get", "/api/v1/rooms/{room}/mutes", room);
        await ok("delete", "/api/v1/rooms/{room}/mutes/{user}", pupil);
        const poll = { text: "which?", poll: { options: ["a", "b"], hidden: true } };
        const { post: asked } = await ok("post", "/api/v1/rooms/{room}/posts", { ...room, body: poll });
        const question = { parameters: { post: asked.id }, ...user };
        await ok("put", "/api/v1/posts/{post}/vote", { ...question, body: { options: [0] } });
        await ok("post", "/api/v1/posts/{post}/close", question);
        await ok("post", "/api/v1/reports", { ...user, body: { target: { post: asked.id }, reason: "test" } });
        const { reports } = await ok("get", "/api/v1/rooms/{room}/reports", { ...room, query: "?state=open" });
        const report = { parameters: { report: reports[0].id }, ...user };
        await ok("patch", "/api/v1/reports/{report}", { ...report, body: { outcome: "dismissed" } });
        const file = { name: "plan.json", type: "application/json", bytes: 10 };
        const { attachment } = await ok("post", "/api/v1/rooms/{room}/attachments", { ...room, body: file });
        const ofFile = { parameters: { attachment: attachment.id }, ...user };
        await ok("put", "/api/v1/attachments/{attachment}", { ...ofFile, raw: '{"a":"bc"}' });
        const { url } = await ok("get", "/api/v1/attachments/{attachment}/link", ofFile);
        const link = { ...ofFile, token: undefined, query: url.slice(url.indexOf("?")) };
        assert.deepEqual(await ok("get", "/api/v1/attachments/{attachment}", link), { a: "bc" });
        await ok("delete", "/api/v1/posts/{post}", one);
        const essay = await ok("post", "/api/v1/rooms/{room}/documents", { ...room, body: { title: "essay" } });
        await ok("get", "/api/v1/rooms/{room}/documents", { ...room, query: "?limit=5" });
        const ofEssay = { parameters: { doc: essay.doc.id, user: "ada" }, ...user };
        await ok("get", "/api/v1/documents/{doc}", ofEssay);
        await ok("patch", "/api/v1/documents/{doc}", { ...ofEssay, body: { title: "an essay" } });
        await ok("put", "/api/v1/documents/{doc}/access", { ...ofEssay, body: { members: "commenter" } });
        await ok("put", "/api/v1/documents/{doc}/people/{user}", { ...ofEssay, body: { role: "editor" } });
        await ok("get", "/api/v1/documents/{doc}/content", { ...ofEssay, query: "?format=map&root=shapes" });
        await ok("get", "/api/v1/documents/{doc}/authors", { ...ofEssay, query: "?begin=0&end=5" });
        await ok("get", "/api/v1/documents/{doc}/deletions", { ...ofEssay, query: "?limit=5" });
        const { version } = await ok("post", "/api/v1/documents/{doc}/versions", { ...ofEssay, body: { title: "first" } });
        const ofVersion = { parameters: { doc: essay.doc.id, version: version.id }, ...user };
        await ok("get", "/api/v1/documents/{doc}/versions", ofEssay);
        await ok("get", "/api/v1/documents/{doc}/versions/{version}", { ...ofVersion, query: "?format=text" });
        await ok("post", "/api/v1/documents/{doc}/versions/{version}/restore", ofVersion);
        await ok("delete", "/api/v1/documents/{doc}/versions/{version}", ofVersion);
        const board = await ok("post", "/api/v1/rooms/{room}/documents", { ...room, body: { title: "board", kind: "whiteboard" } });
        const ofBoard = { parameters: { doc: board.doc.id, user: "ada" }, ...user };
        await ok("put", "/api/v1/documents/{doc}/lock", { ...ofBoard, body: { locked: true } });
        await ok("post", "/api/v1/documents/{doc}/clear", ofBoard);
        await ok("get", "/api/v1/documents/{doc}/shapes", { ...ofBoard, query: "?limit=5" });
        await ok("post", "/api/v1/documents/{doc}/ticket", ofBoard);
        await ok("delete", "/api/v1/documents/{doc}", ofEssay);

        const mark = { student: "ada", class: "math", item: "test", score: 1 };
        await ok("post", "/api/v1/grades", { ...service, body: mark });
        await ok("get", "/api/v1/grades", { token: server.token("ada"), query: "?limit=5" });
        await ok("get", "/api/v1/grades", { ...user, query: "?class=math&item=test" });

        const notice = { title: "A test", text: "tomorrow", requireAck: true };
        const { announcement } = await ok("post", "/api/v1/rooms/{room}/announcements", { ...room, body: notice });
        await ok("get", "/api/v1/rooms/{room}/announcements", { ...room, query: "?limit=5" });
        await ok("get", "/api/v1/announcements", user);
        const thatOne = { parameters: { announcement: announcement.id }, ...user };
        await ok("patch", "/api/v1/announcements/{announcement}", { ...thatOne, body: { text: "on Friday" } });
        const asAda = { ...thatOne, token: server.token("ada") };
        await ok("put", "/api/v1/announcements/{announcement}/ack", asAda);
        await ok("get", "/api/v1/announcements/{announcement}/acks", { ...thatOne, query: "?acknowledged=true&limit=5" });
        await ok("delete", "/api/v1/announcements/{announcement}", thatOne);
        const onOwn = (await ok("post", "/api/v1/rooms/{room}/posts", { ...room, body: { text: "mine" } })).post.id;
        const byAda = { token: server.token("ada") };
        await ok("post", "/api/v1/posts/{post}/comments", { parameters: { post: onOwn }, ...byAda, body: { text: "yours" } });
        const [notification] = await eventually("a notification", async () => {
            const inbox = await ok("get", "/api/v1/notifications", { ...user, query: "?limit=5&unread=true" });
            return inbox.notifications.length > 0 && inbox.notifications;
        });
        await ok("put", "/api/v1/notifications/seen", { ...user, body: { upTo: notification.id } });
        await ok("put", "/api/v1/notifications/read", { ...user, body: { upTo: notification.id } });
        await ok("put", "/api/v1/notifications/preferences", { ...user, body: { kind: "comment", push: false } });
        await ok("get", "/api/v1/notifications/preferences", user);
        await ok("put", "/api/v1/notifications/quiet-hours", { ...user, body: { quietHours: null } });

        const study = { title: "Fractions", plan: { agenda: ["one"] } };
        const { session } = await ok("post", "/api/v1/rooms/{room}/study-sessions", { ...room, body: study });
        await ok("get", "/api/v1/rooms/{room}/study-sessions", { ...room, query: "?open=true&limit=5" });
        await ok("get", "/api/v1/study-sessions", user);
        const together = { parameters: { session: session.id }, ...user };
        await ok("get", "/api/v1/study-sessions/{session}", together);
        await ok("patch", "/api/v1/study-sessions/{session}", { ...together, body: { title: "Roots" } });
        await ok("post", "/api/v1/study-sessions/{session}/start", { ...together, body: {} });
        await ok("get", "/api/v1/study-sessions/{session}/attendance", { ...together, query: "?limit=5" });
        await ok("get", "/api/v1/study-sessions/{session}/attendance.csv", together);
        await ok("post", "/api/v1/study-sessions/{session}/end", { ...together, body: {} });

        const { live } = await ok("post", "/api/v1/rooms/{room}/lives", { ...room, body: { title: "Waves" } });
        await ok("get", "/api/v1/rooms/{room}/lives", { ...room, query: "?open=true&limit=5" });
        await ok("get", "/api/v1/lives", user);
        const shown = { parameters: { live: live.id }, ...user };
        await ok("get", "/api/v1/lives/{live}", shown);
        await ok("patch", "/api/v1/lives/{live}", { ...shown, body: { title: "Optics" } });
        const { ingest } = await ok("post", "/api/v1/lives/{live}/publish", { ...shown, body: {} });
        const asks = { token: ingest.token, action: "publish", path: live.id };
        const answersTo = async (question) => call("post", "/api/v1/live/authorize", { body: question });
        assert.equal((await answersTo(asks)).status, 200);
        assert.equal((await answersTo({ ...asks, token: "x" })).status, 401);
        await ok("post", "/api/v1/lives/{live}/start", { ...shown, body: {} });
        await ok("post", "/api/v1/lives/{live}/watch", { ...shown, body: {} });
        for (const more of [{ event: "started" }, { event: "viewers", count: 5 }])
            assert.equal((await media.tell(server, { stream: live.id, ...more })).status, 200);
        const unsigned = await call("post", "/api/v1/live/hooks", { body: { stream: live.id, event: "ended" } });
        assert.equal(unsigned.status, 401);
        await ok("post", "/api/v1/lives/{live}/end", { ...shown, body: {} });
        await ok("put", "/api/v1/lives/{live}/recording", { ...shown, body: { url: "https://media.example/1.mp4" } });
        const outOfHand = await ok("post", "/api/v1/rooms/{room}/lives/start", { ...room, body: { title: "Light" } });
        await call("delete", "/api/v1/lives/{live}", { ...shown, parameters: { live: outOfHand.live.id } });

        await ok("post", "/api/v1/alerts", { ...service, body: { title: "Works", text: "tonight" } });
        await ok("post", "/api/v1/posts", { ...service, body: { to: "class-math", text: "from the platform" } });
        const trip = { to: "class-math", title: "Trip", text: "Bring lunch" };
        await ok("post", "/api/v1/announcements", { ...service, body: trip });
        await ok("post", "/api/v1/events", { ...service, body: { type: "bus:late", to: "class-math", data: {} } });

        const other = { token: server.token("ada") };
        const { message } = await ok("post", "/api/v1/messages", {
            ...user,
            body: { to: { user: "ada" }, text: "by REST" },
        });
        const between = { parameters: { conversation: message.conversation }, ...user };
        const messages = "/api/v1/conversations/{conversation}/messages";
        await ok("post", messages, { ...between, body: { text: "more" } });
        await ok("get", messages, { ...between, query: "?limit=1" });
        const seen = { ...between, ...other, body: { upTo: message.id } };
        await ok("put", "/api/v1/conversations/{conversation}/read", seen);
        const written = { parameters: { message: message.id }, ...user };
        await ok("patch", "/api/v1/messages/{message}", { ...written, body: { text: "changed" } });
        await ok("delete", "/api/v1/messages/{message}", written);
        const { conversation } = await ok("post", "/api/v1/conversations", { ...user, body: { users: ["ada"] } });
        const group = { conversation: conversation.id };
        const members = "/api/v1/conversations/{conversation}/members";
        await ok("post", members, { parameters: group, ...user, body: { users: ["ben"] } });
        await ok("delete", `${members}/{user}`, { parameters: { ...group, user: "ben" }, ...user });
        await ok("get", "/api/v1/conversations", { ...user, query: "?limit=5" });
        await ok("put", "/api/v1/blocks/{user}", { parameters: { user: "ben" }, ...user, body: { on: true } });
        await ok("get", "/api/v1/blocks", user);
        await ok("get", "/api/v1/rooms/{room}/conversations", room);
        await ok("get", "/api/v1/rooms/{room}/calls", room);
        const caller = await Person.connect(server, "ada");
        const ring = async () => (await caller.requestOk("call:start", { to: { user: "tess" } })).call.id;
        const first = { parameters: { call: await ring() }, ...user };
        await ok("post", "/api/v1/calls/{call}/decline", first);
        await ok("get", "/api/v1/calls/{call}", first);
        await ok("get", "/api/v1/calls", { ...user, query: "?limit=1" });
        const asCaller = async () => ({ parameters: { call: await ring() }, token: server.token("ada") });
        await ok("post", "/api/v1/calls/{call}/leave", await asCaller());
        await ok("post", "/api/v1/calls/{call}/end", await asCaller());
        caller.leave();
        const teacher = await Person.connect(server, "tess");
        const waiting = await Person.connect(server, "ben");
        const { call: talk } = await teacher.requestOk("call:start", { to: { room: "class-math" } });
        const lesson = { parameters: { call: talk.id }, ...user };
        await ok("post", "/api/v1/calls/{call}/settings", { ...lesson, body: { lobby: true } });
        await waiting.requestOk("call:join", { call: talk.id });
        await ok("post", "/api/v1/calls/{call}/deny", { ...lesson, body: { user: "ben" } });
        await ok("post", "/api/v1/calls/{call}/admit", { ...lesson, body: { user: "ben" } });
        await ok("post", "/api/v1/calls/{call}/mute", { ...lesson, body: { what: "mic" } });
        await ok("get", "/api/v1/calls/{call}/attendance", { ...lesson, query: "?limit=5" });
        assert.match(await ok("get", "/api/v1/calls/{call}/attendance.csv", lesson), /^"call","room","user"/);
        for (const person of [teacher, waiting]) person.leave();

        const studies = "/api/v1/groups/{group}";
        const byTess = { parameters: {}, ...user };
        const lab = { title: "by REST", access: "invitation", home: "class-math" };
        const { group: made } = await ok("post", "/api/v1/groups", { ...byTess, body: lab });
        const ofTess = { parameters: { group: made.id, user: "ada" }, ...user };
        const ofAda = { ...ofTess, token: server.token("ada") };
        await ok("get", "/api/v1/rooms/{room}/groups", { ...room, query: "?query=rest&limit=5" });
        await ok("post", `${studies}/invitations`, { ...ofTess, body: { user: "ada" } });
        await ok("delete", `${studies}/invitations/{user}`, ofTess);
        await ok("post", `${studies}/invitations`, { ...ofTess, body: { user: "ada" } });
        await ok("delete", `${studies}/invitation`, ofAda);
        await ok("post", `${studies}/invitations`, { ...ofTess, body: { user: "ada" } });
        await ok("put", `${studies}/invitation`, ofAda);
        await ok("get", "/api/v1/groups", ofAda);
        await ok("get", studies, ofAda);
        await ok("patch", studies, { ...ofTess, body: { access: "open" } });
        await ok("put", `${studies}/members/{user}`, { ...ofTess, body: { staff: true } });
        await ok("delete", `${studies}/members/{user}`, ofTess);
        await ok("put", `${studies}/membership`, ofAda);
        await ok("put", `${studies}/owner`, { ...ofTess, body: { user: "ada" } });
        await ok("delete", `${studies}/membership`, ofTess);
        await ok("post", `${studies}/close`, ofAda);
        const kept = { parameters: { group: "lab-7" }, ...service };
        const members7 = [{ userSourcedId: "tess", role: "owner" }];
        await ok("put", studies, { ...kept, body: { title: "Lab 7", home: "class-math", members: members7 } });
        await ok("delete", studies, kept);
        const unsupervised = await call("get", "/api/v1/supervision/{conversation}/messages", between);
        assert.equal(unsupervised.status, 404);

        const roster = [
            ["orgs", "south", body.org("south")],
            ["academicSessions", "autumn", { title: "Autumn", type: "term", startDate: "2026-08-01", endDate: "2027-02-01" }],
            ["courses", "arts", body.course("arts", "south")],
            ["classes", "art", body.class("art", "arts", "south")],
            ["users", "cleo", body.user("cleo", "student", "south")],
            ["enrollments", "cleo-in-art", body.enrollment("cleo", "art", "south")],
        ];
        for (const [kind, id, json] of roster) {
            await ok("put", `/api/v1/${kind}/{id}`, { parameters: { id }, body: json, ...service });
            await ok("get", `/api/v1/${kind}/{id}`, { parameters: { id }, ...service });
            await ok("get", `/api/v1/${kind}`, { ...service, query: "?limit=2&sort=sourcedId" });
        }
        const claim = { parameters: { kind: "users", id: "cleo" }, ...service };
        await ok("get", "/api/v1/roster/claims/{kind}/{id}", claim);
        await ok("delete", "/api/v1/roster/claims/{kind}/{id}", claim);
        const { imports } = await ok("get", "/api/v1/roster/imports", service);
        const undo = { parameters: { import: String(imports[0].import) }, ...service, query: "?dryRun=true&approve=true" };
        await call("post", "/api/v1/roster/imports/{import}/undo", undo);
        await ok("post", "/api/v1/users/{id}/sign-out", { parameters: { id: "cleo" }, ...service });
        for (const [kind, id] of roster.reverse()) {
            await ok("delete", `/api/v1/${kind}/{id}`, { parameters: { id }, ...service });
        }
        const { next } = await ok("get", "/api/v1/audit", { ...service, query: "?limit=1" });
        await ok("get", "/api/v1/audit", { ...service, query: `?limit=1&before=${next}` });
        await ok("get", "/api/v1/explain", { ...service, query: "?user=ada&event=0000000000000001" });
        const { next: more } = await ok("get", "/api/v1/connections", { ...service, query: "?limit=1" });
        await ok("get", "/api/v1/connections", { ...service, query: `?room=global&after=${more ?? "0-0-1"}` });
        const left = { parameters: { user: "cleo" }, ...service };
        for (let after = ""; after !== null; ) {
            const query = after === "" ? "" : `?after=${encodeURIComponent(after)}`;
            after = (await ok("get", "/api/v1/users/{user}/export", { ...left, query })).next;
        }
        await ok("put", "/api/v1/users/{user}/hold", { ...left, body: { reason: "a dispute" } });
        await ok("get", "/api/v1/holds", service);
        await ok("delete", "/api/v1/users/{user}/hold", left);
        await ok("post", "/api/v1/users/{user}/erasure", { ...left, body: { reason: "asked for it" } });
        await ok("get", "/api/v1/users/{user}/erasure", left);

        const refusal = await call("post", "/api/v1/roster/import", { ...service, query: "?dryRun=true", raw: "no zip" });
        assert.ok(refusal.status >= 400 && refusal.status < 500);

        const documented = contract.operations.map(([method, template]) => `${method} ${template}`);
        assert.deepEqual([...called].sort(), documented.sort());

        const parameters = {
            room: "class-math",
            post: post.id,
            comment: comment.id,
            conversation: conversation.id,
            message: message.id,
            announcement: announcement.id,
            user: "ada",
            group: made.id,
            session: session.id,
            live: live.id,
            id: "ada",
            kind: "users",
            import: "1",
            report: reports[0].id,
            attachment: attachment.id,
        };
        for (const [method, template, operation] of contract.operations) {
            if (operation.security?.length === 0) continue;
            const answer = await call(method, template, { parameters, body: method === "get" ? undefined : {} });
            assert.equal(answer.status, operation["x-hidden"] ? 404 : 401, `${method} ${template}`);
            assert.equal(answer.headers["content-type"], "application/problem+json");
        }
    });
});
