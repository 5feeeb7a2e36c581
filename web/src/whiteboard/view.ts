// Where one looks at a board: pure arithmetic. A place is in the board's own units, a spot in the canvas's pixels.

import { boxOf, type Shape } from "./shapes";

export interface Look {
    x: number; // what is at the canvas's corner
    y: number;
    scale: number;
}

export interface Point {
    x: number;
    y: number;
}

export interface Bounds {
    width: number;
    height: number;
}

// What somebody sees of a board.
export type Viewport = Point & Bounds;

export const scaleMin = 0.2;
export const scaleMax = 4;
const beginning: Look = { x: -40, y: -40, scale: 1 };

const within = (scale: number) => Math.min(scaleMax, Math.max(scaleMin, scale));

// The place around which it grows stays where it is.
export function zoomed(look: Look, by: number, around: Point): Look {
    const scale = within(look.scale * by);
    return { scale, x: around.x - ((around.x - look.x) * look.scale) / scale, y: around.y - ((around.y - look.y) * look.scale) / scale };
}

// Two fingers went from these spots to those: what was under them is under them still.
export function pinched(before: Look, from: readonly [Point, Point], to: readonly [Point, Point]): Look {
    const middle = ([one, other]: readonly [Point, Point]): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
    const apart = ([one, other]: readonly [Point, Point]) => Math.max(1, Math.hypot(other.x - one.x, other.y - one.y));
    const scale = within((before.scale * apart(to)) / apart(from));
    const [was, is] = [middle(from), middle(to)];
    return { scale, x: before.x + was.x / before.scale - is.x / scale, y: before.y + was.y / before.scale - is.y / scale };
}

export const viewportOf = (look: Look, { width, height }: Bounds): Viewport => ({
    x: Math.round(look.x),
    y: Math.round(look.y),
    width: Math.round(width / look.scale),
    height: Math.round(height / look.scale),
});

// All of what somebody else sees, as large as it goes, in the middle.
export function lookAtViewport({ x, y, width, height }: Viewport, bounds: Bounds): Look {
    const scale = within(Math.min(bounds.width / width, bounds.height / height));
    return { scale, x: x - (bounds.width / scale - width) / 2, y: y - (bounds.height / scale - height) / 2 };
}

export function lookAtAll(shapes: Shape[], { width, height }: Bounds): Look {
    if (shapes.length === 0 || width === 0) return beginning;
    const boxes = shapes.map(boxOf);
    const left = Math.min(...boxes.map((box) => box.left)) - 40;
    const top = Math.min(...boxes.map((box) => box.top)) - 40;
    const across = Math.max(...boxes.map((box) => box.right)) + 40 - left;
    const down = Math.max(...boxes.map((box) => box.bottom)) + 40 - top;
    // What is to be seen from where one usually begins needs no other look.
    if (left >= -80 && top >= -80 && left + across <= width && top + down <= height) return beginning;
    const scale = Math.min(1, within(Math.min(width / across, height / down)));
    return { x: left - (width / scale - across) / 2, y: top - (height / scale - down) / 2, scale };
}
