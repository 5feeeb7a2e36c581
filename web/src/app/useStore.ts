// A store of @homeroom/client for as long as a component is shown. Give the component a key where what it shows may change.

import type { Readable } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

export function useStore<Snapshot, Shop extends Readable<Snapshot> & { close(): void }>(make: () => Shop & Readable<Snapshot>): [Shop, Snapshot] {
    const [store] = useState(make);
    const [snapshot, setSnapshot] = useState<Snapshot>(() => store.getSnapshot());
    useEffect(() => {
        const look = () => setSnapshot(() => store.getSnapshot());
        look();
        const end = store.subscribe(look);
        return () => {
            end();
            store.close();
        };
    }, []);
    return [store, snapshot];
}
