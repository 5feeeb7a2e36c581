// A whiteboard on which several people draw at once. What somebody is drawing is seen by the others while he draws (awareness),
// and becomes a shape when he lifts the pen.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as Y from "yjs";

import { myId } from "../app/homeroom";
import { BoxIcon, CircleIcon, CursorIcon, EraserIcon, FitIcon, LetterIcon, LineIcon, MoveIcon, PenIcon, RedoIcon, TrashIcon, UndoIcon, ZoomInIcon, ZoomOutIcon } from "../app/icons";
import { saveFile } from "../app/saveFile";
import type { Known } from "../documents/DocumentPage";
import type { Opened } from "../documents/opened";
import { t } from "../strings";
import { drawAll, fontOf, heightOfLine, type Look, type Palette } from "./draw";
import { addShape, boxOf, colours, entriesOf, limits, shapeAt, shapesOf, shapesRoot, type Colour, type NewShape, type Shape } from "./shapes";
import "./whiteboard.css";

const tools = ["choose", "pan", "pen", "line", "rectangle", "ellipse", "text", "erase"] as const;
type Tool = (typeof tools)[number];
const sizes = [3, 6, 12] as const;
const toolIcons = { choose: CursorIcon, pan: MoveIcon, pen: PenIcon, line: LineIcon, rectangle: BoxIcon, ellipse: CircleIcon, text: LetterIcon, erase: EraserIcon };
const scaleMin = 0.2;
const scaleMax = 4;
const shownPoints = 150;
const step = 10; // by which arrow keys move

const mine = {}; // the origin of what this page changes, for undo

interface Hand {
    id: number; // of the pointer
    startX: number;
    startY: number;
    lastX: number;
    lastY: number;
    look: Look;
    draft: NewShape | null;
    moved: { shape: Shape } | null;
}

export function Board({ known, opened }: { known: Known; opened: Opened }) {
    const { doc, provider, writes, diverged } = opened;
    const mayDraw = writes && !diverged;
    const mayChangeAll = known.role === "owner" || known.role === "editor";
    const canvas = useRef<HTMLCanvasElement>(null);
    const [tool, setTool] = useState<Tool>(mayDraw ? "pen" : "pan");
    const [colour, setColour] = useState<Colour>("ink");
    const [size, setSize] = useState<number>(6);
    const [look, setLook] = useState<Look>({ x: -40, y: -40, scale: 1 });
    const [shapes, setShapes] = useState<Shape[]>(() => shapesOf(doc));
    const [chosen, setChosen] = useState<string | null>(null);
    const [draft, setDraft] = useState<NewShape | null>(null);
    const [others, setOthers] = useState<NewShape[]>([]);
    const [writing, setWriting] = useState<{ x: number; y: number } | null>(null);
    const [bounds, setBounds] = useState({ width: 0, height: 0 });
    const [theme, setTheme] = useState(0);
    const [undoing] = useState(() => new Y.UndoManager(doc.getMap(shapesRoot), { trackedOrigins: new Set([mine]) }));
    const hand = useRef<Hand | null>(null);
    const words = t().board;
    const usable = mayDraw ? tools : (["pan"] as const);
    const mayChange = (shape: Shape) => mayDraw && (mayChangeAll || shape.by === myId.value);

    useEffect(() => {
        const map = doc.getMap(shapesRoot);
        const look = () => setShapes(shapesOf(doc));
        map.observeDeep(look);
        const drafts = () => setOthers(draftsOf(provider.awareness.getStates(), doc.clientID));
        provider.awareness.on("change", drafts);
        const observer = new MutationObserver(() => setTheme((count) => count + 1));
        observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
        return () => {
            map.unobserveDeep(look);
            provider.awareness.off("change", drafts);
            provider.awareness.setLocalStateField("draft", null);
            observer.disconnect();
            undoing.destroy();
        };
    }, []);
    useLayoutEffect(() => {
        const element = canvas.current!;
        const observer = new ResizeObserver(() => {
            const ratio = window.devicePixelRatio || 1;
            element.width = Math.round(element.clientWidth * ratio);
            element.height = Math.round(element.clientHeight * ratio);
            setBounds({ width: element.clientWidth, height: element.clientHeight });
        });
        observer.observe(element);
        return () => observer.disconnect();
    }, []);
    useLayoutEffect(() => {
        const all = [...shapes, ...others.map(asShape), ...(draft ? [asShape(draft)] : [])];
        drawAll(canvas.current!, all, look, paletteOf(canvas.current!), chosen);
    }, [shapes, others, draft, look, chosen, bounds, theme]);
    // A board that was locked in the middle of a stroke.
    useEffect(() => {
        if (mayDraw) return;
        setTool("pan");
        setChosen(null);
        giveUp();
    }, [mayDraw]);

    const at = (event: MouseEvent): { x: number; y: number } => {
        const box = canvas.current!.getBoundingClientRect();
        return { x: look.x + (event.clientX - box.left) / look.scale, y: look.y + (event.clientY - box.top) / look.scale };
    };
    const tell = (shape: NewShape | null) => provider.awareness.setLocalStateField("draft", shape && entriesOf({ ...shape, points: thinned(shape.points) }));
    const show = (shape: NewShape | null) => {
        setDraft(shape);
        tell(shape);
    };
    function giveUp(): void {
        hand.current = null;
        show(null);
    }
    const remove = (shape: Shape) => doc.transact(() => doc.getMap(shapesRoot).delete(shape.id), mine);
    const moveBy = (shape: Shape, x: number, y: number) =>
        doc.transact(() => {
            const entry = doc.getMap(shapesRoot).get(shape.id);
            if (!(entry instanceof Y.Map)) return;
            entry.set("x", round(shape.x + x));
            entry.set("y", round(shape.y + y));
        }, mine);
    const eraseAt = (x: number, y: number) => {
        const shape = shapeAt(shapes, x, y, 6 / look.scale);
        if (shape && mayChange(shape)) remove(shape);
    };
    const zoom = (by: number, around = { x: look.x + bounds.width / 2 / look.scale, y: look.y + bounds.height / 2 / look.scale }) => {
        const scale = Math.min(scaleMax, Math.max(scaleMin, look.scale * by));
        setLook({ scale, x: around.x - ((around.x - look.x) * look.scale) / scale, y: around.y - ((around.y - look.y) * look.scale) / scale });
    };

    const onPointerDown = (event: PointerEvent) => {
        if (event.button !== 0 || hand.current) return;
        const { x, y } = at(event);
        if (tool === "text") {
            event.preventDefault();
            return setWriting({ x, y });
        }
        canvas.current!.setPointerCapture(event.pointerId);
        const common = { x: round(x), y: round(y), points: [], width: 0, height: 0, colour, size, text: "", by: myId.value };
        const kind = { pen: "stroke", line: "line", rectangle: "rectangle", ellipse: "ellipse" } as const;
        const begun: NewShape | null = tool in kind ? { ...common, kind: kind[tool as keyof typeof kind], points: tool === "pen" ? [0, 0, pressureOf(event)] : [] } : null;
        const picked = tool === "choose" ? shapeAt(shapes, x, y, 6 / look.scale) : null;
        if (tool === "choose") setChosen(picked?.id ?? null);
        hand.current = { id: event.pointerId, startX: event.clientX, startY: event.clientY, lastX: x, lastY: y, look, draft: begun, moved: picked && mayChange(picked) ? { shape: picked } : null };
        if (begun) show(begun);
        if (tool === "erase") eraseAt(x, y);
    };
    const onPointerMove = (event: PointerEvent) => {
        const held = hand.current;
        if (!held || held.id !== event.pointerId) return;
        if (tool === "pan") return setLook({ ...held.look, x: held.look.x - (event.clientX - held.startX) / look.scale, y: held.look.y - (event.clientY - held.startY) / look.scale });
        // What came between two frames, too: a quick stroke keeps its corners.
        const events = tool === "pen" ? (event.getCoalescedEvents?.() ?? [event]) : [event];
        for (const one of events.length > 0 ? events : [event]) {
            const { x, y } = at(one);
            if (tool === "erase") eraseAt(x, y);
            if (held.draft?.kind === "stroke" && held.draft.points.length < 3 * limits.points) {
                held.draft = { ...held.draft, points: [...held.draft.points, round(x - held.draft.x), round(y - held.draft.y), pressureOf(one)] };
            } else if (held.draft) held.draft = { ...held.draft, width: round(x - held.draft.x), height: round(y - held.draft.y) };
            if (held.moved) {
                const { shape } = held.moved;
                const next = { ...shape, x: shape.x + x - held.lastX, y: shape.y + y - held.lastY };
                moveBy(shape, x - held.lastX, y - held.lastY);
                held.moved = { shape: { ...next, x: round(next.x), y: round(next.y) } };
            }
            held.lastX = x;
            held.lastY = y;
        }
        if (held.draft) show(held.draft);
    };
    const onPointerUp = (event: PointerEvent) => {
        const held = hand.current;
        if (!held || held.id !== event.pointerId) return;
        if (held.draft && (held.draft.kind === "stroke" || Math.hypot(held.draft.width, held.draft.height) > 3)) addShape(doc, held.draft, mine);
        if (held.moved) undoing.stopCapturing();
        giveUp();
    };
    const onWheel = (event: WheelEvent) => {
        event.preventDefault();
        if (event.ctrlKey || event.metaKey) return zoom(Math.exp(-event.deltaY / 300), at(event));
        setLook({ ...look, x: look.x + event.deltaX / look.scale, y: look.y + event.deltaY / look.scale });
    };
    // Not passive: the page must not scroll with the board.
    useEffect(() => {
        const element = canvas.current!;
        element.addEventListener("wheel", onWheel, { passive: false });
        return () => element.removeEventListener("wheel", onWheel);
    });
    const onKeyDown = (event: KeyboardEvent) => {
        const shape = shapes.find(({ id }) => id === chosen);
        const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (direction) {
            event.preventDefault();
            if (shape && mayChange(shape)) moveBy(shape, direction[0]! * step, direction[1]! * step);
            else setLook({ ...look, x: look.x + (direction[0]! * 40) / look.scale, y: look.y + (direction[1]! * 40) / look.scale });
        } else if ((event.key === "Delete" || event.key === "Backspace") && shape && mayChange(shape)) {
            event.preventDefault();
            remove(shape);
        } else if (event.key === "Escape") {
            setChosen(null);
            giveUp();
        } else if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.25 : 0.8);
        else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
            event.preventDefault();
            if (event.shiftKey) undoing.redo();
            else undoing.undo();
        }
    };
    const fit = () => setLook(lookAt(shapes, bounds));
    // Who comes sees what is there already.
    const isPlaced = bounds.width > 0;
    useEffect(() => {
        if (isPlaced) fit();
    }, [isPlaced]);
    const write = (text: string) => {
        if (text.trim() !== "" && writing) {
            const lines = text.trim().slice(0, limits.text).split("\n");
            const context = canvas.current!.getContext("2d")!;
            context.font = fontOf(size);
            const width = Math.max(...lines.map((line) => context.measureText(line).width));
            addShape(doc, { kind: "text", x: round(writing.x), y: round(writing.y), width: round(width), height: round(lines.length * heightOfLine(size)), points: [], colour, size, text: lines.join("\n"), by: myId.value }, mine);
        }
        setWriting(null);
    };
    const chosenShape = shapes.find(({ id }) => id === chosen);
    return (
        <div class="board card">
            <div class="board-tools">
                <div class="tools" role="group" aria-label={words.tools}>
                    {usable.map((one) => {
                        const Icon = toolIcons[one];
                        return (
                            <button key={one} type="button" class={`icon-button${tool === one ? " is-on" : ""}`} aria-pressed={tool === one} aria-label={words.tool[one]} title={words.tool[one]} onClick={() => setTool(one)} data-testid={`board-${one}`}>
                                <Icon />
                            </button>
                        );
                    })}
                </div>
                {mayDraw && (
                    <>
                        <div class="tools" role="group" aria-label={words.colour}>
                            {colours.map((one) => (
                                <button key={one} type="button" class={`swatch is-${one}`} aria-pressed={colour === one} aria-label={words.colours[one]} title={words.colours[one]} onClick={() => setColour(one)} />
                            ))}
                        </div>
                        <div class="tools" role="group" aria-label={words.size}>
                            {sizes.map((one, place) => (
                                <button key={one} type="button" class={`icon-button is-small width-${place}${size === one ? " is-on" : ""}`} aria-pressed={size === one} aria-label={words.sizes[place]} title={words.sizes[place]} onClick={() => setSize(one)}>
                                    <span aria-hidden="true" />
                                </button>
                            ))}
                        </div>
                        <div class="tools" role="group" aria-label={words.changes}>
                            <IconButton label={words.undo} onPress={() => undoing.undo()} icon={<UndoIcon />} />
                            <IconButton label={words.redo} onPress={() => undoing.redo()} icon={<RedoIcon />} />
                            {chosenShape && mayChange(chosenShape) && <IconButton label={words.remove} onPress={() => remove(chosenShape)} icon={<TrashIcon />} testid="board-remove" />}
                        </div>
                    </>
                )}
                <div class="tools" role="group" aria-label={words.view}>
                    <IconButton label={words.zoomOut} onPress={() => zoom(0.8)} icon={<ZoomOutIcon />} />
                    <IconButton label={words.zoomIn} onPress={() => zoom(1.25)} icon={<ZoomInIcon />} />
                    <IconButton label={words.fit} onPress={fit} icon={<FitIcon />} />
                    <button type="button" class="quiet" onClick={() => canvas.current!.toBlob((image) => image && saveFile(`${known.doc.title}.png`, "image/png", image))}>
                        {words.savePicture}
                    </button>
                </div>
            </div>
            <div class="board-place">
                <canvas
                    ref={canvas}
                    class={`board-canvas is-${tool}`}
                    tabIndex={0}
                    role="application"
                    aria-roledescription={words.board}
                    aria-label={words.label(known.doc.title, shapes.length)}
                    onPointerDown={onPointerDown}
                    onPointerMove={onPointerMove}
                    onPointerUp={onPointerUp}
                    onPointerCancel={giveUp}
                    onKeyDown={onKeyDown}
                    data-testid="board"
                    data-shapes={shapes.length}
                    data-drafts={others.length}
                />
                {shapes.length === 0 && !draft && others.length === 0 && !writing && <p class="board-hint hint">{mayDraw ? words.empty : words.emptyToRead}</p>}
                {writing && <TextEntry onText={write} onClose={() => setWriting(null)} />}
            </div>
            {mayDraw && (
                <p class="board-foot hint">
                    <span class="board-keys">{words.keys}</span>
                    <button type="button" class="quiet" onClick={() => setWriting({ x: look.x + bounds.width / 3 / look.scale, y: look.y + bounds.height / 3 / look.scale })} data-testid="board-note">
                        {words.note}
                    </button>
                </p>
            )}
            <ul class="visually-hidden" aria-label={words.texts}>
                {shapes.filter(({ kind }) => kind === "text").map(({ id, text }) => (
                    <li key={id}>{text}</li>
                ))}
            </ul>
        </div>
    );
}

function IconButton({ label, onPress, icon, testid }: { label: string; onPress(): void; icon: preact.ComponentChildren; testid?: string }) {
    return (
        <button type="button" class="icon-button" aria-label={label} title={label} onClick={onPress} data-testid={testid}>
            {icon}
        </button>
    );
}

function TextEntry({ onText, onClose }: { onText(text: string): void; onClose(): void }) {
    const field = useRef<HTMLTextAreaElement>(null);
    useEffect(() => field.current?.focus(), []);
    const words = t().board;
    return (
        <form
            class="card board-text"
            onSubmit={(event) => {
                event.preventDefault();
                onText(field.current!.value);
            }}
            onKeyDown={(event) => {
                if (event.key === "Escape") onClose();
                if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                    event.preventDefault();
                    onText(field.current!.value);
                }
            }}
        >
            <textarea class="text-field" ref={field} rows={2} maxLength={limits.text} aria-label={words.text} data-testid="board-text" />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary">
                    {words.put}
                </button>
            </div>
        </form>
    );
}

// For the eyes of the others while it is drawn: not every point of a long stroke, many times a second.
function thinned(points: number[]): number[] {
    const every = Math.ceil(points.length / 3 / shownPoints);
    return every <= 1 ? points : points.filter((_, place) => Math.floor(place / 3) % every === 0);
}

const round = (value: number) => Math.round(value * 10) / 10;
const pressureOf = (event: PointerEvent) => (event.pointerType === "pen" ? Math.round(event.pressure * 100) / 100 : 0.5);
const asShape = (draft: NewShape): Shape => ({ ...draft, id: "", at: Infinity });

// What the others are drawing at this moment. It is read as carefully as what is on the board.
function draftsOf(states: Map<number, Record<string, unknown>>, own: number): NewShape[] {
    const scratch = new Y.Doc();
    const map = scratch.getMap(shapesRoot);
    for (const [client, { draft }] of states) {
        if (client === own || typeof draft !== "object" || draft === null || map.size >= 50) continue;
        map.set(String(client), new Y.Map(Object.entries(draft)));
    }
    return shapesOf(scratch);
}

function paletteOf(canvas: HTMLElement): Palette {
    const style = getComputedStyle(canvas);
    const value = (name: string) => style.getPropertyValue(name).trim();
    const palette = Object.fromEntries(colours.map((one) => [one, value(`--board-${one}`)])) as Record<Colour, string>;
    return { ...palette, paper: value("--card"), grid: value("--line"), accent: value("--accent") };
}

function lookAt(shapes: Shape[], { width, height }: { width: number; height: number }): Look {
    const beginning = { x: -40, y: -40, scale: 1 };
    if (shapes.length === 0 || width === 0) return beginning;
    const boxes = shapes.map(boxOf);
    const left = Math.min(...boxes.map((box) => box.left)) - 40;
    const top = Math.min(...boxes.map((box) => box.top)) - 40;
    const across = Math.max(...boxes.map((box) => box.right)) + 40 - left;
    const down = Math.max(...boxes.map((box) => box.bottom)) + 40 - top;
    // What is to be seen from where one usually begins needs no other look.
    if (left >= -80 && top >= -80 && left + across <= width && top + down <= height) return beginning;
    const scale = Math.min(1, Math.max(scaleMin, Math.min(width / across, height / down)));
    return { x: left - (width / scale - across) / 2, y: top - (height / scale - down) / 2, scale };
}
