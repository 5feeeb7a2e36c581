import type { Person } from "../app/types";

export type Visibility = "everyone" | "staff" | { users: string[] };
export type Counts = Record<string, number>;

// What this person did with a post or comment. An event that goes to many can't say it: null or absent there.
export interface Mine {
    reaction: string | null;
}

export interface Post {
    id: string;
    room: string;
    author: Person;
    text: string;
    visibility: Visibility;
    createdAt: string;
    editedAt: string | null;
    counts: { comments: number; reactions: Counts };
    mine?: Mine | null;
}

export interface Comment {
    id: string;
    postId: string;
    author: Person;
    text: string;
    replyTo: string | null;
    createdAt: string;
    editedAt: string | null;
    counts: { reactions: Counts };
    mine?: Mine | null;
}

export type Target = { post: string } | { comment: string };

// The events that change a feed, reduced to what the feed needs of them.
export type FeedEvent =
    | { name: "post:created" | "post:updated"; post: Post }
    | { name: "post:deleted"; postId: string }
    | { name: "comment:created" | "comment:updated"; postId: string; comment: Comment }
    | { name: "comment:deleted"; postId: string; commentId: string }
    | { name: "reaction:changed"; target: Target; postId: string; counts: Counts; kind: string | null; by: Person | null };
