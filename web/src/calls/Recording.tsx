// That a call is recorded, and who has agreed to that: shown to everybody as long as it is so. What records is not this page.

import type { Call } from "@homeroom/client";
import { useEffect } from "preact/hooks";

import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { announce } from "../app/notices";
import { t } from "../strings";
import { useChange } from "./useChange";
import { nameIn, namesOf } from "./words";

const states = ["agreed", "asked", "refused"] as const;

export function Recording({ call }: { call: Call }) {
    const { failure, change } = useChange(call);
    const words = t().calls.lesson;
    const { recording } = call.lesson;
    const said = recording ? words.recorded(nameIn(call, recording.by)) : "";
    useEffect(() => {
        if (recording) announce(said);
    }, [recording?.since]);
    if (!recording) return null;
    const mine = call.members.find(({ id }) => id === myId.value);
    return (
        <section class="recording" aria-label={words.record.label}>
            <p class="sharing" data-testid="call-recorded">
                <span>
                    {said} {mine?.consent === "agreed" && recording.by !== myId.value && words.agreed}
                    {mine?.consent === "refused" && words.refused}
                </span>
                {mine?.consent !== "agreed" && (
                    <button type="button" class="secondary" onClick={() => change("call:consent", { agrees: true })} data-testid="call-agree">
                        {words.agree}
                    </button>
                )}
                {mine?.consent !== "refused" && recording.by !== myId.value && (
                    <button type="button" class="quiet" onClick={() => change("call:consent", { agrees: false })} data-testid="call-refuse">
                        {words.refuse}
                    </button>
                )}
            </p>
            <dl class="consents" data-testid="call-consents">
                {states.map((state) => {
                    const of = call.members.filter(({ consent }) => consent === state).map(({ id }) => id);
                    if (of.length === 0) return null;
                    return (
                        <div key={state} data-testid={`call-consent-${state}`}>
                            <dt>{words.record.states[state]}</dt>
                            <dd>{namesOf(call, of)}</dd>
                        </div>
                    );
                })}
            </dl>
            <FailureText text={failure} />
        </section>
    );
}

export function StartRecording({ call, onDone }: { call: Call; onDone(): void }) {
    const words = t().calls.lesson.record;
    const start = async () => {
        const told = await homeroom.value!.request("call:record", { call: call.id, on: true });
        if (told.ok) homeroom.value?.calls.learn(told.call);
        return told.ok ? null : told.error;
    };
    return <Confirm question={words.question} yes={words.yes} no={t().app.cancel} onYes={start} onNo={onDone} testid="call-record" />;
}
