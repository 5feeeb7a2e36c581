// How long to wait before the next attempt: longer each time, and never as long as the others, so that a media server that fails a
// whole class does not have all of it back in the same second.

const first = 3_000; // milliseconds
const longest = 60_000;

// `failures`: how many there were in a row before this one. `chance`: from 0 to 1.
export function pause(failures: number, chance = Math.random()): number {
    return Math.min(first * 2 ** failures * (0.5 + chance), longest);
}

// Whether a ticket is good for another attempt; one that never ends (null) is.
export function holds(expiresAt: string | null, now = Date.now()): boolean {
    return expiresAt === null || Date.parse(expiresAt) - now > first;
}
