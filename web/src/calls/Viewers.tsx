// Who sees a screen that is shown: told to everybody, and chosen by who shows it. With browsers connected to each other, it is sent
// to these alone (mesh.ts).

import type { Call } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { myId } from "../app/homeroom";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import { ownScreen, shareScreen, showScreenTo } from "./mesh";
import { namesOf, othersThere } from "./words";

// Below the picture, or where there is none for this person.
export function Viewers({ call }: { call: Call }) {
    const words = t().calls.viewers;
    const { presenter, viewers } = call.screen;
    if (!presenter) return null;
    const all = call.members.filter(({ id }) => id !== presenter.id).map(({ id }) => id);
    const names = namesOf(call, viewers ?? all);
    const isForMe = presenter.id === myId.value || !viewers || viewers.includes(myId.value);
    return (
        <p class="hint" data-testid="call-viewers">
            {!isForMe && words.notYou(presenter.name)} {names ? words.seenBy(names) : words.seenByNobody}
        </p>
    );
}

export function ChooseViewers({ call, onDone }: { call: Call; onDone(): void }) {
    const [chosen, setChosen] = useState<readonly string[]>(call.screen.presenter?.id === myId.value ? (call.screen.viewers ?? []) : []);
    const [asked, setAsked] = useState(false);
    const { busy, failure, attempt } = useDeed();
    const words = t().calls.viewers;
    const others = othersThere(call);
    const shows = ownScreen.value !== null;
    const there = chosen.filter((user) => others.some(({ id }) => id === user));
    const show = async (viewers: string[] | null) => {
        let waits = false;
        const done = await attempt(async () => {
            const result = shows ? await showScreenTo(viewers) : await shareScreen(viewers);
            waits = result === "asked";
            return result === "asked" ? null : result;
        });
        setAsked(waits);
        if (done && !waits) onDone();
    };
    return (
        <form
            class="call-tool"
            aria-label={words.choose}
            onSubmit={(event) => {
                event.preventDefault();
                if (there.length > 0) void show(there);
            }}
        >
            <fieldset class="choices">
                <legend>{words.legend}</legend>
                {others.map(({ id, name }) => (
                    <label key={id} class="check">
                        <input
                            type="checkbox"
                            checked={chosen.includes(id)}
                            onChange={() => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
                            data-testid={`call-viewer-${id}`}
                        />
                        {name}
                    </label>
                ))}
            </fieldset>
            {others.length === 0 && <p class="hint">{t().calls.alone}</p>}
            {asked && (
                <p class="hint" role="status">
                    {t().calls.asked}
                </p>
            )}
            <FailureText text={failure} />
            <div class="lesson-buttons">
                <button type="submit" class="primary" disabled={busy || there.length === 0} data-testid="call-viewers-these">
                    {words.these}
                </button>
                {shows && call.screen.viewers && (
                    <button type="button" class="secondary" disabled={busy} onClick={() => void show(null)} data-testid="call-viewers-all">
                        {words.all}
                    </button>
                )}
            </div>
        </form>
    );
}
