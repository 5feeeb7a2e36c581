// The user's conversations and their messages; what he writes is there at once.

import { ConversationContent, type ConversationView } from "./conversation_content.js";
import type { LoadStatus, Pending } from "./feed.js";
import { newKey } from "./key.js";
import { limits } from "./limits.js";
import type { Events, Message } from "./protocol.js";
import { Store } from "./store.js";
import { Bounded } from "./versions.js";
import type { Answer, Body, Failure, Wire } from "./wire.js";

export type MessageTarget = Body<"message:send">["to"];

export interface MessageDraft {
    to: MessageTarget;
    text: string;
}

export interface MessagesSnapshot {
    status: LoadStatus;
    failure: Failure | null;
    conversations: ConversationView[];
    more: boolean;
    /** Of all conversations. */
    unread: number;
    /** By conversation: those that were opened. */
    threads: Readonly<Record<string, MessageThread>>;
    /** What was written to a person with whom there is no conversation yet. */
    pendingToUsers: Pending<MessageDraft>[];
    blocked: ReadonlySet<string>;
}

export interface MessageThread {
    status: LoadStatus;
    failure: Failure | null;
    /** Oldest first. */
    messages: Message[];
    pending: Pending<MessageDraft>[];
    more: boolean;
}

export class MessagesStore extends Store<MessagesSnapshot> {
    private readonly content: ConversationContent;
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private next: string | null = null;
    private pending: Pending<MessageDraft>[] = [];
    private readonly threads = new Map<string, { status: LoadStatus; failure: Failure | null; asked: number }>();
    private blocked: ReadonlySet<string> = new Set();
    private asked = 0;
    private wanted = false;
    private reloads = 0; // one after the other that did not help
    private reloadTimer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly wire: Wire) {
        super(() => this.view());
        this.content = new ConversationContent(() => wire.me());
        this.hear("message:created", (event) => {
            this.content.created(event);
            this.arrived(event.message);
            if (!this.content.knows(event.message.conversation)) this.reloadSoon();
        });
        this.hear("message:updated", (event) => this.content.updated(event));
        this.hear("message:deleted", (event) => this.content.deleted(event));
        this.hear("message:read", (event) => this.content.readBy(event));
        this.hear("conversation:created", (event) => this.content.changed(event));
        this.hear("conversation:changed", (event) => this.content.changed(event));
        this.hear("conversation:left", (event) => {
            this.content.left(event);
            if (!this.content.knows(event.conversation)) this.threads.delete(event.conversation);
        });
        this.hear("block:changed", ({ user, on }) => {
            const blocked = new Set(this.blocked);
            if (on) blocked.add(user);
            else blocked.delete(user);
            this.blocked = blocked;
        });
        wire.onReset(() => this.reload());
    }

    /** Loads the list; from then on it is kept up to date. */
    async load(): Promise<void> {
        this.wanted = true;
        const mine = ++this.asked;
        const asked = this.wire.seq();
        const [list, blocks] = await Promise.all([
            this.wire.request("conversation:list", { limit: limits.conversationsMax }),
            this.wire.request("block:list", {}),
        ]);
        if (mine !== this.asked) return;
        this.set(() => {
            if (!list.ok) {
                if (this.status !== "ready") this.status = "failed";
                this.failure = list.error;
                return;
            }
            this.content.putList(list.conversations, asked, true);
            this.next = list.next;
            this.status = "ready";
            this.failure = null;
            if (blocks.ok) this.blocked = new Set(blocks.users);
        });
    }

    async loadMore(): Promise<Failure | null> {
        if (this.next === null) return null;
        const before = this.next;
        const asked = this.wire.seq();
        const list = await this.wire.request("conversation:list", { before, limit: limits.conversationsMax });
        if (!list.ok) return list.error;
        if (before !== this.next) return null;
        this.set(() => {
            this.content.putList(list.conversations, asked, false);
            this.next = list.next;
        });
        return null;
    }

    /** Loads the newest messages of a conversation; from then on they are kept up to date. */
    async open(conversation: string): Promise<void> {
        const thread = this.threads.get(conversation) ?? { status: "loading" as const, failure: null, asked: 0 };
        this.threads.set(conversation, thread);
        const mine = ++thread.asked;
        const asked = this.wire.seq();
        this.set(() => (thread.failure = null));
        const answer = await this.wire.request("message:list", { conversation, limit: limits.pageSize });
        if (this.threads.get(conversation) !== thread || mine !== thread.asked) return;
        this.set(() => this.putPage(conversation, thread, answer, asked, true));
    }

    async loadOlder(conversation: string): Promise<Failure | null> {
        const thread = this.threads.get(conversation);
        const before = this.content.next(conversation);
        if (!thread || before === null) return null;
        const asked = this.wire.seq();
        const answer = await this.wire.request("message:list", { conversation, before, limit: limits.pageSize });
        if (this.threads.get(conversation) !== thread || before !== this.content.next(conversation)) return null;
        this.set(() => this.putPage(conversation, thread, answer, asked, false));
        return answer.ok ? null : answer.error;
    }

    /** → the conversation in which it is, or why it was refused; it stays in `pending` then, for `retry` or `discard`. */
    send(to: MessageTarget, text: string, key: string = newKey()): Promise<{ conversation: string } | Failure> {
        const pending: Pending<MessageDraft> = { key, draft: { to, text }, failure: null, at: new Date().toISOString() };
        this.set(() => (this.pending = [...this.pending, pending]));
        return this.deliver(pending);
    }

    retry(key: string): void {
        const pending = this.pending.find((one) => one.key === key);
        if (pending) void this.deliver(pending);
    }

    discard(key: string): void {
        this.set(() => (this.pending = this.pending.filter((one) => one.key !== key)));
    }

    async update(message: Message, text: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("message:update", { message: message.id, text });
        if (answer.ok) this.set(() => this.content.putAnswered(answer.message, asked));
        return answer.ok ? null : answer.error;
    }

    async delete(message: Message): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("message:delete", { message: message.id });
        if (answer.ok) this.set(() => this.content.removeAnswered(message.conversation, message.id, asked));
        return answer.ok ? null : answer.error;
    }

    /** Everything up to this message, or all there is, is read. Shown at once; the furthest counts. */
    async markRead(conversation: string, upTo?: string): Promise<void> {
        const view = this.content.view(conversation);
        const place = upTo ?? view?.lastMessage?.id;
        if (place === undefined || (view && (view.readUpTo ?? "") >= place)) return;
        this.set(() => this.content.readByMe(conversation, place));
        const answer = await this.wire.request("message:read", { conversation, upTo: place });
        if (answer.ok) this.set(() => this.content.readByMe(conversation, answer.upTo));
    }

    /** A group of the user and these people. → its id, or why not */
    async createGroup(users: string[], title?: string): Promise<{ conversation: string } | Failure> {
        const answer = await this.wire.request("conversation:create", { users, ...(title ? { title } : {}) });
        if (!answer.ok) return answer.error;
        if (!this.content.knows(answer.conversation.id)) await this.load();
        return { conversation: answer.conversation.id };
    }

    async leave(conversation: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("conversation:leave", { conversation });
        if (!answer.ok) return answer.error;
        this.threads.delete(conversation);
        this.set(() => this.content.removeConversation(conversation, asked));
        return null;
    }

    async block(user: string, on: boolean): Promise<Failure | null> {
        const answer = await this.wire.request("block:set", { user, on });
        return answer.ok ? null : answer.error;
    }

    // --- how ------------------------------------------------------------------------------------

    private view(): MessagesSnapshot {
        const conversations = this.content.list();
        const pending = this.pending.filter(({ key, failure }) => failure !== null || !this.hereAlready.has(key));
        const of = (id: string) => pending.filter(({ draft: { to } }) => "conversation" in to && to.conversation === id);
        const threads = Array.from(this.threads, ([id, { status, failure }]): [string, MessageThread] => [
            id,
            { status, failure, messages: this.content.messages(id), pending: of(id), more: this.content.next(id) !== null },
        ]);
        return {
            status: this.status,
            failure: this.failure,
            conversations,
            more: this.next !== null,
            unread: conversations.reduce((sum, { unread }) => sum + unread, 0),
            threads: Object.fromEntries(threads),
            pendingToUsers: pending.filter(({ draft: { to } }) => "user" in to),
            blocked: this.blocked,
        };
    }

    // It was carried out, and its event is here before its answer, which was lost once: it is not shown twice meanwhile.
    private readonly hereAlready = new Bounded<true>(limits.waitingMax);

    private arrived({ author, conversation, text }: Message): void {
        if (author.id !== this.wire.me()) return;
        const isIt = ({ key, failure, draft }: Pending<MessageDraft>) =>
            failure === null && draft.text === text && !this.hereAlready.has(key) && (!("conversation" in draft.to) || draft.to.conversation === conversation);
        const same = this.pending.find(isIt);
        if (same) this.hereAlready.set(same.key, true);
    }

    private async deliver(pending: Pending<MessageDraft>): Promise<{ conversation: string } | Failure> {
        this.setFailure(pending.key, null);
        const asked = this.wire.seq();
        const answer = await this.wire.request("message:send", { ...pending.draft, key: pending.key });
        if (!answer.ok) {
            this.setFailure(pending.key, answer.error);
            return answer.error;
        }
        const { conversation } = answer.message;
        this.set(() => {
            this.pending = this.pending.filter((one) => one.key !== pending.key);
            this.content.putAnswered(answer.message, asked);
            if (!this.content.knows(conversation)) this.reloadSoon();
        });
        return { conversation };
    }

    private setFailure(key: string, failure: Failure | null): void {
        this.set(() => (this.pending = this.pending.map((one) => (one.key === key ? { ...one, failure } : one))));
    }

    private putPage(
        conversation: string,
        thread: { status: LoadStatus; failure: Failure | null },
        answer: Answer<"message:list">,
        asked: string,
        whole: boolean,
    ): void {
        if (!answer.ok) {
            if (thread.status !== "ready") thread.status = "failed";
            thread.failure = answer.error;
            return;
        }
        this.content.putPage(conversation, answer.messages, answer.next, asked, whole);
        thread.status = "ready";
        thread.failure = null;
    }

    private hear<Name extends keyof Events>(name: Name, apply: (event: Events[Name]) => void): void {
        this.wire.on(name, (event) => this.set(() => apply(event)));
    }

    private set(change: () => unknown): void {
        change();
        if (!this.content.isDoubtful()) this.reloads = 0;
        else this.reloadSoon();
        this.changed();
    }

    private reloadSoon(): void {
        if (!this.wanted) return;
        this.reloadTimer ??= setTimeout(() => {
            this.reloadTimer = undefined;
            void this.load();
        }, limits.reloadSoon * 2 ** Math.min(this.reloads++, 6));
    }

    private reload(): void {
        if (this.wanted) void this.load();
        for (const conversation of this.threads.keys()) void this.open(conversation);
    }
}
