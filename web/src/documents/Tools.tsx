// What can be done with the text that is selected.

import { toggleMark } from "prosemirror-commands";
import type { Command, EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { BulletsIcon, LinkIcon, NumbersIcon, QuoteIcon, RedoIcon, UndoIcon } from "../app/icons";
import { safeHref } from "../app/links";
import { t } from "../strings";
import { commands } from "./editor";
import { schema } from "./schema";

// `state`: the view's, so that the tools are as the text is.
export function Tools({ view, state }: { view: EditorView; state: EditorState }) {
    const [linking, setLinking] = useState(false);
    const words = t().documents.tools;
    const run = (command: Command) => {
        command(view.state, view.dispatch, view);
        view.focus();
    };
    const block = blockOf(state);
    const tool = (label: string, command: Command, face: ComponentChildren, isOn?: boolean) => (
        <button
            type="button"
            class={`icon-button is-small${isOn ? " is-on" : ""}`}
            aria-label={label}
            title={label}
            aria-pressed={isOn}
            // The text keeps the focus and its selection.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(command)}
        >
            {face}
        </button>
    );
    const hasLink = isMarked(state, "link");
    return (
        <div class="tools" role="group" aria-label={words.label}>
            <select class="field is-short" aria-label={words.block} value={block} onChange={(event) => run(event.currentTarget.value === "0" ? commands.paragraph : commands.heading(Number(event.currentTarget.value)))} data-testid="tool-block">
                {["0", "1", "2", "3"].map((level) => (
                    <option key={level} value={level}>
                        {words.blocks[Number(level)]}
                    </option>
                ))}
            </select>
            {tool(words.bold, commands.strong, <b>{words.boldLetter}</b>, isMarked(state, "strong"))}
            {tool(words.italic, commands.em, <i>{words.italicLetter}</i>, isMarked(state, "em"))}
            {tool(words.code, commands.code, <code>{"<>"}</code>, isMarked(state, "code"))}
            {tool(words.bullets, commands.bullets, <BulletsIcon />)}
            {tool(words.numbers, commands.numbers, <NumbersIcon />)}
            {tool(words.quote, commands.quote, <QuoteIcon />)}
            <button
                type="button"
                class={`icon-button is-small${hasLink ? " is-on" : ""}`}
                aria-label={words.link}
                title={words.link}
                aria-pressed={hasLink}
                disabled={state.selection.empty && !hasLink}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => (hasLink ? run(toggleMark(schema.marks.link!)) : setLinking(!linking))}
            >
                <LinkIcon />
            </button>
            {tool(words.undo, commands.undo, <UndoIcon />)}
            {tool(words.redo, commands.redo, <RedoIcon />)}
            {linking && (
                <LinkForm
                    onLink={(href) => {
                        setLinking(false);
                        run(toggleMark(schema.marks.link!, { href }));
                    }}
                />
            )}
        </div>
    );
}

function LinkForm({ onLink }: { onLink(href: string): void }) {
    const [address, setAddress] = useState("");
    const href = safeHref(/^https?:/i.test(address) ? address : `https://${address}`);
    const words = t().documents.tools;
    return (
        <form
            class="field-row"
            onSubmit={(event) => {
                event.preventDefault();
                if (href) onLink(href);
            }}
        >
            <input class="field" type="url" inputMode="url" placeholder="https://" aria-label={words.address} value={address} onInput={(event) => setAddress(event.currentTarget.value)} />
            <button type="submit" class="secondary" disabled={!href || address === ""}>
                {words.link}
            </button>
        </form>
    );
}

function blockOf({ selection }: EditorState): string {
    const { parent } = selection.$from;
    return parent.type.name === "heading" ? String(parent.attrs.level) : "0";
}

function isMarked({ selection, storedMarks, doc }: EditorState, name: string): boolean {
    const type = schema.marks[name]!;
    if (selection.empty) return !!type.isInSet(storedMarks ?? selection.$from.marks());
    return doc.rangeHasMark(selection.from, selection.to, type);
}
