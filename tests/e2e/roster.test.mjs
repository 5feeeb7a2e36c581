// The roster as a stream: what an import is for those who are connected, the way back, several sources, and the records
// themselves by REST.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { metrics } from "./support/metrics.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("physics", { course: "science" })
        .class("art")
        .teacher("tess", "math", "physics")
        .teacher("theo", "art")
        .student("ada", "math", "physics")
        .student("ben", "math")
        .student("cleo", "art");

let folders = 0;
const write = (server, one) => one.write(path.join(server.folder, `package-${++folders}`));
const rooms = (list) => list.filter((room) => !room.endsWith("/staff")).sort();
const listed = async (server) => (await server.restOk("GET", "/roster/imports")).json().imports;
const changes = (person) => person.received("rooms:changed");

describe("an import while people are connected", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("tells each whom it concerns once, and nobody else", async () => {
        const people = {};
        for (const user of ["tess", "theo", "ada", "ben", "cleo"]) people[user] = await Person.connect(server, user);
        const { tess, theo, ada, ben, cleo } = people;
        const moved = school().without("enrollments", enrollmentId("ben", "math")).enroll("ben", "art", "student");
        moved.records.users.find((one) => one.sourcedId === "ada").email = "ada@new.example";
        await server.importOk(write(server, moved));
        const change = await ben.see("rooms:changed");
        assert.deepEqual(rooms(change.joined), ["class-art", "course-art-course"]);
        assert.deepEqual(rooms(change.left), ["class-math", "course-science"]);
        // The same again is no news at all.
        await server.importOk(write(server, moved));
        await tess.post("class-math", "without ben");
        await theo.post("class-art", "with ben");
        await ben.seeText("with ben");
        for (const person of Object.values(people)) await person.settle();
        assert.deepEqual(ben.texts(), ["with ben"]);
        assert.equal(changes(ben).length, 1);
        for (const person of [tess, theo, ada, cleo]) assert.deepEqual(changes(person), []);
        // By their place in the journal they are in order with everything else.
        const order = ben.events.map(({ body: { seq } }) => seq).filter(Boolean);
        assert.deepEqual(order, [...order].sort());
        await server.importOk(write(server, school()));
    });

    scenario("of hundreds at once reaches all of them, and none misses what comes next", { seconds: 90 }, async () => {
        const large = school();
        const pupils = Array.from({ length: 600 }, (_, i) => `pupil-${i}`);
        for (const pupil of pupils) large.student(pupil, "math");
        await server.importOk(write(server, large));
        const some = await Promise.all(pupils.filter((_, i) => i % 25 === 0).map((one) => Person.connect(server, one)));
        const theo = await Person.connect(server, "theo");
        const tess = await Person.connect(server, "tess");
        const moved = school();
        for (const pupil of pupils) moved.student(pupil, "art");
        let going = true;
        const talk = async () => {
            for (let i = 0; going; i++) await Promise.all([tess.post("class-math", `m${i}`), theo.post("class-art", `a${i}`)]);
        };
        const talking = talk();
        const { output, code } = await server.import(write(server, moved), "--approve");
        going = false;
        await talking;
        assert.equal(code, 0, output);
        await tess.post("class-math", "too late");
        await theo.post("class-art", "in time");
        for (const pupil of some) {
            await pupil.seeText("in time");
            assert.ok(!pupil.texts().includes("too late"));
            const heard = pupil.events.findIndex(({ name }) => name === "rooms:changed");
            const before = pupil.events.slice(0, heard).filter(({ name }) => name === "post:created");
            const since = pupil.events.slice(heard).filter(({ name }) => name === "post:created");
            assert.ok(before.every(({ body: { post } }) => post.room === "class-math"), "first he leaves");
            assert.ok(since.every(({ body: { post } }) => post.room === "class-art"), "then he joins");
            // Of his new class nothing is missing from the moment on at which he heard of it.
            const texts = since.map(({ body: { post } }) => post.text);
            const all = theo.texts();
            assert.deepEqual(texts, all.slice(all.length - texts.length));
        }
        const told = await metrics(server);
        assert.ok(told.get("homeroom_roster_change_to_silence_seconds_count") > 0);
        await server.importOk(write(server, school()), "--approve");
    });
});

describe("taking an import back", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("by REST puts back what it changed, also for those who are connected", async () => {
        const [ben, tess] = [await Person.connect(server, "ben"), await Person.connect(server, "tess")];
        const wrong = school().without("enrollments", enrollmentId("ben", "math")).enroll("cleo", "math", "student");
        await server.importOk(write(server, wrong));
        await ben.see("rooms:changed", (event) => event.left.includes("class-math"));
        const [latest, first] = await listed(server);
        assert.equal(latest.by, "local:operator");
        assert.equal(latest.undoable, true);
        assert.match(latest.digest, /^[0-9a-f]{64}$/);
        assert.deepEqual(latest.counts.find(({ kind }) => kind === "enrollments").removed, 1);
        const undo = `/roster/imports/${latest.import}/undo`;
        assert.equal((await server.restOk("POST", `${undo}?dryRun=true`)).json().outcome, "dry_run");
        assert.deepEqual(changes(ben).length, 1);
        const report = (await server.restOk("POST", undo)).json();
        assert.equal(report.outcome, "applied");
        await ben.see("rooms:changed", (event) => event.joined.includes("class-math"));
        await tess.post("class-math", "all back");
        await ben.seeText("all back");
        const cleo = await Person.connect(server, "cleo");
        assert.deepEqual(cleo.session.rooms.classes, ["class-art"]);
        const [undoing, undone] = await listed(server);
        assert.equal(undoing.by, "service:platform");
        assert.equal(undoing.undoes, latest.import);
        assert.equal(undone.undoneBy, undoing.import);
        assert.equal((await server.rest("POST", undo)).status, 409);
        assert.equal((await server.rest("POST", "/roster/imports/999/undo")).status, 404);
        assert.equal((await server.rest("POST", "/roster/imports/x/undo")).status, 404);
        const removesAll = await server.rest("POST", `/roster/imports/${first.import}/undo`);
        assert.equal(removesAll.json().outcome, "guarded", "the guard is asked for an undo, too");
    });

    scenario("is refused, with the reason, when something has come since", async () => {
        const wrong = school().enroll("ben", "art", "student");
        await server.importOk(write(server, wrong));
        const id = enrollmentId("ben", "art");
        await server.restOk("PUT", `/enrollments/${id}`, body.enrollment("ben", "art", "north", "aide"));
        const [latest] = await listed(server);
        const refusal = await server.rest("POST", `/roster/imports/${latest.import}/undo`);
        assert.equal(refusal.status, 409);
        const { outcome, diagnostics } = refusal.json();
        assert.equal(outcome, "refused");
        assert.equal(diagnostics[0].code, "undo.conflict");
        assert.match(diagnostics[0].message, /ben-in-art/);
        const again = await Person.connect(server, "ben");
        assert.ok(again.session.rooms.classes.includes("class-art"));
        await server.importOk(write(server, school()));
    });

    scenario("by the command line works on a running server and without one", async () => {
        const ben = await Person.connect(server, "ben");
        await server.importOk(write(server, school().enroll("ben", "physics", "student")));
        await ben.see("rooms:changed", (event) => event.joined.includes("class-physics"));
        const list = await server.run(["import", "list"]);
        assert.equal(list.code, 0, list.output);
        const number = list.stdout.trim().split(/\s+/)[0];
        const dry = await server.run(["import", "undo", number, "--dry-run"]);
        assert.match(dry.output, /dry run/);
        const undone = await server.run(["import", "undo", number]);
        assert.equal(undone.code, 0, undone.output);
        await ben.see("rooms:changed", (event) => event.left.includes("class-physics"));
        const twice = await server.run(["import", "undo", number]);
        assert.notEqual(twice.code, 0, twice.output);
        assert.match(twice.output, /undone already/);
        await server.stop();
        const redo = String(Number(number) + 1);
        const offline = await server.run(["import", "undo", redo]);
        assert.equal(offline.code, 0, offline.output);
        assert.match((await server.run(["import", "list"])).output, /undone by/);
        await server.launch();
        const later = await Person.connect(server, "ben");
        assert.deepEqual(later.session.rooms.classes, ["class-math", "class-physics"]);
    });
});

describe("two sources of one roster", () => {
    let server;
    before(async () => {
        server = await Server.start({ config: '[roster]\nsources = ["rest", "sis"]\n', school: school() });
    });
    after(tidyUp);

    const claim = async (kind, id) => (await server.restOk("GET", `/roster/claims/${kind}/${id}`)).json();

    scenario("an edit by REST outlives the nightly import, until it is given back", async () => {
        const cleo = await Person.connect(server, "cleo");
        const ada = await Person.connect(server, "ada");
        const [joins, leaves] = [enrollmentId("cleo", "math"), enrollmentId("ada", "math")];
        await server.restOk("PUT", `/enrollments/${joins}`, body.enrollment("cleo", "math", "north"));
        await server.restOk("DELETE", `/enrollments/${leaves}`);
        const report = await server.importOk(write(server, school()));
        assert.match(report.output, /source\.held.*ada-in-math.*rest/s);
        await cleo.settle();
        assert.equal(changes(cleo).length, 1);
        assert.equal(changes(ada).length, 1);
        assert.deepEqual(await claim("enrollments", leaves), {
            kind: "enrollments",
            sourcedId: leaves,
            source: "rest",
            removed: true,
            sources: ["rest", "sis"],
        });
        assert.equal((await claim("enrollments", enrollmentId("ben", "math"))).source, "sis");
        const shown = (await server.restOk("GET", `/enrollments/${joins}`)).json();
        assert.equal(shown.enrollment.metadata.source, "rest");
        await server.restOk("DELETE", `/roster/claims/enrollments/${leaves}`);
        await server.importOk(write(server, school()));
        await ada.see("rooms:changed", (event) => event.joined.includes("class-math"));
        await server.restart();
        assert.equal((await claim("enrollments", joins)).source, "rest");
    });

    scenario("a source that is not in the list is refused", async () => {
        const unknown = await server.import(write(server, school()), "--source", "other");
        assert.notEqual(unknown.code, 0);
        assert.match(unknown.output, /sis/);
        assert.equal((await server.rest("GET", "/roster/claims/friends/x")).status, 404);
    });
});

describe("the records by REST", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("each kind is listed, found, changed and removed under OneRoster's names", async () => {
        const counts = { orgs: 1, academicSessions: 1, courses: 2, classes: 3, users: 5, enrollments: 7 };
        for (const [kind, count] of Object.entries(counts)) {
            const answer = await server.restOk("GET", `/${kind}`);
            assert.equal(answer.json()[kind].length, count, kind);
            assert.equal(answer.headers["x-total-count"], String(count));
        }
        const { user } = (await server.restOk("GET", "/users/ada")).json();
        assert.equal(user.givenName, "Ada");
        assert.equal(user.roles[0].org.sourcedId, "north");
        // What a GET gives, a PUT takes.
        await server.restOk("PUT", "/users/ada", { ...user, email: "ada@new.example" });
        const again = (await server.restOk("GET", "/users/ada")).json().user;
        assert.deepEqual(again, { ...user, email: "ada@new.example" });
        const session = { title: "Spring", type: "term", startDate: "2027-01-01", endDate: "2027-06-30" };
        await server.restOk("PUT", "/academicSessions/spring", session);
        const read = (await server.restOk("GET", "/academicSessions/spring")).json().academicSession;
        assert.deepEqual(read, { sourcedId: "spring", status: "active", ...session });
        await server.restOk("DELETE", "/academicSessions/spring");
        assert.equal((await server.rest("GET", "/academicSessions/spring")).status, 404);
    });

    scenario("lists have pages, an order and a filter", async () => {
        const list = async (query) => (await server.restOk("GET", query)).json();
        const ids = async (kind, query) => (await list(`/${kind}?${query}`))[kind].map((one) => one.sourcedId);
        assert.deepEqual(await ids("users", "limit=2&offset=1"), ["ben", "cleo"]);
        assert.deepEqual(await ids("users", "sort=givenName&orderBy=desc&limit=1"), ["theo"]);
        const inMath = encodeURIComponent("class.sourcedId='math' AND role='student'");
        assert.deepEqual(await ids("enrollments", `filter=${inMath}`), ["ada-in-math", "ben-in-math"]);
        const answer = await server.restOk("GET", `/enrollments?filter=${inMath}&limit=1`);
        assert.equal(answer.headers["x-total-count"], "2");
        const wrong = await server.rest("GET", "/users?fitler=x");
        assert.equal(wrong.status, 400);
        const asUser = await server.rest("GET", "/users", undefined, { token: server.token("ada") });
        assert.equal(asUser.status, 403);
    });
});
