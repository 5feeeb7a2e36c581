import { expect, test } from "vitest";

import { clockFace, secondsLeft } from "./time";

const timer = { focus: 1500, break: 300, rounds: 4, phase: null, round: 0, running: false, endsAt: null, remaining: null };
const at = Date.parse("2026-12-01T15:00:00Z");

test("a timer that has not begun shows its first phase", () => {
    expect(secondsLeft(timer, at)).toBe(1500);
});

test("a timer that runs counts to its moment, and not behind it", () => {
    const runs = { ...timer, phase: "focus" as const, round: 1, running: true, endsAt: "2026-12-01T15:00:10Z" };
    expect(secondsLeft(runs, at)).toBe(10);
    expect(secondsLeft(runs, at + 9_400)).toBe(1);
    expect(secondsLeft(runs, at + 60_000)).toBe(0);
});

test("a paused timer shows what is left", () => {
    expect(secondsLeft({ ...timer, phase: "break", remaining: 61_000 }, at)).toBe(61);
});

test("the face of the clock", () => {
    expect([0, 59, 61, 3599, 3600, 7265].map(clockFace)).toEqual(["00:00", "00:59", "01:01", "59:59", "1:00:00", "2:01:05"]);
});
