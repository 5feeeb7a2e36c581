// What is said in a call, in writing: shown to all who are in it, as it is told, and kept nowhere. Whoever speaks writes his own;
// whom the leader has named writes what others say, and is named beside it.

import type { Call, Events } from "@homeroom/client";
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { t } from "../strings";
import { linesWith, type Line } from "./lines";
import { useChange } from "./useChange";
import { nameIn, othersThere } from "./words";

const shownFor = 8_000; // milliseconds
const lettersMax = 160; // no more bytes than a caption may have, in any script

const lines = signal<readonly Line[]>([]);
const show = (said: Omit<Line, "number" | "at">) => (lines.value = linesWith(lines.value, said, Date.now()));

export function Captions({ call }: { call: Call }) {
    const words = t().calls.lesson.caption;
    useEffect(() => {
        const end = homeroom.value!.on("call:caption", (caption: Events["call:caption"]) => {
            // One's own is shown when it is taken: the event of it may be dropped, behind the answer.
            if (caption.call === call.id && caption.by !== myId.value) show(caption);
        });
        const clock = setInterval(() => {
            const left = lines.value.filter(({ at }) => Date.now() - at < shownFor);
            if (left.length < lines.value.length) lines.value = left;
        }, 1_000);
        return () => {
            end();
            clearInterval(clock);
            lines.value = [];
        };
    }, [call.id]);
    if (lines.value.length === 0) return null;
    // Not read out: whoever listens to the page hears the voices themselves, and can go there.
    return (
        <div class="captions" role="log" aria-live="off" aria-label={words.all} data-testid="call-captions">
            {lines.value.map(({ number, speaker, by, text, final, language }) => (
                <p key={number} class={final ? undefined : "is-begun"} dir="auto">
                    <strong>{nameIn(call, speaker)}</strong> <span lang={language ?? undefined}>{text}</span>
                    {by !== speaker && <span class="caption-by"> · {words.by(nameIn(call, by))}</span>}
                </p>
            ))}
        </div>
    );
}

export function WriteCaptions({ call, leads }: { call: Call; leads: boolean }) {
    const [speaker, setSpeaker] = useState(myId.value);
    const [text, setText] = useState("");
    const { failure, attempt } = useDeed();
    const field = useFocus<HTMLInputElement>();
    const words = t().calls.lesson.caption;
    const others = othersThere(call);
    const isNamed = call.lesson.captioners.includes(myId.value);
    // Who has gone says nothing, and who is named no more speaks for himself alone.
    const of = isNamed && others.some(({ id }) => id === speaker) ? speaker : myId.value;
    const say = async () => {
        const said = text.trim();
        if (said === "") return;
        setText("");
        const done = await attempt(async () => {
            const body = { call: call.id, text: said, final: true, ...(of === myId.value ? {} : { speaker: of }) };
            const told = await homeroom.value!.request("call:caption", body, { whenAway: "fail", once: true });
            if (told.ok) show({ speaker: of, by: myId.value, text: said, final: true, language: null });
            return told.ok ? null : told.error;
        });
        // What was refused is there to be sent again, unless something else has been begun.
        if (!done) setText((begun) => begun || said);
    };
    return (
        <div class="call-tool">
            <form
                class="call-tool"
                aria-label={words.write}
                onSubmit={(event) => {
                    event.preventDefault();
                    void say();
                }}
            >
                {isNamed && (
                    <label class="stacked">
                        {words.speaker}
                        <select class="field" value={of} onChange={(event) => setSpeaker(event.currentTarget.value)} data-testid="call-caption-speaker">
                            <option value={myId.value}>{t().calls.you}</option>
                            {others.map(({ id, name }) => (
                                <option key={id} value={id}>
                                    {name}
                                </option>
                            ))}
                        </select>
                    </label>
                )}
                <label class="stacked">
                    {words.text}
                    <input class="field" ref={field} dir="auto" autocomplete="off" maxLength={lettersMax} value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="call-caption-text" />
                </label>
                <p class="hint">{words.hint}</p>
                <FailureText text={failure} />
                <button type="submit" class="primary" disabled={text.trim() === ""} data-testid="call-caption-send">
                    {words.show}
                </button>
            </form>
            {leads && <Captioners call={call} />}
        </div>
    );
}

// By who leads the call: who writes what others say.
function Captioners({ call }: { call: Call }) {
    const { failure, change } = useChange(call);
    const words = t().calls.lesson.caption;
    const { captioners } = call.lesson;
    const there = call.members.filter(({ leg }) => leg);
    return (
        <fieldset class="choices">
            <legend>{words.captioners}</legend>
            {there.map(({ id, name }) => (
                <label key={id} class="check">
                    <input
                        type="checkbox"
                        checked={captioners.includes(id)}
                        onChange={() => void change("call:captioner", { user: id, on: !captioners.includes(id) })}
                        data-testid={`call-captioner-${id}`}
                    />
                    {id === myId.value ? t().calls.you : name}
                </label>
            ))}
            <FailureText text={failure} />
        </fieldset>
    );
}
