// Messages between people: every device of everybody concerned, nobody else, through reconnects, blocks, restarts and a
// school's changing rules.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const names = ["tess", "theo", "ada", "ben", "max", "cleo"];

// What people do with messages, in words.
const send = async (from, user, text, more = {}) =>
    (await from.requestOk("message:send", { to: { user }, text, ...more })).message;
const say = async (from, conversation, text) =>
    (await from.requestOk("message:send", { to: { conversation }, text })).message;
const list = async (person) => (await person.requestOk("conversation:list", { limit: 100 })).conversations;
const found = async (person, conversation) => (await list(person)).find((one) => one.id === conversation);
const texts = async (person, conversation) =>
    (await person.requestOk("message:list", { conversation, limit: 100 })).messages.map((one) => one.text).reverse();
const about = (id) => (event) => (event.message?.id ?? event.messageId) === id;
const group = async (owner, users) =>
    (await owner.requestOk("conversation:create", { users, title: "a group" })).conversation.id;

for (const transports of [["websocket"], ["polling"]]) {
    describe(`messages over ${transports[0]}`, () => {
        let server, tess, theo, ada, ben, max, cleo, adaToo, benToo;
        let everybody;
        before(async () => {
            server = await Server.start({ school: school() });
            const connect = (user) => Person.connect(server, user, { transports });
            [tess, theo, ada, ben, max, cleo] = await Promise.all(names.map(connect));
            [adaToo, benToo] = await Promise.all([connect("ada"), connect("ben")]);
            everybody = [tess, theo, ada, ben, max, cleo, adaToo, benToo];
        });
        after(tidyUp);

        // Exactly these devices got exactly one such event; no other any.
        async function seenBy(devices, name, fits) {
            for (const device of devices) await device.see(name, fits);
            await Promise.all(everybody.map((device) => device.settle()));
            for (const device of everybody) {
                const count = device.received(name).filter(fits).length;
                assert.equal(count, devices.includes(device) ? 1 : 0, `${name} at ${device.user}`);
            }
        }
        const silent = (person, secret) =>
            assert.deepEqual(
                person.events.filter((event) => JSON.stringify(event).includes(secret)),
                [],
                person.user,
            );

        scenario("a message reaches every device of both, and nobody else", async () => {
            const message = await send(ada, "ben", "between-ada-and-ben");
            assert.deepEqual(message.author, { id: "ada", name: "Ada Example" });
            await seenBy([ada, adaToo, ben, benToo], "message:created", about(message.id));
            const event = ben.received("message:created").find(about(message.id));
            assert.deepEqual(event.message, message);
            assert.deepEqual(event.by, { id: "ada", name: "Ada Example" });
            await ada.requestOk("message:update", { message: message.id, text: "edited" });
            await seenBy([ada, adaToo, ben, benToo], "message:updated", about(message.id));
            assert.equal(await ben.refusal("message:delete", { message: message.id }), "forbidden");
            assert.equal(await max.refusal("message:delete", { message: message.id }), "not_found");
            await ada.requestOk("message:delete", { message: message.id });
            await seenBy([ada, adaToo, ben, benToo], "message:deleted", about(message.id));
            assert.deepEqual(await texts(ben, message.conversation), []);
            for (const other of [tess, max, cleo, theo]) silent(other, message.conversation);
        });

        scenario("what is read on one device is read on all", async () => {
            const first = await send(ada, "ben", "one");
            const { conversation } = first;
            const last = await send(ada, "ben", "two");
            for (const device of [ben, benToo]) assert.equal((await found(device, conversation)).unread, 2);
            // Both tell, in whatever order they arrive.
            await Promise.all([
                benToo.requestOk("message:read", { conversation, upTo: first.id }),
                ben.requestOk("message:read", { conversation, upTo: last.id }),
            ]);
            await seenBy([ada, adaToo, ben, benToo], "message:read", (e) => e.upTo === last.id && e.user === "ben");
            for (const device of [ben, benToo]) assert.equal((await found(device, conversation)).unread, 0);
            const { members } = await found(ada, conversation);
            assert.equal(members.find((one) => one.id === "ben").readUpTo, last.id);
        });

        scenario("a group's messages are for who is in it", async () => {
            const id = await group(ada, ["ben", "tess"]);
            await seenBy([ada, adaToo, ben, benToo, tess], "conversation:created", (e) => e.conversation.id === id);
            const early = await say(ben, id, "before-max-came");
            await seenBy([ada, adaToo, ben, benToo, tess], "message:created", about(early.id));
            await ada.requestOk("conversation:add", { conversation: id, users: ["max"] });
            await max.see("conversation:created", (e) => e.conversation.id === id);
            const second = await say(ben, id, "with-max");
            await seenBy([ada, adaToo, ben, benToo, tess, max], "message:created", about(second.id));
            await ben.requestOk("message:update", { message: early.id, text: "still-before-max-came" });
            await seenBy([ada, adaToo, ben, benToo, tess], "message:updated", about(early.id));
            assert.deepEqual(await texts(max, id), ["with-max"]);
            silent(max, "before-max-came");
            await ada.requestOk("conversation:remove", { conversation: id, user: "ben" });
            for (const device of [ben, benToo]) await device.see("conversation:left", (e) => e.conversation === id);
            const third = await say(tess, id, "without-ben");
            await seenBy([ada, adaToo, tess, max], "message:created", about(third.id));
            assert.equal(await ben.refusal("message:list", { conversation: id }), "not_found");
            assert.equal(await ben.refusal("message:update", { message: second.id, text: "x" }), "not_found");
            silent(cleo, id);
        });

        scenario("nobody writes to those whom the school keeps apart", async () => {
            const to = (user) => ada.request("message:send", { to: { user }, text: "hello?" });
            const [stranger, nobody] = [await to("cleo"), await to("nobody")];
            assert.equal(stranger.error.code, "not_found");
            assert.deepEqual(stranger, nobody);
            const [unknown, theirs] = await Promise.all([
                cleo.request("message:list", { conversation: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }),
                cleo.request("message:list", { conversation: (await send(ada, "ben", "x")).conversation }),
            ]);
            assert.deepEqual(theirs, unknown);
            silent(cleo, "hello?");
        });

        scenario("a client that was away gets what it missed, in order and once", async () => {
            await max.away();
            const sent = [];
            for (let i = 0; i < 12; i++) sent.push(await send(i % 2 ? ada : tess, "max", `missed ${i}`));
            await ada.requestOk("message:delete", { message: sent[1].id });
            await max.back();
            assert.equal(max.socket.recovered, true);
            await max.see("message:deleted", about(sent[1].id));
            await max.settle();
            const got = max.received("message:created").map((event) => event.message.text);
            const missed = sent.map((one) => one.text).filter((text) => text !== "missed 1");
            assert.deepEqual(got.filter((text) => text.startsWith("missed")), missed);
        });
    });
}

describe("messages", () => {
    let server, tess, ada, ben, max;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, ada, ben, max] = await Promise.all(
            ["tess", "ada", "ben", "max"].map((user) => Person.connect(server, user)),
        );
    });
    after(tidyUp);

    const back = () =>
        eventually("all to be back", () => [tess, ada, ben, max].every((one) => one.socket.connected), 15_000);

    // As a new device with what an old one had.
    const newDevice = (user, cursor) => Person.connect(server, user, { auth: { cursor } });

    scenario("a new device gets what it may see since its cursor, and nothing of a group that was left", async () => {
        const { cursor } = ben.session;
        const id = await group(ada, ["ben", "max"]);
        await say(ada, id, "group-secret");
        const message = await send(ada, "ben", "for ben's new device");
        await ben.requestOk("conversation:leave", { conversation: id });
        await say(ada, id, "group-secret, later");
        const device = await newDevice("ben", cursor);
        await device.see("message:created", about(message.id));
        await device.see("conversation:left", (e) => e.conversation === id);
        await device.settle();
        assert.ok(!JSON.stringify(device.events).includes("group-secret"));
        assert.ok(!(await found(device, id)));
        device.leave();
    });

    scenario("the blocked see no difference, and the blocker sees nothing of them", async () => {
        const before = await send(ada, "ben", "before the block");
        const { conversation } = before;
        await ben.see("message:created", about(before.id));
        const seen = ben.events.length;
        const { cursor } = ben.session;
        const own = await Person.connect(server, "ben");
        await ben.requestOk("block:set", { user: "ada", on: true });
        await own.see("block:changed", (e) => e.user === "ada" && e.on);
        const other = await Person.connect(server, "ada");
        const hidden = await send(ada, "ben", "never-for-ben");
        await other.see("message:created", about(hidden.id));
        await ada.requestOk("message:update", { message: hidden.id, text: "never-for-ben either" });
        await ada.requestOk("message:read", { conversation, upTo: hidden.id });
        await ben.settle();
        // That of the message before may come late.
        const since = ben.events.slice(seen).map((event) => event.name);
        assert.deepEqual(since.filter((name) => name !== "notification:created"), ["block:changed"]);
        assert.deepEqual((await found(ben, conversation)).lastMessage.id, before.id);
        assert.ok(!(await texts(ben, conversation)).some((text) => text.includes("never-for-ben")));
        assert.equal((await found(ada, conversation)).lastMessage.id, hidden.id);
        const device = await newDevice("ben", cursor);
        await device.settle();
        assert.ok(!JSON.stringify(device.events).includes("never-for-ben"));
        assert.ok(![...ada.events, ...other.events].some((event) => event.name.startsWith("block:")));
        await ben.requestOk("block:set", { user: "ada", on: false });
        const again = await send(ada, "ben", "for ben again");
        await ben.see("message:created", about(again.id));
        assert.ok(!(await texts(ben, conversation)).some((text) => text.includes("never-for-ben")));
        for (const one of [own, other, device]) one.leave();
    });

    scenario("the same key sends once", async () => {
        const draft = { to: { user: "max" }, text: "only once", key: "m-1" };
        const answers = await Promise.all([1, 2, 3].map(() => tess.requestOk("message:send", draft)));
        assert.equal(new Set(answers.map((answer) => answer.message.id)).size, 1);
        await max.settle();
        assert.equal(max.received("message:created").filter((e) => e.message.text === "only once").length, 1);
    });

    scenario("REST sends and reads what the socket does", async () => {
        const as = (user) => ({ token: server.token(user) });
        const sent = await server.restOk("POST", "/messages", { to: { user: "max" }, text: "by REST" }, as("ada"));
        const { message } = sent.json();
        assert.equal(sent.status, 201);
        await max.see("message:created", about(message.id));
        const route = `/conversations/${message.conversation}`;
        const read = await server.restOk("GET", `${route}/messages?limit=1`, undefined, as("max"));
        assert.deepEqual(read.json().messages, [message]);
        await server.restOk("PUT", `${route}/read`, { upTo: message.id }, as("max"));
        await ada.see("message:read", (e) => e.upTo === message.id);
        const refused = await server.rest("GET", `${route}/messages`, undefined, as("tess"));
        assert.equal(refused.status, 404);
    });

    scenario("all of it is there after a restart, and by the new rules from then on", async () => {
        const { conversation } = await send(ada, "ben", "before the restart");
        const id = await group(ada, ["ben", "max"]);
        await ben.requestOk("conversation:leave", { conversation: id });
        await server.restart();
        await back();
        await say(ada, id, "after-restart");
        await max.see("message:created", (e) => e.message.text === "after-restart");
        await ben.settle();
        assert.ok(!JSON.stringify(ben.events).includes("after-restart"));
        assert.equal(await ben.refusal("message:list", { conversation: id }), "not_found");
        assert.ok((await texts(ben, conversation)).includes("before the restart"));

        server.environment = { ...server.environment, HOMEROOM_MESSAGES_PEERS: "false" };
        await server.restart();
        await back();
        const more = { to: { conversation }, text: "not any more" };
        assert.equal(await ada.refusal("message:send", more), "forbidden");
        assert.equal(await ada.refusal("message:send", { to: { conversation: id }, text: "x" }), "forbidden");
        assert.ok((await texts(ada, conversation)).includes("before the restart"));
        await send(ada, "tess", "staff can still be asked");
    });

    scenario("where a school supervises, the class's staff read what students write to each other", async () => {
        server.environment = { HOMEROOM_MESSAGES_SUPERVISED: "students" };
        await server.restart();
        await back();
        const { conversation } = await send(ada, "ben", "supervised-words");
        assert.equal((await found(ada, conversation)).supervised, true);
        const { conversations } = await tess.requestOk("supervision:list", { room: "class-math" });
        assert.ok(conversations.some((one) => one.id === conversation));
        const { messages } = await tess.requestOk("supervision:read", { conversation });
        assert.equal(messages[0].text, "supervised-words");
        assert.equal(await max.refusal("supervision:read", { conversation }), "not_found");
        assert.equal(await max.refusal("supervision:list", { room: "class-math" }), "not_found");
        await eventually("a line in the log", () => server.log.includes(`conversation read user=tess`));
        assert.ok(!server.log.includes("supervised-words"));
    });

    scenario("who shares no class any more may read, and not write", async () => {
        const { conversation } = await send(ada, "ben", "as classmates");
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ben", "math")}`);
        assert.equal(await ada.refusal("message:send", { to: { conversation }, text: "x" }), "forbidden");
        assert.equal(await ben.refusal("message:send", { to: { user: "ada" }, text: "x" }), "forbidden");
        assert.ok((await texts(ben, conversation)).includes("as classmates"));
        await server.restOk("DELETE", "/users/ben");
        assert.ok((await texts(ada, conversation)).includes("as classmates"));
    });
});
