import { describe, expect, test } from "vitest";
import * as Y from "yjs";

import { addShape, boxOf, shapeAt, shapesOf, shapesRoot, type NewShape } from "./shapes";

const rectangle: NewShape = { kind: "rectangle", x: 10, y: 10, width: 100, height: 50, points: [], colour: "blue", size: 4, text: "", by: "ada" };

describe("what is on a board", () => {
    test("comes back as it was put there, from the lowest to the highest", () => {
        const doc = new Y.Doc();
        addShape(doc, rectangle, null);
        addShape(doc, { ...rectangle, kind: "stroke", points: [0, 0, 0.5, 30, 40, 0.5] }, null);
        const [one, other] = shapesOf(doc).sort((a) => (a.kind === "rectangle" ? -1 : 1));
        expect(one).toMatchObject({ kind: "rectangle", x: 10, width: 100, colour: "blue", by: "ada" });
        expect(other).toMatchObject({ kind: "stroke", points: [0, 0, 0.5, 30, 40, 0.5] });
    });

    test("what is nonsense is left out or made harmless", () => {
        const doc = new Y.Doc();
        const shapes = doc.getMap(shapesRoot);
        shapes.set("1", "no shape");
        shapes.set("2", new Y.Map([["kind", "bomb"]]));
        shapes.set("3", new Y.Map<unknown>([["kind", "text"], ["x", Infinity], ["size", 1e9], ["colour", "url(x)"], ["text", 7], ["points", [NaN, "x"]]]));
        expect(shapesOf(doc)).toEqual([expect.objectContaining({ id: "3", x: 0, size: 1, colour: "ink", text: "", points: [0, 0] })]);
    });

    test("is found where it is drawn, and not within an empty frame", () => {
        const doc = new Y.Doc();
        addShape(doc, rectangle, null);
        const shapes = shapesOf(doc);
        expect(shapeAt(shapes, 10, 30, 3)?.kind).toBe("rectangle");
        expect(shapeAt(shapes, 60, 35, 3)).toBeNull();
        expect(shapeAt(shapes, 300, 300, 3)).toBeNull();
    });

    test("has a box, whichever way it was drawn", () => {
        const doc = new Y.Doc();
        addShape(doc, { ...rectangle, x: 110, y: 60, width: -100, height: -50 }, null);
        expect(boxOf(shapesOf(doc)[0]!)).toEqual({ left: 8, top: 8, right: 112, bottom: 62 });
    });
});
