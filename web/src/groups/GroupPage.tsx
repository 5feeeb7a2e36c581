// What a group is, who is in it, and what its people and staff can do.

import type { Failure, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { BackIcon, MoreIcon } from "../app/icons";
import { Menu, type MenuItem } from "../app/Menu";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { meet, peopleSeen } from "../app/people";
import { go, hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { titleOf } from "../rooms/rooms";
import { t } from "../strings";

type Known = Requests["group:get"]["answer"];

export function GroupPage({ id }: { id: string }) {
    const [known, setKnown] = useState<Known | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const [leaving, setLeaving] = useState<"group:leave" | "group:close" | null>(null);
    const { failure: refused, attempt } = useDeed();
    const client = homeroom.value!;
    const words = t().groups;

    const load = async () => {
        const answer = await client.request("group:get", { group: id });
        setFailure(answer.ok ? null : answer.error);
        if (!answer.ok) return;
        for (const { user } of answer.members ?? []) meet(user, answer.group.room);
        setKnown(answer);
    };
    useEffect(() => {
        void load();
        const again = () => void load();
        const ends = (["group:changed", "group:member", "group:left"] as const).map((name) => client.on(name, again));
        return () => ends.forEach((end) => end());
    }, [id]);

    if (failure?.code === "not_found") return <Empty heading title={t().rooms.notYours} />;
    if (!known) return failure ? <LoadFailure failure={failure} onRetry={() => void load()} /> : <Placeholders />;
    const { group, members, invited } = known;
    const role = group.mine?.role;
    const isStaff = role === "staff" || role === "owner";
    const change: typeof client.groups.change = async (name, body) => {
        const result = await client.groups.change(name, body);
        if (!result) void load();
        return result;
    };
    return (
        <div class="column">
            <p>
                <a class="back" href={role ? hrefOf.room(group.room) : hrefOf.groups}>
                    <BackIcon /> {role ? words.posts : t().pages.groups}
                </a>
            </p>
            <PageHead title={group.title} />
            <div class="card panel">
                {group.about && (
                    <p class="text" dir="auto">
                        {group.about}
                    </p>
                )}
                <p class="meta">
                    {titleOf(group.home)} · {words.access[group.access]}
                    {group.owner && ` · ${words.ownedBy(group.owner.name)}`}
                </p>
                <FailureText text={refused} />
                <div class="form-foot is-start">
                    {role && leaving === null && (
                        <button type="button" class="secondary" onClick={() => setLeaving("group:leave")} data-testid="group-leave">
                            {words.leave}
                        </button>
                    )}
                    {role === "owner" && leaving === null && (
                        <button type="button" class="danger" onClick={() => setLeaving("group:close")}>
                            {words.close}
                        </button>
                    )}
                </div>
                {leaving && (
                    <Confirm
                        question={leaving === "group:leave" ? words.leaveQuestion : words.closeQuestion}
                        yes={leaving === "group:leave" ? words.leave : words.close}
                        no={t().app.cancel}
                        onYes={async () => {
                            const result = await client.groups.change(leaving, { group: id });
                            if (!result) go(hrefOf.groups, "replace");
                            return result;
                        }}
                        onNo={() => setLeaving(null)}
                        testid="group-leave"
                    />
                )}
            </div>
            {members && (
                <section class="card panel">
                    <h2 class="section-title">{words.members(members.length)}</h2>
                    <ul class="rows">
                        {members.map(({ user, role: theirs }) => (
                            <li key={user.id} data-testid="member">
                                <span class="with-avatar">
                                    <Avatar person={user} size="small" /> {user.name}
                                </span>
                                {theirs !== "member" && <span class="badge">{words.roles[theirs]}</span>}
                                <Menu label={words.menu(user.name)} button={<MoreIcon />} items={itemsFor(user, theirs)} />
                            </li>
                        ))}
                    </ul>
                </section>
            )}
            {isStaff && <Invite onInvite={(user) => change("group:invite", { group: id, user })} invited={invited ?? []} onTakeBack={(user) => change("group:uninvite", { group: id, user })} />}
        </div>
    );

    function itemsFor(user: { id: string; name: string }, theirs: "member" | "staff" | "owner"): MenuItem[] {
        if (user.id === myId.value) return [];
        const items: MenuItem[] = [{ label: t().feed.writeTo(user.name), href: hrefOf.messageTo(user.id) }];
        if (role === "owner" && theirs !== "owner") {
            items.push({
                label: theirs === "staff" ? words.dismiss : words.appoint,
                onChoose: () => void attempt(() => change("group:appoint", { group: id, user: user.id, staff: theirs !== "staff" })),
            });
            items.push({ label: words.transfer, onChoose: () => void attempt(() => change("group:transfer", { group: id, user: user.id })) });
        }
        if (role === "owner" || (isStaff && theirs === "member")) {
            items.push({ label: words.remove, danger: true, onChoose: () => void attempt(() => change("group:remove", { group: id, user: user.id })) });
        }
        return items;
    }
}

interface InviteProps {
    invited: NonNullable<Known["invited"]>;
    onInvite(user: string): Promise<Failure | null>;
    onTakeBack(user: string): Promise<Failure | null>;
}

function Invite({ invited, onInvite, onTakeBack }: InviteProps) {
    const [wanted, setWanted] = useState("");
    const { busy, failure, attempt } = useDeed();
    const words = t().groups;
    const people = peopleSeen();
    const send = async () => {
        const user = people.find(({ name }) => name === wanted)?.id ?? wanted.trim();
        if (user && (await attempt(() => onInvite(user)))) setWanted("");
    };
    return (
        <section class="card panel">
            <h2 class="section-title">{words.invite}</h2>
            <form
                class="field-row is-wrapping"
                onSubmit={(event) => {
                    event.preventDefault();
                    void send();
                }}
            >
                <input class="field" aria-label={words.inviteWho} placeholder={words.inviteWho} list="invite-people" value={wanted} autocomplete="off" onInput={(event) => setWanted(event.currentTarget.value)} data-testid="invite-who" />
                <datalist id="invite-people">
                    {people.map(({ id, name }) => (
                        <option key={id} value={name} />
                    ))}
                </datalist>
                <button type="submit" class="secondary" disabled={busy || wanted.trim() === ""} data-testid="invite-send">
                    {words.invite}
                </button>
            </form>
            <FailureText text={failure} />
            <ul class="rows">
                {invited.map(({ user }) => (
                    <li key={user.id}>
                        <span class="with-avatar">
                            <Avatar person={user} size="small" /> {user.name}
                        </span>
                        <button type="button" class="quiet" onClick={() => void attempt(() => onTakeBack(user.id))}>
                            {words.takeBack}
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
