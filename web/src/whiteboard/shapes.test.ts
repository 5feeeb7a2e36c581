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

    test("is read from lists that grow, and from texts that several write", () => {
        const doc = new Y.Doc();
        const shapes = doc.getMap(shapesRoot);
        shapes.set("1", new Y.Map<unknown>([["type", "stroke"], ["points", Y.Array.from([0, 0, 3, 4])], ["strokeWidth", 6], ["at", 1]]));
        shapes.set("2", new Y.Map<unknown>([["type", "text"], ["text", new Y.Text("mill")], ["fontSize", 30], ["at", 2]]));
        expect(shapesOf(doc)).toMatchObject([
            { kind: "stroke", points: [0, 0, 0.5, 3, 4, 0.5], size: 6 },
            { kind: "text", text: "mill", size: 6 },
        ]);
    });

    test("a line or an arrow comes back as long as it was", () => {
        for (const kind of ["line", "arrow"] as const) {
            const doc = new Y.Doc();
            addShape(doc, { ...rectangle, kind, width: -30, height: 20 }, null);
            expect(shapesOf(doc)[0]).toMatchObject({ kind, width: -30, height: 20 });
        }
    });

    test("what is nonsense is left out or made harmless", () => {
        const doc = new Y.Doc();
        const shapes = doc.getMap(shapesRoot);
        shapes.set("1", "no shape");
        shapes.set("2", new Y.Map([["type", "bomb"]]));
        shapes.set("3", new Y.Map<unknown>([["type", "stroke"], ["x", Infinity], ["strokeWidth", 1e9], ["stroke", "url(x)"], ["text", 7], ["points", [NaN, "x"]], ["pressures", [7]]]));
        expect(shapesOf(doc)).toEqual([expect.objectContaining({ id: "3", x: 0, size: 1, colour: "ink", text: "", points: [0, 0, 0.5] })]);
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
