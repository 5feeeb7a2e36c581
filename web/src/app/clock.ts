// Times in words ("3 minutes ago") that stay right while the page is open, in the user's language and zone.

import { signal } from "@preact/signals";

import { locale, t } from "../strings";

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

export function relativeTime(at: string, reference: number): string {
    const seconds = Math.round((reference - Date.parse(at)) / 1000);
    if (Number.isNaN(seconds)) return "";
    // A server's clock may be a little ahead of ours.
    if (seconds < 45) return t().app.justNow;
    if (seconds >= 7 * 86_400) return new Date(at).toLocaleDateString(locale.value, { day: "numeric", month: "short", year: "numeric" });
    const format = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" });
    for (const [unit, length] of steps) {
        if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
    }
    return format.format(-1, "minute");
}

export const dateAndTime = (at: string): string =>
    new Date(at).toLocaleString(locale.value, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const timeOfDay = (at: string): string => new Date(at).toLocaleTimeString(locale.value, { hour: "2-digit", minute: "2-digit" });

export const dayOf = (at: string): string => new Date(at).toLocaleDateString(locale.value, { weekday: "long", day: "numeric", month: "long" });
