// The rooms I am in as the side bar shows them, where something new waits, and what I am told when they change.

import { computed, signal } from "@preact/signals";

import { myId, session, withEachSignIn } from "../app/homeroom";
import { notify } from "../app/notices";
import { go, hrefOf, route } from "../app/router";
import { t } from "../strings";
import { allRooms, isPlace, roomGroups, type Room } from "./state";

export const unread = signal<ReadonlySet<string>>(new Set());

const titlesKnown = computed(() => Object.keys(session.value.infos).length > 0);

// Not before their titles are known, so that none changes its name and place.
export const groups = computed(() => {
    const { rooms, infos } = session.value;
    return rooms && titlesKnown.value ? roomGroups(rooms, infos) : [];
});
export const rooms = computed(() => allRooms(groups.value));
export const roomsKnown = computed(() => session.value.rooms !== null && titlesKnown.value);
export const staffRooms = computed(() => rooms.value.filter((room) => room.staff));

export const roomCalled = (name: string): Room | undefined => rooms.value.find((room) => room.name === name);
export const titleOf = (name: string): string => session.value.infos[name.replace(/\/staff$/, "")]?.title || name;

// The open room, if it is mine.
export const currentRoom = computed(() => {
    const { value } = route;
    return value.page === "room" ? (roomCalled(value.room) ?? null) : null;
});

export function markSeen(room: string): void {
    if (!unread.value.has(room)) return;
    const seen = new Set(unread.value);
    seen.delete(room);
    unread.value = seen;
}

withEachSignIn((client) => {
    const ends = [
        client.on("post:created", ({ post }) => {
            const { value } = route;
            const isOpen = value.page === "room" && value.room === post.room;
            if (isOpen || post.author.id === myId.value || post.mine?.author) return;
            unread.value = new Set(unread.value).add(post.room);
        }),
        client.on("rooms:changed", (change) => {
            const left = change.left.filter(isPlace);
            const titles = left.map(titleOf);
            const gone = new Set(change.left);
            unread.value = new Set([...unread.value].filter((room) => !gone.has(room)));
            // The page leaves politely.
            const { value } = route;
            if (value.page === "room" && gone.has(value.room)) go(hrefOf.home, "replace");
            if (titles.length > 0) notify(t().rooms.left(listOf(titles)));
            const joined = change.joined.filter(isPlace);
            if (joined.length > 0) whenTitled(joined, () => notify(t().rooms.joined(listOf(joined.map(titleOf)))));
        }),
    ];
    return () => {
        for (const end of ends) end();
        unread.value = new Set();
    };
});

// The titles of new rooms come a moment after them.
function whenTitled(names: string[], then: () => void): void {
    const done = session.subscribe(({ infos }) => {
        if (!names.every((name) => infos[name])) return;
        queueMicrotask(() => done());
        then();
    });
}

export function listOf(titles: string[]): string {
    return new Intl.ListFormat(document.documentElement.lang || "en", { type: "conjunction" }).format(titles);
}
