import type { CommentView, PostView } from "@homeroom/client";
import { useState } from "preact/hooks";

import { RichText } from "../app/RichText";
import { LoadFailure } from "../app/parts";
import { Typing } from "../app/Typing";
import { failureInWords } from "../app/words";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { CommentForm } from "./CommentForm";
import { CommentItem } from "./CommentItem";
import { feed, feedStore } from "./feed";
import { FailedDeed } from "./PendingPost";
import { threadsOf } from "./threads";

export function Comments({ post, room, locked }: { post: PostView; room: Room; locked: boolean }) {
    const thread = feed.value?.threads[post.id];
    const [replyTo, setReplyTo] = useState<CommentView | null>(null);
    const words = t().feed;
    const comments = thread?.comments ?? [];
    const item = (comment: CommentView) => (
        <CommentItem key={comment.id} comment={comment} room={room} locked={locked} onReply={() => setReplyTo(comment)} />
    );
    const stillThere = replyTo && comments.some((one) => one.id === replyTo.id) ? replyTo : null;
    return (
        <section class="comments" aria-label={words.commentsOn(post.author.name)}>
            {(!thread || thread.status === "loading") && <p class="hint">{t().app.loading}</p>}
            <LoadFailure failure={thread?.failure ?? null} onRetry={() => void feedStore().openThread(post.id)} />
            {thread?.more && (
                <button type="button" class="quiet" onClick={() => void feedStore().loadOlderComments(post.id)}>
                    {words.olderComments}
                </button>
            )}
            {comments.length > 0 && (
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
            {thread?.pending.map((pending) => (
                <div class="comment is-pending" key={pending.key} data-testid="pending-comment">
                    <div class="bubble">
                        <RichText text={pending.draft.text} />
                        {pending.failure && (
                            <FailedDeed
                                failure={failureInWords(pending.failure)}
                                onRetry={() => feedStore().retry(pending.key)}
                                onDiscard={() => feedStore().discard(pending.key)}
                            />
                        )}
                    </div>
                </div>
            ))}
            <Typing to={{ post: post.id }} />
            {locked ? <p class="hint">{words.lockedHint}</p> : <CommentForm post={post} replyTo={stillThere} onNoReply={() => setReplyTo(null)} />}
        </section>
    );
}
