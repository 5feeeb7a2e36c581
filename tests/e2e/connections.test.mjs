// Who is connected now, as the platform's operator asks: over what, in which rooms, page by page while people come and go,
// what becomes of it when the roster changes, and to whom there is no such path.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const crowd = Array.from({ length: 60 }, (_, number) => `pupil-${number}`);
const school = () => {
    const one = new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
    for (const user of crowd) one.student(user, "art");
    return one;
};

describe("who is connected", () => {
    let server, tess, ada, again, cleo;
    const ask = (query = "", options) => server.rest("GET", `/connections${query}`, undefined, options);
    const list = async (query = "") => (await server.restOk("GET", `/connections${query}`)).json();
    const users = async (query) => (await list(query)).connections.map((one) => one.user).sort();
    const refused = async (query, status, field) => {
        const answer = await ask(query);
        assert.equal(answer.status, status, `${query} ${answer.text}`);
        assert.equal(answer.json().field, field, query);
    };
    before(async () => {
        server = await Server.start({ school: school() });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada");
        again = await Person.connect(server, "ada", { transports: ["polling"] });
        cleo = await Person.connect(server, "cleo");
    });
    after(tidyUp);

    scenario("is shown with rooms and transport, and without anything else", async () => {
        const { connections, next } = await list();
        assert.equal(next, null);
        assert.deepEqual(connections.map((one) => one.user).sort(), ["ada", "ada", "cleo", "tess"]);
        assert.equal(new Set(connections.map((one) => one.connection)).size, 4);
        for (const one of connections) {
            assert.deepEqual(Object.keys(one), ["connection", "user", "openedAt", "transport", "rooms"]);
            assert.ok(Math.abs(Date.parse(one.openedAt) - Date.now()) < 30_000, one.openedAt);
            assert.ok(one.rooms.includes("global") && one.rooms.includes(`user-${one.user}`));
        }
        const adas = connections.filter((one) => one.user === "ada");
        assert.deepEqual(adas.map((one) => one.transport).sort(), ["polling", "websocket"]);
        for (const one of adas) assert.deepEqual([...one.rooms].sort(), ada.rooms);
        const her = connections.find((one) => one.user === "tess").rooms;
        assert.deepEqual(her.filter((room) => !room.endsWith("/staff")).sort(), tess.rooms);
        assert.ok(her.includes("class-math/staff"));
    });

    scenario("says nothing of tokens, addresses, what is open and where somebody types", async () => {
        const token = server.token("ada", { jti: "sekret-jti" });
        const third = await Person.connect(server, "ada", { token, headers: { "user-agent": "sekret-agent" } });
        await third.requestOk("presence:watch", { room: "class-math" });
        const { doc } = await third.requestOk("doc:create", { room: "class-math", title: "sekret-document" });
        await third.requestOk("doc:open", { doc: doc.id });
        const { text } = await ask("?user=ada");
        for (const never of [token, "sekret", "127.0.0.1", "~", doc.id, third.socket.id]) assert.ok(!text.includes(never), never);
        third.leave();
        await eventually("her to have left", async () => (await list("?user=ada")).connections.length === 2);
    });

    scenario("by user, by room, by both", async () => {
        assert.deepEqual(await users("?user=ada"), ["ada", "ada"]);
        assert.deepEqual(await users("?user=ben"), []);
        assert.deepEqual(await users("?room=class-math"), ["ada", "ada", "tess"]);
        assert.deepEqual(await users("?room=class-math/staff"), ["tess"]);
        assert.deepEqual(await users("?room=institution-north"), ["ada", "ada", "cleo", "tess"]);
        assert.deepEqual(await users("?room=user-cleo"), ["cleo"]);
        assert.deepEqual(await users("?user=cleo&room=class-math"), []);
        assert.deepEqual(await users("?user=tess&room=class-math"), ["tess"]);
    });

    scenario("as the roster has it, the moment a change is answered", async () => {
        const enrolment = `/enrollments/${enrollmentId("ada", "math")}`;
        await server.restOk("DELETE", enrolment);
        assert.deepEqual(await users("?room=class-math"), ["tess"]);
        for (const one of (await list("?user=ada")).connections) assert.ok(!one.rooms.includes("class-math"));
        await server.restOk("PUT", enrolment, body.enrollment("ada", "math"));
        assert.deepEqual(await users("?room=class-math"), ["ada", "ada", "tess"]);
        await server.restOk("POST", "/users/cleo/sign-out");
        assert.deepEqual(await users("?user=cleo"), []);
        cleo.leave();
    });

    scenario("page by page while people come and go: who stays is on exactly one", { seconds: 60 }, async () => {
        const here = await Promise.all(crowd.slice(0, 40).map((user) => Person.connect(server, user)));
        const staying = here.slice(0, 20);
        const leaving = here.slice(20);
        const coming = crowd.slice(40);
        const seen = [];
        let pages = 0;
        for (let after = ""; after !== null; pages++) {
            const { connections, next } = await list(`?room=class-art&limit=7${after && `&after=${after}`}`);
            assert.ok(connections.length <= 7);
            seen.push(...connections);
            after = next;
            leaving.pop()?.leave();
            leaving.pop()?.leave();
            if (coming.length > 0) await Person.connect(server, coming.pop());
        }
        assert.ok(pages >= 4);
        assert.equal(new Set(seen.map((one) => one.connection)).size, seen.length);
        for (const { user } of staying) assert.equal(seen.filter((one) => one.user === user).length, 1, user);
    });

    scenario("limits, and what it does not understand", async () => {
        assert.ok((await list("?limit=200")).connections.length > 20);
        assert.equal((await list("?limit=1")).connections.length, 1);
        for (const limit of ["0", "201", "-1", "all", "1.5"]) await refused(`?limit=${limit}`, 400, "limit");
        for (const after of ["x", "0000000000000001", "0-1", "1-2-99999999999"]) await refused(`?after=${after}`, 400, "after");
        assert.deepEqual((await list("?after=63-0-1")).connections, []);
        await refused("?user=nobody", 404, "user");
        for (const room of ["class-nowhere", "nonsense", "user-nobody", "class-math/other", "conversation-1", "class-math~presence"])
            await refused(`?room=${encodeURIComponent(room)}`, 404, "room");
        await refused(`?user=${"x".repeat(300)}`, 413, "user");
        // Of many at once some may be told to wait; the others are right, and afterwards all are.
        const answers = await Promise.all(Array.from({ length: 30 }, () => ask("?user=ada")));
        assert.ok(answers.some((answer) => answer.status === 200));
        for (const answer of answers) {
            if (answer.status === 200) assert.equal(answer.json().connections.length, 2);
            else assert.equal(answer.json().code, "rate_limited", answer.text);
        }
        assert.deepEqual(await users("?user=ada"), ["ada", "ada"]);
    });

    scenario("is in the audit log, with whom it was about and how many", async () => {
        const before = (await server.restOk("GET", "/audit?limit=1")).json().entries[0].number;
        await list("?user=ada");
        await list("?room=class-math&limit=2");
        await list();
        await refused("?user=nobody", 404, "user");
        const { entries } = (await server.restOk("GET", "/audit?action=connections.list&limit=3")).json();
        assert.ok(entries.every((entry) => entry.number > before && entry.actor === "service:platform"));
        const told = entries.map(({ subject, details }) => [subject, details.room, details.connections > 0]);
        assert.deepEqual(told, [["", undefined, true], ["class-math", "class-math", true], ["ada", undefined, true]]);
        assert.equal(entries[2].details.connections, 2);
    });

    scenario("to all others there is no such path", async () => {
        const nowhere = await server.rest("GET", "/nowhere", undefined, { token: server.token("tess") });
        const forged = server.token("tess", { roles: ["administrator"], role: "service", scopes: ["service"] });
        for (const token of [server.token("tess"), server.token("ada"), forged, "rubbish", ""]) {
            for (const query of ["", "?user=ada", "?user=nobody", "?limit=0"]) {
                const answer = await ask(query, { token });
                assert.equal(answer.status, 404);
                assert.equal(answer.text, nowhere.text);
            }
        }
        assert.equal(await tess.refusal("connections:list", {}), "invalid");
    });
});
