// My rooms as the side bar shows them.

import type { RoomInfo } from "../app/http";
import type { RoomSet } from "../app/types";

export interface Room {
    name: string;
    title: string;
    staff: boolean;
}

export interface RoomGroup {
    heading: string;
    rooms: Room[];
}

export type RoomInfos = Record<string, RoomInfo>;

// Rooms with a feed, in the order of the side bar. A title that is not known yet is told by the room's id.
export function roomGroups(rooms: RoomSet, infos: RoomInfos): RoomGroup[] {
    const group = (heading: string, names: string[]): RoomGroup => ({
        heading,
        rooms: names
            .map((name) => ({
                name,
                title: infos[name]?.title || idOf(name),
                staff: infos[name]?.staff ?? false,
            }))
            .sort((one, other) => one.title.localeCompare(other.title)),
    });
    return [
        group("Classes", rooms.classes),
        group("Courses", rooms.courses),
        group("Groups", rooms.groups),
        group(rooms.institutions.length > 1 ? "Schools" : "School", rooms.institutions),
    ].filter(({ rooms: some }) => some.length > 0);
}

export const allRooms = (groups: RoomGroup[]): Room[] => groups.flatMap((group) => group.rooms);

// The room to show: the wanted one if it is mine, else the first.
export function roomToOpen(groups: RoomGroup[], wanted: string): Room | null {
    const rooms = allRooms(groups);
    return rooms.find((room) => room.name === wanted) ?? rooms[0] ?? null;
}

// Rooms without a feed, and the staff's sub-rooms, are no places people know.
export function isPlace(room: string): boolean {
    return /^(class|course|group|institution)-/.test(room) && !room.endsWith("/staff");
}

export function changeInWords(verb: "joined" | "left", titles: string[]): string {
    const last = titles[titles.length - 1];
    if (last === undefined) return "";
    const list = titles.length === 1 ? last : `${titles.slice(0, -1).join(", ")} and ${last}`;
    return verb === "joined" ? `You are now in ${list}.` : `You are no longer in ${list}.`;
}

const idOf = (name: string) => name.slice(name.indexOf("-") + 1);
