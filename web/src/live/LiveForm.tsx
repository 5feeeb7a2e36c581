// Planning a live class, or starting one out of hand.

import type { Failure, Live, Requests } from "@homeroom/client";
import { newKey } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import type { Room } from "../rooms/state";
import { t } from "../strings";

type Body = Requests["live:schedule"]["body"];

interface LiveFormProps {
    room: Room;
    now: boolean;
    onMake(body: Body): Promise<Live | Failure>;
    onClose(): void;
}

export function LiveForm({ room, now, onMake, onClose }: LiveFormProps) {
    const [title, setTitle] = useState("");
    const [startsAt, setStartsAt] = useState("");
    const [url, setUrl] = useState("");
    // Kept until something is changed, so that what is sent again after a lost answer is made once.
    const [key, setKey] = useState(newKey);
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLInputElement>();
    const words = t().live;
    const send = async () => {
        const done = await attempt(async () => {
            const answer = await onMake({
                room: room.name,
                title: title.trim(),
                ...(startsAt && !now ? { startsAt: new Date(startsAt).toISOString() } : {}),
                ...(url.trim() ? { url: url.trim() } : {}),
                key,
            });
            return "code" in answer ? answer : null;
        });
        if (done) onClose();
    };
    return (
        <form
            class="card panel form"
            onInput={() => setKey(newKey())}
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
            aria-label={now ? words.startNow : words.plan}
        >
            <label class="stacked">
                {words.title}
                <input class="field" ref={first} value={title} maxLength={150} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="live-title" />
            </label>
            {!now && (
                <label class="stacked">
                    {words.startsAt}
                    <input class="field" type="datetime-local" value={startsAt} onInput={(event) => setStartsAt(event.currentTarget.value)} />
                </label>
            )}
            <label class="stacked">
                {words.url}
                <input class="field" type="url" value={url} maxLength={2048} onInput={(event) => setUrl(event.currentTarget.value)} data-testid="live-url" />
                <span class="meta">{words.urlHint}</span>
            </label>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || title.trim() === ""} data-testid="live-make">
                    {now ? words.startNow : words.plan}
                </button>
            </div>
        </form>
    );
}
