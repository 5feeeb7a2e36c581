// What the platform's back end writes by REST beside the roster, grades and alerts: posts, announcements, and events of
// names of its own. Whom each reaches and whom not, that it happens once, and what it may not.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

describe("the platform's back end", () => {
    let server, tess, ada, ben, everybody;
    before(async () => {
        const school = new School("north")
            .class("math", { course: "science" })
            .class("art")
            .teacher("tess", "math")
            .student("ada", "math")
            .student("ben", "art");
        server = await Server.start({ school });
        everybody = [tess, ada, ben] = await Promise.all(
            ["tess", "ada", "ben"].map((user) => Person.connect(server, user)),
        );
    });
    after(tidyUp);

    async function reaches(name, data, people) {
        await Promise.all(everybody.map((person) => person.settle()));
        for (const person of everybody) {
            const got = person.received(name).filter((event) => JSON.stringify(event.data) === JSON.stringify(data));
            assert.equal(got.length, people.includes(person) ? 1 : 0, `${name} at ${person.user}`);
        }
    }
    let number = 0;
    async function send(to, people, more = {}) {
        const data = { number: ++number };
        const answer = await server.rest("POST", "/events", { type: "bus:late", to, data, ...more });
        assert.equal(answer.status, 201, answer.text);
        await reaches("bus:late", data, people);
    }

    scenario("an event reaches exactly those it is for", async () => {
        await send("class-math", [tess, ada]);
        await send("class-math/staff", [tess]);
        await send("course-science", [tess, ada]);
        await send("institution-north", [tess, ada, ben]);
        await send("global", [tess, ada, ben]);
        await send("user-ben", [ben]);
        await send({ users: ["ada"] }, [ada]);
        await send({ users: ["ada", "ben", "ada"] }, [ada, ben]);
        const event = ada.received("bus:late").at(-1);
        assert.equal(event.by, null);
        const documented = "/components/messages/platformEvent/payload";
        assert.equal(new Contract().fault("asyncapi.yaml", documented, event), undefined);
    });

    scenario("an event is durable, and its id makes it happen once", async () => {
        await ada.away();
        const body = { type: "bus:late", to: "class-math", data: { once: true }, id: "once" };
        for (let i = 0; i < 3; i++) assert.equal((await server.rest("POST", "/events", body)).status, 201);
        await ada.back();
        await reaches("bus:late", { once: true }, [tess, ada]);
    });

    scenario("what an event may not", async () => {
        const refused = async (body, status, field) => {
            const answer = await server.rest("POST", "/events", { type: "x", to: "class-math", data: {}, ...body });
            assert.equal(answer.status, status, JSON.stringify(body));
            assert.equal(answer.json().field, field, JSON.stringify(body));
        };
        for (const type of ["post:created", "session", "grade:updated", "connect_error", "a b", "", 7])
            await refused({ type }, 400, "type");
        await refused({ type: "x".repeat(65) }, 413, "type");
        for (const to of ["class-nowhere", "class-math/other", "user-nobody", "user-ada/staff", "nowhere"])
            await refused({ to }, 404, "to");
        await refused({ to: { users: ["ada", "nobody"] } }, 404, "to");
        await refused({ to: { users: [] } }, 400, "to");
        await refused({ to: { users: [1] } }, 400, "to");
        await refused({ to: 7 }, 400, "to");
        await refused({ data: "text" }, 400, "data");
        await refused({ data: { text: "x".repeat(70_000) } }, 413, "data");
        for (const route of ["/events", "/posts", "/announcements"]) {
            const asUser = { token: server.token("tess") };
            assert.equal((await server.rest("POST", route, { to: "class-math" }, asUser)).status, 403, route);
        }
    });

    scenario("posts and announcements of the platform are its own", async () => {
        const post = { to: "class-math", text: "from the platform", author: { id: "tess" }, by: { id: "tess" } };
        const made = await server.restOk("POST", "/posts", { ...post, key: "p1" });
        const again = await server.restOk("POST", "/posts", { ...post, key: "p1" });
        assert.equal(again.json().post.id, made.json().post.id);
        const seen = await ada.seeText("from the platform");
        assert.equal(seen.by, null);
        assert.deepEqual(seen.post.author, { id: "service:platform", name: "platform" });
        await server.restOk("POST", "/posts", { to: "class-math", text: "for staff", visibility: "staff" });
        await tess.seeText("for staff");
        const announcement = { to: "course-science", title: "Trip", text: "Bring lunch", requireAck: true };
        await server.restOk("POST", "/announcements", announcement);
        const told = await ada.see("announcement:created", (event) => event.announcement.title === "Trip");
        assert.equal(told.by, null);
        await ada.requestOk("announcement:ack", { announcement: told.announcement.id });
        await ada.settle();
        await ben.settle();
        assert.deepEqual(ben.texts(), []);
        assert.deepEqual(ben.received("announcement:created"), []);
        assert.ok(!ada.texts().includes("for staff"));
        assert.equal(ada.texts().filter((text) => text === "from the platform").length, 1);
        // People comment on it; its author is nobody who could be asked or told.
        await ada.comment(made.json().post.id, "thanks");
        for (const [route, body, status] of [
            ["/posts", { to: "class-nowhere", text: "x" }, 404],
            ["/posts", { to: "global", text: "x" }, 404],
            ["/posts", { to: "class-math", text: "x", anonymous: true }, 400],
            ["/posts", { to: "class-math", text: "x", publishAt: "2030-01-01T00:00:00Z" }, 400],
            ["/posts", { to: "class-math", text: " " }, 400],
            ["/announcements", { to: "user-ada", title: "x", text: "x" }, 404],
            ["/announcements", { to: "class-math", title: "x" }, 400],
        ])
            assert.equal((await server.rest("POST", route, body)).status, status, JSON.stringify(body));
    });
});
