// The bar above a board: tools, colours, widths, undo, the view, presenting. What one may not do is not in it.

import type { ComponentChildren } from "preact";

import { ArrowIcon, BoxIcon, CircleIcon, CursorIcon, EraserIcon, FitIcon, LetterIcon, LineIcon, MoveIcon, PenIcon, PresentIcon, RedoIcon, TrashIcon, UndoIcon, ZoomInIcon, ZoomOutIcon } from "../app/icons";
import { t } from "../strings";
import { colours, type Colour } from "./shapes";

export const tools = ["choose", "pan", "pen", "line", "arrow", "rectangle", "ellipse", "text", "erase"] as const;
export type Tool = (typeof tools)[number];
export const sizes = [3, 6, 12] as const;
const icons = { choose: CursorIcon, pan: MoveIcon, pen: PenIcon, line: LineIcon, arrow: ArrowIcon, rectangle: BoxIcon, ellipse: CircleIcon, text: LetterIcon, erase: EraserIcon };

interface Props {
    mayDraw: boolean;
    tool: Tool;
    onTool(tool: Tool): void;
    colour: Colour;
    onColour(colour: Colour): void;
    size: number;
    onSize(size: number): void;
    onUndo(): void;
    onRedo(): void;
    onRemove: (() => void) | null; // what is chosen
    onZoom(by: number): void;
    onFit(): void;
    presents: boolean;
    onPresent: ((on: boolean) => void) | null;
}

export function BoardTools({ mayDraw, tool, onTool, colour, onColour, size, onSize, onUndo, onRedo, onRemove, onZoom, onFit, presents, onPresent }: Props) {
    const words = t().board;
    return (
        <div class="board-tools">
            <Group label={words.tools}>
                {(mayDraw ? tools : (["pan"] as const)).map((one) => {
                    const Icon = icons[one];
                    return (
                        <button key={one} type="button" class={`icon-button${tool === one ? " is-on" : ""}`} aria-pressed={tool === one} aria-label={words.tool[one]} title={words.tool[one]} onClick={() => onTool(one)} data-testid={`board-${one}`}>
                            <Icon />
                        </button>
                    );
                })}
            </Group>
            {mayDraw && (
                <>
                    <Group label={words.colour}>
                        {colours.map((one) => (
                            <button key={one} type="button" class={`swatch is-${one}`} aria-pressed={colour === one} aria-label={words.colours[one]} title={words.colours[one]} onClick={() => onColour(one)} />
                        ))}
                    </Group>
                    <Group label={words.size}>
                        {sizes.map((one, place) => (
                            <button key={one} type="button" class={`icon-button is-small width-${place}${size === one ? " is-on" : ""}`} aria-pressed={size === one} aria-label={words.sizes[place]} title={words.sizes[place]} onClick={() => onSize(one)}>
                                <span aria-hidden="true" />
                            </button>
                        ))}
                    </Group>
                    <Group label={words.changes}>
                        <IconButton label={words.undo} onPress={onUndo} icon={<UndoIcon />} />
                        <IconButton label={words.redo} onPress={onRedo} icon={<RedoIcon />} />
                        {onRemove && <IconButton label={words.remove} onPress={onRemove} icon={<TrashIcon />} testid="board-remove" />}
                    </Group>
                </>
            )}
            <Group label={words.view}>
                <IconButton label={words.zoomOut} onPress={() => onZoom(0.8)} icon={<ZoomOutIcon />} />
                <IconButton label={words.zoomIn} onPress={() => onZoom(1.25)} icon={<ZoomInIcon />} />
                <IconButton label={words.fit} onPress={onFit} icon={<FitIcon />} />
            </Group>
            {onPresent && (
                <button type="button" class={`quiet${presents ? " is-on" : ""}`} aria-pressed={presents} onClick={() => onPresent(!presents)} data-testid="board-present">
                    <PresentIcon /> {words.present}
                </button>
            )}
        </div>
    );
}

const Group = ({ label, children }: { label: string; children: ComponentChildren }) => (
    <div class="tools" role="group" aria-label={label}>
        {children}
    </div>
);

function IconButton({ label, onPress, icon, testid }: { label: string; onPress(): void; icon: ComponentChildren; testid?: string }) {
    return (
        <button type="button" class="icon-button" aria-label={label} title={label} onClick={onPress} data-testid={testid}>
            {icon}
        </button>
    );
}
