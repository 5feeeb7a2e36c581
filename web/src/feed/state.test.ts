import { describe, expect, it } from "vitest";

import { emptyFeed, feedReducer, type FeedAction, type FeedState } from "./state";
import type { Comment, FeedEvent, Post } from "./types";

const ada = { id: "ada", name: "Ada Example" };
const ben = { id: "ben", name: "Ben Example" };

const post = (id: string, more: Partial<Post> = {}): Post => ({
    id,
    room: "class-math",
    author: ada,
    text: `post ${id}`,
    visibility: "everyone",
    createdAt: "2026-03-02T10:00:00Z",
    editedAt: null,
    counts: { comments: 0, reactions: {} },
    mine: { reaction: null },
    ...more,
});

const comment = (id: string, postId: string, more: Partial<Comment> = {}): Comment => ({
    id,
    postId,
    author: ben,
    text: `comment ${id}`,
    replyTo: null,
    createdAt: "2026-03-02T10:00:00Z",
    editedAt: null,
    counts: { reactions: {} },
    ...more,
});

const created = (one: Post): FeedEvent => ({ name: "post:created", post: one });
const commented = (one: Comment): FeedEvent => ({ name: "comment:created", postId: one.postId, comment: one });
const liked = (postId: string, by = ben, like = 1): FeedEvent => ({
    name: "reaction:changed",
    target: { post: postId },
    postId,
    counts: { like },
    kind: "like",
    by,
});

const run = (state: FeedState, ...actions: FeedAction[]) => actions.reduce(feedReducer, state);
const happened = (...events: FeedEvent[]): FeedAction[] => events.map((event) => ({ do: "event", event }));
const loaded = (...posts: Post[]): FeedAction => ({ do: "loaded", posts, next: null, mark: 0 });
const opened = (...posts: Post[]) => run(emptyFeed("class-math", "ada"), loaded(...posts));
const ids = (state: FeedState) => state.posts.map((one) => one.id);

describe("posts", () => {
    it("come to the top, each once", () => {
        const state = run(opened(post("1")), ...happened(created(post("2")), created(post("2"))));
        expect(ids(state)).toEqual(["2", "1"]);
    });

    it("keep what is known of me when an update can't say it", () => {
        const before = opened(post("1", { mine: { reaction: "like" } }));
        const { mine: _, ...update } = post("1", { text: "better", editedAt: "2026-03-02T11:00:00Z" });
        const state = run(before, ...happened({ name: "post:updated", post: update }));
        expect(state.posts[0]).toMatchObject({ text: "better", mine: { reaction: "like" } });
    });

    it("go with their comments", () => {
        const state = run(
            opened(post("1")),
            { do: "post", post: post("1"), comments: [comment("a", "1")], more: false, mark: 0 },
            ...happened({ name: "post:deleted", postId: "1" }),
        );
        expect(state.posts).toEqual([]);
        expect(state.comments).toEqual({});
    });

    it("that are older go to the end, each once", () => {
        const state = run(opened(post("3"), post("2")), {
            do: "older",
            posts: [post("2"), post("1")],
            next: "more",
            mark: 0,
        });
        expect(ids(state)).toEqual(["3", "2", "1"]);
        expect(state.next).toBe("more");
    });
});

describe("reactions", () => {
    it("of others change the count, mine the button as well", () => {
        const others = run(opened(post("1")), ...happened(liked("1", ben)));
        expect(others.posts[0]).toMatchObject({ counts: { reactions: { like: 1 } }, mine: { reaction: null } });
        const mine = run(others, ...happened(liked("1", ada, 2)));
        expect(mine.posts[0]).toMatchObject({ counts: { reactions: { like: 2 } }, mine: { reaction: "like" } });
    });

    it("reach comments", () => {
        const state = run(
            opened(post("1")),
            { do: "post", post: post("1"), comments: [comment("a", "1")], more: false, mark: 0 },
            ...happened({ ...liked("1"), target: { comment: "a" } } as FeedEvent),
        );
        expect(state.comments["1"]![0]!.counts.reactions).toEqual({ like: 1 });
        expect(state.posts[0]!.counts.reactions).toEqual({});
    });
});

describe("comments", () => {
    it("are counted where they are not loaded", () => {
        const state = run(
            opened(post("1")),
            ...happened(commented(comment("a", "1")), commented(comment("b", "1"))),
            ...happened({ name: "comment:deleted", postId: "1", commentId: "a" }),
        );
        expect(state.posts[0]!.counts.comments).toBe(1);
        expect(state.comments["1"]).toBeUndefined();
    });

    it("are listed, each once, where they are loaded", () => {
        const state = run(
            opened(post("1")),
            { do: "post", post: post("1"), comments: [comment("a", "1")], more: false, mark: 0 },
            ...happened(commented(comment("b", "1")), commented(comment("b", "1"))),
        );
        expect(state.comments["1"]!.map((one) => one.id)).toEqual(["a", "b"]);
        expect(state.posts[0]!.counts.comments).toBe(2);
    });

    it("change and keep what is known of me", () => {
        const state = run(
            opened(post("1")),
            { do: "post", post: post("1"), comments: [comment("a", "1", { mine: { reaction: "like" } })], more: false, mark: 0 },
            ...happened({ name: "comment:updated", postId: "1", comment: comment("a", "1", { text: "oh" }) }),
        );
        expect(state.comments["1"]![0]).toMatchObject({ text: "oh", mine: { reaction: "like" } });
    });

    it("are counted beside a part of them, too", () => {
        const state = run(
            opened(post("1")),
            { do: "post", post: post("1", { counts: { comments: 600, reactions: {} } }), comments: [comment("a", "1")], more: true, mark: 0 },
            ...happened(commented(comment("b", "1"))),
        );
        expect(state.posts[0]!.counts.comments).toBe(601);
        expect(state.comments["1"]).toHaveLength(2);
    });
});

describe("an answer that crossed with events", () => {
    it("does not lose a post that came while it was under way", () => {
        const state = run(emptyFeed("class-math", "ada"), ...happened(created(post("2"))), loaded(post("1")));
        expect(ids(state)).toEqual(["2", "1"]);
    });

    it("does not bring back what was deleted meanwhile", () => {
        const before = run(opened(post("2")), ...happened({ name: "post:deleted", postId: "1" }));
        const state = run(before, { do: "older", posts: [post("1")], next: null, mark: 0 });
        expect(ids(state)).toEqual(["2"]);
    });

    it("is not mixed with events from before the request", () => {
        const before = run(opened(), ...happened(created(post("1")), { name: "post:deleted", postId: "1" }, created(post("2"))));
        const state = run(before, { do: "loaded", posts: [post("3")], next: null, mark: before.seen });
        expect(ids(state)).toEqual(["3"]);
    });

    it("knows that it does not know the number of comments", () => {
        const state = run(emptyFeed("class-math", "ada"), ...happened(commented(comment("a", "1"))), loaded(post("1")));
        expect(state.posts[0]!.counts.comments).toBe(0);
        expect(state.uncertain).toEqual(["1"]);
        const asked = run(state, { do: "post", post: post("1"), comments: [comment("a", "1")], more: false, mark: state.seen });
        expect(asked.posts[0]!.counts.comments).toBe(1);
        expect(asked.uncertain).toEqual([]);
    });

    it("keeps my reaction", () => {
        const state = run(emptyFeed("class-math", "ada"), ...happened(liked("1", ada)), loaded(post("1")));
        expect(state.posts[0]!.mine).toEqual({ reaction: "like" });
    });
});

describe("the room", () => {
    it("begins empty when another is opened", () => {
        const state = run(opened(post("1")), { do: "open", room: "class-art", me: "ada" });
        expect(state).toMatchObject({ room: "class-art", me: "ada", status: "loading", posts: [], recent: [] });
    });

    it("keeps its posts on the screen when loading again fails", () => {
        const failure = { code: "unavailable", message: "no answer" };
        const state = run(opened(post("1")), { do: "loading" }, { do: "failed", failure });
        expect(state).toMatchObject({ status: "ready", failure });
        expect(ids(state)).toEqual(["1"]);
    });
});
