// Relative times ("3 minutes ago") that stay right while the page is open.

import { signal } from "@preact/signals";

export const now = signal(Date.now());

export function startClock(): void {
    setInterval(() => (now.value = Date.now()), 20_000);
    document.addEventListener("visibilitychange", () => (now.value = Date.now()));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
];

export function relativeTime(at: string, reference: number, locale = "en"): string {
    const seconds = Math.round((reference - Date.parse(at)) / 1000);
    if (Number.isNaN(seconds)) return "";
    // A server's clock may be a little ahead of ours.
    if (seconds < 45) return "just now";
    if (seconds >= 7 * 86_400) {
        return new Date(at).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
    }
    const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    for (const [unit, length] of steps) {
        if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
    }
    return format.format(-1, "minute");
}
