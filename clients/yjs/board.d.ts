export interface BoardShape {
    type: "rectangle" | "ellipse" | "diamond" | "line" | "arrow" | "stroke" | "text" | "note" | "image";
    x?: number;
    y?: number;
    width?: number;
    height?: number;
    /** Degrees, around its middle. */
    angle?: number;
    stroke?: string;
    fill?: string;
    strokeWidth?: number;
    opacity?: number;
    /** What is higher is in front. */
    z?: number;
    /** Of lines, arrows and strokes: x0, y0, x1, y1, … from x and y. */
    points?: number[];
    text?: string;
    fontSize?: number;
    /** Of images: the attachment's id. */
    attachment?: string;
}

export interface BoardPictureOptions {
    /** The address of an attachment's picture; nothing: its frame is drawn. For PNG it must be a data URL. */
    image?: (attachment: string) => string | undefined;
    padding?: number;
    /** A colour, or null: none. */
    background?: string | null;
}

/** A whiteboard (its map `shapes`, or what its toJSON() gives) as an SVG document. Pure. */
export function boardToSvg(
    shapes: { toJSON(): Record<string, unknown> } | Record<string, unknown>,
    options?: BoardPictureOptions,
): string;

/** In a browser: an SVG document as a PNG. */
export function svgToPng(svg: string, options?: { scale?: number }): Promise<Blob>;
