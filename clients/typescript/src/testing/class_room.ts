// A class's feed as the server keeps it, a step at a time: what is true after each, and the event that told of it.

import type { Comment, EventName, Post } from "../protocol.js";
import { idOf, seqOf, timeOf } from "./fake_wire.js";

export type Step =
    | { do: "post"; by: number }
    | { do: "edit"; post: number }
    | { do: "delete"; post: number }
    | { do: "comment"; post: number; by: number }
    | { do: "edit comment"; post: number; comment: number }
    | { do: "delete comment"; post: number; comment: number }
    | { do: "react"; post: number; by: number; kind: string | null }
    | { do: "react to comment"; post: number; comment: number; by: number; kind: string | null };

export const people = ["ada", "ben", "chidi"].map((id) => ({ id, name: id }));
export const room = "class-math";

interface KeptPost {
    post: Post;
    reactions: Map<string, string>;
    comments: { comment: Comment; reactions: Map<string, string> }[];
}

export interface Told {
    name: EventName;
    body: Record<string, unknown> & { seq: string };
}

const countsOf = (reactions: Map<string, string>): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const kind of reactions.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
};

export class ClassRoom {
    private posts: KeptPost[] = []; // the oldest first
    private number = 0;
    readonly told: Told[] = [];

    get seq(): string {
        return this.number === 0 ? "" : seqOf(this.number);
    }

    step(step: Step): void {
        const pick = <Thing>(list: Thing[], index: number) => (list.length === 0 ? undefined : list[index % list.length]);
        if (step.do === "post") {
            const number = ++this.number;
            const author = people[step.by % people.length]!;
            const post: Post = {
                id: idOf(number),
                room,
                author,
                text: `post ${number}`,
                visibility: "everyone",
                attachments: [],
                createdAt: timeOf(number),
                editedAt: null,
                counts: { comments: 0, reactions: {} },
            };
            const kept = { post, reactions: new Map(), comments: [] };
            this.posts.push(kept);
            return this.tell("post:created", { post: this.postOf(kept) }, author);
        }
        const kept = pick(this.posts, step.post);
        if (!kept) return;
        const { post } = kept;
        switch (step.do) {
            case "edit":
                ++this.number;
                kept.post = { ...post, text: `post ${this.number}`, editedAt: timeOf(this.number) };
                return this.tell("post:updated", { post: this.postOf(kept) }, post.author);
            case "delete":
                ++this.number;
                this.posts = this.posts.filter((one) => one !== kept);
                return this.tell("post:deleted", { postId: post.id }, post.author);
            case "comment": {
                const number = ++this.number;
                const author = people[step.by % people.length]!;
                const comment: Comment = {
                    id: idOf(number),
                    postId: post.id,
                    author,
                    text: `comment ${number}`,
                    replyTo: null,
                    createdAt: timeOf(number),
                    editedAt: null,
                    counts: { reactions: {} },
                };
                kept.comments.push({ comment, reactions: new Map() });
                return this.tell("comment:created", { postId: post.id, comment }, author);
            }
            case "react":
                return this.react(step, kept.reactions, { post: post.id }, post.id);
        }
        const entry = pick(kept.comments, step.comment);
        if (!entry) return;
        const { comment } = entry;
        switch (step.do) {
            case "edit comment":
                ++this.number;
                entry.comment = { ...comment, text: `comment ${this.number}`, editedAt: timeOf(this.number) };
                return this.tell("comment:updated", { postId: post.id, comment: this.commentOf(entry) }, comment.author);
            case "delete comment":
                ++this.number;
                kept.comments = kept.comments.filter((one) => one !== entry);
                return this.tell("comment:deleted", { postId: post.id, commentId: comment.id }, comment.author);
            case "react to comment":
                return this.react(step, entry.reactions, { comment: comment.id }, post.id);
        }
    }

    /** Newest first, as one person sees them. */
    list(me: string): Post[] {
        return this.posts.map((kept) => this.postOf(kept, me)).reverse();
    }

    comments(post: string, me: string): Comment[] {
        return this.posts.find((kept) => kept.post.id === post)?.comments.map((entry) => this.commentOf(entry, me)) ?? [];
    }

    private react({ by, kind }: { by: number; kind: string | null }, reactions: Map<string, string>, target: object, postId: string): void {
        const person = people[by % people.length]!;
        if ((reactions.get(person.id) ?? null) === kind) return;
        if (kind === null) reactions.delete(person.id);
        else reactions.set(person.id, kind);
        ++this.number;
        this.tell("reaction:changed", { target, postId, counts: countsOf(reactions), kind }, person);
    }

    private tell(name: EventName, body: object, by: { id: string; name: string }): void {
        this.told.push({ name, body: { seq: this.seq, id: idOf(this.number), room, at: timeOf(this.number), by, ...body } });
    }

    private postOf({ post, reactions, comments }: KeptPost, me?: string): Post {
        const counts = { comments: comments.length, reactions: countsOf(reactions) };
        return { ...post, counts, ...(me === undefined ? {} : { mine: { reaction: reactions.get(me) ?? null } }) };
    }

    private commentOf({ comment, reactions }: { comment: Comment; reactions: Map<string, string> }, me?: string): Comment {
        const counts = { reactions: countsOf(reactions) };
        return { ...comment, counts, ...(me === undefined ? {} : { mine: { reaction: reactions.get(me) ?? null } }) };
    }
}
