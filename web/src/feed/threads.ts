// Comments as they are shown: each with the replies under it. A reply to a reply stands with its siblings; one whose
// comment is gone stands by itself.

import type { Comment } from "./types";

export interface Thread {
    comment: Comment;
    replies: Comment[];
}

export function threadsOf(comments: Comment[]): Thread[] {
    const threads: Thread[] = [];
    const threadOf = new Map<string, Thread>();
    for (const comment of comments) {
        const above = comment.replyTo === null ? undefined : threadOf.get(comment.replyTo);
        if (above) {
            above.replies.push(comment);
            threadOf.set(comment.id, above);
        } else {
            const thread = { comment, replies: [] };
            threads.push(thread);
            threadOf.set(comment.id, thread);
        }
    }
    return threads;
}
