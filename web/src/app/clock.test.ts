import { expect, it } from "vitest";

import { relativeTime } from "./clock";

const at = "2026-03-02T10:00:00Z";
const later = (seconds: number) => relativeTime(at, Date.parse(at) + seconds * 1000);

it.each([
    [0, "just now"],
    [-30, "just now"],
    [44, "just now"],
    [50, "1 minute ago"],
    [125, "2 minutes ago"],
    [3 * 3600 + 5, "3 hours ago"],
    [86_400, "yesterday"],
    [3 * 86_400, "3 days ago"],
])("%i seconds later: %s", (seconds, words) => {
    expect(later(seconds)).toBe(words);
});

it("gives the date after a week", () => {
    expect(later(10 * 86_400)).toMatch(/Mar 2, 2026/);
});

it("says nothing about what is no time", () => {
    expect(relativeTime("soon", 0)).toBe("");
});
