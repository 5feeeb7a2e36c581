// What belongs to a lesson in a call: hands, reactions, captions and polls for all; for who leads it, who is muted, who comes in, what
// is asked and whether it is recorded.

import type { Call, Events } from "@homeroom/client";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { HandIcon, LockIcon, MicIcon, MicOffIcon, PeopleIcon } from "../app/icons";
import { failureInWords } from "../app/words";
import { roomCalled } from "../rooms/rooms";
import { t } from "../strings";
import { AskPoll } from "./AskPoll";
import { Captions, WriteCaptions } from "./Captions";
import { lobby, stopped, waitNoMore } from "./mesh";
import { Polls } from "./Polls";
import { Recording, StartRecording } from "./Recording";
import { useChange } from "./useChange";
import { ChooseViewers } from "./Viewers";
import { nameIn, othersThere } from "./words";

const reactions = { like: "👍", heart: "❤️", clap: "👏", laugh: "😄", wow: "😮", yes: "✅", no: "❌" } as const;
type Reaction = keyof typeof reactions;

const reactionsShownFor = 4_000; // milliseconds

export function Lesson({ call, leads }: { call: Call; leads: boolean }) {
    const { failure, change } = useChange(call);
    const words = t().calls.lesson;
    const { hands } = call.lesson;
    const raised = hands.some(({ user }) => user === myId.value);
    return (
        <div class="lesson">
            <Recording call={call} />
            {stopped.value.mic && !stopped.value.screen && (
                <p class="hint" role="status" data-testid="call-muted">
                    {words.youAreMuted}
                </p>
            )}
            <Captions call={call} />
            <Polls call={call} leads={leads} />
            {hands.length > 0 && (
                <p class="hint" data-testid="call-hands">
                    {words.hands}: {hands.map(({ user }) => nameIn(call, user)).join(", ")}
                </p>
            )}
            <div class="lesson-buttons" role="group" aria-label={words.hands}>
                <button type="button" class={`call-button is-small${raised ? " is-on" : ""}`} aria-pressed={raised} aria-label={raised ? words.lower : words.raise} title={raised ? words.lower : words.raise} onClick={() => change("call:hand", { raised: !raised })} data-testid="call-hand">
                    <HandIcon />
                </button>
                <Reactions call={call} />
            </div>
            <Tools call={call} leads={leads} />
            {leads && <Leading call={call} />}
            <FailureText text={failure} />
        </div>
    );
}

type Tool = "poll" | "captions" | "viewers" | "record";

// What takes more than one press: one at a time, below its button. Escape closes it.
function Tools({ call, leads }: { call: Call; leads: boolean }) {
    const [open, setOpen] = useState<Tool | null>(null);
    const buttons = useRef<HTMLDivElement>(null);
    const below = useId();
    const { busy, failure, change } = useChange(call);
    const words = t().calls;
    const isRecorded = call.lesson.recording !== null;
    // Whether the school lets calls be recorded the server says when it is asked.
    const mayRecord = leads && !isRecorded && roomCalled(call.room ?? "")?.staff === true;
    const labels: [Tool, string][] = [
        ...(leads ? [["poll", words.lesson.poll.new] as [Tool, string]] : []),
        ["captions", words.lesson.caption.write],
        ...(othersThere(call).length > 1 ? [["viewers", words.viewers.choose] as [Tool, string]] : []),
        ...(mayRecord ? [["record", words.lesson.record.start] as [Tool, string]] : []),
    ];
    const shown = labels.find(([tool]) => tool === open)?.[0] ?? null;
    // Whoever has used the keyboard goes on where he began.
    const close = () => {
        setOpen(null);
        buttons.current?.querySelector<HTMLElement>("[aria-expanded=true]")?.focus();
    };
    return (
        <div
            class="lesson-tools"
            onKeyDown={(event) => {
                if (event.key !== "Escape" || shown === null) return;
                event.stopPropagation();
                close();
            }}
        >
            <div class="lesson-buttons" role="group" aria-label={words.lesson.tools} ref={buttons}>
                {labels.map(([tool, label]) => (
                    <button
                        key={tool}
                        type="button"
                        class={`quiet${shown === tool ? " is-on" : ""}`}
                        aria-expanded={shown === tool}
                        aria-controls={shown === tool ? below : undefined}
                        onClick={() => setOpen(shown === tool ? null : tool)}
                        data-testid={`call-tool-${tool}`}
                    >
                        {label}
                    </button>
                ))}
                {leads && isRecorded && (
                    <button key="record" type="button" class="quiet" disabled={busy} onClick={() => void change("call:record", { on: false })} data-testid="call-record-end">
                        {words.lesson.stopRecording}
                    </button>
                )}
            </div>
            <FailureText text={failure} />
            {shown && (
                <div id={below} class="call-tool-box">
                    {shown === "poll" && <AskPoll call={call} onDone={close} />}
                    {shown === "captions" && <WriteCaptions call={call} leads={leads} />}
                    {shown === "viewers" && <ChooseViewers call={call} onDone={close} />}
                    {shown === "record" && <StartRecording call={call} onDone={close} />}
                </div>
            )}
        </div>
    );
}

function Leading({ call }: { call: Call }) {
    const { busy, failure, change } = useChange(call);
    const words = t().calls.lesson;
    const { lesson } = call;
    const silent = lesson.muted.mic;
    return (
        <>
            <ul class="rows wishes" aria-live="polite">
                {lesson.waiting.map(({ user }) => (
                    <li key={user.id} data-testid="call-waits">
                        <span>{words.waits(user.name)}</span>
                        <button type="button" class="secondary" onClick={() => change("call:admit", { user: user.id })} data-testid="call-admit">
                            {words.admit}
                        </button>
                        <button type="button" class="quiet" onClick={() => change("call:deny", { user: user.id })} data-testid="call-deny">
                            {words.deny}
                        </button>
                    </li>
                ))}
            </ul>
            <div class="lesson-buttons">
                <button type="button" class="secondary" disabled={busy} onClick={() => change("call:mute", { what: "mic", on: !silent })} data-testid="call-mute-all">
                    {silent ? <MicIcon /> : <MicOffIcon />} {silent ? words.allowAll : words.muteAll}
                </button>
                {lesson.hands.length > 0 && (
                    <button type="button" class="quiet" disabled={busy} onClick={() => change("call:hand", { raised: false, all: true })} data-testid="call-lower-all">
                        {words.lowerAll}
                    </button>
                )}
                {call.room !== null && (
                    <button type="button" class={lesson.lobby ? "primary" : "quiet"} aria-pressed={lesson.lobby} disabled={busy} onClick={() => change("call:settings", { lobby: !lesson.lobby })} data-testid="call-lobby">
                        <PeopleIcon /> {words.lobby}
                    </button>
                )}
                <button type="button" class={lesson.locked ? "primary" : "quiet"} aria-pressed={lesson.locked} disabled={busy} onClick={() => change("call:settings", { locked: !lesson.locked })} data-testid="call-lock">
                    <LockIcon /> {words.lock}
                </button>
            </div>
            <FailureText text={failure} />
        </>
    );
}

// Beside a member's name: that he is muted, and for who leads, to change that.
export function MemberMic({ call, id, name, leads }: { call: Call; id: string; name: string; leads: boolean }) {
    const { change } = useChange(call);
    const words = t().calls.lesson;
    const member = call.members.find((one) => one.id === id);
    if (!member?.leg) return null;
    const { muted, devices } = member;
    const label = muted.mic ? words.muted : words.micOff;
    return (
        <>
            {(muted.mic || !devices.mic) && (
                <span class="face-mic" role="img" aria-label={label} title={label} data-testid={`call-silent-${id}`}>
                    <MicOffIcon />
                </span>
            )}
            {leads && (
                <button type="button" class="icon-button is-small" aria-label={muted.mic ? words.allowOne(name) : words.muteOne(name)} title={muted.mic ? words.allowOne(name) : words.muteOne(name)} onClick={() => change("call:mute", { what: "mic", users: [id], on: !muted.mic })} data-testid={`call-mute-${id}`}>
                    {muted.mic ? <MicIcon /> : <MicOffIcon />}
                </button>
            )}
        </>
    );
}

function Reactions({ call }: { call: Call }) {
    const [shown, setShown] = useState<readonly (readonly [number, Reaction, number])[]>([]);
    const words = t().calls.lesson;
    useEffect(() => {
        const client = homeroom.value!;
        let number = 0;
        const ends: ReturnType<typeof setTimeout>[] = [];
        const end = client.on("call:reactions", ({ call: id, counts }: Events["call:reactions"]) => {
            if (id !== call.id) return;
            const fresh = Object.entries(counts).map(([kind, count]) => [++number, kind as Reaction, count] as const);
            setShown((before) => [...before, ...fresh]);
            ends.push(setTimeout(() => setShown((before) => before.filter((one) => !fresh.includes(one))), reactionsShownFor));
        });
        return () => {
            end();
            ends.forEach(clearTimeout);
        };
    }, [call.id]);
    const react = (kind: Reaction) => void homeroom.value?.request("call:react", { call: call.id, kind }, { whenAway: "fail", once: true });
    return (
        <>
            {(Object.keys(reactions) as Reaction[]).map((kind) => (
                <button key={kind} type="button" class="quiet reaction" aria-label={words.react(kind)} onClick={() => react(kind)} data-testid={`call-react-${kind}`}>
                    {reactions[kind]}
                </button>
            ))}
            <span class="reactions-shown" aria-live="polite" data-testid="call-reactions">
                {shown.map(([number, kind, count]) => (
                    <span key={number}>
                        {reactions[kind] ?? ""} {count > 1 && count}
                    </span>
                ))}
            </span>
        </>
    );
}

// Whoever waits to be let in.
export function Waiting() {
    const { value } = lobby;
    if (!value) return null;
    const words = t().calls;
    const { denied, failure } = value;
    return (
        <section class="card ringing" role="status" data-testid="call-waiting">
            <span class="tile-words">
                <strong dir="auto">{words.label(value.call.host.name)}</strong>
                <span class="meta">{failure ? failureInWords(failure) : denied ? words.lesson.denied : words.lesson.waiting}</span>
            </span>
            <button type="button" class="quiet" onClick={() => void waitNoMore()} data-testid="call-wait-no-more">
                {denied || failure ? t().app.close : words.hangUp}
            </button>
        </section>
    );
}
