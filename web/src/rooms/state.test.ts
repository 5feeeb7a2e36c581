import { describe, expect, it } from "vitest";

import type { Rooms } from "@homeroom/client";
import { allRooms, isPlace, roomGroups } from "./state";

const rooms: Rooms = {
    personal: "user-ada",
    classes: ["class-b", "class-a"],
    courses: ["course-science"],
    groups: [],
    institution: "institution-north",
    institutions: ["institution-north"],
    global: "global",
};
const infos = {
    "class-a": { room: "class-a", kind: "class", title: "Mathematics", staff: true },
    "class-b": { room: "class-b", kind: "class", title: "Art", staff: false },
};
const groups = roomGroups(rooms, infos);

describe("the side bar", () => {
    it("has the rooms with a feed, by title, without empty groups", () => {
        expect(groups.map((group) => [group.kind, ...group.rooms.map((room) => room.title)])).toEqual([
            ["classes", "Art", "Mathematics"],
            ["courses", "science"],
            ["schools", "north"],
        ]);
    });

    it("knows where I am staff", () => {
        expect(allRooms(groups).filter((room) => room.staff).map((room) => room.name)).toEqual(["class-a"]);
    });
});

describe("changes", () => {
    it("are told of places only", () => {
        expect(["class-a", "class-a/staff", "user-ada", "global", "class-7/b", "institution-north"].filter(isPlace)).toEqual([
            "class-a",
            "class-7/b",
            "institution-north",
        ]);
    });
});
