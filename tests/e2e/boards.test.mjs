// Whiteboards with the real Yjs: what stands on one, who points, draws and presents, the teacher's lock, clearing,
// templates. What is judged from the bytes alone: src/features/documents/board_test.cpp.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Copy, Y, edit, updateMessage } from "./support/documents.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

after(tidyUp);

const school = () =>
    new School("north").class("math").class("art").teacher("tess", "math").student("ada", "math").student("ben", "math").student("cleo", "art");

const start = (options = {}) => Server.start({ school: school(), ...options });
const joinAll = (server, ...users) => Promise.all(users.map((user) => Person.connect(server, user)));
const shapes = (copy) => copy.doc.getMap("shapes");
const state = (copy, of) => copy.provider.awareness.getStates().get(of.doc.clientID);

async function make(owner, more = {}) {
    const { doc } = await owner.requestOk("doc:create", { room: "class-math", title: "Board", kind: "whiteboard", ...more });
    return doc.id;
}
const openAll = (people, id) => Promise.all(people.map((person) => Copy.open(person, id)));

describe("whiteboards", () => {
    scenario("have shapes on them, strokes, texts and pictures by reference, and nothing else", async () => {
        const server = await start();
        const [tess, ada] = await joinAll(server, "tess", "ada");
        const id = await make(tess);
        const [board, mine] = await openAll([tess, ada], id);
        const stroke = new Y.Map([["type", "stroke"], ["points", Y.Array.from([0, 0, 3, 4])]]);
        shapes(board).set("stroke", stroke);
        stroke.get("points").push([5, 6]);
        shapes(board).set("note", new Y.Map([["type", "text"], ["text", new Y.Text("hello")]]));
        shapes(board).set("image", { type: "image", attachment: "01J0000000000000000000000A", x: 1 });
        await board.saved();
        await eventually("ada to see them", () => shapes(mine).size === 3 && shapes(mine).get("stroke").get("points").length === 6);
        let client = 7_000;
        const refused = {
            "another root": (doc) => doc.getText("text").insert(0, "x"),
            "a picture's bytes": (doc) => doc.getMap("shapes").set("x", new Uint8Array(10)),
            "bytes within": (doc) => doc.getMap("shapes").set("x", { type: "image", data: new Uint8Array(10) }),
            "a data URL": (doc) => doc.getMap("shapes").set("x", { type: "image", src: "data:image/png;base64,AAAA" }),
            "a document": (doc) => doc.getMap("shapes").set("x", new Y.Doc()),
            "XML": (doc) => doc.getMap("shapes").set("x", new Y.XmlElement("svg")),
            "a type that is no word": (doc) => doc.getMap("shapes").set("x", { type: "<script>" }),
        };
        for (const [what, change] of Object.entries(refused)) {
            const { error } = await ada.request("doc:sync", id, updateMessage(edit(mine.doc, ++client, change)));
            assert.equal(error?.code, "invalid", what);
        }
        const { map } = await ada.requestOk("doc:export", { doc: id, root: "shapes", format: "map" });
        assert.deepEqual(Object.keys(map).sort(), ["image", "note", "stroke"]);
        assert.deepEqual(map.stroke.points, [0, 0, 3, 4, 5, 6]);
    });

    scenario("viewers are seen, pointers point, drawers draw, editors present", async () => {
        const server = await start();
        const [tess, ada, ben, cleo] = await joinAll(server, "tess", "ada", "ben", "cleo");
        const id = await make(tess, { members: "viewer" });
        const [board, mine, yours] = await openAll([tess, ada, ben], id);
        assert.equal(mine.provider.role, "viewer");
        mine.provider.awareness.setLocalState({ laser: [1, 2] });
        const seen = await eventually("tess to see ada", () => state(board, mine));
        assert.deepEqual(Object.keys(seen), ["user"]);
        assert.equal(seen.user.id, "ada");
        await tess.requestOk("doc:share", { doc: id, members: "pointer" });
        await ada.see("doc:role", ({ role }) => role === "pointer");
        mine.provider.awareness.setLocalState({ laser: [3, 4] });
        await eventually("ada's laser", () => state(board, mine)?.laser?.[0] === 3);
        assert.equal(await ada.refusal("doc:present", { doc: id, on: true }), "forbidden");
        assert.equal(await ada.refusal("doc:clear", { doc: id }), "forbidden");
        assert.equal(await cleo.refusal("doc:present", { doc: id, on: true }), "not_found");
        assert.equal(await cleo.refusal("doc:clear", { doc: id }), "not_found");
        // What he draws would be on everybody's screen.
        mine.provider.awareness.setLocalState({ laser: [5, 6], draft: { type: "text", text: "read this" } });
        await eventually("ada's laser, a little later", () => state(board, mine)?.laser?.[0] === 5);
        assert.ok(!("draft" in state(board, mine)));
        // Who may do no more than look points no more.
        await tess.requestOk("doc:share", { doc: id, user: "ada", role: "viewer" });
        await eventually("the laser to be gone", () => state(board, mine)?.laser === undefined);
        await tess.requestOk("doc:present", { doc: id, on: true });
        assert.deepEqual((await ben.see("doc:presenting", (one) => one.doc === id)).by.id, "tess");
        board.provider.awareness.setLocalState({ viewport: { x: 10, y: 20, zoom: 2 } });
        await eventually("ben to follow", () => state(yours, board)?.viewport?.x === 10);
        const late = await Person.connect(server, "ben");
        assert.equal((await late.requestOk("doc:open", { doc: id })).presenter.id, "tess");
        await tess.away();
        await ben.see("doc:presenting", (one) => one.by === null);
    });

    scenario("who presents loses it with the right to, and to who takes over", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "editor" });
        await openAll([tess, ada, ben], id);
        await ada.requestOk("doc:present", { doc: id, on: true });
        await ben.see("doc:presenting", ({ by }) => by?.id === "ada");
        await tess.requestOk("doc:present", { doc: id, on: true });
        await ben.see("doc:presenting", ({ by }) => by?.id === "tess");
        await ada.requestOk("doc:present", { doc: id, on: false }); // not hers any more
        await ada.requestOk("doc:present", { doc: id, on: true });
        await ben.see("doc:presenting", ({ by }) => by?.id === "ada");
        await tess.requestOk("doc:lock", { doc: id, locked: true });
        await ben.see("doc:presenting", ({ by }) => by === null);
    });

    scenario("a locked board is its teacher's, in the middle of a stroke, and everybody's again afterwards (49)", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "drawer" });
        await tess.requestOk("doc:share", { doc: id, user: "ben", role: "editor" });
        const [board, mine, yours] = await openAll([tess, ada, ben], id);
        shapes(mine).set("a", { type: "ellipse", x: 1 });
        await mine.saved();
        mine.provider.awareness.setLocalState({ draft: { type: "stroke" } });
        await eventually("tess to see ada draw", () => state(board, mine)?.draft);
        const rest = { token: server.token("tess") };
        await server.restOk("PUT", `/documents/${id}/lock`, { locked: true }, rest);
        for (const person of [ada, ben]) await person.see("doc:role", ({ role }) => role === "commenter");
        await ada.see("doc:updated", ({ doc }) => doc.locked);
        await eventually("what ada was drawing to be gone", () => !state(board, mine)?.draft);
        mine.provider.awareness.setLocalState({ laser: [1, 2], draft: { type: "stroke" } });
        await eventually("her laser alone", () => state(board, mine)?.laser);
        assert.ok(!("draft" in state(board, mine)));
        shapes(mine).set("a", { type: "ellipse", x: 2 });
        shapes(yours).set("b", { type: "ellipse", x: 3 });
        for (const copy of [mine, yours]) assert.equal((await copy.refused()).code, "forbidden");
        shapes(board).set("t", { type: "ellipse", x: 4 });
        await board.saved();
        await tess.requestOk("doc:lock", { doc: id, locked: false });
        await ada.see("doc:role", ({ role }) => role === "drawer");
        await ben.see("doc:role", ({ role }) => role === "editor");
        const again = await Copy.open(await Person.connect(server, "ada"), id);
        shapes(again).set("c", { type: "ellipse", x: 5 });
        await again.saved();
        const { map } = await ben.requestOk("doc:export", { doc: id, root: "shapes", format: "map" });
        assert.deepEqual(Object.fromEntries(Object.entries(map).map(([key, { x }]) => [key, x])), { a: 1, t: 4, c: 5 });
    });

    scenario("are cleared for everybody, and viewers go on", async () => {
        const server = await start();
        const [tess, ada, ben] = await joinAll(server, "tess", "ada", "ben");
        const id = await make(tess, { members: "drawer" });
        await tess.requestOk("doc:share", { doc: id, user: "ben", role: "viewer" });
        const [board, mine, viewer] = await openAll([tess, ada, ben], id);
        shapes(board).set("t", new Y.Map([["type", "text"], ["text", new Y.Text("hello")]]));
        shapes(mine).set("a", { type: "ellipse", x: 1 });
        await eventually("both to be there", () => shapes(viewer).size === 2);
        const { sequence } = await tess.requestOk("doc:clear", { doc: id });
        assert.ok(sequence > 0);
        for (const copy of [board, mine, viewer]) await eventually("nothing to be left", () => shapes(copy).size === 0);
        shapes(mine).set("b", { type: "ellipse", x: 2 });
        await eventually("ben to see what comes", () => shapes(viewer).has("b"));
        // What it has come to have by that is no change of its own.
        await ben.away();
        await ben.back();
        await viewer.synced();
        await viewer.saved();
        assert.deepEqual(viewer.refusals, []);
        const { deletions } = await tess.requestOk("doc:deletions", { doc: id });
        assert.equal(deletions[0].by.id, "tess");
        const token = server.token("tess");
        await server.restOk("POST", `/documents/${id}/clear`, undefined, { token });
        await eventually("nothing to be left again", () => shapes(viewer).size === 0);
        const text = await tess.requestOk("doc:create", { room: "class-math", title: "Text" });
        assert.equal(await tess.refusal("doc:clear", { doc: text.doc.id }), "invalid");
    });

    scenario("begin from a template, whose shapes are the teacher's", async () => {
        const server = await start();
        const [tess, ada, cleo] = await joinAll(server, "tess", "ada", "cleo");
        const first = await make(tess, { members: "none" });
        const original = await Copy.open(tess, first);
        shapes(original).set("axes", { type: "line", points: [0, 0, 100, 0] });
        shapes(original).set("draft", { type: "text", text: "not for you" });
        shapes(original).delete("draft");
        await original.saved();
        const id = await make(tess, { members: "drawer", template: first });
        const [copy, mine] = await openAll([tess, ada], id);
        assert.deepEqual([...shapes(mine).keys()], ["axes"]);
        const { update } = await ada.requestOk("doc:export", { doc: id, format: "update" });
        assert.ok(!Buffer.from(update, "base64").includes("not for you"));
        shapes(mine).set("a", { type: "stroke", points: [1, 2, 3, 4] });
        await eventually("tess to see it", () => shapes(copy).has("a"));
        const { shapes: owners } = await ada.requestOk("doc:shapes", { doc: id });
        assert.deepEqual(owners.map(({ id: shape, by }) => [shape, by.id]), [["a", "ada"], ["axes", "tess"], ["draft", "tess"]]);
        shapes(mine).set("axes", { type: "line", points: [9, 9] });
        assert.equal((await mine.refused()).code, "forbidden");
        const refusal = (person, template, more = {}) =>
            person.refusal("doc:create", { room: `user-${person.user}`, title: "x", kind: "whiteboard", template, ...more });
        for (const person of [ada, cleo]) assert.equal(await refusal(person, first), "not_found");
        assert.equal(await refusal(ada, id, { kind: "text" }), "invalid");
        const token = server.token("ada");
        const theirs = await (await server.restOk("GET", `/documents/${id}/shapes?limit=1`, undefined, { token })).json();
        assert.deepEqual([theirs.shapes.length, theirs.next], [1, "a"]);
    });
});
