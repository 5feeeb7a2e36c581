// Who is typing where, and that the user is.

import { limits } from "./limits.js";
import type { Events, Person, TypedIn } from "./protocol.js";
import { Store } from "./store.js";
import type { Wire } from "./wire.js";

/** By place: "post:ID", "conversation:ID" or "room:NAME". */
export type TypingSnapshot = Readonly<Record<string, Person[]>>;

export const typingPlace = (to: TypedIn): string => {
    const [kind, id] = Object.entries(to)[0] ?? ["", ""];
    return `${kind}:${id}`;
};

export class TypingStore extends Store<TypingSnapshot> {
    private readonly places = new Map<string, Map<string, { name: string; timer: ReturnType<typeof setTimeout> }>>();
    private readonly own = new Map<string, number>();

    constructor(private readonly wire: Wire) {
        super(() =>
            Object.fromEntries(
                Array.from(this.places, ([place, people]) => [place, Array.from(people, ([id, { name }]) => ({ id, name }))]),
            ),
        );
        wire.on("typing", (event) => this.heard(event));
        // Whoever has sent it types no longer.
        wire.on("message:created", ({ message }) => this.stopped(`conversation:${message.conversation}`, message.author.id));
        wire.on("comment:created", ({ postId, comment }) => this.stopped(`post:${postId}`, comment.author.id));
        wire.on("post:created", ({ post }) => this.stopped(`room:${post.room}`, post.author.id));
    }

    /** Call it with each key that is pressed; it says so every three seconds at most. Not while the user means to be anonymous. */
    typed(to: TypedIn): void {
        const place = typingPlace(to);
        const now = Date.now();
        if (now - (this.own.get(place) ?? 0) < limits.typingRepeatedAfter) return;
        this.own.set(place, now);
        void this.wire.request("typing", { to, on: true }, { whenAway: "fail" });
    }

    /** It was sent, or given up. */
    done(to: TypedIn): void {
        if (!this.own.delete(typingPlace(to))) return;
        void this.wire.request("typing", { to, on: false }, { whenAway: "fail" });
    }

    private heard({ to, user, name, on }: Events["typing"]): void {
        const place = typingPlace(to);
        if (!on) return this.stopped(place, user);
        const people = this.places.get(place) ?? new Map();
        this.places.set(place, people);
        clearTimeout(people.get(user)?.timer);
        people.set(user, { name, timer: setTimeout(() => this.stopped(place, user), limits.typistForgottenAfter) });
        this.changed();
    }

    private stopped(place: string, user: string): void {
        const people = this.places.get(place);
        const typist = people?.get(user);
        if (!people || !typist) return;
        clearTimeout(typist.timer);
        people.delete(user);
        if (people.size === 0) this.places.delete(place);
        this.changed();
    }
}
