// A board as a file: all that is on it, in the colours of the light theme, on white.

import { boardToSvg, svgToPng } from "@homeroom/yjs/board";
import type { Doc } from "yjs";

import { saveFile } from "../app/saveFile";
import { entriesOf, shapesOf } from "./shapes";

// What was made first is below the others.
export function svgOf(doc: Doc): string {
    return boardToSvg(Object.fromEntries(shapesOf(doc).map((shape, z) => [shape.id, { ...entriesOf(shape), z }])));
}

export async function savePicture(title: string, doc: Doc, format: "png" | "svg"): Promise<void> {
    const svg = svgOf(doc);
    if (format === "svg") saveFile(`${title}.svg`, "image/svg+xml", svg);
    else saveFile(`${title}.png`, "image/png", await svgToPng(svg));
}
