// The feed of one room: posts, comments, reactions, polls; what this user writes is there at once.
//
//   questions ──► FeedContent ◄── events          pending: what was written and not answered yet, or failed

import { FeedContent, type CommentView, type PostView } from "./feed_content.js";
import { newKey } from "./key.js";
import { limits } from "./limits.js";
import type { Comment, Events, Post } from "./protocol.js";
import { Store } from "./store.js";
import { Bounded } from "./versions.js";
import type { Body, Failure, Wire } from "./wire.js";

export type LoadStatus = "loading" | "ready" | "failed";

/** Something that was written here and is not on the server yet. */
export interface Pending<Draft> {
    key: string;
    draft: Draft;
    /** Null: it is on its way, or waits for the connection. */
    failure: Failure | null;
    at: string;
}

export type PostDraft = Omit<Body<"post:create">, "key" | "to">;
export type CommentDraft = Omit<Body<"comment:create">, "key">;

export interface ThreadSnapshot {
    status: LoadStatus;
    failure: Failure | null;
    comments: CommentView[];
    pending: Pending<CommentDraft>[];
    /** Whether there are older ones that are not loaded. */
    more: boolean;
}

export interface FeedSnapshot {
    room: string;
    status: LoadStatus;
    failure: Failure | null;
    /** Published, newest first, as far back as was loaded. */
    posts: PostView[];
    pinned: PostView[];
    /** The user's own and, for staff, others' that wait for their time or are held. */
    scheduled: PostView[];
    pending: Pending<PostDraft>[];
    /** By post: those that were opened. */
    threads: Readonly<Record<string, ThreadSnapshot>>;
    /** Whether there are older posts. */
    more: boolean;
}

type Target = { post: string } | { comment: string };
interface OpenThread {
    status: LoadStatus;
    failure: Failure | null;
    pending: Pending<CommentDraft>[];
    asked: number;
}

const isPublished = (post: Post) => post.state === undefined || post.state === "published";

export class FeedStore extends Store<FeedSnapshot> {
    private readonly content: FeedContent;
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private next: string | null = null;
    private oldest: PostView | null = null; // of the listed; what is older was loaded for itself
    private pending: Pending<PostDraft>[] = [];
    private readonly threads = new Map<string, OpenThread>();
    private readonly ends: (() => void)[];
    private asked = 0;
    private closed = false;
    private recountTimer: ReturnType<typeof setTimeout> | undefined;
    private recounts = new Map<string, number>();
    // About comments of which posts something came, by how often: whether it crossed with a question.
    private stirs = new Map<string, number>();

    constructor(
        private readonly wire: Wire,
        readonly room: string,
    ) {
        super(() => this.view());
        this.content = new FeedContent(room, () => wire.me());
        this.ends = [
            this.hear("post:created", (event) => {
                this.content.created(event);
                if (event.post.author.id === wire.me()) this.arrived(this.pending, event.post.text);
            }),
            this.hear("post:scheduled", (event) => this.content.created(event)),
            this.hear("post:updated", (event) => this.content.updated(event)),
            this.hear("post:deleted", (event) => this.content.deleted(event)),
            this.hear("comment:created", (event) => {
                this.content.commentCreated(event);
                this.stir(event.postId);
                if (event.comment.author.id === wire.me()) this.arrived(this.threads.get(event.postId)?.pending ?? [], event.comment.text);
            }),
            this.hear("comment:updated", (event) => this.content.commentUpdated(event)),
            this.hear("comment:deleted", (event) => {
                this.content.commentDeleted(event);
                this.stir(event.postId);
                // A replay has nothing of a comment but that it was deleted; whether it was counted is not known then.
                this.content.doubt(event.postId);
                this.recountSoon();
            }),
            this.hear("reaction:changed", (event) => this.content.reactionChanged(event)),
            this.hear("poll:changed", (event) => this.content.pollChanged(event)),
            wire.onReset(() => this.reload()),
        ];
    }

    /** Loads the newest page, the pinned posts and those that wait. */
    async load(): Promise<void> {
        const mine = ++this.asked;
        const asked = this.wire.seq();
        if (this.status !== "ready") this.set(() => (this.status = "loading"));
        const stirs = this.stirsNow();
        const room = this.room;
        const [list, pinned, scheduled] = await Promise.all([
            this.wire.request("feed:list", { room, limit: limits.pageSize }),
            this.wire.request("feed:list", { room, only: "pinned" }),
            this.wire.request("feed:list", { room, only: "scheduled" }),
        ]);
        if (mine !== this.asked || this.closed) return;
        this.set(() => {
            if (!list.ok) {
                if (this.status !== "ready") this.status = "failed";
                this.failure = list.error;
                return;
            }
            const extra = [pinned, scheduled].flatMap((answer) => (answer.ok ? answer.posts : []));
            this.content.putPage([...list.posts, ...extra], asked, true);
            this.doubtCrossed(list.posts, stirs);
            this.next = list.next;
            this.status = "ready";
            this.failure = null;
            this.setOldest(list.posts);
        });
    }

    async loadOlder(): Promise<Failure | null> {
        if (this.next === null) return null;
        const before = this.next;
        const asked = this.wire.seq();
        const stirs = this.stirsNow();
        const answer = await this.wire.request("feed:list", { room: this.room, before, limit: limits.pageSize });
        if (!answer.ok) return answer.error;
        if (before !== this.next || this.closed) return null;
        this.set(() => {
            this.content.putPage(answer.posts, asked, false);
            this.doubtCrossed(answer.posts, stirs);
            this.next = answer.next;
            this.setOldest(answer.posts);
        });
        return null;
    }

    /** A post by its id, wherever in the list it is, once `openThread` has loaded it. */
    post(id: string): PostView | undefined {
        return this.content.post(id);
    }

    /** Loads a post with its comments, and keeps them. */
    async openThread(post: string, before?: string): Promise<void> {
        const thread = this.threads.get(post) ?? { status: "loading" as const, failure: null, pending: [], asked: 0 };
        this.threads.set(post, thread);
        const mine = ++thread.asked;
        const asked = this.wire.seq();
        const stirs = this.stirs.get(post) ?? 0;
        this.set(() => (thread.failure = null));
        const answer = await this.wire.request("post:get", { post, ...(before === undefined ? {} : { before }) });
        if (this.closed || this.threads.get(post) !== thread || mine !== thread.asked) return;
        this.set(() => {
            if (!answer.ok) {
                // It was deleted while this page was away, or is no longer for this user.
                if (answer.error.code === "not_found") this.content.removeAnswered(post, asked);
                if (thread.status !== "ready" || answer.error.code === "not_found") thread.status = "failed";
                thread.failure = answer.error;
                return;
            }
            this.content.putThread(answer.post, answer.comments, answer.next, asked, before !== undefined);
            if (answer.next !== null && (this.stirs.get(post) ?? 0) !== stirs) {
                this.content.doubt(post);
                this.recountSoon();
            }
            thread.status = "ready";
            thread.failure = null;
        });
    }

    async loadOlderComments(post: string): Promise<void> {
        const before = this.content.nextComments(post);
        if (before !== null) await this.openThread(post, before);
    }

    closeThread(post: string): void {
        const thread = this.threads.get(post);
        if (!thread || thread.pending.length > 0) return;
        this.threads.delete(post);
        this.set(() => this.content.closeThread(post));
    }

    // --- writing: there at once, and then as the server says -------------------------------------

    /** → why it was refused; `pending` has it then, for `retry` or `discard`. */
    createPost(draft: PostDraft, key: string = newKey()): Promise<Failure | null> {
        const pending: Pending<PostDraft> = { key, draft, failure: null, at: new Date().toISOString() };
        this.set(() => (this.pending = [...this.pending, pending]));
        return this.sendPost(pending);
    }

    createComment(draft: CommentDraft, key: string = newKey()): Promise<Failure | null> {
        const pending: Pending<CommentDraft> = { key, draft, failure: null, at: new Date().toISOString() };
        const thread = this.threads.get(draft.post);
        if (thread) this.set(() => (thread.pending = [...thread.pending, pending]));
        return this.sendComment(pending);
    }

    /** Sends something that failed once more; under the same key, so that it is never there twice. */
    retry(key: string): void {
        const post = this.pending.find((one) => one.key === key);
        if (post) return void this.sendPost(post);
        for (const { pending } of this.threads.values()) {
            const comment = pending.find((one) => one.key === key);
            if (comment) return void this.sendComment(comment);
        }
    }

    discard(key: string): void {
        this.set(() => {
            this.pending = this.pending.filter((one) => one.key !== key);
            for (const thread of this.threads.values()) thread.pending = thread.pending.filter((one) => one.key !== key);
        });
    }

    async updatePost(body: Omit<Body<"post:update">, "key">): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("post:update", body);
        return this.told(answer, ({ post }) => this.content.putAnswered(post, asked));
    }

    async deletePost(post: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("post:delete", { post });
        return this.told(answer, () => this.content.removeAnswered(post, asked));
    }

    async pinPost(post: string, on: boolean): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("post:pin", { post, on });
        return this.told(answer, (body) => this.content.putAnswered(body.post, asked));
    }

    async lockPost(post: string, on: boolean): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("post:lock", { post, on });
        return this.told(answer, (body) => this.content.putAnswered(body.post, asked));
    }

    async updateComment(comment: Comment, text: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("comment:update", { comment: comment.id, text });
        return this.told(answer, (body) => this.content.putAnsweredComment(body.comment, asked));
    }

    async deleteComment(comment: Comment): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("comment:delete", { comment: comment.id });
        return this.told(answer, () => this.content.removeAnsweredComment(comment.postId, comment.id, asked));
    }

    async endorseComment(comment: Comment, on: boolean): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("comment:endorse", { comment: comment.id, on });
        return this.told(answer, (body) => this.content.putAnsweredComment(body.comment, asked));
    }

    /** Shown at once; when the server refuses it is as before. The last of several is what counts. */
    async react(target: Target, kind: string | null): Promise<Failure | null> {
        const id = "post" in target ? target.post : target.comment;
        const wish = { kind };
        this.set(() => this.wishes.set(id, wish));
        const asked = this.wire.seq();
        const answer = await this.wire.request("reaction:set", { target, kind }, { lane: `reaction:${id}` });
        if (this.wishes.get(id) === wish) this.wishes.delete(id);
        return this.told(answer, (body) => {
            this.content.putAnsweredReaction(target, body.postId, body.counts, body.kind, asked);
        });
    }

    async vote(post: string, options: number[]): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("poll:vote", { post, options });
        return this.told(answer, ({ poll, votes }) => this.content.putAnsweredPoll(post, poll, votes, asked));
    }

    async closePoll(post: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("poll:close", { post });
        return this.told(answer, ({ poll }) => this.content.putAnsweredPoll(post, poll, null, asked));
    }

    /** Hears nothing more. */
    close(): void {
        this.closed = true;
        clearTimeout(this.recountTimer);
        for (const end of this.ends) end();
    }

    // --- how ------------------------------------------------------------------------------------

    private readonly wishes = new Map<string, { kind: string | null }>();

    private view(): FeedSnapshot {
        const all = this.content.list().map((post) => this.wished(post));
        const published = all.filter(isPublished);
        const listed = (post: PostView) => this.next === null || this.oldest === null || !isOlder(post, this.oldest);
        return {
            room: this.room,
            status: this.status,
            failure: this.failure,
            posts: published.filter(listed),
            pinned: published.filter((post) => post.pinned),
            scheduled: all.filter((post) => !isPublished(post)),
            pending: this.waiting(this.pending),
            threads: Object.fromEntries(Array.from(this.threads, ([id, thread]) => [id, this.threadView(id, thread)])),
            more: this.next !== null,
        };
    }

    private threadView(id: string, { status, failure, pending }: OpenThread): ThreadSnapshot {
        const comments = this.content.comments(id)?.map((comment) => this.wished(comment)) ?? [];
        return { status, failure, comments, pending: this.waiting(pending), more: this.content.nextComments(id) !== null };
    }

    // As it will be when the server has carried out what the user has just pressed.
    private wished<Thing extends PostView | CommentView>(thing: Thing): Thing {
        const wish = this.wishes.get(thing.id);
        const before = thing.mine.reaction ?? null;
        if (!wish || wish.kind === before) return thing;
        const reactions = { ...thing.counts.reactions };
        const add = (kind: string | null, number: number) => {
            if (kind === null) return;
            const count = (reactions[kind] ?? 0) + number;
            if (count > 0) reactions[kind] = count;
            else delete reactions[kind];
        };
        add(before, -1);
        add(wish.kind, 1);
        return { ...thing, counts: { ...thing.counts, reactions }, mine: { ...thing.mine, reaction: wish.kind } };
    }

    // It was carried out, and its event is here before its answer, which was lost once: it is not shown twice meanwhile.
    private readonly hereAlready = new Bounded<true>(limits.waitingMax);

    private arrived(pending: Pending<{ text: string }>[], text: string): void {
        const same = pending.find((one) => one.failure === null && one.draft.text === text && !this.hereAlready.has(one.key));
        if (same) this.hereAlready.set(same.key, true);
    }

    private waiting<Draft>(pending: Pending<Draft>[]): Pending<Draft>[] {
        return pending.filter(({ key, failure }) => failure !== null || !this.hereAlready.has(key));
    }

    private async sendPost(pending: Pending<PostDraft>): Promise<Failure | null> {
        this.setFailure(pending, null);
        const asked = this.wire.seq();
        const answer = await this.wire.request("post:create", { ...pending.draft, to: this.room, key: pending.key });
        if (!answer.ok) return this.setFailure(pending, answer.error);
        this.set(() => {
            this.pending = this.pending.filter((one) => one.key !== pending.key);
            this.content.putAnswered(answer.post, asked);
        });
        return null;
    }

    private async sendComment(pending: Pending<CommentDraft>): Promise<Failure | null> {
        this.setFailure(pending, null);
        const asked = this.wire.seq();
        const answer = await this.wire.request("comment:create", { ...pending.draft, key: pending.key });
        if (!answer.ok) return this.setFailure(pending, answer.error);
        this.set(() => {
            const thread = this.threads.get(pending.draft.post);
            if (thread) thread.pending = thread.pending.filter((one) => one.key !== pending.key);
            this.content.putAnsweredComment(answer.comment, asked);
        });
        return null;
    }

    // Snapshots never change, so the entry is another.
    private setFailure(pending: { key: string }, failure: Failure | null): Failure | null {
        const change = <Draft>(list: Pending<Draft>[]) => list.map((one) => (one.key === pending.key ? { ...one, failure } : one));
        this.set(() => {
            this.pending = change(this.pending);
            for (const thread of this.threads.values()) thread.pending = change(thread.pending);
        });
        return failure;
    }

    private told<Body extends object>(answer: ({ ok: true } & Body) | { ok: false; error: Failure }, tell: (body: Body) => void): Failure | null {
        this.set(() => answer.ok && tell(answer));
        return answer.ok ? null : answer.error;
    }

    private hear<Name extends keyof Events>(name: Name, apply: (event: Events[Name]) => void): () => void {
        return this.wire.on(name, (event) => this.set(() => apply(event)));
    }

    private set(change: () => unknown): void {
        if (this.closed) return;
        change();
        this.changed();
    }

    private reload(): void {
        void this.load();
        for (const post of this.threads.keys()) void this.openThread(post);
    }

    private setOldest(page: Post[]): void {
        const last = page[page.length - 1];
        this.oldest = last ? (this.content.post(last.id) ?? null) : this.oldest;
    }

    // --- the number of comments where they are not loaded ----------------------------------------

    private stir(post: string): void {
        this.stirs.set(post, (this.stirs.get(post) ?? 0) + 1);
        if (this.stirs.size > limits.strangersMax) this.stirs.delete(this.stirs.keys().next().value!);
    }

    private stirsNow(): ReadonlyMap<string, number> {
        return new Map(this.stirs);
    }

    private doubtCrossed(posts: Post[], before: ReadonlyMap<string, number>): void {
        for (const { id } of posts) {
            if ((this.stirs.get(id) ?? 0) === (before.get(id) ?? 0)) continue;
            this.content.doubt(id);
            this.recountSoon();
        }
    }

    // Not all pages of a class at the same moment.
    private recountSoon(): void {
        this.recountTimer ??= setTimeout(() => {
            this.recountTimer = undefined;
            void this.recount();
        }, limits.reloadSoon * (1 + 8 * Math.random()));
    }

    private async recount(): Promise<void> {
        for (const post of this.content.doubtful()) {
            const tries = (this.recounts.get(post) ?? 0) + 1;
            const asked = this.wire.seq();
            const stirs = this.stirs.get(post) ?? 0;
            const answer = await this.wire.request("post:get", { post });
            if (this.closed) return;
            const crossed = (this.stirs.get(post) ?? 0) !== stirs;
            if (answer.ok) this.set(() => this.content.putAnsweredCount(answer.post, asked));
            if (crossed && tries < limits.recountTriesMax) {
                this.recounts.set(post, tries);
                this.set(() => this.content.doubt(post));
                this.recountSoon();
            } else this.recounts.delete(post);
        }
    }
}

function isOlder(post: Post, than: Post): boolean {
    const [a, b] = [post.publishedAt ?? post.createdAt, than.publishedAt ?? than.createdAt];
    return a === b ? post.id < than.id : a < b;
}
