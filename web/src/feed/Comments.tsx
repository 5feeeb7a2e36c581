import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { connection } from "../app/connection";
import { CommentForm } from "./CommentForm";
import { CommentItem } from "./CommentItem";
import { feed, loadPost } from "./store";
import { threadsOf } from "./threads";
import type { Comment, Post } from "./types";
import { useDeed } from "./useDeed";

export function Comments({ post, staff }: { post: Post; staff: boolean }) {
    const comments = feed.value.comments[post.id];
    const [replyTo, setReplyTo] = useState<Comment | null>(null);
    const { busy, failure, attempt } = useDeed();
    const live = connection.value.is === "live";

    // Also after the room was loaded anew, which forgets them.
    useEffect(() => {
        if (!comments && live && !busy) void attempt(() => loadPost(post.id));
    }, [post.id, comments === undefined, live]);

    const item = (comment: Comment) => (
        <CommentItem key={comment.id} comment={comment} staff={staff} onReply={() => setReplyTo(comment)} />
    );
    const stillThere = replyTo && comments?.some((one) => one.id === replyTo.id) ? replyTo : null;
    return (
        <section class="comments" aria-label={`Comments on the post of ${post.author.name}`}>
            {!comments && !failure && <p class="hint">Loading comments…</p>}
            {failure && (
                <div class="retry">
                    <FailureText text={failure} />
                    <button type="button" class="quiet" disabled={busy} onClick={() => void attempt(() => loadPost(post.id))}>
                        Try again
                    </button>
                </div>
            )}
            {comments && comments.length > 0 && (
                <ul class="thread-list">
                    {threadsOf(comments).map(({ comment, replies }) => (
                        <li key={comment.id}>
                            {item(comment)}
                            {replies.length > 0 && (
                                <ul class="replies">
                                    {replies.map((reply) => (
                                        <li key={reply.id}>{item(reply)}</li>
                                    ))}
                                </ul>
                            )}
                        </li>
                    ))}
                </ul>
            )}
            <CommentForm post={post} replyTo={stillThere} onNoReply={() => setReplyTo(null)} />
        </section>
    );
}
