// The live classes of a room: what is on, what is planned, what was; for the staff, how to begin and end one.

import type { Failure, Live, Requests } from "@homeroom/client";
import { useState } from "preact/hooks";

import { dateAndTime } from "../app/clock";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { PlusIcon, TimerIcon } from "../app/icons";
import { More } from "../app/More";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { useDeed } from "../app/useDeed";
import { useStore } from "../app/useStore";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { LiveForm } from "./LiveForm";
import "./live.css";
import { Player } from "./Player";

export function LiveList({ room }: { room: Room }) {
    const [store, list] = useStore(() => homeroom.value!.lives({ room: room.name }));
    const [making, setMaking] = useState<"plan" | "now" | null>(null);
    const [watched, setWatched] = useState<string | null>(null);
    const words = t().live;
    const open = list.lives.filter(isOpen).sort(byNeed);
    const past = list.lives.filter((live) => !isOpen(live));
    const shown = list.lives.find(({ id }) => id === watched);
    const card = (live: Live) => <LiveCard key={live.id} live={live} room={room} watched={live.id === watched} onWatch={() => setWatched(live.id)} />;
    return (
        <>
            {shown && <Player key={shown.id} live={shown} onClose={() => setWatched(null)} />}
            {making && (
                <LiveForm
                    room={room}
                    now={making === "now"}
                    onMake={(body) => (making === "now" ? store.start(body) : store.schedule(body))}
                    onClose={() => setMaking(null)}
                />
            )}
            {room.staff && !making && (
                <p class="field-row is-wrapping">
                    <button type="button" class="primary" onClick={() => setMaking("now")} data-testid="live-now">
                        {words.startNow}
                    </button>
                    <button type="button" class="secondary" onClick={() => setMaking("plan")} data-testid="live-plan">
                        <PlusIcon /> {words.plan}
                    </button>
                </p>
            )}
            <LoadFailure failure={list.failure} onRetry={() => void store.load()} />
            {list.status === "loading" && <Placeholders count={2} />}
            {list.status === "ready" && list.lives.length === 0 && !making && <Empty icon={<TimerIcon />} title={words.none} text={words.noneWhy} />}
            <div class="stack is-tight">{open.map(card)}</div>
            {past.length > 0 && (
                <section class="home-section">
                    <h2 class="section-title">{words.past}</h2>
                    <div class="stack is-tight">{past.map(card)}</div>
                </section>
            )}
            <More more={list.more} onMore={() => store.loadMore()} />
        </>
    );
}

const isOnAir = ({ status }: Live) => status === "live" || status === "interrupted";
const isOpen = (live: Live) => isOnAir(live) || live.status === "scheduled" || live.status === "preparing";

// What goes on first, then what begins soonest; what has no time comes last.
function byNeed(one: Live, other: Live): number {
    const place = (live: Live) => (isOnAir(live) ? "0" : (live.startsAt ?? "~"));
    return place(one) < place(other) ? -1 : 1;
}

interface LiveCardProps {
    live: Live;
    room: Room;
    watched: boolean;
    onWatch(): void;
}

function LiveCard({ live, room, watched, onWatch }: LiveCardProps) {
    const words = t().live;
    const at = live.startedAt ?? live.startsAt;
    return (
        <article class="card panel live-card" data-testid="live-class">
            <div class="live-head">
                <span class="tile-words">
                    <strong dir="auto">{live.title}</strong>
                    <span class="meta">
                        {words.by(live.host.name)} {at && `· ${dateAndTime(at)}`}
                    </span>
                </span>
                <span class={`badge${live.status === "live" ? " is-good" : ""}`} data-testid="live-status">
                    {words.statuses[live.status]}
                </span>
                {!watched && (isOnAir(live) || live.recording) && (
                    <button type="button" class="primary" onClick={onWatch} data-testid="live-watch">
                        {words.watch}
                    </button>
                )}
            </div>
            {room.staff && isOpen(live) && <Deeds live={live} />}
        </article>
    );
}

type Ingest = Requests["live:publish"]["answer"]["ingest"];

function Deeds({ live }: { live: Live }) {
    const [ending, setEnding] = useState(false);
    const [ingest, setIngest] = useState<Ingest | null>(null);
    const { busy, failure, attempt } = useDeed();
    const words = t().live;
    const onAir = isOnAir(live);
    const ask = async (name: "live:start" | "live:end" | "live:cancel"): Promise<Failure | null> => {
        const answer = await homeroom.value!.request(name, { live: live.id });
        return answer.ok ? null : answer.error;
    };
    const publish = () =>
        attempt(async () => {
            const answer = await homeroom.value!.request("live:publish", { live: live.id });
            if (!answer.ok) return answer.error;
            setIngest(answer.ingest);
            return null;
        });
    return (
        <>
            <div class="field-row is-wrapping">
                {!onAir && (
                    <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(() => ask("live:start"))} data-testid="live-start">
                        {words.start}
                    </button>
                )}
                {live.source === "media" && (
                    <button type="button" class="quiet" disabled={busy} onClick={() => void publish()} data-testid="live-publish">
                        {words.send}
                    </button>
                )}
                {!ending && (
                    <button type="button" class="danger" onClick={() => setEnding(true)} data-testid="live-end">
                        {onAir ? words.end : words.cancel}
                    </button>
                )}
            </div>
            <FailureText text={failure} />
            {ingest && (
                <div class="form" data-testid="live-ingest">
                    <p class="meta">{words.sendHint}</p>
                    <label class="stacked">
                        {words.sendTo}
                        <input class="field" readOnly value={ingest.url} onFocus={(event) => event.currentTarget.select()} />
                    </label>
                    <label class="stacked">
                        {words.sendToken}
                        <input class="field" type="password" readOnly value={ingest.token} autocomplete="off" onFocus={(event) => event.currentTarget.select()} />
                    </label>
                </div>
            )}
            {ending && (
                <Confirm
                    question={onAir ? words.endQuestion : words.cancelQuestion}
                    yes={onAir ? words.end : words.cancel}
                    no={t().app.cancel}
                    onYes={() => ask(onAir ? "live:end" : "live:cancel")}
                    onNo={() => setEnding(false)}
                    testid="live-end"
                />
            )}
        </>
    );
}
