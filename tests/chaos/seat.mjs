// One connection of a person, the unmodified socket.io-client, which writes down all durable events in the order in which
// they came, and comes back whatever happens to it.

import { Person } from "../e2e/support/client.mjs";
import { sleep } from "../e2e/support/scenario.mjs";

const connectTimeout = 5000;
const answerTimeout = 4000;

export class Seat {
    constructor(history, door, { user, transports, travels = false }, number) {
        Object.assign(this, { history, door, user, transports, travels });
        this.name = `${user} ${number} ${transports}${travels ? " travelling" : ""}`;
        this.reader = history.reader(this.name, user);
        this.left = false;
    }

    // cursor: the last that another device had.
    sit(cursor) {
        const options = {
            transports: this.transports,
            auth: cursor === undefined ? {} : { cursor },
            manager: { timeout: connectTimeout, reconnectionDelayMax: 500 },
        };
        const person = new Person(this.door, this.user, options);
        this.person = person;
        person.socket.onAny((name, body) => {
            // A person keeps all he is sent, which in hours is much.
            person.events.length = 0;
            if (name === "session") return this.began(body);
            this.history.received(this.reader, name, body);
            if (this.travels && body?.seq) person.socket.auth.cursor = body.seq;
        });
        // What the client does not try again by itself: a refusal, and a goodbye of the server.
        const again = async () => {
            await sleep(200);
            if (!this.left && this.person === person) person.socket.connect();
        };
        person.socket.on("connect_error", () => person.socket.active || again());
        person.socket.on("disconnect", (reason) => reason === "io server disconnect" && again());
        person.socket.connect();
    }

    began({ recovered, gap, cursor }) {
        this.firstCursor ??= cursor;
        this.reader.sessions++;
        if (recovered) this.reader.recovered++;
        if (gap) this.reader.gaps++;
    }

    // Gets up, and somewhere else sits down what knows only the last number.
    async travel(chance, isOver) {
        while (!isOver()) {
            await sleep(2000 + chance.below(8000));
            this.person.leave();
            await sleep(chance.below(4000));
            this.sit(this.reader.receipts.at(-1)?.seq ?? this.firstCursor);
        }
    }

    leave() {
        this.left = true;
        this.person.leave();
    }

    // → the answer, or null when none came in time
    ask(name, body) {
        return new Promise((resolve) =>
            this.person.socket.timeout(answerTimeout).emit(name, body, (error, answer) => resolve(error ? null : answer)),
        );
    }
}
