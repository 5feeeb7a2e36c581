// My rooms as the side bar shows them.

import type { RoomInfo, Rooms } from "@homeroom/client";

export interface Room {
    name: string;
    title: string;
    staff: boolean;
}

export type GroupKind = "classes" | "courses" | "groups" | "schools";

export interface RoomGroup {
    kind: GroupKind;
    rooms: Room[];
}

export type RoomInfos = Readonly<Record<string, RoomInfo>>;

// Rooms with a feed, in the order of the side bar. A title that is not known yet is told by the room's id.
export function roomGroups(rooms: Rooms, infos: RoomInfos): RoomGroup[] {
    const group = (kind: GroupKind, names: string[]): RoomGroup => ({
        kind,
        rooms: names
            .map((name) => ({
                name,
                title: infos[name]?.title || idOf(name),
                staff: infos[name]?.staff ?? false,
            }))
            .sort((one, other) => one.title.localeCompare(other.title)),
    });
    return [
        group("classes", rooms.classes),
        group("courses", rooms.courses),
        group("groups", rooms.groups),
        group("schools", rooms.institutions),
    ].filter(({ rooms: some }) => some.length > 0);
}

export const allRooms = (groups: RoomGroup[]): Room[] => groups.flatMap((group) => group.rooms);

// Rooms without a feed, and the staff's sub-rooms, are no places people know.
export function isPlace(room: string): boolean {
    return /^(class|course|group|institution)-/.test(room) && !room.endsWith("/staff");
}

export const idOf = (name: string) => name.slice(name.indexOf("-") + 1);
