// Who is in the room now, in a class or group. Only those who have shown themselves somewhere have a name here.

import { useEffect } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { homeroom, myId, presence } from "../app/homeroom";
import { nameOf } from "../app/people";
import { hrefOf } from "../app/router";
import type { Room } from "../rooms/state";
import { t } from "../strings";

const shownMax = 14;

export function Here({ room }: { room: Room }) {
    const isWatched = /^(class|group)-/.test(room.name);
    useEffect(() => (isWatched ? homeroom.value?.presence.watch(room.name) : undefined), [room.name]);
    const state = presence.value?.rooms[room.name];
    // A secret group shows nobody to anybody.
    if (!isWatched || !state || state.status !== "ready") return null;
    const there = Object.values(state.people).filter(({ status, id }) => status !== "offline" && id !== myId.value);
    const named = there
        .flatMap(({ id, status }) => {
            const name = nameOf(id);
            return name ? [{ id, status, name }] : [];
        })
        .sort((one, other) => one.name.localeCompare(other.name));
    const others = there.length - Math.min(named.length, shownMax);
    return (
        <section class={`card aside-card${there.length === 0 ? " is-empty" : ""}`} data-testid="here">
            <h2 class="section-title">
                {t().presence.here} {there.length > 0 && <span class="count">{there.length}</span>}
            </h2>
            {there.length === 0 && <p class="hint">{t().presence.onlyYou}</p>}
            <ul class="here">
                {named.slice(0, shownMax).map((person) => (
                    <li key={person.id}>
                        <a href={hrefOf.messageTo(person.id)} aria-label={`${person.name}, ${t().presence.status[person.status as "online"]}`} data-testid={`here-${person.id}`}>
                            <span class={`presence is-${person.status}`}>
                                <Avatar person={person} size="small" />
                            </span>
                            <span class="room-title">{person.name}</span>
                        </a>
                    </li>
                ))}
            </ul>
            {others > 0 && <p class="hint">{named.length > 0 ? t().presence.andOthers(others) : t().presence.others(others)}</p>}
        </section>
    );
}
