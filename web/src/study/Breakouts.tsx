// Breakout rooms: opened, filled and closed by who leads; the others see which there are.

import { useState } from "preact/hooks";

import { timeOfDay } from "../app/clock";
import { FailureText } from "../app/FailureText";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import type { Part } from "./StudyPage";

export function Breakouts({ store, study, leads }: Part) {
    const { busy, failure, attempt } = useDeed();
    const [count, setCount] = useState(2);
    const [minutes, setMinutes] = useState(10);
    const words = t().study;
    const { breakouts } = study.state!;
    if (!leads && !breakouts) return null;
    return (
        <section class="card panel" aria-labelledby="breakouts-title">
            <h2 class="section-title" id="breakouts-title">
                {words.breakouts}
            </h2>
            {breakouts ? (
                <>
                    {breakouts.endsAt && <p class="hint">{words.backAt(timeOfDay(breakouts.endsAt))}</p>}
                    <ul class="breakouts">
                        {breakouts.rooms.map(({ id, title }) => {
                            const there = study.members.filter(({ breakout }) => breakout === id);
                            return (
                                <li key={id} data-testid="breakout-room">
                                    <strong dir="auto">{title}</strong> <span class="meta">{there.length === 0 ? words.nobody : there.map(({ user }) => user.name).join(", ")}</span>
                                </li>
                            );
                        })}
                    </ul>
                    {leads && (
                        <>
                            <MovePeople store={store} study={study} />
                            <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(() => store.gather())} data-testid="study-gather">
                                {words.gather}
                            </button>
                        </>
                    )}
                </>
            ) : (
                <form
                    class="field-row is-wrapping"
                    onSubmit={(event) => {
                        event.preventDefault();
                        void attempt(() => store.divide({ count, seconds: minutes * 60 }));
                    }}
                >
                    <Number label={words.howMany} value={count} max={20} onChange={setCount} />
                    <Number label={words.minutes} value={minutes} max={120} onChange={setMinutes} />
                    <button type="submit" class="secondary" disabled={busy} data-testid="study-divide">
                        {words.divide}
                    </button>
                </form>
            )}
            <FailureText text={failure} />
        </section>
    );
}

function MovePeople({ store, study }: Pick<Part, "store" | "study">) {
    const { failure, attempt } = useDeed();
    const words = t().study;
    return (
        <details>
            <summary class="hint">{words.move}</summary>
            <ul class="rows">
                {study.members.map(({ user, breakout }) => (
                    <li key={user.id}>
                        <span>{user.name}</span>
                        <select class="field is-short" aria-label={words.whereIs(user.name)} value={breakout ?? ""} onChange={(event) => void attempt(() => store.move(user.id, event.currentTarget.value || null))}>
                            <option value="">{words.withAll}</option>
                            {study.state!.breakouts?.rooms.map(({ id, title }) => (
                                <option key={id} value={id}>
                                    {title}
                                </option>
                            ))}
                        </select>
                    </li>
                ))}
            </ul>
            <FailureText text={failure} />
        </details>
    );
}

function Number({ label, value, max, onChange }: { label: string; value: number; max: number; onChange(value: number): void }) {
    return (
        <label class="stacked is-number">
            {label}
            <input class="field" type="number" min={1} max={max} value={value} onInput={(event) => event.currentTarget.valueAsNumber >= 1 && onChange(Math.min(max, Math.round(event.currentTarget.valueAsNumber)))} />
        </label>
    );
}
