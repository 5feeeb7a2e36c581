// What is written on a board: a field beside it, by keyboard alone if one likes.

import { useEffect, useRef } from "preact/hooks";

import { t } from "../strings";
import { limits } from "./shapes";

export function TextEntry({ onText, onClose }: { onText(text: string): void; onClose(): void }) {
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
