// Conversations on one side, the open one on the other; on a phone one of the two.

import type { ConversationView } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { meet, nameOf } from "../app/people";
import { homeroom, messages, myId } from "../app/homeroom";
import { MailIcon, PeopleIcon, PhoneIcon, PlusIcon } from "../app/icons";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { go, hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { t } from "../strings";
import { Conversation } from "./Conversation";
import { NewConversation } from "./NewConversation";
import { othersIn, titleOf } from "./titles";
import "./messages.css";

export function MessagesPage({ conversation, user }: { conversation: string | null; user: string | null }) {
    const list = messages.value;
    const words = t().messages;
    const [beginning, setBeginning] = useState(false);
    // Whom one has written to already is a conversation.
    const withUser = user ? list?.conversations.find((one) => one.kind === "direct" && othersIn(one, myId.value)[0]?.id === user) : undefined;
    useEffect(() => {
        if (withUser) go(hrefOf.conversation(withUser.id), "replace");
    }, [withUser?.id]);
    useEffect(() => {
        for (const one of list?.conversations ?? []) one.members.forEach((member) => meet(member));
    }, [list?.conversations.length]);

    const open = list?.conversations.find(({ id }) => id === conversation);
    const isOpen = conversation !== null || user !== null;
    return (
        <div class={`mail${isOpen ? " is-open" : ""}`}>
            <h1 class="visually-hidden">{t().pages.messages}</h1>
            <section class="mail-list" aria-label={words.list}>
                <header class="mail-list-head">
                    <h2 class="page-title">{t().pages.messages}</h2>
                    <a class="icon-button" href={hrefOf.calls} aria-label={t().pages.calls} title={t().pages.calls}>
                        <PhoneIcon />
                    </a>
                    <button type="button" class="icon-button" aria-label={words.new} title={words.new} aria-expanded={beginning} onClick={() => setBeginning(!beginning)} data-testid="message-new">
                        <PlusIcon />
                    </button>
                </header>
                {beginning && <NewConversation onClose={() => setBeginning(false)} />}
                <LoadFailure failure={list?.failure ?? null} onRetry={() => void homeroom.value?.messages.load()} />
                {list?.status === "loading" && <Placeholders />}
                {list?.status === "ready" && list.conversations.length === 0 && <Empty icon={<MailIcon />} title={words.none} text={words.noneWhy} />}
                <ul>
                    {list?.conversations.map((one) => (
                        <li key={one.id}>
                            <ConversationLink conversation={one} open={one.id === conversation} />
                        </li>
                    ))}
                </ul>
                {list?.more && (
                    <button type="button" class="quiet" onClick={() => void homeroom.value?.messages.loadMore()}>
                        {t().app.more}
                    </button>
                )}
            </section>
            <section class="mail-open" aria-label={open ? titleOf(open, myId.value) : words.open}>
                {open && <Conversation key={open.id} conversation={open} />}
                {!open && user && !withUser && <Conversation key={user} to={{ id: user, name: nameOf(user) ?? user }} />}
                {conversation && !open && list?.status === "ready" && <Empty title={words.gone} />}
                {!isOpen && <Empty icon={<MailIcon />} title={words.choose} text={words.chooseWhy} />}
            </section>
        </div>
    );
}

function ConversationLink({ conversation, open }: { conversation: ConversationView; open: boolean }) {
    const { lastMessage, unread } = conversation;
    const [first] = othersIn(conversation, myId.value);
    return (
        <a class="conversation-link" href={hrefOf.conversation(conversation.id)} aria-current={open ? "page" : undefined} data-testid={`conversation-${conversation.id}`}>
            {conversation.kind === "group" || !first ? (
                <span class="avatar avatar-group" aria-hidden="true">
                    <PeopleIcon />
                </span>
            ) : (
                <Avatar person={first} />
            )}
            <span class="tile-words">
                <span class="conversation-head">
                    <strong dir="auto">{titleOf(conversation, myId.value)}</strong>
                    {lastMessage && (
                        <span class="meta">
                            <Time at={lastMessage.createdAt} />
                        </span>
                    )}
                </span>
                <span class="conversation-last">
                    <span class="one-line" dir="auto">
                        {lastMessage ? `${lastMessage.author.id === myId.value ? `${t().messages.you} ` : ""}${lastMessage.text}` : t().messages.empty}
                    </span>
                    {unread > 0 && (
                        <span class="count-badge" data-testid="conversation-unread">
                            {unread}
                            <span class="visually-hidden"> {t().app.new}</span>
                        </span>
                    )}
                </span>
            </span>
        </a>
    );
}
