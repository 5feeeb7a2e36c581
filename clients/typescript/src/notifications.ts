// The user's inbox and its two numbers. Each event says both numbers, so the last one is right whatever was missed.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
import type { Events, Notification } from "./protocol.js";
import { Store } from "./store.js";
import { Versions } from "./versions.js";
import { type Failure, justAfter, type Wire } from "./wire.js";

export interface NotificationsSnapshot {
    status: LoadStatus;
    failure: Failure | null;
    /** Newest first. Those of one kind about one thing are one entry, read and unread apart. */
    notifications: Notification[];
    more: boolean;
    unread: number;
    /** Those that came since the inbox was last looked into. */
    unseen: number;
}

interface Entry {
    notification: Notification | null; // null: nothing of the group is unread
}

export class NotificationsStore extends Store<NotificationsSnapshot> {
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    // What is unread by its group, of which there is one entry; what is read by its id.
    private readonly unreadGroups = new Versions<Entry>(limits.tombstonesMax);
    private read = new Map<string, Notification>();
    private readUpTo: { upTo: string; group: string | null; seq: string }[] = [];
    private numbers = { unread: 0, unseen: 0, seq: "" };
    private next: string | null = null;
    private asked = 0;
    private wanted = false;
    private reloadTimer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly wire: Wire) {
        super(() => this.view());
        wire.on("notification:created", (event) => this.created(event));
        wire.on("notification:read", (event) => this.wasRead(event, event.seq));
        wire.on("notification:seen", (event) => this.count(event, event.seq));
        wire.on("notification:removed", (event) => this.removed(event));
        wire.onReset(() => this.wanted && void this.load());
    }

    /** Loads the newest page; from then on it is kept up to date. */
    async load(): Promise<void> {
        this.wanted = true;
        const mine = ++this.asked;
        const asked = this.wire.seq();
        const answer = await this.wire.request("notification:list", { limit: limits.pageSize });
        if (mine !== this.asked) return;
        if (!answer.ok) {
            if (this.status !== "ready") this.status = "failed";
            this.failure = answer.error;
            return this.changed();
        }
        const groups = new Set(answer.notifications.filter(({ read }) => !read).map(({ group }) => group));
        this.unreadGroups.keepOnly(groups, asked);
        this.readUpTo = this.readUpTo.filter(({ seq }) => seq > asked);
        this.read = new Map();
        this.next = answer.next;
        this.put(answer.notifications, asked);
        this.count(answer, asked);
        this.status = "ready";
        this.failure = null;
        this.changed();
    }

    async loadMore(): Promise<Failure | null> {
        if (this.next === null) return null;
        const before = this.next;
        const asked = this.wire.seq();
        const answer = await this.wire.request("notification:list", { before, limit: limits.pageSize });
        if (!answer.ok) return answer.error;
        if (before !== this.next) return null;
        this.next = answer.next;
        this.put(answer.notifications, asked);
        this.changed();
        return null;
    }

    /** One entry. */
    async markRead(notification: Notification): Promise<void> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("notification:read", { notification: notification.id });
        if (answer.ok) this.wasRead(answer, justAfter(asked));
    }

    /** All that is there now. */
    async markAllRead(): Promise<void> {
        const upTo = this.newest();
        if (upTo === undefined) return;
        const asked = this.wire.seq();
        const answer = await this.wire.request("notification:read", { upTo });
        if (answer.ok) this.wasRead(answer, justAfter(asked));
    }

    /** The inbox was opened: the bell need not ring for what is in it. */
    async markSeen(): Promise<void> {
        const upTo = this.newest();
        if (upTo === undefined || this.numbers.unseen === 0) return;
        const asked = this.wire.seq();
        const answer = await this.wire.request("notification:seen", { upTo });
        if (answer.ok) this.count(answer, justAfter(asked));
        this.changed();
    }

    // --- how ------------------------------------------------------------------------------------

    private view(): NotificationsSnapshot {
        const unread = this.unreadGroups.values().flatMap(({ notification }) => (notification ? [notification] : []));
        const notifications = [...unread, ...this.read.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
        return {
            status: this.status,
            failure: this.failure,
            notifications,
            more: this.next !== null,
            unread: this.numbers.unread,
            unseen: this.numbers.unseen,
        };
    }

    private newest(): string | undefined {
        return this.view().notifications[0]?.id;
    }

    private put(notifications: Notification[], seq: string): void {
        for (const notification of notifications) {
            if (notification.read) this.read.set(notification.id, notification);
            else this.unreadGroups.put(notification.group, { notification }, seq);
        }
    }

    private created({ notification, seq, ...numbers }: Events["notification:created"]): void {
        this.unreadGroups.put(notification.group, { notification: this.isReadSince(notification, seq) ? null : notification }, seq);
        this.count(numbers, seq);
        this.changed();
    }

    private removed({ group, notification, seq, ...numbers }: Events["notification:removed"]): void {
        this.unreadGroups.put(group, { notification }, seq);
        // What of the group was read and is gone, too, can't be told from this.
        if ([...this.read.values()].some((one) => one.group === group)) this.reloadSoon();
        this.count(numbers, seq);
        this.changed();
    }

    private wasRead({ upTo, group, ...numbers }: { upTo: string; group: string | null; unread: number; unseen: number }, seq: string): void {
        this.readUpTo = [...this.readUpTo, { upTo, group, seq }].slice(-limits.pageSize);
        for (const id of this.unreadGroups.ids()) {
            const notification = this.unreadGroups.get(id)?.notification;
            if (!notification || (group !== null && group !== id)) continue;
            if (notification.id <= upTo) {
                this.read.set(notification.id, { ...notification, read: true });
                this.unreadGroups.put(id, { notification: null }, this.unreadGroups.seqOf(id));
            } else if (this.unreadGroups.seqOf(id) <= seq && notification.count > 1) {
                this.reloadSoon(); // a part of it was read
            }
        }
        this.count(numbers, seq);
        this.changed();
    }

    // That it was read may have been heard before it.
    private isReadSince({ id, group }: Notification, seq: string): boolean {
        return this.readUpTo.some((one) => one.seq > seq && id <= one.upTo && (one.group === null || one.group === group));
    }

    private count({ unread, unseen }: { unread: number; unseen: number }, seq: string): void {
        if (seq < this.numbers.seq) return;
        this.numbers = { unread, unseen, seq };
        this.changed();
    }

    private reloadSoon(): void {
        if (!this.wanted) return;
        this.reloadTimer ??= setTimeout(() => {
            this.reloadTimer = undefined;
            void this.load();
        }, limits.reloadSoon);
    }
}
