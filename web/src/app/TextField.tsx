// A text area that grows with its text. Control+Enter sends; with `enterSends` plain Enter does, Shift+Enter breaks the line.
// With `people`, "@" suggests them: arrow keys choose, Enter or Tab takes, Escape leaves.

import type { Person } from "@homeroom/client";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { t } from "../strings";
import { Avatar } from "./Avatar";
import { begunAt, complete, suggestionsFor } from "./mentions";

interface TextFieldProps {
    label: string;
    value: string;
    onText(text: string): void;
    onSend(): void;
    onCancel?(): void;
    placeholder?: string;
    enterSends?: boolean;
    rows?: number;
    focus?: boolean;
    people?: Person[];
    testid: string;
}

export function TextField(props: TextFieldProps) {
    const { label, value, onText, onSend, onCancel, placeholder, enterSends, focus, rows = 1, people, testid } = props;
    const field = useRef<HTMLTextAreaElement>(null);
    const [caret, setCaret] = useState<number | null>(null); // where a name may be begun; null: nobody is suggested
    const [chosen, setChosen] = useState(0);
    const list = useId();

    const begun = people && caret !== null ? begunAt(value, caret) : null;
    const suggested = begun ? suggestionsFor(begun.begun, people!) : [];
    const isOpen = suggested.length > 0;
    const at = Math.min(chosen, suggested.length - 1);

    useLayoutEffect(() => {
        const element = field.current;
        if (!element) return;
        element.style.height = "auto";
        element.style.height = `${element.scrollHeight + 2}px`;
    }, [value]);
    useLayoutEffect(() => {
        if (!focus) return;
        field.current?.focus();
        field.current?.setSelectionRange(value.length, value.length);
    }, [focus]);

    const take = (person: Person) => {
        const next = complete(value, caret!, begun!.from, person);
        onText(next.text);
        setCaret(null);
        // When the text is in the field.
        requestAnimationFrame(() => {
            field.current?.focus();
            field.current?.setSelectionRange(next.caret, next.caret);
        });
    };
    const onKeyDown = (event: KeyboardEvent) => {
        // The Enter that ends a word of an input method is no wish to send.
        if (event.isComposing) return;
        if (isOpen) {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) {
                event.preventDefault();
                return setChosen((at + step + suggested.length) % suggested.length);
            }
            if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
                event.preventDefault();
                return take(suggested[at]!);
            }
            if (event.key === "Escape") {
                event.stopPropagation();
                return setCaret(null);
            }
        }
        if (event.key === "Escape" && onCancel) return onCancel();
        if (event.key !== "Enter") return;
        if (event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey)) {
            event.preventDefault();
            onSend();
        }
    };
    return (
        <div class="text-field-box">
            <textarea
                ref={field}
                class="text-field"
                aria-label={label}
                placeholder={placeholder}
                rows={rows}
                value={value}
                {...(people
                    ? {
                          "aria-autocomplete": "list" as const,
                          "aria-controls": list,
                          "aria-activedescendant": isOpen ? `${list}-${at}` : undefined,
                      }
                    : {})}
                onInput={(event) => {
                    onText(event.currentTarget.value);
                    setCaret(event.currentTarget.selectionStart);
                    setChosen(0);
                }}
                onBlur={() => setCaret(null)}
                onKeyDown={onKeyDown}
                data-testid={testid}
            />
            {people && (
                <ul class="suggestions" id={list} role="listbox" aria-label={t().app.people} hidden={!isOpen}>
                    {suggested.map((person, place) => (
                        <li
                            key={person.id}
                            id={`${list}-${place}`}
                            role="option"
                            aria-selected={place === at}
                            // Before the field loses the focus.
                            onMouseDown={(event) => {
                                event.preventDefault();
                                take(person);
                            }}
                            data-testid="suggestion"
                        >
                            <Avatar person={person} size="small" /> {person.name}
                        </li>
                    ))}
                </ul>
            )}
        </div>
    );
}
