// What was written and not sent yet, by place ("room:…", "post:…"): it survives a failure, another room, a closed thread.
// A draft keeps its key until it is sent or changed, so that sending it again after a lost answer posts it once.

import { signal } from "@preact/signals";

import { newKey } from "@homeroom/client";

interface Draft {
    text: string;
    key: string;
}

const drafts = signal<Record<string, Draft>>({});

export const draftText = (place: string): string => drafts.value[place]?.text ?? "";

export function setDraft(place: string, text: string): void {
    drafts.value = { ...drafts.value, [place]: { text, key: newKey() } };
}

export const draftKey = (place: string): string => drafts.value[place]?.key ?? newKey();

// Only what was sent: meanwhile another line may have been written.
export function clearDraft(place: string, sent: string): void {
    if (draftText(place) === sent) setDraft(place, "");
}

export function forgetDrafts(): void {
    drafts.value = {};
}
