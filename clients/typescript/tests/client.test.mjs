// The package against the real server: what a page lives through in a day.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, keep, scenario, tidyUp } from "../../../tests/e2e/support/scenario.mjs";
import { enrollmentId, School } from "../../../tests/e2e/support/school.mjs";
import { Server } from "../../../tests/e2e/support/server.mjs";
import { inSeconds } from "../../../tests/e2e/support/tokens.mjs";
import { Homeroom } from "../dist/index.js";

const room = "class-math";
const quick = { reconnectionDelay: 20, reconnectionDelayMax: 150 };

function signIn(server, user, options = {}) {
    const homeroom = new Homeroom({ url: server.url, token: server.token(user), socket: quick, ...options });
    keep({ discard: () => homeroom.close() });
    return homeroom;
}

const live = (homeroom) => eventually("the connection", () => homeroom.state.getSnapshot().is === "live", 15_000);
const texts = (feed) => feed.getSnapshot().posts.map(({ text }) => text);
const shows = (feed, ...expected) =>
    eventually(`the posts ${expected}`, () => JSON.stringify(texts(feed)) === JSON.stringify(expected), 10_000).catch((error) => {
        assert.deepEqual(texts(feed), expected);
        throw error;
    });
const ready = (store) => eventually("it to be loaded", () => store.getSnapshot().status === "ready", 10_000);

// As if the network had gone: nobody said goodbye.
const breakTransport = (homeroom) => homeroom.connection.socket.io.engine.close();

describe("the client", () => {
    let server;
    before(async () => {
        const school = new School("north").class("math").class("art").teacher("tess", "math").student("ada", "math").student("ben", "math").student("cleo", "art");
        server = await Server.start({ school });
    });
    after(tidyUp);

    scenario("knows who is signed in, and his rooms with their titles", async () => {
        const ada = signIn(server, "ada");
        await eventually("titles", () => ada.session.getSnapshot().infos[room]);
        const { user, rooms, infos } = ada.session.getSnapshot();
        assert.equal(user.name, "Ada Example");
        assert.deepEqual(rooms.classes, [room]);
        assert.deepEqual(infos[room], { room, kind: "class", title: "Class math", staff: false });
    });

    scenario("comes back in its turn when the server is restarted", async () => {
        const school = new School("north").class("math").student("ada", "math").student("ben", "math").student("eve", "math");
        const other = await Server.start({ school, config: "[limits]\nreturns_per_second = 1\n" });
        const people = ["ada", "ben", "eve"].map((user) => signIn(other, user));
        const delays = () => people.map(({ connection }) => connection.socket.io.reconnectionDelay());
        for (const one of people) await live(one);
        await other.stop();
        // Three people, one a second: each has his own time.
        await eventually("them to be told", () => delays().some((delay) => delay > quick.reconnectionDelay));
        await other.launch();
        for (const one of people) await live(one);
        assert.deepEqual(delays(), [quick.reconnectionDelay, quick.reconnectionDelay, quick.reconnectionDelay]);
        await other.discard();
    });

    scenario("shows one feed to two people, and to nobody else", async () => {
        const [tess, ada, cleo] = ["tess", "ada", "cleo"].map((user) => signIn(server, user));
        const [tesss, adas, cleos] = [tess, ada, cleo].map((homeroom) => homeroom.feed(room));
        await Promise.all([ready(tesss), ready(adas)]);
        await eventually("a refusal", () => cleos.getSnapshot().status === "failed");
        assert.equal(cleos.getSnapshot().failure.code, "not_found");

        assert.equal(await adas.createPost({ text: "first" }), null);
        await shows(tesss, "first");
        const [{ id }] = tesss.getSnapshot().posts;
        await adas.openThread(id);
        assert.equal(await tesss.createComment({ post: id, text: "well done" }), null);
        assert.equal(await tesss.react({ post: id }, "like"), null);
        await eventually("the comment and the like", () => {
            const [post] = adas.getSnapshot().posts;
            return post.counts.comments === 1 && post.counts.reactions.like === 1 && adas.getSnapshot().threads[id].comments.length === 1;
        });
        assert.equal(tesss.getSnapshot().posts[0].mine.reaction, "like");
        assert.equal(adas.getSnapshot().posts[0].mine.reaction, null);
        assert.equal(await tesss.deletePost(id), null);
        await shows(adas);
    });

    scenario("has what it missed after its connection broke", async () => {
        const [tess, ada] = [signIn(server, "tess"), signIn(server, "ada")];
        const feed = ada.feed(room);
        const others = tess.feed(room);
        await Promise.all([ready(feed), ready(others)]);
        for (let time = 1; time <= 3; ++time) {
            breakTransport(ada);
            await others.createPost({ text: `in gap ${time}` });
            await live(ada);
        }
        await shows(feed, "in gap 3", "in gap 2", "in gap 1");
        for (const { id } of others.getSnapshot().posts) await others.deletePost(id);
        await shows(feed);
    });

    scenario("sends what was written while the server was away, in order, once", { seconds: 60 }, async () => {
        const [tess, ada] = [signIn(server, "tess"), signIn(server, "ada")];
        const feed = ada.feed(room);
        const others = tess.feed(room);
        await Promise.all([ready(feed), ready(others)]);
        await server.stop();
        await eventually("to be away", () => ada.state.getSnapshot().is === "reconnecting");
        const written = ["one", "two", "three"].map((text) => feed.createPost({ text }));
        assert.deepEqual(feed.getSnapshot().pending.map(({ draft }) => draft.text), ["one", "two", "three"]);
        assert.equal(ada.connection.outbox.getSnapshot().waiting, 3);
        await server.launch();
        assert.deepEqual(await Promise.all(written), [null, null, null]);
        await shows(feed, "three", "two", "one");
        await shows(others, "three", "two", "one");
        assert.deepEqual(feed.getSnapshot().pending, []);
        assert.equal(ada.connection.outbox.getSnapshot().waiting, 0);
        for (const { id } of others.getSnapshot().posts) await others.deletePost(id);
    });

    scenario("loads again when what it missed is not sent", async () => {
        const [tess, ada] = [signIn(server, "tess"), signIn(server, "ada")];
        const feed = ada.feed(room);
        const others = tess.feed(room);
        await Promise.all([ready(feed), ready(others)]);
        await others.createPost({ text: "before" });
        await shows(feed, "before");
        // A connection that comes back with a cursor that is none, as after a restored backup.
        const { socket } = ada.connection;
        socket.io.reconnection(false);
        breakTransport(ada);
        await others.deletePost(others.getSnapshot().posts[0].id);
        await others.createPost({ text: "after" });
        ada.connection.cursor = "9999999999999999";
        socket._pid = undefined;
        socket.io.reconnection(true);
        socket.connect();
        await shows(feed, "after");
        await others.deletePost(others.getSnapshot().posts[0].id);
    });

    scenario("goes on from the cursor of an earlier process", async () => {
        const tess = signIn(server, "tess");
        const feed = tess.feed(room);
        const first = signIn(server, "ada");
        await first.request("time:get", {});
        const { cursor } = first;
        first.close();
        await feed.createPost({ text: "while nobody looked" });
        const second = signIn(server, "ada", { cursor });
        const heard = [];
        second.on("post:created", ({ post }) => heard.push(post.text));
        await eventually("what was missed", () => heard.length > 0);
        assert.deepEqual(heard, ["while nobody looked"]);
        await feed.deletePost(feed.getSnapshot().posts[0].id);
    });

    scenario("has messages with their unread counts on both devices", async () => {
        const ben = signIn(server, "ben");
        const [phone, laptop] = [signIn(server, "ada"), signIn(server, "ada")];
        for (const homeroom of [ben, phone, laptop]) await homeroom.messages.load();
        const sent = await ben.messages.send({ user: "ada" }, "hello");
        await ben.messages.send({ conversation: sent.conversation }, "are you there?");
        const unread = (homeroom) => homeroom.messages.getSnapshot().unread;
        await eventually("two unread on both", () => unread(phone) === 2 && unread(laptop) === 2);
        await phone.messages.open(sent.conversation);
        assert.deepEqual(phone.messages.getSnapshot().threads[sent.conversation].messages.map(({ text }) => text), ["hello", "are you there?"]);
        await phone.messages.markRead(sent.conversation);
        await eventually("none unread on both", () => unread(phone) === 0 && unread(laptop) === 0);
        await phone.messages.send({ conversation: sent.conversation }, "yes");
        await eventually("the answer", () => ben.messages.getSnapshot().conversations[0].lastMessage.text === "yes");
        const [mine] = ben.messages.getSnapshot().conversations;
        await eventually("that she has read it", () => {
            const [conversation] = ben.messages.getSnapshot().conversations;
            return conversation.members.find(({ id }) => id === "ada").readUpTo !== null;
        });
        assert.equal(mine.id, sent.conversation);
    });

    scenario("has an inbox that agrees on two devices", async () => {
        const tess = signIn(server, "tess");
        const [phone, laptop] = [signIn(server, "ada"), signIn(server, "ada")];
        for (const homeroom of [phone, laptop]) await homeroom.notifications.load();
        const before = phone.notifications.getSnapshot().unread;
        await tess.request("post:create", { to: room, text: "look", mentions: ["ada"] });
        const numbers = (homeroom) => homeroom.notifications.getSnapshot().unread - before;
        await eventually("one on both", () => numbers(phone) === 1 && numbers(laptop) === 1);
        const [newest] = phone.notifications.getSnapshot().notifications;
        assert.equal(newest.kind, "mention");
        await phone.notifications.markRead(newest);
        await eventually("none on both", () => numbers(phone) === 0 && numbers(laptop) === 0);
    });

    scenario("has announcements, and acknowledges them on both devices", async () => {
        const tess = signIn(server, "tess");
        const [phone, laptop] = [signIn(server, "ada"), signIn(server, "ada")];
        for (const homeroom of [tess, phone, laptop]) await homeroom.announcements.load();
        assert.equal(await tess.announcements.create({ to: room, title: "Trip", text: "On Friday.", requireAck: true }), null);
        const open = (homeroom) => homeroom.announcements.getSnapshot().unacknowledged;
        await eventually("it on both", () => open(phone) === 1 && open(laptop) === 1);
        assert.equal(open(tess), 0);
        const [announcement] = phone.announcements.getSnapshot().announcements;
        assert.equal(await phone.announcements.acknowledge(announcement.id), null);
        await eventually("it acknowledged on both", () => open(phone) === 0 && open(laptop) === 0);
    });

    scenario("shows a student his grade, and the staff the book", async () => {
        const [tess, ada, ben] = ["tess", "ada", "ben"].map((user) => signIn(server, user));
        const book = tess.gradeBook("math");
        const [adas, bens] = [ada.grades(), ben.grades()];
        await Promise.all([book, adas, bens].map(ready));
        assert.equal(await book.save({ student: "ada", item: "Test 1", score: 14, maxScore: 20 }), null);
        assert.equal(book.getSnapshot().grades[0].status, "draft");
        assert.deepEqual(adas.getSnapshot().grades, []);
        assert.equal(await book.publishAll("Test 1"), null);
        await eventually("the grade", () => adas.getSnapshot().grades[0]?.score === 14);
        await eventually("it published in the book", () => book.getSnapshot().grades[0].status === "published");
        assert.equal(await book.withdraw(book.getSnapshot().grades[0].id), null);
        await eventually("no grade", () => adas.getSnapshot().grades.length === 0);
        assert.deepEqual(bens.getSnapshot().grades, []);
    });

    scenario("sees who is there, and who types", async () => {
        const [ada, ben] = [signIn(server, "ada"), signIn(server, "ben")];
        await Promise.all([live(ada), live(ben)]);
        const end = ada.presence.watch(room);
        const there = () => Object.values(ada.presence.getSnapshot().rooms[room]?.people ?? {}).find(({ id }) => id === "ben")?.status;
        await eventually("ben there", () => there() === "online");
        await ben.presence.set("busy");
        await eventually("ben busy", () => there() === "busy");
        breakTransport(ada);
        await ben.presence.set("online");
        await eventually("ben there again", () => there() === "online", 10_000);
        ben.typing.typed({ room });
        await eventually("ben typing", () => ada.typing.getSnapshot()[`room:${room}`]?.[0]?.id === "ben");
        ben.typing.done({ room });
        await eventually("ben thinking", () => ada.typing.getSnapshot()[`room:${room}`] === undefined);
        end();
    });

    scenario("knows that one is invisible, and does not end it", async () => {
        const first = signIn(server, "ada");
        await first.presence.set("invisible");
        first.close();
        const [second, ben] = [signIn(server, "ada"), signIn(server, "ben")];
        second.presence.followOwn();
        await eventually("her own status", () => second.presence.getSnapshot().own === "invisible");
        ben.presence.watch(room);
        await eventually("those who are there", () => ben.presence.getSnapshot().rooms[room]?.status === "ready");
        breakTransport(second);
        await eventually("to be away", () => second.state.getSnapshot().is !== "live");
        await live(second);
        await second.request("time:get", {});
        assert.equal(second.presence.getSnapshot().own, "invisible");
        assert.ok(["offline", undefined].includes(ben.presence.getSnapshot().rooms[room].people.ada?.status));
        await second.presence.set("online");
        await eventually("ada there", () => ben.presence.getSnapshot().rooms[room].people.ada?.status === "online");
    });

    scenario("makes groups and joins them", async () => {
        const [ada, ben] = [signIn(server, "ada"), signIn(server, "ben")];
        await Promise.all([ada.groups.load(), ben.groups.load()]);
        assert.equal(await ada.groups.change("group:create", { title: "Chess", home: room, access: "invitation" }), null);
        const [group] = ada.groups.getSnapshot().groups;
        assert.equal(group.mine.role, "owner");
        assert.equal(await ada.groups.change("group:invite", { group: group.id, user: "ben" }), null);
        await eventually("the invitation", () => ben.groups.getSnapshot().invitations.length === 1);
        assert.equal(await ben.groups.change("group:accept", { group: group.id }), null);
        await eventually("the room", () => ben.session.getSnapshot().rooms.groups.includes(group.room));
        assert.equal(ben.groups.getSnapshot().groups[0].title, "Chess");
    });

    scenario("uploads a file to a post", async () => {
        const ada = signIn(server, "ada");
        const feed = ada.feed(room);
        await ready(feed);
        const attachment = await ada.upload(room, { name: "notes.txt", type: "text/plain", bytes: new Blob(["some notes"]) });
        assert.equal(attachment.bytes, 10);
        assert.equal(await feed.createPost({ text: "my notes", attachments: [attachment.id] }), null);
        const link = await ada.request("attachment:link", { attachment: attachment.id });
        assert.equal(await (await fetch(new URL(link.url, server.url))).text(), "some notes");
    });

    scenario("leaves a room with the roster, and says so", async () => {
        const ben = signIn(server, "ben");
        await eventually("his rooms", () => ben.session.getSnapshot().rooms?.classes.includes(room));
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ben", "math")}`);
        await eventually("no room", () => !ben.session.getSnapshot().rooms.classes.includes(room));
    });
});

describe("a sign-in", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: new School("north").class("math").student("ada", "math") });
    });
    after(tidyUp);

    scenario("with a token that is no good is refused for good", async () => {
        const nobody = signIn(server, "nobody");
        await eventually("the refusal", () => nobody.state.getSnapshot().is === "refused");
        assert.deepEqual({ ...nobody.state.getSnapshot(), message: "" }, { is: "refused", code: "user_unknown", message: "", final: true });
        assert.equal((await nobody.request("time:get", {})).error.code, "aborted");
    });

    scenario("is renewed before it ends", async () => {
        const why = [];
        const ada = signIn(server, "ada", {
            token: (wanted) => {
                why.push(wanted);
                return server.token("ada", { exp: inSeconds(wanted === "start" ? 5 : 3600) });
            },
        });
        await live(ada);
        await eventually("a fresh token", () => why.length === 2);
        await new Promise((done) => setTimeout(done, 6_000));
        assert.deepEqual(why, ["start", "expiring"]);
        assert.equal(ada.state.getSnapshot().is, "live");
        assert.equal(ada.connection.ending.getSnapshot(), null);
    });

    scenario("comes back with a fresh token when the old one is refused", async () => {
        let given = 0;
        const ada = signIn(server, "ada", { token: () => server.token("ada", { exp: inSeconds(++given === 1 ? -100 : 3600) }) });
        await live(ada);
        assert.equal(given, 2);
    });

    scenario("that nobody renews ends, and tells when", async () => {
        const ada = signIn(server, "ada", { token: server.token("ada", { exp: inSeconds(3) }) });
        await eventually("the warning", () => ada.connection.ending.getSnapshot() !== null);
        await eventually("the end", () => ada.state.getSnapshot().is === "refused", 15_000);
        assert.equal(ada.state.getSnapshot().code, "token_expired");
        assert.equal(ada.state.getSnapshot().final, true);
    });

    scenario("that the school ends is over", async () => {
        const ada = signIn(server, "ada");
        await live(ada);
        await server.restOk("POST", "/users/ada/sign-out");
        await eventually("the end", () => ada.state.getSnapshot().is === "refused");
        assert.equal(ada.state.getSnapshot().code, "signed_out");
    });
});
