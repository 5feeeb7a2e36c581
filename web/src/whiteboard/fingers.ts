// Fingers on a board. One draws; with a second one it is a pinch, which moves and zooms, until the last is lifted.

import { pinched, type Look, type Point } from "./view";

// What is told of a finger; the rest of an event does not matter.
export type Touch = Pick<PointerEvent, "type" | "pointerId" | "pointerType">;

export class Fingers {
    private spots = new Map<number, Point>(); // those that are down, by pointer
    private pinch: { ids: [number, number]; from: [Point, Point]; look: Look } | null = null;

    // Whether it belongs to a pinch, and so is nothing else; `onLook` is called with where one then looks.
    take({ type, pointerId, pointerType }: Touch, spot: Point, look: Look, onLook: (look: Look) => void): boolean {
        if (pointerType !== "touch") return false;
        if (type === "pointerdown") {
            this.spots.set(pointerId, spot);
            if (this.spots.size === 2 && !this.pinch) {
                const [one, other] = [...this.spots.keys()] as [number, number];
                this.pinch = { ids: [one, other], from: [this.spots.get(one)!, this.spots.get(other)!], look };
            }
            return this.spots.size > 1;
        }
        if (!this.spots.has(pointerId)) return false;
        const { pinch } = this;
        if (type === "pointermove") {
            this.spots.set(pointerId, spot);
            const [one, other] = pinch ? pinch.ids.map((id) => this.spots.get(id)) : [];
            if (pinch && one && other) onLook(pinched(pinch.look, pinch.from, [one, other]));
            return pinch !== null;
        }
        this.spots.delete(pointerId);
        if (this.spots.size === 0) this.pinch = null;
        return pinch !== null;
    }
}
