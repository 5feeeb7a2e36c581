import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { limits } from "./limits.js";
import { Outbox } from "./outbox.js";

interface Sent {
    name: string;
    body: Record<string, unknown>;
    answer: (answer: object) => void;
    lose: () => void;
}

function server() {
    const sent: Sent[] = [];
    const outbox = new Outbox(
        (name, body) =>
            new Promise((answer, reject) => {
                sent.push({ name, body: body as Record<string, unknown>, answer, lose: () => reject(new Error("timeout")) });
            }),
    );
    return { sent, outbox };
}

const text = (outbox: Outbox, words: string) => outbox.request("message:send", { to: { conversation: "c" }, text: words });
const refusal = (code: string, retryAfter?: number) => ({ ok: false, error: { code, message: code, ...(retryAfter ? { retryAfter } : {}) } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a request", () => {
    it("gets a key if it changes something, and keeps it when it is sent again", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        const answered = text(outbox, "hello");
        await vi.advanceTimersByTimeAsync(0);
        expect(sent[0]!.body.key).toMatch(/.{16}/);
        sent[0]!.lose();
        await vi.advanceTimersByTimeAsync(limits.retryLongest);
        expect(sent).toHaveLength(2);
        expect(sent[1]!.body).toEqual(sent[0]!.body);
        sent[1]!.answer({ ok: true, message: { id: "m" } });
        expect(await answered).toMatchObject({ ok: true });
        expect(outbox.getSnapshot().waiting).toBe(0);
    });

    it("gets none if it only reads", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        void outbox.request("feed:list", { room: "class-math" });
        await vi.advanceTimersByTimeAsync(0);
        expect(sent[0]!.body).toEqual({ room: "class-math" });
    });

    it("waits for the connection, and is counted while it does", async () => {
        const { outbox, sent } = server();
        const answered = text(outbox, "from the tunnel");
        await vi.advanceTimersByTimeAsync(5 * 60_000);
        expect(sent).toHaveLength(0);
        expect(outbox.getSnapshot().waiting).toBe(1);
        outbox.setLive(true);
        await vi.advanceTimersByTimeAsync(0);
        sent[0]!.answer({ ok: true });
        expect((await answered).ok).toBe(true);
    });

    it("does not wait if it was asked not to", async () => {
        const { outbox } = server();
        const answer = await outbox.request("typing", { to: { room: "class-math" }, on: true }, { whenAway: "fail" });
        expect(answer).toMatchObject({ ok: false, error: { code: "offline" } });
    });

    it("is sent once if it was asked so", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        const answered = outbox.request("presence:set", { status: "online" }, { once: true });
        await vi.advanceTimersByTimeAsync(0);
        sent[0]!.lose();
        expect(await answered).toMatchObject({ ok: false, error: { code: "unavailable" } });
        expect(sent).toHaveLength(1);
    });

    it("is given up in the end", async () => {
        const { outbox, sent } = server();
        const reading = outbox.request("feed:list", { room: "class-math" });
        await vi.advanceTimersByTimeAsync(limits.readWaitMax + 1);
        expect(await reading).toMatchObject({ ok: false, error: { code: "offline" } });
        outbox.setLive(true);
        const unanswered = text(outbox, "into the void");
        for (let attempt = 0; attempt < limits.attemptsMax; ++attempt) {
            await vi.advanceTimersByTimeAsync(2 * limits.retryLongest);
            sent.at(-1)!.lose();
        }
        expect(await unanswered).toMatchObject({ ok: false, error: { code: "unavailable" } });
        expect(sent).toHaveLength(limits.attemptsMax);
    });

    it("that was lost with the connection has made no attempt", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        const answered = text(outbox, "again and again");
        for (let time = 0; time < 3 * limits.attemptsMax; ++time) {
            await vi.advanceTimersByTimeAsync(0);
            outbox.setLive(false);
            sent.at(-1)!.lose();
            await vi.advanceTimersByTimeAsync(0);
            outbox.setLive(true);
        }
        await vi.advanceTimersByTimeAsync(0);
        sent.at(-1)!.answer({ ok: true });
        expect((await answered).ok).toBe(true);
    });

    it("that was too fast waits by itself; one that is refused does not come again", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        const fast = text(outbox, "fast");
        await vi.advanceTimersByTimeAsync(0);
        sent[0]!.answer(refusal("rate_limited", 3));
        await vi.advanceTimersByTimeAsync(2_900);
        expect(sent).toHaveLength(1);
        await vi.advanceTimersByTimeAsync(200);
        sent[1]!.answer(refusal("forbidden"));
        expect(await fast).toMatchObject({ ok: false, error: { code: "forbidden" } });
        // For longer than anybody waits before a page, it is told.
        const slow = text(outbox, "slow mode");
        await vi.advanceTimersByTimeAsync(0);
        sent[2]!.answer(refusal("rate_limited", 3600));
        expect(await slow).toMatchObject({ ok: false, error: { code: "rate_limited", retryAfter: 3600 } });
    });

    it("can be given up", async () => {
        const { outbox, sent } = server();
        const giveUp = new AbortController();
        const answered = outbox.request("feed:search", { query: "a" }, { signal: giveUp.signal });
        giveUp.abort();
        expect(await answered).toMatchObject({ ok: false, error: { code: "aborted" } });
        outbox.setLive(true);
        await vi.advanceTimersByTimeAsync(0);
        expect(sent).toHaveLength(0);
    });
});

describe("requests of one kind", () => {
    it("are carried out in their order, also when one must be sent again", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        const answers = ["one", "two", "three"].map((words) => text(outbox, words));
        await vi.advanceTimersByTimeAsync(0);
        expect(sent.map(({ body }) => body.text)).toEqual(["one"]);
        sent[0]!.lose();
        await vi.advanceTimersByTimeAsync(limits.retryLongest);
        for (const place of [1, 2, 3]) {
            sent[place]!.answer({ ok: true });
            await vi.advanceTimersByTimeAsync(0);
        }
        await Promise.all(answers);
        expect(sent.map(({ body }) => body.text)).toEqual(["one", "one", "two", "three"]);
    });

    it("do not wait for others", async () => {
        const { outbox, sent } = server();
        outbox.setLive(true);
        void text(outbox, "one");
        void outbox.request("post:create", { to: "class-math", text: "a post" });
        await vi.advanceTimersByTimeAsync(0);
        expect(sent.map(({ name }) => name)).toEqual(["message:send", "post:create"]);
    });
});

describe("what waits", () => {
    it("has a limit in number", async () => {
        const { outbox } = server();
        for (let number = 0; number < limits.waitingMax; ++number) void text(outbox, "x");
        expect(await text(outbox, "one too many")).toMatchObject({ ok: false, error: { code: "queue_full" } });
    });

    it("has a limit in bytes", async () => {
        const { outbox } = server();
        const large = "x".repeat(limits.waitingBytesMax - 1000);
        void text(outbox, large);
        expect(await text(outbox, "y".repeat(2000))).toMatchObject({ ok: false, error: { code: "queue_full" } });
    });

    it("is answered when it is all over", async () => {
        const { outbox } = server();
        const answered = text(outbox, "never");
        outbox.close();
        expect(await answered).toMatchObject({ ok: false, error: { code: "aborted" } });
        expect(await text(outbox, "too late")).toMatchObject({ ok: false, error: { code: "aborted" } });
    });
});
