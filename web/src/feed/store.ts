// The feed on the screen, and what this person does with it: each deed is a request whose answer is told to the reducer.

import { computed, signal } from "@preact/signals";

import { request } from "../app/connection";
import { myId } from "../app/session";
import type { Answer, Failure } from "../app/types";
import { emptyFeed, type FeedAction, feedReducer } from "./state";
import type { Comment, Counts, FeedEvent, Post, Target } from "./types";

export const feed = signal(emptyFeed(""));
export const openRoom = computed(() => feed.value.room);

type Outcome = Promise<Failure | null>; // null: done

const dispatch = (action: FeedAction) => (feed.value = feedReducer(feed.value, action));
const happened = (event: FeedEvent) => dispatch({ do: "event", event });

// --- Reading

export function open(room: string): void {
    dispatch({ do: "open", room, me: myId.value });
    if (room) void load();
}

export async function load(): Promise<void> {
    const { room, seen: mark } = feed.value;
    dispatch({ do: "loading" });
    const answer = await request<{ posts: Post[]; next: string | null }>("feed:list", { room });
    if (feed.value.room !== room) return;
    if (!answer.ok) return void dispatch({ do: "failed", failure: answer.error });
    dispatch({ do: "loaded", posts: answer.posts, next: answer.next, mark });
    askAgain();
}

export async function loadOlder(): Outcome {
    const { room, next: before, seen: mark } = feed.value;
    if (before === null) return null;
    const answer = await request<{ posts: Post[]; next: string | null }>("feed:list", { room, before });
    if (!answer.ok) return answer.error;
    // Meanwhile another room was opened, or this one loaded anew.
    if (feed.value.room !== room || feed.value.next !== before) return null;
    dispatch({ do: "older", posts: answer.posts, next: answer.next, mark });
    askAgain();
    return null;
}

export async function loadPost(postId: string): Outcome {
    const mark = feed.value.seen;
    const answer = await request<{ post: Post; comments: Comment[]; next?: string | null }>("post:get", { post: postId });
    if (answer.ok) {
        dispatch({ do: "post", post: answer.post, comments: answer.comments, more: Boolean(answer.next), mark });
        return null;
    }
    if (answer.error.code === "not_found") dispatch({ do: "gone", postId });
    return answer.error;
}

function askAgain(): void {
    for (const postId of feed.value.uncertain) void loadPost(postId);
}

export function onFeedEvent(event: FeedEvent): void {
    happened(event);
}

// --- Writing. What is created comes with the answer and as an event; the reducer takes it once.

export async function createPost(draft: { text: string; visibility: "everyone" | "staff"; key: string }): Outcome {
    const room = feed.value.room;
    const answer = await request<{ post: Post }>("post:create", { to: room, ...draft });
    return told(answer, ({ post }) => room === feed.value.room && happened({ name: "post:created", post }));
}

export async function updatePost(post: string, text: string): Outcome {
    const answer = await request<{ post: Post }>("post:update", { post, text });
    return told(answer, ({ post: updated }) => happened({ name: "post:updated", post: updated }));
}

export async function deletePost(postId: string): Outcome {
    return told(await request("post:delete", { post: postId }), () => happened({ name: "post:deleted", postId }));
}

export async function createComment(draft: { post: string; text: string; replyTo?: string; key: string }): Outcome {
    const answer = await request<{ comment: Comment }>("comment:create", draft);
    return told(answer, ({ comment }) => {
        // Where the comments are not on the screen only the event counts: once.
        if (feed.value.comments[draft.post]) happened({ name: "comment:created", postId: draft.post, comment });
    });
}

export async function updateComment(comment: Comment, text: string): Outcome {
    const answer = await request<{ comment: Comment }>("comment:update", { comment: comment.id, text });
    return told(answer, (body) => happened({ name: "comment:updated", postId: comment.postId, comment: body.comment }));
}

export async function deleteComment({ id, postId }: Comment): Outcome {
    return told(await request("comment:delete", { comment: id }), () => {
        if (feed.value.comments[postId]) happened({ name: "comment:deleted", postId, commentId: id });
    });
}

// The button answers at once; when the server refuses it is as before.
export async function setLike(target: Target, postId: string, thing: Post | Comment, liked: boolean): Outcome {
    const by = { id: myId.value, name: "" };
    const show = (counts: Counts, kind: string | null) =>
        happened({ name: "reaction:changed", target, postId, counts, kind, by });
    const before = thing.counts.reactions;
    const kindBefore = thing.mine?.reaction ?? null;
    const kind = liked ? "like" : null;
    show({ ...before, like: Math.max(0, (before.like ?? 0) + (liked ? 1 : -1)) }, kind);
    const answer = await request<{ counts: Counts; kind: string | null }>("reaction:set", { target, kind });
    if (!answer.ok) show(before, kindBefore);
    return told(answer, ({ counts, kind: settled }) => show(counts, settled));
}

function told<Body extends object>(answer: Answer<Body>, tell: (body: Body) => unknown): Failure | null {
    if (!answer.ok) return answer.error;
    tell(answer as Body);
    return null;
}
