// The posts of a room and their comments, put together from answers and events in whatever order they come, each as often as it
// likes. No connection, no time: a pure book, which the property tests compare with a server's truth.
//
// Parts of a post are told of by different events, so each part has a `seq` of its own: what it says, its reactions, its
// poll, what is mine. The number of comments is what the last whole post said, and those that came and went since.

import { limits } from "./limits.js";
import type { Comment, Counts, Events, Mine, Poll, Post } from "./protocol.js";
import { Bounded, Versions } from "./versions.js";
import { justAfter } from "./wire.js";

export type PostView = Post & { mine: Mine };
export type CommentView = Comment & { mine: Mine };

interface Part<Thing> {
    value: Thing;
    seq: string;
}

interface HeldPost {
    post: Post;
    reactions: Part<Counts>;
    poll: Part<Poll> | null;
    mine: Part<Mine>;
    comments: Part<number>;
    /** The number of comments is of an answer that crossed with events about comments. */
    doubtful: boolean;
}

interface HeldComment {
    comment: Comment;
    reactions: Part<Counts>;
    mine: Part<Mine>;
}

// What was said of something that is not held (yet).
interface Said {
    reactions?: Part<Counts>;
    poll?: Part<Poll>;
    mine?: Part<Mine>;
}

// One comment that came or went, or both; "" where it did not.
interface Passing {
    created: string;
    deleted: string;
}

interface Thread {
    comments: Versions<HeldComment>;
    /** Whether all of them are here, and not the last ones only. */
    whole: boolean;
    next: string | null;
}

const nothingOfMine: Mine = { reaction: null };
const later = <Thing>(one: Part<Thing> | undefined, other: Part<Thing>) => (one && one.seq > other.seq ? one : other);

export class FeedContent {
    private readonly posts = new Versions<HeldPost>(limits.tombstonesMax);
    private readonly threads = new Map<string, Thread>();
    private readonly said = new Bounded<Said>(limits.strangersMax);
    private readonly passing = new Bounded<Map<string, Passing>>(limits.strangersMax);
    private readonly goneComments = new Bounded<string>(limits.tombstonesMax);

    constructor(
        private readonly room: string,
        private readonly me: () => string,
    ) {}

    // --- what there is ------------------------------------------------------------------------

    /** Newest first, as the server lists them. */
    list(fits: (post: Post) => boolean = () => true): PostView[] {
        return this.posts
            .values()
            .filter(({ post }) => fits(post))
            .map((held) => this.postView(held))
            .sort(newestFirst);
    }

    post(id: string): PostView | undefined {
        const held = this.posts.get(id);
        return held && this.postView(held);
    }

    /** Undefined: not loaded. */
    comments(post: string): CommentView[] | undefined {
        const thread = this.threads.get(post);
        return thread?.comments
            .values()
            .map(({ comment, reactions, mine }) => ({ ...comment, counts: { reactions: reactions.value }, mine: mine.value }))
            .sort((one, other) => (one.id < other.id ? -1 : 1));
    }

    nextComments(post: string): string | null {
        return this.threads.get(post)?.next ?? null;
    }

    openThreads(): string[] {
        return [...this.threads.keys()];
    }

    /** Posts whose number of comments should be asked for again. */
    doubtful(): string[] {
        return this.posts.values().filter((held) => held.doubtful && !this.threads.get(held.post.id)?.whole).map(({ post }) => post.id);
    }

    // --- answers; `asked`: the last `seq` that had arrived when the question was sent -----------

    /** A page of the list; `whole`: nothing but it is to be kept, and posts whose thread is open, which are asked for. */
    putPage(posts: Post[], asked: string, whole: boolean): void {
        if (whole) this.posts.keepOnly(new Set([...posts.map(({ id }) => id), ...this.threads.keys()]), asked);
        for (const post of posts) this.putPost(post, asked);
    }

    putAnswered(post: Post, asked: string): void {
        this.putPost(post, justAfter(asked));
    }

    putThread(post: Post, comments: Comment[], next: string | null, asked: string, more: boolean): void {
        this.putPost(post, asked);
        const thread = this.threads.get(post.id) ?? { comments: new Versions<HeldComment>(limits.tombstonesMax), whole: false, next: null };
        this.threads.set(post.id, thread);
        if (!more) thread.comments.keepOnly(new Set(comments.map(({ id }) => id)), asked);
        thread.whole = next === null;
        thread.next = next;
        for (const comment of comments) this.putComment(comment, asked);
    }

    /** The number of comments, asked for again. */
    putAnsweredCount(post: Post, asked: string): void {
        this.posts.amend(post.id, (held) => ({
            ...held,
            comments: later(held.comments, { value: post.counts.comments, seq: asked }),
            doubtful: false,
        }));
    }

    putAnsweredComment(comment: Comment, asked: string): void {
        this.count(comment.postId, comment.id, "created", justAfter(asked));
        this.putComment(comment, justAfter(asked));
    }

    putAnsweredReaction(target: { post: string } | { comment: string }, postId: string, counts: Counts, kind: string | null, asked: string): void {
        const seq = justAfter(asked);
        this.react(target, postId, { value: counts, seq });
        this.ownReaction(target, postId, kind, seq);
    }

    putAnsweredPoll(postId: string, poll: Poll, votes: number[] | null, asked: string): void {
        const seq = justAfter(asked);
        this.tally(postId, { value: poll, seq });
        if (votes === null) return;
        this.posts.amend(postId, (held) => ({ ...held, mine: later(held.mine, { value: { ...held.mine.value, votes }, seq }) }));
    }

    removeAnswered(post: string, asked: string): void {
        this.removePost(post, justAfter(asked));
    }

    removeAnsweredComment(post: string, comment: string, asked: string): void {
        this.removeComment(post, comment, justAfter(asked));
    }

    closeThread(post: string): void {
        this.threads.delete(post);
    }

    clear(): void {
        this.posts.clear();
        this.threads.clear();
        this.said.clear();
        this.passing.clear();
        this.goneComments.clear();
    }

    // --- events ---------------------------------------------------------------------------------

    created({ post, seq }: Events["post:created"]): void {
        this.putPost(post, seq);
    }

    updated({ post, seq }: Events["post:updated"]): void {
        this.putPost(post, seq);
    }

    deleted({ postId, seq }: Events["post:deleted"]): void {
        this.removePost(postId, seq);
    }

    commentCreated({ comment, postId, seq }: Events["comment:created"]): void {
        this.count(postId, comment.id, "created", seq);
        this.putComment(comment, seq);
    }

    commentUpdated({ comment, seq }: Events["comment:updated"]): void {
        this.putComment(comment, seq);
    }

    commentDeleted({ postId, commentId, seq }: Events["comment:deleted"]): void {
        this.removeComment(postId, commentId, seq);
    }

    reactionChanged({ target, postId, counts, kind, by, seq }: Events["reaction:changed"]): void {
        this.react(target, postId, { value: counts, seq });
        if (by !== null && by.id === this.me()) this.ownReaction(target, postId, kind, seq);
    }

    pollChanged({ postId, poll, seq }: Events["poll:changed"]): void {
        this.tally(postId, { value: poll, seq });
    }

    /** Something about comments came while a question was under way; or right after its answer: it may be counted in it. */
    doubt(postId: string): void {
        this.posts.amend(postId, (held) => ({ ...held, doubtful: true }));
    }

    // --- how ------------------------------------------------------------------------------------

    private putPost(post: Post, seq: string): void {
        const held = this.posts.get(post.id);
        if (post.room !== this.room) {
            // It was moved away; of posts of other rooms there is nothing here.
            if (held) this.posts.remove(post.id, seq);
            return;
        }
        if (seq < this.posts.seqOf(post.id) && !held) return;
        const said = this.said.get(post.id);
        const poll = post.poll ? { value: post.poll, seq } : null;
        const mine = post.mine ? { value: post.mine, seq } : undefined;
        const next: HeldPost = {
            post: seq < this.posts.seqOf(post.id) ? held!.post : post,
            reactions: later(held?.reactions ?? said?.reactions, { value: post.counts.reactions, seq }),
            poll: poll ? later(held?.poll ?? said?.poll, poll) : (held?.poll ?? null),
            mine: mine ? later(held?.mine ?? said?.mine, mine) : (held?.mine ?? said?.mine ?? { value: nothingOfMine, seq: "" }),
            comments: later(held?.comments, { value: post.counts.comments, seq }),
            doubtful: held !== undefined && held.comments.seq > seq && held.doubtful,
        };
        if (!this.posts.put(post.id, next, seq)) this.posts.amend(post.id, () => next);
    }

    private removePost(id: string, seq: string): void {
        if (this.posts.remove(id, seq)) this.threads.delete(id);
    }

    private putComment(comment: Comment, seq: string): void {
        const gone = this.goneComments.get(comment.id);
        if (gone !== undefined) return;
        const comments = this.threads.get(comment.postId)?.comments;
        if (!comments) return;
        const held = comments.get(comment.id);
        const said = this.said.get(comment.id);
        const mine = comment.mine ? { value: comment.mine, seq } : undefined;
        const next: HeldComment = {
            comment: held && seq < comments.seqOf(comment.id) ? held.comment : comment,
            reactions: later(held?.reactions ?? said?.reactions, { value: comment.counts.reactions, seq }),
            mine: mine ? later(held?.mine ?? said?.mine, mine) : (held?.mine ?? said?.mine ?? { value: nothingOfMine, seq: "" }),
        };
        if (!comments.put(comment.id, next, seq)) comments.amend(comment.id, () => next);
    }

    // A comment that is deleted never comes back.
    private removeComment(post: string, id: string, seq: string): void {
        this.goneComments.set(id, seq);
        this.count(post, id, "deleted", seq);
        this.threads.get(post)?.comments.remove(id, seq);
    }

    private count(post: string, comment: string, what: keyof Passing, seq: string): void {
        const some = this.passing.at(post, () => new Map());
        const one = some.get(comment) ?? { created: "", deleted: "" };
        // What an answer said gets its true place when the event comes.
        if (one[what] === "" || one[what].endsWith("+")) some.set(comment, { ...one, [what]: seq });
    }

    private react(target: { post: string } | { comment: string }, postId: string, reactions: Part<Counts>): void {
        if ("post" in target) {
            if (!this.posts.has(target.post)) return this.say(target.post, "reactions", reactions);
            return this.posts.amend(target.post, (held) => ({ ...held, reactions: later(held.reactions, reactions) }));
        }
        const comments = this.threads.get(postId)?.comments;
        if (!comments?.has(target.comment)) return this.say(target.comment, "reactions", reactions);
        comments.amend(target.comment, (held) => ({ ...held, reactions: later(held.reactions, reactions) }));
    }

    private ownReaction(target: { post: string } | { comment: string }, postId: string, reaction: string | null, seq: string): void {
        const change = (mine: Part<Mine>) => later(mine, { value: { ...mine.value, reaction }, seq });
        const said = { value: { reaction }, seq };
        if ("post" in target) {
            if (!this.posts.has(target.post)) return this.say(target.post, "mine", said);
            return this.posts.amend(target.post, (held) => ({ ...held, mine: change(held.mine) }));
        }
        const comments = this.threads.get(postId)?.comments;
        if (!comments?.has(target.comment)) return this.say(target.comment, "mine", said);
        comments.amend(target.comment, (held) => ({ ...held, mine: change(held.mine) }));
    }

    private tally(postId: string, poll: Part<Poll>): void {
        if (!this.posts.has(postId)) return this.say(postId, "poll", poll);
        this.posts.amend(postId, (held) => ({ ...held, poll: held.poll ? later(held.poll, poll) : poll }));
    }

    private say<Name extends keyof Said>(id: string, name: Name, part: NonNullable<Said[Name]>): void {
        const before = this.said.get(id) ?? {};
        const latest = later(before[name] as Part<never> | undefined, part as Part<never>);
        this.said.set(id, { ...before, [name]: latest });
    }

    private postView({ post, reactions, poll, mine, comments }: HeldPost): PostView {
        return {
            ...post,
            counts: { comments: this.numberOfComments(post.id, comments), reactions: reactions.value },
            ...(poll ? { poll: poll.value } : {}),
            mine: mine.value,
        };
    }

    private numberOfComments(post: string, { value, seq }: Part<number>): number {
        const thread = this.threads.get(post);
        // Where all are here they are counted; nothing else is as exact.
        if (thread?.whole) return thread.comments.size;
        let number = value;
        for (const { created, deleted } of this.passing.get(post)?.values() ?? []) {
            if (created > seq) ++number;
            if (deleted > seq) --number;
        }
        return Math.max(0, number);
    }
}

const placeOf = (post: Post) => post.publishedAt ?? post.createdAt;

function newestFirst(one: Post, other: Post): number {
    const [a, b] = [placeOf(one), placeOf(other)];
    if (a !== b) return a < b ? 1 : -1;
    return one.id < other.id ? 1 : -1;
}
