// Announcements of all the user's rooms, and that he has acknowledged them.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
import type { Announcement, Events } from "./protocol.js";
import { Store } from "./store.js";
import { Bounded, Versions } from "./versions.js";
import { type Body, type Failure, justAfter, type Wire } from "./wire.js";

export interface AnnouncementView extends Announcement {
    /** When the user acknowledged it. */
    acknowledgedAt: string | null;
}

export interface AnnouncementsSnapshot {
    status: LoadStatus;
    failure: Failure | null;
    /** Published, the last first. */
    announcements: AnnouncementView[];
    /** For staff: those that wait for their time or are held. */
    scheduled: AnnouncementView[];
    more: boolean;
    /** How many of those that are loaded ask for an acknowledgement that is not given. */
    unacknowledged: number;
}

export class AnnouncementsStore extends Store<AnnouncementsSnapshot> {
    private readonly content = new Versions<Announcement>(limits.tombstonesMax);
    private readonly acknowledged = new Bounded<string>(limits.strangersMax); // announcement → when
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private next: string | null = null;
    private asked = 0;
    private wanted = false;

    constructor(private readonly wire: Wire) {
        super(() => this.view());
        const put = ({ announcement, seq }: Events["announcement:created"]) => this.put(announcement, seq);
        wire.on("announcement:created", put);
        wire.on("announcement:updated", put);
        wire.on("announcement:scheduled", put);
        wire.on("announcement:withdrawn", ({ announcementId, seq }) => {
            this.content.remove(announcementId, seq);
            this.changed();
        });
        wire.on("announcement:acked", ({ announcementId, user, acknowledgedAt }) => {
            if (user.id !== wire.me()) return;
            this.acknowledged.set(announcementId, acknowledgedAt);
            this.changed();
        });
        // What was announced in a room belongs to those who are in it.
        wire.on("rooms:changed", ({ joined, left }) => {
            for (const { id, room } of this.content.values()) if (left.includes(room)) this.content.amend(id, (one) => ({ ...one, room: "" }));
            if (joined.length > 0 && this.wanted) void this.load();
            this.changed();
        });
        wire.onReset(() => this.wanted && void this.load());
    }

    async load(): Promise<void> {
        this.wanted = true;
        const mine = ++this.asked;
        const asked = this.wire.seq();
        const answer = await this.wire.request("announcement:list", { limit: limits.pageSize });
        if (mine !== this.asked) return;
        if (answer.ok) {
            this.content.keepOnly(new Set(answer.announcements.map(({ id }) => id)), asked);
            this.putAll(answer.announcements, asked);
            this.next = answer.next;
            this.status = "ready";
            this.failure = null;
        } else {
            if (this.status !== "ready") this.status = "failed";
            this.failure = answer.error;
        }
        this.changed();
    }

    async loadMore(): Promise<Failure | null> {
        if (this.next === null) return null;
        const before = this.next;
        const asked = this.wire.seq();
        const answer = await this.wire.request("announcement:list", { before, limit: limits.pageSize });
        if (!answer.ok) return answer.error;
        if (before !== this.next) return null;
        this.putAll(answer.announcements, asked);
        this.next = answer.next;
        this.changed();
        return null;
    }

    async create(body: Omit<Body<"announcement:create">, "key">, key?: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("announcement:create", key ? { ...body, key } : body);
        if (!answer.ok) return answer.error;
        this.put(answer.announcement, justAfter(asked));
        return null;
    }

    async withdraw(announcement: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("announcement:withdraw", { announcement });
        if (!answer.ok) return answer.error;
        this.content.remove(announcement, justAfter(asked));
        this.changed();
        return null;
    }

    /** Shown at once; when the server refuses it is as before. */
    async acknowledge(announcement: string): Promise<Failure | null> {
        if (this.acknowledged.has(announcement)) return null;
        this.acknowledged.set(announcement, new Date().toISOString());
        this.changed();
        const answer = await this.wire.request("announcement:ack", { announcement });
        if (answer.ok) this.acknowledged.set(announcement, answer.acknowledgedAt);
        else this.acknowledged.delete(announcement);
        this.changed();
        return answer.ok ? null : answer.error;
    }

    private view(): AnnouncementsSnapshot {
        const all = this.content
            .values()
            .filter(({ room }) => room !== "")
            .map((one) => ({ ...one, acknowledgedAt: this.acknowledged.get(one.id) ?? one.mine?.acknowledgedAt ?? null }))
            .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1));
        const announcements = all.filter(({ state }) => state === "published");
        return {
            status: this.status,
            failure: this.failure,
            announcements,
            scheduled: all.filter(({ state }) => state !== "published"),
            more: this.next !== null,
            unacknowledged: announcements.filter((one) => one.requireAck && one.acknowledgedAt === null && one.author.id !== this.wire.me()).length,
        };
    }

    private putAll(announcements: Announcement[], asked: string): void {
        for (const announcement of announcements) {
            const at = announcement.mine?.acknowledgedAt;
            if (at) this.acknowledged.set(announcement.id, at);
            this.content.put(announcement.id, announcement, asked);
        }
    }

    private put(announcement: Announcement, seq: string): void {
        this.content.put(announcement.id, announcement, seq);
        this.changed();
    }
}

const placeOf = ({ publishedAt, publishAt, createdAt, id }: Announcement) => `${publishedAt ?? publishAt ?? createdAt} ${id}`;
