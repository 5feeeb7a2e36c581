// The open feed: its store, and which new posts are held back while somebody reads further down.

import type { FeedSnapshot, FeedStore, Homeroom, PostView, Requests } from "@homeroom/client";
import { computed, signal } from "@preact/signals";

import { homeroom, myId, withEachSignIn } from "../app/homeroom";
import { announce } from "../app/notices";
import { meet } from "../app/people";
import { follow } from "../app/signals";
import { t } from "../strings";

export type FeedSettings = Requests["feed:settings"]["answer"];

export const feed = signal<FeedSnapshot | null>(null);
export const feedSettings = signal<FeedSettings | null>(null);
const heldBack = signal<ReadonlySet<string>>(new Set());
let store: FeedStore | null = null;

// Feeds that were open are kept up to date: coming back to one shows it at once, and what waits to be sent is still in it.
const feedsMax = 8;
const feeds = new Map<string, FeedStore>();

withEachSignIn((client) => {
    const end = client.on("rooms:changed", ({ left }) => left.forEach(forget));
    return () => {
        end();
        [...feeds.keys()].forEach(forget);
    };
});

function feedOf(client: Homeroom, room: string): FeedStore {
    const kept = feeds.get(room) ?? client.feed(room);
    feeds.delete(room); // so that it is the youngest again
    feeds.set(room, kept);
    const idle = [...feeds].filter(([name, one]) => name !== room && !isWaiting(one));
    for (const [name] of idle.slice(0, Math.max(0, feeds.size - feedsMax))) forget(name);
    return kept;
}

function isWaiting(one: FeedStore): boolean {
    const { pending, threads } = one.getSnapshot();
    return pending.length > 0 || Object.values(threads).some((thread) => thread.pending.length > 0);
}

function forget(room: string): void {
    feeds.get(room)?.close();
    feeds.delete(room);
}

export const feedStore = (): FeedStore => {
    if (!store) throw new Error("no feed is open");
    return store;
};

export const shownPosts = computed<PostView[]>(() => feed.value?.posts.filter(({ id }) => !heldBack.value.has(id)) ?? []);
export const heldPosts = computed<PostView[]>(() => feed.value?.posts.filter(({ id }) => heldBack.value.has(id)) ?? []);

// How far down somebody must be for new posts to wait.
const readingFrom = 160;

// Opens the feed of a room; the result closes it.
export function openFeed(room: string): () => void {
    const client = homeroom.value;
    if (!client) return () => {};
    const own = feedOf(client, room);
    store = own;
    heldBack.value = new Set();
    feedSettings.value = null;
    meetAll(own.getSnapshot());
    const ends = [
        follow(feed, own),
        own.subscribe(() => meetAll(own.getSnapshot())),
        client.on("post:created", ({ post }) => {
            if (post.room !== room || post.author.id === myId.value || post.mine?.author) return;
            announce(t().feed.newPostBy(post.author.name));
            // Nothing jumps while somebody reads.
            if (window.scrollY > readingFrom) heldBack.value = new Set(heldBack.value).add(post.id);
        }),
        client.on("feed:slowed", (event) => {
            if (event.room === room && feedSettings.value) feedSettings.value = { ...feedSettings.value, slowSeconds: event.seconds };
        }),
        client.on("feed:muted", ({ user }) => void (user.id === myId.value && loadSettings(room))),
        client.on("feed:unmuted", ({ user }) => void (user.id === myId.value && loadSettings(room))),
    ];
    void loadSettings(room);
    return () => {
        for (const end of ends) end();
        if (store !== own) return;
        store = null;
        feed.value = null;
    };
}

// Who was seen here can be mentioned.
function meetAll({ room, posts, threads }: FeedSnapshot): void {
    for (const { author } of posts) meet(author, room);
    for (const { comments } of Object.values(threads)) for (const { author } of comments) meet(author, room);
}

export function showHeld(): void {
    heldBack.value = new Set();
    window.scrollTo({ top: 0 });
}

async function loadSettings(room: string): Promise<void> {
    const answer = await homeroom.value?.request("feed:settings", { room });
    if (answer?.ok && store?.room === room) feedSettings.value = answer;
}
