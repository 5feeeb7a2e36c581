// A whiteboard on which several people draw at once. What somebody is drawing is seen by the others while he draws (awareness),
// and becomes a shape when he lifts the pen. Two fingers move and zoom it, whatever the tool.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as Y from "yjs";

import { FailureText } from "../app/FailureText";
import { myId } from "../app/homeroom";
import { useDeed } from "../app/useDeed";
import type { Known } from "../documents/DocumentPage";
import type { Opened } from "../documents/opened";
import { t } from "../strings";
import { BoardTools, type Tool } from "./BoardTools";
import { drawAll, fontOf, heightOfLine, type Palette } from "./draw";
import { Fingers } from "./fingers";
import { askToPresent, tellDraft, tellLaser, tellViewport, useOthers, usePresenting } from "./others";
import { useOwners } from "./owners";
import { addShape, colours, limits, shapeAt, shapesOf, shapesRoot, type Colour, type NewShape, type Shape } from "./shapes";
import { TextEntry } from "./TextEntry";
import { lookAtAll, lookAtViewport, viewportOf, zoomed, type Look, type Point } from "./view";
import "./whiteboard.css";

const step = 10; // by which arrow keys move
const kindOf = { pen: "stroke", line: "line", arrow: "arrow", rectangle: "rectangle", ellipse: "ellipse" } as const;

const mine = {}; // the origin of what this page changes, for undo

// One pointer that is down.
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
    const [writing, setWriting] = useState<Point | null>(null);
    const [bounds, setBounds] = useState({ width: 0, height: 0 });
    const [theme, setTheme] = useState(0);
    const [undoing] = useState(() => new Y.UndoManager(doc.getMap(shapesRoot), { trackedOrigins: new Set([mine]) }));
    const hand = useRef<Hand | null>(null);
    const fingers = useRef(new Fingers());
    const others = useOthers(provider);
    const { presenter, viewport } = others;
    const [presents, setAsked] = usePresenting(provider, presenter);
    const [follows, setFollows] = useState(true);
    const { failure, attempt } = useDeed();
    const words = t().board;
    const isPlaced = bounds.width > 0;
    const isMine = useOwners(known.doc.id, doc, mayDraw && !mayChangeAll);
    const mayChange = (shape: Shape) => mayDraw && (mayChangeAll || isMine(shape));

    useEffect(() => {
        const map = doc.getMap(shapesRoot);
        const read = () => setShapes(shapesOf(doc));
        map.observeDeep(read);
        const observer = new MutationObserver(() => setTheme((count) => count + 1));
        observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
        return () => {
            map.unobserveDeep(read);
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
        const all = [...shapes, ...others.drafts, ...(draft ? [{ ...draft, id: "", at: 0 }] : [])];
        drawAll(canvas.current!, all, others.pointers, look, paletteOf(canvas.current!), chosen);
    }, [shapes, others, draft, look, chosen, bounds, theme]);
    // A board that was locked in the middle of a stroke.
    useEffect(() => {
        if (mayDraw) return;
        setTool("pan");
        setChosen(null);
        giveUp();
    }, [mayDraw]);
    // Who comes sees what is there already, and whoever turns his telephone; not who has gone to a place of his own.
    const isLed = useRef(true);
    const fit = () => {
        turn(lookAtAll(shapes, bounds));
        isLed.current = true;
    };
    useLayoutEffect(() => {
        if (isPlaced && isLed.current) setLook(lookAtAll(shapes, bounds));
    }, [isPlaced, bounds]);

    // --- Presenting, and following who does

    useEffect(() => setFollows(true), [presenter?.id]);
    const leads = follows && !presents ? viewport : null;
    useEffect(() => {
        if (leads && isPlaced) setLook(lookAtViewport(leads, bounds));
    }, [leads?.x, leads?.y, leads?.width, leads?.height, bounds]);
    useEffect(() => {
        if (isPlaced) tellViewport(provider, presents ? viewportOf(look, bounds) : null);
    }, [presents, look, bounds]);
    const present = (on: boolean) =>
        attempt(async () => {
            setAsked(on);
            const answer = await askToPresent(known.doc.id, on);
            if (!answer.ok) setAsked(false);
            return answer.ok ? null : answer.error;
        });
    // Whoever looks elsewhere by himself does not follow any more.
    function turn(next: Look): void {
        setFollows(false);
        isLed.current = false;
        setLook(next);
    }

    // --- What is done by hand

    const spotOf = (event: MouseEvent): Point => {
        const box = canvas.current!.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const at = (event: MouseEvent): Point => {
        const spot = spotOf(event);
        return { x: look.x + spot.x / look.scale, y: look.y + spot.y / look.scale };
    };
    const show = (shape: NewShape | null) => {
        setDraft(shape);
        tellDraft(provider, shape);
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
    const zoom = (by: number, around: Point = { x: look.x + bounds.width / 2 / look.scale, y: look.y + bounds.height / 2 / look.scale }) => turn(zoomed(look, by, around));

    const pinches = (event: PointerEvent) => fingers.current.take(event, spotOf(event), look, turn);
    const onPointerDown = (event: PointerEvent) => {
        if (pinches(event)) return giveUp();
        if (event.button !== 0 || hand.current) return;
        isLed.current = false;
        const { x, y } = at(event);
        if (tool === "text") {
            event.preventDefault();
            return setWriting({ x, y });
        }
        canvas.current!.setPointerCapture(event.pointerId);
        const common = { x: round(x), y: round(y), points: [], width: 0, height: 0, colour, size, text: "", by: myId.value };
        const begun: NewShape | null = tool in kindOf ? { ...common, kind: kindOf[tool as keyof typeof kindOf], points: tool === "pen" ? [0, 0, pressureOf(event)] : [] } : null;
        const picked = tool === "choose" ? shapeAt(shapes, x, y, 6 / look.scale) : null;
        if (tool === "choose") setChosen(picked?.id ?? null);
        hand.current = { id: event.pointerId, startX: event.clientX, startY: event.clientY, lastX: x, lastY: y, look, draft: begun, moved: picked && mayChange(picked) ? { shape: picked } : null };
        if (begun) show(begun);
        // A finger may be the first of two.
        if (tool === "erase" && event.pointerType !== "touch") eraseAt(x, y);
    };
    const onPointerMove = (event: PointerEvent) => {
        if (pinches(event)) return;
        const place = at(event);
        if (known.role !== "viewer") tellLaser(provider, [Math.round(place.x), Math.round(place.y)]);
        const held = hand.current;
        if (!held || held.id !== event.pointerId) return;
        if (tool === "pan") return turn({ ...held.look, x: held.look.x - (event.clientX - held.startX) / look.scale, y: held.look.y - (event.clientY - held.startY) / look.scale });
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
        if (pinches(event)) return;
        const held = hand.current;
        if (!held || held.id !== event.pointerId) return;
        if (held.draft && (held.draft.kind === "stroke" || Math.hypot(held.draft.width, held.draft.height) > 3)) addShape(doc, held.draft, mine);
        if (held.moved) undoing.stopCapturing();
        if (tool === "erase") eraseAt(held.lastX, held.lastY);
        giveUp();
    };
    const onPointerCancel = (event: PointerEvent) => {
        if (!pinches(event)) giveUp();
    };
    const onWheel = (event: WheelEvent) => {
        event.preventDefault();
        if (event.ctrlKey || event.metaKey) return zoom(Math.exp(-event.deltaY / 300), at(event));
        turn({ ...look, x: look.x + event.deltaX / look.scale, y: look.y + event.deltaY / look.scale });
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
            else turn({ ...look, x: look.x + (direction[0]! * 40) / look.scale, y: look.y + (direction[1]! * 40) / look.scale });
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
            <BoardTools
                mayDraw={mayDraw}
                tool={tool}
                onTool={setTool}
                colour={colour}
                onColour={setColour}
                size={size}
                onSize={setSize}
                onUndo={() => undoing.undo()}
                onRedo={() => undoing.redo()}
                onRemove={chosenShape && mayChange(chosenShape) ? () => remove(chosenShape) : null}
                onZoom={zoom}
                onFit={fit}
                presents={presents}
                onPresent={mayChangeAll ? present : null}
            />
            <FailureText text={failure} />
            {presenter && (
                <p class="board-presenter" role="status" data-testid="board-presenter">
                    <span>{presents ? words.youPresent : words.presents(presenter.name)}</span>
                    {!presents && (
                        <button type="button" class="quiet" aria-pressed={follows} onClick={() => setFollows(!follows)} data-testid="board-follow">
                            {follows ? words.leave : words.follow}
                        </button>
                    )}
                </p>
            )}
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
                    onPointerCancel={onPointerCancel}
                    onPointerLeave={() => tellLaser(provider, null)}
                    onKeyDown={onKeyDown}
                    data-testid="board"
                    data-shapes={shapes.length}
                    data-drafts={others.drafts.length}
                    data-pointers={others.pointers.length}
                    data-scale={look.scale.toFixed(2)}
                    data-place={`${Math.round(look.x)} ${Math.round(look.y)}`}
                />
                {shapes.length === 0 && !draft && others.drafts.length === 0 && !writing && <p class="board-hint hint">{mayDraw ? words.empty : words.emptyToRead}</p>}
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

const round = (value: number) => Math.round(value * 10) / 10;
const pressureOf = (event: PointerEvent) => (event.pointerType === "pen" ? Math.round(event.pressure * 100) / 100 : 0.5);

function paletteOf(canvas: HTMLElement): Palette {
    const style = getComputedStyle(canvas);
    const value = (name: string) => style.getPropertyValue(name).trim();
    const palette = Object.fromEntries(colours.map((one) => [one, value(`--board-${one}`)])) as Record<Colour, string>;
    return { ...palette, paper: value("--card"), grid: value("--line"), accent: value("--accent") };
}
