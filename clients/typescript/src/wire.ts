// What a store needs of the connection; tests give it another.

import type { EventName, Events, RequestError, RequestName, Requests } from "./protocol.js";

/** Why a request was not carried out. `offline`, `queue_full` and `aborted` are this side's own: the server has not said so. */
export interface Failure {
    code: RequestError["code"] | "offline" | "queue_full" | "aborted";
    message: string;
    field?: string;
    retryAfter?: number;
}

export type Answer<Name extends RequestName> = ({ ok: true } & Requests[Name]["answer"]) | { ok: false; error: Failure };
export type Body<Name extends RequestName> = Requests[Name]["body"];

export interface RequestOptions {
    /** While the connection is away: wait for it (the default), or fail at once with `offline`. */
    whenAway?: "wait" | "fail";
    /** Sent once: without an answer it is `unavailable`, and may have been carried out or not. For what must not happen twice and
     * has no key. */
    once?: boolean;
    /** Requests of one lane are carried out one after the other, in the order in which they were made. By default those that
     * change something and are about the same kind of thing. Null: none. */
    lane?: string | null;
    signal?: AbortSignal;
}

export interface Wire {
    request<Name extends RequestName>(name: Name, body: Body<Name>, options?: RequestOptions): Promise<Answer<Name>>;
    on<Name extends EventName>(name: Name, handler: (body: Events[Name]) => void): () => void;
    /** Something was missed that will not be sent: load again. */
    onReset(handler: () => void): () => void;
    /** The connection is there (again), and what was missed comes or has come. */
    onLive(handler: () => void): () => void;
    /** The highest `seq` that has arrived. What is asked now knows of everything up to it. */
    seq(): string;
    /** Who is signed in; "" before that is known. */
    me(): string;
    isLive(): boolean;
}

/** Of what a request brought about: behind all that had arrived when it was made, and before all that comes later. */
export const justAfter = (seq: string): string => `${seq}+`;
