// Excalidraw's collaboration client, as it speaks on its socket, on boards of ours: it draws with others, and no more of it
// goes anywhere than its user may.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, describe } from "node:test";

import { io } from "socket.io-client";

import { Person } from "./support/client.mjs";
import { Drawer, element } from "./support/excalidraw.mjs";
import { eventually, keep, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

after(tidyUp);

const school = () =>
    new School("north").class("math").class("art").teacher("tess", "math").student("ada", "math").student("ben", "math").student("cleo", "art");

const start = (options = {}) => Server.start({ school: school(), ...options });
const joinAll = (server, ...users) => Promise.all(users.map((user) => Person.connect(server, user)));

async function make(owner, more = {}) {
    const { doc } = await owner.requestOk("doc:create", { room: "class-math", title: "Board", kind: "whiteboard", ...more });
    return doc.id;
}
const ticket = (person, doc) => person.requestOk("doc:ticket", { doc });
const drawAs = async (server, person, doc) => Drawer.join(server, await ticket(person, doc));
const said = (drawer, name) => drawer.events.filter((one) => one.name === name);

describe("Excalidraw on a board", () => {
    scenario("draws together, and finds what was drawn when all have left, and after a restart", async () => {
        const server = await start();
        const [tess, ada] = await joinAll(server, "tess", "ada");
        const id = await make(tess);
        const first = await drawAs(server, tess, id);
        assert.equal(said(first, "first-in-room").length, 1);
        const second = await drawAs(server, ada, id);
        assert.equal(said(second, "first-in-room").length, 0);
        for (const drawer of [first, second])
            await eventually("both to be listed", () => drawer.collaborators.length === 2 && drawer.collaborators.includes(drawer.socket.id));
        await first.draw("a", { x: 1 });
        await second.has("a", 1);
        await second.draw("a", { x: 2 });
        await second.draw("b", { x: 3, type: "freedraw", points: [[0, 0], [1.5, -2.25]], pressures: [0.5] });
        await first.has("a", 2);
        await first.has("b", 3);
        assert.deepEqual(first.visible.b.points, [[0, 0], [1.5, -2.25]]);
        await first.draw("a", { isDeleted: true });
        await eventually("it to be gone", () => !("a" in second.visible));
        for (const drawer of [first, second]) drawer.discard();
        await server.restart("SIGKILL");
        const [again] = await joinAll(server, "ada");
        const third = await drawAs(server, again, id);
        await third.has("b", 3);
        assert.equal(third.scene.get("a").isDeleted, true, "so that nobody's old copy brings it back");
        assert.equal(said(third, "new-user").length, 0);
        assert.equal(third.undecryptable, 0);
    });

    scenario("all come to the same scene, whoever draws what at once", { seconds: 60 }, async () => {
        const server = await start();
        const people = await joinAll(server, "tess", "ada", "ben");
        const id = await make(people[0]);
        const drawers = await Promise.all(people.map((person) => drawAs(server, person, id)));
        let seed = 42;
        const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
        for (let i = 0; i < 200; i++) {
            const drawer = drawers[random(drawers.length)];
            drawer.draw(`e${random(12)}`, { x: i, index: `a${random(3)}`, isDeleted: random(6) === 0 });
            if (random(5) === 0) await sleep(random(10));
        }
        // As its client does every 20 s.
        await sleep(300);
        for (const drawer of drawers) await drawer.broadcastScene("SCENE_UPDATE", true);
        const late = await drawAs(server, people[1], id);
        const sceneOf = (drawer) => JSON.stringify([...drawer.scene.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id: of, version, versionNonce, x, isDeleted }) => [of, version, versionNonce, x, isDeleted]));
        await eventually("the scenes to be one", () => new Set([...drawers, late].map(sceneOf)).size === 1, 30_000);
    });

    scenario("shows who points as who he is, to whom he likes to be shown", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [first, second, third] = [await drawAs(server, tess, id), await drawAs(server, ada, id), await drawAs(server, ben, id)];
        await second.point(5, 6, { socketId: first.socket.id, username: "Tess" });
        const seen = await eventually("ada's pointer", () => first.pointers.get(second.socket.id));
        assert.equal(seen.pointer.x, 5);
        assert.equal(seen.username, ada.session.user.name);
        assert.equal(first.pointers.size, 1);
        assert.equal(second.pointers.size, 0, "not one's own");
        second.follow(first.socket.id);
        await eventually("tess to be followed", () => first.followedBy.includes(second.socket.id));
        await first.look([0, 0, 100, 100]);
        await eventually("ada to follow", () => second.bounds.at(-1)?.sceneBounds[2] === 100);
        assert.equal(second.bounds[0].username, tess.session.user.name);
        // In the name of another: nobody hears it.
        await third.look([6, 6, 6, 6], first.socket.id);
        await first.look([0, 0, 200, 200]);
        await eventually("ada to follow on", () => second.bounds.at(-1).sceneBounds[2] === 200);
        assert.ok(second.bounds.every(({ sceneBounds }) => sceneBounds[0] === 0));
        assert.equal(third.bounds.length, 0);
        second.follow(first.socket.id, "UNFOLLOW");
        await eventually("nobody to follow", () => first.followedBy.length === 0);
        second.follow(first.socket.id);
        await eventually("tess to be followed again", () => first.followedBy.length === 1);
        second.discard();
        await eventually("nobody to follow her any more", () => first.followedBy.length === 0 && first.collaborators.length === 2);
        await ada.requestOk("presence:set", { status: "invisible" });
        const hidden = await drawAs(server, ada, id);
        await hidden.point(1, 1);
        await hidden.draw("x", { x: 9 });
        await first.has("x", 9);
        assert.ok(!first.collaborators.includes(hidden.socket.id) && !first.pointers.has(hidden.socket.id));
    });
});

describe("who may what with Excalidraw", () => {
    scenario("a room is no secret: who comes without a ticket, or with another's, is sent away", async () => {
        const server = await start();
        const [tess, ada, cleo] = await joinAll(server, "tess", "ada", "cleo");
        const id = await make(tess, { members: "none" });
        const text = (await tess.requestOk("doc:create", { room: "class-math", title: "Text" })).doc.id;
        for (const person of [ada, cleo]) {
            assert.deepEqual((await person.request("doc:ticket", { doc: id })).error, (await person.request("doc:ticket", { doc: `0${id.slice(1, -1)}Z` })).error);
        }
        assert.equal(await tess.refusal("doc:ticket", { doc: text }), "invalid");
        const first = await drawAs(server, tess, id);
        await first.draw("a", { x: 1 });
        const { room, key } = await ticket(tess, id);
        const changed = room.slice(0, 40) + (room[40] === "A" ? "B" : "A") + room.slice(41);
        for (const bad of [id, changed, "", "x".repeat(10_000), room.slice(0, -1), null, 7, [room], { room }]) {
            const drawer = new Drawer(server, { room: bad, key });
            await drawer.ended(JSON.stringify(bad)?.slice(0, 40));
            assert.equal(drawer.scene.size, 0);
            assert.deepEqual(drawer.events.map(({ name }) => name), ["init-room"]);
        }
        assert.deepEqual(first.collaborators, [first.socket.id]);
        // A key alone opens nothing, and another's key says nothing.
        const foreign = new Drawer(server, { room, key: randomBytes(16).toString("base64url") });
        await eventually("the scene to have come", () => foreign.undecryptable === 1);
        await foreign.draw("b", { x: 2 });
        await first.draw("a", { x: 3 });
        await eventually("a to have been told", () => foreign.undecryptable === 2);
        assert.deepEqual(Object.keys(first.visible), ["a"]);
    });

    scenario("viewers see, pointers point, drawers change their own, editors all; a lock holds", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "viewer" });
        const [first, second, third] = [await drawAs(server, tess, id), await drawAs(server, ada, id), await drawAs(server, ben, id)];
        await first.draw("t", { x: 1 });
        await second.has("t", 1);
        await second.draw("t", { x: 66 });
        await second.draw("a", { x: 2 });
        await second.point(1, 1);
        await first.draw("t2", { x: 1 });
        await third.has("t2", 1);
        assert.equal(first.visible.t.x, 1);
        assert.ok(!("a" in third.visible) && third.pointers.size === 0);
        await tess.requestOk("doc:share", { doc: id, members: "drawer" });
        await third.draw("b", { x: 3 });
        await first.has("b", 3);
        await third.draw("t", { x: 77 });
        await third.draw("b", { x: 4 });
        await first.has("b", 4);
        assert.equal(first.visible.t.x, 1);
        await tess.requestOk("doc:share", { doc: id, user: "ben", role: "editor" });
        await third.draw("t", { x: 5 });
        await first.has("t", 5);
        await tess.requestOk("doc:lock", { doc: id, locked: true });
        await third.draw("t", { x: 88 });
        await third.point(2, 2);
        await eventually("ben's pointer", () => first.pointers.has(third.socket.id));
        assert.equal(first.visible.t.x, 5);
        const clean = await drawAs(server, ada, id);
        assert.deepEqual(Object.entries(clean.visible).map(([key, { x }]) => [key, x]).sort(), [["b", 4], ["t", 5], ["t2", 1]]);
        await tess.requestOk("doc:clear", { doc: id });
        await eventually("nothing to be left", () => Object.keys(first.visible).length === 0 && Object.keys(clean.visible).length === 0);
        const empty = await drawAs(server, ada, id);
        assert.equal(Object.keys(empty.visible).length, 0);
    });

    scenario("whoever leaves the class, loses the board or is signed out is sent away and hears nothing more", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [first, second, third] = [await drawAs(server, tess, id), await drawAs(server, ada, id), await drawAs(server, ben, id)];
        const tickets = [await ticket(ada, id), await ticket(ben, id)];
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        await first.draw("secret", { x: 1 });
        await third.has("secret", 1);
        await second.ended();
        assert.equal(second.scene.size, 0);
        await new Drawer(server, tickets[0]).ended();
        await eventually("only two to be left", () => first.collaborators.length === 2);
        await tess.requestOk("doc:share", { doc: id, members: "none" });
        await first.draw("secret2", { x: 1 });
        await third.ended();
        assert.ok(!third.scene.has("secret2"));
        await new Drawer(server, tickets[1]).ended();
        await eventually("tess to be alone", () => first.collaborators.length === 1);
        const late = await ticket(tess, id);
        await sleep(1_100); // a token's time has seconds, and what is of the very second counts as before
        await server.restOk("POST", "/users/tess/sign-out");
        await first.ended("whoever is signed out");
        await new Drawer(server, late).ended("an old ticket");
        await sleep(1_100);
        const again = await Person.connect(server, "tess", { token: server.token("tess", { iat: Math.floor(Date.now() / 1000) }) });
        const fourth = await drawAs(server, again, id);
        await again.requestOk("doc:delete", { doc: id });
        await fourth.ended("whoever is at a deleted board");
    });

    scenario("what is no drawing, and whoever says nothing, is not heard, and others notice nothing", { seconds: 60 }, async () => {
        const server = await start();
        const [tess, ada] = await joinAll(server, "tess", "ada");
        const [id, other] = [await make(tess), await make(tess)];
        const [first, second] = [await drawAs(server, tess, id), await drawAs(server, ada, id)];
        const elsewhere = await ticket(ada, other);
        const update = (...elements) => ({ type: "SCENE_UPDATE", payload: { elements } });
        const nothing = [null, 7, [], {}, { type: "SCENE_UPDATE" }, { type: "SCENE_UPDATE", payload: 7 }, update(null), update(7, [], {}), update({ id: "x" }),
            update(element("x", { version: -1 })), update(element("x", { version: 2 ** 60 })), update(element("x", { version: 1.5 })), update(element("x", { version: "9" })),
            update(element("x", { id: "i".repeat(200) })), update(element("x", { type: 7 })), update(element("x", { link: "y".repeat(300_000) })),
            update(element("x", { customData: { src: "data:image/png;base64,AAAA" } })), { type: "HELLO", payload: {} }, { type: "constructor", payload: {} }];
        for (const data of nothing) {
            await second.say("server-broadcast", second.room, data);
            await second.say("server-volatile-broadcast", second.room, data);
        }
        await second.say("server-broadcast", elsewhere.room, update(element("x")));
        await second.say("server-broadcast", id, update(element("x")));
        const bytes = randomBytes(100);
        for (const args of [[], [second.room], [second.room, bytes], [second.room, bytes, bytes], [second.room, "x", "y"], [bytes, bytes, bytes], [second.room, bytes, bytes, bytes]]) {
            for (const name of ["server-broadcast", "server-volatile-broadcast", "user-follow", "join-room", "client-broadcast", "room-user-change"])
                second.socket.emit(name, ...args);
        }
        for (const payload of [null, 7, {}, { userToFollow: null }, { userToFollow: { socketId: "nobody" }, action: "FOLLOW" }, { userToFollow: { socketId: first.socket.id }, action: "EAT" }])
            second.socket.emit("user-follow", payload);
        await second.draw("good", { x: 1 });
        await first.has("good", 1);
        assert.deepEqual(Object.keys(first.visible), ["good"]);
        assert.equal(first.pointers.size, 0);
        assert.ok(second.socket.connected);
        // Before a ticket nothing is heard, and not for long.
        const silent = keep({ socket: io(`${server.url}/excalidraw`, { forceNew: true, transports: ["websocket"] }), discard() { this.socket.disconnect(); } }).socket;
        let reason;
        silent.on("disconnect", (why) => (reason = why));
        silent.emit("server-broadcast", second.room, bytes, bytes);
        await eventually("it to be sent away", () => reason === "io server disconnect", 30_000);
    });

    scenario("over REST as over the socket", async () => {
        const server = await start();
        const [tess] = await joinAll(server, "tess");
        const id = await make(tess);
        const given = await (await server.restOk("POST", `/documents/${id}/ticket`, undefined, { token: server.token("ada") })).json();
        assert.equal(given.namespace, "/excalidraw");
        assert.match(given.room, /^[a-zA-Z0-9_-]+$/);
        assert.equal(given.key.length, 22);
        const drawer = await Drawer.join(server, given);
        await drawer.draw("a", { x: 1 });
        const other = await drawAs(server, tess, id);
        await other.has("a", 1);
        await other.draw("b", { x: 2 });
        await drawer.has("b", 2);
        await other.draw("b", { isDeleted: true });
        await eventually("b to be gone", () => !("b" in drawer.visible));
        const exported = await (await server.restOk("GET", `/documents/${id}/content?format=excalidraw`, undefined, { token: server.token("ada") })).json();
        const file = JSON.parse(exported.excalidraw);
        assert.deepEqual([file.type, file.elements.map(({ id: of, x }) => [of, x])], ["excalidraw", [["a", 1]]]);
    });
});
