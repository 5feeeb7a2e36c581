// What the timer's state means at a moment.

import type { StudyTimer } from "@homeroom/client";

// `serverNow`: milliseconds, by the server's clock.
export function secondsLeft({ phase, running, endsAt, remaining, focus }: StudyTimer, serverNow: number): number {
    if (phase === null) return focus;
    const left = running && endsAt ? Date.parse(endsAt) - serverNow : (remaining ?? 0);
    return Math.max(0, Math.ceil(left / 1000));
}

export function clockFace(seconds: number): string {
    const minutes = Math.floor(seconds / 60);
    const two = (number: number) => String(number).padStart(2, "0");
    return minutes < 60 ? `${two(minutes)}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
