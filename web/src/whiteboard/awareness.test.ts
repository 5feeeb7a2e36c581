import { describe, expect, test } from "vitest";

import { draftOf, othersIn } from "./awareness";
import type { NewShape } from "./shapes";

const tess = { id: "tess", name: "Tess" };
const stroke: NewShape = { kind: "stroke", x: 1, y: 2, points: [0, 0, 0.5, 9, 9, 0.5], width: 0, height: 0, colour: "red", size: 6, text: "", by: "ada" };

describe("what others at a board tell", () => {
    test("is what they draw, where they point, and where who presents is; not one's own", () => {
        const states = new Map<number, Record<string, unknown>>([
            [1, { user: { id: "me", name: "Me" }, laser: [5, 5], draft: draftOf(stroke) }],
            [2, { user: { id: "ada", name: "Ada" }, laser: [1, 2], draft: draftOf(stroke), viewport: { x: 9, y: 9, width: 9, height: 9 } }],
            [3, { user: tess, laser: [3, 4], viewport: { x: 10, y: 20, width: 800, height: 600 } }],
        ]);
        const { drafts, pointers, viewport } = othersIn(states, 1, tess);
        expect(drafts).toMatchObject([{ kind: "stroke", colour: "red", points: stroke.points }]);
        expect(pointers).toEqual([
            { name: "Ada", x: 1, y: 2, presents: false },
            { name: "Tess", x: 3, y: 4, presents: true },
        ]);
        const elsewhere = othersIn(new Map([[2, { user: { id: "ada", name: "Ada" }, laser: [500, 500], draft: draftOf(stroke) }]]), 1, null);
        expect(elsewhere.pointers.map(({ name, x, y }) => [name, x, y])).toEqual([["Ada", 500, 500], ["Ada", 1, 2]]);
        expect(viewport).toEqual({ x: 10, y: 20, width: 800, height: 600 });
        expect(othersIn(states, 1, null).viewport).toBeNull();
    });

    test("is left out where it is nonsense", () => {
        const states = new Map<number, Record<string, unknown>>([
            [2, { user: tess, laser: ["a", 1], viewport: { x: 0, y: 0, width: 0, height: 5 }, draft: 7 }],
            [3, { user: 7, laser: [1, Infinity], viewport: "all", draft: { type: "bomb" } }],
            [4, { laser: [1, 2, 3] }],
            [5, { user: null, laser: [1, 2] }],
            [6, { user: tess, draft: { type: "text", text: "not said by anybody", width: 9, fontSize: 30 } }],
        ]);
        expect(othersIn(states, 1, tess)).toEqual({ drafts: [], pointers: [{ name: "", x: 1, y: 2, presents: false }], presenter: tess, viewport: null });
    });

    test("is not more than can be shown", () => {
        const states = new Map(Array.from({ length: 300 }, (_, client) => [client + 2, { laser: [1, 2], draft: draftOf(stroke) }]));
        const { drafts, pointers } = othersIn(states, 1, null);
        expect([drafts.length, pointers.length]).toEqual([50, 50]);
        const long = draftOf({ ...stroke, points: Array.from({ length: 9_000 }, (_, place) => (place % 3 === 2 ? 0.5 : place)) });
        expect((long.points as number[]).length).toBeLessThanOrEqual(300);
    });
});
