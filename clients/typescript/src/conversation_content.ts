// Conversations, their messages and what is unread, put together from answers and events in whatever order they come. Pure.
//
// What is unread is what the list said, and what came and went since. Ids of messages ascend, so "since" is told by them.

import { limits } from "./limits.js";
import type { Events, Message, OwnConversation } from "./protocol.js";
import { Bounded, Versions } from "./versions.js";
import { justAfter } from "./wire.js";

export interface ConversationView extends OwnConversation {
    /** The user's own place: the last message he has read. */
    readUpTo: string | null;
}

// What only one who is in it knows, and an event can't tell.
interface Base {
    conversation: OwnConversation;
    asked: string;
}

interface Live {
    created: Map<string, { author: string; message: Message }>;
    deleted: Map<string, { by: string | null; seq: string }>;
    readUpTo: Map<string, string>; // user → message
    messages: Versions<Message>;
    /** Pages that were loaded reach back to here; null: nothing is loaded. */
    loadedFrom: string | null;
    next: string | null;
    loaded: boolean;
}

const newLive = (): Live => ({
    created: new Map(),
    deleted: new Map(),
    readUpTo: new Map(),
    messages: new Versions<Message>(limits.tombstonesMax),
    loadedFrom: null,
    next: null,
    loaded: false,
});

const further = (one: string | null | undefined, other: string | null | undefined) => ((one ?? "") > (other ?? "") ? one! : (other ?? null));

export class ConversationContent {
    private readonly bases = new Versions<Base>(limits.tombstonesMax);
    private readonly lives = new Bounded<Live>(limits.strangersMax);

    constructor(private readonly me: () => string) {}

    // --- what there is --------------------------------------------------------------------------

    /** The last used first. */
    list(): ConversationView[] {
        return this.bases
            .values()
            .map(({ conversation }) => this.view(conversation.id)!)
            .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1));
    }

    view(id: string): ConversationView | undefined {
        const base = this.bases.get(id);
        if (!base) return undefined;
        const { conversation } = base;
        const live = this.live(id);
        const members = conversation.members.map((member) => ({
            ...member,
            readUpTo: further(live.readUpTo.get(member.id), member.readUpTo),
        }));
        const readUpTo = members.find((member) => member.id === this.me())?.readUpTo ?? null;
        return { ...conversation, members, readUpTo, lastMessage: this.lastMessage(conversation, live), unread: this.unread(base, live, readUpTo).number };
    }

    /** Oldest first. */
    messages(id: string): Message[] {
        return this.live(id)
            .messages.values()
            .filter((message) => (this.live(id).loadedFrom ?? "") <= message.id)
            .sort((one, other) => (one.id < other.id ? -1 : 1));
    }

    isLoaded(id: string): boolean {
        return this.live(id).loaded;
    }

    next(id: string): string | null {
        return this.live(id).next;
    }

    /** Whether the list should be asked for again: what happened can't be told from events alone. */
    isDoubtful(): boolean {
        return this.bases.values().some((base) => {
            const { conversation } = base;
            const live = this.live(conversation.id);
            const readUpTo = further(live.readUpTo.get(this.me()), conversation.members.find(({ id }) => id === this.me())?.readUpTo);
            return this.unread(base, live, readUpTo).doubtful || this.lastIsUnknown(conversation, live);
        });
    }

    knows(id: string): boolean {
        return this.bases.has(id);
    }

    // --- answers --------------------------------------------------------------------------------

    putList(conversations: OwnConversation[], asked: string, whole: boolean): void {
        if (whole) this.bases.keepOnly(new Set(conversations.map(({ id }) => id)), asked);
        for (const conversation of conversations) {
            if (!this.bases.put(conversation.id, { conversation, asked }, asked)) {
                // Who is in it is known better; what is unread is as of the question all the same.
                this.bases.amend(conversation.id, ({ conversation: { kind, title, owner, members } }) => ({
                    conversation: { ...conversation, kind, title, owner, members: withReadMarks(members, conversation.members) },
                    asked,
                }));
            }
            this.settle(conversation);
        }
    }

    putPage(id: string, messages: Message[], next: string | null, asked: string, whole: boolean): void {
        const live = this.live(id);
        if (whole) {
            live.messages.keepOnly(new Set(messages.map((message) => message.id)), asked);
            live.loadedFrom = null;
        }
        for (const message of messages) live.messages.put(message.id, message, asked);
        live.loaded = true;
        live.next = next;
        const oldest = messages[messages.length - 1]?.id;
        live.loadedFrom = next === null ? "" : oldest !== undefined && (live.loadedFrom === null || oldest < live.loadedFrom) ? oldest : (live.loadedFrom ?? "");
    }

    putAnswered(message: Message, asked: string): void {
        this.putMessage(message, justAfter(asked));
    }

    removeAnswered(conversation: string, message: string, asked: string): void {
        this.removeMessage(conversation, message, this.me(), justAfter(asked));
    }

    removeConversation(id: string, asked: string): void {
        this.bases.remove(id, justAfter(asked));
        this.lives.delete(id);
    }

    readByMe(id: string, upTo: string): void {
        this.read(id, this.me(), upTo);
    }

    clear(): void {
        this.bases.clear();
        this.lives.clear();
    }

    // --- events ---------------------------------------------------------------------------------

    created({ message, seq }: Events["message:created"]): void {
        this.putMessage(message, seq);
    }

    updated({ message, seq }: Events["message:updated"]): void {
        const live = this.live(message.conversation);
        live.messages.put(message.id, message, seq);
        const created = live.created.get(message.id);
        if (created) created.message = live.messages.get(message.id) ?? created.message;
    }

    deleted({ conversation, messageId, by, seq }: Events["message:deleted"]): void {
        this.removeMessage(conversation, messageId, by?.id ?? null, seq);
    }

    readBy({ conversation, user, upTo }: Events["message:read"]): void {
        this.read(conversation, user, upTo);
    }

    changed({ conversation, seq }: Events["conversation:changed"]): void {
        if (seq < this.bases.seqOf(conversation.id)) return;
        const base = this.bases.get(conversation.id);
        const members = conversation.members.map((member) => ({ ...member, readUpTo: null }));
        const whole: OwnConversation = {
            ...conversation,
            members: base ? withReadMarks(members, base.conversation.members) : members,
            lastMessage: base?.conversation.lastMessage ?? null,
            unread: base?.conversation.unread ?? 0,
        };
        this.bases.put(conversation.id, { conversation: whole, asked: base?.asked ?? seq }, seq);
    }

    left({ conversation, seq }: Events["conversation:left"]): void {
        this.bases.remove(conversation, seq);
        if (!this.bases.has(conversation)) this.lives.delete(conversation);
    }

    // --- how ------------------------------------------------------------------------------------

    private live(id: string): Live {
        return this.lives.at(id, newLive);
    }

    private putMessage(message: Message, seq: string): void {
        const live = this.live(message.conversation);
        if (live.deleted.has(message.id)) return;
        if (!live.messages.put(message.id, message, seq) && !live.messages.has(message.id)) return;
        live.created.set(message.id, { author: message.author.id, message: live.messages.get(message.id) ?? message });
    }

    private removeMessage(conversation: string, message: string, by: string | null, seq: string): void {
        const live = this.live(conversation);
        live.deleted.set(message, { by, seq });
        live.messages.remove(message, seq);
    }

    private read(id: string, user: string, upTo: string): void {
        const live = this.live(id);
        live.readUpTo.set(user, further(live.readUpTo.get(user), upTo)!);
    }

    // What the list has said already need not be kept.
    private settle({ id, lastMessage }: OwnConversation): void {
        const live = this.live(id);
        const last = lastMessage?.id ?? "";
        for (const [message] of live.created) if (message <= last) live.created.delete(message);
        if (live.deleted.size > limits.pageSize) live.deleted = new Map([...live.deleted].slice(-limits.pageSize));
    }

    private lastMessage(conversation: OwnConversation, live: Live): Message | null {
        const base = conversation.lastMessage;
        let last = base && !live.deleted.has(base.id) ? (live.messages.get(base.id) ?? base) : null;
        if (base && last === null && live.loaded) last = this.messages(conversation.id).at(-1) ?? null;
        for (const [id, { message }] of live.created) {
            if (!live.deleted.has(id) && id > (last?.id ?? "")) last = live.messages.get(id) ?? message;
        }
        return last;
    }

    // The last one was deleted, and what was before it is not here.
    private lastIsUnknown(conversation: OwnConversation, live: Live): boolean {
        const base = conversation.lastMessage;
        return base !== null && live.deleted.has(base.id) && !live.loaded;
    }

    private unread({ conversation, asked }: Base, live: Live, readUpTo: string | null): { number: number; doubtful: boolean } {
        const atBase = conversation.members.find(({ id }) => id === this.me())?.readUpTo ?? "";
        const lastAtBase = conversation.lastMessage?.id ?? "";
        const read = readUpTo ?? "";
        let number = 0;
        for (const [id, { author }] of live.created) {
            if (id > lastAtBase && id > read && author !== this.me() && !live.deleted.has(id)) ++number;
        }
        if (read >= lastAtBase) return { number, doubtful: false };
        // Of what the list counted.
        let counted = conversation.unread;
        let doubtful = read > atBase;
        for (const [id, { by, seq }] of live.deleted) {
            if (seq <= asked || id > lastAtBase || id <= atBase || by === this.me()) continue;
            // Whether before or after the list was made: another one tells.
            --counted;
            doubtful = true;
        }
        if (read > atBase && live.loaded && (live.loadedFrom ?? "~") <= read) {
            const left = live.messages.values().filter(({ id, author }) => id > read && id <= lastAtBase && author.id !== this.me());
            return { number: number + left.length, doubtful: false };
        }
        return { number: number + Math.max(0, counted), doubtful };
    }
}

type Members = OwnConversation["members"];

const withReadMarks = (members: Members, known: Members): Members =>
    members.map((member) => ({
        ...member,
        readUpTo: further(member.readUpTo, known.find(({ id }) => id === member.id)?.readUpTo),
    }));

const placeOf = (conversation: OwnConversation) => conversation.lastMessage?.id ?? conversation.id;
