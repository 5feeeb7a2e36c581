import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NotificationsStore } from "./notifications.js";
import type { Notification } from "./protocol.js";
import { FakeWire, idOf, seqOf, settled, timeOf } from "./testing/fake_wire.js";
import { shuffled } from "./testing/shuffle.js";

const entry = (number: number, group: string, count = 1): Notification => ({
    id: idOf(number),
    group,
    kind: "comment",
    room: "class-math",
    actors: [{ id: "ben", name: "Ben" }],
    count,
    target: { post: group },
    at: timeOf(number),
    read: false,
});

// The inbox as the server keeps it: what is unread by group, and what was read.
class Inbox {
    readonly told: { name: "notification:created" | "notification:read"; body: { seq: string } & Record<string, unknown> }[] = [];
    private unread = new Map<string, Notification>();
    private readonly read: Notification[] = [];
    private number = 0;

    get seq(): string {
        return seqOf(this.number);
    }

    get numbers() {
        return { unread: this.unread.size, unseen: 0 };
    }

    add(group: string): void {
        const notification = entry(++this.number, group, (this.unread.get(group)?.count ?? 0) + 1);
        this.unread.set(group, notification);
        this.tell("notification:created", { notification, quiet: false });
    }

    // Everything, or one entry: as whoever looks at them says it.
    readAll(group: string | null): void {
        const these = [...this.unread.values()].filter((one) => group === null || one.group === group);
        if (these.length === 0) return;
        const upTo = these.map(({ id }) => id).sort().at(-1)!;
        ++this.number;
        for (const one of these) {
            this.unread.delete(one.group);
            this.read.push({ ...one, read: true });
        }
        this.tell("notification:read", { upTo, group });
    }

    list(): Notification[] {
        return [...this.unread.values(), ...this.read].sort((one, other) => (one.id < other.id ? 1 : -1));
    }

    get unreadList(): Notification[] {
        return this.list().filter(({ read }) => !read);
    }

    private tell(name: "notification:created" | "notification:read", body: object): void {
        this.told.push({ name, body: { seq: this.seq, id: idOf(1000 + this.number), room: "user-ada", at: timeOf(this.number), by: null, ...this.numbers, ...body } });
    }
}

const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.constantFrom("a", "b", "c") }) },
    { weight: 1, arbitrary: fc.record({ read: fc.constantFrom("a", "b", null) }) },
);
const steps = fc.array(step, { maxLength: 20 });

function play(inbox: Inbox, some: ({ add: string } | { read: string | null })[]): void {
    for (const one of some) {
        if ("add" in one) inbox.add(one.add);
        else inbox.readAll(one.read);
    }
}

async function loaded(inbox: Inbox): Promise<{ wire: FakeWire; store: NotificationsStore }> {
    const wire = new FakeWire();
    wire.last = inbox.seq;
    const store = new NotificationsStore(wire);
    void store.load();
    wire.take("notification:list").answer({ notifications: inbox.list(), next: null, ...inbox.numbers, seen: null });
    await settled();
    return { wire, store };
}

describe("the inbox is as the server has it", () => {
    it("whatever the order of events, each as often as it likes", async () => {
        await fc.assert(
            fc.asyncProperty(steps, steps, fc.infiniteStream(fc.nat()), async (before, after, chance) => {
                const inbox = new Inbox();
                play(inbox, before);
                const { wire, store } = await loaded(inbox);
                play(inbox, after);
                for (const { name, body } of shuffled([...inbox.told, ...inbox.told], chance)) wire.tell(name, body);
                const seen = store.getSnapshot();
                expect({ unread: seen.unread, unseen: seen.unseen }).toEqual(inbox.numbers);
                expect(seen.notifications.filter(({ read }) => !read)).toEqual(inbox.unreadList);
            }),
            { numRuns: 200 },
        );
    });

    it("in order also in what was read", async () => {
        await fc.assert(
            fc.asyncProperty(steps, steps, async (before, after) => {
                const inbox = new Inbox();
                play(inbox, before);
                const { wire, store } = await loaded(inbox);
                const heard = inbox.told.length;
                play(inbox, after);
                for (const { name, body } of inbox.told.slice(heard)) wire.tell(name, body);
                expect(store.getSnapshot().notifications).toEqual(inbox.list());
            }),
            { numRuns: 200 },
        );
    });
});

describe("reading", () => {
    it("is told to the server, by the entry or up to the newest", async () => {
        const inbox = new Inbox();
        inbox.add("a");
        inbox.add("b");
        const { wire, store } = await loaded(inbox);
        const [newest, older] = store.getSnapshot().notifications;
        void store.markRead(older!);
        const one = wire.take("notification:read");
        expect(one.body).toEqual({ notification: older!.id });
        one.answer({ upTo: older!.id, group: "a", unread: 1, unseen: 0 });
        await settled();
        expect(store.getSnapshot().unread).toBe(1);
        expect(store.getSnapshot().notifications.map(({ read }) => read)).toEqual([false, true]);
        void store.markAllRead();
        const all = wire.take("notification:read");
        expect(all.body).toEqual({ upTo: newest!.id });
        all.answer({ upTo: newest!.id, group: null, unread: 0, unseen: 0 });
        await settled();
        expect(store.getSnapshot()).toMatchObject({ unread: 0 });
    });
});
