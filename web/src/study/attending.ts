// The session that this page is in, also while one looks at another: who opens the document that all look at is still there.

import type { StudySessionStore } from "@homeroom/client";
import { signal } from "@preact/signals";

import { homeroom, withEachSignIn } from "../app/homeroom";

export const attending = signal<StudySessionStore | null>(null);

// One at a time.
export function attend(id: string): StudySessionStore {
    const { value } = attending;
    if (value?.id === id) return value;
    value?.close();
    return (attending.value = homeroom.value!.studySession(id));
}

// Nobody looks at it any more: who is in it stays.
export function lookAway(store: StudySessionStore): void {
    if (attending.value !== store || store.getSnapshot().status === "in") return;
    store.close();
    attending.value = null;
}

withEachSignIn(() => () => {
    attending.value?.close();
    attending.value = null;
});
