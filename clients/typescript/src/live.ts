// Live classes of a room, or of all the user's rooms: planned, going on, over. Where the picture is one asks with `live:watch`.

import { limits } from "./limits.js";
import { Pages, type PagesState } from "./pages.js";
import type { Live } from "./protocol.js";
import { Store } from "./store.js";
import { Versions } from "./versions.js";
import { type Answer, type Body, type Failure, justAfter, type Wire } from "./wire.js";

export interface LivesSnapshot extends PagesState {
    /** The newest first. */
    lives: Live[];
}

const told = ["live:scheduled", "live:changed", "live:cancelled", "live:reminder", "live:started", "live:ended"] as const;

const isOpen = ({ status }: Live): boolean => status !== "ended" && status !== "recorded" && status !== "cancelled";

export class LivesStore extends Store<LivesSnapshot> {
    private readonly content = new Versions<Live>(limits.tombstonesMax);
    private readonly pages: Pages<Live>;
    private readonly ends: (() => void)[];

    constructor(
        private readonly wire: Wire,
        private readonly of: { room?: string; open?: boolean },
    ) {
        super(() => ({ ...this.pages.state, lives: this.content.values().sort((one, other) => (one.id < other.id ? 1 : -1)) }));
        this.pages = new Pages(wire, this.content, {
            id: ({ id }) => id,
            ask: async (page) => {
                const answer = await wire.request("live:list", { ...of, ...page, limit: limits.pageSize });
                return answer.ok ? { ok: true, things: answer.lives, next: answer.next } : answer;
            },
            changed: () => this.changed(),
        });
        this.ends = [
            ...told.map((name) => wire.on(name, ({ live, seq }) => this.put(live, seq))),
            wire.on("rooms:changed", ({ joined, left, seq }) => {
                for (const { id, room } of this.content.values()) if (left.includes(room)) this.content.remove(id, seq);
                if (joined.length > 0) void this.load();
                this.changed();
            }),
            wire.onReset(() => void this.load()),
        ];
    }

    load(): Promise<void> {
        return this.pages.load();
    }

    loadMore(): Promise<Failure | null> {
        return this.pages.loadMore();
    }

    /** Plans one. → it, or why not. */
    async schedule(body: Body<"live:schedule">): Promise<Live | Failure> {
        const asked = this.wire.seq();
        return this.taken(asked, await this.wire.request("live:schedule", body));
    }

    /** Starts one that is planned, or one out of hand. → it, or why not. */
    async start(body: Body<"live:start">): Promise<Live | Failure> {
        const asked = this.wire.seq();
        return this.taken(asked, await this.wire.request("live:start", body));
    }

    close(): void {
        for (const end of this.ends) end();
    }

    private taken(asked: string, answer: Answer<"live:start">): Live | Failure {
        if (!answer.ok) return answer.error;
        this.put(answer.live, justAfter(asked));
        return answer.live;
    }

    private put(live: Live, seq: string): void {
        if (this.of.room && live.room !== this.of.room) return;
        if (this.of.open && !isOpen(live)) this.content.remove(live.id, seq);
        else this.content.put(live.id, live, seq);
        this.changed();
    }
}
