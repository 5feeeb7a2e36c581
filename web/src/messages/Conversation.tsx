import type { ConversationView, Message, MessageDraft, Pending } from "@homeroom/client";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { dayOf, timeOfDay } from "../app/clock";
import { Confirm } from "../app/Confirm";
import { clearDraft, draftKey, draftText, setDraft } from "../app/drafts";
import { FailureText } from "../app/FailureText";
import { homeroom, isLive, messages, myId } from "../app/homeroom";
import { BackIcon, CameraIcon, MoreIcon, PhoneIcon, SendIcon } from "../app/icons";
import { Menu, type MenuItem } from "../app/Menu";
import { announce } from "../app/notices";
import { LoadFailure, Placeholders } from "../app/parts";
import { RichText } from "../app/RichText";
import { go, hrefOf } from "../app/router";
import { TextField } from "../app/TextField";
import { Typing } from "../app/Typing";
import { useDeed } from "../app/useDeed";
import { failureInWords } from "../app/words";
import { callSomebody } from "../calls/start";
import { EditForm } from "../feed/EditForm";
import { FailedDeed } from "../feed/PendingPost";
import { t } from "../strings";
import { othersIn, titleOf } from "./titles";

interface Somebody {
    id: string;
    name: string;
}

// An open conversation, or one that begins with its first message `to` somebody.
export function Conversation({ conversation, to }: { conversation?: ConversationView; to?: Somebody }) {
    const store = homeroom.value!.messages;
    const id = conversation?.id;
    const thread = id ? messages.value?.threads[id] : undefined;
    const pending = thread?.pending ?? messages.value?.pendingToUsers.filter(({ draft }) => "user" in draft.to && draft.to.user === to?.id) ?? [];
    const list = thread?.messages ?? [];
    const last = list[list.length - 1];
    const words = t().messages;

    useEffect(() => {
        if (id) void store.open(id);
    }, [id]);
    // What is on the screen is read, as soon as somebody looks at it.
    useEffect(() => {
        if (!id || !last) return;
        const read = () => void (document.hidden || store.markRead(id));
        read();
        if (last.author.id !== myId.value) announce(words.says(last.author.name, last.text));
        document.addEventListener("visibilitychange", read);
        return () => document.removeEventListener("visibilitychange", read);
    }, [id, last?.id]);

    const scroller = useRef<HTMLDivElement>(null);
    const atEnd = useRef(true);
    useLayoutEffect(() => {
        const element = scroller.current;
        // Who reads further up stays there.
        if (element && atEnd.current) element.scrollTop = element.scrollHeight;
    }, [last?.id, pending.length, thread?.status]);

    const blocked = to ? messages.value?.blocked.has(to.id) : conversation?.kind === "direct" && messages.value?.blocked.has(othersIn(conversation, myId.value)[0]?.id ?? "");
    return (
        <>
            <ConversationHead conversation={conversation} to={to} blocked={blocked === true} />
            <div
                class="mail-messages"
                ref={scroller}
                tabIndex={0}
                role="log"
                aria-label={words.log}
                onScroll={(event) => {
                    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
                    atEnd.current = scrollHeight - scrollTop - clientHeight < 80;
                }}
                data-testid="messages"
            >
                {thread?.more && id && (
                    <button type="button" class="quiet" onClick={() => void store.loadOlder(id)} data-testid="older-messages">
                        {words.older}
                    </button>
                )}
                <LoadFailure failure={thread?.failure ?? null} onRetry={() => id && void store.open(id)} />
                {thread?.status === "loading" && <Placeholders count={2} />}
                {list.map((message, place) => (
                    <MessageItem
                        key={message.id}
                        message={message}
                        before={list[place - 1]}
                        group={conversation?.kind === "group"}
                        readBy={message === last ? readersOf(conversation, message) : []}
                    />
                ))}
                {pending.map((one) => (
                    <PendingMessage key={one.key} pending={one} />
                ))}
                {!id && pending.length === 0 && to && <p class="hint is-centred">{words.begin(to.name)}</p>}
            </div>
            {id && <Typing to={{ conversation: id }} />}
            {blocked ? <p class="note card">{words.blockedHint}</p> : <MessageForm conversation={id} to={to} />}
        </>
    );
}

function ConversationHead({ conversation, to, blocked }: { conversation?: ConversationView; to?: Somebody; blocked: boolean }) {
    const { failure, attempt } = useDeed();
    const words = t().messages;
    const store = homeroom.value!.messages;
    const title = conversation ? titleOf(conversation, myId.value) : (to?.name ?? "");
    const other = to?.id ?? (conversation?.kind === "direct" ? othersIn(conversation, myId.value)[0]?.id : undefined);
    const call = (media: "audio" | "video") =>
        void attempt(() => callSomebody(other ? { user: other } : { users: othersIn(conversation!, myId.value).map(({ id }) => id) }, media));
    const items: MenuItem[] = [];
    if (other) items.push({ label: blocked ? words.unblock : words.block, danger: !blocked, onChoose: () => void attempt(() => store.block(other, !blocked)) });
    if (conversation?.kind === "group") {
        items.push({
            label: words.leave,
            danger: true,
            onChoose: () => void attempt(() => store.leave(conversation.id)).then((done) => done && go(hrefOf.messages, "replace")),
        });
    }
    return (
        <header class="mail-head">
            <a class="icon-button only-narrow" href={hrefOf.messages} aria-label={words.back}>
                <BackIcon />
            </a>
            <div class="tile-words">
                <h2 dir="auto" data-testid="conversation-title">
                    {title}
                </h2>
                {conversation?.kind === "group" && <p class="meta one-line">{conversation.members.map(({ name }) => name).join(", ")}</p>}
                {conversation?.supervised && <p class="meta">{words.supervised}</p>}
                <FailureText text={failure} />
            </div>
            {!blocked && (other || conversation?.kind === "group") && (
                <>
                    <button type="button" class="icon-button" aria-label={t().calls.callName(title)} title={t().calls.voiceCall} onClick={() => call("audio")} data-testid="call-audio">
                        <PhoneIcon />
                    </button>
                    <button type="button" class="icon-button" aria-label={t().calls.videoName(title)} title={t().calls.videoCall} onClick={() => call("video")} data-testid="call-video">
                        <CameraIcon />
                    </button>
                </>
            )}
            <Menu label={words.menu} button={<MoreIcon />} items={items} testid="conversation-menu" />
        </header>
    );
}

const readersOf = (conversation: ConversationView | undefined, message: Message): string[] =>
    (conversation?.members ?? [])
        .filter(({ id, readUpTo }) => id !== myId.value && id !== message.author.id && (readUpTo ?? "") >= message.id)
        .map(({ name }) => name);

interface MessageItemProps {
    message: Message;
    before: Message | undefined;
    group: boolean;
    readBy: string[];
}

const sameBreath = 5 * 60_000;

function MessageItem({ message, before, group, readBy }: MessageItemProps) {
    const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
    const words = t().messages;
    const store = homeroom.value!.messages;
    const isMine = message.author.id === myId.value;
    const newDay = !before || new Date(before.createdAt).toDateString() !== new Date(message.createdAt).toDateString();
    const goesOn = !newDay && before?.author.id === message.author.id && Date.parse(message.createdAt) - Date.parse(before.createdAt) < sameBreath;
    return (
        <>
            {newDay && <p class="day">{dayOf(message.createdAt)}</p>}
            <article class={`message${isMine ? " is-mine" : ""}${goesOn ? " goes-on" : ""}`} data-testid="message">
                {!isMine && group && !goesOn && <p class="message-author">{message.author.name}</p>}
                <span class="visually-hidden">{message.author.name}: </span>
                <div class="message-row">
                    <div class="message-bubble">
                        {doing === "edit" ? (
                            <EditForm label={words.text} text={message.text} onSave={(text) => store.update(message, text)} onClose={() => setDoing(null)} testid="message" />
                        ) : (
                            <RichText text={message.text} testid="message-text" />
                        )}
                        <p class="message-time">
                            <time dateTime={message.createdAt}>{timeOfDay(message.createdAt)}</time>
                            {message.editedAt && ` · ${t().feed.edited}`}
                        </p>
                    </div>
                    {isMine && doing === null && (
                        <Menu
                            label={words.messageMenu}
                            button={<MoreIcon />}
                            buttonClass="icon-button is-small is-shy"
                            items={[
                                { label: t().feed.edit, onChoose: () => setDoing("edit"), testid: "message-edit" },
                                { label: t().feed.delete, danger: true, onChoose: () => setDoing("delete"), testid: "message-delete" },
                            ]}
                            testid="message-menu"
                        />
                    )}
                </div>
                {doing === "delete" && (
                    <Confirm question={words.deleteMessage} yes={t().feed.delete} no={t().feed.keep} onYes={() => store.delete(message)} onNo={() => setDoing(null)} testid="message-delete" />
                )}
                {isMine && readBy.length > 0 && (
                    <p class="read-by" data-testid="read-by">
                        {group ? words.readBy(readBy) : words.read}
                    </p>
                )}
            </article>
        </>
    );
}

function PendingMessage({ pending }: { pending: Pending<MessageDraft> }) {
    const store = homeroom.value!.messages;
    return (
        <article class="message is-mine is-pending" aria-busy={!pending.failure} data-testid="pending-message">
            <div class="message-row">
                <div class="message-bubble">
                    <RichText text={pending.draft.text} />
                    <p class="message-time">{pending.failure ? t().app.notSent : isLive.value ? t().app.sending : t().app.waits}</p>
                </div>
            </div>
            {pending.failure && <FailedDeed failure={failureInWords(pending.failure)} onRetry={() => store.retry(pending.key)} onDiscard={() => store.discard(pending.key)} />}
        </article>
    );
}

function MessageForm({ conversation, to }: { conversation?: string; to?: Somebody }) {
    const place = conversation ? `conversation:${conversation}` : `person:${to?.id}`;
    const text = draftText(place);
    const empty = text.trim() === "";
    const words = t().messages;
    const { typing } = homeroom.value!;
    const send = () => {
        if (empty) return;
        const target = conversation ? { conversation } : { user: to!.id };
        const sent = homeroom.value!.messages.send(target, text, draftKey(place));
        if (conversation) typing.done({ conversation });
        clearDraft(place, text);
        if (!conversation) void sent.then((result) => "conversation" in result && go(hrefOf.conversation(result.conversation), "replace"));
    };
    return (
        <form
            class="mail-form"
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
        >
            <TextField
                key={place}
                label={words.text}
                placeholder={words.write}
                value={text}
                onText={(next) => {
                    setDraft(place, next);
                    if (conversation) typing.typed({ conversation });
                }}
                onSend={send}
                enterSends
                testid="message-input"
            />
            <button class="primary is-round" type="submit" disabled={empty} aria-label={t().feed.send} data-testid="message-send">
                <SendIcon />
            </button>
        </form>
    );
}
