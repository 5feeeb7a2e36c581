// The study sessions of a class or group: what goes on, what is planned, what was.

import type { StudySession } from "@homeroom/client";
import { useState } from "preact/hooks";

import { dateAndTime } from "../app/clock";
import { homeroom } from "../app/homeroom";
import { PlusIcon, TimerIcon } from "../app/icons";
import { More } from "../app/More";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { useStore } from "../app/useStore";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { PlanForm } from "./PlanForm";
import "./study.css";

export function StudyList({ room }: { room: Room }) {
    const [store, list] = useStore(() => homeroom.value!.studySessions({ room: room.name }));
    const [planning, setPlanning] = useState(false);
    const words = t().study;
    const open = list.sessions.filter(isOpen).sort(byNeed);
    const past = list.sessions.filter((session) => !isOpen(session));
    return (
        <>
            {planning ? (
                <PlanForm room={room} onCreate={(body) => store.create(body)} onClose={() => setPlanning(false)} />
            ) : (
                <p>
                    <button type="button" class="primary" onClick={() => setPlanning(true)} data-testid="study-new">
                        <PlusIcon /> {words.plan}
                    </button>
                </p>
            )}
            <LoadFailure failure={list.failure} onRetry={() => void store.load()} />
            {list.status === "loading" && <Placeholders count={2} />}
            {list.status === "ready" && list.sessions.length === 0 && !planning && <Empty icon={<TimerIcon />} title={words.none} text={words.noneWhy} />}
            <div class="stack is-tight">
                {open.map((session) => (
                    <SessionCard key={session.id} session={session} />
                ))}
            </div>
            {past.length > 0 && (
                <section class="home-section">
                    <h2 class="section-title">{words.past}</h2>
                    <div class="stack is-tight">
                        {past.map((session) => (
                            <SessionCard key={session.id} session={session} />
                        ))}
                    </div>
                </section>
            )}
            <More more={list.more} onMore={() => store.loadMore()} />
        </>
    );
}

const isOpen = ({ status }: StudySession) => status === "planned" || status === "live";

// What goes on first, then what begins soonest; what has no time comes last.
function byNeed(one: StudySession, other: StudySession): number {
    const place = ({ status, startsAt }: StudySession) => (status === "live" ? "0" : (startsAt ?? "~"));
    return place(one) < place(other) ? -1 : 1;
}

function SessionCard({ session }: { session: StudySession }) {
    const { id, title, host, status, startsAt, startedAt } = session;
    const words = t().study;
    const at = status === "planned" ? startsAt : startedAt;
    return (
        <a class="card row-card" href={hrefOf.study(id)} data-testid="study-session">
            <span class={`room-mark room-mark-large ${status === "live" ? "is-live" : "room-mark-courses"}`}>
                <TimerIcon />
            </span>
            <span class="tile-words">
                <strong dir="auto">{title}</strong>
                <span class="meta">
                    {words.by(host.name)} {at && `· ${dateAndTime(at)}`}
                </span>
            </span>
            <span class={`badge${status === "live" ? " is-good" : ""}`}>{words.statuses[status]}</span>
        </a>
    );
}
