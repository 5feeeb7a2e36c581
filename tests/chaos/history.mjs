// What happened: who asked for what and when it was acknowledged, who was in which room, who received what. The judge reads
// nothing else. Times are milliseconds of this process's own clock, which runs steadily.
//
// Every operation has a token in its text. Whoever is sent the token was sent something of the operation.

import fs from "node:fs";

export const now = () => Math.round(performance.now());
const tokens = /op\.[a-z-]+\.\d+/g;
export const tokensIn = (text) => [...new Set(text.match(tokens) ?? [])];

export class History {
    constructor(fixed) {
        this.fixed = fixed; // room → those who are in it all the time
        this.stays = []; // { user, room, put: [from, to], removed: [from, to] | null } of those who come and go
        this.operations = new Map(); // token → operation
        this.readers = new Map(); // name → { user, receipts }
        this.records = []; // of the topic of events
        this.letters = []; // tokens of dead letters of commands
        this.stored = []; // { room, token, id }: what the lists have at the end
        this.counts = new Map();
    }

    // kind: what it is; event: the name of what is delivered, if anything; to: { room } or { users }; may: who else may see
    // it; stream: those of one stream are asked one after the other. → the operation, with its token
    begin(stream, { kind, event = null, to, may = [] }) {
        const number = (this.counts.get(stream) ?? 0) + 1;
        this.counts.set(stream, number);
        const token = `op.${stream}.${number}`;
        const operation = { token, stream, number, kind, event, to, may, from: now(), acknowledged: null, refused: null };
        this.operations.set(token, operation);
        return operation;
    }

    reader(name, user) {
        const reader = { user, receipts: [], sessions: 0, recovered: 0, gaps: 0 };
        this.readers.set(name, reader);
        return reader;
    }

    received(reader, name, body) {
        if (typeof body?.seq !== "string") return;
        const { seq, id } = body;
        reader.receipts.push({ at: now(), seq, id, name, tokens: tokensIn(JSON.stringify(body)) });
    }

    write(file) {
        const { fixed, stays, records, letters, stored } = this;
        const operations = [...this.operations.values()];
        const readers = Object.fromEntries(this.readers);
        fs.writeFileSync(file, JSON.stringify({ fixed, stays, operations, readers, records, letters, stored }));
    }
}
