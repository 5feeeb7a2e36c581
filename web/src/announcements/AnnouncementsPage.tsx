import type { AnnouncementView, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { dateAndTime } from "../app/clock";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { announcements, homeroom, myId } from "../app/homeroom";
import { CheckIcon, ClockIcon, MegaphoneIcon, MoreIcon, PlusIcon } from "../app/icons";
import { Menu, type MenuItem } from "../app/Menu";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { RichText } from "../app/RichText";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import { roomCalled, staffRooms, titleOf } from "../rooms/rooms";
import { t } from "../strings";
import { AnnouncementForm } from "./AnnouncementForm";

export function AnnouncementsPage() {
    const [writing, setWriting] = useState(false);
    const list = announcements.value;
    const store = homeroom.value!.announcements;
    const words = t().announcements;
    const mayWrite = staffRooms.value.some(({ name }) => !name.startsWith("group-"));
    return (
        <div class="column">
            <PageHead title={t().pages.announcements}>
                {mayWrite && !writing && (
                    <button type="button" class="primary" onClick={() => setWriting(true)} data-testid="announcement-new">
                        <PlusIcon /> {words.new}
                    </button>
                )}
            </PageHead>
            {writing && <AnnouncementForm onClose={() => setWriting(false)} />}
            <LoadFailure failure={list?.failure ?? null} onRetry={() => void store.load()} />
            {list?.status === "loading" && <Placeholders />}
            {list?.status === "ready" && list.announcements.length + list.scheduled.length === 0 && (
                <Empty icon={<MegaphoneIcon />} title={words.none} text={words.noneWhy} />
            )}
            <div class="stack">
                {[...(list?.scheduled ?? []), ...(list?.announcements ?? [])].map((one) => (
                    <AnnouncementCard key={one.id} announcement={one} />
                ))}
            </div>
            {list?.more && (
                <div class="older">
                    <button type="button" class="secondary" onClick={() => void store.loadMore()}>
                        {t().app.more}
                    </button>
                </div>
            )}
        </div>
    );
}

function AnnouncementCard({ announcement }: { announcement: AnnouncementView }) {
    const { id, author, title, text, room, requireAck, acknowledgedAt, state, publishAt } = announcement;
    const [withdrawing, setWithdrawing] = useState(false);
    const { busy, failure, attempt } = useDeed();
    const store = homeroom.value!.announcements;
    const words = t().announcements;
    const isMine = author.id === myId.value;
    const staff = roomCalled(room.replace(/\/(staff|guardians)$/, ""))?.staff === true;
    const items: MenuItem[] = staff ? [{ label: words.withdraw, danger: true, onChoose: () => setWithdrawing(true), testid: "announcement-withdraw" }] : [];
    const asks = requireAck && !isMine && state === "published";
    return (
        <article class={`card panel announcement${asks && !acknowledgedAt ? " is-urgent" : ""}`} data-testid="announcement" data-announcement={id}>
            <header class="post-head">
                <Avatar person={author} />
                <div class="post-by">
                    <p class="post-author">{author.name}</p>
                    <p class="meta">
                        <span class="badge">{titleOf(room)}</span>
                        {room.endsWith("/staff") && <span class="badge">{t().feed.composer.staffOnly}</span>}
                        {state === "published" ? (
                            <Time at={announcement.publishedAt ?? announcement.createdAt} />
                        ) : (
                            <span class="badge is-accent">
                                <ClockIcon /> {state === "held" ? t().feed.held : publishAt && t().feed.comesAt(dateAndTime(publishAt))}
                            </span>
                        )}
                        {announcement.editedAt && ` · ${t().feed.edited}`}
                    </p>
                </div>
                <Menu label={words.menu(title)} button={<MoreIcon />} items={items} testid="announcement-menu" />
            </header>
            <h2 class="announcement-title" dir="auto">
                {title}
            </h2>
            <RichText text={text} />
            {asks && !acknowledgedAt && (
                <div class="form-foot is-start">
                    <button type="button" class="primary" disabled={busy} onClick={() => void attempt(() => store.acknowledge(id))} data-testid="acknowledge">
                        <CheckIcon /> {words.confirm}
                    </button>
                    <span class="hint">{words.pleaseConfirm}</span>
                </div>
            )}
            {asks && acknowledgedAt && (
                <p class="confirmed" data-testid="acknowledged">
                    <CheckIcon /> {words.confirmed(dateAndTime(acknowledgedAt))}
                </p>
            )}
            {requireAck && staff && state === "published" && <Confirmations announcement={id} />}
            {withdrawing && (
                <Confirm question={words.withdrawQuestion} yes={words.withdraw} no={t().feed.keep} onYes={() => store.withdraw(id)} onNo={() => setWithdrawing(false)} testid="announcement-withdraw" />
            )}
            <FailureText text={failure} />
        </article>
    );
}

type Acks = Requests["announcement:acks"]["answer"];

// For the staff: who has confirmed, and who has not.
function Confirmations({ announcement }: { announcement: string }) {
    const [acks, setAcks] = useState<Acks | null>(null);
    const words = t().announcements;
    useEffect(() => {
        const client = homeroom.value!;
        const load = () => void client.request("announcement:acks", { announcement }).then((answer) => answer.ok && setAcks(answer));
        load();
        return client.on("announcement:acked", (event) => event.announcementId === announcement && load());
    }, [announcement]);
    if (!acks) return null;
    const all = acks.acknowledged + acks.missing;
    return (
        <details class="confirmations" data-testid="confirmations">
            <summary>
                <progress max={all || 1} value={acks.acknowledged} aria-label={words.confirmedBy(acks.acknowledged, all)} />
                <span>{words.confirmedBy(acks.acknowledged, all)}</span>
            </summary>
            <ul class="rows">
                {acks.people.map(({ user, acknowledgedAt }) => (
                    <li key={user.id}>
                        <span class="with-avatar">
                            <Avatar person={user} size="small" /> {user.name}
                        </span>
                        <span class="meta">{acknowledgedAt ? dateAndTime(acknowledgedAt) : words.notYet}</span>
                    </li>
                ))}
            </ul>
        </details>
    );
}
