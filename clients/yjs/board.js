// A whiteboard as a picture: `boardToSvg(shapes)` is pure and runs anywhere; `svgToPng(svg)` needs a browser.
//
//   shape := { type, x, y, width, height, angle?, stroke?, fill?, strokeWidth?, opacity?, z?, points?, text?, fontSize?, attachment? }
//   type  := rectangle | ellipse | diamond | line | arrow | stroke | text | note | image
//
// What others drew is not trusted: numbers are numbers, colours are colours, and text is escaped. What is of another type, or
// has no place, is left out.

const defaults = { stroke: "#1e1e1e", strokeWidth: 2, fontSize: 20, note: "#fff3a3" };
const lineHeight = 1.25;
const characterWidth = 0.6; // of the font's size: nothing is measured here
const sizeMax = 100_000;

// --- What a shape may say ---------------------------------------------------------------------------------------------------

const number = (value, otherwise = 0) => (Number.isFinite(value) ? Math.min(Math.max(value, -sizeMax), sizeMax) : otherwise);
const positive = (value, otherwise = 0) => Math.max(0, number(value, otherwise));
const isColor = (value) => typeof value === "string" && /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(value);
const color = (value, otherwise) => (isColor(value) ? value : otherwise);
const round = (value) => Math.round(value * 100) / 100;

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const escape = (text) =>
    text
        // What XML has no place for.
        .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "")
        .replace(/[&<>"']/g, (one) => escapes[one]);

const attributes = (all) =>
    Object.entries(all)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
        .join("");

const element = (name, all, content = "") => `<${name}${attributes(all)}${content ? `>${content}</${name}>` : "/>"}`;

// --- Where it is ------------------------------------------------------------------------------------------------------------

// [x0, y0, x1, y1, …], from the shape's own place.
function pointsOf(shape) {
    const points = [];
    if (!Array.isArray(shape.points)) return points;
    for (let i = 0; i + 1 < shape.points.length; i += 2)
        points.push([shape.x + number(shape.points[i]), shape.y + number(shape.points[i + 1])]);
    return points;
}

const linesOf = (shape) => (typeof shape.text === "string" ? shape.text : "").split("\n");

function boxOf(shape) {
    if (["line", "arrow", "stroke"].includes(shape.type)) {
        const points = pointsOf(shape);
        if (points.length === 0) return null;
        const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
        const extreme = (values, better) => values.reduce((best, one) => (better(one, best) ? one : best));
        const [left, top] = [extreme(xs, (a, b) => a < b), extreme(ys, (a, b) => a < b)];
        return { left, top, width: extreme(xs, (a, b) => a > b) - left, height: extreme(ys, (a, b) => a > b) - top };
    }
    if (shape.type === "text" && !(shape.width > 0 && shape.height > 0)) {
        const lines = linesOf(shape);
        const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
        const size = shape.fontSize;
        return { left: shape.x, top: shape.y, width: longest * size * characterWidth, height: lines.length * size * lineHeight };
    }
    return { left: shape.x, top: shape.y, width: shape.width, height: shape.height };
}

// The corners of what is drawn, turned and with its line.
function cornersOf(shape, box) {
    const [middleX, middleY] = [box.left + box.width / 2, box.top + box.height / 2];
    const [cos, sin] = [Math.cos((shape.angle * Math.PI) / 180), Math.sin((shape.angle * Math.PI) / 180)];
    const [halfWidth, halfHeight] = [(box.width + shape.strokeWidth) / 2, (box.height + shape.strokeWidth) / 2];
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => {
        const [dx, dy] = [x * halfWidth, y * halfHeight];
        return [middleX + dx * cos - dy * sin, middleY + dx * sin + dy * cos];
    });
}

// --- How it looks -----------------------------------------------------------------------------------------------------------

const path = (points) => `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}`;

function arrowHead(points, width) {
    const [toX, toY] = points.at(-1);
    const [fromX, fromY] = points.at(-2);
    const direction = Math.atan2(toY - fromY, toX - fromX);
    const length = 6 + width * 3;
    const wing = (side) => [toX - length * Math.cos(direction + side * 0.45), toY - length * Math.sin(direction + side * 0.45)];
    return path([wing(1), [toX, toY], wing(-1)]);
}

function textLines(shape, box, fill) {
    const size = shape.fontSize;
    const line = (text, i) => element("tspan", { x: round(box.left), y: round(box.top + size * (i * lineHeight + 1)) }, escape(text) || " ");
    return element("text", { fill, "font-size": round(size), "font-family": "sans-serif", "xml:space": "preserve" }, linesOf(shape).map(line).join(""));
}

const drawings = {
    rectangle: (shape, box, line) =>
        element("rect", { x: round(box.left), y: round(box.top), width: round(box.width), height: round(box.height), ...line }),
    ellipse: (shape, box, line) =>
        element("ellipse", {
            cx: round(box.left + box.width / 2), cy: round(box.top + box.height / 2),
            rx: round(box.width / 2), ry: round(box.height / 2), ...line,
        }),
    diamond: (shape, { left, top, width, height }, line) => {
        const corners = [[left + width / 2, top], [left + width, top + height / 2], [left + width / 2, top + height], [left, top + height / 2]];
        return element("path", { d: `${path(corners)}Z`, ...line });
    },
    stroke: (shape, box, line) => {
        const points = pointsOf(shape);
        // A dot has a length, or nothing is seen of it.
        const all = points.length === 1 ? [points[0], [points[0][0] + 0.01, points[0][1]]] : points;
        return element("path", { d: path(all), ...line, fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" });
    },
    line: (shape, box, line) => drawings.stroke(shape, box, line),
    arrow: (shape, box, line) => {
        const points = pointsOf(shape);
        const head = points.length < 2 ? "" : element("path", { d: arrowHead(points, shape.strokeWidth), ...line, fill: "none", "stroke-linecap": "round" });
        return drawings.stroke(shape, box, line) + head;
    },
    text: (shape, box) => textLines(shape, box, shape.stroke),
    note: (shape, box, line) => {
        const inner = { ...box, left: box.left + 8, top: box.top + 8 };
        return drawings.rectangle(shape, box, { ...line, fill: color(shape.fill, defaults.note) }) + textLines(shape, inner, shape.stroke);
    },
    image: (shape, box, line, image) => {
        const href = typeof shape.attachment === "string" ? image(shape.attachment) : undefined;
        if (typeof href !== "string") return drawings.rectangle(shape, box, { ...line, "stroke-dasharray": "4 4" });
        const place = { x: round(box.left), y: round(box.top), width: round(box.width), height: round(box.height) };
        return element("image", { ...place, href, preserveAspectRatio: "none" });
    },
};

function normalized(id, value) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(drawings, value.type)) return null;
    return {
        id,
        type: value.type,
        x: number(value.x), y: number(value.y), width: positive(value.width), height: positive(value.height),
        angle: number(value.angle),
        z: number(value.z),
        stroke: color(value.stroke, defaults.stroke),
        fill: color(value.fill, "none"),
        strokeWidth: positive(value.strokeWidth, defaults.strokeWidth),
        opacity: Math.min(1, positive(value.opacity, 1)),
        points: value.points,
        text: value.text,
        fontSize: positive(value.fontSize, defaults.fontSize),
        attachment: value.attachment,
    };
}

function draw(shape, box, image) {
    const line = { fill: shape.fill, stroke: shape.stroke, "stroke-width": round(shape.strokeWidth) };
    const drawn = drawings[shape.type](shape, box, line, image);
    const middle = `${round(box.left + box.width / 2)} ${round(box.top + box.height / 2)}`;
    const group = {
        transform: shape.angle === 0 ? undefined : `rotate(${round(shape.angle)} ${middle})`,
        opacity: shape.opacity === 1 ? undefined : round(shape.opacity),
    };
    return Object.values(group).some((value) => value !== undefined) ? element("g", group, drawn) : drawn;
}

// `shapes`: the board's map, a Y.Map or what its toJSON() gives. `image(attachment)` gives the address of a picture, or nothing:
// then its frame is drawn. An address must be one that the picture may be loaded from within an SVG: for PNG, a data URL.
export function boardToSvg(shapes, { image = () => undefined, padding = 16, background = "#ffffff" } = {}) {
    const json = typeof shapes?.toJSON === "function" ? shapes.toJSON() : shapes ?? {};
    const drawn = Object.entries(json)
        .map(([id, value]) => normalized(id, value))
        .filter((shape) => shape !== null)
        .sort((a, b) => a.z - b.z || (a.id < b.id ? -1 : 1))
        .map((shape) => ({ shape, box: boxOf(shape) }))
        .filter(({ box }) => box !== null);
    const bounds = { left: 0, top: 0, right: 0, bottom: 0 };
    for (const [i, [x, y]] of drawn.flatMap(({ shape, box }) => cornersOf(shape, box)).entries()) {
        bounds.left = i === 0 ? x : Math.min(bounds.left, x);
        bounds.top = i === 0 ? y : Math.min(bounds.top, y);
        bounds.right = i === 0 ? x : Math.max(bounds.right, x);
        bounds.bottom = i === 0 ? y : Math.max(bounds.bottom, y);
    }
    const [left, top] = [Math.floor(bounds.left - padding), Math.floor(bounds.top - padding)];
    const [width, height] = [Math.ceil(bounds.right + padding) - left, Math.ceil(bounds.bottom + padding) - top];
    const ground = isColor(background) ? element("rect", { x: left, y: top, width, height, fill: background }) : "";
    const content = ground + drawn.map(({ shape, box }) => draw(shape, box, image)).join("");
    return element("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `${left} ${top} ${width} ${height}`, width, height }, content || " ");
}

// In a browser: the picture as a PNG, a Blob. No side has more than 8,192 pixels. It is loaded from a `data:` URL, which policies that
// forbid much else let pass for images.
export async function svgToPng(svg, { scale = 2 } = {}) {
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await picture.decode();
    const fit = Math.min(scale, 8_192 / Math.max(picture.width, picture.height, 1));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * fit));
    canvas.height = Math.max(1, Math.round(picture.height * fit));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (blob === null) throw new Error("the board could not be drawn");
    return blob;
}
