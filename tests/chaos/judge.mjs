// Compares what was acknowledged with what everybody received, what is in Kafka and what is stored. It knows no server and
// no network, only a history (history.mjs), so that it can be shown histories with known faults.
//
// A finding is { what, where, token?, words }. `what`: lost (acknowledged, and somebody who must have it has it not), doubled,
// out_of_order, leaked, refused, unanswered (still not acknowledged when all was well again), dead_lettered.

const room = (operation) => operation.to.room;

export class Judge {
    constructor(history) {
        this.history = history;
        this.findings = [];
        this.operations = [...history.operations.values()];
        this.numbers = this.journalNumbers();
        this.delays = []; // from the acknowledgement to each delivery
        this.commandDelays = []; // from when Kafka had it
    }

    find(what, where, operation, words) {
        this.findings.push({ what, where, ...(operation ? { token: operation.token } : {}), words });
    }

    // Token → the first number in the journal of what was delivered of it, wherever that was seen.
    journalNumbers() {
        const numbers = new Map();
        const see = (token, seq) => {
            const known = numbers.get(token);
            if (known === undefined || seq < known) numbers.set(token, seq);
        };
        for (const { receipts } of this.history.readers.values())
            for (const receipt of receipts)
                for (const { token } of this.deliveredBy(receipt)) see(token, receipt.seq);
        for (const record of this.history.records)
            for (const { token } of this.deliveredBy(record)) see(token, record.seq);
        return numbers;
    }

    // The operations of which this is the event itself, and not a note about it.
    deliveredBy({ name, tokens }) {
        return tokens.map((token) => this.history.operations.get(token)).filter((one) => one && one.event === name);
    }

    judge() {
        for (const operation of this.operations) this.judgeAnswer(operation);
        for (const [name, reader] of this.history.readers) this.judgeReader(name, reader);
        this.judgeStreams();
        this.judgeRecords();
        this.judgeStored();
        this.judgeLetters();
        return this.findings;
    }

    judgeAnswer(operation) {
        if (operation.refused) this.find("refused", operation.stream, operation, operation.refused);
        else if (operation.acknowledged === null) this.find("unanswered", operation.stream, operation, "asked for in vain");
    }

    judgeReader(name, { user, receipts, gaps }) {
        if (gaps > 0) this.find("lost", name, null, `told ${gaps} times that it missed something`);
        const ids = new Set();
        const got = new Map(); // token → receipt
        let last = "";
        for (const receipt of receipts) {
            if (ids.has(receipt.id)) {
                this.find("doubled", name, null, `${receipt.name} ${receipt.id} came twice`);
                continue;
            }
            ids.add(receipt.id);
            if (receipt.seq <= last) this.find("out_of_order", name, null, `${receipt.name} ${receipt.seq} after ${last}`);
            else last = receipt.seq;
            for (const token of receipt.tokens) this.judgeSight(name, user, token, receipt);
            for (const operation of this.deliveredBy(receipt)) {
                if (got.has(operation.token)) this.find("doubled", name, operation, "two events of one request");
                got.set(operation.token, receipt);
                const delays = operation.stream === "command" ? this.commandDelays : this.delays;
                if (operation.acknowledged !== null) delays.push(receipt.at - operation.acknowledged);
            }
        }
        for (const operation of this.operations)
            if (operation.acknowledged !== null && !got.has(operation.token) && this.mustSee(user, operation, receipts))
                this.find("lost", name, operation, `${operation.event} never came`);
    }

    judgeSight(name, user, token, receipt) {
        const operation = this.history.operations.get(token);
        if (!operation) this.find("leaked", name, null, `${receipt.name} with ${token}, which nobody asked for`);
        else if (!this.maySee(user, operation, receipt.at)) this.find("leaked", name, operation, `${receipt.name} to ${user}`);
    }

    staysOf(user, name) {
        return this.history.stays.filter((stay) => stay.user === user && stay.room === name);
    }

    // Not: what was asked for after his leaving was acknowledged and came before his return was asked for. What was on its way
    // when he left, or what he may read again since he is back, is no leak.
    maySee(user, operation, at) {
        if (operation.may.includes(user)) return true;
        if (operation.to.users) return operation.to.users.includes(user);
        if (this.history.fixed[room(operation)].includes(user)) return true;
        const stays = this.staysOf(user, room(operation));
        return stays.some(({ put, removed }) => put[0] <= at && (!removed || removed[1] === null || operation.from <= removed[1]));
    }

    // Of those who come and go: what was asked for after their coming was acknowledged, when they never left again; or when
    // they have received, before they left, something of the room that came after it.
    mustSee(user, operation, receipts) {
        if (!operation.event) return false;
        if (operation.to.users) return operation.to.users.includes(user);
        if (this.history.fixed[room(operation)].includes(user)) return true;
        const stay = this.staysOf(user, room(operation)).findLast(({ put }) => put[1] !== null && put[1] < operation.from);
        if (!stay) return false;
        if (!stay.removed) return true;
        if (operation.from >= stay.removed[0]) return false;
        const number = this.numbers.get(operation.token);
        return number !== undefined && receipts.some((receipt) => receipt.seq > number && receipt.at > stay.put[1] &&
            receipt.at < stay.removed[0] && this.deliveredBy(receipt).some((other) => room(other) === room(operation)));
    }

    // Who waits for each answer finds what he asked for in that order.
    judgeStreams() {
        const last = new Map(); // stream → operation
        for (const operation of this.operations) {
            const number = this.numbers.get(operation.token);
            if (number === undefined) continue;
            const before = last.get(operation.stream);
            if (before && number <= this.numbers.get(before.token))
                this.find("out_of_order", "the journal", operation, `before ${before.token}, which was acknowledged earlier`);
            last.set(operation.stream, operation);
        }
    }

    // At least once: the same event may come again, and another may not; of each key in order, when repetitions are left out.
    judgeRecords() {
        const ids = new Set();
        const last = new Map(); // key → seq
        const events = new Map(); // token and key → id
        const delivered = new Set();
        this.repeated = 0;
        for (const record of this.history.records) {
            if (ids.has(record.id)) {
                this.repeated++;
                continue;
            }
            ids.add(record.id);
            const before = last.get(record.key);
            if (before !== undefined && record.seq <= before)
                this.find("out_of_order", "Kafka", null, `${record.key}: ${record.seq} after ${before}`);
            last.set(record.key, record.seq);
            for (const operation of this.deliveredBy(record)) {
                const place = `${operation.token} ${record.key}`;
                if (events.has(place)) this.find("doubled", "Kafka", operation, `${events.get(place)} and ${record.id}`);
                events.set(place, record.id);
                delivered.add(operation.token);
            }
        }
        if (!this.history.hasKafka) return;
        for (const operation of this.operations)
            if (operation.event && operation.acknowledged !== null && !delivered.has(operation.token))
                this.find("lost", "Kafka", operation, `no ${operation.event}`);
    }

    // What the lists of the rooms have at the end.
    judgeStored() {
        const places = new Set();
        for (const { token, room: where } of this.history.stored) {
            const operation = this.history.operations.get(token);
            if (places.has(token)) this.find("doubled", `the list of ${where}`, operation, "stored twice");
            places.add(token);
        }
        for (const operation of this.operations)
            if (operation.kind === "post" && operation.acknowledged !== null && !places.has(operation.token))
                this.find("lost", `the list of ${room(operation) ?? operation.in}`, operation, "not stored");
    }

    // Poison, and nothing else, is among the dead letters.
    judgeLetters() {
        const letters = new Set(this.history.letters);
        for (const token of letters) {
            const operation = this.history.operations.get(token);
            if (operation?.kind !== "poison") this.find("dead_lettered", "Kafka", operation, "nothing was wrong with it");
        }
        if (!this.history.hasKafka) return;
        for (const operation of this.operations)
            if (operation.kind === "poison" && operation.acknowledged !== null && !letters.has(operation.token))
                this.find("lost", "the dead letters", operation, "it was refused without a trace");
    }
}
