// Medians, ranges, ratios and verdicts. Pure functions over lists with one value a round, null where a round has none.

const present = (values) => values.filter((value) => Number.isFinite(value));

// → null when there is none
export function median(values) {
    const sorted = present(values).sort((a, b) => a - b);
    if (sorted.length === 0) return null;
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// → { median, min, max, count } or null
export function summary(values) {
    const all = present(values);
    if (all.length === 0) return null;
    return { median: median(all), min: Math.min(...all), max: Math.max(...all), count: all.length };
}

// What one server got over what the other got in the same round: what disturbs a whole round falls out. A round in which
// one of them has no value has no ratio.
export function ratios(ours, theirs) {
    return ours.map((value, round) => {
        const other = theirs[round];
        return Number.isFinite(value) && Number.isFinite(other) && other !== 0 ? value / other : null;
    });
}

export const ratioSummary = (ours, theirs) => summary(ratios(ours, theirs));

export function percentile(values, share) {
    const sorted = present(values).sort((a, b) => a - b);
    if (sorted.length === 0) return null;
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

// target: { atLeast } or { atMost }; measured: a summary or null
// → { state: "met" | "missed" | "unknown", by }: how far it is from the bound, as a share of it; above 0 on the good side
export function verdict(target, measured) {
    if (measured === null) return { state: "unknown", by: null };
    const isFloor = target.atLeast !== undefined;
    const bound = isFloor ? target.atLeast : target.atMost;
    const by = isFloor ? measured.median / bound - 1 : 1 - measured.median / bound;
    return { state: by >= 0 ? "met" : "missed", by };
}
