import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { BubbleIcon, LockIcon } from "../app/icons";
import { myId } from "../app/session";
import { Time } from "../app/Time";
import { Comments } from "./Comments";
import { EditForm } from "./EditForm";
import { LikeButton } from "./LikeButton";
import { OwnerActions } from "./OwnerActions";
import { deletePost, updatePost } from "./store";
import type { Post, Visibility } from "./types";

export function PostCard({ post, staff }: { post: Post; staff: boolean }) {
    const [open, setOpen] = useState(false);
    const [editing, setEditing] = useState(false);
    const isMine = post.author.id === myId.value;
    const heading = `post-${post.id}`;
    const comments = post.counts.comments;
    const words = comments === 1 ? "1 comment" : `${comments} comments`;
    return (
        <article class="card post" aria-labelledby={heading} data-testid="post" data-post={post.id}>
            <header class="post-head">
                <Avatar person={post.author} />
                <div class="post-by">
                    <h3 id={heading}>{post.author.name}</h3>
                    <p class="meta">
                        <Time at={post.createdAt} />
                        {post.editedAt && <span> · edited</span>}
                        <Seen by={post.visibility} />
                    </p>
                </div>
                {!editing && (
                    <OwnerActions
                        what="post"
                        mayEdit={isMine}
                        mayDelete={isMine || staff}
                        onEdit={() => setEditing(true)}
                        onDelete={() => deletePost(post.id)}
                    />
                )}
            </header>
            {editing ? (
                <EditForm
                    what="post"
                    text={post.text}
                    onSave={(text) => updatePost(post.id, text)}
                    onClose={() => setEditing(false)}
                />
            ) : (
                <p class="text" dir="auto" data-testid="post-text">
                    {post.text}
                </p>
            )}
            <footer class="post-foot">
                <LikeButton thing={post} target={{ post: post.id }} postId={post.id} testid="like" />
                <button
                    type="button"
                    class={`action${open ? " is-open" : ""}`}
                    aria-expanded={open}
                    aria-label={open ? `Hide comments, ${words}` : `Show comments, ${words}`}
                    onClick={() => setOpen(!open)}
                    data-testid="comments-toggle"
                >
                    <BubbleIcon />
                    <span data-testid="comment-count">{comments}</span>
                </button>
            </footer>
            {open && <Comments post={post} staff={staff} />}
        </article>
    );
}

function Seen({ by }: { by: Visibility }) {
    if (by === "everyone") return null;
    return (
        <span class="badge">
            <LockIcon />
            {by === "staff" ? "Staff only" : "Some people"}
        </span>
    );
}
