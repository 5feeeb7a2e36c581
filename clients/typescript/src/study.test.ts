import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StudySession, StudyState } from "./protocol.js";
import { StudySessionsStore, StudySessionStore } from "./study.js";
import { FakeWire, idOf, seqOf, settled, timeOf } from "./testing/fake_wire.js";
import { shuffled } from "./testing/shuffle.js";

const ada = { id: "ada", name: "Ada" };
const ben = { id: "ben", name: "Ben" };
const session = (status: StudySession["status"], id = idOf(1)): StudySession => ({
    id,
    room: "class-math",
    title: "Fractions",
    host: ada,
    control: "everyone",
    status,
    plan: null,
    createdAt: timeOf(0),
    startsAt: null,
    startedAt: status === "planned" ? null : timeOf(1),
    endedAt: null,
});
const state = (text: string): StudyState => ({
    agenda: [{ id: "1", text, done: false }],
    timer: { focus: 1500, break: 300, rounds: 4, phase: null, round: 0, running: false, endsAt: null, remaining: null },
    current: null,
    leader: ada,
    hands: [],
    breakouts: null,
});
const member = (user = ada) => ({ user, since: timeOf(1), away: false, breakout: null });
const envelope = (number: number) => ({ seq: seqOf(number), id: idOf(number), room: "class-math", at: timeOf(number), by: ada });
const text = (store: StudySessionStore) => store.getSnapshot().state?.agenda[0]?.text;

async function inside(): Promise<[FakeWire, StudySessionStore]> {
    const wire = new FakeWire();
    const store = new StudySessionStore(wire, idOf(1));
    wire.take("time:get").answer({ now: timeOf(1) });
    wire.take("study:join").answer({ session: session("live"), members: [member()], state: state("5"), version: 5, breakout: null });
    await settled();
    return [wire, store];
}

describe("a study session", () => {
    it("is as the highest version says, whatever the order", async () => {
        await fc.assert(
            fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), fc.infiniteStream(fc.nat()), async (versions, chance) => {
                const [wire, store] = await inside();
                // Some of them twice.
                for (const version of shuffled([...versions, ...versions.slice(0, 5)], chance)) wire.tell("study:state", { session: idOf(1), state: state(String(version)), version });
                expect(text(store)).toBe(String(Math.max(5, ...versions)));
            }),
            { numRuns: 50 },
        );
    });

    it("joins again with each connection, and has what is told then", async () => {
        const [wire, store] = await inside();
        wire.beLive();
        wire.take("time:get").refuse("offline");
        wire.take("study:join").answer({ session: session("live"), members: [member(), member(ben)], state: state("back"), version: 3, breakout: null });
        await settled();
        expect(text(store)).toBe("back");
        expect(store.getSnapshot().members.map(({ user }) => user.id)).toEqual(["ada", "ben"]);
    });

    it("is looked at from outside before it begins, and come into when it does", async () => {
        const wire = new FakeWire();
        const store = new StudySessionStore(wire, idOf(1));
        wire.take("study:join").refuse("conflict");
        await settled();
        wire.take("study:get").answer({ session: session("planned") });
        await settled();
        expect(store.getSnapshot().status).toBe("outside");
        wire.tell("study:started", { ...envelope(2), session: session("live") });
        wire.take("study:join").answer({ session: session("live"), members: [member()], state: state("1"), version: 1, breakout: null });
        await settled();
        expect(store.getSnapshot().status).toBe("in");
        wire.tell("study:ended", { ...envelope(3), session: { ...session("ended"), endedAt: timeOf(3) } });
        expect(store.getSnapshot()).toMatchObject({ status: "outside", members: [], session: { status: "ended" } });
    });

    it("does not come in by itself after it was left", async () => {
        const [wire, store] = await inside();
        void store.leave();
        wire.take("study:leave").answer({});
        wire.beLive();
        await settled();
        wire.take("study:get").answer({ session: session("live") });
        await settled();
        expect(store.getSnapshot().status).toBe("outside");
        expect(() => wire.take("study:join")).toThrow();
    });

    it("changes a breakout room where the user is in one, and what all share is left alone", async () => {
        const [wire, store] = await inside();
        const place = { id: "b1", title: "Room 1", users: [ada], state: { agenda: [], current: null }, version: 2 };
        wire.tell("study:breakout", { session: idOf(1), breakout: place });
        void store.patch({ agenda: { "2": { text: "ours" } } });
        const asked = wire.take("study:state");
        expect(asked.body).toMatchObject({ breakout: "b1", version: 2 });
        asked.answer({ state: { agenda: [{ id: "2", text: "ours", done: false }], current: null }, version: 3 });
        await settled();
        expect(store.getSnapshot().breakout?.state.agenda[0]?.text).toBe("ours");
        expect(text(store)).toBe("5");
        wire.tell("study:state", { session: idOf(1), breakout: "b2", state: { agenda: [], current: null }, version: 9 });
        expect(store.getSnapshot().breakout?.version).toBe(3);
    });
});

describe("the sessions of a room", () => {
    it("are as the last event says, also when the answer comes later", async () => {
        const wire = new FakeWire();
        const store = new StudySessionsStore(wire, { room: "class-math" });
        void store.load();
        const list = wire.take("study:list");
        wire.tell("study:started", { ...envelope(5), session: session("live") });
        wire.tell("study:created", { ...envelope(6), session: { ...session("planned", idOf(9)), room: "class-art" } });
        list.answer({ sessions: [session("planned"), session("planned", idOf(2))], next: null });
        await settled();
        expect(store.getSnapshot().sessions.map(({ id, status }) => [id, status])).toEqual([
            [idOf(2), "planned"],
            [idOf(1), "live"],
        ]);
    });
});
