// How the page looks, what one is told of, when it is quiet, whom one blocks.

import type { Failure, NotificationKind, NotificationPreferences, QuietHours } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom, messages, presence } from "../app/homeroom";
import { Choice, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { nameOf } from "../app/people";
import { prefer, preferences } from "../app/preferences";
import { useDeed } from "../app/useDeed";
import { language, languages, t } from "../strings";

const ways = ["inbox", "push", "mail"] as const;
const kinds: NotificationKind[] = ["mention", "comment", "reply", "grade", "announcement", "message", "study", "live", "call"];

export function SettingsPage() {
    const words = t().settings;
    return (
        <div class="column">
            <PageHead title={t().pages.settings} />
            <div class="stack">
                <section class="card panel">
                    <h2 class="section-title">{words.look}</h2>
                    <Choice
                        label={words.theme}
                        name="theme"
                        value={preferences.value.theme}
                        choices={[
                            ["system", words.themes.system],
                            ["light", words.themes.light],
                            ["dark", words.themes.dark],
                        ]}
                        onChoose={(theme) => prefer({ theme })}
                    />
                    <Choice label={words.language} name="language" value={language.value} choices={Object.entries(languages)} onChoose={(one) => prefer({ language: one })} />
                </section>
                <Status />
                <Notifications />
                <Blocked />
            </div>
        </div>
    );
}

function Status() {
    const own = presence.value?.own ?? "online";
    const { failure, attempt } = useDeed();
    const words = t().presence;
    return (
        <section class="card panel">
            <h2 class="section-title">{words.title}</h2>
            <Choice
                label={words.title}
                name="status"
                value={own === "away" ? "online" : own}
                choices={[
                    ["online", words.status.online],
                    ["busy", words.status.busy],
                    ["invisible", words.invisible],
                ]}
                onChoose={(status) => void attempt(() => homeroom.value!.presence.set(status))}
            />
            <p class="hint">{words.invisibleHint}</p>
            <FailureText text={failure} />
        </section>
    );
}

function Notifications() {
    const [state, setState] = useState<NotificationPreferences | null>(null);
    const [lost, setLost] = useState<Failure | null>(null);
    const { busy, failure, attempt } = useDeed();
    const client = homeroom.value!;
    const words = t().settings;
    const load = async () => {
        const answer = await client.request("notification:preferences", {});
        setLost(answer.ok ? null : answer.error);
        if (answer.ok) setState(answer);
    };
    useEffect(() => {
        void load();
        return client.on("notification:preferences", setState);
    }, []);
    if (!state) return lost ? <LoadFailure failure={lost} onRetry={() => void load()} /> : <Placeholders count={1} />;

    const chosen = (kind: NotificationKind) => state.preferences.find((one) => one.room === null && one.kind === kind);
    const isOn = (kind: NotificationKind, way: (typeof ways)[number]) => chosen(kind)?.[way] ?? state.defaults[kind]?.[way] ?? false;
    const set = (kind: NotificationKind, way: (typeof ways)[number]) =>
        attempt(async () => {
            const before = chosen(kind);
            const answer = await client.request("notification:prefer", {
                kind,
                inbox: before?.inbox ?? null,
                push: before?.push ?? null,
                mail: before?.mail ?? null,
                [way]: !isOn(kind, way),
            });
            if (answer.ok) setState(answer);
            return answer.ok ? null : answer.error;
        });
    const setQuiet = (quietHours: QuietHours | null) =>
        attempt(async () => {
            const answer = await client.request("notification:quiet", { quietHours });
            if (answer.ok) setState(answer);
            return answer.ok ? null : answer.error;
        });
    return (
        <section class="card panel">
            <h2 class="section-title">{words.notifications}</h2>
            <table class="matrix">
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="visually-hidden">{words.about}</span>
                        </th>
                        {ways.map((way) => (
                            <th scope="col" key={way}>
                                {words.ways[way]}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {kinds.map((kind) => (
                        <tr key={kind}>
                            <th scope="row">{words.kinds[kind]}</th>
                            {ways.map((way) => (
                                <td key={way}>
                                    <input
                                        type="checkbox"
                                        aria-label={`${words.kinds[kind]}: ${words.ways[way]}`}
                                        checked={isOn(kind, way)}
                                        disabled={busy || (way !== "inbox" && !isOn(kind, "inbox"))}
                                        onChange={() => void set(kind, way)}
                                        data-testid={`prefer-${kind}-${way}`}
                                    />
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
            <Quiet key={JSON.stringify(state.quietHours)} quiet={state.quietHours} busy={busy} onSet={setQuiet} />
            <FailureText text={failure} />
        </section>
    );
}

function Quiet({ quiet, busy, onSet }: { quiet: QuietHours | null; busy: boolean; onSet(quiet: QuietHours | null): Promise<boolean> }) {
    const [from, setFrom] = useState(quiet?.from ?? "21:00");
    const [to, setTo] = useState(quiet?.to ?? "07:00");
    const words = t().settings;
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return (
        <form
            class="quiet-hours"
            onSubmit={(event) => {
                event.preventDefault();
                void onSet({ from, to, timeZone });
            }}
        >
            <label class="check">
                <input type="checkbox" checked={quiet !== null} disabled={busy} onChange={() => void onSet(quiet ? null : { from, to, timeZone })} data-testid="quiet" />
                {words.quiet}
            </label>
            <div class="field-row is-wrapping">
                <label class="stacked">
                    {words.from}
                    <input type="time" class="field is-short" value={from} required onInput={(event) => setFrom(event.currentTarget.value)} />
                </label>
                <label class="stacked">
                    {words.to}
                    <input type="time" class="field is-short" value={to} required onInput={(event) => setTo(event.currentTarget.value)} />
                </label>
                {quiet && (quiet.from !== from || quiet.to !== to) && (
                    <button type="submit" class="secondary" disabled={busy}>
                        {t().app.save}
                    </button>
                )}
            </div>
            <p class="hint">{words.quietHint(quiet?.timeZone ?? timeZone)}</p>
        </form>
    );
}

function Blocked() {
    const blocked = [...(messages.value?.blocked ?? [])];
    const { failure, attempt } = useDeed();
    const words = t().settings;
    if (blocked.length === 0) return null;
    return (
        <section class="card panel">
            <h2 class="section-title">{words.blocked}</h2>
            <ul class="rows">
                {blocked.map((id) => (
                    <li key={id}>
                        <span>{nameOf(id) ?? id}</span>
                        <button type="button" class="secondary" onClick={() => void attempt(() => homeroom.value!.messages.block(id, false))}>
                            {t().messages.unblock}
                        </button>
                    </li>
                ))}
            </ul>
            <FailureText text={failure} />
        </section>
    );
}
