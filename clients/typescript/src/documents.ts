// The documents of a room that the user may see. What is in one is Yjs' matter (@homeroom/yjs).

import { limits } from "./limits.js";
import { Pages, type PagesState } from "./pages.js";
import type { DocumentForOne } from "./protocol.js";
import { Store } from "./store.js";
import { Versions } from "./versions.js";
import { type Body, type Failure, justAfter, type Wire } from "./wire.js";

export interface DocumentsSnapshot extends PagesState {
    /** The newest first. */
    documents: DocumentForOne[];
}

export class DocumentsStore extends Store<DocumentsSnapshot> {
    private readonly content = new Versions<DocumentForOne>(limits.tombstonesMax);
    private readonly pages: Pages<DocumentForOne>;
    private readonly ends: (() => void)[];

    constructor(
        private readonly wire: Wire,
        room: string,
    ) {
        super(() => ({ ...this.pages.state, documents: this.content.values().sort((one, other) => (one.doc.id < other.doc.id ? 1 : -1)) }));
        this.pages = new Pages(wire, this.content, {
            id: ({ doc }) => doc.id,
            ask: async (page) => {
                const answer = await wire.request("doc:list", { ...page, room, limit: limits.pageSize });
                return answer.ok ? { ok: true, things: answer.documents, next: answer.next } : answer;
            },
            changed: () => this.changed(),
        });
        // What the user himself may do in it is not in the event, which is told to many.
        const again = (event: { room: string }) => {
            if (event.room === room) void this.load();
        };
        this.ends = [
            wire.on("doc:created", again),
            wire.on("doc:updated", again),
            wire.on("doc:deleted", ({ docId, seq }) => {
                this.content.remove(docId, seq);
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

    /** → it, or why not. */
    async create(body: Body<"doc:create">): Promise<DocumentForOne | Failure> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("doc:create", body);
        if (!answer.ok) return answer.error;
        this.content.put(answer.doc.id, answer, justAfter(asked));
        this.changed();
        return answer;
    }

    close(): void {
        for (const end of this.ends) end();
    }
}
