// Chance that can be repeated: the same seed gives the same run (mulberry32).

export class Chance {
    constructor(seed) {
        this.seed = seed >>> 0;
        this.state = this.seed;
    }

    // 0 ≤ number < 1
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = this.state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }

    below(end) {
        return Math.floor(this.next() * end);
    }

    one(list) {
        return list[this.below(list.length)];
    }

    happens(probability) {
        return this.next() < probability;
    }

    // One of { name: weight, … }.
    weighed(weights) {
        const entries = Object.entries(weights);
        let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
        for (const [name, weight] of entries) {
            rest -= weight;
            if (rest < 0) return name;
        }
        return entries.at(-1)[0];
    }
}

// The seed of this run: SEED of the environment, or a new one; printed, so that a failure can be run again.
export function seedOfRun() {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
    console.log(`SEED=${seed}`);
    return seed;
}
