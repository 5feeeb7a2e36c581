// Who is typing: shown to those who can see what is typed in, for as long as it is true, and to nobody else.

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
        .student("max", "math")
        .student("cleo", "art");

describe("typing", () => {
    let server, tess, ada, ben, cleo;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, ada, ben, cleo] = await Promise.all(["tess", "ada", "ben", "cleo"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    // The answer; waits where it is asked to.
    async function ask(person, request) {
        for (;;) {
            const answer = await person.request("typing", request);
            if (answer.error?.code !== "rate_limited") return answer;
            await sleep(answer.error.retryAfter * 1000);
        }
    }
    const type = async (person, to, on = true) => assert.deepEqual(await ask(person, { to, on }), { ok: true });
    const refusal = async (person, request) => (await ask(person, request)).error?.code;
    // What the person was told last of that user there: true, false or undefined.
    const told = (person, user, to) =>
        person.received("typing").filter((one) => one.user === user && same(one.to, to)).at(-1)?.on;
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    // Volatile: told again until it is seen, as a client does.
    async function shows(typist, to, ...viewers) {
        for (const viewer of viewers) {
            let next = 0;
            await eventually(`${viewer.user} to see ${typist.user} type`, async () => {
                if (told(viewer, typist.user, to) === true) return true;
                if (Date.now() < next) return false;
                next = Date.now() + 2_100;
                await type(typist, to);
                return false;
            }, 25_000);
        }
    }
    const ends = (viewer, user, to) =>
        eventually(`${viewer.user} to see that ${user} has stopped`, () => told(viewer, user, to) !== true, 15_000);
    const silent = (...people) => {
        for (const person of people) assert.deepEqual(person.received("typing"), [], person.user);
    };

    scenario("those who can see it are told, not the typist, nor anybody else", { seconds: 90 }, async () => {
        const to = { post: (await tess.post("class-math", "what is it?")).id };
        const phone = await Person.connect(server, "ada");
        await shows(ada, to, tess, ben);
        const event = tess.received("typing").at(-1);
        assert.deepEqual(event, { to, user: "ada", name: "Ada Example", on: true });
        await type(ada, to, false);
        await ends(tess, "ada", to);
        await ends(ben, "ada", to);
        const room = { room: "class-math" };
        await shows(ada, room, tess, ben);
        await type(ada, room, false);
        await Promise.all([ada, phone, cleo].map((person) => person.settle()));
        silent(ada, phone, cleo);
        phone.leave();
    });

    scenario("in what is for some, some are told", { seconds: 90 }, async () => {
        const staff = { post: (await tess.post("class-math", "for staff", { visibility: "staff" })).id };
        const some = { post: (await tess.post("class-math", "for ada", { visibility: { users: ["ada"] } })).id };
        await shows(tess, some, ada);
        assert.equal(await refusal(ben, { to: some, on: true }), "not_found");
        assert.equal(await refusal(ada, { to: staff, on: true }), "not_found");
        await type(tess, staff);
        await Promise.all([ada, ben].map((person) => person.settle()));
        assert.equal(told(ben, "tess", some), undefined);
        for (const person of [ada, ben]) assert.equal(told(person, "tess", staff), undefined);
        assert.equal(told(tess, "ben", some), undefined);
    });

    // Cases 33 and 15.
    scenario("in a conversation those who would get a message are told", { seconds: 90 }, async () => {
        const { message } = await ada.requestOk("message:send", { to: { user: "ben" }, text: "hello" });
        const to = { conversation: message.conversation };
        await shows(ada, to, ben);
        await type(ada, to, false);
        await ends(ben, "ada", to);
        for (const stranger of [tess, cleo]) assert.equal(await refusal(stranger, { to, on: true }), "not_found");
        assert.equal(await refusal(ada, { to: { conversation: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, on: true }), "not_found");
        await ben.requestOk("block:set", { user: "ada", on: true });
        const before = ben.received("typing").length;
        await type(ada, to); // answered as ever
        assert.equal(await refusal(ben, { to, on: true }), "forbidden");
        await Promise.all([ada, ben, tess].map((person) => person.settle()));
        assert.equal(ben.received("typing").length, before);
        assert.ok(!tess.received("typing").some((event) => event.to.conversation));
        await ben.requestOk("block:set", { user: "ada", on: false });
    });

    // Case 29.
    scenario("in a thread with pseudonyms nobody is told", { seconds: 90 }, async () => {
        const asked = { post: (await ada.post("class-math", "who asks?", { anonymous: true })).id };
        await type(ada, asked);
        await type(ben, asked);
        await Promise.all([tess, ben, ada].map((person) => person.settle()));
        for (const person of [tess, ben, ada])
            assert.ok(!person.received("typing").some((event) => event.to.post === asked.post));
    });

    scenario("of who may not write nobody is told", { seconds: 90 }, async () => {
        const to = { post: (await tess.post("class-math", "who talks too much?")).id };
        const room = { room: "class-math" };
        await tess.requestOk("feed:mute", { ...room, user: "max" });
        const max = await Person.connect(server, "max");
        await type(max, to); // answered as ever
        await type(max, room);
        await Promise.all([tess, ada, ben].map((person) => person.settle()));
        for (const person of [tess, ada, ben])
            assert.deepEqual(person.received("typing").filter((one) => one.user === "max"), [], person.user);
        await tess.requestOk("feed:unmute", { ...room, user: "max" });
        await shows(max, to, tess);
        max.leave();
    });

    scenario("whoever says nothing, disconnects or leaves the class has stopped", { seconds: 90 }, async () => {
        const max = await Person.connect(server, "max");
        const to = { room: "class-math" };
        await shows(max, to, tess);
        await ends(tess, "max", to); // by its lease
        await shows(max, to, tess);
        max.leave();
        await ends(tess, "max", to);
        const again = await Person.connect(server, "max");
        await shows(again, to, tess);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await ends(tess, "max", to);
        await again.see("rooms:changed");
        const heard = again.events.length;
        assert.equal(await refusal(again, { to, on: true }), "not_found");
        await shows(ben, to, tess);
        await type(ben, to, false);
        await again.settle();
        assert.equal(again.events.length, heard);
    });

    // Case 43 of who may see what, and 42.
    scenario("of the invisible nobody is told, and of who has opted out staff alone", { seconds: 90 }, async () => {
        const olga = await Person.connect(server, "ben"); // his second device
        const to = { post: (await tess.post("class-math", "quietly")).id };
        await olga.requestOk("presence:set", { status: "invisible" });
        await type(ben, to);
        await Promise.all([tess, ada].map((person) => person.settle()));
        for (const person of [tess, ada]) assert.equal(told(person, "ben", to), undefined);
        await olga.requestOk("presence:set", { status: "online" });
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { metadata: { directoryOptOut: true } }));
        await shows(ben, to, tess);
        await ada.settle();
        assert.equal(told(ada, "ben", to), undefined);
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { metadata: { directoryOptOut: false } }));
        olga.leave();
    });

    scenario("what is not the user's to see is not found, and what is not understood is invalid", { seconds: 90 }, async () => {
        const inArt = (await cleo.post("class-art", "brushes")).id;
        for (const to of [{ post: inArt }, { post: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, { room: "class-art" }, { room: "class-nowhere" }])
            assert.equal(await refusal(tess, { to, on: true }), "not_found", JSON.stringify(to));
        const cases = [undefined, {}, "class-math", { room: 5 }, { conversation: 5 }, { __proto__x: "y" }, { post: "a", room: "b" }];
        for (const to of cases) assert.equal(await refusal(ada, { to, on: true }), "invalid", JSON.stringify(to));
        for (const on of [undefined, 1, "yes"])
            assert.equal(await refusal(ada, { to: { room: "class-math" }, on }), "invalid");
        const max = await Person.connect(server, "max");
        for (const room of ["institution-north", "global", "user-max"])
            assert.equal(await refusal(max, { to: { room }, on: true }), "forbidden", room);
        max.leave();
    });

    scenario("who says it too often is told to wait, and may still stop", async () => {
        const to = { room: "class-art" };
        const answers = await Promise.all(Array.from({ length: 40 }, () => cleo.request("typing", { to, on: true })));
        const refused = answers.filter(({ ok }) => !ok);
        assert.ok(refused.length >= 20, `${refused.length} refused`);
        for (const { error } of refused) {
            assert.equal(error.code, "rate_limited");
            assert.ok(error.retryAfter > 0);
        }
        await type(cleo, to, false);
    });

    scenario("nothing of it is stored", async () => {
        const at = await Server.start({ school: school() });
        const [one, other] = [await Person.connect(at, "ada"), await Person.connect(at, "ben")];
        const { cursor } = other.session;
        await one.requestOk("typing", { to: { room: "class-math" }, on: true });
        await one.post("class-math", "afterwards");
        const later = await Person.connect(at, "ben", { auth: { cursor } });
        await later.seeText("afterwards");
        assert.deepEqual(later.received("typing"), []);
    });
});
