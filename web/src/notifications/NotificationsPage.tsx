// The inbox: that there is something, and where. What it says stands there.

import type { Notification } from "@homeroom/client";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { homeroom, myId, notifications } from "../app/homeroom";
import { BellIcon, BubbleIcon, ClockIcon, MailIcon, MarkIcon, MegaphoneIcon, PhoneIcon } from "../app/icons";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { listOf, titleOf } from "../rooms/rooms";
import { t } from "../strings";

export function NotificationsPage() {
    const inbox = notifications.value;
    const store = homeroom.value!.notifications;
    const words = t().notifications;
    // Whoever looks has seen them.
    useEffect(() => {
        if (inbox && inbox.unseen > 0 && !document.hidden) void store.markSeen();
    }, [inbox?.unseen]);
    return (
        <div class="column">
            <PageHead title={t().pages.notifications}>
                {!!inbox?.unread && (
                    <button type="button" class="secondary" onClick={() => void store.markAllRead()} data-testid="mark-all-read">
                        {words.readAll}
                    </button>
                )}
            </PageHead>
            <LoadFailure failure={inbox?.failure ?? null} onRetry={() => void store.load()} />
            {inbox?.status === "loading" && <Placeholders />}
            {inbox?.status === "ready" && inbox.notifications.length === 0 && <Empty icon={<BellIcon />} title={words.none} text={words.noneWhy} />}
            <ul class="stack is-tight">
                {inbox?.notifications.map((one) => (
                    <li key={`${one.id}${one.read}`}>
                        <Entry notification={one} />
                    </li>
                ))}
            </ul>
            {inbox?.more && (
                <div class="older">
                    <button type="button" class="secondary" onClick={() => void store.loadMore()}>
                        {t().app.more}
                    </button>
                </div>
            )}
        </div>
    );
}

function Entry({ notification }: { notification: Notification }) {
    const { actors, at, read } = notification;
    const [first] = actors;
    return (
        <a
            class={`card row-card notification${read ? "" : " is-unread"}`}
            href={placeOf(notification)}
            onClick={() => !read && void homeroom.value!.notifications.markRead(notification)}
            data-testid="notification"
        >
            <span class="avatar-with-icon">
                {first ? <Avatar person={first} /> : <span class="avatar avatar-group" />}
                <span class="kind-icon">{icons[notification.kind]}</span>
            </span>
            <span class="tile-words">
                <span dir="auto">{inWords(notification)}</span>
                <span class="meta">
                    {whereIn(notification)}
                    <Time at={at} />
                </span>
            </span>
            {!read && (
                <span class="dot">
                    <span class="visually-hidden">{t().notifications.unread}</span>
                </span>
            )}
        </a>
    );
}

const icons: Record<Notification["kind"], ComponentChildren> = {
    mention: <BubbleIcon />,
    comment: <BubbleIcon />,
    reply: <BubbleIcon />,
    grade: <MarkIcon />,
    announcement: <MegaphoneIcon />,
    message: <MailIcon />,
    study: <ClockIcon />,
    live: <ClockIcon />,
    call: <PhoneIcon />,
};

function inWords({ kind, actors, count, target }: Notification): string {
    const words = t().notifications;
    const names = actors.map(({ name }) => name);
    const who = names.length === 0 ? words.somebody : listOf(names);
    if (kind === "grade") return words.kinds.grade("item" in target ? target.item : "");
    if (kind === "announcement") return words.kinds.announcement(who, "title" in target ? target.title : "");
    if (kind === "study") return "session" in target ? words.kinds.study[target.what](target.title) : "";
    if (kind === "live") return "live" in target ? words.kinds.live[target.what](target.title) : "";
    return words.kinds[kind](who, count);
}

function whereIn({ room }: Notification): string {
    return room.startsWith("user-") || room.startsWith("conversation-") || room.startsWith("call-") ? "" : `${titleOf(room)} · `;
}

function placeOf({ target, room }: Notification): string {
    if ("post" in target) return hrefOf.post(room.replace(/\/staff$/, ""), target.post);
    if ("grade" in target) return target.student === myId.value ? hrefOf.grades : hrefOf.gradesOf(target.student);
    if ("conversation" in target) return hrefOf.conversation(target.conversation);
    if ("live" in target) return hrefOf.room(room, "live");
    if ("session" in target) return hrefOf.study(target.session);
    if ("call" in target) return hrefOf.calls;
    return hrefOf.announcements;
}
