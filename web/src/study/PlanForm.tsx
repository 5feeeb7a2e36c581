import type { Failure, Requests, StudySession } from "@homeroom/client";
import { newKey } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { go, hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import type { Room } from "../rooms/state";
import { t } from "../strings";

type Body = Requests["study:create"]["body"];

interface PlanFormProps {
    room: Room;
    onCreate(body: Body): Promise<StudySession | Failure>;
    onClose(): void;
}

export function PlanForm({ room, onCreate, onClose }: PlanFormProps) {
    const [title, setTitle] = useState("");
    const [startsAt, setStartsAt] = useState("");
    const [agenda, setAgenda] = useState("");
    const [times, setTimes] = useState({ focus: 25, break: 5, rounds: 4 });
    // Kept until something is changed, so that what is sent again after a lost answer is planned once.
    const [key, setKey] = useState(newKey);
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLInputElement>();
    const words = t().study;
    const send = async () => {
        let made: StudySession | null = null;
        const done = await attempt(async () => {
            const answer = await onCreate({
                room: room.name,
                title: title.trim(),
                ...(startsAt ? { startsAt: new Date(startsAt).toISOString() } : {}),
                plan: {
                    agenda: agenda.split("\n").map((line) => line.trim()).filter((line) => line !== ""),
                    timer: { focus: times.focus * 60, break: times.break * 60, rounds: times.rounds },
                },
                key,
            });
            if ("code" in answer) return answer;
            made = answer;
            return null;
        });
        if (done && made) go(hrefOf.study((made as StudySession).id));
    };
    return (
        <form
            class="card panel form"
            onInput={() => setKey(newKey())}
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
            aria-label={words.plan}
        >
            <label class="stacked">
                {words.title}
                <input class="field" ref={first} value={title} maxLength={150} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="study-title" />
            </label>
            <label class="stacked">
                {words.startsAt}
                <input class="field" type="datetime-local" value={startsAt} onInput={(event) => setStartsAt(event.currentTarget.value)} />
            </label>
            <label class="stacked">
                {words.agendaLines}
                <textarea class="text-field" rows={3} value={agenda} onInput={(event) => setAgenda(event.currentTarget.value)} data-testid="study-agenda-lines" />
            </label>
            <TimerTimes times={times} onChange={setTimes} />
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || title.trim() === ""} data-testid="study-make">
                    {words.plan}
                </button>
            </div>
        </form>
    );
}

export interface Times {
    focus: number; // minutes
    break: number;
    rounds: number;
}

export function TimerTimes({ times, onChange }: { times: Times; onChange(times: Times): void }) {
    const words = t().study;
    const bounds = { focus: 180, break: 60, rounds: 12 };
    return (
        <fieldset class="field-row is-wrapping times">
            <legend class="visually-hidden">{words.timer}</legend>
            {(["focus", "break", "rounds"] as const).map((name) => (
                <label class="stacked is-number" key={name}>
                    {words.times[name]}
                    <input
                        class="field"
                        type="number"
                        inputMode="numeric"
                        min={1}
                        max={bounds[name]}
                        value={times[name]}
                        onInput={(event) => {
                            const { valueAsNumber } = event.currentTarget;
                            if (valueAsNumber >= 1) onChange({ ...times, [name]: Math.min(Math.round(valueAsNumber), bounds[name]) });
                        }}
                    />
                </label>
            ))}
        </fieldset>
    );
}
