// Calls that concern the user, as the server tells of them. Voice and pictures are not its matter: see docs/calls.md.

import type { Call, EventName, Events } from "./protocol.js";
import { callAll, Store } from "./store.js";
import type { Wire } from "./wire.js";

export interface CallView extends Call {
    /** It rings here: until when, and whether it is only shown. */
    ringing: { silent: boolean; until: string } | null;
}

/** By id: those that ring or go on. */
export type CallsSnapshot = Readonly<Record<string, CallView>>;

const withCall = [
    "call:started",
    "call:ringing",
    "call:accepted",
    "call:declined",
    "call:missed",
    "call:member",
    "call:changed",
    "call:ended",
    "screen:requested",
    "screen:granted",
    "screen:denied",
    "screen:started",
    "screen:stopped",
] as const satisfies readonly EventName[];

const endedMax = 50;

// That somebody has refused to be recorded is told once, to himself and to who leads the call; what is told to all says "asked" of him.
function withRefusals(call: Call, known: Call): Call {
    const { recording } = call.lesson;
    if (!recording || recording.since !== known.lesson.recording?.since) return call;
    const refused = new Set(known.members.flatMap(({ id, consent }) => (consent === "refused" ? [id] : [])));
    if (refused.size === 0) return call;
    return { ...call, members: call.members.map((one) => (one.consent === "asked" && refused.has(one.id) ? { ...one, consent: "refused" } : one)) };
}

export class CallsStore extends Store<CallsSnapshot> {
    private readonly calls = new Map<string, Call>();
    private readonly rings = new Map<string, { silent: boolean; until: string }>();
    // What is over, so that a late word does not bring it back.
    private readonly over = new Set<string>();
    private readonly followers = new Set<(call: Call) => void>();

    constructor(private readonly wire: Wire) {
        super(() => Object.fromEntries(Array.from(this.calls, ([id, call]) => [id, { ...call, ringing: this.ringingOf(call) }])));
        for (const name of withCall) wire.on(name, ({ call }: { call: Call }) => this.learn(call));
        wire.on("call:ringing", ({ call, silent, until }) => {
            this.rings.set(call.id, { silent, until });
            this.changed();
        });
        wire.on("call:removed", ({ callId }) => this.forget(callId));
        // What a new connection is not told of is over.
        wire.on("session", () => {
            this.calls.clear();
            this.rings.clear();
            this.changed();
        });
        wire.on("call:current", ({ calls }: Events["call:current"]) => {
            for (const { call, ringing } of calls) {
                if (ringing) this.rings.set(call.id, ringing);
                this.learn(call);
            }
        });
    }

    get(id: string): Call | undefined {
        return this.calls.get(id);
    }

    /** Calls back with every newer state of any call, one that is over included. */
    onCall(follower: (call: Call) => void): () => void {
        this.followers.add(follower);
        return () => void this.followers.delete(follower);
    }

    /** What an answer says of a call; events are learnt by themselves. The highest version is the call. */
    learn(call: Call): void {
        const known = this.calls.get(call.id);
        if ((known && known.version > call.version) || this.over.has(call.id)) return;
        const kept = known ? withRefusals(call, known) : call;
        if (call.state === "ended") this.forget(call.id);
        else this.calls.set(call.id, kept);
        callAll(this.followers, (follower) => follower(kept));
        this.changed();
    }

    private forget(id: string): void {
        this.calls.delete(id);
        this.rings.delete(id);
        this.over.add(id);
        if (this.over.size > endedMax) this.over.delete(this.over.values().next().value!);
        this.changed();
    }

    private ringingOf(call: Call): CallView["ringing"] {
        const mine = call.members.find(({ id }) => id === this.wire.me());
        return mine?.state === "ringing" && call.host.id !== this.wire.me() ? (this.rings.get(call.id) ?? null) : null;
    }
}
