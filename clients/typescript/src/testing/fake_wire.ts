// A connection that tests play: what is asked is kept until the test answers, what is told arrives when the test says.

import type { EventName, Events, RequestName } from "../protocol.js";
import type { Answer, Body, Failure, RequestOptions, Wire } from "../wire.js";

export interface Asked {
    name: RequestName;
    body: Record<string, unknown>;
    options: RequestOptions | undefined;
    /** The `seq` at which it was asked. */
    asked: string;
    answer: (answer: object) => void;
    refuse: (code: Failure["code"]) => void;
}

export class FakeWire implements Wire {
    readonly asked: Asked[] = [];
    live = true;
    user = "ada";
    last = "";
    private readonly handlers = new Map<string, ((body: never) => void)[]>();
    private readonly resets: (() => void)[] = [];
    private readonly lives: (() => void)[] = [];

    request<Name extends RequestName>(name: Name, body: Body<Name>, options?: RequestOptions): Promise<Answer<Name>> {
        return new Promise((resolve) => {
            this.asked.push({
                name,
                body: body as Record<string, unknown>,
                options,
                asked: this.last,
                answer: (answer) => resolve({ ok: true, ...answer } as Answer<Name>),
                refuse: (code) => resolve({ ok: false, error: { code, message: code } }),
            });
        });
    }

    on<Name extends EventName>(name: Name, handler: (body: Events[Name]) => void): () => void {
        const some = this.handlers.get(name) ?? [];
        some.push(handler as never);
        this.handlers.set(name, some);
        return () => void this.handlers.set(name, (this.handlers.get(name) ?? []).filter((one) => one !== (handler as never)));
    }

    onReset(handler: () => void): () => void {
        this.resets.push(handler);
        return () => {};
    }

    onLive(handler: () => void): () => void {
        this.lives.push(handler);
        return () => {};
    }

    seq = () => this.last;
    me = () => this.user;
    isLive = () => this.live;

    tell(name: EventName, body: object): void {
        const { seq } = body as { seq?: string };
        if (seq !== undefined && seq > this.last) this.last = seq;
        for (const handler of this.handlers.get(name) ?? []) handler(body as never);
    }

    reset(): void {
        for (const handler of this.resets) handler();
    }

    beLive(): void {
        this.live = true;
        for (const handler of this.lives) handler();
    }

    /** The oldest question of that name that has no answer yet. */
    take(name: RequestName): Asked {
        const index = this.asked.findIndex((one) => one.name === name);
        if (index < 0) throw new Error(`nobody asked ${name}, but ${this.asked.map((one) => one.name).join() || "nothing"}`);
        return this.asked.splice(index, 1)[0]!;
    }
}

export const seqOf = (number: number): string => String(number).padStart(16, "0");
export const idOf = (number: number): string => `01J${String(number).padStart(23, "0")}`;
export const timeOf = (number: number): string => new Date(Date.UTC(2026, 2, 2, 8) + number * 1000).toISOString();
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done));
