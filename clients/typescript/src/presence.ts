// Who is there, of the rooms that somebody looks at. A watch lasts as long as the connection, so each new one watches again.

import type { LoadStatus } from "./feed.js";
import type { Events, Requests, Sight } from "./protocol.js";
import { Store } from "./store.js";
import type { Failure, Wire } from "./wire.js";

export type OwnStatus = Requests["presence:set"]["body"]["status"];

export interface RoomPresence {
    status: LoadStatus;
    failure: Failure | null;
    /** By user. Who is not in it is not there, or is not shown. */
    people: Readonly<Record<string, Sight>>;
}

export interface PresenceSnapshot {
    rooms: Readonly<Record<string, RoomPresence>>;
    /** What the user himself has chosen, here or, with `followOwn`, anywhere. */
    own: OwnStatus;
}

interface Watched {
    watchers: number;
    status: LoadStatus;
    failure: Failure | null;
    people: Map<string, Sight>;
    asked: number;
}

export class PresenceStore extends Store<PresenceSnapshot> {
    private readonly rooms = new Map<string, Watched>();
    private own: OwnStatus = "online";
    private followsOwn = false;
    // What was heard of a room while a question about it is under way.
    private readonly crossing = new Map<string, Map<string, Sight>>();

    constructor(private readonly wire: Wire) {
        super(() => ({
            own: this.own,
            rooms: Object.fromEntries(
                Array.from(this.rooms, ([room, { status, failure, people }]) => [room, { status, failure, people: Object.fromEntries(people) }]),
            ),
        }));
        wire.on("presence:changed", (event) => this.changedIn(event));
        wire.on("rooms:changed", ({ left }) => {
            for (const room of left) this.rooms.get(room)?.people.clear();
            this.changed();
        });
        wire.onLive(() => {
            for (const room of this.rooms.keys()) void this.ask(room);
            if (this.followsOwn) void this.learnOwn();
        });
    }

    /** Watches a room until the result is called; several watchers of one room are one to the server. */
    watch(room: string): () => void {
        const watched = this.rooms.get(room) ?? { watchers: 0, status: "loading" as const, failure: null, people: new Map(), asked: 0 };
        this.rooms.set(room, watched);
        if (++watched.watchers === 1) {
            this.changed();
            if (this.wire.isLive()) void this.ask(room);
        }
        let over = false;
        return () => {
            if (over) return;
            over = true;
            if (--watched.watchers > 0) return;
            this.rooms.delete(room);
            void this.wire.request("presence:unwatch", { room }, { whenAway: "fail" });
            this.changed();
        };
    }

    /** Keeps `own` as the server has it, also when it was chosen elsewhere, or earlier. For what shows it to its user. */
    followOwn(): void {
        this.followsOwn = true;
        if (this.wire.isLive()) void this.learnOwn();
    }

    async set(status: OwnStatus): Promise<Failure | null> {
        const answer = await this.wire.request("presence:set", { status });
        if (!answer.ok) return answer.error;
        this.own = answer.status;
        this.changed();
        return null;
    }

    // The answer to "away" tells, and changes nothing for whoever is busy or invisible. Only the "online" that ends it does not either: so it is said when "away" was heard, and not before.
    private async learnOwn(): Promise<void> {
        const say = (status: OwnStatus) => this.wire.request("presence:set", { status }, { whenAway: "fail", once: true });
        const before = await say("away");
        const answer = before.ok ? await say("online") : before;
        if (!answer.ok || this.own === answer.status) return;
        this.own = answer.status;
        this.changed();
    }

    private async ask(room: string): Promise<void> {
        const watched = this.rooms.get(room);
        if (!watched) return;
        const mine = ++watched.asked;
        // What comes from now on may be newer than the answer; what was known before is not.
        const heard = new Map<string, Sight>();
        this.crossing.set(room, heard);
        const answer = await this.wire.request("presence:watch", { room }, { whenAway: "fail" });
        if (this.rooms.get(room) !== watched || mine !== watched.asked) return;
        this.crossing.delete(room);
        if (answer.ok) {
            watched.people = new Map(answer.users.map((sight) => [sight.id, sight]));
            for (const sight of heard.values()) put(watched.people, sight);
            watched.status = "ready";
            watched.failure = null;
        } else if (answer.error.code !== "offline" && answer.error.code !== "aborted") {
            watched.people = new Map();
            watched.status = "failed";
            watched.failure = answer.error;
        }
        this.changed();
    }

    private changedIn({ room, changes }: Events["presence:changed"]): void {
        const watched = this.rooms.get(room);
        if (!watched) return;
        const people = new Map(watched.people);
        const heard = this.crossing.get(room);
        for (const sight of changes) {
            put(people, sight);
            if (heard) put(heard, sight);
        }
        watched.people = people;
        this.changed();
    }
}

// The one that is true since later.
function put(people: Map<string, Sight>, sight: Sight): void {
    const known = people.get(sight.id);
    if (!known || known.since <= sight.since) people.set(sight.id, sight);
}
