// Who is there: shown to those who watch a room they are in, and to nobody else.

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
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math", "art")
        .student("cleo", "art");

describe("presence", () => {
    let server, tess, ada;
    before(async () => {
        server = await Server.start({ school: school() });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada");
    });
    after(tidyUp);

    const watch = async (person, room) => (await person.requestOk("presence:watch", { room })).users;
    // As the person was shown it, and told since.
    const status = (person, room, user, shown = []) => {
        const list = [shown, ...person.received("presence:changed").filter((news) => news.room === room).map(({ changes }) => changes)];
        return list.flat().filter(({ id }) => id === user).at(-1)?.status ?? "offline";
    };
    const becomes = (person, room, user, wanted, shown) =>
        eventually(`${person.user} to see ${user} ${wanted}`, () => status(person, room, user, shown) === wanted, 10_000);

    scenario("a room is shown as it is, and what changes is told", async () => {
        const shown = await watch(tess, "class-math");
        assert.deepEqual(shown.map(({ id }) => id).sort(), ["ada", "tess"]); // the others were never seen
        for (const { status, since } of shown) {
            assert.equal(status, "online");
            assert.match(since, /^\d{4}-.*Z$/);
        }
        const ben = await Person.connect(server, "ben");
        await becomes(tess, "class-math", "ben", "online");
        await ben.requestOk("presence:set", { status: "busy" });
        await becomes(tess, "class-math", "ben", "busy");
        assert.equal((await ben.requestOk("presence:set", { status: "away" })).status, "busy"); // his client's idea
        await ben.requestOk("presence:set", { status: "online" }); // and again
        await ben.requestOk("presence:set", { status: "online" });
        await ben.requestOk("presence:set", { status: "away" });
        await becomes(tess, "class-math", "ben", "away");
        ben.leave();
        await becomes(tess, "class-math", "ben", "offline");
        assert.equal(ada.received("presence:changed").length, 0); // who does not watch is told nothing
    });

    scenario("a page that loads anew is no news", async () => {
        const shown = await watch(tess, "class-math");
        assert.ok(shown.some(({ id }) => id === "ada"));
        const before = tess.received("presence:changed").length;
        ada.leave();
        ada = await Person.connect(server, "ada");
        await sleep(1_000);
        assert.equal(tess.received("presence:changed").length, before);
    });

    scenario("nobody can tell the invisible from those who are not there", async () => {
        await watch(tess, "class-math");
        const ben = await Person.connect(server, "ben");
        await becomes(tess, "class-math", "ben", "online");
        await ben.requestOk("presence:set", { status: "invisible" });
        await becomes(tess, "class-math", "ben", "offline");
        assert.ok(!(await watch(ada, "class-math")).some(({ id }) => id === "ben"));
        const told = tess.received("presence:changed").length;
        ben.leave();
        const again = await Person.connect(server, "ben"); // comes back as he went
        await sleep(1_000);
        assert.equal(tess.received("presence:changed").length, told);
        await again.requestOk("presence:set", { status: "online" });
        await becomes(tess, "class-math", "ben", "online");
        again.leave();
        await ada.requestOk("presence:unwatch", { room: "class-math" });
    });

    scenario("a room of others is none, and a room without presence says so", async () => {
        for (const room of ["class-art", "class-nowhere", "class-math/nonsense", "class-math~presence", "__proto__", ""])
            assert.equal(await ada.refusal("presence:watch", { room }), "not_found", room);
        for (const room of ["institution-north", "course-science", "global", "user-ada"])
            assert.equal(await ada.refusal("presence:watch", { room }), "forbidden", room);
        assert.equal(await ada.refusal("presence:watch", {}), "invalid");
        for (const status of ["offline", "here", "", 5]) assert.equal(await ada.refusal("presence:set", { status }), "invalid");
    });

    scenario("whoever leaves a class is gone from it, and sees it no more", async () => {
        const max = await Person.connect(server, "max");
        const cleo = await Person.connect(server, "cleo");
        const inMath = await watch(tess, "class-math");
        const inArt = await watch(cleo, "class-art");
        await watch(max, "class-math");
        await becomes(tess, "class-math", "max", "online", inMath);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await becomes(tess, "class-math", "max", "offline");
        const told = max.received("presence:changed").length;
        await ada.requestOk("presence:set", { status: "busy" });
        await becomes(tess, "class-math", "ada", "busy");
        await ada.requestOk("presence:set", { status: "online" });
        await max.settle();
        assert.equal(max.received("presence:changed").length, told);
        assert.equal(await max.refusal("presence:watch", { room: "class-math" }), "not_found");
        assert.equal(status(cleo, "class-art", "max", inArt), "online"); // there he still is
    });

    // Cases 42 and 45 of who may see what.
    scenario("whoever has opted out of the directory is shown to staff alone", async () => {
        const hide = (directoryOptOut) =>
            server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { metadata: { directoryOptOut } }));
        const ben = await Person.connect(server, "ben");
        await ben.requestOk("presence:set", { status: "online" });
        const toTess = await watch(tess, "class-math");
        const toAda = await watch(ada, "class-math");
        await becomes(ada, "class-math", "ben", "online", toAda);
        await hide(true);
        await becomes(ada, "class-math", "ben", "offline", toAda);
        await ben.requestOk("presence:set", { status: "busy" });
        await becomes(tess, "class-math", "ben", "busy", toTess);
        assert.ok((await watch(tess, "class-math")).some(({ id }) => id === "ben"));
        assert.ok(!(await watch(ada, "class-math")).some(({ id }) => id === "ben"));
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north")); // does not say: stays so
        await ben.requestOk("presence:set", { status: "online" });
        await ben.requestOk("presence:set", { status: "away" });
        await becomes(tess, "class-math", "ben", "away", toTess);
        await ada.settle();
        assert.equal(status(ada, "class-math", "ben", toAda), "offline");
        await hide(false);
        await ben.requestOk("presence:set", { status: "online" });
        await becomes(ada, "class-math", "ben", "online", toAda);
        ben.leave();
    });

    // Case 44.
    scenario("in one class nobody learns what somebody does in another", async () => {
        const max = await Person.connect(server, "max");
        const cleo = await Person.connect(server, "cleo");
        await server.restOk("PUT", `/enrollments/${enrollmentId("max", "math")}`, {
            userSourcedId: "max", classSourcedId: "math", role: "student",
        });
        const shown = await watch(cleo, "class-art");
        await becomes(cleo, "class-art", "max", "online", shown);
        await cleo.settle();
        const told = cleo.events.length;
        await watch(max, "class-math");
        const post = await max.post("class-math", "for mathematicians");
        await max.comment(post.id, "well");
        await max.request("typing", { to: { post: post.id }, on: true });
        await tess.seeText("for mathematicians");
        await tess.see("typing", ({ user }) => user === "max");
        await cleo.settle();
        assert.equal(cleo.events.length, told);
        max.leave();
        cleo.leave();
    });

    scenario("many who arrive together are a few messages", { seconds: 120 }, async () => {
        const big = new School("big").class("hall");
        const users = Array.from({ length: 400 }, (_, i) => `p${i}`);
        for (const user of users) big.student(user, "hall");
        const hall = await Server.start({ school: big.teacher("tina", "hall") });
        const tina = await Person.connect(hall, "tina");
        await watch(tina, "class-hall");
        const began = Date.now();
        await Promise.all(users.map((user) => Person.connect(hall, user)));
        await eventually("all to be there", () => users.every((user) => status(tina, "class-hall", user) === "online"), 60_000);
        const messages = tina.received("presence:changed").length;
        assert.ok(messages <= 2 + (Date.now() - began) / 300, `${messages} messages`);
        const times = tina.received("presence:changed").flatMap(({ changes }) => changes.map(({ id }) => id));
        assert.equal(times.length, users.length); // each once
    });

    scenario("a wish and when somebody was last seen outlive the process", async () => {
        const small = new School("small").class("lab").teacher("tina", "lab").student("ina", "lab").student("olaf", "lab");
        const at = await Server.start({ school: small });
        const tina = await Person.connect(at, "tina");
        const [ina, olaf] = [await Person.connect(at, "ina"), await Person.connect(at, "olaf")];
        const shown = await watch(tina, "class-lab");
        await becomes(tina, "class-lab", "ina", "online", shown);
        await ina.requestOk("presence:set", { status: "invisible" });
        await becomes(tina, "class-lab", "ina", "offline", shown);
        const seen = (await watch(tina, "class-lab")).find(({ id }) => id === "ina");
        assert.equal(seen.status, "offline");
        assert.deepEqual((await watch(olaf, "class-lab")).map(({ id }) => id).sort(), ["olaf", "tina"]); // staff alone may know
        await tina.settle();
        for (const person of [tina, ina, olaf]) person.leave();
        await at.restart("SIGKILL");
        const back = await Person.connect(at, "ina");
        const again = await Person.connect(at, "tina");
        const now = await watch(again, "class-lab");
        assert.deepEqual(now.filter(({ id }) => id === "ina"), [seen]);
        const other = await Person.connect(at, "olaf");
        await becomes(again, "class-lab", "olaf", "online", now);
        assert.equal(status(again, "class-lab", "ina", now), "offline");
        await back.requestOk("presence:set", { status: "online" });
        await becomes(again, "class-lab", "ina", "online", now);
        other.leave();
    });

    scenario("who was there when the server stopped was last seen then", async () => {
        const small = new School("small").class("lab").teacher("tina", "lab").student("ina", "lab").student("olaf", "lab");
        const at = await Server.start({ school: small });
        const tina = await Person.connect(at, "tina");
        const [ina, olaf] = [await Person.connect(at, "ina"), await Person.connect(at, "olaf")];
        const shown = await watch(tina, "class-lab");
        await becomes(tina, "class-lab", "olaf", "online", shown);
        await ina.requestOk("presence:set", { status: "invisible" });
        await becomes(tina, "class-lab", "ina", "offline", shown);
        const hidden = (await watch(tina, "class-lab")).find(({ id }) => id === "ina");
        await at.stop();
        for (const person of [tina, ina, olaf]) person.leave();
        await at.launch();
        const again = await Person.connect(at, "tina");
        const now = await watch(again, "class-lab");
        assert.equal(now.find(({ id }) => id === "olaf")?.status, "offline");
        assert.deepEqual(now.find(({ id }) => id === "ina"), hidden, "of the invisible nothing is new");
        again.leave();
    });

    scenario("who asks for too much is told to wait", async () => {
        const cleo = await Person.connect(server, "cleo");
        const answers = await Promise.all(Array.from({ length: 200 }, () => cleo.request("presence:watch", { room: "class-art" })));
        const refused = answers.filter(({ ok }) => !ok);
        assert.ok(refused.length > 0 && refused.length <= 72, `${refused.length} refused`);
        for (const { error } of refused) {
            assert.equal(error.code, "rate_limited");
            assert.ok(error.retryAfter > 0);
        }
        cleo.leave();
    });
});
