// The audit log, the newest first. That it was read is in it, too.

import type { Failure } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { dateAndTime } from "../app/clock";
import { More } from "../app/More";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { t } from "../strings";
import { ask } from "./api";

interface Entry {
    number: number;
    at: string;
    actor: string;
    action: string;
    subject: string;
    details: Record<string, unknown>;
}

const fields = ["actor", "action", "subject"] as const;
const nothing = { actor: "", action: "", subject: "" };

export function Audit() {
    const [filter, setFilter] = useState(nothing);
    const [entries, setEntries] = useState<Entry[] | null>(null);
    const [next, setNext] = useState<string | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().operator;
    const load = async (before = ""): Promise<Failure | null> => {
        const answer = await ask<{ entries: Entry[]; next: string | null }>("/audit", { ...filter, before, limit: 50 });
        if (!answer.ok) return answer.error;
        setEntries((known) => (before ? [...(known ?? []), ...answer.body.entries] : answer.body.entries));
        setNext(answer.body.next);
        return null;
    };
    const begin = () => void load().then(setFailure);
    useEffect(begin, []);
    return (
        <>
            <form
                class="card panel"
                onSubmit={(event) => {
                    event.preventDefault();
                    begin();
                }}
            >
                <div class="field-row is-wrapping">
                    {fields.map((field) => (
                        <label class="stacked" key={field}>
                            {words[field]}
                            <input class="field" autocomplete="off" value={filter[field]} onInput={(event) => setFilter({ ...filter, [field]: event.currentTarget.value.trim() })} />
                        </label>
                    ))}
                    <button type="submit" class="secondary">
                        {words.filter}
                    </button>
                </div>
            </form>
            <LoadFailure failure={failure} onRetry={begin} />
            {!entries && !failure && <Placeholders count={2} />}
            {entries?.length === 0 && <Empty title={words.noEntries} />}
            {!!entries?.length && (
                <div class="card panel table-box" tabIndex={0} role="region" aria-label={words.parts.audit}>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">#</th>
                                {fields.map((field) => (
                                    <th scope="col" key={field}>
                                        {words[field]}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {entries.map(({ number, at, actor, action, subject, details }) => (
                                <tr key={number} data-testid="audit-entry">
                                    <td class="meta numbers">
                                        {number} <br />
                                        {dateAndTime(at)}
                                    </td>
                                    <td data-label={words.actor}>{actor}</td>
                                    <td data-label={words.action}>
                                        {action}
                                        {Object.keys(details).length > 0 && <span class="meta details">{JSON.stringify(details)}</span>}
                                    </td>
                                    <td data-label={words.subject}>{subject}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            <More more={next !== null} onMore={() => load(next!)} />
        </>
    );
}
