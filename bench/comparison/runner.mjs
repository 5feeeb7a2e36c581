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

// `42["msg","…"]` in a frame of so many bytes, whose head has four of them: what remains for the data.
const msgBytes = '42["msg",""]'.length + 4;

export class Runner {
    constructor({ servers, generator, programs, folder, say }) {
        Object.assign(this, { servers, generator, programs, folder, say });
        this.payloadAsLong = null;
    }

    // How long `data` must be, so that a bare event's frame is as long as that of a post of 128 bytes.
    async measurePayload() {
        if (this.payloadAsLong !== null) return this.payloadAsLong;
        const server = await this.servers.start({ kind: "homeroom" });
        try {
            const args = ["--connections", 20, "--room", "class-lecture", "--in-flight", 1];
            const { bytes_per_delivery } = await this.generator.measure(server, "fanout", args, { seconds: 1 });
            this.payloadAsLong = Math.round(bytes_per_delivery) - msgBytes;
        } finally {
            await server.stop();
        }
        return this.payloadAsLong;
    }

    // → entries: id → its results; after each round `save` is given them
    async run(work, rounds, save) {
        const payloadAsLong = work.entries.some(({ id }) => id.endsWith("_long"))
            ? await this.measurePayload()
            : null;
        const entries = Object.fromEntries(work.entries.map(({ id }) => [id, []]));
        for (let round = 0; round < rounds; round++) {
            const results = {};
            for (const entry of orderOf(work.entries, round)) {
                this.say(`${work.name}, round ${round + 1} of ${rounds}: ${entry.label}`);
                results[entry.id] = await this.runEntry(entry, { payloadAsLong, round: results });
                entries[entry.id][round] = results[entry.id];
            }
            save({ payload_as_long: payloadAsLong, entries });
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

    measure(entry, server, context) {
        if (entry.scenario !== undefined)
            return this.generator.measure(server, entry.scenario, entry.args(context), entry.options);
        const { programs, folder, generator } = this;
        return entry.run({ server, programs, folder, generatorCpus: generator.cpus, seconds: generator.seconds });
    }
}
