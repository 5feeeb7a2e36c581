import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { me } from "../app/session";
import { clearDraft, draftKey, draftText, setDraft } from "./drafts";
import { createComment } from "./store";
import { TextField } from "./TextField";
import type { Comment, Post } from "./types";
import { useDeed } from "./useDeed";

interface CommentFormProps {
    post: Post;
    replyTo: Comment | null;
    onNoReply(): void;
}

export function CommentForm({ post, replyTo, onNoReply }: CommentFormProps) {
    const place = replyTo ? `reply:${replyTo.id}` : `post:${post.id}`;
    const text = draftText(place);
    const { busy, failure, attempt, forgive } = useDeed();
    const empty = text.trim() === "";

    const send = async () => {
        if (busy || empty) return;
        const draft = { post: post.id, text, key: draftKey(place), ...(replyTo ? { replyTo: replyTo.id } : {}) };
        if (await attempt(() => createComment(draft))) {
            clearDraft(place, text);
            onNoReply();
        }
    };
    return (
        <form
            class="comment-form"
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            {me.value && <Avatar person={me.value} size="small" />}
            <div class="comment-entry">
                {replyTo && (
                    <p class="reply-to">
                        Replying to <strong>{replyTo.author.name}</strong>
                        <button type="button" class="quiet" aria-label="Do not reply, comment on the post" onClick={onNoReply}>
                            ×
                        </button>
                    </p>
                )}
                <div class="comment-row">
                    <TextField
                        key={place}
                        label={replyTo ? `Your reply to ${replyTo.author.name}` : `Your comment for ${post.author.name}`}
                        placeholder={replyTo ? "Write a reply…" : "Write a comment…"}
                        value={text}
                        onText={(next) => {
                            setDraft(place, next);
                            forgive();
                        }}
                        onSend={() => void send()}
                        onCancel={onNoReply}
                        enterSends
                        focus={replyTo !== null}
                        testid="comment-text"
                    />
                    <button class="primary" type="submit" disabled={busy || empty} data-testid="comment-send">
                        {busy ? "Sending…" : "Send"}
                    </button>
                </div>
                <FailureText text={failure} />
            </div>
        </form>
    );
}
