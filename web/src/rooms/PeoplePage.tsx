// The people of a class, for its staff, as far as they have become known here: who wrote, was graded, or was asked to confirm.

import { useEffect } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { homeroom, presence } from "../app/homeroom";
import { MailIcon, PeopleIcon } from "../app/icons";
import { Empty } from "../app/parts";
import { hrefOf } from "../app/router";
import { usePeopleOf } from "../grades/usePeopleOf";
import { t } from "../strings";
import { idOf, type Room } from "./state";

export function PeoplePage({ room }: { room: Room }) {
    const people = usePeopleOf(idOf(room.name));
    useEffect(() => homeroom.value?.presence.watch(room.name), [room.name]);
    const words = t().people;
    const there = presence.value?.rooms[room.name]?.people ?? {};
    if (people.length === 0) return <Empty icon={<PeopleIcon />} title={words.none} text={words.noneWhy} />;
    return (
        <section class="card panel">
            <h2 class="section-title">
                {words.title} <span class="count">{people.length}</span>
            </h2>
            <p class="hint">{words.asFarAsKnown}</p>
            <ul class="rows">
                {people.map((person) => {
                    const status = there[person.id]?.status ?? "offline";
                    return (
                        <li key={person.id} data-testid="person">
                            <span class="with-avatar">
                                <span class={`presence is-${status}`}>
                                    <Avatar person={person} size="small" />
                                </span>
                                {person.name}
                            </span>
                            <span class="meta">{words.status[status]}</span>
                            <a class="icon-button" href={hrefOf.messageTo(person.id)} aria-label={t().feed.writeTo(person.name)}>
                                <MailIcon />
                            </a>
                        </li>
                    );
                })}
            </ul>
        </section>
    );
}
