// ProseMirror on a Yjs document: keys, typing rules, others' cursors, and where comments stand.

import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { EditorState, Plugin, PluginKey, type Command, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import { absolutePositionToRelativePosition, redo, relativePositionToAbsolutePosition, undo, yCursorPlugin, ySyncPlugin, ySyncPluginKey, yUndoPlugin } from "y-prosemirror";
import * as Y from "yjs";

import { colourOf } from "../app/Avatar";
import { schema, textRoot } from "./schema";

export interface EditorOptions {
    doc: Y.Doc;
    awareness: Awareness;
    label: string;
    isEditable(): boolean;
    onChange(view: EditorView): void;
}

export function openEditor(place: HTMLElement, { doc, awareness, label, isEditable, onChange }: EditorOptions): EditorView {
    const fragment = doc.getXmlFragment(textRoot);
    const state = EditorState.create({
        schema,
        plugins: [
            ySyncPlugin(fragment),
            yCursorPlugin(awareness, { cursorBuilder: cursorOf, selectionBuilder: selectionOf }),
            yUndoPlugin(),
            typingRules(),
            keymap({
                "Mod-z": undo,
                "Mod-y": redo,
                "Mod-Shift-z": redo,
                "Mod-b": toggleMark(schema.marks.strong!),
                "Mod-i": toggleMark(schema.marks.em!),
                "Mod-`": toggleMark(schema.marks.code!),
                "Shift-Enter": chainCommands(exitCode, hardBreak),
                Enter: splitListItem(schema.nodes.list_item!),
                "Mod-[": liftListItem(schema.nodes.list_item!),
                "Mod-]": sinkListItem(schema.nodes.list_item!),
            }),
            keymap(baseKeymap),
            stretches(),
        ],
    });
    return new EditorView(place, {
        state,
        editable: isEditable,
        attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, class: "prose", "data-testid": "editor" },
        // Called with the view as `this`; the first time while it is being made.
        dispatchTransaction: function (this: EditorView, transaction: Transaction) {
            if (this.isDestroyed) return; // others' cursors go a moment after it
            this.updateState(this.state.apply(transaction));
            onChange(this);
        } as (transaction: Transaction) => void,
    });
}

const hardBreak: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(schema.nodes.hard_break!.create()).scrollIntoView());
    return true;
};

function typingRules(): Plugin {
    const { blockquote, bullet_list, ordered_list, heading, code_block } = schema.nodes;
    return inputRules({
        rules: [
            wrappingInputRule(/^\s*>\s$/, blockquote!),
            wrappingInputRule(/^\s*([-+*])\s$/, bullet_list!),
            wrappingInputRule(/^1\.\s$/, ordered_list!),
            textblockTypeInputRule(/^(#{1,3})\s$/, heading!, (match) => ({ level: match[1]!.length })),
            textblockTypeInputRule(/^```$/, code_block!),
        ],
    });
}

export const commands = {
    undo: undo as Command,
    redo: redo as Command,
    strong: toggleMark(schema.marks.strong!),
    em: toggleMark(schema.marks.em!),
    code: toggleMark(schema.marks.code!),
    bullets: wrapInList(schema.nodes.bullet_list!),
    numbers: wrapInList(schema.nodes.ordered_list!),
    quote: wrapIn(schema.nodes.blockquote!),
    paragraph: setBlockType(schema.nodes.paragraph!),
    heading: (level: number) => setBlockType(schema.nodes.heading!, { level }),
};

// --- Others' cursors. The colours are classes: the page's policy allows no inline styles. `user` is the server's word.

interface CursorUser {
    id?: string;
    name?: string;
}

const colourClass = ({ id }: CursorUser) => `colour-${colourOf(String(id ?? ""))}`;

function cursorOf(user: CursorUser): HTMLElement {
    const cursor = document.createElement("span");
    cursor.className = `cursor ${colourClass(user)}`;
    const name = document.createElement("span");
    name.className = "cursor-name";
    name.textContent = String(user.name ?? "");
    cursor.append("\u2060", name, "\u2060");
    return cursor;
}

const selectionOf = (user: CursorUser) => ({ class: `cursor-selection ${colourClass(user)}` });

// --- Stretches that comments are about

interface Stretch {
    id: string;
    from: number;
    to: number;
    isChosen: boolean;
}
const stretchesKey = new PluginKey<Stretch[]>("stretches");

function stretches(): Plugin {
    return new Plugin<Stretch[]>({
        key: stretchesKey,
        state: {
            init: () => [],
            apply: (transaction, before) => (transaction.getMeta(stretchesKey) as Stretch[] | undefined) ?? before.map((one) => ({ ...one, from: transaction.mapping.map(one.from), to: transaction.mapping.map(one.to) })),
        },
        props: {
            decorations: (state) =>
                DecorationSet.create(
                    state.doc,
                    stretchesKey.getState(state)!.filter(({ from, to }) => from < to).map(({ from, to, isChosen }) => Decoration.inline(from, to, { class: `commented${isChosen ? " is-chosen" : ""}` })),
                ),
        },
    });
}

export interface Anchor {
    from: string;
    to: string;
}

interface SyncState {
    type: Y.XmlFragment;
    doc: Y.Doc;
    binding: { mapping: never } | null;
}
const syncOf = (view: EditorView) => ySyncPluginKey.getState(view.state) as SyncState;

// Where the selection is, in words that stay right while others write.
export function anchorOfSelection(view: EditorView): { anchor: Anchor; quote: string } | null {
    const { from, to, empty } = view.state.selection;
    const { type, binding } = syncOf(view);
    if (empty || !binding) return null;
    const at = (position: number) => JSON.stringify(Y.relativePositionToJSON(absolutePositionToRelativePosition(position, type, binding.mapping)));
    return { anchor: { from: at(from), to: at(to) }, quote: view.state.doc.textBetween(from, to, " ").slice(0, 200) };
}

export function placeOf(view: EditorView, { from, to }: Anchor): { from: number; to: number } | null {
    const { type, doc, binding } = syncOf(view);
    if (!binding) return null;
    try {
        const at = (text: string) => relativePositionToAbsolutePosition(doc, type, Y.createRelativePositionFromJSON(JSON.parse(text)), binding.mapping) as number | null;
        const begin = at(from);
        const end = at(to);
        const { size } = view.state.doc.content;
        return begin === null || end === null || begin < 0 || end > size || begin >= end ? null : { from: begin, to: end };
    } catch {
        return null; // whoever wrote this comment wrote nonsense
    }
}

export function showStretches(view: EditorView, comments: { id: string; anchor: Anchor | null }[], chosen: string | null): void {
    if (view.isDestroyed) return;
    const shown = comments.flatMap(({ id, anchor }) => {
        const place = anchor && placeOf(view, anchor);
        return place ? [{ id, ...place, isChosen: id === chosen }] : [];
    });
    view.dispatch(view.state.tr.setMeta(stretchesKey, shown).setMeta("addToHistory", false));
}
