import { describe, expect, it } from "vitest";

import type { RoomSet } from "../app/types";
import { allRooms, changeInWords, isPlace, roomGroups, roomToOpen } from "./state";

const rooms: RoomSet = {
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
        expect(groups.map((group) => [group.heading, ...group.rooms.map((room) => room.title)])).toEqual([
            ["Classes", "Art", "Mathematics"],
            ["Courses", "science"],
            ["School", "north"],
        ]);
    });

    it("knows where I am staff", () => {
        expect(allRooms(groups).filter((room) => room.staff).map((room) => room.name)).toEqual(["class-a"]);
    });
});

describe("the room to open", () => {
    it("is the wanted one", () => expect(roomToOpen(groups, "class-a")?.name).toBe("class-a"));
    it("is the first where the wanted one is not mine", () => expect(roomToOpen(groups, "class-z")?.name).toBe("class-b"));
    it("is none where there are none", () => expect(roomToOpen([], "class-a")).toBeNull());
});

describe("changes", () => {
    it("are told of places only", () => {
        expect(["class-a", "class-a/staff", "user-ada", "global", "class-7/b", "institution-north"].filter(isPlace)).toEqual([
            "class-a",
            "class-7/b",
            "institution-north",
        ]);
    });

    it("are told in words", () => {
        expect(changeInWords("joined", ["Art"])).toBe("You are now in Art.");
        expect(changeInWords("left", ["Art", "Music", "Latin"])).toBe("You are no longer in Art, Music and Latin.");
        expect(changeInWords("left", [])).toBe("");
    });
});
