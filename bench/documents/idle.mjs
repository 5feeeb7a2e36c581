// The memory of many documents that somebody has open and nobody writes in: each with a paragraph in it, 32 to a connection.
//
//   HOMEROOM_BIN=… node idle.mjs [documents]      10000
//   WAIT=75 seconds until what was loaded to write in them is forgotten

import { Person, Y, number, serverFor, sleep, tidyUp, updateMessage, usage } from "./support.mjs";

const count = Number(process.argv[2] ?? 10_000);
const perUser = 100; // new ones in a day
const perRoom = 2_000;
const perSocket = 32;
const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

const classes = Array.from({ length: Math.ceil(count / perRoom) }, (_, i) => `class${i}`);
const rates = { HOMEROOM_RATES_EDIT: "1000000/1m", HOMEROOM_RATES_OPENING: "1000000/1m", HOMEROOM_RATES_DOCUMENT: "1000000/1m" };
const { server, users } = await serverFor(Math.ceil(count / perUser), { classes, environment: rates });
const people = [];
for (const user of users) people.push(await Person.connect(server, user));
for (const person of people) person.socket.offAny();

const paragraph = "The quick brown fox jumps over the lazy dog. ".repeat(12);
const documents = [];
for (let i = 0; i < count; i++) {
    const person = people[Math.floor(i / perUser)];
    const room = `class-${classes[Math.floor(i / perRoom)]}`;
    const { doc } = await person.requestOk("doc:create", { room, title: `Document ${i}`, members: "viewer" });
    const copy = new Y.Doc();
    copy.getText("text").insert(0, paragraph);
    await person.requestOk("doc:open", { doc: doc.id });
    const answer = await person.request("doc:sync", doc.id, updateMessage(Y.encodeStateAsUpdate(copy)));
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    await person.requestOk("doc:close", { doc: doc.id });
    documents.push({ id: doc.id, user: person.user });
}
const sockets = [];
for (let i = 0; i < count; i += perSocket) {
    const person = await Person.connect(server, documents[i].user);
    person.socket.offAny();
    sockets.push(person);
}
await sleep(3_000);
const before = usage(server).memory;
for (const [i, { id }] of documents.entries()) await sockets[Math.floor(i / perSocket)].requestOk("doc:open", { doc: id });
const opened = usage(server).memory;
await sleep(number("WAIT", 75) * 1_000);
const idle = usage(server).memory;
console.log(
    `${count} documents open on ${sockets.length} connections: ${megabytes(before)} MB before, ${megabytes(opened)} MB when all were opened, ` +
        `${megabytes(idle)} MB idle: ${((idle - before) / count).toFixed(0)} bytes a document`,
);
await tidyUp();
process.exit(0);
