// What one event does to the posts and comments on the screen.

import type { Comment, FeedEvent, Mine, Post } from "./types";

export interface Content {
    posts: Post[]; // the newest first
    comments: Record<string, Comment[]>; // by post, the oldest first; absent: not loaded
    partial: string[]; // posts with more comments than those loaded
}

// "again": the event may be part of the content already.
export type Applied = "live" | "again";

export function applyEvent(content: Content, event: FeedEvent, applied: Applied, me: string): Content {
    switch (event.name) {
        case "post:created":
            if (content.posts.some((post) => post.id === event.post.id)) return content;
            return { ...content, posts: [event.post, ...content.posts] };
        case "post:updated":
            return withCommentCount(
                changePost(content, event.post.id, (post) => ({ ...post, ...event.post, mine: known(event.post.mine, post.mine) })),
                event.post.id,
            );
        case "post:deleted":
            return withoutPost(content, event.postId);
        case "comment:created":
            return addComment(content, event.postId, event.comment, applied);
        case "comment:updated":
            return changeComment(content, event.postId, event.comment.id, (comment) => ({
                ...comment,
                ...event.comment,
                mine: known(event.comment.mine, comment.mine),
            }));
        case "comment:deleted":
            return removeComment(content, event.postId, event.commentId, applied);
        case "reaction:changed": {
            const isMine = event.by !== null && event.by.id === me;
            const react = <Thing extends Post | Comment>(thing: Thing): Thing => ({
                ...thing,
                counts: { ...thing.counts, reactions: event.counts },
                mine: isMine ? { reaction: event.kind } : thing.mine,
            });
            if ("post" in event.target) return changePost(content, event.target.post, react);
            return changeComment(content, event.postId, event.target.comment, react);
        }
    }
}

// Where all comments are loaded they are counted; nothing else is as exact.
export function withCommentCount(content: Content, postId: string): Content {
    const comments = content.comments[postId];
    if (!comments || content.partial.includes(postId)) return content;
    return changePost(content, postId, (post) =>
        post.counts.comments === comments.length ? post : countComments(post, comments.length),
    );
}

const known = (told: Mine | null | undefined, before: Mine | null | undefined) => told ?? before ?? null;

const countComments = (post: Post, comments: number): Post => ({
    ...post,
    counts: { ...post.counts, comments: Math.max(0, comments) },
});

function changePost(content: Content, id: string, change: (post: Post) => Post): Content {
    return { ...content, posts: content.posts.map((post) => (post.id === id ? change(post) : post)) };
}

function withoutPost(content: Content, id: string): Content {
    const comments = { ...content.comments };
    delete comments[id];
    return { ...content, posts: content.posts.filter((post) => post.id !== id), comments };
}

function changeComment(content: Content, postId: string, id: string, change: (comment: Comment) => Comment): Content {
    const comments = content.comments[postId];
    if (!comments) return content;
    const changed = comments.map((comment) => (comment.id === id ? change(comment) : comment));
    return { ...content, comments: { ...content.comments, [postId]: changed } };
}

function addComment(content: Content, postId: string, comment: Comment, applied: Applied): Content {
    const comments = content.comments[postId];
    if (comments?.some((one) => one.id === comment.id)) return content;
    if (comments) {
        const added = { ...content, comments: { ...content.comments, [postId]: [...comments, comment] } };
        if (!content.partial.includes(postId)) return withCommentCount(added, postId);
        content = added;
    }
    if (applied === "again") return content;
    return changePost(content, postId, (post) => countComments(post, post.counts.comments + 1));
}

function removeComment(content: Content, postId: string, id: string, applied: Applied): Content {
    const comments = content.comments[postId];
    if (comments) {
        const left = comments.filter((comment) => comment.id !== id);
        const removed = { ...content, comments: { ...content.comments, [postId]: left } };
        if (!content.partial.includes(postId)) return withCommentCount(removed, postId);
        content = removed;
    }
    if (applied === "again") return content;
    return changePost(content, postId, (post) => countComments(post, post.counts.comments - 1));
}
