// What is on a board: the entries of the Yjs map "shapes" (docs/documents.md). Each is a map of its own, so that moving a shape
// is a change of two numbers. What cannot be read is left out: anybody who may draw can write anything.
//
//   type, x, y, stroke (a colour), strokeWidth, by, at; points (x and y of each, from x and y) of strokes, lines and arrows, and
//   pressures of strokes; width and height of rectangles, ellipses and texts; text and fontSize of texts

import { newKey } from "@homeroom/client";
import * as Y from "yjs";

export const shapesRoot = "shapes";
export const colours = ["ink", "red", "orange", "green", "blue", "violet"] as const;
export type Colour = (typeof colours)[number];
// As they are written down: those of the light theme. Each theme shows its own.
const written: Record<Colour, string> = { ink: "#1b2030", red: "#c92a2a", orange: "#b35c00", green: "#207a3c", blue: "#2f55d4", violet: "#8a3ab0" };
export const fontScale = 5; // a text's size, of a width of the pen
const kinds = ["stroke", "line", "arrow", "rectangle", "ellipse", "text"] as const;
export type ShapeKind = (typeof kinds)[number];

export interface Shape {
    id: string;
    kind: ShapeKind;
    x: number;
    y: number;
    // Of a stroke: x, y and pressure of each point, from x and y. Of the others: how far it goes.
    points: number[];
    width: number;
    height: number;
    colour: Colour;
    size: number;
    text: string;
    by: string; // who says to have made it; who may change it is the server's matter
    at: number;
}

export const limits = { points: 3_000, text: 500, shapes: 5_000, coordinate: 100_000 };

export type NewShape = Omit<Shape, "id" | "at">;

export function addShape(doc: Y.Doc, shape: NewShape, origin: unknown): string {
    const id = newKey();
    doc.transact(() => doc.getMap(shapesRoot).set(id, new Y.Map(Object.entries({ ...entriesOf(shape), at: Date.now() }))), origin);
    return id;
}

export function entriesOf({ kind, x, y, width, height, points, colour, size, text, by }: NewShape): Record<string, unknown> {
    const common = { type: kind, x, y, stroke: written[colour], strokeWidth: size, by };
    switch (kind) {
        case "stroke":
            return { ...common, points: points.filter((_, at) => at % 3 !== 2), pressures: points.filter((_, at) => at % 3 === 2) };
        case "line":
        case "arrow":
            return { ...common, points: [0, 0, width, height] };
        case "text":
            return { ...common, width, height, text, fontSize: size * fontScale };
        // From its upper left corner, whichever way it was drawn.
        default:
            return { ...common, x: Math.min(x, x + width), y: Math.min(y, y + height), width: Math.abs(width), height: Math.abs(height) };
    }
}

// From the one that was made first, which is below the others.
export function shapesOf(doc: Y.Doc): Shape[] {
    const shapes: Shape[] = [];
    for (const [id, entry] of doc.getMap(shapesRoot)) {
        if (shapes.length >= limits.shapes) break;
        const shape = entry instanceof Y.Map ? readShape(id, entry) : null;
        if (shape) shapes.push(shape);
    }
    return shapes.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
}

function readShape(id: string, entry: Y.Map<unknown>): Shape | null {
    const kind = entry.get("type") as ShapeKind;
    if (!kinds.includes(kind)) return null;
    const numberOf = (value: unknown) => (typeof value === "number" && Math.abs(value) <= limits.coordinate ? value : 0);
    const number = (name: string) => numberOf(entry.get(name));
    const list = (name: string, most: number) => {
        const value = entry.get(name);
        const all: unknown[] = value instanceof Y.Array ? value.toArray() : Array.isArray(value) ? value : [];
        return all.slice(0, most);
    };
    const points = list("points", 2 * limits.points).map(numberOf);
    const isLine = (kind === "line" || kind === "arrow") && points.length >= 4;
    const text = entry.get("text");
    const by = entry.get("by");
    const at = entry.get("at");
    return {
        id,
        kind,
        x: number("x"),
        y: number("y"),
        width: isLine ? points[points.length - 2]! : number("width"),
        height: isLine ? points[points.length - 1]! : number("height"),
        points: kind === "stroke" ? withPressures(points, list("pressures", limits.points)) : [],
        colour: colours.find((one) => written[one] === entry.get("stroke")) ?? "ink",
        size: Math.min(64, Math.max(1, kind === "text" ? number("fontSize") / fontScale : number("strokeWidth"))),
        text: (typeof text === "string" ? text : text instanceof Y.Text ? text.toString() : "").slice(0, limits.text),
        by: typeof by === "string" ? by : "",
        at: typeof at === "number" ? at : 0,
    };
}

// x, y and pressure of each point.
function withPressures(points: number[], pressures: unknown[]): number[] {
    const all: number[] = [];
    for (let at = 0; at + 1 < points.length; at += 2) {
        const pressure = pressures[at / 2];
        all.push(points[at]!, points[at + 1]!, typeof pressure === "number" && pressure >= 0 && pressure <= 1 ? pressure : 0.5);
    }
    return all;
}

export const headOf = (size: number) => 6 + 3 * size; // how long the head of an arrow is

// --- Where a shape is

export interface Box {
    left: number;
    top: number;
    right: number;
    bottom: number;
}

export function boxOf(shape: Shape): Box {
    const { x, y, size } = shape;
    let [left, top, right, bottom] = [x, y, x, y];
    if (shape.kind === "stroke") {
        for (let at = 0; at + 1 < shape.points.length; at += 3) {
            left = Math.min(left, x + shape.points[at]!);
            right = Math.max(right, x + shape.points[at]!);
            top = Math.min(top, y + shape.points[at + 1]!);
            bottom = Math.max(bottom, y + shape.points[at + 1]!);
        }
    } else {
        left = Math.min(x, x + shape.width);
        right = Math.max(x, x + shape.width);
        top = Math.min(y, y + shape.height);
        bottom = Math.max(y, y + shape.height);
    }
    const edge = shape.kind === "text" ? 0 : shape.kind === "arrow" ? headOf(size) : size / 2;
    return { left: left - edge, top: top - edge, right: right + edge, bottom: bottom + edge };
}

// The topmost one at a place, within so much of it.
export function shapeAt(shapes: Shape[], x: number, y: number, within: number): Shape | null {
    for (let place = shapes.length - 1; place >= 0; --place) if (touches(shapes[place]!, x, y, within)) return shapes[place]!;
    return null;
}

function touches(shape: Shape, x: number, y: number, within: number): boolean {
    const { left, top, right, bottom } = boxOf(shape);
    if (x < left - within || x > right + within || y < top - within || y > bottom + within) return false;
    const reach = within + shape.size / 2;
    switch (shape.kind) {
        case "text":
            return true;
        case "line":
        case "arrow":
            return distance(x, y, shape.x, shape.y, shape.x + shape.width, shape.y + shape.height) <= reach;
        case "rectangle":
            return x - left <= reach + shape.size || right - x <= reach + shape.size || y - top <= reach + shape.size || bottom - y <= reach + shape.size;
        case "ellipse": {
            const [across, down] = [Math.abs(shape.width) / 2 || 1, Math.abs(shape.height) / 2 || 1];
            const from = Math.hypot((x - shape.x - shape.width / 2) / across, (y - shape.y - shape.height / 2) / down);
            return Math.abs(from - 1) * Math.min(across, down) <= reach;
        }
        case "stroke": {
            const { points } = shape;
            for (let at = 0; at + 1 < points.length; at += 3) {
                const next = at + 4 < points.length ? at + 3 : at;
                if (distance(x, y, shape.x + points[at]!, shape.y + points[at + 1]!, shape.x + points[next]!, shape.y + points[next + 1]!) <= reach) return true;
            }
            return false;
        }
    }
}

// From a point to a line that has two ends.
function distance(x: number, y: number, fromX: number, fromY: number, toX: number, toY: number): number {
    const [alongX, alongY] = [toX - fromX, toY - fromY];
    const square = alongX * alongX + alongY * alongY;
    const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - fromX) * alongX + (y - fromY) * alongY) / square));
    return Math.hypot(x - fromX - share * alongX, y - fromY - share * alongY);
}
