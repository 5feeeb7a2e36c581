// A text area that grows with its text. Control+Enter sends; with `enterSends` plain Enter does, Shift+Enter breaks the line.

import { useLayoutEffect, useRef } from "preact/hooks";

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
    testid: string;
}

export function TextField(props: TextFieldProps) {
    const { label, value, onText, onSend, onCancel, placeholder, enterSends, focus, rows = 1, testid } = props;
    const field = useRef<HTMLTextAreaElement>(null);

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

    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === "Escape" && onCancel) return onCancel();
        // The Enter that ends a word of an input method is no wish to send.
        if (event.key !== "Enter" || event.isComposing) return;
        if (event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey)) {
            event.preventDefault();
            onSend();
        }
    };
    return (
        <textarea
            ref={field}
            class="text-field"
            aria-label={label}
            placeholder={placeholder}
            rows={rows}
            value={value}
            onInput={(event) => onText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            data-testid={testid}
        />
    );
}
