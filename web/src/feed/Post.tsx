import type { PostView, Visibility } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { dateAndTime } from "../app/clock";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { myId } from "../app/homeroom";
import { BubbleIcon, ClockIcon, LockIcon, MaskIcon, MoreIcon, PinIcon } from "../app/icons";
import { Menu, type MenuItem } from "../app/Menu";
import { notify } from "../app/notices";
import { RichText } from "../app/RichText";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { Attachments } from "./Attachments";
import { Comments } from "./Comments";
import { EditForm } from "./EditForm";
import { feedStore } from "./feed";
import { PollView } from "./PollView";
import { Reactions } from "./Reactions";
import { ReportForm } from "./ReportForm";

export function PostCard({ post, room, opened = false }: { post: PostView; room: Room; opened?: boolean }) {
    const [open, setOpen] = useState(opened);
    const [doing, setDoing] = useState<"edit" | "delete" | "report" | null>(null);
    const { failure, attempt } = useDeed();
    const words = t().feed;
    const heading = `post-${post.id}`;
    const comments = post.counts.comments;
    const isWaiting = post.state === "scheduled" || post.state === "held";
    const isMine = post.author.id === myId.value || post.mine.author === true;
    const done = () => setDoing(null);
    const locked = post.locked === true && !room.staff;

    useEffect(() => {
        if (open) void feedStore().openThread(post.id);
        else feedStore().closeThread(post.id);
    }, [open, post.id]);

    return (
        <article class={`card post${isWaiting ? " is-waiting" : ""}`} aria-labelledby={heading} data-testid="post" data-post={post.id}>
            <header class="post-head">
                <Avatar person={post.author} />
                <div class="post-by">
                    <h2 class="post-author" id={heading} dir="auto">
                        {post.author.name}
                        {isMine && post.anonymous && <span class="meta"> ({words.you})</span>}
                        {post.identity && <span class="meta"> ({post.identity.name})</span>}
                    </h2>
                    <p class="meta">
                        <a class="plain" href={hrefOf.post(room.name, post.id)}>
                            <Time at={post.publishedAt ?? post.createdAt} />
                        </a>
                        {post.editedAt && <span> · {words.edited}</span>}
                        <Badges post={post} />
                    </p>
                </div>
                <PostMenu post={post} room={room} isMine={isMine} onDo={setDoing} attempt={attempt} />
            </header>
            {doing === "edit" ? (
                <EditForm
                    label={words.textOfYourPost}
                    text={post.text}
                    onSave={(text) => feedStore().updatePost({ post: post.id, text })}
                    onClose={done}
                    testid="post"
                />
            ) : (
                <RichText text={post.text} mentions={post.mentions} testid="post-text" />
            )}
            {doing === "delete" && (
                <Confirm question={words.deletePost} yes={words.delete} no={words.keep} onYes={() => feedStore().deletePost(post.id)} onNo={done} testid="post-delete" />
            )}
            {doing === "report" && <ReportForm target={{ post: post.id }} onClose={done} />}
            <FailureText text={failure} />
            {post.poll && <PollView post={post} mayClose={isMine || room.staff} />}
            <Attachments attachments={post.attachments} />
            {!isWaiting && (
                <footer class="post-foot">
                    <Reactions thing={post} target={{ post: post.id }} locked={locked} testid="like" />
                    <button
                        type="button"
                        class={`action${open ? " is-open" : ""}`}
                        aria-expanded={open}
                        aria-label={open ? words.hideComments(comments) : words.showComments(comments)}
                        onClick={() => setOpen(!open)}
                        data-testid="comments-toggle"
                    >
                        <BubbleIcon />
                        <span data-testid="comment-count">{comments}</span>
                    </button>
                </footer>
            )}
            {open && !isWaiting && <Comments post={post} room={room} locked={locked} />}
        </article>
    );
}

function Badges({ post }: { post: PostView }) {
    const words = t().feed;
    return (
        <>
            <Seen by={post.visibility} />
            {post.pinned && (
                <span class="badge">
                    <PinIcon /> {words.pinned}
                </span>
            )}
            {post.locked && (
                <span class="badge">
                    <LockIcon /> {words.locked}
                </span>
            )}
            {post.anonymous && (
                <span class="badge">
                    <MaskIcon /> {words.anonymous}
                </span>
            )}
            {post.state === "scheduled" && post.publishAt && (
                <span class="badge is-accent">
                    <ClockIcon /> {words.comesAt(dateAndTime(post.publishAt))}
                </span>
            )}
            {post.state === "held" && <span class="badge is-accent">{words.held}</span>}
        </>
    );
}

function Seen({ by }: { by: Visibility }) {
    if (by === "everyone") return null;
    return (
        <span class="badge">
            <LockIcon />
            {by === "staff" ? t().feed.composer.staffOnly : t().feed.somePeople}
        </span>
    );
}

interface PostMenuProps {
    post: PostView;
    room: Room;
    isMine: boolean;
    onDo(what: "edit" | "delete" | "report"): void;
    attempt: ReturnType<typeof useDeed>["attempt"];
}

function PostMenu({ post, room, isMine, onDo, attempt }: PostMenuProps) {
    const words = t().feed;
    const items: MenuItem[] = [];
    if (isMine) items.push({ label: words.edit, onChoose: () => onDo("edit"), testid: "post-edit" });
    if (post.state === "scheduled") {
        items.push({ label: words.publishNow, onChoose: () => void attempt(() => feedStore().updatePost({ post: post.id, text: post.text, publishAt: null })) });
    }
    if (!isMine && !post.anonymous) items.push({ label: words.writeTo(post.author.name), href: hrefOf.messageTo(post.author.id) });
    if (post.state === undefined || post.state === "published") {
        items.push({ label: words.copyLink, onChoose: () => void copy(hrefOf.post(room.name, post.id)) });
        if (room.staff) {
            items.push({ label: post.pinned ? words.unpin : words.pin, onChoose: () => void attempt(() => feedStore().pinPost(post.id, !post.pinned)), testid: "post-pin" });
            items.push({ label: post.locked ? words.unlock : words.lock, onChoose: () => void attempt(() => feedStore().lockPost(post.id, !post.locked)), testid: "post-lock" });
        }
        if (!isMine) items.push({ label: words.report, onChoose: () => onDo("report"), testid: "post-report" });
    }
    if (isMine || room.staff) items.push({ label: words.delete, danger: true, onChoose: () => onDo("delete"), testid: "post-delete" });
    return <Menu label={words.deedsFor(post.author.name)} button={<MoreIcon />} items={items} testid="post-menu" />;
}

async function copy(address: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(`${location.origin}${location.pathname}${address}`);
        notify(t().feed.linkCopied);
    } catch {
        // No clipboard on plain http: the time of the post is the link, too.
    }
}
