// What the others at a board tell of themselves: what they draw, where they point, where who presents is. All of it is awareness, which
// anybody can write, so it is read as carefully as what is on the board.

import * as Y from "yjs";

import { boxOf, entriesOf, limits, shapesOf, shapesRoot, type Box, type NewShape, type Shape } from "./shapes";
import type { Viewport } from "./view";

export interface Pointer {
    name: string;
    x: number;
    y: number;
    presents: boolean;
}

export interface Others {
    drafts: Shape[];
    pointers: Pointer[]; // and at a draft that its drawer does not point at, so that it has a name
    presenter: { id: string; name: string } | null; // whoever it is, me included
    viewport: Viewport | null; // of the presenter, when he is somebody else
}

const shownAtOnce = 50;
const shownPoints = 150;
const nameMax = 40;

type State = Record<string, unknown>;

export function othersIn(states: ReadonlyMap<number, State>, own: number, presenter: Others["presenter"]): Others {
    const scratch = new Y.Doc();
    const map = scratch.getMap(shapesRoot);
    const pointers: Pointer[] = [];
    const byClient = new Map<string, Pointer>();
    let viewport: Viewport | null = null;
    for (const [client, { draft, laser, user, viewport: seen }] of states) {
        if (client === own) continue;
        const { id, name } = (typeof user === "object" && user !== null ? user : {}) as { id?: unknown; name?: unknown };
        const presents = presenter !== null && id === presenter.id;
        if (typeof draft === "object" && draft !== null && map.size < shownAtOnce) map.set(String(client), new Y.Map(Object.entries(draft)));
        const [x, y] = Array.isArray(laser) && laser.length === 2 ? (laser as unknown[]) : [];
        const isPointing = isPlace(x) && isPlace(y) && pointers.length < shownAtOnce;
        const pointer = { name: typeof name === "string" ? name.slice(0, nameMax) : "", x: isPointing ? x : NaN, y: isPointing ? y : NaN, presents };
        byClient.set(String(client), pointer);
        if (isPointing) pointers.push(pointer);
        if (presents) viewport = viewportIn(seen) ?? viewport;
    }
    // Words come with their shape, once they stand on the board: there it is known whose they are.
    const drafts = shapesOf(scratch).filter(({ kind }) => kind !== "text");
    scratch.destroy();
    for (const draft of drafts) {
        const pointer = byClient.get(draft.id)!;
        if (isIn(boxOf(draft), pointer)) continue;
        pointers.push({ ...pointer, x: draft.x + (draft.points[0] ?? 0), y: draft.y + (draft.points[1] ?? 0) });
    }
    return { drafts, pointers, presenter, viewport };
}

const isIn = ({ left, top, right, bottom }: Box, { x, y }: Pointer) => x >= left && x <= right && y >= top && y <= bottom;

function isPlace(value: unknown): value is number {
    return typeof value === "number" && Math.abs(value) <= limits.coordinate;
}

function viewportIn(value: unknown): Viewport | null {
    if (typeof value !== "object" || value === null) return null;
    const { x, y, width, height } = value as Record<keyof Viewport, unknown>;
    return isPlace(x) && isPlace(y) && isPlace(width) && isPlace(height) && width >= 1 && height >= 1 ? { x, y, width, height } : null;
}

// What is being drawn, as the others are told of it: not every point of a long stroke, many times a second.
export const draftOf = (shape: NewShape) => entriesOf({ ...shape, points: thinned(shape.points) });

function thinned(points: number[]): number[] {
    const every = Math.ceil(points.length / 3 / shownPoints);
    return every <= 1 ? points : points.filter((_, place) => Math.floor(place / 3) % every === 0);
}
