// The one socket of a user: its state, its events, its requests, and the token that keeps it alive.
//
//   start ──► connecting ──► live ◄──► reconnecting
//                  └───────────┴─────► refused (a person must do something)      close() ──► closed
//
// The cursor is the highest `seq` that arrived. socket.io-client recovers by itself after a short break; after a long one, or
// a restart of the server that forgot it, the cursor does the same. Where neither can, whoever listens is told to load again.

import { io as connect, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";

import { limits } from "./limits.js";
import { Outbox } from "./outbox.js";
import { type ConnectError, durableEvents, type EventName, type Events, type RequestName } from "./protocol.js";
import { callAll, Value } from "./store.js";
import { Bounded } from "./versions.js";
import type { Answer, Body, RequestOptions, Wire } from "./wire.js";

export type RefusalCode = ConnectError["data"]["code"] | Events["auth:ended"]["code"] | "unknown";

export type ConnectionState =
    | { is: "connecting" | "live" | "reconnecting" | "closed" }
    /** `final`: only another token, or another decision of the school, helps. */
    | { is: "refused"; code: RefusalCode; message: string; final: boolean };

/** Why a token is wanted: for the first connection, because the one in use is about to expire, or because it was refused. */
export type TokenWanted = "start" | "expiring" | "expired";

/** A token, or where to get one: a fresh one each time, or null when there is none. */
export type TokenSource = string | ((why: TokenWanted) => string | null | Promise<string | null>);

export interface ConnectionOptions {
    /** The server's address. In a browser by default where the page comes from. */
    url?: string;
    token: TokenSource;
    /** The cursor of an earlier page or process: everything since then comes before anything new. */
    cursor?: string;
    /** Anything else that socket.io-client takes. */
    socket?: Partial<ManagerOptions & SocketOptions>;
}

const durable: ReadonlySet<string> = new Set(durableEvents);
// Refusals that pass by themselves, or when another page is closed.
const passing: ReadonlySet<string> = new Set(["server_draining", "too_many_connections", "unknown"]);

type Handler = (body: never) => void;

export class Connection implements Wire {
    readonly state = new Value<ConnectionState>({ is: "connecting" });
    /** When the sign-in ends, and nobody had a fresh token when it was wanted; else null. */
    readonly ending = new Value<string | null>(null);
    readonly outbox: Outbox;

    /** socket.io-client's own, for what speaks another protocol over the same connection, such as @homeroom/yjs. */
    readonly socket: Socket;
    private readonly handlers = new Map<string, Set<Handler>>();
    private readonly resets = new Set<() => void>();
    private readonly lives = new Set<() => void>();
    private readonly seen = new Bounded<true>(limits.seenEventsMax);
    private token: string | null = null;
    private freshTokens = 0;
    private cursor: string;
    private user = "";
    private sessions = 0;
    private ended = false;
    private readonly delays: { first: number; longest: number };
    private comeBack: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly options: ConnectionOptions) {
        this.cursor = options.cursor ?? "";
        const settings = {
            reconnectionDelayMax: limits.reconnectLongest,
            forceNew: true,
            ...options.socket,
            autoConnect: false,
            // Requests that are sent again are this package's matter.
            retries: 0,
            auth: (send: (auth: object) => void) => void this.authenticate(send),
        };
        this.socket = options.url === undefined ? connect(settings) : connect(options.url, settings);
        this.delays = { first: this.socket.io.reconnectionDelay(), longest: this.socket.io.reconnectionDelayMax() };
        this.outbox = new Outbox((name, body) => this.socket.timeout(limits.answerWithin).emitWithAck(name, body));
        this.listen();
    }

    start(): void {
        if (!this.ended) this.socket.connect();
    }

    /** Ends it for good. What waits is answered with `aborted`. */
    close(): void {
        this.end({ is: "closed" });
    }

    /** After a refusal that is not final. */
    tryAgain(): void {
        const state = this.state.getSnapshot();
        if (this.ended || state.is !== "refused" || state.final) return;
        this.state.set({ is: "connecting" });
        this.socket.connect();
    }

    request<Name extends RequestName>(name: Name, body: Body<Name>, options?: RequestOptions): Promise<Answer<Name>> {
        return this.outbox.request(name, body, options);
    }

    on<Name extends EventName>(name: Name, handler: (body: Events[Name]) => void): () => void {
        const some = this.handlers.get(name) ?? new Set();
        this.handlers.set(name, some.add(handler as Handler));
        return () => void some.delete(handler as Handler);
    }

    onReset(handler: () => void): () => void {
        this.resets.add(handler);
        return () => void this.resets.delete(handler);
    }

    onLive(handler: () => void): () => void {
        this.lives.add(handler);
        return () => void this.lives.delete(handler);
    }

    seq(): string {
        return this.cursor;
    }

    me(): string {
        return this.user;
    }

    isLive(): boolean {
        return this.state.getSnapshot().is === "live";
    }

    /** The token in use, for requests by HTTP. */
    currentToken(): string | null {
        return this.token;
    }

    private listen(): void {
        this.socket.onAny((name: string, body: unknown) => this.receive(name, body));
        this.socket.on("connect_error", (error: Error & { data?: Partial<ConnectError["data"]> }) => {
            if (this.ended) return;
            // The transport failed: socket.io-client tries again by itself.
            if (this.socket.active) return this.away();
            void this.refuse((error.data?.code as RefusalCode | undefined) ?? "unknown", error.message, error.data?.retryAfter);
        });
        this.socket.on("disconnect", (reason) => {
            if (this.ended || this.state.getSnapshot().is === "refused") return;
            this.away();
            // The server closed it without a word about the user: it is being stopped, or wants him elsewhere.
            if (reason === "io server disconnect") this.comeBackSoon(limits.comeBackAfter);
        });
    }

    private away(): void {
        this.outbox.setLive(false);
        const { is } = this.state.getSnapshot();
        if (is === "live" || is === "connecting") this.state.set({ is: "reconnecting" });
    }

    // Not everybody of a school at once: the server has given each his own time.
    private returnAfter(seconds: number): void {
        const manager = this.socket.io;
        const { first, longest } = this.delays;
        const more = Math.max(0, seconds) * 1000;
        manager.reconnectionDelay(first + more);
        manager.reconnectionDelayMax(longest + more);
    }

    private receive(name: string, body: unknown): void {
        if (this.ended) return;
        if (name === "service:restart") this.returnAfter((body as { retryAfter: number }).retryAfter);
        if (name === "session") return this.onSession(body as Events["session"]);
        if (name === "auth:ended") return void this.onEnded((body as Events["auth:ended"]).code);
        if (name === "auth:expiring") void this.refresh((body as Events["auth:expiring"]).expiresAt);
        if (durable.has(name) && this.isOld(body as { id: string; seq: string })) return;
        this.tell(name, body);
    }

    private tell(name: string, body: unknown): void {
        callAll(this.handlers.get(name) ?? [], (handler) => handler(body as never));
    }

    // A socket.io-client whose transport broke in the middle of an upgrade gives some events again (docs/clients.md).
    private isOld({ id, seq }: { id: string; seq: string }): boolean {
        const place = `${seq}/${id}`;
        if (this.seen.has(place)) return true;
        this.seen.set(place, true);
        if (seq > this.cursor) this.cursor = seq;
        return false;
    }

    private onSession(session: Events["session"]): void {
        // A token of another user: what waits was not written by him, and what is known is not his.
        if (this.user !== "" && this.user !== session.user.id) {
            return this.end({ is: "refused", code: "token_invalid", message: "the token is another user's", final: true });
        }
        const missed = this.sessions++ > 0 && !session.recovered;
        this.user = session.user.id;
        if (missed || session.gap || session.cursor > this.cursor) this.cursor = session.cursor;
        this.freshTokens = 0;
        this.returnAfter(0);
        this.ending.set(null);
        this.state.set({ is: "live" });
        this.outbox.setLive(true);
        this.tell("session", session);
        callAll(this.lives, (handler) => handler());
        if (missed || session.gap) callAll(this.resets, (handler) => handler());
    }

    private async onEnded(code: Events["auth:ended"]["code"]): Promise<void> {
        if (code === "token_expired") return this.refuse(code, "");
        this.end({ is: "refused", code, message: "", final: true });
    }

    private async refuse(code: RefusalCode, message: string, retryAfter = 0): Promise<void> {
        this.outbox.setLive(false);
        if (code === "server_draining") {
            this.state.set({ is: "reconnecting" });
            return this.comeBackSoon(limits.comeBackAfter);
        }
        if (code === "token_expired" && this.freshTokens++ < limits.freshTokensMax) {
            this.state.set({ is: "reconnecting" });
            const token = await this.wantToken("expired");
            if (this.ended) return;
            if (token !== null) {
                this.token = token;
                return this.comeBackSoon(0);
            }
        }
        const final = !passing.has(code);
        if (final) return this.end({ is: "refused", code, message, final });
        this.state.set({ is: "refused", code, message, final });
        if (retryAfter > 0) this.comeBackSoon(retryAfter * 1000);
    }

    private end(state: ConnectionState): void {
        if (this.ended) return;
        this.ended = true;
        clearTimeout(this.comeBack);
        this.outbox.close();
        this.socket.disconnect();
        this.state.set(state);
    }

    private comeBackSoon(after: number): void {
        clearTimeout(this.comeBack);
        this.comeBack = setTimeout(() => !this.ended && this.socket.connect(), after * (1 + Math.random()));
    }

    private async authenticate(send: (auth: object) => void): Promise<void> {
        this.token ??= await this.wantToken("start");
        if (this.ended) return;
        send({ ...(this.token === null ? {} : { token: this.token }), ...(this.cursor ? { cursor: this.cursor } : {}) });
    }

    private async refresh(expiresAt: string): Promise<void> {
        const token = await this.wantToken("expiring");
        if (this.ended) return;
        if (token !== null) {
            const answer = await this.request("auth:refresh", { token });
            if (answer.ok) {
                this.token = token;
                return;
            }
        }
        this.ending.set(expiresAt);
    }

    private async wantToken(why: TokenWanted): Promise<string | null> {
        const { token } = this.options;
        if (typeof token === "string") return why === "start" ? token : null;
        try {
            return await token(why);
        } catch {
            return null;
        }
    }
}
