// Posts, comments, reactions: what the answers hold, who sees each event, and above all who does not.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("tim", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
    describe(`the feed over ${transports.join(", then ")}`, () => {
        let server, tess, tim, theo, ada, ben, max, cleo;
        let everybody;
        before(async () => {
            server = await Server.start({ school: school() });
            const connect = (user) => Person.connect(server, user, { transports });
            everybody = [tess, tim, theo, ada, ben, max, cleo] = await Promise.all(
                ["tess", "tim", "theo", "ada", "ben", "max", "cleo"].map(connect),
            );
            if (transports.length === 2) {
                const transport = (person) => person.socket.io.engine.transport.name;
                await eventually("all to be upgraded", () =>
                    everybody.every((person) => transport(person) === "websocket"),
                );
            }
        });
        after(tidyUp);

        // Exactly these people got exactly one such event; nobody else any.
        async function seenBy(people, name, fits) {
            for (const person of people) await person.see(name, fits);
            await Promise.all(everybody.map((person) => person.settle()));
            for (const person of everybody) {
                const count = person.received(name).filter(fits).length;
                const expected = people.includes(person) ? 1 : 0;
                assert.equal(count, expected, `${name} at ${person.user}`);
            }
        }

        scenario("a post is answered, stored and seen by its class alone", async () => {
            const post = await ada.post("class-math", "good morning");
            assert.match(post.id, ulid);
            assert.equal(post.room, "class-math");
            assert.deepEqual(post.author, { id: "ada", name: "Ada Example" });
            assert.equal(post.text, "good morning");
            assert.equal(post.visibility, "everyone");
            assert.deepEqual(post.attachments, []);
            assert.ok(Math.abs(Date.parse(post.createdAt) - Date.now()) < 30_000);
            assert.match(post.createdAt, /Z$/);
            assert.equal(post.editedAt, null);
            assert.equal(post.counts.comments, 0);
            assert.deepEqual(post.counts.reactions, {});
            await seenBy([tess, tim, ada, ben, max], "post:created", (e) => e.post.id === post.id);
            const event = ben.received("post:created").find((e) => e.post.id === post.id);
            assert.equal(event.room, "class-math");
            assert.equal(typeof event.seq, "string");
            assert.match(event.id, ulid);
            assert.match(event.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
            assert.deepEqual(event.by, { id: "ada", name: "Ada Example" });
            assert.equal(event.post.text, "good morning");
        });

        scenario("a post for the staff reaches the staff", async () => {
            const post = await tess.post("class-math", "a test tomorrow", { visibility: "staff" });
            assert.equal(post.visibility, "staff");
            const about = (e) => (e.post?.id ?? e.postId) === post.id;
            await seenBy([tess, tim], "post:created", about);
            await tim.comment(post.id, "the hard one?");
            await seenBy([tess, tim], "comment:created", about);
            await tim.like(post.id);
            await seenBy([tess, tim], "reaction:changed", about);
            await tess.requestOk("post:update", { post: post.id, text: "a test on Friday" });
            await seenBy([tess, tim], "post:updated", about);
            assert.equal(await ada.refusal("post:get", { post: post.id }), "not_found");
            assert.equal(
                await ada.refusal("reaction:set", { target: { post: post.id }, kind: "like" }),
                "not_found",
            );
            await tess.requestOk("post:delete", { post: post.id });
            await seenBy([tess, tim], "post:deleted", about);
        });

        scenario("a post for some people reaches them and its author", async () => {
            const post = await tess.post("class-math", "see me", { visibility: { users: ["ada"] } });
            assert.deepEqual(post.visibility, { users: ["ada"] });
            const about = (e) => (e.post?.id ?? e.postId) === post.id;
            await Promise.all([tess, ada].map((person) => person.see("post:created", about)));
            await ada.comment(post.id, "yes?");
            await Promise.all([tess, ada].map((person) => person.see("comment:created", about)));
            await tess.like(post.id);
            await Promise.all([tess, ada].map((person) => person.see("reaction:changed", about)));
            await Promise.all(everybody.map((person) => person.settle()));
            for (const outsider of [ben, max, cleo, theo]) {
                assert.deepEqual(
                    outsider.events.filter((e) => JSON.stringify(e).includes(post.id)),
                    [],
                    outsider.user,
                );
                assert.equal(await outsider.refusal("post:get", { post: post.id }), "not_found");
            }
        });

        scenario("comments reach those who see the post, and are counted", async () => {
            const post = await tess.post("class-math", "questions?");
            const comment = await ada.comment(post.id, "one");
            assert.match(comment.id, ulid);
            assert.equal(comment.text, "one");
            assert.deepEqual(comment.author, { id: "ada", name: "Ada Example" });
            const about = (e) => e.comment?.id === comment.id || e.commentId === comment.id;
            await seenBy([tess, tim, ada, ben, max], "comment:created", about);
            assert.equal((await ben.see("comment:created", about)).postId, post.id);
            const reply = await ben.comment(post.id, "two", { replyTo: comment.id });
            const got = await max.requestOk("post:get", { post: post.id });
            assert.equal(got.post.counts.comments, 2);
            assert.deepEqual(got.comments.map((c) => c.text), ["one", "two"]);
            assert.equal(got.comments[1].replyTo, comment.id);
            await ada.requestOk("comment:update", { comment: comment.id, text: "one!" });
            await seenBy([tess, tim, ada, ben, max], "comment:updated", about);
            assert.equal(await ada.refusal("comment:update", { comment: reply.id, text: "x" }), "forbidden");
            assert.equal(await ada.refusal("comment:delete", { comment: reply.id }), "forbidden");
            await ben.requestOk("comment:delete", { comment: reply.id });
            await max.see("comment:deleted", (e) => JSON.stringify(e).includes(reply.id));
            const then = await max.requestOk("post:get", { post: post.id });
            assert.equal(then.post.counts.comments, 1);
            assert.equal(then.comments[0].text, "one!");
        });

        scenario("reactions are counted, one a person, and can be taken back", async () => {
            const post = await tess.post("class-math", "who comes?");
            const target = { post: post.id };
            const about = (count) => (e) => e.postId === post.id && (e.counts.like ?? 0) === count;
            await ada.like(post.id);
            const seen = await ben.see("reaction:changed", about(1));
            assert.deepEqual(seen.target, target);
            assert.equal(seen.kind, "like");
            assert.equal(seen.by.id ?? seen.by, "ada");
            await ben.like(post.id);
            await seenBy([tess, tim, ada, ben, max], "reaction:changed", about(2));
            const mine = await ada.requestOk("post:get", { post: post.id });
            assert.equal(mine.post.mine.reaction, "like");
            assert.equal(mine.post.counts.reactions.like, 2);
            const others = await max.requestOk("post:get", { post: post.id });
            assert.equal(others.post.mine.reaction ?? null, null);
            await ada.like(post.id, "heart");
            const moved = await max.see("reaction:changed", (e) => e.postId === post.id && e.counts.heart);
            assert.deepEqual(moved.counts, { like: 1, heart: 1 });
            await ben.requestOk("reaction:set", { target, kind: null });
            await max.see("reaction:changed", (e) => e.postId === post.id && !e.counts.like);
        });

        scenario("reactions to a comment say which", async () => {
            const post = await tess.post("class-math", "talk");
            const comment = await ada.comment(post.id, "well");
            await ben.requestOk("reaction:set", { target: { comment: comment.id }, kind: "like" });
            const seen = await max.see("reaction:changed", (e) => e.target.comment === comment.id);
            assert.equal(seen.postId, post.id);
            assert.deepEqual(seen.counts, { like: 1 });
        });

        scenario("an edited post shows its new text to all who see it", async () => {
            const post = await ada.post("class-math", "old text");
            const { post: edited } = await ada.requestOk("post:update", { post: post.id, text: "new" });
            assert.equal(edited.text, "new");
            assert.ok(Date.parse(edited.editedAt) >= Date.parse(post.createdAt));
            await seenBy(
                [tess, tim, ada, ben, max],
                "post:updated",
                (e) => e.post.id === post.id && e.post.text === "new",
            );
        });

        scenario("a deleted post is gone", async () => {
            const post = await ada.post("class-math", "a mistake");
            assert.equal(await ben.refusal("post:delete", { post: post.id }), "forbidden");
            assert.equal(await ben.refusal("post:update", { post: post.id, text: "x" }), "forbidden");
            await ada.requestOk("post:delete", { post: post.id });
            await seenBy([tess, tim, ada, ben, max], "post:deleted", (e) => e.postId === post.id);
            for (const person of [ada, ben, tess]) {
                assert.equal(await person.refusal("post:get", { post: post.id }), "not_found");
            }
            assert.equal(await ben.refusal("comment:create", { post: post.id, text: "?" }), "not_found");
            assert.equal(
                await ben.refusal("reaction:set", { target: { post: post.id }, kind: "like" }),
                "not_found",
            );
            const { posts } = await ben.requestOk("feed:list", { room: "class-math", limit: 100 });
            assert.ok(!posts.some((one) => one.id === post.id));
        });

        scenario("the same key gives the first result again and creates nothing", async () => {
            const draft = { to: "class-math", text: "only once", key: "key-1" };
            const first = await ada.requestOk("post:create", draft);
            const answers = await Promise.all([1, 2, 3].map(() => ada.requestOk("post:create", draft)));
            for (const answer of answers) assert.equal(answer.post.id, first.post.id);
            const another = await ben.requestOk("post:create", { ...draft, text: "ben's own" });
            assert.notEqual(another.post.id, first.post.id, "keys are each user's own");
            await seenBy(
                [tess, tim, ada, ben, max],
                "post:created",
                (e) => e.post.text === "only once",
            );
            const remark = { post: first.post.id, text: "once as well", key: "key-2" };
            const comments = await Promise.all([1, 2, 3].map(() => max.requestOk("comment:create", remark)));
            assert.equal(new Set(comments.map((answer) => answer.comment.id)).size, 1);
            const { post } = await ben.requestOk("post:get", { post: first.post.id });
            assert.equal(post.counts.comments, 1);
            const long = { ...draft, key: "k".repeat(65) };
            assert.ok(["invalid", "too_large"].includes(await ada.refusal("post:create", long)));
        });

        scenario("what was deleted is not given back for its key", async () => {
            const secret = { to: "class-math", text: "regretted", key: "key-3" };
            const { post } = await ada.requestOk("post:create", secret);
            const edit = { post: post.id, text: "regretted more", key: "key-4" };
            await ada.requestOk("post:update", edit);
            const remark = { post: post.id, text: "regretted, too", key: "key-5" };
            await ben.requestOk("comment:create", remark);
            const removal = { post: post.id, key: "key-6" };
            await ada.requestOk("post:delete", removal);
            assert.equal(await ada.refusal("post:create", secret), "not_found");
            assert.equal(await ada.refusal("post:update", edit), "not_found");
            assert.equal(await ben.refusal("comment:create", remark), "not_found");
            assert.deepEqual(await ada.requestOk("post:delete", removal), { ok: true, postId: post.id });
            const { posts } = await ada.requestOk("feed:list", { room: "class-math", limit: 100 });
            assert.ok(!posts.some((one) => one.text.includes("regretted")));
        });

        scenario("a request without acknowledgement is still carried out", async () => {
            ada.socket.emit("post:create", { to: "class-math", text: "no answer wanted" });
            await ben.seeText("no answer wanted");
        });

        scenario("text arrives as it was written", async () => {
            const text = 'tab\t "quotes" \\ back\nline é 漢字 💡 \u2028 <b>bold</b> \u0001 %s ${x}';
            const post = await ada.post("class-math", text);
            assert.equal(post.text, text);
            await ben.seeText(text);
            const { post: read } = await ben.requestOk("post:get", { post: post.id });
            assert.equal(read.text, text);
        });

        scenario("posts arrive in the order of their seq, the same for all", async () => {
            const before = ben.received("post:created").length;
            await Promise.all(
                [tess, ada, ben, max].map(async (author) => {
                    for (let i = 0; i < 25; i++) await author.post("class-math", `${author.user} ${i}`);
                }),
            );
            const since = (person) =>
                person.received("post:created").filter((e) => / \d+$/.test(e.post.text)).slice(-100);
            await eventually("all hundred to arrive", () =>
                [tess, tim, ada, ben, max].every((p) => since(p).length === 100),
            );
            assert.equal(ben.received("post:created").length, before + 100);
            const order = since(ben).map((event) => event.seq);
            assert.deepEqual(order, [...order].sort());
            assert.equal(new Set(order).size, 100);
            for (const person of [tess, tim, ada, max]) {
                assert.deepEqual(since(person).map((event) => event.seq), order, person.user);
            }
        });
    });
}

describe("reading the feed", () => {
    let server, tess, ada, cleo;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, ada, cleo] = await Promise.all(
            ["tess", "ada", "cleo"].map((user) => Person.connect(server, user)),
        );
        for (let i = 0; i < 45; i++) {
            const visibility = i % 5 === 4 ? "staff" : "everyone";
            await tess.post("class-math", `post ${i}`, { visibility });
        }
    });
    after(tidyUp);

    // The whole feed by pages of `limit`.
    async function pages(person, limit) {
        const texts = [];
        let before;
        let rounds = 0;
        do {
            const request = { room: "class-math", limit, ...(before ? { before } : {}) };
            const answer = await person.requestOk("feed:list", request);
            assert.ok(answer.posts.length <= limit, "a page holds no more than asked for");
            texts.push(...answer.posts.map((post) => post.text));
            before = answer.next;
            assert.ok(++rounds < 100, "the feed has an end");
        } while (before);
        return texts;
    }

    const everyone = Array.from({ length: 45 }, (_, i) => i).filter((i) => i % 5 !== 4);

    scenario("newest first, page by page, each post once", async () => {
        const expected = everyone.map((i) => `post ${i}`).reverse();
        for (const limit of [1, 7, 36, 100]) assert.deepEqual(await pages(ada, limit), expected);
        const all = Array.from({ length: 45 }, (_, i) => `post ${44 - i}`);
        assert.deepEqual(await pages(tess, 10), all);
    });

    scenario("without a limit a page is a sensible one", async () => {
        const { posts, next } = await ada.requestOk("feed:list", { room: "class-math" });
        assert.ok(posts.length >= 10 && posts.length <= 36);
        assert.ok(posts.length === 36 || typeof next === "string");
    });

    scenario("posts that arrive meanwhile do not shift the pages", async () => {
        const first = await ada.requestOk("feed:list", { room: "class-math", limit: 10 });
        const fresh = await tess.post("class-math", "in between");
        const second = await ada.requestOk("feed:list", {
            room: "class-math",
            limit: 10,
            before: first.next,
        });
        const texts = [...first.posts, ...second.posts].map((post) => post.text);
        assert.deepEqual(texts, everyone.map((i) => `post ${i}`).reverse().slice(0, 20));
        await tess.requestOk("post:delete", { post: fresh.id });
    });

    scenario("an empty class has an empty feed", async () => {
        const { posts, next } = await cleo.requestOk("feed:list", { room: "class-art" });
        assert.deepEqual(posts, []);
        assert.ok(!next);
    });

    scenario("wrong pages are refused in words", async () => {
        for (const wrong of [{ limit: 0 }, { limit: -1 }, { limit: "ten" }, { limit: 1.5 }]) {
            const answer = await ada.request("feed:list", { room: "class-math", ...wrong });
            assert.ok(!answer.ok && answer.error.code === "invalid", JSON.stringify([wrong, answer]));
        }
        for (const before of [7, "not a page", {}, "../../x", "9".repeat(5000)]) {
            const answer = await ada.request("feed:list", { room: "class-math", before });
            assert.ok(answer.ok || ["invalid", "not_found", "too_large"].includes(answer.error.code));
        }
    });

    scenario("a user reads the same by REST", async () => {
        const token = server.token("ada");
        const answer = await server.rest("GET", "/rooms/class-math/posts", undefined, { token });
        assert.equal(answer.status, 200);
        const { posts } = answer.json();
        assert.equal(posts[0].text, "post 43");
        assert.ok(!answer.text.includes('"post 44"'), "a post for the staff");
    });
});
