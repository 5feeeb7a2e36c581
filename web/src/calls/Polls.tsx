// What is asked in a call: choosing, and what was chosen so far. Who chose what the server tells nobody: what oneself has chosen is
// known to this page alone.

import type { Call, CallPoll } from "@homeroom/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { announce } from "../app/notices";
import { useDeed } from "../app/useDeed";
import { PollOption } from "../feed/PollOption";
import { t } from "../strings";
import { useChange } from "./useChange";

interface Own {
    choices: readonly number[];
    stands: boolean; // it was anonymous, and stays
}
const none: Own = { choices: [], stands: false };

export function Polls({ call, leads }: { call: Call; leads: boolean }) {
    const [own, setOwn] = useState<Readonly<Record<string, Own>>>({});
    const [putAway, setPutAway] = useState<readonly string[]>([]);
    const words = t().calls.lesson.poll;
    const { polls } = call.lesson;
    useAnnounced(polls);
    const open = polls.filter(({ closedAt }) => closedAt === null);
    const [newest, ...earlier] = polls.filter(({ closedAt }) => closedAt !== null).sort((one, other) => (one.closedAt! < other.closedAt! ? 1 : -1));
    const card = (poll: CallPoll, onPutAway?: () => void) => (
        <Poll
            key={poll.id}
            call={call}
            poll={poll}
            leads={leads}
            own={own[poll.id] ?? none}
            onOwn={(mine) => setOwn((before) => ({ ...before, [poll.id]: mine }))}
            onPutAway={onPutAway}
        />
    );
    return (
        <>
            {open.map((poll) => card(poll))}
            {newest && !putAway.includes(newest.id) && card(newest, () => setPutAway([...putAway, newest.id]))}
            {earlier.length > 0 && (
                <details class="earlier-polls" data-testid="call-polls-earlier">
                    <summary>{words.earlier}</summary>
                    {earlier.map((poll) => card(poll))}
                </details>
            )}
        </>
    );
}

// A poll that is opened or closed while one is there. What was so before is on the page.
function useAnnounced(polls: readonly CallPoll[]): void {
    const words = t().calls.lesson.poll;
    const known = useRef<ReadonlyMap<string, boolean> | null>(null); // whether it is closed
    const now = new Map(polls.map(({ id, closedAt }) => [id, closedAt !== null]));
    useEffect(() => {
        const before = known.current;
        known.current = now;
        if (!before) return;
        for (const { id, question } of polls) {
            if (!before.has(id)) announce(words.asks(question));
            else if (now.get(id) && !before.get(id)) announce(words.result(question));
        }
    }, [[...now].join()]);
}

interface PollProps {
    call: Call;
    poll: CallPoll;
    leads: boolean;
    own: Own;
    onOwn(own: Own): void;
    onPutAway?(): void;
}

function Poll({ call, poll, leads, own, onOwn, onPutAway }: PollProps) {
    const { busy, failure, attempt } = useDeed();
    const { busy: closing, failure: refused, change } = useChange(call);
    const words = t().calls.lesson.poll;
    const known = t().feed.poll;
    const closed = poll.closedAt !== null;
    const vote = (choices: readonly number[]) =>
        attempt(async () => {
            const told = await homeroom.value!.request("call:vote", { call: call.id, poll: poll.id, options: [...choices] }, { whenAway: "fail" });
            return told.ok ? null : told.error;
        });
    const choose = async (place: number) => {
        if (busy) return; // not disabled meanwhile: whoever uses the keyboard would lose his place
        const on = own.choices.includes(place);
        const rest = poll.multiple ? own.choices.filter((one) => one !== place) : [];
        const choices = on ? rest : [...rest, place];
        onOwn({ choices, stands: false });
        // An anonymous vote stays: it is given by a button of its own.
        if (!poll.anonymous && !(await vote(choices))) onOwn(own);
    };
    return (
        <section class="poll call-poll" aria-label={closed ? words.result(poll.question) : words.asks(poll.question)} data-testid={closed ? "call-poll-result" : "call-poll"}>
            <strong dir="auto">{poll.question}</strong>
            <ul>
                {poll.options.map(({ text, votes }, place) => (
                    <PollOption
                        key={place}
                        text={text}
                        votes={votes}
                        voters={poll.voters}
                        chosen={own.choices.includes(place)}
                        disabled={closed || own.stands}
                        testid="call-poll-option"
                        onChoose={() => void choose(place)}
                    />
                ))}
            </ul>
            {poll.anonymous && !closed && (
                <p class="field-row is-wrapping">
                    {!own.stands && (
                        <button
                            type="button"
                            class="primary"
                            disabled={busy || own.choices.length === 0}
                            onClick={() => void vote(own.choices).then((done) => done && onOwn({ ...own, stands: true }))}
                            data-testid="call-poll-vote"
                        >
                            {words.vote}
                        </button>
                    )}
                    <span class="hint" role="status">
                        {own.stands ? words.voted : words.stays}
                    </span>
                </p>
            )}
            <p class="meta">
                <span data-testid="call-poll-voters">{known.voters(poll.voters)}</span>
                {poll.multiple && ` · ${known.multiple}`}
                {poll.anonymous && ` · ${words.anonymous}`}
                {poll.hidden && !closed && ` · ${known.hiddenYet}`}
                {closed ? ` · ${known.closed}` : poll.closesAt && <Left until={poll.closesAt} />}
                {leads && !closed && (
                    <button type="button" class="quiet" disabled={closing} onClick={() => void change("call:closePoll", { poll: poll.id })} data-testid="call-poll-close">
                        {known.close}
                    </button>
                )}
                {onPutAway && (
                    <button type="button" class="quiet" onClick={onPutAway} data-testid="call-poll-put-away">
                        {words.putAway}
                    </button>
                )}
            </p>
            <FailureText text={failure || refused} />
        </section>
    );
}

function Left({ until }: { until: string }) {
    const [, tick] = useState(0);
    useEffect(() => {
        const clock = setInterval(() => tick((count) => count + 1), 1_000);
        return () => clearInterval(clock);
    }, []);
    const seconds = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000));
    return <span class="numbers">{` · ${t().calls.lesson.poll.left(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)}`}</span>;
}
