import type { NewPoll } from "@homeroom/client";

import { CloseIcon, PlusIcon } from "../app/icons";
import { t } from "../strings";

export interface PollDraft {
    options: string[];
    multiple: boolean;
    hidden: boolean;
}

// As many, and of as many letters.
const mostOfPosts = { options: 20, text: 100 };
export const emptyPoll = (): PollDraft => ({ options: ["", ""], multiple: false, hidden: false });

// What is asked for, or null while it can't be: two options at least, none twice.
export function pollOf({ options, multiple, hidden }: PollDraft): NewPoll | null {
    const filled = options.map((option) => option.trim()).filter((option) => option !== "");
    if (filled.length < 2 || new Set(filled).size < filled.length) return null;
    return { options: filled, multiple, hidden };
}

interface PollFormProps {
    poll: PollDraft;
    onChange(poll: PollDraft): void;
    most?: { options: number; text: number };
}

export function PollForm({ poll, onChange, most = mostOfPosts }: PollFormProps) {
    const words = t().feed.poll;
    const set = (place: number, text: string) => onChange({ ...poll, options: poll.options.map((one, index) => (index === place ? text : one)) });
    return (
        <fieldset class="composer-part poll-form">
            <legend>{words.legend}</legend>
            {poll.options.map((option, place) => (
                <div class="field-row" key={place}>
                    <input
                        class="field"
                        aria-label={words.option(place + 1)}
                        placeholder={words.option(place + 1)}
                        maxLength={most.text}
                        value={option}
                        onInput={(event) => set(place, event.currentTarget.value)}
                        data-testid="poll-option-text"
                    />
                    {poll.options.length > 2 && (
                        <button
                            type="button"
                            class="icon-button is-small"
                            aria-label={words.remove(place + 1)}
                            onClick={() => onChange({ ...poll, options: poll.options.filter((_, index) => index !== place) })}
                        >
                            <CloseIcon />
                        </button>
                    )}
                </div>
            ))}
            <div class="field-row is-wrapping">
                {poll.options.length < most.options && (
                    <button type="button" class="quiet" onClick={() => onChange({ ...poll, options: [...poll.options, ""] })}>
                        <PlusIcon /> {words.add}
                    </button>
                )}
                <label class="check">
                    <input type="checkbox" checked={poll.multiple} onChange={() => onChange({ ...poll, multiple: !poll.multiple })} />
                    {words.multiple}
                </label>
                <label class="check">
                    <input type="checkbox" checked={poll.hidden} onChange={() => onChange({ ...poll, hidden: !poll.hidden })} />
                    {words.hidden}
                </label>
            </div>
        </fieldset>
    );
}
