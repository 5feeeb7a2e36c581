import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { myId } from "../app/session";
import { Time } from "../app/Time";
import { EditForm } from "./EditForm";
import { LikeButton } from "./LikeButton";
import { OwnerActions } from "./OwnerActions";
import { deleteComment, updateComment } from "./store";
import type { Comment } from "./types";

export function CommentItem({ comment, staff, onReply }: { comment: Comment; staff: boolean; onReply(): void }) {
    const [editing, setEditing] = useState(false);
    const isMine = comment.author.id === myId.value;
    return (
        <article class="comment" data-testid="comment" data-comment={comment.id}>
            <Avatar person={comment.author} size="small" />
            <div class="comment-body">
                <div class="bubble">
                    <p class="comment-by">
                        <strong>{comment.author.name}</strong>{" "}
                        <span class="meta">
                            <Time at={comment.createdAt} />
                            {comment.editedAt && " · edited"}
                        </span>
                    </p>
                    {editing ? (
                        <EditForm
                            what="comment"
                            text={comment.text}
                            onSave={(text) => updateComment(comment, text)}
                            onClose={() => setEditing(false)}
                        />
                    ) : (
                        <p class="text" dir="auto" data-testid="comment-content">
                            {comment.text}
                        </p>
                    )}
                </div>
                {!editing && (
                    <div class="comment-foot">
                        <LikeButton
                            thing={comment}
                            target={{ comment: comment.id }}
                            postId={comment.postId}
                            testid="comment-like"
                        />
                        <button type="button" class="quiet" onClick={onReply} data-testid="comment-reply">
                            Reply
                        </button>
                        <OwnerActions
                            what="comment"
                            mayEdit={isMine}
                            mayDelete={isMine || staff}
                            onEdit={() => setEditing(true)}
                            onDelete={() => deleteComment(comment)}
                        />
                    </div>
                )}
            </div>
        </article>
    );
}
