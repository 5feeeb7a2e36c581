// A class that watches its teacher draw: 60 points a second into one stroke, sent as the provider sends them (a batch every
// 30 ms), and her pointer beside it. From the moment of each point to its being on every watcher's board.
//
//   HOMEROOM_BIN=… node watchers.mjs [watchers …]      300
//   SECONDS=20 PER_SECOND=60 BATCH=30
//   EXCALIDRAW=1: the same with Excalidraw's client, which sends the whole stroke anew with each point

import { HomeroomProvider } from "../../tests/e2e/support/documents.mjs";
import { decrypt, encrypt, io } from "../../tests/e2e/support/excalidraw.mjs";
import { Person, Y, everySoOften, eventually, number, serverFor, tidyUp, times, untilAllIsThere, usage } from "./support.mjs";

const seconds = number("SECONDS", 20);
const perSecond = number("PER_SECOND", 60);
const points = seconds * perSecond;

// When each point was drawn, and how long it took to be seen.
class Points {
    drawn = [];
    seen = [];
    draw() {
        this.drawn.push(performance.now());
    }
    // A watcher has all points up to `count`; before it had `before`.
    see(before, count) {
        const at = performance.now();
        for (let i = before; i < count; i++) this.seen.push(at - this.drawn[i]);
    }
}

function report(what, count, measured, used, messages) {
    const expected = points * count;
    console.log(
        `${what}, ${count} watchers, ${perSecond} points a second for ${seconds} s: ${measured.seen.length} of ${expected} points seen, ${times(measured.seen)}; ` +
            `${messages.updates} drawing and ${messages.pointers} pointer messages came; processor ${((used / seconds) * 100).toFixed(0)} % of a core`,
    );
}

async function withYjs(count) {
    const { server, users } = await serverFor(count);
    const tess = await Person.connect(server, "tess");
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "Board", kind: "whiteboard", members: "viewer" });
    const board = new Y.Doc();
    const provider = new HomeroomProvider(tess.socket, doc.id, board, { batch: number("BATCH", 30) });
    await eventually("the teacher's board", () => provider.synced, 20_000);
    const stroke = new Y.Map([["type", "stroke"], ["points", new Y.Array()]]);
    board.getMap("shapes").set("stroke", stroke);
    await eventually("the stroke to be on disk", () => provider.saved, 20_000);
    const measured = new Points();
    const messages = { updates: 0, pointers: 0 };
    // A watcher is a counter: 300 Yjs documents in this process would be measured, and not the server.
    const reader = new Y.Doc();
    const lengths = new Map(); // an update → how many points the stroke has with it; worked out once
    Y.applyUpdate(reader, Y.encodeStateAsUpdate(board));
    for (const user of users) {
        const person = await Person.connect(server, user);
        person.socket.offAny();
        await person.requestOk("doc:open", { doc: doc.id });
        let has = 0;
        person.socket.on("doc:sync", (_, bytes) => {
            ++messages.updates;
            const key = Buffer.from(bytes).toString("latin1");
            let length = lengths.get(key);
            if (length === undefined) {
                const body = Buffer.from(bytes).subarray(1);
                let [size, shift, at] = [0, 1, 0];
                do {
                    size += (body[at] & 127) * shift;
                    shift *= 128;
                } while (body[at++] >= 128);
                Y.applyUpdate(reader, body.subarray(at, at + size));
                length = reader.getMap("shapes").get("stroke").get("points").length / 2;
                lengths.set(key, length);
            }
            if (length <= has) return;
            measured.see(has, length);
            has = length;
        });
        person.socket.on("doc:awareness", () => ++messages.pointers);
    }
    const before = usage(server);
    for await (const i of everySoOften(points, perSecond)) {
        measured.draw();
        stroke.get("points").push([i % 500, (i * 7) % 300]);
        provider.awareness.setLocalStateField("laser", [i % 500, (i * 7) % 300]);
    }
    await untilAllIsThere(() => measured.seen.length, points * count);
    report("Yjs", count, measured, usage(server).processor - before.processor, messages);
    await tidyUp();
}

async function withExcalidraw(count) {
    const { server, users } = await serverFor(count);
    const tess = await Person.connect(server, "tess");
    const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "Board", kind: "whiteboard", members: "viewer" });
    const measured = new Points();
    const messages = { updates: 0, pointers: 0 };
    const seen = new Map(); // a message → how many points the stroke has with it; opened once
    const sockets = [];
    const join = async (ticket, hear) => {
        const socket = io(`${server.url}/excalidraw`, { forceNew: true, transports: ["websocket"] });
        sockets.push(socket);
        socket.on("init-room", () => socket.emit("join-room", ticket.room));
        await new Promise((done) => socket.on("room-user-change", (ids) => ids.includes(socket.id) && done()));
        socket.on("client-broadcast", hear);
        return socket;
    };
    const own = await tess.requestOk("doc:ticket", { doc: doc.id });
    const teacher = await join(own, () => {});
    for (const user of users) {
        const person = await Person.connect(server, user);
        const ticket = await person.requestOk("doc:ticket", { doc: doc.id });
        person.leave();
        let has = 0;
        await join(ticket, async (bytes, iv) => {
            const key = Buffer.from(iv).toString("latin1");
            const at = performance.now();
            if (!seen.has(key)) seen.set(key, decrypt(ticket.key, bytes, iv));
            const said = await seen.get(key);
            if (said.type !== "SCENE_UPDATE") return ++messages.pointers;
            ++messages.updates;
            const length = said.payload.elements[0].points.length;
            for (let i = has; i < length; i++) measured.seen.push(at - measured.drawn[i]);
            has = Math.max(has, length);
        });
    }
    const before = usage(server);
    const stroke = { id: "stroke", type: "freedraw", points: [], version: 0, versionNonce: 1, isDeleted: false };
    for await (const i of everySoOften(points, perSecond)) {
        measured.draw();
        stroke.points.push([i % 500, (i * 7) % 300]);
        ++stroke.version;
        const say = async (event, data) => {
            const { buffer, iv } = await encrypt(own.key, JSON.stringify(data));
            teacher.emit(event, own.room, buffer, iv);
        };
        await say("server-broadcast", { type: "SCENE_UPDATE", payload: { elements: [stroke] } });
        if (i % 2 === 0) await say("server-volatile-broadcast", { type: "MOUSE_LOCATION", payload: { pointer: { x: i, y: i }, button: "down" } });
    }
    await untilAllIsThere(() => measured.seen.length, points * count);
    report("Excalidraw", count, measured, usage(server).processor - before.processor, messages);
    for (const socket of sockets) socket.disconnect();
    await tidyUp();
}

const measure = process.env.EXCALIDRAW ? withExcalidraw : withYjs;
for (const count of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [300]) await measure(count);
process.exit(0);
