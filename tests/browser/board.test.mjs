// A whiteboard as a PNG: its SVG drawn by a real browser (clients/yjs/board.js), pixel by pixel where it matters.

import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { after, describe } from "node:test";

import { scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { launchBrowser } from "./support/browser.mjs";

after(tidyUp);

const source = fs.readFileSync(fileURLToPath(new URL("../../clients/yjs/board.js", import.meta.url)), "utf8");
const square = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#ff0000"/></svg>';
const red = `data:image/svg+xml;base64,${Buffer.from(square).toString("base64")}`;

describe("a board as a PNG", () => {
    scenario("has its shapes where they stand, and the pictures that it is given", { seconds: 120 }, async () => {
        const browser = await launchBrowser();
        const page = await browser.newPage();
        await page.goto("about:blank");
        await page.addScriptTag({ type: "module", content: `${source}\nwindow.board = { boardToSvg, svgToPng };` });
        await page.waitForFunction(() => window.board !== undefined);
        const picture = await page.evaluate(async (href) => {
            const shapes = {
                back: { type: "rectangle", x: 0, y: 0, width: 100, height: 50, fill: "#0000ff", strokeWidth: 0, z: 0 },
                dot: { type: "ellipse", x: 10, y: 10, width: 30, height: 30, fill: "#00ff00", strokeWidth: 0, z: 1 },
                image: { type: "image", x: 60, y: 10, width: 30, height: 30, attachment: "01J", z: 1 },
                line: { type: "stroke", x: 0, y: 0, points: [0, 48, 100, 48], stroke: "#ffffff", strokeWidth: 4, z: 2 },
            };
            const svg = window.board.boardToSvg(shapes, { padding: 0, background: null, image: () => href });
            const blob = await window.board.svgToPng(svg, { scale: 1 });
            const bitmap = await createImageBitmap(blob);
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
            const context = canvas.getContext("2d");
            context.drawImage(bitmap, 0, 0);
            const [, left, top] = /viewBox="(-?\d+) (-?\d+)/.exec(svg).map(Number);
            const at = (x, y) => [...context.getImageData(x - left, y - top, 1, 1).data];
            return { type: blob.type, width: bitmap.width, back: at(50, 5), dot: at(25, 25), image: at(75, 25), line: at(50, 48), svg };
        }, red);
        assert.equal(picture.type, "image/png");
        assert.ok(picture.width >= 100 && picture.width <= 106, String(picture.width));
        assert.deepEqual(picture.back, [0, 0, 255, 255]);
        assert.deepEqual(picture.dot, [0, 255, 0, 255]);
        assert.deepEqual(picture.line, [255, 255, 255, 255]);
        assert.deepEqual(picture.image, [255, 0, 0, 255]);
    });
});
