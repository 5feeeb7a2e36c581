import { route, hrefOf } from "../app/router";
import { t } from "../strings";
import { groups, unread } from "./rooms";
import type { RoomGroup } from "./state";

export function RoomList() {
    return (
        <nav class="rooms" aria-label={t().rooms.label}>
            {groups.value.map((group) => (
                <section key={group.kind}>
                    <h2>{headingOf(group)}</h2>
                    <ul>
                        {group.rooms.map(({ name, title }) => (
                            <li key={name}>
                                <a
                                    href={hrefOf.room(name)}
                                    class="nav-link"
                                    aria-current={isOpen(name) ? "page" : undefined}
                                    data-testid={`room-${name}`}
                                >
                                    <span class={`room-mark room-mark-${group.kind}`} aria-hidden="true">
                                        {[...title][0]}
                                    </span>
                                    <span class="room-title" dir="auto">
                                        {title}
                                    </span>
                                    {unread.value.has(name) && (
                                        <span class="dot" data-testid="unread">
                                            <span class="visually-hidden">{t().rooms.newPosts}</span>
                                        </span>
                                    )}
                                </a>
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
        </nav>
    );
}

export function headingOf({ kind, rooms }: RoomGroup): string {
    if (kind === "schools" && rooms.length === 1) return t().rooms.school;
    return t().rooms[kind];
}

const isOpen = (name: string) => route.value.page === "room" && route.value.room === name;
