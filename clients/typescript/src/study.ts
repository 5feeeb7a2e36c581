// Study sessions: those that are planned, going on or over; and one that the user is in, with what everybody in it shares.
//
// The shared state is told whole with a version that only grows, so whoever keeps the highest agrees with everybody. A session
// is joined by a connection: each new one joins again.

import { limits } from "./limits.js";
import { Pages, type PagesState } from "./pages.js";
import type { Events, StudyMember, StudyPatch, StudyPlace, StudySession, StudyState } from "./protocol.js";
import { Store } from "./store.js";
import { Versions } from "./versions.js";
import { type Answer, type Body, type Failure, justAfter, type Wire } from "./wire.js";

export interface StudySessionsSnapshot extends PagesState {
    /** The newest first. */
    sessions: StudySession[];
}

const told = ["study:created", "study:updated", "study:reminder", "study:started", "study:ended"] as const;

/** The sessions of a room, or of all the user's rooms. */
export class StudySessionsStore extends Store<StudySessionsSnapshot> {
    private readonly content = new Versions<StudySession>(limits.tombstonesMax);
    private readonly pages: Pages<StudySession>;
    private readonly ends: (() => void)[];

    constructor(
        private readonly wire: Wire,
        of: { room?: string; open?: boolean },
    ) {
        super(() => ({ ...this.pages.state, sessions: this.content.values().sort((one, other) => (one.id < other.id ? 1 : -1)) }));
        this.pages = new Pages(wire, this.content, {
            id: ({ id }) => id,
            ask: async (page) => {
                const answer = await wire.request("study:list", { ...of, ...page, limit: limits.pageSize });
                return answer.ok ? { ok: true, things: answer.sessions, next: answer.next } : answer;
            },
            changed: () => this.changed(),
        });
        const put = ({ session, seq }: { session: StudySession; seq: string }) => {
            if (of.room && session.room !== of.room) return;
            if (of.open && session.status !== "planned" && session.status !== "live") this.content.remove(session.id, seq);
            else this.content.put(session.id, session, seq);
            this.changed();
        };
        this.ends = [
            ...told.map((name) => wire.on(name, put)),
            wire.on("rooms:changed", ({ joined, left, seq }) => {
                for (const { id, room } of this.content.values()) if (left.includes(room)) this.content.remove(id, seq);
                if (joined.length > 0) void this.load();
                this.changed();
            }),
            wire.onReset(() => void this.load()),
        ];
    }

    load(): Promise<void> {
        return this.pages.load();
    }

    loadMore(): Promise<Failure | null> {
        return this.pages.loadMore();
    }

    /** Plans one. → it, or why not. */
    async create(body: Body<"study:create">): Promise<StudySession | Failure> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("study:create", body);
        if (!answer.ok) return answer.error;
        this.content.put(answer.session.id, answer.session, justAfter(asked));
        this.changed();
        return answer.session;
    }

    close(): void {
        for (const end of this.ends) end();
    }
}

export interface StudySnapshot {
    /** `outside`: it has not begun, or is over, or the user has left it. */
    status: "loading" | "failed" | "outside" | "in";
    failure: Failure | null;
    session: StudySession | null;
    /** Whom the user may know to be there, himself included. */
    members: StudyMember[];
    state: StudyState | null;
    /** The breakout room that he is in. */
    breakout: StudyPlace | null;
    /** Milliseconds that the server's clock is ahead of this one. */
    clockAhead: number;
}

/** One session. Whoever opens it is in it as long as it goes on, until `leave()`. */
export class StudySessionStore extends Store<StudySnapshot> {
    private status: StudySnapshot["status"] = "loading";
    private failure: Failure | null = null;
    private session: StudySession | null = null;
    private sessionSeq = "";
    private readonly members = new Map<string, StudyMember>();
    private state: StudyState | null = null;
    private version = -1;
    private breakout: StudyPlace | null = null;
    private clockAhead = 0;
    private left = false;
    private closed = false;
    private asked = 0;
    private readonly ends: (() => void)[];

    constructor(
        private readonly wire: Wire,
        readonly id: string,
    ) {
        super(() => ({
            status: this.status,
            failure: this.failure,
            session: this.session,
            members: [...this.members.values()].sort((one, other) => (one.since < other.since ? -1 : 1)),
            state: this.state,
            breakout: this.breakout,
            clockAhead: this.clockAhead,
        }));
        this.ends = [
            ...told.map((name) => wire.on(name, (event) => this.heard(event))),
            wire.on("study:state", (event) => this.shared(event)),
            wire.on("study:member", (event) => this.member(event)),
            wire.on("study:breakout", ({ session, breakout }) => {
                if (session !== id) return;
                this.breakout = breakout;
                this.changed();
            }),
            wire.onLive(() => void this.load()),
        ];
        if (wire.isLive()) void this.load();
    }

    /** Comes in, if it goes on. */
    async enter(): Promise<void> {
        this.left = false;
        await this.load();
    }

    async load(): Promise<void> {
        const mine = ++this.asked;
        void this.learnClock();
        if (!this.left) {
            const answer = await this.wire.request("study:join", { session: this.id }, { whenAway: "fail" });
            if (mine !== this.asked || this.closed) return;
            if (answer.ok) return this.entered(answer);
            if (answer.error.code !== "conflict") return this.failed(answer.error);
        }
        // It has not begun, or is over.
        const asked = this.wire.seq();
        const known = await this.wire.request("study:get", { session: this.id }, { whenAway: "fail" });
        if (mine !== this.asked || this.closed) return;
        if (!known.ok) return this.failed(known.error);
        this.become(known.session, asked);
        this.outside();
    }

    /** Changes what is shared, as this user has seen it: what somebody else has changed since is not overwritten. */
    patch(patch: StudyPatch): Promise<Failure | null> {
        const { breakout } = this;
        // Things of human hands: an old one is not sent again when the connection is back.
        return this.ask("study:state", {
            session: this.id,
            patch,
            version: breakout ? breakout.version : this.version,
            ...(breakout ? { breakout: breakout.id } : {}),
        });
    }

    /** One's hand, or takes down somebody's. */
    raise(raised: boolean, user?: string): Promise<Failure | null> {
        return this.ask("study:hand", { session: this.id, raised, ...(user ? { user } : {}) });
    }

    divide(body: Omit<Body<"study:divide">, "session">): Promise<Failure | null> {
        return this.ask("study:divide", { ...body, session: this.id });
    }

    gather(): Promise<Failure | null> {
        return this.ask("study:gather", { session: this.id });
    }

    move(user: string, breakout: string | null): Promise<Failure | null> {
        return this.ask("study:move", { session: this.id, user, breakout });
    }

    async start(): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("study:start", { session: this.id });
        if (!answer.ok) return answer.error;
        this.become(answer.session, justAfter(asked));
        await this.enter();
        return null;
    }

    async finish(): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("study:end", { session: this.id });
        if (!answer.ok) return answer.error;
        this.become(answer.session, justAfter(asked));
        this.outside();
        return null;
    }

    async leave(): Promise<void> {
        this.left = true;
        ++this.asked;
        this.outside();
        await this.wire.request("study:leave", { session: this.id }, { whenAway: "fail" });
    }

    /** Ends it here: this connection is not in the session any more. */
    close(): void {
        this.closed = true;
        for (const end of this.ends) end();
        // Also when the answer to joining is still under way.
        if (this.status === "in" || this.status === "loading") void this.wire.request("study:leave", { session: this.id }, { whenAway: "fail" });
    }

    private async ask<Name extends "study:state" | "study:hand" | "study:divide" | "study:gather" | "study:move">(name: Name, body: Body<Name>): Promise<Failure | null> {
        const answer = await this.wire.request(name, body, { whenAway: "fail" });
        if (!answer.ok) return answer.error;
        const { state, version, members } = answer as { state: StudyState; version: number; members?: StudyMember[] };
        if ("breakout" in body && body.breakout && name === "study:state") this.sharedIn(body.breakout, state, version);
        else this.take(state, version);
        if (members) this.put(members);
        this.changed();
        return null;
    }

    private entered({ session, members, state, version, breakout }: Extract<Answer<"study:join">, { ok: true }>): void {
        // Versions begin with the session, not with the connection; but a server that was put back to a backup is right, too.
        this.version = -1;
        this.become(session, this.sessionSeq);
        this.put(members);
        this.take(state, version);
        this.breakout = breakout;
        this.status = "in";
        this.failure = null;
        this.changed();
    }

    private heard({ session, seq }: { session: StudySession; seq: string }): void {
        if (session.id !== this.id) return;
        const before = this.session?.status;
        this.become(session, seq);
        if (session.status === "ended" || session.status === "cancelled") return this.outside();
        if (session.status === "live" && before !== "live" && !this.left) void this.load();
        this.changed();
    }

    private become(session: StudySession, seq: string): void {
        if (seq < this.sessionSeq) return;
        this.session = session;
        this.sessionSeq = seq;
    }

    private shared(event: Events["study:state"]): void {
        if (event.session !== this.id || this.status !== "in") return;
        if ("breakout" in event) this.sharedIn(event.breakout, event.state, event.version);
        else this.take(event.state, event.version);
        this.changed();
    }

    private take(state: StudyState, version: number): void {
        if (version <= this.version) return;
        this.state = state;
        this.version = version;
    }

    private sharedIn(breakout: string, state: StudyPlace["state"], version: number): void {
        if (this.breakout?.id === breakout && version > this.breakout.version) this.breakout = { ...this.breakout, state, version };
    }

    private put(members: StudyMember[]): void {
        this.members.clear();
        for (const member of members) this.members.set(member.user.id, member);
    }

    private member({ session, change, user, since, away, breakout }: Events["study:member"]): void {
        if (session !== this.id || this.status !== "in") return;
        if (change === "left") this.members.delete(user.id);
        else this.members.set(user.id, { user, since, away, breakout });
        this.changed();
    }

    private outside(): void {
        this.status = "outside";
        this.failure = null;
        this.members.clear();
        this.breakout = null;
        this.changed();
    }

    private failed(failure: Failure): void {
        // While the connection is away the last that was known stays on the page.
        if (failure.code === "offline" && this.session) return;
        this.status = "failed";
        this.failure = failure;
        this.changed();
    }

    private async learnClock(): Promise<void> {
        const before = Date.now();
        const answer = await this.wire.request("time:get", {}, { whenAway: "fail", once: true });
        if (!answer.ok) return;
        this.clockAhead = Date.parse(answer.now) - (before + Date.now()) / 2;
        this.changed();
    }
}
