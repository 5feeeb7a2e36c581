import { FailureText } from "../app/FailureText";
import { failureInWords } from "../app/words";
import type { Room } from "../rooms/state";
import { Composer } from "./Composer";
import { PostCard } from "./Post";
import { feed, load, loadOlder } from "./store";
import { useDeed } from "./useDeed";

export function Feed({ room }: { room: Room }) {
    const { status, posts, failure } = feed.value;
    return (
        <>
            <Composer key={room.name} room={room.name} title={room.title} staff={room.staff} />
            {failure && (
                <div class="card retry">
                    <FailureText text={`The posts could not be loaded. ${failureInWords(failure)}`} />
                    <button type="button" class="quiet" onClick={() => void load()}>
                        Try again
                    </button>
                </div>
            )}
            <div class="posts" role="feed" aria-busy={status === "loading"} aria-label={`Posts in ${room.title}`} data-testid="feed">
                {status === "loading" && <Placeholders />}
                {posts.map((post) => (
                    <PostCard key={post.id} post={post} staff={room.staff} />
                ))}
            </div>
            {status === "ready" && posts.length === 0 && (
                <p class="empty">Nothing here yet. Be the first to write something.</p>
            )}
            <Older />
        </>
    );
}

function Older() {
    const { busy, failure, attempt } = useDeed();
    if (feed.value.next === null) return null;
    return (
        <div class="older">
            <FailureText text={failure} />
            <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(loadOlder)} data-testid="load-older">
                {busy ? "Loading…" : "Load older"}
            </button>
        </div>
    );
}

function Placeholders() {
    return (
        <>
            {[1, 2, 3].map((number) => (
                <div class="card placeholder" key={number} aria-hidden="true">
                    <span />
                    <span />
                    <span />
                </div>
            ))}
        </>
    );
}
