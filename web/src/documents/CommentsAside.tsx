// Comments beside the text. Whoever may read the document reads them; commenters and above write.

import type { EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { newKey } from "@homeroom/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { homeroom } from "../app/homeroom";
import { BubbleIcon, CheckIcon } from "../app/icons";
import { RichText } from "../app/RichText";
import { Time } from "../app/Time";
import { t } from "../strings";
import { attest, commentsIn, commentsRoot, lineOf, settlingLineOf, type AttestedComment } from "./comments";
import type { Known } from "./DocumentPage";
import { anchorOfSelection, placeOf, showStretches, type Anchor } from "./editor";
import { useOpened } from "./opened";

const attestedAfter = 600; // milliseconds in which changes are gathered before the server is asked whose they are

export function CommentsAside({ known, view, state }: { known: Known; view: EditorView; state: EditorState }) {
    const name = `${known.doc.id}#comments`;
    const opened = useOpened(name);
    const [comments, setComments] = useState<AttestedComment[]>([]);
    const [chosen, setChosen] = useState<string | null>(null);
    const [writing, setWriting] = useState<{ anchor: Anchor; quote: string } | null>(null);
    const asked = useRef(0);
    const words = t().documents;
    const text = opened.doc.getText(commentsRoot);

    useEffect(() => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const ask = async () => {
            const mine = ++asked.current;
            const whole = text.toString();
            if (whole === "") return setComments([]);
            const answer = await homeroom.value?.request("doc:authors", { doc: name, root: commentsRoot });
            // What was written meanwhile is asked about next.
            if (mine !== asked.current || !answer?.ok) return;
            setComments(attest(commentsIn(answer.text), answer));
        };
        const soon = () => {
            clearTimeout(timer);
            timer = setTimeout(() => void ask(), attestedAfter);
        };
        text.observe(soon);
        opened.provider.on("saved", soon);
        soon();
        return () => {
            clearTimeout(timer);
            ++asked.current;
            text.unobserve(soon);
            opened.provider.off("saved", soon);
        };
    }, []);
    const open = comments.filter(({ to, resolved }) => to === null && !resolved);
    const places = JSON.stringify(open.map(({ id, anchor }) => [id, anchor]));
    useEffect(() => showStretches(view, open, chosen), [view, places, chosen]);

    const add = (line: string) => text.insert(text.length, line);
    const mayComment = opened.writes && !opened.diverged;
    const hasSelection = !state.selection.empty;
    const choose = (comment: AttestedComment) => {
        setChosen(comment.id === chosen ? null : comment.id);
        const place = comment.anchor && placeOf(view, comment.anchor);
        if (place) view.domAtPos(place.from).node.parentElement?.scrollIntoView({ block: "center" });
    };
    if (!opened.synced) return null;
    return (
        <aside class="comments-aside" aria-label={words.comments}>
            <header class="panel-head">
                <h2 class="section-title">
                    {words.comments} {open.length > 0 && <span class="count">{open.length}</span>}
                </h2>
                {mayComment && (
                    <button
                        type="button"
                        class="secondary"
                        disabled={!hasSelection}
                        title={hasSelection ? undefined : words.selectFirst}
                        onMouseDown={(event) => event.preventDefault()}
                        onClick={() => setWriting(anchorOfSelection(view))}
                        data-testid="comment-new"
                    >
                        <BubbleIcon /> {words.comment}
                    </button>
                )}
            </header>
            {mayComment && open.length === 0 && !writing && <p class="hint">{words.selectFirst}</p>}
            {writing && (
                <CommentForm
                    quote={writing.quote}
                    onClose={() => setWriting(null)}
                    onSend={(words) => {
                        add(lineOf({ id: newKey(), to: null, anchor: writing.anchor, quote: writing.quote, text: words }));
                        setWriting(null);
                    }}
                />
            )}
            {open.map((comment) => (
                <article key={comment.id} class={`card doc-comment${comment.id === chosen ? " is-chosen" : ""}`} data-testid="doc-comment">
                    <Written comment={comment} />
                    {comment.quote && (
                        <button type="button" class="quote-button" onClick={() => choose(comment)} aria-pressed={comment.id === chosen}>
                            <span class="clamp" dir="auto">
                                {comment.quote}
                            </span>
                        </button>
                    )}
                    <RichText text={comment.text} />
                    {comments
                        .filter(({ to }) => to === comment.id)
                        .map((reply) => (
                            <div class="doc-reply" key={reply.id}>
                                <Written comment={reply} />
                                <RichText text={reply.text} />
                            </div>
                        ))}
                    {mayComment && (
                        <Answers
                            onReply={(words) => add(lineOf({ id: newKey(), to: comment.id, anchor: null, quote: "", text: words }))}
                            onSettle={() => add(settlingLineOf(comment.id))}
                        />
                    )}
                </article>
            ))}
        </aside>
    );
}

function Written({ comment: { by, at } }: { comment: AttestedComment }) {
    return (
        <p class="with-avatar doc-comment-by">
            {by && <Avatar person={by} size="small" />}
            <strong>{by?.name ?? t().documents.severalPeople}</strong>
            {at && (
                <span class="meta">
                    <Time at={at} />
                </span>
            )}
        </p>
    );
}

function Answers({ onReply, onSettle }: { onReply(text: string): void; onSettle(): void }) {
    const [replying, setReplying] = useState(false);
    const words = t().documents;
    if (replying) {
        return (
            <CommentForm
                onClose={() => setReplying(false)}
                onSend={(text) => {
                    onReply(text);
                    setReplying(false);
                }}
            />
        );
    }
    return (
        <div class="form-foot is-start">
            <button type="button" class="quiet" onClick={() => setReplying(true)}>
                {t().feed.reply}
            </button>
            <button type="button" class="quiet" onClick={onSettle} data-testid="comment-settle">
                <CheckIcon /> {words.settle}
            </button>
        </div>
    );
}

function CommentForm({ quote, onSend, onClose }: { quote?: string; onSend(text: string): void; onClose(): void }) {
    const [text, setText] = useState("");
    const field = useRef<HTMLTextAreaElement>(null);
    useEffect(() => field.current?.focus(), []);
    const words = t().documents;
    return (
        <form
            class="card doc-comment"
            onSubmit={(event) => {
                event.preventDefault();
                if (text.trim() !== "") onSend(text.trim());
            }}
        >
            {quote && (
                <p class="clamp quoted" dir="auto">
                    {quote}
                </p>
            )}
            <textarea class="text-field" ref={field} rows={2} maxLength={4000} aria-label={words.yourComment} value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="doc-comment-text" />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={text.trim() === ""} data-testid="doc-comment-send">
                    {t().feed.send}
                </button>
            </div>
        </form>
    );
}
