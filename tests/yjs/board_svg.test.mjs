// A whiteboard as a picture (clients/yjs/board.js): what is drawn where, and that nobody's drawing is anything but a drawing.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { boardToSvg } from "../../clients/yjs/board.js";
import * as Y from "yjs";

const view = (svg) => /viewBox="([^"]*)"/.exec(svg)[1].split(" ").map(Number);
const plain = { padding: 0, background: null };

describe("a board as SVG", () => {
    it("has every type of shape, in their order from back to front", () => {
        const svg = boardToSvg(
            {
                a: { type: "rectangle", x: 0, y: 0, width: 10, height: 10, z: 2, fill: "red" },
                b: { type: "ellipse", x: 0, y: 0, width: 10, height: 10, z: 1 },
                c: { type: "diamond", x: 0, y: 0, width: 10, height: 10, z: 3 },
                d: { type: "line", x: 5, y: 5, points: [0, 0, 10, 0], z: 4 },
                e: { type: "arrow", x: 5, y: 5, points: [0, 0, 10, 0], z: 5 },
                f: { type: "stroke", x: 1, y: 1, points: [0, 0, 1.005, 2, 3, 4], z: 6 },
                g: { type: "text", x: 0, y: 0, text: "one\ntwo", z: 7 },
                h: { type: "note", x: 0, y: 0, width: 50, height: 50, text: "note", z: 8 },
                i: { type: "image", x: 0, y: 0, width: 5, height: 5, attachment: "01J", z: 9 },
                j: { type: "hologram", x: 0, y: 0 },
                k: null,
                l: { type: "constructor" },
            },
            { image: (id) => `https://files.example/${id}` },
        );
        const names = [...svg.matchAll(/<(\w+)/g)].map(([, name]) => name).filter((name) => name !== "tspan");
        assert.deepEqual(names, ["svg", "rect", "ellipse", "rect", "path", "path", "path", "path", "path", "text", "rect", "text", "image"]);
        assert.ok(svg.includes('d="M1 1L2 3L4 5"') || svg.includes('d="M1 1L2.01 3L4 5"'), svg);
        assert.ok(svg.includes('href="https://files.example/01J"'));
        assert.ok(svg.includes(">one</tspan>") && svg.includes(">two</tspan>"));
    });

    it("shows all of it, turned and with the width of its lines", () => {
        const square = { type: "rectangle", x: 10, y: 20, width: 100, height: 100, strokeWidth: 0 };
        assert.deepEqual(view(boardToSvg({ square }, plain)), [10, 20, 100, 100]);
        assert.deepEqual(view(boardToSvg({ square: { ...square, strokeWidth: 4 } }, plain)), [8, 18, 104, 104]);
        const [left, , width] = view(boardToSvg({ square: { ...square, angle: 45 } }, plain));
        assert.deepEqual([left, width], [-11, 142]);
        assert.deepEqual(view(boardToSvg({ dot: { type: "stroke", x: 3, y: 4, points: [0, 0], strokeWidth: 2 } }, plain)), [2, 3, 2, 2]);
        assert.deepEqual(view(boardToSvg({}, { padding: 10 })), [-10, -10, 20, 20]);
        const points = Array.from({ length: 400_000 }, (_, i) => i % 1_000);
        assert.equal(view(boardToSvg({ long: { type: "stroke", points, strokeWidth: 0 } }, plain))[2], 998);
    });

    it("takes a Y.Map with whatever stands for a shape", () => {
        const shapes = new Y.Doc().getMap("shapes");
        shapes.set("a", new Y.Map([["type", "stroke"], ["points", Y.Array.from([0, 0, 5, 5])]]));
        shapes.set("b", new Y.Map([["type", "text"], ["text", new Y.Text("hello")]]));
        shapes.set("c", { type: "ellipse", width: 4, height: 4 });
        const svg = boardToSvg(shapes);
        assert.ok(svg.includes("M0 0L5 5") && svg.includes("hello") && svg.includes("<ellipse"));
    });

    it("is a picture, whatever somebody has written into it", () => {
        const evil = '"/><script>alert(1)</script>';
        const svg = boardToSvg({
            a: { type: "rectangle", x: evil, y: NaN, width: Infinity, height: "9", stroke: evil, fill: "url(#x)", strokeWidth: -1, opacity: evil, angle: evil, z: evil },
            b: { type: "text", text: `${evil}\u0000\ud800&`, stroke: "javascript:alert(1)", fontSize: evil },
            c: { type: "stroke", points: [evil, null, 1] },
            d: { type: "stroke", points: evil },
            e: { type: "image", attachment: evil, width: 1, height: 1 },
            f: { type: "image", attachment: { toString: () => evil } },
            [evil]: { type: "note", text: 7 },
        }, { image: (id) => id, background: evil });
        assert.ok(!svg.includes("<script"), svg);
        assert.ok(!svg.includes("javascript:") && !svg.includes("url("), svg);
        assert.ok(!/[\u0000\ud800-\udfff]/u.test(svg), "what XML has no place for");
        assert.equal((svg.match(/"/g).length) % 2, 0);
        assert.ok(view(svg).every(Number.isFinite), svg);
    });
});
