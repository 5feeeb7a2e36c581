import type { Failure, GroupForOne } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { groups, homeroom } from "../app/homeroom";
import { PeopleIcon, PlusIcon } from "../app/icons";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { go, hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { rooms, titleOf } from "../rooms/rooms";
import { t } from "../strings";

export function GroupsPage() {
    const [making, setMaking] = useState(false);
    const list = groups.value;
    const words = t().groups;
    useEffect(() => void homeroom.value!.groups.load(), []);
    return (
        <div class="column">
            <PageHead title={t().pages.groups}>
                {!making && (
                    <button type="button" class="primary" onClick={() => setMaking(true)} data-testid="group-new">
                        <PlusIcon /> {words.new}
                    </button>
                )}
            </PageHead>
            {making && <GroupForm onClose={() => setMaking(false)} />}
            <LoadFailure failure={list?.failure ?? null} onRetry={() => void homeroom.value!.groups.load()} />
            {list?.status === "loading" && <Placeholders count={1} />}
            {!!list?.invitations.length && (
                <section class="home-section">
                    <h2 class="section-title">{words.invitations}</h2>
                    <div class="stack is-tight">
                        {list.invitations.map(({ group, by }) => (
                            <InvitationCard key={group.id} id={group.id} title={group.title} by={by.name} />
                        ))}
                    </div>
                </section>
            )}
            <section class="home-section">
                <h2 class="section-title">{words.mine}</h2>
                {list?.status === "ready" && list.groups.length === 0 && <Empty icon={<PeopleIcon />} title={words.none} text={words.noneWhy} />}
                <ul class="tiles">
                    {list?.groups.map((group) => (
                        <li key={group.id}>
                            <a class="card tile" href={hrefOf.room(group.room)} data-testid={`group-${group.id}`}>
                                <span class="room-mark room-mark-large room-mark-groups" aria-hidden="true">
                                    {[...group.title][0]}
                                </span>
                                <span class="tile-words">
                                    <strong dir="auto">{group.title}</strong>
                                    <span class="meta">
                                        {group.members !== null && `${words.members(group.members)} · `}
                                        {words.access[group.access]}
                                    </span>
                                </span>
                            </a>
                        </li>
                    ))}
                </ul>
            </section>
            <Finder />
        </div>
    );
}

function InvitationCard({ id, title, by }: { id: string; title: string; by: string }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().groups;
    const change = (name: "group:accept" | "group:decline") => void attempt(() => homeroom.value!.groups.change(name, { group: id }));
    return (
        <div class="card row-card is-asking" data-testid={`invitation-${id}`}>
            <span class="tile-words">
                <strong dir="auto">{title}</strong>
                <span class="meta">{words.invitedBy(by)}</span>
                <FailureText text={failure} />
            </span>
            <button type="button" class="primary" disabled={busy} onClick={() => change("group:accept")} data-testid="invitation-accept">
                {words.accept}
            </button>
            <button type="button" class="quiet" disabled={busy} onClick={() => change("group:decline")}>
                {words.decline}
            </button>
        </div>
    );
}

const homes = () => rooms.value.filter(({ name }) => !name.startsWith("group-"));

// Open groups of the places where one is.
function Finder() {
    const places = homes();
    const [home, setHome] = useState("");
    const [found, setFound] = useState<GroupForOne[] | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().groups;
    const place = home || places.find(({ name }) => name.startsWith("institution-"))?.name || places[0]?.name || "";
    const mine = groups.value?.groups.length;
    const load = async () => {
        const answer = await homeroom.value!.request("group:find", { home: place });
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setFound(answer.groups.filter((group) => group.mine === null));
    };
    useEffect(() => {
        if (place) void load();
    }, [place, mine]);
    if (!place) return null;
    return (
        <section class="home-section">
            <div class="panel-head">
                <h2 class="section-title">{words.find}</h2>
                <select class="field is-short" aria-label={words.findIn} value={place} onChange={(event) => setHome(event.currentTarget.value)}>
                    {places.map(({ name, title }) => (
                        <option key={name} value={name}>
                            {title}
                        </option>
                    ))}
                </select>
            </div>
            <LoadFailure failure={failure} onRetry={() => void load()} />
            {found?.length === 0 && <p class="hint">{words.nothingFound}</p>}
            <div class="stack is-tight">
                {found?.map((group) => (
                    <FoundGroup key={group.id} group={group} />
                ))}
            </div>
        </section>
    );
}

function FoundGroup({ group }: { group: GroupForOne }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().groups;
    const join = async () => {
        if (await attempt(() => homeroom.value!.groups.change("group:join", { group: group.id }))) go(hrefOf.room(group.room));
    };
    return (
        <div class="card row-card" data-testid={`found-${group.id}`}>
            <span class="tile-words">
                <strong dir="auto">{group.title}</strong>
                {group.about && (
                    <span class="clamp" dir="auto">
                        {group.about}
                    </span>
                )}
                <span class="meta">
                    {titleOf(group.home)} · {words.access[group.access]}
                </span>
                <FailureText text={failure} />
            </span>
            {group.access === "open" && (
                <button type="button" class="secondary" disabled={busy} onClick={() => void join()} data-testid="group-join">
                    {words.join}
                </button>
            )}
        </div>
    );
}

function GroupForm({ onClose }: { onClose(): void }) {
    const places = homes();
    const [title, setTitle] = useState("");
    const [about, setAbout] = useState("");
    const [access, setAccess] = useState<"open" | "invitation">("open");
    const [home, setHome] = useState(places.find(({ name }) => name.startsWith("institution-"))?.name ?? places[0]?.name ?? "");
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLInputElement>();
    const words = t().groups;
    const make = async () => {
        if (busy || title.trim() === "") return;
        const body = { title: title.trim(), about: about.trim() || null, access, ...(home ? { home } : {}) };
        if (await attempt(() => homeroom.value!.groups.change("group:create", body))) onClose();
    };
    return (
        <form
            class="card panel form"
            aria-label={words.new}
            onSubmit={(event) => {
                event.preventDefault();
                void make();
            }}
        >
            <label class="stacked">
                {words.title}
                <input class="field" value={title} ref={first} maxLength={100} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="group-title" />
            </label>
            <label class="stacked">
                {words.aboutLabel}
                <input class="field" value={about} maxLength={500} onInput={(event) => setAbout(event.currentTarget.value)} />
            </label>
            <div class="field-row is-wrapping">
                <label class="stacked">
                    {words.home}
                    <select class="field" value={home} onChange={(event) => setHome(event.currentTarget.value)}>
                        {places.map(({ name, title: place }) => (
                            <option key={name} value={name}>
                                {place}
                            </option>
                        ))}
                    </select>
                </label>
                <label class="stacked">
                    {words.who}
                    <select class="field" value={access} onChange={(event) => setAccess(event.currentTarget.value as "open" | "invitation")} data-testid="group-access">
                        <option value="open">{words.access.open}</option>
                        <option value="invitation">{words.access.invitation}</option>
                    </select>
                </label>
            </div>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || title.trim() === ""} data-testid="group-make">
                    {words.make}
                </button>
            </div>
        </form>
    );
}
