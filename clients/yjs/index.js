// Yjs documents over a Homeroom connection: what is typed here goes to the server, what others type comes from it, and
// nothing counts as saved before the server has it on disk.
//
//   const provider = new HomeroomProvider(socket, docId, ydoc);
//
// The socket is the application's own, connected and authenticated; any number of providers share it. Whenever it
// (re)connects, the document is opened and both sides tell each other what they have, so that what was typed offline, or
// was not acknowledged, goes out then.
import { ObservableV2 } from "lib0/observable";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as random from "lib0/random";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

const step1 = 0;
const step2 = 1;
const update = 2;

const answerWait = 30_000;
const retryWait = 1_000;
const awarenessInterval = 40; // milliseconds
const updateBytesMax = 900_000; // the server takes a message of a million

function syncMessage(kind, body) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, body);
    return encoding.toUint8Array(encoder);
}

// ArrayBuffer in browsers, Buffer in Node.
const asBytes = (bytes) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));

export class HomeroomProvider extends ObservableV2 {
    #socket;
    #listeners = [];
    #waiting = []; // updates that are not sent yet
    #timer = null;
    #awarenessTimer = null;
    #session = 0; // counts the times it was opened: answers to an earlier one count for nothing
    #wanted; // whether it is to be open whenever the socket is connected
    #inFlight = 0;
    #ownsAwareness;

    // batch: milliseconds in which what is typed is gathered into one update.
    constructor(socket, name, doc, { awareness, batch = 30, connect = true } = {}) {
        super();
        this.#socket = socket;
        this.#wanted = connect;
        this.name = name;
        this.doc = doc;
        this.#ownsAwareness = awareness === undefined;
        this.awareness = awareness ?? new Awareness(doc);
        this.batch = batch;
        this.status = "closed"; // closed, opening, open
        this.role = null;
        this.writes = false;
        this.presenter = null; // whom the others follow: { id, name }; where he is, is in his awareness
        this.synced = false;
        this.diverged = false; // something typed here was refused: this copy is not what the others see
        doc.on("update", this.#onUpdate);
        doc.on("destroy", this.#onDestroy);
        this.awareness.on("update", this.#onAwarenessUpdate);
        this.#listen("connect", () => this.#open());
        this.#listen("disconnect", () => this.#close("connection"));
        this.#listen("doc:sync", (of, bytes, ack) => of === this.name && this.#receive(asBytes(bytes), ack));
        this.#listen("doc:awareness", (of, bytes) => {
            if (of === this.name) applyAwarenessUpdate(this.awareness, asBytes(bytes), this);
        });
        this.#listen("doc:role", ({ doc: of, role }) => of === this.name && this.#become(role));
        this.#listen("doc:presenting", ({ doc: of, by }) => of === this.name && this.#follow(by));
        this.#listen("doc:closed", ({ doc: of, reason }) => of === this.name && this.#close(reason));
        this.#open();
    }

    // Everything that was typed here is on the server's disk.
    get saved() {
        return this.synced && !this.diverged && this.#waiting.length === 0 && this.#inFlight === 0;
    }

    connect() {
        this.#wanted = true;
        this.#open();
    }

    // What was typed a moment ago goes out before.
    disconnect() {
        this.#wanted = false;
        this.#flush();
        if (this.status !== "closed" && this.#socket.connected) this.#socket.emit("doc:close", { doc: this.name });
        this.#close("left");
    }

    #open() {
        if (!this.#wanted || this.status !== "closed" || !this.#socket.connected) return;
        this.#setStatus("opening");
        const session = ++this.#session;
        this.#ask("doc:open", [{ doc: this.name }], (answer) => {
            if (session !== this.#session) return;
            if (!answer.ok) return this.#failOpening(answer.error);
            this.#become(answer.role, answer.writes);
            this.#follow(answer.presenter);
            this.#setStatus("open");
            this.#askForRest(session);
            if (this.awareness.getLocalState() !== null) this.#sendAwareness();
        });
    }

    // From now on the others follow this connection, or no more. Editors and owners.
    present(on = true) {
        this.#ask("doc:present", [{ doc: this.name, on }], (answer) => answer.ok || this.emit("refused", [answer.error]));
    }

    destroy() {
        this.disconnect();
        clearTimeout(this.#timer);
        clearTimeout(this.#awarenessTimer);
        for (const [event, listener] of this.#listeners) this.#socket.off(event, listener);
        this.doc.off("update", this.#onUpdate);
        this.doc.off("destroy", this.#onDestroy);
        this.awareness.off("update", this.#onAwarenessUpdate);
        if (this.#ownsAwareness) this.awareness.destroy();
        super.destroy();
    }

    // --- Both ways

    #receive(bytes, ack) {
        const decoder = decoding.createDecoder(bytes);
        const kind = decoding.readVarUint(decoder);
        const body = decoding.readVarUint8Array(decoder);
        if (kind === step1) {
            // What is waiting is part of what is missing there.
            this.#waiting = [];
            this.#sendUpdate(step2, Y.encodeStateAsUpdate(this.doc, body));
        } else {
            Y.applyUpdate(this.doc, body, this);
        }
        if (typeof ack === "function") ack({ ok: true });
    }

    #askForRest(session) {
        const have = syncMessage(step1, Y.encodeStateVector(this.doc));
        this.#ask("doc:sync", [this.name, have], (answer) => {
            if (session !== this.#session) return;
            if (!answer.ok) return this.#later(answer.error, () => this.#askForRest(session), session);
            this.synced = true;
            this.emit("synced", [true]);
            this.#tellSaved();
        });
    }

    #onUpdate = (bytes, origin) => {
        if (origin === this || this.status !== "open") return; // before it is open: the server will ask for it
        this.#waiting.push(bytes);
        this.#timer ??= setTimeout(() => this.#flush(), this.batch);
    };

    #flush() {
        this.#timer = null;
        if (this.#waiting.length === 0 || this.status !== "open") return;
        const bytes = this.#waiting.length === 1 ? this.#waiting[0] : Y.mergeUpdates(this.#waiting);
        this.#waiting = [];
        this.#sendUpdate(update, bytes);
    }

    #sendUpdate(kind, bytes) {
        if (bytes.length > updateBytesMax)
            return this.#refuse({ code: "too_large", message: "too much was changed at once" });
        const session = this.#session;
        ++this.#inFlight;
        this.#ask("doc:sync", [this.name, syncMessage(kind, bytes)], (answer) => {
            if (session !== this.#session) return;
            --this.#inFlight;
            if (answer.ok) return this.#tellSaved();
            this.#later(answer.error, () => this.#sendUpdate(kind, bytes), session);
        });
    }

    // What will do later is tried again; the rest is told.
    #later(error, again, session) {
        if (error.code !== "rate_limited" && error.code !== "unavailable") return this.#refuse(error);
        ++this.#inFlight;
        const wait = (error.retryAfter ?? retryWait / 1000) * 1000 * (1 + random.rand() * 0.2);
        setTimeout(() => {
            if (session !== this.#session) return;
            --this.#inFlight;
            again();
        }, wait);
    }

    // --- Who is there

    #onAwarenessUpdate = ({ added, updated, removed }, origin) => {
        if (origin === this || this.status !== "open") return;
        if (![...added, ...updated, ...removed].includes(this.doc.clientID)) return;
        this.#awarenessTimer ??= setTimeout(() => this.#sendAwareness(), awarenessInterval);
    };

    // The newest, however often it changed meanwhile. Not volatile: the last place of a cursor must arrive.
    #sendAwareness() {
        clearTimeout(this.#awarenessTimer);
        this.#awarenessTimer = null;
        if (this.status !== "open" || !this.awareness.meta.has(this.doc.clientID)) return;
        const states = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
        this.#socket.emit("doc:awareness", this.name, states);
    }

    // --- State

    #ask(event, args, done) {
        this.#socket.timeout(answerWait).emit(event, ...args, (lost, answer) => {
            done(lost ? { ok: false, error: { code: "unavailable", message: "no answer came" } } : answer);
        });
    }

    #listen(event, listener) {
        this.#listeners.push([event, listener]);
        this.#socket.on(event, listener);
    }

    #onDestroy = () => this.destroy();

    #become(role, writes) {
        this.role = role;
        const writers = ["drawer", "editor", "owner", ...(this.name.endsWith("#comments") ? ["commenter"] : [])];
        this.writes = writes ?? writers.includes(role);
        this.emit("role", [role]);
    }

    #follow(presenter) {
        if (this.presenter?.id === presenter?.id) return;
        this.presenter = presenter;
        this.emit("presenter", [presenter]);
    }

    #failOpening(error) {
        const session = this.#session;
        this.#setStatus("closed");
        if (error.code !== "rate_limited" && error.code !== "unavailable") return this.emit("refused", [error]);
        setTimeout(() => session === this.#session && this.#open(), (error.retryAfter ?? retryWait / 1000) * 1000);
    }

    #refuse(error) {
        this.diverged = true;
        this.emit("refused", [error]);
    }

    #close(reason) {
        ++this.#session; // also of what waits to be opened again
        if (this.status === "closed") return;
        clearTimeout(this.#timer);
        this.#timer = null;
        this.#waiting = [];
        this.#inFlight = 0;
        this.synced = false;
        const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
        removeAwarenessStates(this.awareness, others, this);
        this.#follow(null);
        this.#setStatus("closed", reason);
    }

    #setStatus(status, reason) {
        this.status = status;
        this.emit("status", [{ status, reason }]);
    }

    #tellSaved() {
        if (this.saved) this.emit("saved", []);
    }
}
