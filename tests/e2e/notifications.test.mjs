// Notifications: whom they reach, an inbox that is the same on all devices and across crashes, and what leaves the server:
// signed, tried again, and never for somebody who may not see it any more.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { Receiver, newSecret } from "./support/receiver.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("tim", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
const names = ["tess", "tim", "ada", "ben", "cleo"];

const everythingOf = (person) => JSON.stringify([person.events, person.sessions]);
const of = (kind, fits = () => true) => (event) => event.notification?.kind === kind && fits(event);
const inbox = (person, request = {}) => person.requestOk("notification:list", request);
const remove = (server, user) => server.restOk("DELETE", `/enrollments/${enrollmentId(user, "math")}`);
const bringBack = (server, user) =>
    server.restOk("PUT", `/enrollments/${enrollmentId(user, "math")}`, body.enrollment(user, "math", "north"));

describe("notifications", () => {
    let server, tess, tim, ada, ben, cleo;
    let everybody;
    before(async () => {
        server = await Server.start({ school: school() });
        everybody = [tess, tim, ada, ben, cleo] = await Promise.all(names.map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    scenario("reach those whom they concern, and nobody else", async () => {
        const post = await ada.post("class-math", "a question");
        const comment = await ben.comment(post.id, "words of ben");
        const { notification, unread, unseen, room } = await ada.see("notification:created", of("comment"));
        assert.deepEqual(notification.target, { post: post.id, comment: comment.id });
        assert.deepEqual(notification.actors, [{ id: "ben", name: "Ben Example" }]);
        assert.deepEqual([unread, unseen, room], [1, 1, "user-ada"]);
        assert.ok(!JSON.stringify(notification).includes("words of ben"));
        await tess.comment(post.id, "an answer", { replyTo: comment.id });
        await ben.see("notification:created", of("reply"));
        await ada.see("notification:created", of("comment", (e) => e.notification.count === 2));
        const mark = { student: "ada", class: "math", item: "test", score: 17.25 };
        const { grade } = await tess.requestOk("grade:publish", mark);
        const told = await ada.see("notification:created", of("grade"));
        assert.equal(told.notification.target.grade, grade.id);
        assert.ok(!JSON.stringify(told).includes("17.25"));
        const notice = { to: "class-math", title: "A day off", text: "on Friday" };
        await tess.requestOk("announcement:create", notice);
        for (const person of [tim, ada, ben]) await person.see("notification:created", of("announcement"));
        await Promise.all(everybody.map((person) => person.settle()));
        assert.equal(cleo.received("notification:created").length, 0);
        assert.equal(tess.received("notification:created").length, 0);
        assert.equal(tim.received("notification:created").length, 1);
        const { notifications } = await inbox(ada);
        assert.deepEqual(notifications.map((one) => one.kind), ["announcement", "grade", "comment"]);
        assert.equal(notifications[2].count, 2);
        const overRest = await server.restOk("GET", "/notifications", undefined, { token: server.token("ada") });
        assert.deepEqual(overRest.json().notifications, notifications);
    });

    // Case 32.
    scenario("of a mention reach who can see it; its author learns who cannot", async () => {
        const mention = (person, to, more) => person.requestOk("post:create", { to, text: "look", ...more });
        const post = (await mention(tess, "class-math", { mentions: ["ada", "cleo", "tess"] })).post;
        const told = await ada.see("notification:created", of("mention"));
        assert.deepEqual(told.notification.target, { post: post.id });
        await mention(tess, "class-math", { mentions: ["ben"], visibility: "staff" });
        await mention(tess, "class-math", { mentions: ["ben"], visibility: { users: ["ada"] } });
        const edited = await tess.requestOk("post:update", { post: post.id, text: "again", mentions: ["ada", "ben"] });
        assert.equal(edited.post.id, post.id);
        await ben.see("notification:created", of("mention"));
        await Promise.all([ada, ben, cleo, tess].map((person) => person.settle()));
        const mentions = (person) => person.received("notification:created").filter(of("mention"));
        assert.deepEqual([ada, ben, cleo, tess].map((person) => mentions(person).length), [1, 1, 0, 0]);
        assert.equal(mentions(ben)[0].notification.target.post, post.id);
        await ada.requestOk("notification:read", { notification: told.notification.id });
        await ben.requestOk("notification:read", { notification: mentions(ben)[0].notification.id });
    });

    // Case 29.
    scenario("about what is anonymous name nobody", async () => {
        const post = await ada.post("class-math", "who asks?", { anonymous: true });
        await ben.comment(post.id, "who answers?", { anonymous: true });
        const fits = of("comment", (e) => e.notification.target.post === post.id);
        const told = await ada.see("notification:created", fits);
        assert.equal(told.notification.actors.length, 1);
        assert.ok(!/ben/i.test(JSON.stringify(told)), JSON.stringify(told));
        await ada.comment(post.id, "and so on", { anonymous: true });
        await ada.settle();
        assert.equal(ada.received("notification:created").filter(fits).length, 1, "nothing of her own");
        await ada.requestOk("notification:read", { notification: told.notification.id });
    });

    scenario("are read and seen on all devices", async () => {
        const device = await Person.connect(server, "ada");
        const { notifications, unread } = await inbox(ada);
        await device.requestOk("notification:seen", { upTo: notifications[0].id });
        const seen = await ada.see("notification:seen");
        assert.deepEqual([seen.upTo, seen.unread, seen.unseen], [notifications[0].id, unread, 0]);
        const comment = notifications.find((one) => one.kind === "comment" && !one.read);
        await ada.requestOk("notification:read", { notification: comment.id });
        const read = await device.see("notification:read", (event) => event.group === comment.group);
        assert.equal(read.unread, unread - 1);
        const asAda = { token: server.token("ada") };
        await server.restOk("PUT", "/notifications/read", { upTo: notifications[0].id }, asAda);
        await Promise.all([ada, device].map((person) => person.see("notification:read", (e) => e.unread === 0)));
        for (const person of [ada, device]) {
            const now = await inbox(person);
            assert.deepEqual([now.unread, now.unseen], [0, 0]);
            assert.ok(now.notifications.every((one) => one.read));
        }
        assert.equal(await ben.refusal("notification:read", { notification: comment.id }), "not_found");
        assert.equal((await inbox(ben)).unread, 2);
        device.leave();
    });

    scenario("of direct messages are gone when the conversation is read, and name nobody who is blocked", async () => {
        const send = async (from, text) =>
            (await from.requestOk("message:send", { to: { user: "ada" }, text })).message;
        await send(tess, "one");
        const last = await send(tess, "two");
        const group = `message:${last.conversation}`;
        const told = await ada.see("notification:created", (e) => e.notification.group === group && e.notification.count === 2);
        assert.deepEqual(told.notification.actors, [{ id: "tess", name: "Tess Example" }]);
        assert.deepEqual(told.notification.target, { conversation: last.conversation, message: last.id });
        await ada.requestOk("message:read", { conversation: last.conversation, upTo: last.id });
        const gone = await ada.see("notification:removed", (e) => e.group === group);
        assert.equal(gone.notification, null);
        await ada.requestOk("block:set", { user: "ben", on: true });
        await ben.request("message:send", { to: { user: "ada" }, text: "unheard" });
        await ada.settle();
        assert.ok(!ada.received("notification:created").some(of("message", (e) => e.notification.actors[0].id === "ben")));
        assert.equal(tess.received("notification:created").filter(of("message")).length, 0);
    });

    scenario("are what each wants to have", async () => {
        await ben.requestOk("notification:prefer", { room: "class-math", kind: "announcement", inbox: false });
        const device = await Person.connect(server, "ben");
        assert.equal((await device.requestOk("notification:preferences", {})).preferences.length, 1);
        await tess.requestOk("announcement:create", { to: "class-math", title: "unwanted", text: "x" });
        await ada.see("notification:created", of("announcement", (e) => e.notification.target.title === "unwanted"));
        await ben.settle();
        const titles = (await inbox(ben)).notifications.map((one) => one.target.title);
        assert.ok(!titles.includes("unwanted"));
        const away = await ben.request("notification:prefer", { room: "class-art", inbox: false });
        const nowhere = await ben.request("notification:prefer", { room: "class-nowhere", inbox: false });
        assert.equal(away.error.code, "not_found");
        assert.deepEqual(away, nowhere);
        device.leave();
    });

    // Leaks 9 and 20, cases 4 and 27.
    scenario("of one conversation can be chosen for, and go with leaving it", async () => {
        const made = await ada.requestOk("conversation:create", { users: ["tim", "tess"], title: "the project" });
        const conversation = made.conversation.id;
        const room = `conversation-${conversation}`;
        const prefer = (person, wish) => person.requestOk("notification:prefer", { room, ...wish });
        const say = (text) => ada.requestOk("message:send", { to: { conversation }, text });
        const about = (event) => event.notification?.target.conversation === conversation;
        const phone = await Person.connect(server, "tess");
        await prefer(tim, { inbox: false });
        for (const stranger of [ben, cleo])
            assert.equal(await stranger.refusal("notification:prefer", { room, inbox: false }), "not_found");
        await say("once");
        await tess.see("notification:created", about);
        await say("twice"); // whatever the first had told tim has come by now
        await tess.see("notification:created", (event) => about(event) && event.notification.count === 2);
        await tim.settle();
        assert.ok(!tim.received("notification:created").some(about));
        await prefer(tim, { inbox: null });
        await say("thrice");
        await tim.see("notification:created", about);

        const { unread } = await inbox(tess);
        await tess.requestOk("conversation:leave", { conversation });
        const group = `message:${conversation}`;
        for (const device of [tess, phone]) {
            const told = await device.see("notification:removed", (event) => event.group === group);
            assert.deepEqual([told.notification, told.unread], [null, unread - 1]);
        }
        assert.equal((await inbox(tess)).unread, unread - 1);
        await ada.requestOk("conversation:add", { conversation, users: ["tess"] });
        assert.ok(!(await inbox(tess)).notifications.some((one) => one.group === group));
        phone.leave();
    });

    scenario("of what somebody may not see any more are gone, here and in what is replayed", async () => {
        const post = await ben.post("class-math", "before he leaves");
        await ada.comment(post.id, "x");
        const { notification } = await ben.see("notification:created", of("comment"));
        const before = await inbox(ben);
        await remove(server, "ben");
        const gone = await ben.see("notification:removed", (event) => event.group === notification.group);
        assert.equal(gone.notification, null);
        const after = await inbox(ben);
        assert.ok(before.unread > after.unread);
        assert.ok(!after.notifications.some((one) => one.room === "class-math"));
        assert.equal(await ben.refusal("notification:read", { notification: notification.id }), "not_found");
        const device = await Person.connect(server, "ben", { auth: { cursor: "0000000000000000" } });
        await device.settle();
        assert.equal(device.received("notification:created").length, 0);
        device.leave();
        await bringBack(server, "ben");
        assert.equal((await inbox(ben)).unread, before.unread);
    });

    scenario("go with what they are about", async () => {
        const { announcement } = await tess.requestOk("announcement:create", {
            to: "class-math",
            title: "taken back at once",
            text: "x",
        });
        await ada.see("notification:created", of("announcement", (e) => e.notification.target.announcement === announcement.id));
        await tess.requestOk("announcement:withdraw", { announcement: announcement.id });
        await ada.see("notification:removed", (event) => event.group === `announcement:${announcement.id}`);
        assert.ok(!JSON.stringify(await inbox(ada)).includes("taken back at once"));
        const device = await Person.connect(server, "ada", { auth: { cursor: "0000000000000000" } });
        await device.settle();
        assert.ok(!everythingOf(device).includes("taken back at once"));
        device.leave();
    });

    scenario("survive a crash, each once", async () => {
        const post = await ada.post("class-math", "and then it crashed");
        const comment = await tim.comment(post.id, "x");
        await server.kill(); // perhaps before it was derived
        await server.launch();
        await eventually("ada to be back", () => ada.socket.connected, 15_000);
        const group = `comment:${post.id}`;
        const entry = await eventually("the notification", async () =>
            (await inbox(ada)).notifications.find((one) => one.group === group),
        );
        assert.deepEqual([entry.count, entry.target.comment], [1, comment.id]);
        await server.kill();
        await server.launch();
        await eventually("ada to be back", () => ada.socket.connected, 15_000);
        const again = (await inbox(ada)).notifications.filter((one) => one.group === group);
        assert.deepEqual(again, [entry]);
    });
});

describe("what leaves the server", () => {
    const secret = newSecret();
    const contract = new Contract();
    let receiver, mail, server, tess, ada, ben;
    before(async () => {
        receiver = await Receiver.start(secret);
        mail = await Receiver.start(secret);
        const config = [
            "[notifications]",
            `push_url = "${receiver.url()}"`,
            `mail_url = "${mail.url("/mail")}"`,
            `webhook_secrets = ["${secret}"]`,
            'push_delay = "100ms"',
            'mail_delay = "300ms"',
            'webhook_timeout = "1s"',
            'webhook_retry = "300ms"',
            "webhook_attempts = 4",
        ].join("\n");
        server = await Server.start({ school: school(), config });
        [tess, ada, ben] = await Promise.all(["tess", "ada", "ben"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    const back = () =>
        eventually("all to be back", () => [tess, ada, ben].every((person) => person.socket.connected), 15_000);
    const readAll = async (person) => {
        const { notifications } = await inbox(person);
        if (notifications.length > 0) await person.requestOk("notification:read", { upTo: notifications[0].id });
    };
    const metric = async (name) => {
        const text = await (await fetch(`http://127.0.0.1:${server.adminPort}/metrics`)).text();
        return Number(text.split("\n").find((line) => line.startsWith(name))?.split(" ").at(-1));
    };

    scenario("is signed, and says where but not what", async () => {
        const post = await ada.post("class-math", "first words");
        await ben.comment(post.id, "second words");
        const [webhook] = await receiver.wait("ada", "comment");
        assert.equal(webhook.signed, true);
        assert.equal(webhook.path, "/push");
        assert.equal(contract.fault("asyncapi.yaml", "/components/schemas/Webhook", webhook.body), undefined, webhook.text);
        assert.equal(webhook.body.type, "notification.push");
        assert.deepEqual(webhook.body.data.notification.target.post, post.id);
        assert.equal(webhook.body.data.roomTitle, "Class math");
        assert.ok(!/first words|second words/.test(webhook.text));
        assert.equal(mail.of("ada", "comment").length, 0, "comments are not mailed unless somebody asks");
        await tess.requestOk("grade:publish", { student: "ben", class: "math", item: "test", score: 17.25 });
        const [letter] = await mail.wait("ben", "grade");
        assert.equal(letter.body.type, "notification.mail");
        assert.ok(letter.signed && !letter.text.includes("17.25"));
        await readAll(ada);
        await readAll(ben);
    });

    scenario("is tried again under the same id, after errors, broken connections and redirects", { seconds: 60 }, async () => {
        const elsewhere = await Receiver.start(secret);
        receiver.came = [];
        // The last: libcurl itself asks once more when a connection that it had kept breaks without an answer.
        receiver.answers = [500, { status: 307, headers: { location: elsewhere.url() } }, "drop"];
        const post = await ada.post("class-math", "x");
        await ben.comment(post.id, "x");
        const attempts = await receiver.wait("ada", "comment", 4, 30_000);
        assert.equal(new Set(attempts.map((one) => one.id)).size, 1);
        assert.ok(attempts.every((one) => one.signed));
        assert.ok(attempts[1].at - attempts[0].at >= 150, "half of the wait at least");
        assert.ok(attempts[2].at - attempts[1].at >= 450);
        assert.equal(elsewhere.came.length, 0, "redirects are not followed");
        await sleep(1500);
        assert.equal(receiver.of("ada", "comment").length, 4, "delivered is done");
        await readAll(ada);
    });

    scenario("survives the server's death", { seconds: 60 }, async () => {
        receiver.came = [];
        receiver.answers = ["hang"];
        const post = await ada.post("class-math", "x");
        await ben.comment(post.id, "x");
        const [first] = await receiver.wait("ada", "comment");
        await server.kill(); // with the attempt under way
        await server.launch();
        const attempts = await receiver.wait("ada", "comment", 2, 30_000);
        assert.equal(attempts[1].id, first.id);
        assert.deepEqual(attempts[1].body.data, first.body.data);
        await back();
        // And with one planned that was never attempted.
        receiver.came = [];
        const other = await ada.post("class-math", "y");
        await ben.comment(other.id, "y");
        await server.kill();
        await server.launch();
        await receiver.wait("ada", "comment", 1, 30_000);
        await back();
        await readAll(ada);
    });

    scenario("waits for nobody: one endpoint that hangs stops neither the other nor the school", { seconds: 60 }, async () => {
        receiver.came = [];
        mail.came = [];
        receiver.otherwise = "hang";
        for (let i = 0; i < 20; i += 1) {
            await tess.requestOk("grade:publish", { student: "ada", class: "math", item: `item ${i}`, score: i });
        }
        await mail.wait("ada", "grade", 20, 30_000);
        await receiver.wait("ada", "grade", 1);
        await ben.post("class-math", "while it hangs");
        await ada.seeText("while it hangs");
        assert.ok((await metric("homeroom_webhooks_in_flight")) <= 16);
        receiver.otherwise = 200;
        const all = () => new Set(receiver.of("ada", "grade").map((one) => one.body.data.notification.target.grade));
        await eventually("all of them in the end", () => all().size === 20, 30_000);
        await readAll(ada);
    });

    scenario("is given up in the end, and the next begins anew", { seconds: 60 }, async () => {
        receiver.came = [];
        receiver.otherwise = 503;
        const given = await metric("homeroom_webhooks_given_up_total");
        const post = await ada.post("class-math", "x");
        await ben.comment(post.id, "x");
        await receiver.wait("ada", "comment", 4, 40_000);
        await eventually("it to be given up", async () => (await metric("homeroom_webhooks_given_up_total")) === given + 1);
        receiver.otherwise = 200;
        await sleep(2000);
        assert.equal(receiver.of("ada", "comment").length, 4);
        await ben.comment(post.id, "y");
        const last = (await receiver.wait("ada", "comment", 5)).at(-1);
        assert.equal(last.body.data.notification.count, 2);
        assert.notEqual(last.id, receiver.of("ada", "comment")[0].id);
        await readAll(ada);
    });

    // Leak 13, cases 32 and 59.
    scenario("is not sent to who may not see it any more, has read it, or does not want it", { seconds: 60 }, async () => {
        receiver.came = [];
        receiver.answers = [500, 500];
        const bens = await ben.post("class-math", "ben leaves");
        const adas = await ada.post("class-math", "ada reads");
        await tess.comment(bens.id, "x");
        await tess.comment(adas.id, "x");
        await receiver.wait("ben", "comment");
        await receiver.wait("ada", "comment");
        await remove(server, "ben");
        await readAll(ada);
        await ada.requestOk("notification:prefer", { kind: "announcement", push: false, mail: false });
        receiver.came = [];
        // One more who is told, so that it is known when all that was due has been looked at.
        await tess.requestOk("announcement:create", { to: "class-math", title: "the last", text: "x" });
        await receiver.wait("tim", "announcement");
        await sleep(3000);
        assert.deepEqual(receiver.came.map((one) => one.body.data.user.id), ["tim"]);
        await bringBack(server, "ben");
        await ada.requestOk("notification:prefer", { kind: "announcement" });
        await readAll(ben);
    });

    scenario("waits for the end of quiet hours", async () => {
        receiver.came = [];
        const day = { from: "00:00", to: "23:59", timeZone: "UTC" };
        const night = { from: "12:01", to: "12:00", timeZone: "UTC" };
        const now = new Date();
        const late = now.getUTCHours() === 23 && now.getUTCMinutes() > 55;
        await ada.requestOk("notification:quiet", { quietHours: late ? night : day });
        const post = await ada.post("class-math", "quietly");
        await ben.comment(post.id, "x");
        const told = await ada.see("notification:created", of("comment", (e) => e.notification.target.post === post.id));
        assert.equal(told.quiet, true);
        await tess.requestOk("announcement:create", { to: "class-math", title: "loudly", text: "x" });
        await receiver.wait("ben", "announcement");
        await sleep(1000);
        assert.deepEqual(receiver.of("ada", "comment").concat(receiver.of("ada", "announcement")), []);
        await ada.requestOk("notification:quiet", { quietHours: null });
    });
});

describe("the configuration of webhooks", () => {
    after(tidyUp);
    scenario("is refused without a secret, or with what is none", async () => {
        const server = await Server.start({ school: school() });
        const check = async (lines) => {
            const file = server.write("hook.toml", ["[notifications]", ...lines].join("\n"));
            const { code, output } = await server.run(["check", "--config", file]);
            return code === 0 ? "good" : output;
        };
        const url = 'push_url = "http://127.0.0.1:1/push"';
        assert.match(await check([url]), /notifications\.webhook_secrets/);
        assert.match(await check([url, 'webhook_secrets = ["too short"]']), /notifications\.webhook_secrets/);
        assert.match(await check(['push_url = "file:///etc/passwd"']), /notifications\.push_url/);
        assert.match(await check([url, 'webhook_secret_file = "/nowhere"']), /notifications\.webhook_secret_file/);
        assert.equal(await check([url, `webhook_secrets = ["${newSecret()}"]`]), "good");
        const file = server.write("secrets", `${newSecret()}\n${newSecret()}\n`);
        assert.equal(await check([url, `webhook_secret_file = "${file}"`]), "good");
    });
});
