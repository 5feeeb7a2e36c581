// The feed of one room: its head, the composer, the posts, and who is there.

import { useEffect } from "preact/hooks";

import { lazy } from "../app/lazy";
import { DocumentList, LiveBanner, LiveList, PeoplePage, StudyList } from "../app/pages";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf, type RoomTab } from "../app/router";
import { failureInWords } from "../app/words";
import { FailureText } from "../app/FailureText";
import { BackIcon, BubbleIcon } from "../app/icons";
import { useDeed } from "../app/useDeed";
import { RoomCalls, StartCall } from "../calls/RoomCalls";
import { Here } from "../presence/Here";
import { markSeen, roomCalled } from "../rooms/rooms";
import { idOf, type Room } from "../rooms/state";
import { t } from "../strings";
import { Typing } from "../app/Typing";
import { Composer } from "./Composer";
import { feed, feedSettings, feedStore, heldPosts, openFeed, showHeld, shownPosts } from "./feed";
import { PendingPost } from "./PendingPost";
import { PostCard } from "./Post";

const ReportsPage = lazy(() => import("./ReportsPage").then((file) => file.ReportsPage));

export function FeedPage({ name, tab, post }: { name: string; tab: RoomTab; post: string | null }) {
    const room = roomCalled(name);
    const known = room !== undefined;
    useEffect(() => (known ? openFeed(name) : undefined), [name, known]);
    useEffect(() => markSeen(name), [name]);
    if (!room) return <Empty heading title={t().rooms.notYours} text={t().rooms.notYoursWhy} />;
    const isReady = feed.value?.room === name;
    return (
        <div class="with-aside">
            <div class="room-head">
                <RoomHead room={room} tab={tab} />
            </div>
            <div class="column">
                <RoomCalls room={room} />
                {tab !== "live" && <LiveBanner key={`live ${name}`} room={room} />}
                {tab === "study" && <StudyList key={name} room={room} />}
                {tab === "live" && <LiveList key={name} room={room} />}
                {tab === "documents" && <DocumentList key={name} room={room} />}
                {tab === "people" && <PeoplePage key={name} room={room} />}
                {!isReady && isOfFeed(tab) && <Placeholders />}
                {isReady && post && <OnePost room={room} id={post} />}
                {isReady && !post && tab === "posts" && <Posts room={room} />}
                {isReady && !post && tab === "waiting" && <Waiting room={room} />}
                {isReady && !post && tab === "reports" && <ReportsPage key={name} room={room} />}
            </div>
            <aside class={`aside${isOfFeed(tab) ? "" : " is-only-wide"}`} aria-label={t().feed.aside}>
                <Here room={room} />
                <Pinned room={room} />
            </aside>
        </div>
    );
}

const isOfFeed = (tab: RoomTab) => tab === "posts" || tab === "waiting" || tab === "reports";

function RoomHead({ room, tab }: { room: Room; tab: RoomTab }) {
    const words = t().feed;
    const waiting = feed.value?.scheduled.length ?? 0;
    const tabs: [RoomTab, string][] = [["posts", words.tabs.posts]];
    if (waiting > 0) tabs.push(["waiting", words.tabs.waiting(waiting)]);
    if (/^(class|group)-/.test(room.name)) tabs.push(["study", words.tabs.study]);
    tabs.push(["live", words.tabs.live]);
    tabs.push(["documents", words.tabs.documents]);
    if (room.staff) tabs.push(["reports", words.tabs.reports]);
    if (room.staff && room.name.startsWith("class-")) tabs.push(["people", words.tabs.people]);
    return (
        <>
            <PageHead title={room.title} testid="room-title">
                <span class="head-deeds">
                    <StartCall room={room} />
                    {room.staff && room.name.startsWith("class-") && (
                        <a class="secondary" href={hrefOf.gradeBook(idOf(room.name))}>
                            {t().grades.book}
                        </a>
                    )}
                    {room.name.startsWith("group-") && (
                        <a class="secondary" href={hrefOf.group(idOf(room.name))}>
                            {t().groups.about}
                        </a>
                    )}
                </span>
            </PageHead>
            <nav class="tabs" aria-label={room.title}>
                {tabs.map(([one, label]) => (
                    <a key={one} href={hrefOf.room(room.name, one)} aria-current={one === tab ? "page" : undefined} data-testid={`tab-${one}`}>
                        {label}
                    </a>
                ))}
            </nav>
        </>
    );
}

function Posts({ room }: { room: Room }) {
    const { status, failure, pending } = feed.value!;
    const posts = shownPosts.value;
    const words = t().feed;
    return (
        <>
            <Composer key={room.name} room={room} />
            <Typing to={{ room: room.name }} />
            {heldPosts.value.length > 0 && (
                <div class="fresh">
                    <button type="button" class="primary" onClick={showHeld} data-testid="show-new">
                        {words.newPosts(heldPosts.value.length)}
                    </button>
                </div>
            )}
            <LoadFailure failure={failure} onRetry={() => void feedStore().load()} />
            {/* A feed without posts is none. */}
            <div class="stack" {...(posts.length + pending.length > 0 ? { role: "feed", "aria-label": words.postsIn(room.title) } : {})} aria-busy={status === "loading"} data-testid="feed">
                {pending.map((one) => (
                    <PendingPost key={one.key} pending={one} />
                ))}
                {posts.map((one) => (
                    <PostCard key={one.id} post={one} room={room} />
                ))}
            </div>
            {status === "loading" && <Placeholders />}
            {status === "ready" && posts.length + pending.length === 0 && (
                <Empty icon={<BubbleIcon />} title={words.nothing} text={words.nothingWhy} />
            )}
            <Older />
        </>
    );
}

function Older() {
    const { busy, failure, attempt } = useDeed();
    if (!feed.value?.more) return null;
    return (
        <div class="older">
            <FailureText text={failure} />
            <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(() => feedStore().loadOlder())} data-testid="load-older">
                {busy ? t().app.loading : t().feed.older}
            </button>
        </div>
    );
}

// Where a link leads: a post with its whole thread.
function OnePost({ room, id }: { room: Room; id: string }) {
    useEffect(() => void feedStore().openThread(id), [id]);
    void feed.value;
    const post = feedStore().post(id);
    const thread = feed.value?.threads[id];
    return (
        <>
            <p>
                <a class="back" href={hrefOf.room(room.name)}>
                    <BackIcon /> {t().feed.allPosts}
                </a>
            </p>
            {post && <PostCard post={post} room={room} opened />}
            {!post && thread?.status === "failed" && (
                <Empty title={t().feed.postGone} text={thread.failure && thread.failure.code !== "not_found" ? failureInWords(thread.failure) : t().feed.postGoneWhy} />
            )}
            {!post && thread?.status !== "failed" && <Placeholders count={1} />}
        </>
    );
}

function Waiting({ room }: { room: Room }) {
    const { scheduled } = feed.value!;
    if (scheduled.length === 0) return <Empty title={t().feed.nothingWaits} />;
    return (
        <div class="stack">
            {scheduled.map((post) => (
                <PostCard key={post.id} post={post} room={room} />
            ))}
        </div>
    );
}

function Pinned({ room }: { room: Room }) {
    const pinned = feed.value?.room === room.name ? feed.value.pinned : [];
    if (pinned.length === 0 && !feedSettings.value?.slowSeconds) return null;
    return (
        <section class="card aside-card">
            {pinned.length > 0 && (
                <>
                    <h2 class="section-title">{t().feed.pinned}</h2>
                    <ul class="pinned">
                        {pinned.map((post) => (
                            <li key={post.id}>
                                <a href={hrefOf.post(room.name, post.id)}>
                                    <strong>{post.author.name}</strong>
                                    <span class="clamp" dir="auto">
                                        {post.text}
                                    </span>
                                </a>
                            </li>
                        ))}
                    </ul>
                </>
            )}
            {!!feedSettings.value?.slowSeconds && <p class="hint">{t().feed.slow(feedSettings.value.slowSeconds)}</p>}
        </section>
    );
}
