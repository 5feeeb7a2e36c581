// Runs works: each entry once a round, each time on a server that has just been started.

// The order in a round: phases one after the other, and within one, whoever was first last time is last.
export function orderOf(entries, round) {
    const phases = new Map();
    for (const entry of entries) {
        const phase = entry.phase ?? 0;
        phases.set(phase, [...(phases.get(phase) ?? []), entry]);
    }
    return [...phases.keys()]
        .sort((a, b) => a - b)
        .flatMap((phase) => {
            const list = phases.get(phase);
            const first = round % list.length;
            return [...list.slice(first), ...list.slice(0, first)];
        });
}

export class Runner {
    constructor({ servers, generator, programs, folder, say }) {
        Object.assign(this, { servers, generator, programs, folder, say });
        this.lengths = new Map(); // what measures them → what it found
    }

    // Of frames, where the peers' are to be as long as Homeroom's: { payload: of the peers, … }, measured once for all works.
    async lengthsFor({ lengths: measure }) {
        if (measure === undefined) return null;
        if (!this.lengths.has(measure)) this.lengths.set(measure, await measure(this));
        return this.lengths.get(measure);
    }

    // After each round `save` is given all rounds that are complete: { rounds, rounds_wanted, payload_as_long,
    // entries: id → its results }. One that is broken off has other servers than it lacks, and is none.
    async run(work, rounds, save) {
        const lengths = await this.lengthsFor(work);
        const entries = Object.fromEntries(work.entries.map(({ id }) => [id, []]));
        for (let round = 0; round < rounds; round++) {
            const results = {};
            for (const entry of orderOf(work.entries, round)) {
                this.say(`${work.name}, round ${round + 1} of ${rounds}: ${entry.label}`);
                results[entry.id] = await this.runEntry(entry, { lengths, round: results });
            }
            for (const [id, result] of Object.entries(results)) entries[id].push(result);
            save({ rounds: round + 1, rounds_wanted: rounds, payload_as_long: lengths?.payload ?? null, entries });
        }
    }

    async runEntry(entry, context) {
        try {
            if (entry.server === undefined) return await this.measure(entry, null, context);
            const server = await this.servers.start(entry.server);
            try {
                return await this.measure(entry, server, context);
            } finally {
                await server.stop(); // throws when it had ended before
            }
        } catch (error) {
            this.say(`  failed: ${error.message}`);
            return { error: error.message };
        }
    }

    async measure(entry, server, context) {
        const { programs, folder, generator } = this;
        const result =
            entry.scenario === undefined
                ? await entry.run({ server, programs, folder, generatorCpus: generator.cpus, seconds: generator.seconds })
                : await generator.measure(server, entry.scenario, entry.args(context), entry.options);
        return { ...result, ...entry.also?.(context) };
    }
}
