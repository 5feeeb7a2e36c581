import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CallsStore } from "./calls.js";
import type { Call } from "./protocol.js";
import { FakeWire, idOf, seqOf, timeOf } from "./testing/fake_wire.js";
import { shuffled } from "./testing/shuffle.js";

const heard = { devices: { mic: true, camera: true }, muted: { mic: false, camera: false }, consent: null };
const call = (version: number, state: Call["state"] = "ringing", mine: Call["members"][number]["state"] = "ringing"): Call => ({
    id: idOf(1),
    version,
    state,
    reason: state === "ended" ? "completed" : null,
    room: null,
    host: { id: "ben", name: "Ben" },
    media: "audio",
    createdAt: timeOf(1),
    answeredAt: null,
    endedAt: null,
    members: [
        { id: "ben", name: "Ben", state: "present", leg: "b", order: 1, ...heard },
        { id: "ada", name: "Ada", state: mine, leg: null, order: 2, ...heard },
    ],
    screen: { presenter: null, until: null, viewers: null, board: null, requests: [], grants: [] },
    lesson: { muted: { mic: false, camera: false }, hands: [], lobby: false, locked: false, waiting: [], polls: [], captioners: [], recording: null },
});
const told = (number: number, body: object) => ({ seq: seqOf(number), id: idOf(number), room: "call", at: timeOf(number), by: null, ...body });

describe("calls", () => {
    it("are as the highest version says, and what is over stays over", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.infiniteStream(fc.nat()), (versions, ends, chance) => {
                const wire = new FakeWire();
                const store = new CallsStore(wire);
                const all = Array.from({ length: versions }, (_, index) => call(index + 1, ends && index === versions - 1 ? "ended" : "active", "present"));
                for (const one of shuffled([...all, ...all], chance)) wire.tell(one.version % 2 ? "call:member" : "call:changed", told(one.version, { call: one }));
                const known = store.getSnapshot()[idOf(1)];
                if (ends) expect(known).toBeUndefined();
                else expect(known?.version).toBe(versions);
            }),
            { numRuns: 50 },
        );
    });

    it("keep who has refused to be recorded, which is told once, for that recording", () => {
        const wire = new FakeWire();
        const store = new CallsStore(wire);
        const recorded = (version: number, since: string, consent: Call["members"][number]["consent"]): Call => {
            const one = call(version, "active", "present");
            return {
                ...one,
                members: one.members.map((member) => (member.id === "ada" ? { ...member, consent } : member)),
                lesson: { ...one.lesson, recording: { by: "ben", since } },
            };
        };
        const after = (one: Call) => {
            wire.tell("call:changed", told(one.version, { call: one }));
            return store.get(idOf(1))?.members[1]?.consent;
        };
        expect(after(recorded(1, timeOf(1), "asked"))).toBe("asked");
        expect(after(recorded(1, timeOf(1), "refused"))).toBe("refused");
        expect(after(recorded(2, timeOf(1), "asked"))).toBe("refused");
        expect(after(recorded(3, timeOf(2), "asked"))).toBe("asked");
        expect(after(recorded(3, timeOf(2), "refused"))).toBe("refused");
        expect(after(recorded(4, timeOf(2), "agreed"))).toBe("agreed");
        expect(after(recorded(5, timeOf(2), "asked"))).toBe("asked");
    });

    it("ring until something else is said of them", () => {
        const wire = new FakeWire();
        const store = new CallsStore(wire);
        wire.tell("call:ringing", told(1, { call: call(1), silent: false, until: timeOf(60) }));
        expect(store.getSnapshot()[idOf(1)]?.ringing).toEqual({ silent: false, until: timeOf(60) });
        // Accepted on another device.
        wire.tell("call:accepted", told(2, { call: call(2, "active", "present") }));
        expect(store.getSnapshot()[idOf(1)]?.ringing).toBeNull();
    });

    it("are over when a new connection is not told of them", () => {
        const wire = new FakeWire();
        const store = new CallsStore(wire);
        wire.tell("call:ringing", told(1, { call: call(1), silent: false, until: timeOf(60) }));
        wire.tell("session", {});
        expect(store.getSnapshot()).toEqual({});
        wire.tell("call:current", { calls: [{ call: call(1), ringing: { silent: true, until: timeOf(60), ttlMs: 1 } }] });
        expect(store.getSnapshot()[idOf(1)]?.ringing).toMatchObject({ silent: true });
    });

    it("are told in each newer state, the last one included", () => {
        const wire = new FakeWire();
        const store = new CallsStore(wire);
        const versions: number[] = [];
        const end = store.onCall(({ version }) => versions.push(version));
        for (const version of [1, 3, 2]) wire.tell("call:member", told(version, { call: call(version, "active", "present") }));
        wire.tell("call:ended", told(4, { call: call(4, "ended") }));
        end();
        expect(versions).toEqual([1, 3, 4]);
    });
});
