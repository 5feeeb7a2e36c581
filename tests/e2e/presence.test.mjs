// Who is there: shown to those who watch a room they are in, and to nobody else.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
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
        assert.deepEqual(shown.map(({ id }) => id).sort(), ["ada", "tess"]);
        for (const { status, since } of shown) {
            assert.equal(status, "online");
            assert.match(since, /^\d{4}-.*Z$/);
        }
        const ben = await Person.connect(server, "ben");
        await becomes(tess, "class-math", "ben", "online");
        await ben.requestOk("presence:set", { status: "busy" });
        await becomes(tess, "class-math", "ben", "busy");
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

    scenario("many who arrive together are a few messages", async () => {
        const big = new School("big").class("hall");
        const users = Array.from({ length: 120 }, (_, i) => `p${i}`);
        for (const user of users) big.student(user, "hall");
        const hall = await Server.start({ school: big.teacher("tina", "hall") });
        const tina = await Person.connect(hall, "tina");
        await watch(tina, "class-hall");
        const began = Date.now();
        await Promise.all(users.map((user) => Person.connect(hall, user)));
        await eventually("all to be there", () => users.every((user) => status(tina, "class-hall", user) === "online"), 10_000);
        const messages = tina.received("presence:changed").length;
        assert.ok(messages <= 2 + (Date.now() - began) / 300, `${messages} messages`);
    });
});
