// Announcements: whom they reach, at once and when their time comes, who learns who has acknowledged; and the platform's
// alerts.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .user("pia", "principal")
        .teacher("tess", "math")
        .teacher("tim", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
const names = ["pia", "tess", "tim", "theo", "ada", "ben", "cleo"];

const notice = (to, title, more = {}) => ({ to, title, text: `${title}, in full`, ...more });
const soon = (milliseconds) => new Date(Date.now() + milliseconds).toISOString();
const everythingOf = (person) => JSON.stringify([person.events, person.sessions]);

async function announce(person, request) {
    return (await person.requestOk("announcement:create", request)).announcement;
}

describe("announcements", () => {
    let server, pia, tess, tim, theo, ada, ben, cleo;
    let everybody;
    before(async () => {
        server = await Server.start({ school: school() });
        everybody = [pia, tess, tim, theo, ada, ben, cleo] = await Promise.all(
            names.map((user) => Person.connect(server, user)),
        );
    });
    after(tidyUp);

    async function onlyTheseHave(text, people) {
        await Promise.all(everybody.map((person) => person.settle()));
        for (const person of everybody) {
            assert.equal(everythingOf(person).includes(text), people.includes(person), `${text} at ${person.user}`);
        }
    }

    scenario("reach the members of their room, and nobody else", async () => {
        const made = await announce(tess, notice("class-math", "to the class"));
        assert.equal(made.state, "published");
        const event = await ada.see("announcement:created", (e) => e.announcement.id === made.id);
        assert.equal(event.room, "class-math");
        assert.deepEqual(event.announcement, made);
        await onlyTheseHave("to the class", [tess, tim, ada, ben]);
        await announce(tess, notice("class-math/staff", "to the teachers"));
        await onlyTheseHave("to the teachers", [tess, tim]);
        await announce(pia, notice("institution-north", "to the school"));
        await onlyTheseHave("to the school", everybody);
        await announce(pia, notice("institution-north/staff", "to all staff"));
        await onlyTheseHave("to all staff", [pia, tess, tim, theo]);
    });

    scenario("are made by the staff of the room alone", async () => {
        assert.equal(await ada.refusal("announcement:create", notice("class-math", "x")), "forbidden");
        for (const who of [theo, cleo]) {
            const here = await who.request("announcement:create", notice("class-math", "x"));
            const nowhere = await who.request("announcement:create", notice("class-nowhere", "x"));
            assert.equal(here.error.code, "not_found");
            assert.deepEqual(here, nowhere);
        }
        assert.equal(await ada.refusal("announcement:create", notice("class-math/staff", "x")), "not_found");
    });

    scenario("tell the staff who has acknowledged, and nobody else", async () => {
        const { id } = await announce(tess, notice("class-math", "please read", { requireAck: true }));
        const device = await Person.connect(server, "ada");
        const { acknowledgedAt } = await ada.requestOk("announcement:ack", { announcement: id });
        const about = (e) => e.announcementId === id;
        for (const person of [tess, tim, ada, device]) {
            const event = await person.see("announcement:acked", about);
            assert.deepEqual(event.user, { id: "ada", name: "Ada Example" });
        }
        await ben.settle();
        assert.equal(ben.received("announcement:acked").length, 0);
        assert.equal(await ben.refusal("announcement:acks", { announcement: id }), "forbidden");
        assert.equal(await cleo.refusal("announcement:acks", { announcement: id }), "not_found");
        const acks = await tim.requestOk("announcement:acks", { announcement: id });
        assert.deepEqual([acks.acknowledged, acks.missing], [1, 2]);
        const at = Object.fromEntries(acks.people.map((one) => [one.user.id, one.acknowledgedAt]));
        assert.deepEqual(at, { ada: acknowledgedAt, ben: null, tim: null });
        const { announcements } = await device.requestOk("announcement:list", { room: "class-math" });
        assert.equal(announcements.find((one) => one.id === id).mine.acknowledgedAt, acknowledgedAt);
        device.leave();
    });

    scenario("are recovered after a broken connection, and are gone once withdrawn", async () => {
        await Promise.all([ada.away(), cleo.away()]);
        const kept = await announce(tess, notice("class-math", "kept"));
        const gone = await announce(tess, notice("class-math", "taken back"));
        await tess.requestOk("announcement:withdraw", { announcement: gone.id });
        await Promise.all([ada.back(), cleo.back()]);
        await ada.see("announcement:created", (e) => e.announcement.id === kept.id);
        await ada.see("announcement:withdrawn", (e) => e.announcementId === gone.id);
        await Promise.all([ada.settle(), cleo.settle()]);
        assert.ok(!everythingOf(ada).includes("taken back"));
        assert.ok(!everythingOf(cleo).includes("kept"));
        assert.equal(await ada.refusal("announcement:ack", { announcement: gone.id }), "not_found");
    });

    // Case 4: what was announced while he was away is not for him who has left.
    scenario("are not replayed to those who left the room", async () => {
        await ben.away();
        await announce(tess, notice("class-math", "after ben"));
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ben", "math")}`);
        await ben.back();
        await ben.settle();
        assert.ok(!everythingOf(ben).includes("after ben"));
        const { announcements } = await ben.requestOk("announcement:list", {});
        assert.ok(!announcements.some((one) => one.room === "class-math"));
        await server.restOk(
            "PUT",
            `/enrollments/${enrollmentId("ben", "math")}`,
            body.enrollment("ben", "math", "north"),
        );
    });

    scenario("the platform's alerts reach everybody once", async () => {
        const alert = { title: "Works tonight", text: "from ten to eleven", level: "critical", key: "w-1" };
        await server.restOk("POST", "/alerts", alert);
        await server.restOk("POST", "/alerts", alert);
        for (const person of everybody) {
            const event = await person.see("alert");
            assert.deepEqual(
                [event.room, event.by, event.title, event.text, event.level],
                ["global", null, alert.title, alert.text, alert.level],
            );
        }
        await ada.settle();
        for (const person of everybody) assert.equal(person.received("alert").length, 1, person.user);
        assert.equal(await pia.refusal("alert", alert), "invalid");
        const asUser = await server.rest("POST", "/alerts", alert, { token: server.token("pia") });
        assert.equal(asUser.status, 403);
    });
});

describe("announcements for later", () => {
    let server, tess, tim, ada;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, tim, ada] = await Promise.all(["tess", "tim", "ada"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);
    const titled = (title) => (e) => e.announcement.title === title;

    // Case 24.
    scenario("are the staff's until their time comes", async () => {
        const { id } = await announce(tess, notice("class-math", "in a moment", { publishAt: soon(1500) }));
        await tim.see("announcement:scheduled", titled("in a moment"));
        await tess.requestOk("announcement:update", { announcement: id, text: "with a new text" });
        await ada.settle();
        assert.ok(!everythingOf(ada).includes("in a moment"));
        assert.deepEqual((await ada.requestOk("announcement:list", {})).announcements, []);
        assert.equal(await ada.refusal("announcement:ack", { announcement: id }), "not_found");
        const event = await ada.see("announcement:created", titled("in a moment"));
        assert.equal(event.announcement.text, "with a new text");
        assert.deepEqual(event.by, { id: "tess", name: "Tess Example" });
    });

    scenario("come once, although the server dies before and after their time", async () => {
        await announce(tess, notice("class-math", "through a crash", { publishAt: soon(1200) }));
        await announce(tess, notice("class-math", "much later", { publishAt: soon(3_600_000) }));
        await server.kill();
        await sleep(1500); // its time comes while nobody is there
        await server.launch();
        await ada.see("announcement:created", titled("through a crash"), 15_000);
        await server.kill();
        await server.launch();
        await eventually("ada to be back", () => ada.socket.connected, 15_000);
        await sleep(600);
        await ada.settle();
        assert.equal(ada.received("announcement:created").filter(titled("through a crash")).length, 1);
        const device = await Person.connect(server, "ada", { auth: { cursor: "0000000000000000" } });
        await device.see("announcement:created", titled("through a crash"));
        await device.settle();
        assert.equal(device.received("announcement:created").filter(titled("through a crash")).length, 1);
        assert.ok(!everythingOf(device).includes("much later"));
        device.leave();
    });

    scenario("are held when their author has left the staff", async () => {
        await eventually("tess and tim to be back", () => tess.socket.connected && tim.socket.connected, 15_000);
        const { id } = await announce(tess, notice("class-math", "never to be", { publishAt: soon(1200) }));
        await server.restOk("DELETE", `/enrollments/${enrollmentId("tess", "math")}`);
        const event = await tim.see("announcement:updated", (e) => e.announcement.id === id);
        assert.equal(event.announcement.state, "held");
        await ada.settle();
        assert.ok(!everythingOf(ada).includes("never to be"));
        await tim.requestOk("announcement:withdraw", { announcement: id });
    });
});
