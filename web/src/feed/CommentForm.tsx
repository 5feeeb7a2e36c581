import type { CommentView, PostView } from "@homeroom/client";
import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { clearDraft, draftKey, draftText, setDraft } from "../app/drafts";
import { homeroom, me, myId } from "../app/homeroom";
import { CloseIcon, MaskIcon, SendIcon } from "../app/icons";
import { peopleSeenIn } from "../app/people";
import { TextField } from "../app/TextField";
import { t } from "../strings";
import { mentionsOf } from "./Composer";
import { feedSettings, feedStore } from "./feed";

interface CommentFormProps {
    post: PostView;
    replyTo: CommentView | null;
    onNoReply(): void;
}

export function CommentForm({ post, replyTo, onNoReply }: CommentFormProps) {
    const place = replyTo ? `reply:${replyTo.id}` : `post:${post.id}`;
    const text = draftText(place);
    const empty = text.trim() === "";
    // Whoever asked under a pseudonym answers under it, too.
    const [anonymous, setAnonymous] = useState(post.mine.author === true);
    const people = peopleSeenIn(post.room).filter(({ id }) => id !== myId.value);
    const words = t().feed;

    const send = () => {
        if (empty) return;
        const draft = { post: post.id, text, ...mentionsOf(text, people), ...(replyTo ? { replyTo: replyTo.id } : {}), ...(anonymous ? { anonymous } : {}) };
        void feedStore().createComment(draft, draftKey(place));
        homeroom.value?.typing.done({ post: post.id });
        clearDraft(place, text);
        onNoReply();
    };
    return (
        <form
            class="comment-form"
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
        >
            {me.value && <Avatar person={me.value} size="small" />}
            <div class="comment-entry">
                {replyTo && (
                    <p class="reply-to">
                        {words.replyingTo} <strong>{replyTo.author.name}</strong>
                        <button type="button" class="icon-button is-small" aria-label={words.noReply} onClick={onNoReply}>
                            <CloseIcon />
                        </button>
                    </p>
                )}
                <div class="comment-row">
                    <TextField
                        key={place}
                        label={replyTo ? words.yourReplyTo(replyTo.author.name) : words.yourCommentFor(post.author.name)}
                        placeholder={replyTo ? words.writeReply : words.writeComment}
                        value={text}
                        onText={(next) => {
                            setDraft(place, next);
                            if (!anonymous) homeroom.value?.typing.typed({ post: post.id });
                        }}
                        onSend={send}
                        onCancel={onNoReply}
                        enterSends
                        people={people}
                        focus={replyTo !== null}
                        testid="comment-text"
                    />
                    {feedSettings.value?.anonymous && post.visibility !== "staff" && (
                        <button
                            type="button"
                            class={`icon-button${anonymous ? " is-on" : ""}`}
                            aria-pressed={anonymous}
                            aria-label={words.composer.anonymous}
                            title={words.composer.anonymous}
                            onClick={() => setAnonymous(!anonymous)}
                        >
                            <MaskIcon />
                        </button>
                    )}
                    <button class="primary is-round" type="submit" disabled={empty} aria-label={words.send} data-testid="comment-send">
                        <SendIcon />
                    </button>
                </div>
            </div>
        </form>
    );
}
