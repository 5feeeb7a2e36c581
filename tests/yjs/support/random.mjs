// Numbers that are the same for the same seed (mulberry32), and what to draw by them.
export class Random {
    #state;

    constructor(seed) {
        this.#state = seed >>> 0;
    }

    number() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let t = this.#state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }

    below(end) {
        return Math.floor(this.number() * end);
    }

    chance(probability) {
        return this.number() < probability;
    }

    of(list) {
        return list[this.below(list.length)];
    }

    shuffled(list) {
        const result = [...list];
        for (let i = result.length - 1; i > 0; --i) {
            const j = this.below(i + 1);
            [result[i], result[j]] = [result[j], result[i]];
        }
        return result;
    }
}
