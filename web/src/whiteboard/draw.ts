// Draws shapes on a canvas.

import { getStroke } from "perfect-freehand";

import type { Pointer } from "./awareness";
import { boxOf, fontScale, headOf, type Colour, type Shape } from "./shapes";
import type { Look } from "./view";

export type Palette = Record<Colour | "paper" | "grid" | "accent", string>;

const outlines = new WeakMap<number[], Map<number, Path2D>>();

// The outline of a stroke is worked out once; its points never change.
function outlineOf(points: number[], size: number): Path2D {
    const bySize = outlines.get(points) ?? new Map<number, Path2D>();
    outlines.set(points, bySize);
    const known = bySize.get(size);
    if (known) return known;
    const path = strokePath(points, size);
    bySize.set(size, path);
    return path;
}

export function strokePath(points: number[], size: number): Path2D {
    const given: [number, number, number][] = [];
    for (let at = 0; at + 2 < points.length; at += 3) given.push([points[at]!, points[at + 1]!, points[at + 2]!]);
    // A pen tells its pressure; a mouse says 0.5 all the time, and its speed stands in for it.
    const simulatePressure = given.every(([, , pressure]) => pressure === 0.5);
    const outline = getStroke(given, { size, thinning: 0.5, smoothing: 0.5, streamline: 0.4, simulatePressure }) as [number, number][];
    const path = new Path2D();
    outline.forEach(([x, y], place) => {
        const [nextX, nextY] = outline[(place + 1) % outline.length]!;
        if (place === 0) path.moveTo((x + nextX) / 2, (y + nextY) / 2);
        else path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    });
    path.closePath();
    return path;
}

export const heightOfLine = (size: number) => size * fontScale * 1.3;
export const fontOf = (size: number) => `${size * fontScale}px system-ui, sans-serif`;

export function drawAll(canvas: HTMLCanvasElement, shapes: Shape[], pointers: Pointer[], look: Look, palette: Palette, chosen: string | null): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    const ratio = canvas.width / (canvas.clientWidth || canvas.width);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const scale = look.scale * ratio;
    context.setTransform(scale, 0, 0, scale, -look.x * scale, -look.y * scale);
    drawGrid(context, canvas, look, ratio, palette.grid);
    const right = look.x + canvas.width / scale;
    const bottom = look.y + canvas.height / scale;
    for (const shape of shapes) {
        const box = boxOf(shape);
        if (box.right < look.x || box.left > right || box.bottom < look.y || box.top > bottom) continue;
        drawShape(context, shape, palette);
        if (shape.id !== chosen) continue;
        context.strokeStyle = palette.accent;
        context.lineWidth = 1.5 / look.scale;
        context.setLineDash([5 / look.scale, 4 / look.scale]);
        context.strokeRect(box.left - 4, box.top - 4, box.right - box.left + 8, box.bottom - box.top + 8);
        context.setLineDash([]);
    }
    for (const pointer of pointers) drawPointer(context, pointer, look.scale, palette);
}

// As large at every scale. Who presents has a laser; of the others there is a dot.
function drawPointer(context: CanvasRenderingContext2D, { name, x, y, presents }: Pointer, scale: number, palette: Palette): void {
    const colour = presents ? palette.red : palette.accent;
    const radius = presents ? 7 : 4;
    context.fillStyle = colour;
    context.globalAlpha = 0.25;
    context.beginPath();
    context.arc(x, y, (2 * radius) / scale, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, radius / scale, 0, 2 * Math.PI);
    context.fill();
    context.font = `${12 / scale}px system-ui, sans-serif`;
    context.textBaseline = "top";
    const [left, top] = [x + 10 / scale, y + 8 / scale];
    const width = context.measureText(name).width;
    context.fillRect(left, top, width + 10 / scale, 18 / scale);
    context.fillStyle = palette.paper;
    context.fillText(name, left + 5 / scale, top + 3 / scale);
}

function drawGrid(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, look: Look, ratio: number, colour: string): void {
    const step = 40;
    if (look.scale < 0.4) return;
    const width = canvas.width / ratio / look.scale;
    const height = canvas.height / ratio / look.scale;
    context.fillStyle = colour;
    for (let x = Math.ceil(look.x / step) * step; x < look.x + width; x += step) {
        for (let y = Math.ceil(look.y / step) * step; y < look.y + height; y += step) context.fillRect(x - 0.75, y - 0.75, 1.5, 1.5);
    }
}

function drawShape(context: CanvasRenderingContext2D, shape: Shape, palette: Palette): void {
    const { x, y, width, height, size } = shape;
    context.fillStyle = context.strokeStyle = palette[shape.colour];
    context.lineWidth = size;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    switch (shape.kind) {
        case "stroke":
            context.translate(x, y);
            context.fill(outlineOf(shape.points, size));
            context.translate(-x, -y);
            return;
        case "line":
            context.moveTo(x, y);
            context.lineTo(x + width, y + height);
            break;
        case "arrow": {
            const direction = Math.atan2(height, width);
            context.moveTo(x, y);
            context.lineTo(x + width, y + height);
            for (const side of [-0.45, 0.45]) {
                context.moveTo(x + width, y + height);
                context.lineTo(x + width - headOf(size) * Math.cos(direction + side), y + height - headOf(size) * Math.sin(direction + side));
            }
            break;
        }
        case "rectangle":
            context.rect(x, y, width, height);
            break;
        case "ellipse":
            context.ellipse(x + width / 2, y + height / 2, Math.abs(width / 2), Math.abs(height / 2), 0, 0, 2 * Math.PI);
            break;
        case "text":
            context.font = fontOf(size);
            context.textBaseline = "top";
            shape.text.split("\n").forEach((line, place) => context.fillText(line, x, y + place * heightOfLine(size)));
            return;
    }
    context.stroke();
}
