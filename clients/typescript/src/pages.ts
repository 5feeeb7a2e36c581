// A list that is asked for page by page, the newest first, while events tell of the same things: what every such store has in
// common. An answer counts as of its question, so that an event that crossed with it is not undone (see versions.ts).

import type { LoadStatus } from "./feed.js";
import type { Versions } from "./versions.js";
import type { Failure, Wire } from "./wire.js";

export type PageAnswer<Thing> = { ok: true; things: Thing[]; next: string | null } | { ok: false; error: Failure };

export interface PagesState {
    status: LoadStatus;
    failure: Failure | null;
    more: boolean;
}

export class Pages<Thing> {
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private next: string | null = null;
    private asked = 0;

    constructor(
        private readonly wire: Wire,
        private readonly content: Versions<Thing>,
        private readonly of: {
            id: (thing: Thing) => string;
            /** One page: the first, or the one behind `before`. */
            ask: (page: { before?: string }) => Promise<PageAnswer<Thing>>;
            changed: () => void;
        },
    ) {}

    get state(): PagesState {
        return { status: this.status, failure: this.failure, more: this.next !== null };
    }

    /** Whether somebody has asked for it. */
    get isWanted(): boolean {
        return this.asked > 0;
    }

    /** The first page, anew. */
    async load(): Promise<void> {
        const mine = ++this.asked;
        const asked = this.wire.seq();
        const answer = await this.of.ask({});
        if (mine !== this.asked) return;
        if (answer.ok) {
            this.content.keepOnly(new Set(answer.things.map(this.of.id)), asked);
            this.take(answer, asked);
            this.status = "ready";
            this.failure = null;
        } else {
            if (this.status !== "ready") this.status = "failed";
            this.failure = answer.error;
        }
        this.of.changed();
    }

    async loadMore(): Promise<Failure | null> {
        const before = this.next;
        if (before === null) return null;
        const mine = this.asked;
        const asked = this.wire.seq();
        const answer = await this.of.ask({ before });
        if (!answer.ok) return answer.error;
        // Meanwhile it was begun anew, or this page was asked for twice.
        if (mine !== this.asked || before !== this.next) return null;
        this.take(answer, asked);
        this.of.changed();
        return null;
    }

    private take({ things, next }: { things: Thing[]; next: string | null }, asked: string): void {
        for (const thing of things) this.content.put(this.of.id(thing), thing, asked);
        this.next = next;
    }
}
