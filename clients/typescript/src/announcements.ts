// Announcements of all the user's rooms, and that he has acknowledged them.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
import { Pages } from "./pages.js";
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
    private readonly pages: Pages<Announcement>;

    constructor(private readonly wire: Wire) {
        super(() => this.view());
        this.pages = new Pages(wire, this.content, {
            id: ({ id }) => id,
            ask: async (page) => {
                const answer = await wire.request("announcement:list", { ...page, limit: limits.pageSize });
                if (answer.ok) this.learn(answer.announcements);
                return answer.ok ? { ok: true, things: answer.announcements, next: answer.next } : answer;
            },
            changed: () => this.changed(),
        });
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
            if (joined.length > 0 && this.pages.isWanted) void this.load();
            this.changed();
        });
        wire.onReset(() => this.pages.isWanted && void this.load());
    }

    load(): Promise<void> {
        return this.pages.load();
    }

    loadMore(): Promise<Failure | null> {
        return this.pages.loadMore();
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
            ...this.pages.state,
            announcements,
            scheduled: all.filter(({ state }) => state !== "published"),
            unacknowledged: announcements.filter((one) => one.requireAck && one.acknowledgedAt === null && one.author.id !== this.wire.me()).length,
        };
    }

    private learn(announcements: Announcement[]): void {
        for (const { id, mine } of announcements) if (mine?.acknowledgedAt) this.acknowledged.set(id, mine.acknowledgedAt);
    }

    private put(announcement: Announcement, seq: string): void {
        this.content.put(announcement.id, announcement, seq);
        this.changed();
    }
}

const placeOf = ({ publishedAt, publishAt, createdAt, id }: Announcement) => `${publishedAt ?? publishAt ?? createdAt} ${id}`;
