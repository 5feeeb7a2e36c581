import { describe, expect, it } from "vitest";

import { FeedStore } from "./feed.js";
import { ClassRoom, room } from "./testing/class_room.js";
import { FakeWire, settled } from "./testing/fake_wire.js";

function opened(posts = 2) {
    const school = new ClassRoom();
    for (let number = 0; number < posts; ++number) school.step({ do: "post", by: number });
    const wire = new FakeWire();
    wire.last = school.seq;
    const feed = new FeedStore(wire, room);
    const loaded = async () => {
        void feed.load();
        wire.take("feed:list").answer({ posts: school.list("ada"), next: null });
        wire.take("feed:list").answer({ posts: [], next: null });
        wire.take("feed:list").answer({ posts: [], next: null });
        await settled();
    };
    return { school, wire, feed, loaded };
}

const texts = (feed: FeedStore) => feed.getSnapshot().posts.map(({ text }) => text);

describe("a feed", () => {
    it("tells of each change, and its snapshot stays the same in between", async () => {
        const { feed, wire, school, loaded } = opened();
        let times = 0;
        const end = feed.subscribe(() => ++times);
        await loaded();
        expect(feed.getSnapshot()).toBe(feed.getSnapshot());
        expect(feed.getSnapshot()).toMatchObject({ status: "ready", more: false });
        const before = feed.getSnapshot();
        times = 0;
        school.step({ do: "post", by: 1 });
        wire.tell("post:created", school.told.at(-1)!.body);
        expect(times).toBe(1);
        expect(feed.getSnapshot()).not.toBe(before);
        expect(before.posts).toHaveLength(2);
        expect(texts(feed)).toEqual(["post 3", "post 2", "post 1"]);
        end();
        wire.tell("post:deleted", { ...school.told.at(-1)!.body, seq: "0000000000000009", postId: feed.getSnapshot().posts[0]!.id });
        expect(times).toBe(1);
    });

    it("says why it could not be loaded, and can be asked again", async () => {
        const { feed, wire, loaded } = opened();
        void feed.load();
        for (let time = 0; time < 3; ++time) wire.take("feed:list").refuse("unavailable");
        await settled();
        expect(feed.getSnapshot()).toMatchObject({ status: "failed", failure: { code: "unavailable" } });
        await loaded();
        expect(feed.getSnapshot()).toMatchObject({ status: "ready", failure: null });
    });

    it("loads again after a gap, with the threads that are open", async () => {
        const { feed, wire, school, loaded } = opened();
        await loaded();
        const { id } = feed.getSnapshot().posts[1]!;
        void feed.openThread(id);
        wire.take("post:get").answer({ post: school.list("ada")[1], comments: [], next: null });
        await settled();
        school.step({ do: "comment", post: 0, by: 1 });
        school.step({ do: "delete", post: 1 });
        wire.last = school.seq;
        wire.reset();
        wire.take("feed:list").answer({ posts: school.list("ada"), next: null });
        wire.take("feed:list").answer({ posts: [], next: null });
        wire.take("feed:list").answer({ posts: [], next: null });
        wire.take("post:get").answer({ post: school.list("ada")[0], comments: school.comments(id, "ada"), next: null });
        await settled();
        expect(texts(feed)).toEqual(["post 1"]);
        expect(feed.getSnapshot().threads[id]!.comments.map(({ text }) => text)).toEqual(["comment 3"]);
    });

    it("shows what was listed, and not an old post that was opened by itself", async () => {
        const { feed, wire, school } = opened(4);
        void feed.load();
        const [newest, , , oldest] = school.list("ada");
        wire.take("feed:list").answer({ posts: [newest], next: "more" });
        wire.take("feed:list").answer({ posts: [], next: null });
        wire.take("feed:list").answer({ posts: [], next: null });
        await settled();
        void feed.openThread(oldest!.id);
        wire.take("post:get").answer({ post: oldest, comments: [], next: null });
        await settled();
        expect(texts(feed)).toEqual(["post 4"]);
        expect(feed.post(oldest!.id)?.text).toBe("post 1");
    });
});

describe("what is written", () => {
    it("is there at once, and then what the server made of it, once", async () => {
        const { feed, wire, school, loaded } = opened(0);
        await loaded();
        const done = feed.createPost({ text: "hello" });
        expect(feed.getSnapshot().pending.map(({ draft }) => draft.text)).toEqual(["hello"]);
        school.step({ do: "post", by: 0 });
        wire.take("post:create").answer({ post: school.list("ada")[0] });
        expect(await done).toBeNull();
        expect(feed.getSnapshot().pending).toEqual([]);
        expect(texts(feed)).toEqual(["post 1"]);
        wire.tell("post:created", school.told[0]!.body);
        expect(texts(feed)).toEqual(["post 1"]);
    });

    it("stays when it is refused, and keeps its key when it is sent again", async () => {
        const { feed, wire, school, loaded } = opened(0);
        await loaded();
        const done = feed.createPost({ text: "hello" });
        const first = wire.take("post:create");
        first.refuse("rate_limited");
        expect(await done).toMatchObject({ code: "rate_limited" });
        const [pending] = feed.getSnapshot().pending;
        expect(pending).toMatchObject({ failure: { code: "rate_limited" } });
        feed.retry(pending!.key);
        expect(feed.getSnapshot().pending[0]!.failure).toBeNull();
        const again = wire.take("post:create");
        expect(again.body).toEqual(first.body);
        school.step({ do: "post", by: 0 });
        again.answer({ post: school.list("ada")[0] });
        await settled();
        expect(feed.getSnapshot().pending).toEqual([]);
    });

    it("is not there twice when its event comes before its answer", async () => {
        const { feed, wire, school, loaded } = opened(0);
        await loaded();
        void feed.createPost({ text: "post 1" });
        void feed.createPost({ text: "post 1" });
        school.step({ do: "post", by: 0 });
        wire.tell("post:created", school.told[0]!.body);
        expect([texts(feed), feed.getSnapshot().pending.length]).toEqual([["post 1"], 1]);
        wire.take("post:create").answer({ post: school.list("ada")[0] });
        await settled();
        expect([texts(feed), feed.getSnapshot().pending.length]).toEqual([["post 1"], 1]);
    });

    it("can be given up", async () => {
        const { feed, wire, loaded } = opened(0);
        await loaded();
        void feed.createPost({ text: "hello" });
        wire.take("post:create").refuse("forbidden");
        await settled();
        feed.discard(feed.getSnapshot().pending[0]!.key);
        expect(feed.getSnapshot().pending).toEqual([]);
    });

    it("as a comment is in its thread at once", async () => {
        const { feed, wire, school, loaded } = opened(1);
        await loaded();
        const { id } = feed.getSnapshot().posts[0]!;
        void feed.openThread(id);
        wire.take("post:get").answer({ post: school.list("ada")[0], comments: [], next: null });
        await settled();
        void feed.createComment({ post: id, text: "why?" });
        expect(feed.getSnapshot().threads[id]!.pending).toHaveLength(1);
        school.step({ do: "comment", post: 0, by: 0 });
        wire.take("comment:create").answer({ comment: school.comments(id, "ada")[0] });
        await settled();
        expect(feed.getSnapshot().threads[id]!.pending).toHaveLength(0);
        expect(feed.getSnapshot().posts[0]!.counts.comments).toBe(1);
        wire.tell("comment:created", school.told.at(-1)!.body);
        expect(feed.getSnapshot().posts[0]!.counts.comments).toBe(1);
    });
});

describe("a reaction", () => {
    it("is shown at once, and taken back when it is refused", async () => {
        const { feed, wire, loaded } = opened(1);
        await loaded();
        const { id } = feed.getSnapshot().posts[0]!;
        const done = feed.react({ post: id }, "like");
        expect(feed.getSnapshot().posts[0]).toMatchObject({ counts: { reactions: { like: 1 } }, mine: { reaction: "like" } });
        wire.take("reaction:set").refuse("forbidden");
        expect(await done).toMatchObject({ code: "forbidden" });
        expect(feed.getSnapshot().posts[0]).toMatchObject({ counts: { reactions: {} }, mine: { reaction: null } });
    });

    it("that is pressed twice quickly ends as the last", async () => {
        const { feed, wire, loaded } = opened(1);
        await loaded();
        const { id } = feed.getSnapshot().posts[0]!;
        void feed.react({ post: id }, "like");
        void feed.react({ post: id }, null);
        expect(feed.getSnapshot().posts[0]!.mine.reaction).toBeNull();
        wire.take("reaction:set").answer({ postId: id, counts: { like: 1 }, kind: "like" });
        await settled();
        expect(feed.getSnapshot().posts[0]!.mine.reaction).toBeNull();
        wire.take("reaction:set").answer({ postId: id, counts: {}, kind: null });
        await settled();
        expect(feed.getSnapshot().posts[0]).toMatchObject({ counts: { reactions: {} }, mine: { reaction: null } });
    });
});
