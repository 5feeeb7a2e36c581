// What every store is: a snapshot that never changes, and a call when there is another. `subscribe` and `getSnapshot` are
// bound, so that they can be handed to React's useSyncExternalStore, or wrapped into a signal.

export interface Readable<Snapshot> {
    getSnapshot: () => Snapshot;
    /** Calls back after each change; the result ends it. */
    subscribe: (listener: () => void) => () => void;
}

/** Calls each, also when one of them throws: the error is reported as one that nobody caught, and the others are called. */
export function callAll<Listener>(listeners: Iterable<Listener>, call: (listener: Listener) => void): void {
    for (const listener of [...listeners]) {
        try {
            call(listener);
        } catch (error) {
            queueMicrotask(() => {
                throw error;
            });
        }
    }
}

export class Store<Snapshot> implements Readable<Snapshot> {
    private readonly listeners = new Set<() => void>();
    private snapshot: Snapshot | undefined;

    /** `make`: the snapshot of this moment. Called once after each change, and only if somebody looks. */
    constructor(private readonly make: () => Snapshot) {}

    readonly getSnapshot = (): Snapshot => (this.snapshot ??= this.make());

    readonly subscribe = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    };

    protected changed(): void {
        this.snapshot = undefined;
        callAll(this.listeners, (listener) => listener());
    }
}

/** A store whose snapshot is one value that is set. */
export class Value<Snapshot> implements Readable<Snapshot> {
    private readonly listeners = new Set<() => void>();

    constructor(private value: Snapshot) {}

    readonly getSnapshot = (): Snapshot => this.value;

    readonly subscribe = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    };

    set(value: Snapshot): void {
        this.value = value;
        callAll(this.listeners, (listener) => listener());
    }
}
