// What Watching does when a picture breaks, and when its next ticket does not come.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

type State = "connecting" | "playing" | "broken";
type Answer = { ok: true; playback: object; startAfter: number } | { ok: false; error: { code: string } };

const players: { token: string | null; closed: boolean; tell: (state: State) => void }[] = [];
vi.mock("./whep", () => ({
    Whep: class {
        closed = false;
        constructor(
            _url: string,
            readonly token: string | null,
            _video: unknown,
            readonly tell: (state: State) => void,
        ) {
            players.push(this);
        }
        close() {
            this.closed = true;
        }
    },
}));

const asked: string[] = [];
let answer: () => Answer;
const listeners = new Map<string, (event: unknown) => void>();
vi.mock("../app/homeroom", () => ({
    homeroom: {
        value: {
            on: (name: string, listener: (event: unknown) => void) => {
                listeners.set(name, listener);
                return () => listeners.delete(name);
            },
            request: (name: string) => {
                asked.push(name);
                return Promise.resolve(answer());
            },
        },
    },
}));

const { holds, pause } = await import("./pace");
const { Watching } = await import("./watching");

const newest = () => players[players.length - 1]!;
let tickets = 0;
function ticket(seconds: number): Answer {
    tickets += 1;
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    return { ok: true, startAfter: 0, playback: { whep: "https://media.example/x/whep", hls: null, link: null, token: `t${tickets}`, expiresAt } };
}
const start = async () => {
    const watching = new Watching({ id: "x" } as never, () => ({}) as HTMLVideoElement);
    await vi.advanceTimersByTimeAsync(1);
    return watching;
};

beforeEach(() => {
    vi.useFakeTimers();
    players.length = 0;
    asked.length = 0;
    tickets = 0;
    answer = () => ticket(120);
});
afterEach(() => vi.useRealTimers());

describe("Watching", () => {
    it("waits longer each time, and each a time of his own", () => {
        expect([0, 1, 2, 3].map((failures) => pause(failures, 0.5))).toEqual([3_000, 6_000, 12_000, 24_000]);
        expect(pause(0, 0)).toBe(1_500);
        expect(pause(0, 1)).toBe(4_500);
        expect(pause(30, 0)).toBe(60_000);
        expect(holds(null)).toBe(true);
        expect(holds(new Date(Date.now() + 60_000).toISOString())).toBe(true);
        expect(holds(new Date(Date.now() + 1_000).toISOString())).toBe(false);
    });

    it("begins anew with the ticket that it has, as long as that holds", async () => {
        const watching = await start();
        for (let i = 0; i < 3; i++) {
            newest().tell("broken");
            await vi.advanceTimersByTimeAsync(18_001);
        }
        expect(players.map(({ token }) => token)).toEqual(["t1", "t1", "t1", "t1"]);
        expect(asked).toEqual(["live:watch"]);
        watching.close();
    });

    it("asks for another when that is over", async () => {
        answer = () => ticket(20);
        const watching = await start();
        answer = () => ({ ok: false, error: { code: "unavailable" } });
        await vi.advanceTimersByTimeAsync(25_000);
        answer = () => ticket(120);
        newest().tell("broken");
        await vi.advanceTimersByTimeAsync(4_501);
        expect(newest().token).toBe("t2");
        watching.close();
    });

    it("leaves a good picture alone when only its next ticket fails", async () => {
        const watching = await start();
        players[0]!.tell("playing");
        answer = () => ({ ok: false, error: { code: "rate_limited" } });
        await vi.advanceTimersByTimeAsync(300_000);
        expect(asked.length).toBeGreaterThan(3);
        expect(players).toHaveLength(1);
        expect(players[0]!.closed).toBe(false);
        expect(watching.state.value).toBe("playing");
        answer = () => ticket(120);
        await vi.advanceTimersByTimeAsync(60_000);
        expect(players).toHaveLength(1);
        answer = () => ({ ok: false, error: { code: "not_found" } });
        await vi.advanceTimersByTimeAsync(120_000);
        expect(watching.state.value).toBe("removed");
        expect(players[0]!.closed).toBe(true);
    });
});
