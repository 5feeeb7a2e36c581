// Small notices that come and go: what happened without this person's doing.

import { signal } from "@preact/signals";

export interface Notice {
    id: number;
    text: string;
}

export const notices = signal<Notice[]>([]);
const shownFor = { short: 8_000, long: 60_000 };
const shownAtOnce = 4;
let last = 0;

export function notify(text: string, how: keyof typeof shownFor = "short"): void {
    const notice = { id: ++last, text };
    notices.value = [...notices.peek(), notice].slice(-shownAtOnce);
    setTimeout(() => dismiss(notice.id), shownFor[how]);
}

export function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
}

// For those who listen to the page: what has just appeared on it.
export const announcement = signal("");

export function announce(text: string): void {
    announcement.value = text;
}
