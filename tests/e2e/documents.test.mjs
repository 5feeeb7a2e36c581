// Documents with the real Yjs: writing together, who may what, whose client ids are, what is kept and who wrote it.
// How they converge under kill -9 and bad networks: documents_convergence.test.mjs.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Copy, Y, awarenessMessage, edit, step1, step2, syncMessage, updateMessage } from "./support/documents.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

after(tidyUp);

const school = () =>
    new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const start = (options = {}) => Server.start({ school: school(), ...options });
const joinAll = (server, ...users) => Promise.all(users.map((user) => Person.connect(server, user)));
const as = (server, user) => ({ token: server.token(user) });

async function make(owner, more = {}) {
    const { doc } = await owner.requestOk("doc:create", { room: "class-math", title: "Essay", ...more });
    return doc.id;
}
const open = (person, name) => Copy.open(person, name);
const openAll = (people, name) => Promise.all(people.map((person) => open(person, name)));
const sync = (person, name, bytes) => person.request("doc:sync", name, bytes);
const show = (person, name, bytes) => person.request("doc:awareness", name, bytes);
const heard = (person, name) => person.events.filter((one) => one.name === name).length;

describe("documents", () => {
    scenario("are written together by all who are in the room, and nobody else learns of them", async () => {
        const server = await start();
        const [tess, ada, ben, cleo] = await joinAll(server, "tess", "ada", "ben", "cleo");
        const id = await make(ada);
        await ben.see("doc:created", ({ doc }) => doc.id === id);
        const copies = await openAll([ada, ben, tess], id);
        copies[0].type("Hello");
        await copies[1].shows("Hello");
        copies[1].type(" world");
        copies[2].type("Essay: ", 0);
        for (const copy of copies) await copy.shows("Essay: Hello world");
        for (const copy of copies) await copy.saved();
        for (const [name, args] of [["doc:open", [{ doc: id }]], ["doc:get", [{ doc: id }]], ["doc:export", [{ doc: id }]]]) {
            const unknown = structuredClone(args);
            unknown[0].doc = `0${id.slice(1, -1)}Z`;
            assert.deepEqual(await cleo.request(name, ...args), await cleo.request(name, ...unknown), name);
        }
        assert.equal(await cleo.refusal("doc:sync", id, step1(new Y.Doc())), "not_found");
        assert.equal(await cleo.refusal("doc:awareness", id, awarenessMessage([1, 1, {}])), "not_found");
        assert.equal(await cleo.refusal("doc:list", { room: "class-math" }), "not_found");
        assert.ok(!JSON.stringify(cleo.events).includes(id));
    });

    scenario("outlive a restart, and come with what was typed offline", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const id = await make(ada);
        const [mine, yours] = await openAll([ada, ben], id);
        mine.type("one ");
        await mine.saved();
        await yours.shows("one ");
        await ben.away();
        yours.type("offline ");
        await server.restart("SIGKILL");
        await eventually("ada to be back", () => mine.provider.synced, 20_000);
        mine.type("two ");
        await ben.back();
        await yours.saved();
        const text = String(yours);
        assert.ok(text.includes("offline") && text.includes("one"), text);
        await eventually("both to be alike", () => String(mine) === String(yours) && String(mine).includes("two"), 20_000);
        const { text: exported } = await ben.requestOk("doc:export", { doc: id });
        assert.equal(exported, String(mine));
    });

    scenario("are several on one connection, and each is left by itself", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const ids = [await make(ada), await make(ada)];
        const [one, two] = await Promise.all(ids.map((id) => open(ada, id)));
        const [other] = await Promise.all([open(ben, ids[0]), open(ben, ids[1])]);
        one.type("first");
        two.type("second");
        await other.shows("first");
        one.provider.disconnect();
        two.type("!");
        await two.saved();
        assert.equal(String(two), "second!");
        assert.equal(String(one), "first");
        other.type("x");
        await other.saved();
        await ada.settle();
        assert.equal(String(one), "first");
        one.provider.connect();
        await one.shows("firstx");
    });

    scenario("what is closed before it is open stays closed", async () => {
        const server = await start();
        const [tess, ben] = await joinAll(server, "tess", "ben");
        const ids = [];
        for (let i = 0; i < 10; i++) ids.push(await make(tess));
        // All at once, so that most are closed while they are being read.
        const answers = await Promise.all(
            ids.map((doc) => Promise.all(["doc:open", "doc:close"].map((name) => ben.request(name, { doc })))),
        );
        for (const [opened, closed] of answers) {
            assert.ok(opened.ok || opened.error.code === "not_found");
            assert.ok(closed.ok);
        }
        for (const id of ids) assert.equal(await ben.refusal("doc:sync", id, step1(new Y.Doc())), "not_found");
        const copy = await open(tess, ids.at(-1));
        copy.type("not for him");
        await copy.saved();
        await ben.settle();
        assert.equal(heard(ben, "doc:sync"), 0);
        // What is asked for afterwards is opened.
        const again = await Promise.all(["doc:open", "doc:close", "doc:open"].map((name) => ben.request(name, { doc: ids.at(-1) })));
        assert.ok(again.at(-1).ok);
        copy.type("!");
        await ben.see("doc:sync");
    });
});

describe("rights in a document", () => {
    scenario("a viewer's changes are refused and change nothing (46)", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "viewer" });
        const [teachers, mine, other] = await openAll([tess, ada, ben], id);
        teachers.type("read me");
        await mine.shows("read me");
        assert.equal(mine.provider.role, "viewer");
        const before = heard(ben, "doc:sync");
        for (const message of [updateMessage(edit(mine.doc, 77, (doc) => doc.getText("text").insert(0, "x"))),
            updateMessage(edit(mine.doc, 77, (doc) => doc.getText("text").delete(0, 1)))]) {
            const { error } = await sync(ada, id, message);
            assert.equal(error.code, "forbidden");
        }
        // What it has is known: that is no change.
        assert.equal((await sync(ada, id, step2(mine.doc))).ok, true);
        mine.type("graffiti");
        assert.equal((await mine.refused()).code, "forbidden");
        assert.ok(mine.provider.diverged);
        await ben.settle();
        assert.equal(heard(ben, "doc:sync"), before);
        assert.equal(String(other), "read me");
        assert.equal((await tess.requestOk("doc:export", { doc: id })).text, "read me");
    });

    scenario("a commenter writes comments and nothing else", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "commenter" });
        const text = await open(ada, id);
        const comments = await open(ada, `${id}#comments`);
        const others = await open(ben, `${id}#comments`);
        text.type("no");
        assert.equal((await text.refused()).code, "forbidden");
        comments.type("well said");
        await comments.saved();
        await others.shows("well said");
        await tess.requestOk("doc:share", { doc: id, members: "viewer" });
        comments.type("!");
        assert.equal((await comments.refused()).code, "forbidden");
        assert.equal((await tess.requestOk("doc:export", { doc: `${id}#comments` })).text, "well said");
    });

    scenario("client ids and awareness are their users' own (47)", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [mine, yours] = await openAll([ada, ben], id);
        mine.type("by ada");
        await yours.shows("by ada");
        const forged = edit(yours.doc, mine.doc.clientID, (doc) => doc.getText("text").insert(0, "forged "));
        const { error } = await sync(ben, id, updateMessage(forged));
        assert.equal(error.code, "forbidden");
        assert.equal(error.field, "client");
        // To delete what she has not written yet would take it out when it comes.
        const ahead = new Y.Doc();
        Y.applyUpdate(ahead, edit(mine.doc, mine.doc.clientID, (doc) => doc.getText("text").insert(0, "soon")));
        Y.applyUpdate(ahead, Y.encodeStateAsUpdate(mine.doc));
        const gone = edit(ahead, 5, (doc) => doc.getText("text").delete(0, 4));
        assert.equal((await sync(ben, id, updateMessage(gone))).error.code, "forbidden");
        assert.equal((await show(ada, id, awarenessMessage([mine.doc.clientID, 100, { cursor: 1, user: { name: "Tess" } }]))).ok, true);
        assert.equal((await show(ben, id, awarenessMessage([mine.doc.clientID, 200, { cursor: 9 }]))).error.code, "forbidden");
        const seen = await eventually("ben to see ada", () => yours.provider.awareness.getStates().get(mine.doc.clientID));
        assert.deepEqual({ id: seen.user.id, cursor: seen.cursor }, { id: "ada", cursor: 1 });
        await ben.settle();
        assert.equal(yours.provider.awareness.getStates().get(mine.doc.clientID).cursor, 1);
        const { parts } = await tess.requestOk("doc:authors", { doc: id });
        assert.deepEqual(parts.map(({ by, length }) => [by.id, length]), [["ada", 6]]);
        // A client id that was only shown is taken, too.
        assert.equal((await show(ada, id, awarenessMessage([4242, 1, {}]))).ok, true);
        const stolen = edit(yours.doc, 4242, (doc) => doc.getText("text").insert(0, "x"));
        assert.equal((await sync(ben, id, updateMessage(stolen))).error.code, "forbidden");
        await ada.away();
        await eventually("ada to be gone for ben", () => !yours.provider.awareness.getStates().has(mine.doc.clientID));
    });

    scenario("change while somebody types, without a new connection (48)", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [mine, other] = await openAll([ada, ben], id);
        mine.type("before ");
        await other.shows("before ");
        await tess.requestOk("doc:share", { doc: id, user: "ada", role: "viewer" });
        await ada.see("doc:role", ({ role }) => role === "viewer");
        mine.type("after");
        assert.equal((await mine.refused()).code, "forbidden");
        assert.ok(ada.socket.connected);
        other.type("ben");
        await other.saved();
        assert.equal(String(other), "before ben");
        await tess.requestOk("doc:share", { doc: id, user: "ada", role: null });
        await ada.see("doc:role", ({ role }) => role === "editor");
        const again = await open(await Person.connect(server, "ada"), id);
        await again.shows("before ben");
        again.type("!");
        await again.saved();
        // An exam ends for all at once.
        await tess.requestOk("doc:share", { doc: id, members: "viewer" });
        other.type("late");
        assert.equal((await other.refused()).code, "forbidden");
    });

    scenario("who was away is not told afterwards what was closed meanwhile", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        await ben.away();
        const id = await make(tess, { title: "SECRET answers" });
        await ada.see("doc:created", ({ doc }) => doc.id === id);
        await tess.requestOk("doc:share", { doc: id, members: "none" });
        await tess.requestOk("doc:rename", { doc: id, title: "SECRET answers, corrected" });
        const other = await make(tess, { title: "open to all" });
        await ben.back();
        await ben.see("doc:created", ({ doc }) => doc.id === other);
        await ben.settle();
        assert.equal(await ben.refusal("doc:get", { doc: id }), "not_found");
        assert.ok(!JSON.stringify(ben.events).includes("SECRET"));
        assert.ok(!JSON.stringify(ben.events).includes(id));
    });

    scenario("a whiteboard that its teacher has locked takes nothing from students (49)", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { kind: "whiteboard" });
        const [board, mine] = await openAll([tess, ada], id);
        const shapes = (copy) => copy.doc.getMap("shapes");
        shapes(board).set("s1", { type: "rectangle", x: 1 });
        await eventually("ada to see the shape", () => shapes(mine).has("s1"));
        shapes(mine).set("s2", { type: "circle", x: 2 });
        await mine.saved();
        await tess.requestOk("doc:share", { doc: id, members: "viewer" });
        shapes(mine).set("s1", { type: "rectangle", x: 99 });
        assert.equal((await mine.refused()).code, "forbidden");
        assert.equal((await show(ada, id, awarenessMessage([board.doc.clientID, 99, { cursor: 1 }]))).error.code, "forbidden");
        const { map } = await ben.requestOk("doc:export", { doc: id, root: "shapes", format: "map" });
        assert.deepEqual(map, { s1: { type: "rectangle", x: 1 }, s2: { type: "circle", x: 2 } });
    });

    scenario("on a whiteboard drawers touch what they have drawn themselves", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        assert.equal(await tess.refusal("doc:create", { room: "class-math", title: "x", members: "drawer" }), "invalid");
        const id = await make(tess, { kind: "whiteboard", members: "drawer" });
        const [board, mine, yours] = await openAll([tess, ada, ben], id);
        const shapes = (copy) => copy.doc.getMap("shapes");
        const shape = (x) => new Y.Map([["type", "circle"], ["x", x]]);
        const all = async (...keys) => {
            for (const copy of [board, mine, yours])
                await eventually(`${copy.person.user} to see ${keys}`, () => keys.every((key) => shapes(copy).has(key)));
        };
        shapes(board).set("t", shape(0));
        shapes(mine).set("a", shape(1));
        shapes(yours).set("b", shape(2));
        await all("t", "a", "b");
        shapes(mine).get("a").set("x", 5);
        shapes(mine).set("a2", { plain: true });
        shapes(mine).set("a2", { plain: false });
        await mine.saved();
        // Each from a copy of its own: one that was refused has diverged.
        const foreign = {
            replaces: (doc) => doc.getMap("shapes").set("b", 1),
            deletes: (doc) => doc.getMap("shapes").delete("b"),
            changes: (doc) => doc.getMap("shapes").get("b").set("x", 99),
            adds: (doc) => doc.getMap("shapes").get("t").set("note", "x"),
            writes: (doc) => doc.getText("text").insert(0, "x"),
        };
        let client = 9_000;
        for (const [what, change] of Object.entries(foreign)) {
            const { error } = await sync(ada, id, updateMessage(edit(mine.doc, ++client, change)));
            assert.equal(error?.code, "forbidden", what);
        }
        // As if nobody had drawn it: the item stands beside nothing.
        const forged = edit(new Y.Doc(), 2 ** 31, (doc) => doc.getMap("shapes").set("b", "mine"));
        assert.equal((await sync(ada, id, updateMessage(forged))).error?.code, "forbidden");
        // Nor under his own key, over what a teacher made of it: not knowing of it, and by a client id above all others.
        shapes(mine).set("a3", { text: "rude" });
        await all("a3");
        shapes(board).set("a3", { text: "(moderated)" });
        await board.saved();
        await eventually("ada to see it moderated", () => shapes(mine).get("a3").text === "(moderated)");
        const again = edit(new Y.Doc(), 2 ** 32 - 2, (doc) => doc.getMap("shapes").set("a3", { text: "rude again" }));
        assert.equal((await sync(ada, id, updateMessage(again))).error?.code, "forbidden");
        // Who presents touches all.
        shapes(board).get("b").set("x", 7);
        shapes(board).delete("a2");
        await board.saved();
        await eventually("ben to see it moved", () => shapes(yours).get("b").get("x") === 7 && !shapes(yours).has("a2"));
        const { map } = await ben.requestOk("doc:export", { doc: id, root: "shapes", format: "map" });
        const a3 = { text: "(moderated)" };
        assert.deepEqual(map, { t: { type: "circle", x: 0 }, a: { type: "circle", x: 5 }, b: { type: "circle", x: 7 }, a3 });
        // Versions are the editors'.
        const { version } = await tess.requestOk("doc:saveVersion", { doc: id, title: "as presented" });
        assert.equal(await ben.refusal("doc:saveVersion", { doc: id, title: "mine" }), "forbidden");
        assert.equal(await ben.refusal("doc:restoreVersion", { doc: id, version: version.id }), "forbidden");
        assert.equal(await ben.refusal("doc:deletions", { doc: id }), "forbidden");
        await tess.requestOk("doc:share", { doc: id, user: "ben", role: "editor" });
        await ben.see("doc:role", ({ role }) => role === "editor");
        shapes(yours).get("a").set("x", 8);
        await yours.saved();
    });

    scenario("who may not see it any more has nothing of it open, whatever took him out (55)", async () => {
        const server = await start();
        const [tess, ada, ben, max] = await joinAll(server, "tess", "ada", "ben", "max");
        const { group } = await tess.requestOk("group:create", { title: "breakout", access: "invitation", home: "class-math" });
        for (const person of [ada, ben]) {
            await tess.requestOk("group:invite", { group: group.id, user: person.user });
            await person.requestOk("group:accept", { group: group.id });
        }
        const id = await make(tess, { room: group.room });
        const [mine, yours, teachers] = await openAll([ada, ben, tess], id);
        assert.equal(await max.refusal("doc:open", { doc: id }), "not_found");
        await tess.requestOk("group:remove", { group: group.id, user: "ada" });
        await ada.see("doc:closed", ({ doc, reason }) => doc === id && reason === "access");
        const before = [heard(ada, "doc:sync"), heard(ada, "doc:awareness")];
        yours.type("without her");
        await teachers.shows("without her");
        const unseen = updateMessage(edit(yours.doc, 9, (doc) => doc.getText("text").insert(0, "x")));
        assert.equal((await sync(ada, id, unseen)).error.code, "not_found");
        assert.equal((await show(ada, id, awarenessMessage([9, 1, {}]))).error.code, "not_found");
        await ada.settle();
        assert.deepEqual([heard(ada, "doc:sync"), heard(ada, "doc:awareness")], before);
        assert.equal(String(mine), "");

        // By name in a document that members do not see; and by the roster.
        const few = await make(tess, { members: "none" });
        assert.equal(await max.refusal("doc:open", { doc: few }), "not_found");
        await tess.requestOk("doc:share", { doc: few, user: "max", role: "editor" });
        await tess.requestOk("doc:share", { doc: few, user: "ben", role: "viewer" });
        const [hers, his, bens] = await openAll([tess, max, ben], few);
        his.type("shared");
        await bens.shows("shared");
        await tess.requestOk("doc:share", { doc: few, user: "ben", role: null });
        await ben.see("doc:closed", ({ doc }) => doc === few);
        const heardByBen = heard(ben, "doc:sync");
        his.type(" with fewer");
        await hers.shows("shared with fewer");
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
        await max.see("doc:closed", ({ doc }) => doc === few);
        const heardByMax = heard(max, "doc:sync");
        hers.type("!");
        await hers.saved();
        for (const person of [ben, max]) await person.settle();
        assert.equal(heard(ben, "doc:sync"), heardByBen);
        assert.equal(heard(max, "doc:sync"), heardByMax);
        const { documents } = await ben.requestOk("doc:list", { room: "class-math" });
        assert.ok(!JSON.stringify(documents).includes(few));
    });
});

describe("who is in a document", () => {
    const seenBy = (copy) => [...copy.provider.awareness.getStates().values()].map(({ user }) => user?.id).filter(Boolean).sort();
    const sees = (copy, ...users) =>
        eventually(`${copy.person.user} to see ${users}`, () => users.every((one) => seenBy(copy).includes(one)));

    scenario("is shown to the others, by the server's word; the invisible to nobody, who has opted out to staff", async () => {
        const server = await start();
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { metadata: { directoryOptOut: true } }));
        const [tess, ada, ben, max] = await joinAll(server, "tess", "ada", "ben", "max");
        await max.requestOk("presence:set", { status: "invisible" });
        const id = await make(tess);
        const [teachers, mine, hidden, discreet] = await openAll([tess, ada, ben, max], id);
        for (const copy of [teachers, mine, hidden, discreet])
            copy.provider.awareness.setLocalState({ user: { id: "somebody", name: "Somebody else" }, at: copy.person.user });
        await sees(teachers, "ada", "ben");
        await sees(mine, "tess");
        await sees(discreet, "ada", "tess");
        await max.settle(400);
        assert.ok(!seenBy(mine).includes("ben") && !seenBy(discreet).includes("ben"));
        for (const copy of [teachers, mine, hidden]) assert.ok(!seenBy(copy).includes("max"), copy.person.user);
        const states = [...mine.provider.awareness.getStates().values()].filter(({ at }) => at === "tess");
        assert.deepEqual(states.map(({ user }) => user.id), ["tess"]);
        // Who comes later is told the same.
        const late = await open(await Person.connect(server, "ada"), id);
        await sees(late, "tess", "ada");
        assert.ok(!seenBy(late).includes("ben") && !seenBy(late).includes("max"));
        // Who does not want to be noticed any more is gone for those who saw him, and not there for who comes.
        await ada.requestOk("presence:set", { status: "invisible" });
        const later = await open(await Person.connect(server, "tess"), id);
        await sees(later, "tess", "ben");
        assert.ok(!seenBy(later).includes("ada"));
        await eventually("ada to be gone", () => !seenBy(teachers).includes("ada"), 10_000);
        await ada.requestOk("presence:set", { status: "online" });
        mine.provider.awareness.setLocalStateField("at", "ada again");
        await sees(teachers, "ada");
        // Leaving is told.
        hidden.provider.disconnect();
        await eventually("ben to be gone", () => !seenBy(teachers).includes("ben"));
        const wire = (person) => person.events.filter(({ name }) => name === "doc:awareness").map(({ more }) => Buffer.from(more[0]));
        for (const person of [ada, max]) assert.ok(!wire(person).some((bytes) => bytes.includes('"ben"')), person.user);
    });

    scenario("of a group that keeps its past is who was there: not who comes, or comes back", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const asked = { title: "circle", access: "invitation", history: "joined", home: "class-math" };
        const { group } = await tess.requestOk("group:create", asked);
        const bringIn = async (person) => {
            await tess.requestOk("group:invite", { group: group.id, user: person.user });
            await person.requestOk("group:accept", { group: group.id });
        };
        await bringIn(ada);
        const [early, id] = [await make(ada, { room: group.room }), await make(ada, { room: group.room })];
        await bringIn(ben);
        assert.equal(await ben.refusal("doc:open", { doc: id }), "not_found");
        for (let i = 0; i < 3; ++i) await make(tess, { room: group.room, title: "from now on" });
        // What is from before neither fills a page nor ends the list.
        const listed = async () => {
            const titles = [];
            for (let before; before !== null; ) {
                const page = await ben.requestOk("doc:list", { room: group.room, limit: 2, ...(before && { before }) });
                titles.push(...page.documents.map(({ doc }) => doc.title));
                before = page.next;
            }
            return titles;
        };
        assert.deepEqual(await listed(), Array(3).fill("from now on"));
        await tess.requestOk("doc:share", { doc: id, user: "ben", role: "editor" });
        assert.deepEqual(await listed(), [...Array(3).fill("from now on"), "Essay"]);
        const told = (person, name) => person.received(name).filter((event) => (event.doc?.id ?? event.docId) === id).length;
        await ben.see("doc:updated", ({ doc }) => doc.id === id);
        const copy = await open(ben, id);
        copy.type("now I may");
        await copy.saved();
        for (const members of ["editor", "none"]) {
            await tess.requestOk("doc:share", { doc: id, members });
            await tess.requestOk("doc:rename", { doc: id, title: `Essay, ${members}` });
            await ben.see("doc:updated", ({ doc }) => doc.title === `Essay, ${members}`);
        }
        await ben.settle();
        assert.equal(told(ben, "doc:updated"), 4, "once each");
        assert.equal(told(ada, "doc:updated"), 4);
        await tess.requestOk("doc:share", { doc: early, user: "ben", role: "viewer" });
        await tess.requestOk("doc:delete", { doc: early });
        await ben.see("doc:deleted", ({ docId }) => docId === early);
        for (const person of [ada, ben]) await tess.requestOk("group:remove", { group: group.id, user: person.user });
        for (const person of [ada, ben]) await bringIn(person);
        for (const person of [ada, ben]) assert.equal(await person.refusal("doc:open", { doc: id }), "not_found", person.user);
        assert.deepEqual((await ada.requestOk("doc:list", { room: group.room })).documents, []);
    });
});

describe("what is kept of a document", () => {
    scenario("who wrote which sentence, and who took out what", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [mine, yours] = await openAll([ada, ben], id);
        mine.type("Ada wrote this. ");
        await yours.shows("Ada wrote this. ");
        yours.type("Ben 🙂 wrote that.");
        await mine.shows("Ada wrote this. Ben 🙂 wrote that.");
        mine.text.delete(16, 7);
        await yours.shows("Ada wrote this. wrote that.");
        const { text, parts } = await tess.requestOk("doc:authors", { doc: id });
        assert.equal(text, "Ada wrote this. wrote that.");
        const written = parts.map(({ begin, length, by }) => [by.id, text.slice(begin, begin + length)]);
        assert.deepEqual(written, [["ada", "Ada wrote this. "], ["ben", "wrote that."]]);
        const some = await tess.requestOk("doc:authors", { doc: id, begin: 16, end: 21 });
        assert.deepEqual([some.text, some.parts.map(({ by }) => by.id)], ["wrote", ["ben"]]);
        const { deletions } = await tess.requestOk("doc:deletions", { doc: id });
        assert.equal(deletions.length, 1);
        assert.equal(deletions[0].by.id, "ada");
        assert.equal(deletions[0].ranges[0].client, yours.doc.clientID);
        assert.equal(deletions[0].ranges[0].length, 7);
    });

    scenario("deleted text leaves the disk: with the last version that needed it, and after the server was stopped", { seconds: 120 }, async () => {
        const server = await start();
        const [tess, ada] = await joinAll(server, "tess", "ada");
        const [versioned, stopped] = [await make(tess), await make(tess)];
        const holds = async (id, secret) => {
            const { update } = await tess.requestOk("doc:export", { doc: id, format: "update" });
            return Buffer.from(update, "base64").includes(secret);
        };
        const onDisk = (secret) =>
            fs.readdirSync(server.data, { recursive: true }).some((name) => {
                const file = path.join(server.data, name);
                return fs.statSync(file).isFile() && fs.readFileSync(file).includes(secret);
            });
        const mine = await open(ada, versioned);
        mine.type("PEPPERMINT and more");
        await mine.saved();
        const { version } = await tess.requestOk("doc:saveVersion", { doc: versioned, title: "v" });
        mine.text.delete(0, 10);
        await mine.saved();
        mine.provider.destroy();
        await ada.settle();
        await tess.requestOk("doc:deleteVersion", { doc: versioned, version: version.id });
        const other = await open(ada, stopped);
        other.type("SPEARMINT");
        await other.saved();
        other.text.delete(0, 9);
        await other.saved();
        assert.ok(await holds(stopped, "SPEARMINT"));
        await eventually("the versioned one to lose it", async () => !(await holds(versioned, "PEPPERMINT")), 45_000);
        ada.socket.io.reconnection(false);
        await server.restart("SIGTERM");
        await eventually("tess to be back", () => tess.socket.connected, 20_000);
        await eventually("the other to lose it", async () => !(await holds(stopped, "SPEARMINT")), 45_000);
        for (const secret of ["PEPPERMINT", "SPEARMINT"]) await eventually(`${secret} to leave the disk`, () => !onDisk(secret), 20_000);
    });

    scenario("versions: named, looked at, restored as a change", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const [mine, yours] = await openAll([ada, ben], id);
        mine.type("first draft");
        await mine.saved();
        const { version } = await ada.requestOk("doc:saveVersion", { doc: id, title: "draft", key: "v" });
        assert.deepEqual((await ada.requestOk("doc:saveVersion", { doc: id, title: "draft", key: "v" })).version, version);
        await yours.shows("first draft");
        yours.text.delete(0, 6);
        yours.type("!");
        await yours.saved();
        await mine.shows("draft!");
        const { versions } = await ben.requestOk("doc:versions", { doc: id });
        assert.deepEqual(versions, [version]);
        const then = await ben.requestOk("doc:viewVersion", { doc: id, version: version.id });
        assert.equal(then.text, "first draft");
        const restored = await tess.requestOk("doc:restoreVersion", { doc: id, version: version.id });
        assert.equal(restored.lost, 0);
        for (const copy of [mine, yours]) await copy.shows("first draft");
        const { parts } = await tess.requestOk("doc:authors", { doc: id });
        assert.deepEqual([...new Set(parts.map(({ by }) => by.id))].sort(), ["ada", "tess"]);
        assert.equal(await ben.refusal("doc:deleteVersion", { doc: id, version: version.id }), "forbidden");
        await tess.requestOk("doc:deleteVersion", { doc: id, version: version.id });
        assert.equal(await tess.refusal("doc:viewVersion", { doc: id, version: version.id }), "not_found");
    });

    scenario("small, however it was typed", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const id = await make(ada);
        const mine = await Copy.open(ada, id, { batch: 0 });
        let expected = "";
        for (let i = 0; i < 1_500; i++) {
            const doc = mine.doc;
            doc.getText("text").insert(doc.getText("text").length, String(i % 10));
            expected += i % 10;
            if (i % 50 === 0) await mine.saved();
        }
        await mine.saved();
        const yours = await open(ben, id);
        await yours.shows(expected);
        const size = async () => {
            const { update } = await ada.requestOk("doc:export", { doc: id, format: "update" });
            return Buffer.from(update, "base64");
        };
        assert.ok((await size()).length > 6_000, "as it was typed");
        for (const copy of [mine, yours]) copy.provider.destroy();
        const update = await eventually("it to be made small when all have left", async () => {
            const bytes = await size();
            return bytes.length < 2_000 && bytes;
        });
        const doc = new Y.Doc();
        Y.applyUpdate(doc, update);
        assert.equal(doc.getText("text").toString(), expected);
        const again = await open(ben, id);
        await again.shows(expected);
        again.type("!");
        await again.saved();
    });

    scenario("over REST as over the socket", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const rest = async (...args) => (await server.restOk(...args)).json();
        const { doc } = await rest("POST", "/rooms/class-math/documents", { title: "Plan" }, as(server, "ada"));
        const mine = await open(ada, doc.id);
        mine.type("by hand");
        await mine.saved();
        const get = (path, user = "ben") => rest("GET", path, undefined, as(server, user));
        assert.equal((await get("/rooms/class-math/documents")).documents[0].doc.id, doc.id);
        assert.equal((await get(`/documents/${doc.id}`)).role, "editor");
        assert.equal((await get(`/documents/${doc.id}/content`)).text, "by hand");
        assert.equal((await get(`/documents/${doc.id}/authors?begin=3&end=7`)).text, "hand");
        assert.deepEqual((await get(`/documents/${doc.id}/deletions`)).deletions, []);
        await server.restOk("PATCH", `/documents/${doc.id}`, { title: "Plans" }, as(server, "ada"));
        await ben.see("doc:updated", (event) => event.doc.title === "Plans");
        await server.restOk("PUT", `/documents/${doc.id}/access`, { members: "viewer" }, as(server, "ada"));
        await server.restOk("PUT", `/documents/${doc.id}/people/ben`, { role: "editor" }, as(server, "ada"));
        const { version } = await rest("POST", `/documents/${doc.id}/versions`, { title: "v1" }, as(server, "ben"));
        mine.type(" and more");
        await mine.saved();
        assert.equal((await get(`/documents/${doc.id}/versions/${version.id}`)).text, "by hand");
        await server.restOk("POST", `/documents/${doc.id}/versions/${version.id}/restore`, undefined, as(server, "ben"));
        await mine.shows("by hand");
        await server.restOk("DELETE", `/documents/${doc.id}`, undefined, as(server, "ada"));
        await ada.see("doc:closed", ({ reason }) => reason === "deleted");
        await ben.see("doc:deleted", ({ docId }) => docId === doc.id);
        assert.equal(await ben.refusal("doc:get", { doc: doc.id }), "not_found");
    });
});

describe("hostile documents", () => {
    scenario("malformed, enormous and misplaced messages are refused, and others notice nothing", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const [id, other] = [await make(tess), await make(tess)];
        const [mine, elsewhere] = [await open(ada, id), await open(ben, other)];
        const bytes = (...values) => Uint8Array.from(values.flat());
        const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        const invalid = [bytes(), bytes(9), bytes(2), bytes(2, 5, 1), bytes(2, huge), bytes(0, huge), bytes(2, 2, 255, 255),
            syncMessage(2, bytes(huge, 1)), syncMessage(2, bytes(1, huge, 1, 0)), syncMessage(0, bytes(huge)),
            syncMessage(2, bytes(0, 0, 7)), syncMessage(2, Y.encodeStateAsUpdateV2(mine.doc))];
        for (const message of invalid) {
            const { error } = await sync(ada, id, message);
            assert.ok(["invalid", "too_large"].includes(error?.code), JSON.stringify(error));
        }
        for (const message of [bytes(), bytes(huge), bytes(200, 1), awarenessMessage([1, 1, "x".repeat(5_000)])]) {
            const { error } = await show(ada, id, message);
            assert.ok(["invalid", "too_large"].includes(error?.code), JSON.stringify(error));
        }
        for (const [first, ...more] of [[7], [{ doc: id }], [id], [id, "text"], [id, bytes(0), bytes(0)], [["x"], bytes(0)]]) {
            const { error } = await ada.request("doc:sync", first, ...more);
            assert.equal(error.code, "invalid");
        }
        for (const name of ["", "x", `${id}#`, `${id}#comments#comments`, `${id}~x`, "../x", id.toLowerCase()])
            assert.equal(await ada.refusal("doc:open", { doc: name }), "not_found", name);
        // Holes: each is an update that stands on nothing.
        const source = new Y.Doc();
        source.clientID = 31337;
        const made = [];
        source.on("update", (update) => made.push(update));
        for (let i = 0; i < 2_400; i++) source.getText("text").insert(0, "x");
        const holes = Y.mergeUpdates(made.filter((_, i) => i % 2 === 1).slice(0, 900));
        assert.equal((await sync(ada, id, updateMessage(holes))).ok, true);
        const more = Y.mergeUpdates(made.filter((_, i) => i % 2 === 1).slice(900));
        assert.equal((await sync(ada, id, updateMessage(more))).error.code, "too_large");
        // What was missing comes: nothing was lost.
        assert.equal((await sync(ada, id, updateMessage(Y.mergeUpdates(made.slice(0, 1_800))))).ok, true);
        await eventually("the holes to be filled", () => String(mine).length === 1_800 || heard(ada, "doc:sync"));
        // Replays and duplicates change nothing.
        const before = (await sync(ada, id, updateMessage(made[0]))).sequence;
        assert.equal((await sync(ada, id, updateMessage(made[0]))).sequence, before);
        assert.equal((await sync(ada, id, updateMessage(Y.mergeUpdates(made.slice(0, 1_800))))).sequence, before);
        elsewhere.type("undisturbed");
        await elsewhere.saved();
        assert.equal((await tess.requestOk("doc:export", { doc: id })).text.length, 1_800);
    });

    scenario("a large document comes in parts, and one that does not take them keeps nobody waiting", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess);
        const mine = await open(ada, id);
        const line = "0123456789abcdef🙂".repeat(10_000);
        for (let i = 0; i < 16; i++) {
            mine.type(line);
            await mine.saved();
        }
        // Never acknowledges a part.
        await ben.requestOk("doc:open", { doc: id });
        const never = sync(ben, id, step1(new Y.Doc()));
        const reader = await Copy.open(await Person.connect(server, "max"), id);
        await eventually("all of it to be there", () => String(reader).length === 16 * line.length, 30_000);
        assert.ok(String(reader) === line.repeat(16));
        const { error } = await sync(ben, id, step1(new Y.Doc()));
        assert.equal(error.code, "unavailable");
        ben.leave();
        never.catch(() => {});
        mine.type("!");
        await mine.saved();
    });

    scenario("a connection has so many documents open, and no more", async () => {
        const server = await start();
        const [ada] = await joinAll(server, "ada");
        const ids = [];
        for (let i = 0; i < 40; i++) ids.push(await make(ada));
        // Also of those that are asked for at once.
        const answers = await Promise.all(ids.map((id) => ada.request("doc:open", { doc: id })));
        assert.ok(answers.every(({ ok, error }) => ok || error.code === "too_large"));
        const [opened, refused] = [true, false].map((wanted) => ids.filter((_, i) => answers[i].ok === wanted));
        assert.equal(opened.length, 32);
        assert.equal(await ada.refusal("doc:open", { doc: refused[0] }), "too_large");
        await ada.requestOk("doc:close", { doc: opened[0] });
        await ada.requestOk("doc:open", { doc: refused[0] });
    });
});
