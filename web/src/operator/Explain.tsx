// Why somebody got something, or did not. Each question is in the audit log.

import type { Failure } from "@homeroom/client";
import { useState } from "preact/hooks";

import { dateAndTime } from "../app/clock";
import { LoadFailure } from "../app/parts";
import { t } from "../strings";
import { ask } from "./api";

interface Explanation {
    event: { seq: string; id: string; type: string; at: string; room: string | null; deleted: boolean };
    outcome: "sent" | "not_sent" | "not_for_him" | "perhaps_sent" | "not_recorded";
    reason: string;
    rule: { words: string };
    membership: { inRoom: boolean | null } | null;
    now: { maySee: boolean | null };
    deliveries: { connection: number; how: "live" | "backlog"; at: string; openedAt: string; closedAt: string | null }[];
    acknowledged: { at: string } | null;
}

export function Explain({ user: about }: { user: string }) {
    const [user, setUser] = useState(about);
    const [what, setWhat] = useState("");
    const [reason, setReason] = useState("");
    const [told, setTold] = useState<Explanation | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const [busy, setBusy] = useState(false);
    const words = t().operator;
    const send = async () => {
        setBusy(true);
        setTold(null);
        const asked = { user: user.trim(), reason: reason.trim() };
        // An id of a post looks as that of an event does.
        let answer = await ask<Explanation>("/explain", { ...asked, post: what.trim() });
        if (!answer.ok && answer.error.field !== "user" && (answer.error.code === "not_found" || answer.error.code === "invalid")) answer = await ask<Explanation>("/explain", { ...asked, event: what.trim() });
        setBusy(false);
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setTold(answer.body);
    };
    return (
        <>
            <form
                class="card panel form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void send();
                }}
            >
                <h2>{words.why}</h2>
                <label class="stacked">
                    {words.user}
                    <input class="field" autocomplete="off" value={user} onInput={(event) => setUser(event.currentTarget.value)} data-testid="explain-user" />
                </label>
                <label class="stacked">
                    {words.what}
                    <input class="field" autocomplete="off" value={what} onInput={(event) => setWhat(event.currentTarget.value)} data-testid="explain-what" />
                </label>
                <label class="stacked">
                    {words.reason}
                    <input class="field" autocomplete="off" maxLength={300} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
                </label>
                <div class="form-foot">
                    <button type="submit" class="primary" disabled={busy || user.trim() === "" || what.trim() === ""} data-testid="explain-ask">
                        {words.ask}
                    </button>
                </div>
            </form>
            <LoadFailure failure={failure} onRetry={() => void send()} />
            {told && <Answer told={told} />}
        </>
    );
}

function Answer({ told }: { told: Explanation }) {
    const words = t().operator;
    const { event, outcome, membership, now, deliveries, acknowledged, rule, reason } = told;
    const yes = (value: boolean | null | undefined) => (value === null || value === undefined ? words.unknown : value ? words.yes : words.no);
    return (
        <section class="card panel" aria-live="polite" data-testid="explanation">
            <h2>
                <span class={`badge${outcome === "sent" ? " is-good" : ""}`}>{words.outcomes[outcome]}</span>
            </h2>
            <p>{reason}</p>
            <dl class="facts">
                <dt>{words.event}</dt>
                <dd>
                    {event.type} · {dateAndTime(event.at)} · {event.room}
                </dd>
                <dt>{words.rule}</dt>
                <dd>{rule.words}</dd>
                <dt>{words.membership}</dt>
                <dd>{yes(membership?.inRoom)}</dd>
                <dt>{words.now}</dt>
                <dd>{yes(now.maySee)}</dd>
            </dl>
            {deliveries.length > 0 && (
                <>
                    <h3 class="section-title">{words.deliveries}</h3>
                    <ul class="rows">
                        {deliveries.map(({ connection, how, at, openedAt, closedAt }) => (
                            <li key={`${connection} ${at}`}>
                                <span>
                                    {words.connection(connection)}, {words.how[how]}, {dateAndTime(at)}
                                </span>
                                <span class="meta">{words.openUntil(dateAndTime(openedAt), closedAt ? dateAndTime(closedAt) : words.still)}</span>
                            </li>
                        ))}
                    </ul>
                </>
            )}
            {acknowledged && <p class="hint">{words.acknowledged(dateAndTime(acknowledged.at))}</p>}
        </section>
    );
}
