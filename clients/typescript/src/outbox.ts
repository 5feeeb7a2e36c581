// Requests on their way: each is sent until it is answered, over reconnects, and within limits. What changes something has a
// key, so that the server carries it out once however often it is sent.
//
// In one lane a request is sent when the one before it is settled: two messages written while the train was in the tunnel
// arrive in their order.

import { newKey } from "./key.js";
import { limits } from "./limits.js";
import { keyedRequests, type RequestName } from "./protocol.js";
import { Store } from "./store.js";
import type { Answer, Body, Failure, RequestOptions } from "./wire.js";

/** Sends once. Rejects when no answer came: then it may have been carried out, or not. */
export type Send = (name: string, body: object) => Promise<unknown>;

interface Job {
    name: RequestName;
    body: object;
    bytes: number;
    keyed: boolean;
    lane: string | null;
    signal: AbortSignal | undefined;
    once: boolean;
    deadline: number;
    settle: (answer: { ok: boolean }) => void;
    settled: boolean;
}

const keyed: ReadonlySet<string> = new Set(keyedRequests);

export interface OutboxSnapshot {
    /** Changes that have not been carried out yet. */
    waiting: number;
}

export class Outbox extends Store<OutboxSnapshot> {
    private live = false;
    private closed = false;
    private writes = 0;
    private readonly jobs = new Set<Job>();
    private bytes = 0;
    private readonly lanes = new Map<string, Promise<void>>();
    private readonly wakeUps = new Set<() => void>();

    constructor(private readonly send: Send) {
        super(() => ({ waiting: this.writes }));
    }

    request<Name extends RequestName>(name: Name, body: Body<Name>, options: RequestOptions = {}): Promise<Answer<Name>> {
        const isKeyed = keyed.has(name);
        const whole = isKeyed && !("key" in body) ? { ...body, key: newKey() } : body;
        const bytes = JSON.stringify(whole).length;
        return new Promise((settle) => {
            const refuse = (code: Failure["code"], message: string) => settle({ ok: false, error: { code, message } });
            if (this.closed) return refuse("aborted", "the connection was ended");
            if (options.whenAway === "fail" && !this.live) return refuse("offline", "there is no connection");
            if (this.jobs.size >= limits.waitingMax || this.bytes + bytes > limits.waitingBytesMax) {
                return refuse("queue_full", "too much waits for the connection");
            }
            const job: Job = {
                name,
                body: whole,
                bytes,
                keyed: isKeyed,
                lane: options.lane !== undefined ? options.lane : isKeyed ? name.slice(0, name.indexOf(":")) : null,
                signal: options.signal,
                once: options.once === true,
                deadline: Date.now() + (isKeyed ? limits.writeWaitMax : limits.readWaitMax),
                settle: settle as (answer: { ok: boolean }) => void,
                settled: false,
            };
            this.take(job);
        });
    }

    /** The connection is there, or is not. */
    setLive(live: boolean): void {
        this.live = live;
        if (live) this.wake();
    }

    close(): void {
        this.closed = true;
        this.live = false;
        for (const job of [...this.jobs]) this.finish(job, failed("aborted", "the connection was ended"));
        this.wake();
    }

    private take(job: Job): void {
        this.jobs.add(job);
        this.bytes += job.bytes;
        if (job.keyed) {
            ++this.writes;
            this.changed();
        }
        job.signal?.addEventListener("abort", () => this.finish(job, failed("aborted", "it was given up")), { once: true });
        if (job.signal?.aborted) return this.finish(job, failed("aborted", "it was given up"));
        if (job.lane === null) return void this.carry(job);
        const before = this.lanes.get(job.lane);
        const done = (before ?? Promise.resolve()).then(() => this.carry(job));
        this.lanes.set(job.lane, done);
        void done.then(() => {
            if (this.lanes.get(job.lane!) === done) this.lanes.delete(job.lane!);
        });
    }

    private async carry(job: Job): Promise<void> {
        for (let attempt = 1; !job.settled; ++attempt) {
            if (!this.live && !(await this.connectionOf(job))) return;
            const answer = await this.send(job.name, job.body).then(asAnswer, () => null);
            if (job.settled) return;
            const wait = job.once ? null : this.waitAfter(answer, attempt);
            if (wait === null) return this.finish(job, answer ?? failed("unavailable", "the server did not answer"));
            // Without an answer because the connection is gone: that is no attempt, it is sent again when it is back.
            if (answer === null && !this.live) {
                --attempt;
                continue;
            }
            await sleep(wait);
        }
    }

    /** How long to wait before it is sent again, or null when this was the end of it. */
    private waitAfter(answer: SomeAnswer | null, attempt: number): number | null {
        if (answer?.ok) return null;
        if (attempt >= limits.attemptsMax) return null;
        const later = Math.min(limits.retryFirst * 2 ** (attempt - 1), limits.retryLongest) * (1 + Math.random() / 2);
        if (answer === null) return later;
        const { code, retryAfter = 0 } = answer.error!;
        const told = retryAfter * 1000;
        if (code === "unavailable") return told > limits.rateLimitedWaitMax ? null : Math.max(told, later);
        if (code === "rate_limited" && told <= limits.rateLimitedWaitMax) return Math.max(told, limits.retryFirst);
        return null;
    }

    /** False: it came too late, or the request was given up meanwhile. */
    private async connectionOf(job: Job): Promise<boolean> {
        while (!this.live && !job.settled) {
            const left = job.deadline - Date.now();
            if (left <= 0) {
                this.finish(job, failed("offline", "the connection did not come back in time"));
                return false;
            }
            await this.wakeUp(Math.min(left, 60_000), job.signal);
        }
        return !job.settled;
    }

    private wakeUp(atMost: number, signal: AbortSignal | undefined): Promise<void> {
        return new Promise((done) => {
            const wake = () => {
                clearTimeout(timer);
                this.wakeUps.delete(wake);
                signal?.removeEventListener("abort", wake);
                done();
            };
            const timer = setTimeout(wake, atMost);
            this.wakeUps.add(wake);
            signal?.addEventListener("abort", wake, { once: true });
        });
    }

    private wake(): void {
        for (const wake of [...this.wakeUps]) wake();
    }

    private finish(job: Job, answer: SomeAnswer): void {
        if (job.settled) return;
        job.settled = true;
        this.jobs.delete(job);
        this.bytes -= job.bytes;
        job.settle(answer);
        if (!job.keyed) return;
        --this.writes;
        this.changed();
    }
}

interface SomeAnswer {
    ok: boolean;
    error?: Failure;
}

const failed = (code: Failure["code"], message: string): SomeAnswer => ({ ok: false, error: { code, message } });

// Whatever a server in between may answer with.
function asAnswer(answer: unknown): SomeAnswer {
    const some = answer as SomeAnswer | null;
    if (some?.ok === true) return some;
    if (some?.ok === false && typeof some.error?.code === "string") return some;
    return failed("internal", "the answer is none");
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
