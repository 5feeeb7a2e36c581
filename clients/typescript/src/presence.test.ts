import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { limits } from "./limits.js";
import { PresenceStore } from "./presence.js";
import { FakeWire } from "./testing/fake_wire.js";
import { TypingStore } from "./typing.js";

const room = "class-math";
const sight = (id: string, status: "online" | "away" | "offline", second: number) => ({ id, status, since: `2026-03-02T08:00:0${second}.000Z` });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const soon = () => vi.advanceTimersByTimeAsync(0);

describe("presence", () => {
    const people = (store: PresenceStore) => Object.values(store.getSnapshot().rooms[room]?.people ?? {}).map(({ id, status }) => `${id} ${status}`);

    it("is asked for once however many look, and no longer when nobody does", async () => {
        const wire = new FakeWire();
        const store = new PresenceStore(wire);
        const ends = [store.watch(room), store.watch(room)];
        wire.take("presence:watch").answer({ users: [sight("ben", "online", 1)] });
        await soon();
        expect(people(store)).toEqual(["ben online"]);
        expect(wire.asked).toEqual([]);
        ends[0]!();
        ends[0]!();
        expect(wire.asked).toEqual([]);
        ends[1]!();
        expect(wire.take("presence:unwatch").body).toEqual({ room });
    });

    it("takes what came while it was asked for the newer", async () => {
        const wire = new FakeWire();
        const store = new PresenceStore(wire);
        store.watch(room);
        wire.tell("presence:changed", { room, changes: [sight("ben", "offline", 5), sight("cy", "online", 5)] });
        wire.take("presence:watch").answer({ users: [sight("ben", "online", 1)] });
        await soon();
        expect(people(store)).toEqual(["ben offline", "cy online"]);
        wire.tell("presence:changed", { room, changes: [sight("cy", "away", 3)] });
        expect(people(store)).toEqual(["ben offline", "cy online"]);
    });

    it("is asked for again with each connection; who left meanwhile is gone", async () => {
        const wire = new FakeWire();
        const store = new PresenceStore(wire);
        store.watch(room);
        wire.take("presence:watch").answer({ users: [sight("ben", "online", 1), sight("cy", "online", 1)] });
        await soon();
        wire.beLive();
        wire.take("presence:watch").answer({ users: [sight("cy", "online", 1)] });
        await soon();
        expect(people(store)).toEqual(["cy online"]);
    });
});

describe("one's own status", () => {
    it("is learnt from the server with each connection, and never undone by that", async () => {
        const wire = new FakeWire();
        const store = new PresenceStore(wire);
        wire.beLive();
        expect(wire.asked).toEqual([]);
        store.followOwn();
        const away = wire.take("presence:set");
        expect(away.body).toEqual({ status: "away" });
        expect(wire.asked).toEqual([]);
        away.answer({ status: "invisible" });
        await soon();
        const online = wire.take("presence:set");
        expect([online.body, online.options?.once]).toEqual([{ status: "online" }, true]);
        online.answer({ status: "invisible" });
        await soon();
        expect(store.getSnapshot().own).toBe("invisible");
        // Whoever was not heard as "away" must not say "online": it would be heard as a wish.
        wire.beLive();
        wire.take("presence:set").refuse("unavailable");
        await soon();
        expect(wire.asked).toEqual([]);
    });
});

describe("typing", () => {
    const typing = (on: boolean) => ({ to: { conversation: "c" }, user: "ben", name: "Ben", on });

    it("ends when it is said, when a message comes, or by itself", async () => {
        const wire = new FakeWire();
        const store = new TypingStore(wire);
        const typists = () => (store.getSnapshot()["conversation:c"] ?? []).map(({ name }) => name);
        wire.tell("typing", typing(true));
        expect(typists()).toEqual(["Ben"]);
        wire.tell("typing", typing(false));
        expect(typists()).toEqual([]);
        wire.tell("typing", typing(true));
        wire.tell("message:created", { message: { conversation: "c", author: { id: "ben" } } });
        expect(typists()).toEqual([]);
        wire.tell("typing", typing(true));
        await vi.advanceTimersByTimeAsync(limits.typistForgottenAfter);
        expect(typists()).toEqual([]);
    });

    it("is said every three seconds at most", async () => {
        const wire = new FakeWire();
        const store = new TypingStore(wire);
        for (let key = 0; key < 10; ++key) store.typed({ conversation: "c" });
        expect(wire.asked).toHaveLength(1);
        await vi.advanceTimersByTimeAsync(limits.typingRepeatedAfter);
        store.typed({ conversation: "c" });
        expect(wire.asked).toHaveLength(2);
        store.done({ conversation: "c" });
        store.done({ conversation: "c" });
        expect(wire.asked.map(({ body }) => body.on)).toEqual([true, true, false]);
    });
});
