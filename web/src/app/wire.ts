// Joins the parts: signing in, the connection, the rooms, the feed.

import { effect } from "@preact/signals";

import { forgetDrafts } from "../feed/drafts";
import { load, onFeedEvent, openRoom } from "../feed/store";
import type { FeedEvent } from "../feed/types";
import { currentRoom, followAddress, forgetRooms, loadTitles, markUnread, onRoomsChanged, showWantedRoom, unread } from "../rooms/store";
import { startClock } from "./clock";
import { connect, disconnect, request } from "./connection";
import { demoToken } from "./http";
import { announce, notify } from "./notices";
import { farewell, keepSignIn, me, myId, rooms, signIn } from "./session";
import type { Envelope, RoomsChanged, Session } from "./types";

let draftsOf = ""; // whose drafts are kept

export function start(): void {
    startClock();
    followAddress();
    effect(() => {
        const place = currentRoom.value ? `${currentRoom.value.title} · Homeroom` : "Homeroom";
        document.title = unread.value.size > 0 ? `• ${place}` : place;
    });
    if (signIn.value) enter();
}

export function signInWith(token: string, demoUser: string | null): void {
    farewell.value = "";
    keepSignIn({ token, demoUser });
    enter();
}

export function signOut(): void {
    forgetDrafts();
    leave("");
}

function enter(): void {
    const titles = loadTitles();
    connect(() => signIn.value?.token ?? "", {
        session: (session, fresh) => void onSession(session, fresh, titles),
        event: onEvent,
        ended: leave,
    });
}

function leave(why: string): void {
    farewell.value = why;
    keepSignIn(null);
    disconnect();
    forgetRooms();
    me.value = null;
    rooms.value = null;
    history.replaceState(null, "", location.pathname);
}

async function onSession(session: Session, fresh: boolean, titles: Promise<void>): Promise<void> {
    const first = me.value === null;
    if (draftsOf !== session.user.id) forgetDrafts();
    draftsOf = session.user.id;
    me.value = session.user;
    rooms.value = session.rooms;
    if (first) await titles;
    if (me.value?.id !== session.user.id) return; // signed out meanwhile
    const shown = openRoom.value;
    showWantedRoom();
    if (first || !fresh) return;
    // What was missed may include anything.
    if (openRoom.value && openRoom.value === shown) void load();
    void loadTitles();
}

function onEvent(name: string, body: unknown): void {
    switch (name) {
        case "rooms:changed":
            return void onRoomsChanged(body as RoomsChanged);
        case "auth:expiring":
            return void stay((body as { expiresAt: string }).expiresAt);
        case "post:created":
            return onPostCreated({ name, ...(body as object) } as PostCreated);
        case "post:updated":
        case "post:deleted":
        case "comment:created":
        case "comment:updated":
        case "comment:deleted":
        case "reaction:changed":
            // About a post of another room it finds nothing to change.
            return onFeedEvent({ name, ...(body as object) } as FeedEvent);
    }
}

type PostCreated = Extract<FeedEvent, { name: "post:created" | "post:updated" }> & Envelope;

function onPostCreated(event: PostCreated): void {
    const { room, author } = event.post;
    if (room === openRoom.value) {
        onFeedEvent(event);
        if (author.id !== myId.value) announce(`New post by ${author.name}`);
    } else if (author.id !== myId.value) {
        markUnread(room);
    }
}

// The demo's door gives a new token for the asking; elsewhere the person must sign in again.
async function stay(expiresAt: string): Promise<void> {
    const user = signIn.value?.demoUser;
    if (user) {
        const answer = await demoToken(user);
        if (answer.ok && signIn.value?.demoUser === user) {
            keepSignIn({ token: answer.token, demoUser: user });
            const refreshed = await request("auth:refresh", { token: answer.token });
            if (refreshed.ok) return;
        }
    }
    const time = new Date(expiresAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    notify(`Your sign-in ends at ${time}. Please sign in again then; what you are writing is kept.`);
}
