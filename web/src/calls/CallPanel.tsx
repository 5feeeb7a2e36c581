// What rings, and the call that this page is in: over every page, so that one can go on reading while one talks.

import type { Call, CallView } from "@homeroom/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { calls, homeroom, myId } from "../app/homeroom";
import { CameraIcon, CameraOffIcon, GrowIcon, HangUpIcon, MicIcon, MicOffIcon, PhoneIcon, ScreenIcon, ShrinkIcon } from "../app/icons";
import { announce } from "../app/notices";
import { useDeed } from "../app/useDeed";
import { roomCalled, titleOf } from "../rooms/rooms";
import { t } from "../strings";
import { Lesson, MemberMic, Waiting } from "./Lesson";
import { accept, cameraOn, decline, endForAll, farewell, here, leave, micOn, missing, ownScreen, ownStream, seen, setCamera, setMic, shareScreen, stopScreen } from "./mesh";
import { ring } from "./ring";
import { Viewers } from "./Viewers";
import { calledBy, othersOf } from "./words";
import "./calls.css";

export function CallPanel() {
    const ringing = Object.values(calls.value).filter((call) => call.ringing && call.id !== here.value?.id);
    return (
        <>
            {ringing.map((call) => (
                <Ringing key={call.id} call={call} />
            ))}
            {here.value && <Talking key={here.value.id} call={here.value.call} />}
            {!here.value && <Waiting />}
            {farewell.value && <Farewell call={farewell.value} />}
        </>
    );
}

function Ringing({ call }: { call: CallView }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().calls;
    const silent = call.ringing?.silent ?? true;
    useEffect(() => {
        announce(words.rings(calledBy(call)));
        return silent ? undefined : ring();
    }, [call.id, silent]);
    return (
        <section class="card ringing" role="alertdialog" aria-label={words.rings(calledBy(call))} data-testid="ringing">
            <Avatar person={call.host} size="large" />
            <div class="tile-words">
                <strong dir="auto">{call.host.name}</strong>
                <span class="meta">{call.room ? titleOf(call.room) : call.media === "video" ? words.videoCall : words.voiceCall}</span>
                <FailureText text={failure} />
            </div>
            <button type="button" class="call-button is-yes" disabled={busy} aria-label={words.accept} title={words.accept} onClick={() => void attempt(() => accept(call))} data-testid="call-accept">
                <PhoneIcon />
            </button>
            <button type="button" class="call-button is-no" disabled={busy} aria-label={words.decline} title={words.decline} onClick={() => void attempt(() => decline(call))} data-testid="call-decline">
                <HangUpIcon />
            </button>
        </section>
    );
}

function Talking({ call }: { call: Call }) {
    const [large, setLarge] = useState(false);
    const [asked, setAsked] = useState(false);
    const { failure, attempt } = useDeed();
    const words = t().calls;
    const presenter = call.screen.presenter;
    const others = call.members.filter(({ id, leg, state }) => id !== myId.value && (leg || state === "ringing"));
    const shown = presenter && presenter.id !== myId.value ? seen.value[presenter.id]?.screen : null;
    const mine = call.screen.grants.some(({ user }) => user === myId.value);
    const leads = call.host.id === myId.value || (call.room !== null && roomCalled(call.room)?.staff === true);
    // Between people it is the staff among them, who is known to the server alone.
    const teaches = call.room !== null && leads;
    // Whoever was asked to show his screen, or is let to, is told so.
    const invited = call.screen.requests.find(({ user, by }) => user === myId.value && by !== myId.value);
    useEffect(() => {
        if (mine) setAsked(false);
    }, [mine]);
    const share = () =>
        attempt(async () => {
            const result = await shareScreen();
            setAsked(result === "asked");
            return result === "asked" ? null : result;
        });
    return (
        <section class={`card talking${large ? " is-large" : ""}`} aria-label={words.label(titleOfCall(call))} data-testid="call">
            <header class="talking-head">
                <h2 class="one-line" dir="auto">
                    {titleOfCall(call)}
                </h2>
                <Lasting since={call.answeredAt} />
                <button type="button" class="icon-button is-small" aria-label={large ? words.smaller : words.larger} onClick={() => setLarge(!large)} data-testid="call-size">
                    {large ? <ShrinkIcon /> : <GrowIcon />}
                </button>
            </header>
            {shown && (
                <figure class="shown-screen">
                    <Picture stream={shown} label={words.screenOf(presenter!.name)} muted testid="call-screen" />
                    <figcaption class="meta">{words.screenOf(presenter!.name)}</figcaption>
                </figure>
            )}
            {ownScreen.value && (
                <p class="sharing" role="status" data-testid="call-sharing">
                    {words.youShare}
                    <button type="button" class="quiet" onClick={() => void attempt(stopScreen)}>
                        {words.stopSharing}
                    </button>
                </p>
            )}
            <Viewers call={call} />
            <ul class={`faces is-${Math.min(others.length + 1, 5)}`}>
                {others.map(({ id, name, state }) => (
                    <li key={id} class="face-tile" data-testid={`call-member-${id}`} data-state={seen.value[id]?.state ?? state}>
                        <Face person={{ id, name }} stream={seen.value[id]?.camera ?? null} hasPicture={seen.value[id]?.hasPicture ?? false} />
                        <span class="face-name">
                            {name} {state === "ringing" && `· ${words.rings1}`} {state === "away" && `· ${words.away}`}
                            {seen.value[id] && seen.value[id]!.state !== "connected" && state === "present" && ` · ${words.connecting}`}
                            <MemberMic call={call} id={id} name={name} leads={teaches} />
                        </span>
                    </li>
                ))}
                <li class="face-tile is-own">
                    <Face person={{ id: myId.value, name: words.you }} stream={ownStream.value} hasPicture={cameraOn.value} own />
                    <span class="face-name">{words.you}</span>
                </li>
            </ul>
            {others.length === 0 && <p class="hint is-centred">{words.alone}</p>}
            {missing.value !== "none" && <p class="hint">{missing.value === "both" ? words.noDevices : words.noCamera}</p>}
            <Requests call={call} leads={leads || call.room === null} />
            {(invited || (mine && !presenter)) && !ownScreen.value && (
                <p class="sharing" role="status">
                    {invited ? words.pleaseShare : words.mayShare}
                </p>
            )}
            {asked && <p class="hint">{words.asked}</p>}
            <Lesson call={call} leads={teaches} />
            <FailureText text={failure} />
            <div class="call-buttons" role="group" aria-label={words.controls}>
                <button type="button" class={`call-button${micOn.value ? "" : " is-off"}`} aria-pressed={!micOn.value} aria-label={words.mute} title={words.mute} onClick={() => setMic(!micOn.value)} data-testid="call-mic">
                    {micOn.value ? <MicIcon /> : <MicOffIcon />}
                </button>
                <button type="button" class={`call-button${cameraOn.value ? "" : " is-off"}`} aria-pressed={!cameraOn.value} aria-label={words.hideCamera} title={words.hideCamera} onClick={() => void setCamera(!cameraOn.value)} data-testid="call-camera">
                    {cameraOn.value ? <CameraIcon /> : <CameraOffIcon />}
                </button>
                <button type="button" class={`call-button${ownScreen.value ? " is-on" : ""}`} aria-pressed={ownScreen.value !== null} aria-label={words.share} title={words.share} onClick={() => void (ownScreen.value ? attempt(stopScreen) : share())} data-testid="call-share">
                    <ScreenIcon />
                </button>
                <button type="button" class="call-button is-no" aria-label={words.hangUp} title={words.hangUp} onClick={() => void leave()} data-testid="call-leave">
                    <HangUpIcon />
                </button>
                {call.room !== null && leads && (
                    <button type="button" class="quiet" onClick={() => void attempt(endForAll)} data-testid="call-end">
                        {words.endForAll}
                    </button>
                )}
            </div>
        </section>
    );
}

// Who would like to show his screen, for whoever decides that.
function Requests({ call, leads }: { call: Call; leads: boolean }) {
    const { failure, attempt } = useDeed();
    const words = t().calls;
    const wishes = call.screen.requests.filter(({ user, by }) => user === by && user !== myId.value);
    if (!leads || wishes.length === 0) return null;
    const answer = (name: "screen:grant" | "screen:deny", user: string) =>
        void attempt(async () => {
            const told = await homeroom.value!.request(name, { call: call.id, user });
            if (told.ok) homeroom.value?.calls.learn(told.call);
            return told.ok ? null : told.error;
        });
    return (
        <ul class="rows wishes" aria-live="polite">
            {wishes.map(({ user }) => {
                const name = call.members.find(({ id }) => id === user)?.name ?? "";
                return (
                    <li key={user} data-testid="screen-wish">
                        <span>{words.wouldShare(name)}</span>
                        <button type="button" class="secondary" onClick={() => answer("screen:grant", user)} data-testid="screen-grant">
                            {words.let}
                        </button>
                        <button type="button" class="quiet" onClick={() => answer("screen:deny", user)}>
                            {words.letNot}
                        </button>
                    </li>
                );
            })}
            <FailureText text={failure} />
        </ul>
    );
}

interface FaceProps {
    person: { id: string; name: string };
    stream: MediaStream | null;
    hasPicture: boolean;
    own?: boolean;
}

function Face({ person, stream, hasPicture, own = false }: FaceProps) {
    return (
        <>
            {stream && <Picture stream={stream} label={person.name} muted={own} hidden={!hasPicture} testid={own ? "call-own" : `call-picture-${person.id}`} />}
            {!hasPicture && <Avatar person={person} size="large" />}
        </>
    );
}

interface PictureProps {
    stream: MediaStream;
    label: string;
    muted?: boolean;
    hidden?: boolean; // heard only
    testid: string;
}

function Picture({ stream, label, muted = false, hidden = false, testid }: PictureProps) {
    const video = useRef<HTMLVideoElement>(null);
    useEffect(() => {
        const element = video.current!;
        element.srcObject = stream;
        element.muted = muted;
        // Where a browser wants a press first, the next one on the page will do.
        void element.play().catch(() => document.addEventListener("pointerdown", () => void element.play().catch(() => {}), { once: true }));
        return () => (element.srcObject = null);
    }, [stream]);
    return <video ref={video} class={hidden ? "visually-hidden" : undefined} autoplay playsInline aria-label={label} data-testid={testid} />;
}

function Lasting({ since }: { since: string | null }) {
    const [, tick] = useState(0);
    useEffect(() => {
        const clock = setInterval(() => tick((count) => count + 1), 1_000);
        return () => clearInterval(clock);
    }, []);
    if (!since) return <span class="meta">{t().calls.calling}</span>;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 1000));
    return <span class="meta numbers">{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`}</span>;
}

function Farewell({ call }: { call: Call }) {
    const words = t().calls;
    useEffect(() => {
        const clock = setTimeout(() => farewell.value === call && (farewell.value = null), 6_000);
        return () => clearTimeout(clock);
    }, [call]);
    return (
        <p class="card ringing is-farewell" role="status" data-testid="call-over">
            {words.over[call.reason ?? "completed"]}
            <button type="button" class="quiet" onClick={() => (farewell.value = null)}>
                {t().app.close}
            </button>
        </p>
    );
}

const titleOfCall = (call: Call): string => (call.room ? titleOf(call.room) : othersOf(call));
