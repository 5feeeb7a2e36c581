// The server's numbers, as Prometheus' text format has them, and what is made of two readings.

export type Numbers = ReadonlyMap<string, number>; // by name with labels, as it stands in the text

export function numbersIn(text: string): Numbers {
    const numbers = new Map<string, number>();
    for (const line of text.split("\n")) {
        if (line === "" || line.startsWith("#")) continue;
        const space = line.lastIndexOf(" ");
        const value = Number(line.slice(space + 1));
        if (space > 0 && Number.isFinite(value)) numbers.set(line.slice(0, space), value);
    }
    return numbers;
}

// Over all labels.
export function sumOf(numbers: Numbers, name: string): number {
    let sum = 0;
    for (const [key, value] of numbers) if (key === name || key.startsWith(`${name}{`)) sum += value;
    return sum;
}

export interface Reading {
    at: number; // milliseconds
    took: number; // milliseconds until the answer was there
    numbers: Numbers;
}

// By how much a counter grew a second. A server that began anew counts from nothing.
export function rateOf(name: string, before: Reading, now: Reading): number {
    const grown = sumOf(now.numbers, name) - sumOf(before.numbers, name);
    return grown < 0 ? 0 : grown / Math.max(0.001, (now.at - before.at) / 1000);
}

// Of a histogram: how many were within each bound, in seconds.
export function sharesOf(numbers: Numbers, name: string): { within: number; share: number }[] {
    const total = numbers.get(`${name}_count`) ?? 0;
    if (total === 0) return [];
    const shares: { within: number; share: number }[] = [];
    for (const [key, value] of numbers) {
        const bound = key.startsWith(`${name}_bucket{`) ? Number(/le="([^"]+)"/.exec(key)?.[1]) : NaN;
        if (Number.isFinite(bound)) shares.push({ within: bound, share: value / total });
    }
    return shares.sort((one, other) => one.within - other.within);
}
