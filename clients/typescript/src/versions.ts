// Things by id, each as the latest that was said of it, in whatever order it was said. "Later" is the event's `seq`; what an
// answer says counts as of the moment of the question, so that an event that crossed with the answer is not undone by it.

export class Versions<Thing> {
    private readonly held = new Map<string, { thing: Thing; seq: string }>();
    // Of what is gone: since when. The oldest are forgotten.
    private readonly gone = new Map<string, string>();

    constructor(private readonly tombstonesMax: number) {}

    get(id: string): Thing | undefined {
        return this.held.get(id)?.thing;
    }

    seqOf(id: string): string {
        return this.held.get(id)?.seq ?? this.gone.get(id) ?? "";
    }

    has(id: string): boolean {
        return this.held.has(id);
    }

    get size(): number {
        return this.held.size;
    }

    values(): Thing[] {
        return Array.from(this.held.values(), ({ thing }) => thing);
    }

    ids(): string[] {
        return [...this.held.keys()];
    }

    /** Whether it was news. */
    put(id: string, thing: Thing, seq: string): boolean {
        if (seq < this.seqOf(id)) return false;
        this.gone.delete(id);
        this.held.set(id, { thing, seq });
        return true;
    }

    /** Changes what is there without calling it newer. */
    amend(id: string, change: (thing: Thing) => Thing): void {
        const entry = this.held.get(id);
        if (entry) entry.thing = change(entry.thing);
    }

    remove(id: string, seq: string): boolean {
        if (seq < this.seqOf(id)) return false;
        const was = this.held.delete(id);
        this.gone.delete(id); // so that it is the youngest again
        this.gone.set(id, seq);
        if (this.gone.size > this.tombstonesMax) this.gone.delete(this.gone.keys().next().value!);
        return was;
    }

    /** Of a fresh list: what it does not have and nothing was heard of since the question is there no longer. */
    keepOnly(ids: ReadonlySet<string>, asked: string): void {
        for (const [id, { seq }] of this.held) if (!ids.has(id) && seq <= asked) this.held.delete(id);
    }

    clear(): void {
        this.held.clear();
        this.gone.clear();
    }
}

/** A map that forgets what was put in first once there are too many. */
export class Bounded<Value> {
    private readonly entries = new Map<string, Value>();

    constructor(private readonly max: number) {}

    get(id: string): Value | undefined {
        return this.entries.get(id);
    }

    /** What is there, or else what `make` makes. */
    at(id: string, make: () => Value): Value {
        const there = this.entries.get(id);
        if (there !== undefined) return there;
        const made = make();
        this.set(id, made);
        return made;
    }

    set(id: string, value: Value): void {
        this.entries.set(id, value);
        if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value!);
    }

    delete(id: string): void {
        this.entries.delete(id);
    }

    has(id: string): boolean {
        return this.entries.has(id);
    }

    clear(): void {
        this.entries.clear();
    }
}
