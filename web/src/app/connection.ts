// The one socket of this page: its state in words, its requests, its events.
//
//   connect ──► connecting ──► live ◄──► reconnecting
//                   └────────────┴─────► refused (a person must do something) ──► sign-in page, or "Try again"
//
// Requests wait while the connection is away and are repeated when an answer stays out (`retries`); those that create
// something carry a key, so nothing is created twice.

import { signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";

import type { Answer, Session } from "./types";
import { refusalInWords } from "./words";

export type ConnectionState =
    | { is: "connecting" | "live" | "reconnecting" }
    | { is: "refused"; why: string };

export interface ConnectionEvents {
    // With every connection. `fresh`: what was missed in between has not been sent; load again.
    session(session: Session, fresh: boolean): void;
    event(name: string, body: unknown): void;
    // The server ended this sign-in; it makes no sense to come back with the same token.
    ended(why: string): void;
}

export const connection = signal<ConnectionState>({ is: "connecting" });

const answerWithin = 10_000;
const comeBackAfter = 1_000;
// Refusals that another sign-in may cure; the others pass, or need another page to be closed.
const final = new Set(["token_missing", "token_invalid", "token_expired", "user_unknown", "user_disabled"]);

let socket: Socket | null = null;
let comeBack: ReturnType<typeof setTimeout> | undefined;

export function connect(token: () => string, events: ConnectionEvents): void {
    disconnect();
    connection.value = { is: "connecting" };
    let cursor = ""; // the last seen place in the journal, for when the server does not know the connection any more
    let ended = false;
    const own = io({
        auth: (send) => send(cursor ? { token: token(), cursor } : { token: token() }),
        retries: 3,
        ackTimeout: answerWithin,
        reconnectionDelayMax: 4_000,
    });
    socket = own;

    const end = (why: string) => {
        if (ended) return;
        ended = true;
        connection.value = { is: "refused", why };
        events.ended(why);
    };
    const comeBackSoon = () => {
        connection.value = { is: "reconnecting" };
        clearTimeout(comeBack);
        comeBack = setTimeout(() => own.connect(), comeBackAfter * (1 + Math.random()));
    };

    own.on("session", (session: Session) => {
        if (session.cursor > cursor) cursor = session.cursor;
        connection.value = { is: "live" };
        events.session(session, !own.recovered);
    });
    own.on("auth:ended", ({ code }: { code: string }) => end(refusalInWords(code)));
    own.onAny((name: string, body: { seq?: string } | undefined) => {
        if (name === "session" || name === "auth:ended") return;
        if (typeof body?.seq === "string" && body.seq > cursor) cursor = body.seq;
        events.event(name, body);
    });
    own.on("connect_error", (error: Error & { data?: { code?: string } }) => {
        // The transport failed: the client tries again by itself.
        if (own.active) {
            if (connection.value.is === "live") connection.value = { is: "reconnecting" };
            return;
        }
        const code = error.data?.code;
        if (code === "server_draining") return comeBackSoon();
        const why = refusalInWords(code, error.message);
        if (code !== undefined && final.has(code)) return end(why);
        connection.value = { is: "refused", why };
    });
    own.on("disconnect", (reason) => {
        if (ended || own !== socket) return;
        // The server closed it without a word about us: it is being stopped, or wants us elsewhere.
        if (reason === "io server disconnect") return comeBackSoon();
        if (own.active) connection.value = { is: "reconnecting" };
    });
}

export function disconnect(): void {
    clearTimeout(comeBack);
    const old = socket;
    socket = null;
    old?.removeAllListeners();
    old?.offAny();
    old?.disconnect();
}

// After a refusal that time may cure.
export function connectAgain(): void {
    connection.value = { is: "connecting" };
    socket?.connect();
}

export async function request<Body extends object>(name: string, body: object): Promise<Answer<Body>> {
    const unreachable = { code: "unavailable", message: "The server did not answer. Try again in a moment." };
    if (!socket) return { ok: false, error: unreachable };
    try {
        return (await socket.emitWithAck(name, body)) as Answer<Body>;
    } catch {
        return { ok: false, error: unreachable };
    }
}
