// Comments as they are shown: each with the replies under it. A reply to a reply stands with its siblings; one whose
// comment is gone stands by itself.

export interface Thread<Comment> {
    comment: Comment;
    replies: Comment[];
}

export function threadsOf<Comment extends { id: string; replyTo: string | null }>(comments: Comment[]): Thread<Comment>[] {
    const threads: Thread<Comment>[] = [];
    const threadOf = new Map<string, Thread<Comment>>();
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
