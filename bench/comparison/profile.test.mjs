import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { profileTable } from "./profile.mjs";

// 1,000 messages a second for two seconds.
const run = (user_seconds, system_seconds, more) => ({
    ...{ per_second: 1_000, seconds: 2, server: { user_seconds, system_seconds }, ...more },
});
const works = [
    { name: "echo", title: "Echo", message: "an echo", entries: [{ id: "bare", label: "bare" }, { id: "disk", label: "disk" }] },
    { name: "idle", title: "Idle", entries: [{ id: "bare", label: "bare" }] },
];

describe("where the time goes", () => {
    test("is microseconds of each message, in the kernel and out of it, and the kernel's share", () => {
        const entries = { bare: [run(0.01, 0.03)], disk: [{ sync_ms: { p50: 1 } }] };
        const lines = profileTable(works, { echo: { entries }, idle: { entries } }).split("\n");
        assert.deepEqual(lines.slice(2), ["| **Echo: an echo** |  |  |  |", "| bare | 5.00 | 15.0 | 75 % |"]);
    });
    test("lies between the rounds, of which some do not count", () => {
        const entries = { bare: [run(0.01, 0.03), run(0.02, 0.02), run(9, 9, { check_failed: "1 lost" })] };
        const lines = profileTable(works, { echo: { entries } }).split("\n");
        assert.equal(lines[3], "| bare ‡ | 7.50 (5.00–10.0) | 12.5 (10.0–15.0) | 63 % (50 %–75 %) |");
    });
    test("is not known of a server that is not on this machine, or did nothing", () => {
        const entries = { bare: [{ per_second: 5, seconds: 2, server: null }, run(0, 0)] };
        assert.equal(profileTable(works, { echo: { entries } }), "Not measured yet.");
    });
});
