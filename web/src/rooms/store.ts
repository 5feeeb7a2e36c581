// Which rooms there are, which one is open, and where something new waits. The address (#/class-math) tells the room, so
// that a reload and the browser's back button do what one expects.

import { computed, signal } from "@preact/signals";

import { roomInfos } from "../app/http";
import { rooms, signIn } from "../app/session";
import { notify } from "../app/notices";
import type { RoomsChanged } from "../app/types";
import { open, openRoom } from "../feed/store";
import { allRooms, changeInWords, isPlace, roomGroups, type RoomInfos, roomToOpen } from "./state";

const infos = signal<RoomInfos>({});
const titlesAsked = signal(false); // answered or not: until then no room is shown, so that none changes its name and place
export const unread = signal<ReadonlySet<string>>(new Set());

export const groups = computed(() => (rooms.value && titlesAsked.value ? roomGroups(rooms.value, infos.value) : []));
export const currentRoom = computed(() => allRooms(groups.value).find((room) => room.name === openRoom.value) ?? null);

export const hrefOf = (room: string) => `#/${encodeURIComponent(room)}`;

export function followAddress(): void {
    window.addEventListener("hashchange", showWantedRoom);
}

// Opens what the address asks for; leaves a room that is mine no longer.
export function showWantedRoom(): void {
    const room = roomToOpen(groups.value, wantedRoom());
    if (!room) return openRoom.value ? open("") : undefined;
    if (room.name !== wantedRoom()) history.replaceState(null, "", hrefOf(room.name));
    if (room.name === openRoom.value) return;
    const seen = new Set(unread.value);
    seen.delete(room.name);
    unread.value = seen;
    open(room.name);
}

export async function loadTitles(): Promise<void> {
    const token = signIn.value?.token;
    if (!token) return;
    const answer = await roomInfos(token);
    if (signIn.value?.token !== token) return;
    // Without titles the rooms are told by their ids; that is no reason to stop.
    titlesAsked.value = true;
    if (answer.ok) infos.value = Object.fromEntries(answer.rooms.map((info) => [info.room, info]));
}

export function markUnread(room: string): void {
    if (room !== openRoom.value) unread.value = new Set(unread.value).add(room);
}

export async function onRoomsChanged(change: RoomsChanged): Promise<void> {
    const titlesOf = (names: string[]) => names.filter(isPlace).map((name) => infos.value[name]?.title || name);
    const left = titlesOf(change.left);
    rooms.value = change.rooms;
    const gone = new Set(change.left);
    unread.value = new Set([...unread.value].filter((room) => !gone.has(room)));
    showWantedRoom();
    if (left.length > 0) notify(changeInWords("left", left));
    await loadTitles();
    const joined = titlesOf(change.joined);
    if (joined.length > 0) notify(changeInWords("joined", joined));
}

export function forgetRooms(): void {
    infos.value = {};
    titlesAsked.value = false;
    unread.value = new Set();
    open("");
}

function wantedRoom(): string {
    try {
        return decodeURIComponent(location.hash.replace(/^#\/?/, ""));
    } catch {
        return "";
    }
}
