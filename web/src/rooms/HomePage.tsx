// Where one begins: what asks for something, and the rooms.

import { announcements, me, messages, notifications } from "../app/homeroom";
import { BellIcon, MailIcon, MegaphoneIcon } from "../app/icons";
import { Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { now } from "../app/clock";
import { Time } from "../app/Time";
import { t } from "../strings";
import { headingOf } from "./RoomList";
import { groups, roomsKnown, titleOf, unread } from "./rooms";

export function HomePage() {
    const words = t().home;
    const hour = new Date(now.value).getHours();
    const greeting = hour < 11 ? words.morning : hour < 18 ? words.day : words.evening;
    const name = me.value?.name.split(" ")[0] ?? "";
    return (
        <>
            <h1 class="page-title home-title">{name ? greeting(name) : t().app.name}</h1>
            <Calls />
            {!roomsKnown.value && <Placeholders count={2} />}
            {roomsKnown.value && groups.value.length === 0 && <p class="empty">{t().rooms.none}</p>}
            {groups.value.map((group) => (
                <section class="home-section" key={group.kind}>
                    <h2 class="section-title">{headingOf(group)}</h2>
                    <ul class="tiles">
                        {group.rooms.map((room) => (
                            <li key={room.name}>
                                <a class="card tile" href={hrefOf.room(room.name)} data-testid={`tile-${room.name}`}>
                                    <span class={`room-mark room-mark-large room-mark-${group.kind}`} aria-hidden="true">
                                        {[...room.title][0]}
                                    </span>
                                    <span class="tile-words">
                                        <strong dir="auto">{room.title}</strong>
                                        <span class="meta">{room.staff ? words.youTeach : t().rooms.kinds[group.kind]}</span>
                                    </span>
                                    {unread.value.has(room.name) && (
                                        <span class="dot">
                                            <span class="visually-hidden">{t().rooms.newPosts}</span>
                                        </span>
                                    )}
                                </a>
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
        </>
    );
}

// What waits for this person.
function Calls() {
    const words = t().home;
    const toAcknowledge = announcements.value?.announcements.filter((one) => one.requireAck && !one.acknowledgedAt && one.author.id !== me.value?.id) ?? [];
    const unreadMessages = messages.value?.unread ?? 0;
    const unseen = notifications.value?.unseen ?? 0;
    if (toAcknowledge.length + unreadMessages + unseen === 0) return null;
    return (
        <ul class="calls">
            {toAcknowledge.slice(0, 2).map((one) => (
                <li key={one.id}>
                    <a class="card call is-urgent" href={hrefOf.announcements}>
                        <MegaphoneIcon />
                        <span class="tile-words">
                            <strong dir="auto">{one.title}</strong>
                            <span class="meta">
                                {titleOf(one.room)} · <Time at={one.publishedAt ?? one.createdAt} />
                            </span>
                        </span>
                        <span class="pill">{t().announcements.pleaseConfirm}</span>
                    </a>
                </li>
            ))}
            {unreadMessages > 0 && (
                <li>
                    <a class="card call" href={hrefOf.messages}>
                        <MailIcon />
                        <strong>{words.messages(unreadMessages)}</strong>
                    </a>
                </li>
            )}
            {unseen > 0 && (
                <li>
                    <a class="card call" href={hrefOf.notifications}>
                        <BellIcon />
                        <strong>{words.notifications(unseen)}</strong>
                    </a>
                </li>
            )}
        </ul>
    );
}
