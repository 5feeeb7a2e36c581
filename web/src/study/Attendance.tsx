// Who was there and for how long; for who leads it, its host and the room's staff.

import type { Failure, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { timeOfDay } from "../app/clock";
import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { LoadFailure } from "../app/parts";
import { saveFile } from "../app/saveFile";
import { useDeed } from "../app/useDeed";
import { locale, t } from "../strings";

type Entry = Requests["study:attendance"]["answer"]["attendance"][number];

export function Attendance({ id, isOver }: { id: string; isOver: boolean }) {
    const [open, setOpen] = useState(isOver);
    const [entries, setEntries] = useState<Entry[] | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const saving = useDeed();
    const words = t().study;
    const client = homeroom.value!;

    const load = async () => {
        let all: Entry[] = [];
        let after: string | null = null;
        do {
            const answer: Awaited<ReturnType<typeof client.request<"study:attendance">>> = await client.request("study:attendance", { session: id, ...(after ? { after } : {}) });
            setFailure(answer.ok ? null : answer.error);
            if (!answer.ok) return;
            all = [...all, ...answer.attendance];
            after = answer.next;
        } while (after);
        setEntries(all);
    };
    useEffect(() => {
        if (!open) return;
        void load();
        if (isOver) return;
        const again = setInterval(() => void load(), 30_000);
        return () => clearInterval(again);
    }, [open]);

    const save = () =>
        saving.attempt(async () => {
            const text = await client.readText(`/api/v1/study-sessions/${encodeURIComponent(id)}/attendance.csv`);
            if (typeof text !== "string") return text;
            saveFile("attendance.csv", "text/csv;charset=utf-8", text);
            return null;
        });
    return (
        <details class="card panel attendance" open={open} onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="attendance">
            <summary>{words.attendance}</summary>
            <LoadFailure failure={failure} onRetry={() => void load()} />
            {entries?.length === 0 && <p class="hint">{words.nobody}</p>}
            {!!entries?.length && (
                <>
                    <ul class="rows">
                        {entries.map(({ user, seconds, intervals }) => (
                            <li key={user.id} data-testid="attendance-of">
                                <span class="with-avatar">
                                    <Avatar person={user} size="small" /> {user.name}
                                </span>
                                <span class="meta">{intervals.map(({ joinedAt, leftAt }) => `${timeOfDay(joinedAt)}–${leftAt ? timeOfDay(leftAt) : ""}`).join(", ")}</span>
                                <strong class="numbers">{words.minutesLong(Math.round(seconds / 60).toLocaleString(locale.value))}</strong>
                            </li>
                        ))}
                    </ul>
                    <div class="form-foot">
                        <FailureText text={saving.failure} />
                        <button type="button" class="secondary" disabled={saving.busy} onClick={() => void save()}>
                            {words.saveTable}
                        </button>
                    </div>
                </>
            )}
        </details>
    );
}
