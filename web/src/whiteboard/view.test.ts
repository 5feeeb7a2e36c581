import { describe, expect, test } from "vitest";

import { lookAtViewport, pinched, scaleMax, scaleMin, viewportOf, zoomed, type Look, type Point } from "./view";

const look: Look = { x: 100, y: 50, scale: 2 };
const under = (its: Look, spot: Point): Point => ({ x: its.x + spot.x / its.scale, y: its.y + spot.y / its.scale });

describe("a look at a board", () => {
    test("grows around a place, within bounds", () => {
        const place = under(look, { x: 80, y: 60 });
        const next = zoomed(look, 1.5, place);
        expect(next.scale).toBe(3);
        expect(under(next, { x: 80, y: 60 })).toEqual(place);
        expect(zoomed(look, 100, place).scale).toBe(scaleMax);
        expect(zoomed(look, 0.001, place).scale).toBe(scaleMin);
    });

    test("keeps under two fingers what was under them", () => {
        const from = [{ x: 100, y: 100 }, { x: 200, y: 100 }] as const;
        const to = [{ x: 80, y: 160 }, { x: 230, y: 160 }] as const;
        const next = pinched(look, from, to);
        expect(next.scale).toBe(3);
        for (const finger of [0, 1] as const) {
            expect(under(next, to[finger]).x).toBeCloseTo(under(look, from[finger]).x);
        }
        expect(under(next, { x: 155, y: 160 }).y).toBeCloseTo(under(look, { x: 150, y: 100 }).y);
    });

    test("is only moved by two fingers that stay as far apart, and harmless when they meet", () => {
        const from = [{ x: 0, y: 0 }, { x: 100, y: 0 }] as const;
        expect(pinched(look, from, [{ x: 20, y: 10 }, { x: 120, y: 10 }])).toEqual({ x: 90, y: 45, scale: 2 });
        const met = pinched(look, from, [{ x: 50, y: 0 }, { x: 50, y: 0 }]);
        expect(Object.values(met).every(Number.isFinite)).toBe(true);
    });

    test("shows all of what another one sees", () => {
        const seen = viewportOf(look, { width: 800, height: 600 });
        expect(seen).toEqual({ x: 100, y: 50, width: 400, height: 300 });
        const mine = lookAtViewport(seen, { width: 400, height: 800 });
        expect(mine.scale).toBe(1);
        expect(mine.x).toBe(100);
        expect(mine.y).toBe(50 - 250);
    });
});
