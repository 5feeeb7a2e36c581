// The roster as the server has it: people, classes, who is in which. From a person or class one comes to its enrolments.

import type { Failure } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Choice, Empty, LoadFailure, Placeholders } from "../app/parts";
import { t } from "../strings";
import { ask } from "./api";

const kinds = ["users", "classes", "enrollments", "courses", "orgs"] as const;
type Kind = (typeof kinds)[number];

interface Reference {
    sourcedId: string;
}
interface RosterRecord extends Reference {
    givenName?: string;
    familyName?: string;
    enabledUser?: boolean;
    roles?: { role: string; org: Reference }[];
    title?: string;
    name?: string;
    type?: string;
    role?: string;
    user?: Reference;
    class?: Reference;
    course?: Reference;
    school?: Reference;
    beginDate?: string;
    endDate?: string;
}

const pageSize = 25;

export function Roster() {
    const [kind, setKind] = useState<Kind>("users");
    const [sought, setSought] = useState("");
    const [offset, setOffset] = useState(0);
    const [page, setPage] = useState<{ kind: Kind; records: RosterRecord[]; total: number } | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().operator;
    const load = async () => {
        const answer = await ask<Record<string, RosterRecord[]>>(`/${kind}`, { limit: pageSize, offset, filter: filterFor(kind, sought) });
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setPage({ kind, records: answer.body[kind] ?? [], total: answer.total ?? answer.body[kind]?.length ?? 0 });
    };
    useEffect(() => void load(), [kind, offset, sought]);
    const enrolmentsOf = (id: string) => {
        setKind("enrollments");
        setOffset(0);
        setSought(id);
    };
    const shown = page?.kind === kind ? page : null;
    return (
        <>
            <div class="field-row is-wrapping roster-head">
                <Choice
                    label={words.parts.roster}
                    name="roster-kind"
                    value={kind}
                    choices={kinds.map((one) => [one, words.kinds[one]] as const)}
                    onChoose={(one) => {
                        setKind(one);
                        setOffset(0);
                        setSought("");
                    }}
                />
                <input
                    class="field"
                    type="search"
                    aria-label={words.find}
                    placeholder={words.find}
                    value={sought}
                    onChange={(event) => {
                        setOffset(0);
                        setSought(event.currentTarget.value.trim());
                    }}
                    data-testid="roster-find"
                />
            </div>
            <LoadFailure failure={failure} onRetry={() => void load()} />
            {!shown && !failure && <Placeholders count={2} />}
            {shown?.records.length === 0 && <Empty title={words.noEntries} />}
            {!!shown?.records.length && (
                <section class="card panel">
                    <p class="meta">{words.total(shown.total)}</p>
                    <ul class="rows">
                        {shown.records.map((record) => (
                            <li key={record.sourcedId} data-testid="roster-record">
                                <span class="tile-words">
                                    <strong dir="auto">{nameOf(record)}</strong>
                                    <span class="meta">{detailsOf(record)}</span>
                                </span>
                                {record.enabledUser === false && <span class="badge">{words.disabled}</span>}
                                {(kind === "users" || kind === "classes") && (
                                    <button type="button" class="quiet" onClick={() => enrolmentsOf(record.sourcedId)}>
                                        {words.kinds.enrollments}
                                    </button>
                                )}
                            </li>
                        ))}
                    </ul>
                    {shown.total > pageSize && (
                        <div class="form-foot">
                            <button type="button" class="secondary" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - pageSize))}>
                                {words.before}
                            </button>
                            <button type="button" class="secondary" disabled={offset + pageSize >= shown.total} onClick={() => setOffset(offset + pageSize)}>
                                {words.next}
                            </button>
                        </div>
                    )}
                </section>
            )}
        </>
    );
}

// In single quotes a quote is written twice.
function filterFor(kind: Kind, sought: string): string {
    if (sought === "") return "";
    const text = `'${sought.replace(/'/g, "''")}'`;
    return kind === "enrollments" ? `user.sourcedId=${text} OR class.sourcedId=${text}` : `sourcedId~${text}`;
}

const nameOf = ({ givenName, familyName, title, name, user, class: of, sourcedId }: RosterRecord): string =>
    givenName !== undefined ? `${givenName} ${familyName ?? ""}` : (title ?? name ?? (user && of ? `${user.sourcedId} · ${of.sourcedId}` : sourcedId));

function detailsOf({ sourcedId, roles, role, type, course, school, beginDate, endDate }: RosterRecord): string {
    const parts = [sourcedId, roles?.map((one) => `${one.role}, ${one.org.sourcedId}`).join("; "), role, type, course?.sourcedId, school?.sourcedId, beginDate || endDate ? `${beginDate ?? ""}–${endDate ?? ""}` : ""];
    return parts.filter(Boolean).join(" · ");
}
