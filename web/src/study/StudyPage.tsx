// One study session: before it begins, while one is in it, and what is left of it afterwards.

import type { StudySnapshot, StudySessionStore } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { dateAndTime } from "../app/clock";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { myId } from "../app/homeroom";
import { BackIcon, HandIcon, TimerIcon } from "../app/icons";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { roomCalled, titleOf } from "../rooms/rooms";
import { t } from "../strings";
import { Agenda } from "./Agenda";
import { attend, lookAway } from "./attending";
import { Attendance } from "./Attendance";
import { Breakouts } from "./Breakouts";
import { Current } from "./Current";
import { Timer } from "./Timer";
import "./study.css";

export interface Part {
    store: StudySessionStore;
    study: StudySnapshot;
    leads: boolean; // leads it, is its host, or staff of the room
    controls: boolean; // may change what is shared
}

export function StudyPage({ id }: { id: string }) {
    const [store] = useState(() => attend(id));
    const [study, setStudy] = useState(store.getSnapshot);
    useEffect(() => {
        const look = () => setStudy(store.getSnapshot());
        look();
        const end = store.subscribe(look);
        return () => {
            end();
            lookAway(store);
        };
    }, []);
    const [ending, setEnding] = useState(false);
    const { busy, failure, attempt } = useDeed();
    const words = t().study;
    const { session, status } = study;
    if (!session) {
        if (study.failure?.code === "not_found") return <Empty heading icon={<TimerIcon />} title={words.gone} text={words.goneWhy} />;
        return study.failure ? <LoadFailure failure={study.failure} onRetry={() => void store.load()} /> : <Placeholders />;
    }
    const staff = roomCalled(session.room)?.staff === true;
    const prepares = staff || session.host.id === myId.value;
    const leads = prepares || study.state?.leader?.id === myId.value;
    const part: Part = { store, study, leads, controls: leads || session.control === "everyone" };
    return (
        <div class="column is-wide">
            <p>
                <a class="back" href={hrefOf.room(session.room, "study")}>
                    <BackIcon /> {titleOf(session.room)}
                </a>
            </p>
            <PageHead title={session.title} testid="study-head">
                <span class="head-deeds">
                    <span class={`badge${session.status === "live" ? " is-good" : ""}`} data-testid="study-status">
                        {words.statuses[session.status]}
                    </span>
                    {status === "outside" && session.status === "planned" && prepares && (
                        <button type="button" class="primary" disabled={busy} onClick={() => void attempt(() => store.start())} data-testid="study-start">
                            {words.start}
                        </button>
                    )}
                    {status === "outside" && session.status === "live" && (
                        <button type="button" class="primary" onClick={() => void store.enter()} data-testid="study-join">
                            {words.join}
                        </button>
                    )}
                    {status === "in" && (
                        <button type="button" class="secondary" onClick={() => void store.leave()} data-testid="study-leave">
                            {words.leave}
                        </button>
                    )}
                    {leads && (session.status === "live" || session.status === "planned") && !ending && (
                        <button type="button" class="danger" onClick={() => setEnding(true)} data-testid="study-end">
                            {session.status === "live" ? words.end : words.cancel}
                        </button>
                    )}
                </span>
            </PageHead>
            <FailureText text={failure} />
            {ending && (
                <Confirm
                    question={session.status === "live" ? words.endQuestion : words.cancelQuestion}
                    yes={session.status === "live" ? words.end : words.cancel}
                    no={t().app.cancel}
                    onYes={() => store.finish()}
                    onNo={() => setEnding(false)}
                    testid="study-end"
                />
            )}
            <LoadFailure failure={study.failure} onRetry={() => void store.load()} />
            {status === "loading" && <Placeholders count={2} />}
            {status === "in" && study.state && <Inside {...part} />}
            {status === "outside" && <Outside study={study} />}
            {leads && session.startedAt && <Attendance id={id} key={session.status} isOver={session.status === "ended"} />}
        </div>
    );
}

function Inside(part: Part) {
    const { study } = part;
    return (
        <div class="study">
            <div class="stack">
                {study.breakout && (
                    <p class="card note is-accent" data-testid="study-breakout">
                        {t().study.youAreIn(study.breakout.title)} {study.breakout.users.length > 0 && study.breakout.users.map(({ name }) => name).join(", ")}
                    </p>
                )}
                <Timer {...part} />
                <Agenda {...part} />
                <Current {...part} />
            </div>
            <div class="stack">
                <Hands {...part} />
                <People {...part} />
                <Breakouts {...part} />
            </div>
        </div>
    );
}

function Outside({ study }: { study: StudySnapshot }) {
    const { session } = study;
    const words = t().study;
    const { status, startsAt, startedAt, endedAt, plan, host } = session!;
    return (
        <section class="card panel">
            <p class="with-avatar">
                <Avatar person={host} size="small" /> {words.by(host.name)}
            </p>
            <p class="meta">
                {status === "planned" && (startsAt ? words.begins(dateAndTime(startsAt)) : words.beginsWhenStarted)}
                {status === "live" && startedAt && words.began(dateAndTime(startedAt))}
                {status === "ended" && endedAt && words.ended(dateAndTime(endedAt))}
                {status === "cancelled" && words.statuses.cancelled}
            </p>
            {!!plan?.agenda?.length && (
                <>
                    <h2 class="section-title">{words.agenda}</h2>
                    <ul class="plain-list">
                        {plan.agenda.map((line, place) => (
                            <li key={place} dir="auto">
                                {line}
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

function Hands({ store, study, leads }: Part) {
    const { failure, attempt } = useDeed();
    const words = t().study;
    const { hands } = study.state!;
    const isUp = hands.some(({ user }) => user.id === myId.value);
    return (
        <section class="card panel" aria-labelledby="hands-title">
            <header class="panel-head">
                <h2 class="section-title" id="hands-title">
                    {words.hands} {hands.length > 0 && <span class="count">{hands.length}</span>}
                </h2>
                <button type="button" class={isUp ? "primary" : "secondary"} aria-pressed={isUp} onClick={() => void attempt(() => store.raise(!isUp))} data-testid="study-hand">
                    <HandIcon /> {isUp ? words.handDown : words.handUp}
                </button>
            </header>
            <FailureText text={failure} />
            {hands.length === 0 && <p class="hint">{words.noHands}</p>}
            <ol class="rows is-numbered" aria-live="polite">
                {hands.map(({ user }) => (
                    <li key={user.id} data-testid="study-hand-of">
                        <span class="with-avatar">
                            <Avatar person={user} size="small" /> {user.name}
                        </span>
                        {leads && user.id !== myId.value && (
                            <button type="button" class="quiet" aria-label={words.takeDown(user.name)} onClick={() => void attempt(() => store.raise(false, user.id))} data-testid="study-hand-down">
                                {words.done}
                            </button>
                        )}
                    </li>
                ))}
            </ol>
        </section>
    );
}

function People({ store, study, leads }: Part) {
    const { failure, attempt } = useDeed();
    const words = t().study;
    const { leader } = study.state!;
    const mayTake = study.session!.control === "everyone" && leader === null;
    return (
        <section class="card panel">
            <h2 class="section-title">
                {words.here} <span class="count">{study.members.length}</span>
            </h2>
            <FailureText text={failure} />
            <ul class="rows">
                {study.members.map(({ user, away }) => (
                    <li key={user.id} data-testid="study-member">
                        <span class="with-avatar">
                            <span class={`presence${away ? " is-away" : ""}`}>
                                <Avatar person={user} size="small" />
                            </span>
                            {user.name}
                        </span>
                        {away && <span class="meta">{words.away}</span>}
                        {leader?.id === user.id && <span class="badge is-accent">{words.leads}</span>}
                        {leader?.id !== user.id && (leads || (mayTake && user.id === myId.value)) && (
                            <button type="button" class="quiet" onClick={() => void attempt(() => store.patch({ leader: user.id }))} aria-label={words.letLeadName(user.name)}>
                                {words.letLead}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}
