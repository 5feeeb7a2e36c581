// What is to be done, ticked off by whoever may; in a breakout room its own.

import { newKey } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { CloseIcon } from "../app/icons";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import type { Part } from "./StudyPage";

export function Agenda({ store, study, controls }: Part) {
    const [text, setText] = useState("");
    // Shown at once; when it is refused it is as before.
    const [ticked, setTicked] = useState<Record<string, boolean>>({});
    const { busy, failure, attempt } = useDeed();
    const words = t().study;
    const agenda = study.breakout?.state.agenda ?? study.state!.agenda;
    const mayChange = controls || study.breakout !== null;
    const add = async () => {
        const item = { text: text.trim(), after: agenda[agenda.length - 1]?.id ?? null };
        if (item.text !== "" && (await attempt(() => store.patch({ agenda: { [newKey()]: item } })))) setText("");
    };
    const tick = async (id: string, done: boolean) => {
        setTicked((before) => ({ ...before, [id]: done }));
        await attempt(() => store.patch({ agenda: { [id]: { done } } }));
        setTicked(({ [id]: _, ...others }) => others);
    };
    return (
        <section class="card panel" aria-labelledby="agenda-title">
            <h2 class="section-title" id="agenda-title">
                {words.agenda}
            </h2>
            {agenda.length === 0 && <p class="hint">{words.noAgenda}</p>}
            <ul class="agenda">
                {agenda.map((item) => (
                    <li key={item.id} class={item.done ? "is-done" : undefined} data-testid="agenda-item">
                        <label class="check">
                            <input type="checkbox" checked={ticked[item.id] ?? item.done} disabled={!mayChange} onChange={(event) => void tick(item.id, event.currentTarget.checked)} />
                            <span dir="auto">{item.text}</span>
                        </label>
                        {mayChange && (
                            <button type="button" class="icon-button is-small" aria-label={words.removeItem(item.text)} onClick={() => void attempt(() => store.patch({ agenda: { [item.id]: null } }))}>
                                <CloseIcon />
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {mayChange && (
                <form
                    class="field-row"
                    onSubmit={(event) => {
                        event.preventDefault();
                        void add();
                    }}
                >
                    <input class="field" aria-label={words.newItem} placeholder={words.newItem} value={text} maxLength={250} onInput={(event) => setText(event.currentTarget.value)} data-testid="agenda-text" />
                    <button type="submit" class="secondary" disabled={busy || text.trim() === ""} data-testid="agenda-add">
                        {words.add}
                    </button>
                </form>
            )}
            <FailureText text={failure} />
        </section>
    );
}
