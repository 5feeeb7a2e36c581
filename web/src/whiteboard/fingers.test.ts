import { describe, expect, test } from "vitest";

import { Fingers } from "./fingers";
import type { Look } from "./view";

const look: Look = { x: 0, y: 0, scale: 1 };

function hand() {
    const fingers = new Fingers();
    const looks: Look[] = [];
    const take = (type: string, pointerId: number, x = 0, y = 0, pointerType = "touch") =>
        fingers.take({ type: `pointer${type}`, pointerId, pointerType }, { x, y }, look, (next) => looks.push(next));
    return { take, looks };
}

describe("fingers on a board", () => {
    test("one alone is no pinch, nor is a mouse or a pen", () => {
        const { take, looks } = hand();
        expect([take("down", 1), take("move", 1, 5, 5), take("up", 1)]).toEqual([false, false, false]);
        expect([take("down", 2, 0, 0, "pen"), take("down", 3, 0, 0, "mouse"), take("move", 2, 1, 1, "pen")]).toEqual([false, false, false]);
        expect(looks).toEqual([]);
    });

    test("two zoom, and the one that is left does nothing", () => {
        const { take, looks } = hand();
        take("down", 1, 100, 100);
        expect(take("down", 2, 200, 100)).toBe(true);
        expect(take("move", 2, 300, 100)).toBe(true);
        expect(looks[looks.length - 1]).toMatchObject({ scale: 2 });
        expect(take("up", 2)).toBe(true);
        expect(take("move", 1, 500, 500)).toBe(true);
        expect(looks).toHaveLength(1);
        expect(take("cancel", 1)).toBe(true);
        expect([take("down", 3), take("move", 3), take("up", 3)]).toEqual([false, false, false]);
    });

    test("a third one changes nothing, and one that was never down is none", () => {
        const { take, looks } = hand();
        take("down", 1, 0, 0);
        take("down", 2, 10, 0);
        expect(take("down", 3, 90, 90)).toBe(true);
        take("move", 3, 400, 400);
        expect(looks[looks.length - 1]).toMatchObject({ scale: 1, x: 0, y: 0 });
        expect(take("move", 9)).toBe(false);
    });
});
