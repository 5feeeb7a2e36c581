import { describe, expect, it } from "vitest";

import { LivesStore } from "./live.js";
import type { Live } from "./protocol.js";
import { FakeWire, idOf, seqOf, settled, timeOf } from "./testing/fake_wire.js";

const tess = { id: "tess", name: "Tess" };
const live = (status: Live["status"], id = idOf(1), version = 1): Live => ({
    ...{ id, room: "class-math", title: "Optics", host: tess, status, source: "media", recording: status === "recorded" },
    ...{ createdAt: timeOf(0), startsAt: null, startedAt: null, endedAt: null, version },
});
const envelope = (number: number) => ({ seq: seqOf(number), id: idOf(number), room: "class-math", at: timeOf(number), by: tess });
const statuses = (store: LivesStore) => store.getSnapshot().lives.map(({ status }) => status);

async function loaded(of: { room?: string; open?: boolean } = {}, lives: Live[] = []): Promise<[FakeWire, LivesStore]> {
    const wire = new FakeWire();
    const store = new LivesStore(wire, of);
    void store.load();
    wire.take("live:list").answer({ lives, next: null });
    await settled();
    return [wire, store];
}

describe("live classes", () => {
    it("follow what is told of them", async () => {
        const [wire, store] = await loaded();
        wire.tell("live:scheduled", { ...envelope(5), live: live("scheduled") });
        expect(statuses(store)).toEqual(["scheduled"]);
        wire.tell("live:started", { ...envelope(7), live: live("live", idOf(1), 2), startJitter: 0 });
        wire.tell("live:changed", { ...envelope(8), live: live("interrupted", idOf(1), 3), change: "interrupted" });
        expect(statuses(store)).toEqual(["interrupted"]);
        wire.tell("live:ended", { ...envelope(9), live: live("ended", idOf(1), 4) });
        expect(statuses(store)).toEqual(["ended"]);
    });

    it("are only those of the room, and only the open ones, where that is asked for", async () => {
        const [wire, store] = await loaded({ room: "class-math", open: true }, [live("live")]);
        wire.tell("live:scheduled", { ...envelope(5), live: { ...live("scheduled", idOf(2)), room: "class-art" } });
        expect(statuses(store)).toEqual(["live"]);
        wire.tell("live:ended", { ...envelope(6), live: live("ended", idOf(1), 2) });
        expect(statuses(store)).toEqual([]);
    });

    it("are there at once when one has made them, and an older word does not bring them back", async () => {
        const [wire, store] = await loaded();
        const made = store.start({ class: "math", title: "Optics" });
        wire.take("live:start").answer({ live: live("live") });
        expect(await made).toMatchObject({ status: "live" });
        expect(statuses(store)).toEqual(["live"]);
        wire.tell("live:ended", { ...envelope(9), live: live("ended", idOf(1), 3) });
        wire.tell("live:started", { ...envelope(8), live: live("live", idOf(1), 2), startJitter: 0 });
        expect(statuses(store)).toEqual(["ended"]);
    });
});
