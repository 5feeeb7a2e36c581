// The feed of one room as a pure function of what was loaded and what happened since.
//
// An answer and an event may cross on the way. So the last events are kept, and an answer is applied together with those
// that came while it was under way: they are the newer ones, and applying one twice changes nothing.
//
// Only the number of comments is counted up and down where the comments themselves are not loaded; where an answer may or
// may not have counted one already, the post is `uncertain` until it has been asked for again.

import type { Failure } from "../app/types";
import { applyEvent, type Content, withCommentCount } from "./content";
import type { Comment, FeedEvent, Post } from "./types";

export interface FeedState extends Content {
    room: string;
    me: string; // whose screen this is
    status: "loading" | "ready" | "failed";
    failure: Failure | null;
    next: string | null; // asks for older posts; null: there are none
    uncertain: string[]; // posts whose number of comments must be asked for
    recent: FeedEvent[]; // the last events, the newest at the end
    seen: number; // how many events there have been in all
}

// A moment in the stream of events: taken when a request leaves, given back with its answer.
export type Mark = number;

export type FeedAction =
    | { do: "open"; room: string; me: string }
    | { do: "loading" }
    | { do: "loaded"; posts: Post[]; next: string | null; mark: Mark }
    | { do: "failed"; failure: Failure }
    | { do: "older"; posts: Post[]; next: string | null; mark: Mark }
    | { do: "post"; post: Post; comments: Comment[]; more: boolean; mark: Mark }
    | { do: "gone"; postId: string }
    | { do: "event"; event: FeedEvent };

const eventsKept = 500;

export const emptyFeed = (room: string, me = ""): FeedState => ({
    room,
    me,
    status: "loading",
    failure: null,
    posts: [],
    comments: {},
    partial: [],
    next: null,
    uncertain: [],
    recent: [],
    seen: 0,
});

export function feedReducer(state: FeedState, action: FeedAction): FeedState {
    switch (action.do) {
        case "open":
            return { ...emptyFeed(action.room, action.me), seen: state.seen };
        case "loading":
            return { ...state, status: state.posts.length > 0 ? state.status : "loading", failure: null };
        case "failed":
            return { ...state, status: state.posts.length > 0 ? state.status : "failed", failure: action.failure };
        case "loaded":
            return replay(
                { ...state, status: "ready", failure: null, posts: action.posts, comments: {}, partial: [], next: action.next },
                action.mark,
            );
        case "older": {
            const known = new Set(state.posts.map((post) => post.id));
            const posts = [...state.posts, ...action.posts.filter((post) => !known.has(post.id))];
            return replay({ ...state, failure: null, posts, next: action.next }, action.mark);
        }
        case "post":
            return replayPost(state, action.post, action.comments, action.more, action.mark);
        case "gone":
            return { ...state, ...applyEvent(state, { name: "post:deleted", postId: action.postId }, "live", state.me) };
        case "event":
            return note({ ...state, ...applyEvent(state, action.event, "live", state.me) }, action.event);
    }
}

function note(state: FeedState, event: FeedEvent): FeedState {
    return { ...state, recent: [...state.recent, event].slice(-eventsKept), seen: state.seen + 1 };
}

function eventsSince(state: FeedState, mark: Mark): FeedEvent[] {
    const count = Math.min(state.seen - mark, state.recent.length);
    return count > 0 ? state.recent.slice(-count) : [];
}

function replay(state: FeedState, mark: Mark): FeedState {
    const events = eventsSince(state, mark);
    let content: Content = state;
    for (const event of events) content = applyEvent(content, event, "again", state.me);
    const shown = new Set(content.posts.map((post) => post.id));
    const counted = events.flatMap((event) =>
        event.name === "comment:created" || event.name === "comment:deleted" ? [event.postId] : [],
    );
    const uncertain = [...new Set([...state.uncertain, ...counted])].filter((id) => shown.has(id));
    return { ...state, ...content, uncertain };
}

function replayPost(state: FeedState, post: Post, comments: Comment[], more: boolean, mark: Mark): FeedState {
    if (!state.posts.some((known) => known.id === post.id)) return state;
    let content: Content = {
        posts: state.posts.map((known) => (known.id === post.id ? post : known)),
        comments: { ...state.comments, [post.id]: comments },
        partial: more ? [...new Set([...state.partial, post.id])] : state.partial.filter((id) => id !== post.id),
    };
    for (const event of eventsSince(state, mark)) {
        const about = "post" in event ? event.post.id : event.postId;
        if (about === post.id) content = applyEvent(content, event, "again", state.me);
    }
    return {
        ...state,
        ...withCommentCount(content, post.id),
        uncertain: state.uncertain.filter((id) => id !== post.id),
    };
}
