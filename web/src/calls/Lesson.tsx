// What belongs to a lesson in a call: hands, reactions and captions for all; for who leads it, who is muted, who comes in, and
// whether it is recorded.

import type { Answer, Call, Events, RequestName, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { HandIcon, LockIcon, MicIcon, MicOffIcon, PeopleIcon } from "../app/icons";
import { useDeed } from "../app/useDeed";
import { failureInWords } from "../app/words";
import { t } from "../strings";
import { lobby, stopped, waitNoMore } from "./mesh";

const reactions = { like: "👍", heart: "❤️", clap: "👏", laugh: "😄", wow: "😮", yes: "✅", no: "❌" } as const;
type Reaction = keyof typeof reactions;

const reactionsShownFor = 4_000; // milliseconds
const captionShownFor = 6_000;

type Change = "call:mute" | "call:hand" | "call:settings" | "call:admit" | "call:deny" | "call:record" | "call:consent";

// A deed whose answer is the call as it is then.
function useChange(call: Call) {
    const { busy, failure, attempt } = useDeed();
    const change = <Name extends Change>(name: Name, more: Omit<Requests[Name]["body"], "call">) =>
        void attempt(async () => {
            const told = await homeroom.value!.request(name as RequestName, { call: call.id, ...more } as never);
            if (!told.ok) return told.error;
            homeroom.value?.calls.learn((told as Answer<"call:hand"> & { ok: true }).call);
            return null;
        });
    return { busy, failure, change };
}

const nameOf = (call: Call, user: string): string => call.members.find(({ id }) => id === user)?.name ?? "";

export function Lesson({ call, leads }: { call: Call; leads: boolean }) {
    const { failure, change } = useChange(call);
    const words = t().calls.lesson;
    const { hands, recording } = call.lesson;
    const mine = call.members.find(({ id }) => id === myId.value);
    const raised = hands.some(({ user }) => user === myId.value);
    return (
        <div class="lesson">
            {recording && (
                <p class="sharing" role="status" data-testid="call-recorded">
                    {words.recorded(nameOf(call, recording.by))} {mine?.consent === "agreed" && words.agreed}
                    {mine?.consent === "refused" && words.refused}
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
            )}
            {stopped.value.mic && !stopped.value.screen && (
                <p class="hint" role="status" data-testid="call-muted">
                    {words.youAreMuted}
                </p>
            )}
            <Captions call={call} />
            {hands.length > 0 && (
                <p class="hint" data-testid="call-hands">
                    {words.hands}: {hands.map(({ user }) => nameOf(call, user)).join(", ")}
                </p>
            )}
            <div class="lesson-buttons" role="group" aria-label={words.hands}>
                <button type="button" class={`call-button is-small${raised ? " is-on" : ""}`} aria-pressed={raised} aria-label={raised ? words.lower : words.raise} title={raised ? words.lower : words.raise} onClick={() => change("call:hand", { raised: !raised })} data-testid="call-hand">
                    <HandIcon />
                </button>
                <Reactions call={call} />
            </div>
            {leads && <Leading call={call} />}
            <FailureText text={failure} />
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
                {lesson.recording && (
                    <button type="button" class="quiet" disabled={busy} onClick={() => change("call:record", { on: false })} data-testid="call-record-end">
                        {words.stopRecording}
                    </button>
                )}
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

function Captions({ call }: { call: Call }) {
    const [lines, setLines] = useState<Readonly<Record<string, { text: string; at: number }>>>({});
    useEffect(() => {
        const end = homeroom.value!.on("call:caption", ({ call: id, speaker, text }: Events["call:caption"]) => {
            if (id === call.id) setLines((before) => ({ ...before, [speaker]: { text, at: Date.now() } }));
        });
        const clock = setInterval(() => {
            setLines((before) => {
                const left = Object.entries(before).filter(([, { at }]) => Date.now() - at < captionShownFor);
                return left.length === Object.keys(before).length ? before : Object.fromEntries(left);
            });
        }, 1_000);
        return () => {
            end();
            clearInterval(clock);
        };
    }, [call.id]);
    const speakers = Object.keys(lines);
    if (speakers.length === 0) return null;
    return (
        <div class="captions" aria-label={t().calls.lesson.captions} data-testid="call-captions">
            {speakers.map((user) => (
                <p key={user} dir="auto">
                    <strong>{nameOf(call, user)}</strong> {lines[user]!.text}
                </p>
            ))}
        </div>
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
