// The calls that one was of.

import type { Call, Failure } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { calls, homeroom, myId } from "../app/homeroom";
import { CameraIcon, PhoneIcon } from "../app/icons";
import { More } from "../app/More";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import { titleOf } from "../rooms/rooms";
import { t } from "../strings";
import { callSomebody, joinCall } from "./start";
import { othersOf } from "./words";
import "./calls.css";

export function CallsPage() {
    const [list, setList] = useState<Call[] | null>(null);
    const [next, setNext] = useState<string | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().calls;
    // A call that begins or ends is another line here.
    const going = Object.keys(calls.value).join();
    const load = async (before?: string): Promise<Failure | null> => {
        const answer = await homeroom.value!.request("call:list", { ...(before ? { before } : {}), limit: 30 });
        if (!answer.ok) return answer.error;
        setList((known) => (before ? [...(known ?? []), ...answer.calls] : answer.calls));
        setNext(answer.next);
        return null;
    };
    const begin = () => void load().then(setFailure);
    useEffect(begin, [going]);
    return (
        <div class="column">
            <PageHead title={t().pages.calls} />
            <LoadFailure failure={failure} onRetry={begin} />
            {!list && !failure && <Placeholders count={2} />}
            {list?.length === 0 && <Empty icon={<PhoneIcon />} title={words.none} text={words.noneWhy} />}
            <div class="stack is-tight">
                {list?.map((call) => (
                    <CallRow key={call.id} call={call} />
                ))}
            </div>
            <More more={next !== null} onMore={() => load(next!)} />
        </div>
    );
}

function CallRow({ call }: { call: Call }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().calls;
    const others = call.members.filter(({ id }) => id !== myId.value);
    const [other] = others;
    const mine = call.host.id === myId.value;
    const missed = !mine && call.state === "ended" && call.members.some(({ id, state }) => id === myId.value && (state === "missed" || state === "busy"));
    const person = call.room || others.length !== 1 ? null : other!;
    return (
        <div class="card row-card" data-testid="call-row">
            <Avatar person={person ?? call.host} />
            <span class="tile-words">
                <strong dir="auto">{call.room ? titleOf(call.room) : othersOf(call)}</strong>
                <span class={`meta${missed ? " failure" : ""}`}>
                    {missed ? words.missed : mine ? words.outgoing : words.incoming} · <Time at={call.createdAt} />
                </span>
                <FailureText text={failure} />
            </span>
            {call.state !== "ended" ? (
                <button type="button" class="primary" disabled={busy} onClick={() => void attempt(() => joinCall(call))}>
                    {words.join}
                </button>
            ) : call.room ? (
                <a class="secondary" href={hrefOf.room(call.room)}>
                    {words.toRoom}
                </a>
            ) : (
                person && (
                    <span class="head-deeds">
                        <button type="button" class="icon-button" disabled={busy} aria-label={words.callName(person.name)} onClick={() => void attempt(() => callSomebody({ user: person.id }, "audio"))}>
                            <PhoneIcon />
                        </button>
                        <button type="button" class="icon-button" disabled={busy} aria-label={words.videoName(person.name)} onClick={() => void attempt(() => callSomebody({ user: person.id }, "video"))}>
                            <CameraIcon />
                        </button>
                    </span>
                )
            )}
        </div>
    );
}
