// Every path of protocol/openapi.yaml that names something, asked by who may not see it: the answer is that of something which
// never was, byte for byte, and nothing has changed afterwards. A path that is new is asked by itself; if it needs a body or
// names a new kind of thing, it fails here until it is given one.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { request } from "./support/http.mjs";
import { MediaServer } from "./support/media_server.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

// grace is ada's guardian; of max the class is rid before anything is asked.
function school() {
    const one = new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art")
        .user("grace", "guardian");
    one.records.users.find((user) => user.sourcedId === "ada").agentSourcedIds = "grace";
    return one;
}
const outsiders = ["theo", "cleo", "grace", "max"];
const noId = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const nowhere = { room: "class-nowhere", user: "nobody" }; // of other kinds: noId
const contract = new Contract();

// What has to be sent so that it is about the thing whether it is refused.
const bodies = {
    "POST /api/v1/rooms/{room}/posts": { text: "x" },
    "POST /api/v1/rooms/{room}/announcements": { title: "x", text: "x" },
    "POST /api/v1/rooms/{room}/attachments": { name: "x.txt", type: "text/plain", bytes: 1 },
    "PUT /api/v1/rooms/{room}/slow": { seconds: 5 },
    "PATCH /api/v1/posts/{post}": { text: "x" },
    "POST /api/v1/posts/{post}/comments": { text: "x" },
    "PUT /api/v1/posts/{post}/pin": { on: true },
    "PUT /api/v1/posts/{post}/lock": { on: true },
    "PUT /api/v1/posts/{post}/vote": { options: [0] },
    "PATCH /api/v1/comments/{comment}": { text: "x" },
    "PUT /api/v1/comments/{comment}/endorsement": { on: true },
    "PATCH /api/v1/reports/{report}": { outcome: "removed" },
    "PATCH /api/v1/announcements/{announcement}": { text: "x" },
    "PATCH /api/v1/messages/{message}": { text: "x" },
    "POST /api/v1/conversations/{conversation}/messages": { text: "x" },
    "POST /api/v1/conversations/{conversation}/members": { users: ["ben"] },
    "PUT /api/v1/conversations/{conversation}/read": { upTo: noId },
    "PATCH /api/v1/groups/{group}": { title: "x" },
    "POST /api/v1/groups/{group}/invitations": { user: "ben" },
    "PUT /api/v1/groups/{group}/members/{user}": { staff: true },
    "PUT /api/v1/groups/{group}/owner": { user: "ada" },
    "POST /api/v1/rooms/{room}/study-sessions": { title: "x" },
    "PATCH /api/v1/study-sessions/{session}": { title: "x" },
    "POST /api/v1/rooms/{room}/lives": { title: "x" },
    "POST /api/v1/rooms/{room}/lives/start": { title: "x" },
    "PATCH /api/v1/lives/{live}": { title: "x" },
    "PUT /api/v1/lives/{live}/recording": { url: "https://media.example/x" },
    "POST /api/v1/rooms/{room}/documents": { title: "x" },
    "PATCH /api/v1/documents/{doc}": { title: "x" },
    "PUT /api/v1/documents/{doc}/access": { members: "none" },
    "PUT /api/v1/documents/{doc}/people/{user}": { role: "viewer" },
    "POST /api/v1/documents/{doc}/versions": { title: "x" },
};
// What one may do to anybody, so that nobody learns who there is: the answer is the same but for the name.
const forAnybody = ["PUT /api/v1/blocks/{user}"];

describe("who may not see it", () => {
    let server, tess, ada, ben, cleo, real;
    before(async () => {
        server = await Server.start({
            school: school(),
            environment: new MediaServer().environment,
            config: "[grades]\nguardians = true\n[messages]\nsupervised = \"students\"\n",
        });
        [tess, ada, ben, cleo] = await Promise.all(["tess", "ada", "ben", "cleo"].map((user) => Person.connect(server, user)));
        real = await fill();
        await server.restOk("DELETE", `/enrollments/${enrollmentId("max", "math")}`);
    });
    after(tidyUp);

    // One of everything, in the class of math.
    async function fill() {
        const file = { to: "class-math", name: "plan.txt", type: "text/plain", bytes: 1 };
        const { attachment, upload } = await tess.requestOk("attachment:create", file);
        const headers = { authorization: `Bearer ${server.token("tess")}` };
        assert.equal((await request("PUT", `${server.url}${upload}`, { headers, body: "x" })).status, 200);
        const more = { poll: { options: ["yes", "no"] }, attachments: [attachment.id] };
        const post = await tess.post("class-math", "of the class", more);
        const comment = await ada.comment(post.id, "of ada");
        await ben.requestOk("report:create", { target: { comment: comment.id } });
        const { report } = await tess.see("report:created");
        const ask = { to: "class-math", title: "a notice", text: "x", requireAck: true };
        const { announcement } = await tess.requestOk("announcement:create", ask);
        const { message } = await ada.requestOk("message:send", { to: { user: "ben" }, text: "between two" });
        const mark = { student: "ada", class: "math", item: "essay", score: 17 };
        const { grade } = await tess.requestOk("grade:publish", mark);
        const { notification } = await ada.see("notification:created", (event) => event.notification.kind === "grade");
        const { group } = await tess.requestOk("group:create", { title: "a circle", home: "class-math", access: "secret" });
        const { session } = await tess.requestOk("study:create", { class: "math", title: "to study" });
        const { live } = await tess.requestOk("live:start", { class: "math", title: "to watch" });
        const { call } = await ada.requestOk("call:start", { to: { user: "ben" } });
        await ben.requestOk("call:accept", { call: call.id });
        const { doc } = await tess.requestOk("doc:create", { room: "class-math", title: "an essay" });
        const { version } = await tess.requestOk("doc:saveVersion", { doc: doc.id, title: "as it was" });
        return {
            group: group.id, session: session.id, live: live.id, call: call.id, doc: doc.id, version: version.id,
            room: "class-math", user: "ada", post: post.id, comment: comment.id, report: report.id, attachment: attachment.id,
            announcement: announcement.id, message: message.id, conversation: message.conversation, grade: grade.id,
            notification: notification.id,
        };
    }

    const call = (method, route, sent, user) => server.rest(method, route, sent, { token: server.token(user) });

    // The same words for both, and they say that there is nothing.
    async function alike(user, method, [routeOfReal, sentForReal], [routeOfUnreal, sentForUnreal], status = 404) {
        const there = await call(method, routeOfReal, sentForReal, user);
        const nothing = await call(method, routeOfUnreal, sentForUnreal, user);
        const what = `${method} ${routeOfReal} ${JSON.stringify(sentForReal ?? "")} as ${user}`;
        assert.equal(there.status, status, `${what}: ${there.text}`);
        assert.deepEqual([there.status, there.text], [nothing.status, nothing.text], what);
    }

    // All that the people concerned can read of what is there.
    async function everything() {
        return Promise.all([
            tess.requestOk("post:get", { post: real.post }),
            tess.requestOk("feed:list", { room: "class-math", limit: 100 }),
            tess.requestOk("report:list", { room: "class-math" }),
            tess.requestOk("announcement:acks", { announcement: real.announcement }),
            tess.requestOk("grade:list", { class: "math" }),
            tess.requestOk("feed:mutes", { room: "class-math" }),
            tess.requestOk("study:list", { room: "class-math" }),
            tess.requestOk("live:list", { room: "class-math" }),
            tess.requestOk("feed:settings", { room: "class-math" }),
            ada.requestOk("message:list", { conversation: real.conversation }),
            ada.requestOk("conversation:list", {}),
            ada.requestOk("notification:list", {}),
            ada.requestOk("notification:preferences", {}),
            ada.requestOk("grade:list", {}),
            ada.requestOk("block:list", {}),
            ada.requestOk("call:get", { call: real.call }),
            tess.requestOk("doc:list", { room: "class-math" }),
            tess.requestOk("doc:get", { doc: real.doc }),
            tess.requestOk("doc:versions", { doc: real.doc }),
            cleo.requestOk("feed:list", { room: "class-art" }),
            cleo.requestOk("conversation:list", {}),
        ]);
    }

    scenario("hears of every path that there is nothing, and changes nothing", { seconds: 90 }, async () => {
        const before = await everything();
        let asked = 0;
        for (const [method, template, { security, summary = "", ...more }] of contract.operations) {
            if (summary.startsWith("Service") && !more["x-hidden"]) continue; // below
            const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
            if (security?.length === 0 || names.length === 0 || names.includes("id")) continue;
            const upper = method.toUpperCase();
            const sent = bodies[`${upper} ${template}`] ?? (method === "get" || method === "delete" ? undefined : {});
            const [first] = names; // what is inside is the same in both
            for (const name of names) assert.ok(real[name], `${template} names a ${name}: say in this test which is real (${summary})`);
            const route = (value) =>
                template.replace("/api/v1", "").replace(/\{(\w+)\}/g, (_, name) => (name === first ? value : real[name]));
            if (forAnybody.includes(`${upper} ${template}`)) continue;
            for (const user of outsiders) {
                await alike(user, upper, [route(real[first]), sent], [route(nowhere[first] ?? noId), sent]);
                asked += 1;
            }
        }
        assert.ok(asked > 100, `${asked} were asked`);
        assert.deepEqual(await everything(), before);
    });

    scenario("hears the same of what is named in a body or a query", { seconds: 60 }, async () => {
        const before = await everything();
        const x = noId;
        for (const user of outsiders) {
            const both = (method, route, make, ids, status) =>
                alike(user, method, [route, make(ids[0])], [route, make(ids[1])], status);
            for (const kind of ["post", "comment"]) {
                const about = (id) => ({ target: { [kind]: id }, kind: "like" });
                await both("PUT", "/reactions", about, [real[kind], x]);
                await both("POST", "/reports", (id) => ({ target: { [kind]: id } }), [real[kind], x]);
            }
            await both("POST", "/messages", (conversation) => ({ to: { conversation }, text: "x" }), [real.conversation, x]);
            await both("POST", "/messages", (to) => ({ to: { user: to }, text: "x" }), ["ben", "nobody"]);
            await both("POST", "/conversations", (one) => ({ users: [one] }), ["ben", "nobody"]);
            await both("PUT", "/notifications/preferences", (room) => ({ room, inbox: false }), ["class-math", "class-nowhere"]);
            await both("PUT", "/notifications/read", (notification) => ({ notification }), [real.notification, x]);
            await alike(user, "GET", ["/search?query=class&room=class-math"], ["/search?query=class&room=class-nowhere"]);
        }
        for (const user of ["theo", "cleo", "grace"]) {
            // Her own child's she may.
            const [student, status] = user === "grace" ? ["ben", 404] : ["ada", 404];
            await alike(user, "GET", [`/grades?student=${student}`], ["/grades?student=nobody"], status);
            await alike(user, "GET", ["/grades?class=math"], ["/grades?class=nowhere"], 200);
        }
        const inArt = (more) => ["/rooms/class-art/posts", { text: "x", ...more }];
        await alike("cleo", "POST", inArt({ attachments: [real.attachment] }), inArt({ attachments: [x] }));
        await alike("cleo", "POST", inArt({ visibility: { users: ["ada"] } }), inArt({ visibility: { users: ["nobody"] } }), 400);
        const own = (await cleo.post("class-art", "of cleo")).id;
        const reply = (replyTo) => [`/posts/${own}/comments`, { text: "x", replyTo }];
        await alike("theo", "POST", reply(real.comment), reply(x));
        await cleo.requestOk("post:delete", { post: own });
        assert.deepEqual(await everything(), before);
    });

    scenario("and over the socket of what the platform alone has by REST", async () => {
        const before = await everything();
        const mark = (where) => ({ student: "ada", item: "essay", score: 1, ...where });
        for (const name of ["grade:save", "grade:publish"])
            await same(cleo, name, mark({ class: "math" }), mark({ class: "nowhere" }));
        const all = (where) => ({ class: where, item: "essay" });
        await same(cleo, "grade:publishAll", all("math"), all("nowhere"));
        const grades = [{ student: "ada", score: 1 }];
        await same(cleo, "grade:publishAll", { ...all("math"), grades }, { ...all("nowhere"), grades });
        await same(cleo, "grade:withdraw", { grade: real.grade }, { grade: noId });
        await same(ben, "grade:list", { student: "ada" }, { student: "nobody" });
        for (const room of ["class-math", "class-math/staff", "course-science", "institution-south"])
            await same(cleo, "notification:prefer", { room, push: false }, { room: "class-nowhere", push: false });
        await same(cleo, "presence:watch", { room: "class-math" }, { room: "class-nowhere" });
        for (const name of ["study:join", "study:leave", "study:state", "study:hand", "study:divide", "study:gather", "study:move"])
            await same(cleo, name, { session: real.session, raised: true, patch: {} }, { session: noId, raised: true, patch: {} });
        for (const [field, unreal] of [["class", "nowhere"], ["room", "class-nowhere"]])
            await same(cleo, "study:create", { title: "x", [field]: field === "class" ? "math" : real.room }, { title: "x", [field]: unreal });
        for (const name of ["live:watch", "live:unwatch", "live:publish"]) await same(cleo, name, { live: real.live }, { live: noId });
        for (const [field, unreal] of [["class", "nowhere"], ["room", "class-nowhere"]])
            await same(cleo, "live:schedule", { title: "x", [field]: field === "class" ? "math" : real.room }, { title: "x", [field]: unreal });
        await same(cleo, "presence:unwatch", { room: "class-math" }, { room: "class-nowhere" });
        for (const [kind, unreal] of [["post", noId], ["conversation", noId], ["room", "class-nowhere"]])
            await same(cleo, "typing", { to: { [kind]: real[kind] }, on: true }, { to: { [kind]: unreal }, on: true });
        assert.deepEqual(await everything(), before);
    });

    async function same(person, name, about, aboutNothing) {
        const answers = [await person.request(name, about), await person.request(name, aboutNothing)];
        assert.deepEqual(answers[0], answers[1], `${name} ${JSON.stringify(about)}`);
        if (name !== "presence:unwatch") assert.equal(answers[0].error?.code, "not_found", name);
    }

    // Case 33: any id is taken, and it is nobody else's business.
    scenario("learns of blocks neither who there is nor who blocks whom", async () => {
        for (const user of ["ada", "nobody"]) {
            const answer = await call("PUT", `/blocks/${user}`, { on: true }, "cleo");
            assert.deepEqual([answer.status, answer.json()], [200, { user, on: true }]);
        }
        const list = async (user) => (await call("GET", "/blocks", undefined, user)).json().users.sort();
        assert.deepEqual(await list("cleo"), ["ada", "nobody"]);
        for (const other of ["ada", "tess", "grace"]) assert.deepEqual(await list(other), []);
        for (const user of ["ada", "nobody"]) await call("PUT", `/blocks/${user}`, { on: false }, "cleo");
        assert.deepEqual(await list("cleo"), []);
        await Promise.all([tess, ada, ben].map((person) => person.settle()));
        for (const person of [tess, ada, ben]) assert.deepEqual(person.received("block:changed"), []);
    });

    // Supervision is the staff's of a class that both are in, and of no conversation that a member of the staff is in.
    scenario("reads no conversation as a supervisor but of his own students", async () => {
        const route = (id) => `/supervision/${id}/messages`;
        const read = await call("GET", route(real.conversation), undefined, "tess");
        assert.deepEqual(read.json().messages.map((one) => one.text), ["between two"]);
        const { message } = await tess.requestOk("message:send", { to: { user: "ada" }, text: "of the staff" });
        for (const user of ["tess", "theo", "ben"]) await alike(user, "GET", [route(message.conversation)], [route(noId)]);
        for (const user of ["ada", "ben"]) await alike(user, "GET", [route(real.conversation)], [route(noId)]);
        for (const user of outsiders)
            await alike(user, "GET", ["/rooms/class-math/conversations"], ["/rooms/class-nowhere/conversations"]);
    });

    scenario("who is no service changes no roster, and learns nothing of it", async () => {
        for (const [method, template] of contract.operations) {
            if (!template.endsWith("/{id}")) continue;
            const kind = template.replace("/api/v1/", "").replace("/{id}", "").replace("{kind}", "users");
            const known = {
                users: "ada", orgs: "north", courses: "science", classes: "math", enrollments: enrollmentId("ada", "math"),
                "roster/claims/users": "ada",
            };
            const route = (id) => [`/${kind}/${id}`, method === "delete" ? undefined : {}];
            for (const user of ["tess", "cleo"]) await alike(user, method.toUpperCase(), route(known[kind] ?? "x"), route("nobody"), 403);
        }
        await eventually("ada to be there", () => ada.socket.connected);
    });
});
