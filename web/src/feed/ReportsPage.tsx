// For the staff of a room: what was reported, who is muted, and slow mode.

import type { Report, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { CheckIcon } from "../app/icons";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { peopleSeenIn } from "../app/people";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { feedSettings } from "./feed";

type Muted = Requests["feed:mutes"]["answer"]["muted"][number];

export function ReportsPage({ room }: { room: Room }) {
    const [reports, setReports] = useState<Report[] | null>(null);
    const [muted, setMuted] = useState<Muted[]>([]);
    const [failure, setFailure] = useState<Parameters<typeof LoadFailure>[0]["failure"]>(null);
    const client = homeroom.value!;
    const words = t().moderation;

    const load = async () => {
        const [list, mutes] = await Promise.all([client.request("report:list", { room: room.name }), client.request("feed:mutes", { room: room.name })]);
        setFailure(list.ok ? null : list.error);
        if (list.ok) setReports(list.reports);
        if (mutes.ok) setMuted(mutes.muted);
    };
    useEffect(() => {
        void load();
        const again = () => void load();
        const ends = [client.on("report:created", again), client.on("report:updated", again), client.on("feed:muted", again), client.on("feed:unmuted", again)];
        return () => ends.forEach((end) => end());
    }, [room.name]);

    return (
        <div class="stack">
            <LoadFailure failure={failure} onRetry={() => void load()} />
            {reports === null && !failure && <Placeholders count={1} />}
            {reports?.length === 0 && <Empty icon={<CheckIcon />} title={words.nothing} text={words.nothingWhy} />}
            {reports?.map((report) => (
                <ReportCard key={report.id} report={report} onDone={load} />
            ))}
            <SlowMode room={room} />
            <Mutes room={room} muted={muted} onDone={load} />
        </div>
    );
}

function ReportCard({ report, onDone }: { report: Report; onDone(): Promise<void> }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().moderation;
    const resolve = (outcome: "dismissed" | "removed") =>
        attempt(async () => {
            const answer = await homeroom.value!.request("report:resolve", { report: report.id, outcome });
            if (answer.ok) await onDone();
            return answer.ok ? null : answer.error;
        });
    return (
        <article class="card panel" data-testid="report">
            <p>
                <strong>{report.author.name}</strong>{" "}
                <span class="meta">
                    {"post" in report.target ? words.post : words.comment} · {words.reporters(report.reporters)} · <Time at={report.createdAt} />
                </span>
            </p>
            <blockquote class="text" dir="auto">
                {report.text}
            </blockquote>
            {report.reasons.length > 0 && (
                <ul class="reasons">
                    {report.reasons.map((reason, index) => (
                        <li key={index} dir="auto">
                            {reason}
                        </li>
                    ))}
                </ul>
            )}
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="secondary" disabled={busy} onClick={() => void resolve("dismissed")} data-testid="report-dismiss">
                    {words.dismiss}
                </button>
                <button type="button" class="danger" disabled={busy} onClick={() => void resolve("removed")} data-testid="report-remove">
                    {words.remove}
                </button>
            </div>
        </article>
    );
}

const slowChoices = [0, 10, 30, 60, 300];

function SlowMode({ room }: { room: Room }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().moderation;
    return (
        <section class="card panel">
            <h2 class="section-title">{words.slowMode}</h2>
            <div class="field-row is-wrapping">
                <label for="slow-mode">{words.slowLabel}</label>
                <select
                    id="slow-mode"
                    class="field is-short"
                    value={feedSettings.value?.slowSeconds ?? 0}
                    disabled={busy}
                    onChange={(event) => {
                        const seconds = Number(event.currentTarget.value);
                        void attempt(async () => {
                            const answer = await homeroom.value!.request("feed:slow", { room: room.name, seconds });
                            return answer.ok ? null : answer.error;
                        });
                    }}
                >
                    {[...new Set([...slowChoices, feedSettings.value?.slowSeconds ?? 0])].sort((a, b) => a - b).map((seconds) => (
                        <option key={seconds} value={seconds}>
                            {words.seconds(seconds)}
                        </option>
                    ))}
                </select>
            </div>
            <FailureText text={failure} />
        </section>
    );
}

function Mutes({ room, muted, onDone }: { room: Room; muted: Muted[]; onDone(): Promise<void> }) {
    const { busy, failure, attempt } = useDeed();
    const [user, setUser] = useState("");
    const words = t().moderation;
    const change = (name: "feed:mute" | "feed:unmute", id: string) =>
        attempt(async () => {
            const answer = await homeroom.value!.request(name, { room: room.name, user: id });
            if (answer.ok) {
                setUser("");
                await onDone();
            }
            return answer.ok ? null : answer.error;
        });
    return (
        <section class="card panel">
            <h2 class="section-title">{words.muted}</h2>
            <p class="hint">{words.mutedHint}</p>
            <ul class="rows">
                {muted.map((one) => (
                    <li key={one.user.id}>
                        <span>{one.user.name}</span>
                        <button type="button" class="secondary" disabled={busy} onClick={() => void change("feed:unmute", one.user.id)}>
                            {words.unmute}
                        </button>
                    </li>
                ))}
            </ul>
            <form
                class="field-row is-wrapping"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (user) void change("feed:mute", user);
                }}
            >
                <label for="mute-user">{words.mute}</label>
                <select id="mute-user" class="field is-short" value={user} onChange={(event) => setUser(event.currentTarget.value)}>
                    <option value="">{words.choose}</option>
                    {peopleSeenIn(room.name).map((person) => (
                        <option key={person.id} value={person.id}>
                            {person.name}
                        </option>
                    ))}
                </select>
                <button type="submit" class="secondary" disabled={busy || user === ""}>
                    {words.mute}
                </button>
            </form>
            <FailureText text={failure} />
        </section>
    );
}
