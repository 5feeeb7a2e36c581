// The feed against the cases of content (23–32): what is hidden stays hidden whatever happens to it, over sockets, REST,
// replay and search. Whoever must not hear of something is shown to hear of what came behind it, and not of it.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { request } from "./support/http.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .teacher("tim", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
const names = ["tess", "tim", "ada", "ben", "cleo"];
const soon = (milliseconds) => new Date(Date.now() + milliseconds).toISOString();
const everythingOf = (person) => JSON.stringify([person.events, person.sessions]);

let marks = 0;

class World {
    static async start(options = {}) {
        const world = new World();
        world.server = await Server.start({ school: school(), ...options });
        world.everybody = await Promise.all(names.map((user) => Person.connect(world.server, user)));
        for (const person of world.everybody) world[person.user] = person;
        return world;
    }

    // Everything before has arrived at everybody: something that all may see came behind it.
    async settle() {
        const mark = `mark-${++marks}`;
        await this.server.restOk("POST", "/alerts", { title: mark, text: mark, level: "info" });
        await Promise.all(this.everybody.map((person) => person.see("alert", (event) => event.title === mark)));
    }

    // Exactly these have it, of all that ever came to anybody.
    async onlyTheseHave(text, people) {
        await this.settle();
        for (const person of this.everybody) {
            assert.equal(everythingOf(person).includes(text), people.includes(person), `${text} at ${person.user}`);
        }
    }

    rest(person, method, route, json) {
        return this.server.rest(method, route, json, { token: this.server.token(person.user) });
    }

    async leave(user, classId = "math") {
        await this.server.restOk("DELETE", `/enrollments/${enrollmentId(user, classId)}`);
    }

    async join(user, classId = "math", role = "student") {
        const json = body.enrollment(user, classId, "north", role);
        await this.server.restOk("PUT", `/enrollments/${enrollmentId(user, classId)}`, json);
    }
}

describe("what the feed hides", () => {
    let world, server, tess, tim, ada, ben, cleo;
    before(async () => {
        world = await World.start();
        ({ server, tess, tim, ada, ben, cleo } = world);
    });
    after(tidyUp);

    scenario("23: a post for some is silent for the others, liked, commented, voted on and counted", async () => {
        const poll = { options: ["yes-23", "no-23"] };
        const some = { visibility: { users: ["ada"] }, poll };
        const post = await tess.post("class-math", "only-23", some);
        await ada.comment(post.id, "answer-23");
        await ada.like(post.id, "kind-twentythree");
        await ada.requestOk("poll:vote", { post: post.id, options: [0] });
        await tess.see("poll:changed", (event) => event.postId === post.id);
        await world.onlyTheseHave(post.id, [tess, ada]);
        for (const person of [ben, tim, cleo]) {
            assert.equal(await person.refusal("post:get", { post: post.id }), "not_found");
            assert.equal(await person.refusal("poll:vote", { post: post.id, options: [0] }), "not_found");
            assert.equal(await person.refusal("report:create", { target: { post: post.id } }), "not_found");
            assert.deepEqual((await person.requestOk("feed:search", { query: "answer-23" })).results, []);
            assert.equal((await world.rest(person, "GET", `/posts/${post.id}`)).status, 404);
        }
    });

    scenario("24: a post for later is its author's and the co-teachers' until its time", async () => {
        const post = await tess.post("class-math", "tomorrow-24", { publishAt: soon(2500) });
        await tess.requestOk("post:update", { post: post.id, text: "tomorrow-24, edited" });
        await tim.see("post:updated", (event) => event.post.id === post.id);
        await world.onlyTheseHave("tomorrow-24", [tess, tim]);
        for (const person of [ada, cleo]) assert.equal(await person.refusal("post:get", { post: post.id }), "not_found");
        assert.deepEqual((await ada.requestOk("feed:search", { query: "tomorrow" })).results, []);
        assert.deepEqual((await ada.requestOk("feed:list", { room: "class-math", only: "scheduled" })).posts, []);
        const { post: arrived } = await ada.see("post:created", (event) => event.post.id === post.id, 10_000);
        assert.equal(arrived.text, "tomorrow-24, edited");
        await world.onlyTheseHave("tomorrow-24", [tess, tim, ada, ben]);
    });

    scenario("24: it comes once although the server dies before and after its time", async () => {
        const post = await tess.post("class-math", "through-24", { publishAt: soon(1200) });
        await server.kill();
        await sleep(1400);
        await server.launch();
        await ada.see("post:created", (event) => event.post.id === post.id, 15_000);
        await server.kill();
        await server.launch();
        await eventually("all to be back", () => world.everybody.every((one) => one.socket.connected), 15_000);
        await world.settle();
        assert.equal(ada.received("post:created").filter((event) => event.post.id === post.id).length, 1);
    });

    scenario("25: a comment on a deleted post is nobody's, but the staff keep what was reported", async () => {
        const post = await ben.post("class-math", "deleted-25");
        await ada.requestOk("report:create", { target: { post: post.id }, reason: "reason-25" });
        await ben.requestOk("post:delete", { post: post.id });
        assert.equal(await ada.refusal("comment:create", { post: post.id, text: "late-25" }), "not_found");
        await world.onlyTheseHave("late-25", []);
        const device = await Person.connect(server, "ada", { auth: { cursor: "0000000000000000" } });
        await device.see("post:deleted", (event) => event.postId === post.id);
        await device.settle();
        assert.ok(!everythingOf(device).includes("deleted-25"));
        device.leave();
        const { reports } = await tim.requestOk("report:list", { room: "class-math" });
        assert.equal(reports.find((one) => one.postId === post.id).text, "deleted-25");
        await world.onlyTheseHave("reason-25", [tess, tim]);
        assert.equal(await ben.refusal("report:list", { room: "class-math" }), "forbidden");
        for (const person of [tess, tim]) {
            const told = person.received("report:created").find((event) => event.report.postId === post.id);
            assert.equal(told.by, null);
            assert.ok(!JSON.stringify(told).includes("ada"));
        }
    });

    scenario("27: who has left changes, deletes, votes and endorses nothing any more", async () => {
        const post = await ben.post("class-math", "ex-27", { poll: { options: ["a", "b"] } });
        const comment = await ben.comment(post.id, "ex-27, too");
        await world.leave("ben");
        await ben.see("rooms:changed");
        for (const [name, json] of [
            ["post:update", { post: post.id, text: "x" }],
            ["post:delete", { post: post.id }],
            ["comment:update", { comment: comment.id, text: "x" }],
            ["comment:delete", { comment: comment.id }],
            ["poll:vote", { post: post.id, options: [0] }],
            ["poll:close", { post: post.id }],
            ["report:create", { target: { post: post.id } }],
            ["post:pin", { post: post.id, on: true }],
            ["feed:history", { target: { post: post.id } }],
        ]) {
            assert.equal(await ben.refusal(name, json), "not_found", name);
        }
        assert.equal(await ben.refusal("feed:settings", { room: "class-math" }), "not_found");
        assert.deepEqual((await ben.requestOk("feed:search", { query: "ex" })).results, []);
        assert.equal((await world.rest(ben, "DELETE", `/posts/${post.id}`)).status, 404);
        await world.join("ben");
    });

    scenario("29: nothing that an anonymous author does names him", async () => {
        const from = new Map(world.everybody.map((person) => [person, person.events.length]));
        const post = await ada.post("class-math", "who asks? 29", { anonymous: true });
        const reply = await tim.comment(post.id, "an answer");
        const own = await ada.comment(post.id, "and then?", { mentions: ["tim"] });
        await ada.like(post.id);
        await ada.requestOk("reaction:set", { target: { comment: reply.id }, kind: "heart" });
        await ada.requestOk("post:update", { post: post.id, text: "who asks? 29, edited" });
        await ada.requestOk("comment:update", { comment: own.id, text: "and then? edited" });
        await ada.requestOk("comment:delete", { comment: own.id });
        const second = await ada.post("class-math", "who asks? 29 again", { anonymous: true });
        await world.settle();
        for (const person of [tess, tim, ben]) {
            const heard = JSON.stringify(person.events.slice(from.get(person)));
            assert.ok(heard.includes("who asks? 29, edited"));
            assert.ok(!/ada/i.test(heard), `${person.user}: ${heard}`);
            for (const route of [`/posts/${post.id}`, "/rooms/class-math/posts", "/search?query=asks"]) {
                const { text } = await world.rest(person, "GET", route);
                const ofThese = JSON.stringify(
                    (JSON.parse(text).posts ?? JSON.parse(text).results ?? [JSON.parse(text)])
                        .filter((one) => JSON.stringify(one).includes("who asks? 29")),
                );
                assert.ok(ofThese.includes("who asks? 29"), route);
                assert.ok(!/ada/i.test(ofThese), `${person.user} ${route}: ${ofThese}`);
            }
        }
        const faces = ben.events
            .slice(from.get(ben))
            .filter(({ body: event }) => event.by?.id?.startsWith("~") && event.post?.id !== second.id)
            .map(({ body: event }) => event.by.id);
        assert.equal(faces.length, 7);
        assert.equal(new Set(faces).size, 1);
        assert.notEqual(second.author.id, post.author.id);
        assert.equal(post.mine.author, true);
    });

    scenario("30: endorsing an answer to a private post tells the staff and its author", async () => {
        const post = await ada.post("class-math", "private-30", { visibility: "staff" });
        const comment = await ada.comment(post.id, "perhaps-30");
        await tess.requestOk("comment:endorse", { comment: comment.id, on: true });
        for (const person of [tim, ada]) {
            const event = await person.see("comment:updated", (one) => one.comment.id === comment.id);
            assert.equal(event.comment.endorsed.id, "tess");
        }
        await world.onlyTheseHave(comment.id, [tess, tim, ada]);
        assert.equal(await ada.refusal("comment:endorse", { comment: comment.id, on: true }), "forbidden");
        assert.equal(await ben.refusal("comment:endorse", { comment: comment.id, on: true }), "not_found");
    });

    scenario("31: an attachment's link is signed, for one user, and dead once he has left", async () => {
        const text = "the bytes of 31";
        const file = { to: "class-math", name: "plan für 31.txt", type: "text/plain", bytes: text.length };
        const { attachment, upload } = await tess.requestOk("attachment:create", file);
        const put = (user, bytes) =>
            request("PUT", `${server.url}${upload}`, {
                headers: { authorization: `Bearer ${server.token(user)}` },
                body: bytes,
            });
        assert.equal((await put("ada", text)).status, 404);
        assert.equal((await put("tess", "short")).status, 400);
        // Of two at once one is kept.
        const both = await Promise.all([put("tess", text), put("tess", text.toUpperCase())]);
        assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
        const kept = both[0].status === 200 ? text : text.toUpperCase();
        assert.equal((await put("tess", text)).status, 409);
        assert.equal(await ada.refusal("attachment:link", { attachment: attachment.id }), "not_found");
        const stolen = { to: "class-math", text: "x", attachments: [attachment.id] };
        assert.equal(await tim.refusal("post:create", stolen), "not_found");
        const some = { visibility: { users: ["ada", "ben"] }, attachments: [attachment.id] };
        const post = await tess.post("class-math", "with a file 31", some);
        assert.deepEqual(post.attachments, [attachment]);
        const { url } = await ada.requestOk("attachment:link", { attachment: attachment.id });
        const get = (path) => request("GET", `${server.url}${path}`);
        const got = await get(url);
        assert.equal(got.status, 200);
        assert.equal(got.text, kept);
        assert.equal(got.headers["x-content-type-options"], "nosniff");
        assert.ok(got.headers["content-disposition"].includes("plan%20f%C3%BCr%2031.txt"));
        const { url: bens } = await ben.requestOk("attachment:link", { attachment: attachment.id });
        const swapped = url.replace(/user=[^&]*/, bens.match(/user=[^&]*/)[0]);
        const later = url.replace(/expires=(\d+)/, (_, time) => `expires=${Number(time) + 1}`);
        const expired = url.replace(/expires=(\d+)/, "expires=1");
        for (const wrong of [swapped, later, expired, url.slice(0, -1), url.split("?")[0]]) {
            assert.equal((await get(wrong)).status, 404, wrong);
        }
        for (const person of [tim, cleo]) {
            assert.equal(await person.refusal("attachment:link", { attachment: attachment.id }), "not_found");
        }
        await world.leave("ben");
        assert.equal((await get(bens)).status, 404);
        assert.equal((await get(url)).status, 200);
        await world.join("ben");
        await tess.requestOk("post:delete", { post: post.id });
        assert.equal((await get(url)).status, 404);
    });

    scenario("32: a mention tells nobody who cannot see the post, and its author which those are", async () => {
        const answer = await ada.requestOk("post:create", {
            to: "class-math",
            text: "look 32",
            visibility: "staff",
            mentions: ["tess", "ben", "cleo", "nobody"],
        });
        assert.deepEqual(answer.cannotSee, ["ben", "cleo", "nobody"]);
        assert.deepEqual(answer.post.mentions, [{ id: "tess", name: "Tess Example" }]);
        const event = await tess.see("post:created", (one) => one.post.id === answer.post.id);
        assert.deepEqual(event.post.mentions, answer.post.mentions);
        assert.equal(event.cannotSee, undefined);
        assert.equal(JSON.stringify(event).includes("notes"), false);
        await world.onlyTheseHave("look 32", [tess, tim, ada]);
    });

    scenario("a hidden poll tells its tallies to nobody before it is closed, many votes in few events", async () => {
        const poll = { options: ["left", "right"], hidden: true };
        const post = await tess.post("class-math", "hidden poll", { poll });
        const voters = [tess, tim, ada, ben];
        for (let round = 0; round < 5; ++round) {
            await Promise.all(voters.map((one) => one.requestOk("poll:vote", { post: post.id, options: [round % 2] })));
        }
        const about = (event) => event.postId === post.id;
        await ada.see("poll:changed", (event) => about(event) && event.poll.voters === 4);
        await world.settle();
        const told = ada.received("poll:changed").filter(about);
        assert.ok(told.length < 20, `${told.length} events for 20 votes`);
        assert.ok(told.every((event) => event.by === null && event.poll.options.every((one) => one.votes === null)));
        await tim.requestOk("poll:close", { post: post.id });
        const end = await ben.see("poll:changed", (event) => about(event) && event.poll.closed);
        assert.deepEqual(end.poll.options.map((one) => one.votes), [4, 0]);
        assert.equal(await ada.refusal("poll:vote", { post: post.id, options: [1] }), "conflict");
    });

    scenario("a locked post, a muted student and a slow room are quiet, by REST too", async () => {
        const post = await tess.post("class-math", "quiet");
        await tess.requestOk("post:lock", { post: post.id, on: true });
        assert.equal(await ada.refusal("comment:create", { post: post.id, text: "x" }), "forbidden");
        await tess.requestOk("feed:mute", { room: "class-math", user: "ada" });
        await ada.see("feed:muted");
        assert.equal((await world.rest(ada, "POST", "/rooms/class-math/posts", { text: "unheard-of" })).status, 403);
        assert.equal(await ada.refusal("post:create", { to: "class-math", text: "unheard-of" }), "forbidden");
        await tess.requestOk("feed:unmute", { room: "class-math", user: "ada" });
        await tess.requestOk("feed:slow", { room: "class-math", seconds: 600 });
        await ada.post("class-math", "one");
        const refusal = await ada.request("post:create", { to: "class-math", text: "two" });
        assert.equal(refusal.error.code, "rate_limited");
        assert.ok(refusal.error.retryAfter > 500);
        const byRest = await world.rest(ada, "POST", "/rooms/class-math/posts", { text: "two" });
        assert.equal(byRest.status, 429);
        await tess.requestOk("feed:slow", { room: "class-math", seconds: 0 });
        await world.onlyTheseHave("unheard-of", []);
        assert.equal(ben.received("feed:muted").length, 0);
    });

    scenario("who is not in the room gets the same answer for what is there as for what never was", async () => {
        const poll = { options: ["yes", "no"] };
        const post = await tess.post("class-math", "for the class alone", { poll });
        const comment = await ada.comment(post.id, "an answer");
        const file = { name: "x.txt", type: "text/plain", bytes: 1 };
        const unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        const about = (room, postId, commentId) => [
            ["post:pin", { post: postId, on: true }], ["post:lock", { post: postId, on: true }],
            ["poll:vote", { post: postId, options: [0] }], ["poll:close", { post: postId }],
            ["feed:history", { target: { post: postId } }], ["report:create", { target: { comment: commentId } }],
            ["comment:endorse", { comment: commentId, on: true }], ["post:delete", { post: postId }],
            ["feed:settings", { room }], ["feed:mutes", { room }], ["report:list", { room }],
            ["feed:mute", { room, user: "ada" }], ["feed:unmute", { room, user: "ada" }],
            ["feed:slow", { room, seconds: 60 }], ["attachment:create", { to: room, ...file }],
        ];
        const real = about("class-math", post.id, comment.id);
        const unreal = about("class-nowhere", unknown, unknown);
        for (const [i, [name, json]] of real.entries()) {
            const answer = await cleo.request(name, json);
            assert.equal(answer.error?.code, "not_found", `${name}: ${JSON.stringify(answer)}`);
            assert.deepEqual(answer, await cleo.request(unreal[i][0], unreal[i][1]), name);
        }
        const routes = [
            ["PUT", `/posts/${post.id}/pin`], ["PUT", `/posts/${post.id}/lock`], ["GET", `/posts/${post.id}/history`],
        ];
        for (const [method, route] of routes)
            assert.equal((await world.rest(cleo, method, route, method === "GET" ? undefined : { on: true })).status, 404, route);
    });

    scenario("of muting, slow mode and reports those hear whom it concerns", async () => {
        const post = await ben.post("class-math", "reported-here");
        const later = await tess.post("class-math", "planned-here", { publishAt: soon(3_600_000) });
        await tess.requestOk("feed:mute", { room: "class-math", user: "ben" });
        await tess.requestOk("feed:unmute", { room: "class-math", user: "ben" });
        await tess.requestOk("feed:slow", { room: "class-math", seconds: 1 });
        await tess.requestOk("feed:slow", { room: "class-math", seconds: 0 });
        await ada.requestOk("report:create", { target: { post: post.id } });
        const { report } = await tim.see("report:created", (event) => event.report.postId === post.id);
        await tim.requestOk("report:resolve", { report: report.id, outcome: "dismissed" });
        await world.settle();
        const heard = (name, fits = () => true) =>
            world.everybody.filter((person) => person.received(name).some(fits)).map((person) => person.user);
        for (const name of ["feed:muted", "feed:unmuted"])
            assert.deepEqual(heard(name, (event) => event.user.id === "ben"), ["tess", "tim", "ben"], name);
        assert.deepEqual(heard("feed:slowed"), ["tess", "tim", "ada", "ben"]);
        for (const name of ["report:created", "report:updated"])
            assert.deepEqual(heard(name, (event) => event.report.id === report.id), ["tess", "tim"], name);
        assert.deepEqual(heard("post:scheduled", (event) => event.post.id === later.id), ["tess", "tim"]);
    });

    scenario("pages of a feed neither repeat nor miss a post while others arrive", async () => {
        const before = [];
        for (let i = 0; i < 12; ++i) before.unshift((await ada.post("class-math", `page ${i}`)).id);
        const later = await ada.post("class-math", "page later", { publishAt: soon(3_600_000) });
        const seen = [];
        let next;
        do {
            const page = await ben.requestOk("feed:list", { room: "class-math", limit: 5, before: next });
            seen.push(...page.posts.map((one) => one.id));
            next = page.next ?? undefined;
            await tess.post("class-math", "in between");
            if (seen.length === 5) {
                await ada.requestOk("post:update", { post: later.id, text: "page later", publishAt: null });
            }
        } while (next);
        assert.equal(new Set(seen).size, seen.length);
        assert.deepEqual(seen.slice(0, 12), before);
        assert.ok(!seen.includes(later.id));
        const { posts } = await ben.requestOk("feed:list", { room: "class-math", limit: 100 });
        assert.ok(posts.some((one) => one.id === later.id));
    });
});

describe("a school that lets its staff know who asks", () => {
    let world;
    before(async () => {
        world = await World.start({ config: "[feed]\nanonymous_names = true\n" });
    });
    after(tidyUp);

    scenario("29: tells them when they ask, and nobody else", async () => {
        const { tess, ada, ben } = world;
        const post = await ada.post("class-math", "who asks?", { anonymous: true });
        const forStaff = await tess.requestOk("post:get", { post: post.id });
        assert.deepEqual(forStaff.post.identity, { id: "ada", name: "Ada Example" });
        assert.ok(forStaff.post.author.id.startsWith("~"));
        assert.equal((await ben.requestOk("post:get", { post: post.id })).post.identity, undefined);
        await world.settle();
        for (const person of [tess, ben]) assert.ok(!/ada/i.test(JSON.stringify(person.received("post:created"))));
    });
});

describe("a school without anonymous questions", () => {
    let world;
    before(async () => {
        world = await World.start({ config: "[feed]\nanonymous = false\n" });
    });
    after(tidyUp);

    scenario("refuses them", async () => {
        const asked = { to: "class-math", text: "who asks?", anonymous: true };
        assert.equal(await world.ada.refusal("post:create", asked), "forbidden");
    });
});
