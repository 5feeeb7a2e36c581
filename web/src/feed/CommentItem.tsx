import type { CommentView } from "@homeroom/client";
import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { myId } from "../app/homeroom";
import { CheckIcon, MoreIcon } from "../app/icons";
import { Menu, type MenuItem } from "../app/Menu";
import { RichText } from "../app/RichText";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { EditForm } from "./EditForm";
import { feedStore } from "./feed";
import { Reactions } from "./Reactions";
import { ReportForm } from "./ReportForm";

interface CommentItemProps {
    comment: CommentView;
    room: Room;
    locked: boolean;
    onReply(): void;
}

export function CommentItem({ comment, room, locked, onReply }: CommentItemProps) {
    const [doing, setDoing] = useState<"edit" | "delete" | "report" | null>(null);
    const { failure, attempt } = useDeed();
    const words = t().feed;
    const isMine = comment.author.id === myId.value || comment.mine.author === true;
    const done = () => setDoing(null);

    const items: MenuItem[] = [];
    if (isMine && !locked) items.push({ label: words.edit, onChoose: () => setDoing("edit"), testid: "comment-edit" });
    if (!isMine && !comment.anonymous) items.push({ label: words.writeTo(comment.author.name), href: hrefOf.messageTo(comment.author.id) });
    if (room.staff) {
        items.push({
            label: comment.endorsed ? words.unendorse : words.endorse,
            onChoose: () => void attempt(() => feedStore().endorseComment(comment, !comment.endorsed)),
            testid: "comment-endorse",
        });
    }
    if (!isMine) items.push({ label: words.report, onChoose: () => setDoing("report") });
    if (isMine || room.staff) items.push({ label: words.delete, danger: true, onChoose: () => setDoing("delete"), testid: "comment-delete" });

    return (
        <article class="comment" data-testid="comment" data-comment={comment.id}>
            <Avatar person={comment.author} size="small" />
            <div class="comment-body">
                <div class={`bubble${comment.endorsed ? " is-endorsed" : ""}`}>
                    <p class="comment-by">
                        <strong dir="auto">{comment.author.name}</strong>
                        {comment.identity && <span class="meta">({comment.identity.name})</span>}
                        <span class="meta">
                            <Time at={comment.createdAt} />
                            {comment.editedAt && ` · ${words.edited}`}
                        </span>
                        {comment.endorsed && (
                            <span class="badge is-good" data-testid="endorsed">
                                <CheckIcon /> {words.endorsedBy(comment.endorsed.name)}
                            </span>
                        )}
                    </p>
                    {doing === "edit" ? (
                        <EditForm
                            label={words.textOfYourComment}
                            text={comment.text}
                            onSave={(text) => feedStore().updateComment(comment, text)}
                            onClose={done}
                            testid="comment"
                        />
                    ) : (
                        <RichText text={comment.text} mentions={comment.mentions} testid="comment-content" />
                    )}
                </div>
                {doing === null && (
                    <div class="comment-foot">
                        <Reactions thing={comment} target={{ comment: comment.id }} locked={locked} testid="comment-like" />
                        {!locked && (
                            <button type="button" class="action is-narrow" onClick={onReply} data-testid="comment-reply">
                                {words.reply}
                            </button>
                        )}
                        <Menu label={words.deedsForComment(comment.author.name)} button={<MoreIcon />} items={items} buttonClass="action is-narrow" testid="comment-menu" />
                    </div>
                )}
                {doing === "delete" && (
                    <Confirm question={words.deleteComment} yes={words.delete} no={words.keep} onYes={() => feedStore().deleteComment(comment)} onNo={done} testid="comment-delete" />
                )}
                {doing === "report" && <ReportForm target={{ comment: comment.id }} onClose={done} />}
                <FailureText text={failure} />
            </div>
        </article>
    );
}
