// Stores of @homeroom/client as signals.

import type { Readable } from "@homeroom/client";
import type { Signal } from "@preact/signals";

// Keeps the signal as the store is; the result ends it.
export function follow<Snapshot>(target: Signal<Snapshot>, store: Readable<Snapshot>): () => void {
    target.value = store.getSnapshot();
    return store.subscribe(() => (target.value = store.getSnapshot()));
}
