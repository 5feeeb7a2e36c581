// Names of people, as they have come by: events and lists name them, presence and typing tell only ids.

import type { Person } from "@homeroom/client";
import { signal } from "@preact/signals";

import { withEachSignIn } from "./homeroom";

const known = new Map<string, string>();
// By room: who was seen there. For suggestions only; nobody is shown who did not show himself.
const seenIn = new Map<string, Map<string, Person>>();
const changes = signal(0);

export function meet(person: Person | null | undefined, room?: string): void {
    if (!person || person.id.startsWith("~")) return; // a pseudonym
    const isNews = known.get(person.id) !== person.name;
    known.set(person.id, person.name);
    if (room) {
        const some = seenIn.get(room) ?? new Map<string, Person>();
        some.set(person.id, { id: person.id, name: person.name });
        seenIn.set(room, some);
    }
    if (isNews) ++changes.value;
}

export function nameOf(id: string): string | null {
    void changes.value;
    return known.get(id) ?? null;
}

export function peopleSeenIn(room: string): Person[] {
    void changes.value;
    return [...(seenIn.get(room)?.values() ?? [])].sort((one, other) => one.name.localeCompare(other.name));
}

export function peopleSeen(): Person[] {
    void changes.value;
    return Array.from(known, ([id, name]) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name));
}

withEachSignIn((client) => {
    const ends = [
        client.on("session", ({ user }) => meet(user)),
        client.on("post:created", ({ post }) => meet(post.author, post.room)),
        client.on("comment:created", ({ comment, room }) => meet(comment.author, room)),
        client.on("reaction:changed", ({ by, room }) => meet(by, room)),
        client.on("message:created", ({ message }) => meet(message.author)),
        client.on("conversation:created", ({ conversation }) => conversation.members.forEach((member) => meet(member))),
        client.on("typing", ({ user, name }) => meet({ id: user, name })),
    ];
    return () => {
        for (const end of ends) end();
        known.clear();
        seenIn.clear();
    };
});
