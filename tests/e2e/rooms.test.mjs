// Who belongs where: the session event, joins and leaves by REST and by import while people are connected.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { Person, refused } from "./support/client.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { body, enrollmentId, scienceAndArt as school } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const sampleOfAnotherVendor = path.resolve(
    path.dirname(fileURLToPath(import.meta.url)),
    "../data/oneroster-sds",
);

// `rooms:changed` without the sub-rooms of staff, which the contract does not list.
const plain = (rooms) => rooms.filter((room) => !room.endsWith("/staff")).sort();

describe("the session event", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("comes first and says who and where one is", async () => {
        const ada = await Person.connect(server, "ada");
        assert.equal(ada.events[0].name, "session");
        const { user, rooms, cursor, recovered, expiresAt } = ada.session;
        assert.deepEqual(user, { id: "ada", name: "Ada Example", roles: ["student"] });
        assert.equal(rooms.personal, "user-ada");
        assert.deepEqual([...rooms.classes].sort(), ["class-math", "class-physics"]);
        assert.deepEqual(rooms.courses, ["course-science"]);
        assert.deepEqual(rooms.groups, []);
        assert.equal(rooms.institution, "institution-north");
        assert.deepEqual(rooms.institutions, ["institution-north"]);
        assert.equal(rooms.global, "global");
        assert.equal(typeof cursor, "string");
        assert.equal(recovered, false);
        assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3600_000) < 30_000, expiresAt);
    });

    scenario("says the role of a teacher", async () => {
        const tess = await Person.connect(server, "tess");
        assert.deepEqual(tess.session.user.roles, ["teacher"]);
        assert.deepEqual(plain(tess.session.rooms.classes), ["class-math", "class-physics"]);
    });

    scenario("is the same over polling, over WebSocket and with an upgrade", async () => {
        const seen = [];
        for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
            const ben = await Person.connect(server, "ben", { transports });
            seen.push(ben.session.rooms);
            ben.leave();
        }
        assert.deepEqual(seen[1], seen[0]);
        assert.deepEqual(seen[2], seen[0]);
    });

    scenario("every device of a person gets what is theirs", async () => {
        const devices = await Promise.all([1, 2, 3].map(() => Person.connect(server, "ben")));
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", "to every device");
        for (const ben of devices) await ben.seeText("to every device");
    });
});

describe("the roster by service REST", () => {
    let server;
    let number = 0;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    // A new student in no class.
    async function newcomer() {
        const id = `new-${++number}`;
        await server.restOk("PUT", `/users/${id}`, body.user(id, "student", "north"));
        return id;
    }
    const enroll = (user, classId, role, more) =>
        server.restOk(
            "PUT",
            `/enrollments/${enrollmentId(user, classId)}`,
            body.enrollment(user, classId, "north", role, more),
        );
    const drop = (user, classId) =>
        server.restOk("DELETE", `/enrollments/${enrollmentId(user, classId)}`);

    scenario("a new user can connect at once", async () => {
        const id = await newcomer();
        const person = await Person.connect(server, id);
        assert.deepEqual(person.session.rooms.classes, []);
        assert.deepEqual(person.session.rooms.institutions, ["institution-north"]);
        assert.deepEqual(person.session.user.roles, ["student"]);
    });

    scenario("an enrolment takes a connected user into the class", async () => {
        const id = await newcomer();
        const person = await Person.connect(server, id);
        await enroll(id, "math");
        const changed = await person.see("rooms:changed");
        assert.deepEqual(plain(changed.joined), ["class-math", "course-science"]);
        assert.deepEqual(changed.left, []);
        assert.deepEqual(changed.rooms.classes, ["class-math"]);
        assert.deepEqual(changed.rooms.courses, ["course-science"]);
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", `welcome ${id}`);
        await person.seeText(`welcome ${id}`);
    });

    scenario("once the call has answered, a post already reaches the newcomer", async () => {
        const tess = await Person.connect(server, "tess");
        for (let round = 0; round < 10; round++) {
            const id = await newcomer();
            const person = await Person.connect(server, id);
            await enroll(id, "math");
            await tess.post("class-math", `at once ${id}`);
            await person.seeText(`at once ${id}`, 2000);
            person.leave();
        }
    });

    scenario("a dropped user leaves the class, and the course with the last class of it", async () => {
        const id = await newcomer();
        await enroll(id, "math");
        await enroll(id, "physics");
        const person = await Person.connect(server, id);
        await drop(id, "math");
        const first = await person.see("rooms:changed");
        assert.deepEqual(plain(first.left), ["class-math"]);
        assert.deepEqual(first.rooms.courses, ["course-science"]);
        await drop(id, "physics");
        const second = await person.see("rooms:changed", (one) => one.left.includes("class-physics"));
        assert.deepEqual(plain(second.left), ["class-physics", "course-science"]);
        assert.deepEqual(second.rooms.classes, []);
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", `without ${id}`);
        await person.settle();
        assert.deepEqual(person.texts(), []);
    });

    // The heart of it: posts race with the removal; those posted after its answer must not arrive.
    scenario("nothing published after the answer reaches who was dropped", { seconds: 60 }, async () => {
        const tess = await Person.connect(server, "tess");
        const ben = await Person.connect(server, "ben");
        for (let round = 0; round < 20; round++) {
            const id = await newcomer();
            await enroll(id, "math");
            const transports = [round % 4 === 0 ? "polling" : "websocket"];
            const person = await Person.connect(server, id, { transports });
            let answered = false;
            const forbidden = new Set();
            const pour = async (author, stream) => {
                let after = 0;
                for (let i = 0; after < 10 && i < 2_000; i++) {
                    // Each text once: its twin from another stream may have been posted before the answer.
                    const text = `${author.user} ${round}.${stream}.${i}`;
                    if (answered) {
                        forbidden.add(text);
                        after++;
                    }
                    await author.post("class-math", text);
                }
            };
            const pouring = [tess, ben, tess, ben].map(pour);
            await sleep(5 + (round % 5) * 5);
            await drop(id, "math");
            answered = true;
            await Promise.all(pouring);
            await person.settle();
            const leaked = person.texts().filter((text) => forbidden.has(text));
            assert.deepEqual(leaked, [], `round ${round}`);
            assert.ok(forbidden.size > 0, "the race was over before it began");
            person.leave();
        }
    });

    scenario("a dropped user can neither read nor write any more", async () => {
        const id = await newcomer();
        await enroll(id, "math");
        const person = await Person.connect(server, id);
        const mine = await person.post("class-math", "while I was here");
        await drop(id, "math");
        for (const [name, request] of [
            ["feed:list", { room: "class-math" }],
            ["post:get", { post: mine.id }],
            ["post:create", { to: "class-math", text: "again" }],
            ["post:update", { post: mine.id, text: "changed" }],
            ["post:delete", { post: mine.id }],
            ["comment:create", { post: mine.id, text: "hello" }],
            ["reaction:set", { target: { post: mine.id }, kind: "like" }],
        ]) {
            assert.equal(await person.refusal(name, request), "not_found", name);
        }
    });

    scenario("a change of role moves a user in and out of the staff", async () => {
        const id = await newcomer();
        await enroll(id, "math");
        const person = await Person.connect(server, id);
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", `staff 1 ${id}`, { visibility: "staff" });
        await enroll(id, "math", "teacher");
        await tess.post("class-math", `staff 2 ${id}`, { visibility: "staff" });
        await person.seeText(`staff 2 ${id}`);
        await enroll(id, "math", "student");
        await tess.post("class-math", `staff 3 ${id}`, { visibility: "staff" });
        await tess.post("class-math", `everyone ${id}`);
        await person.seeText(`everyone ${id}`);
        assert.deepEqual(person.texts(), [`staff 2 ${id}`, `everyone ${id}`]);
    });

    scenario("enrolments count only within their dates", async () => {
        const id = await newcomer();
        await enroll(id, "math", "student", { beginDate: "2020-01-01", endDate: "2020-07-01" });
        await enroll(id, "physics", "student", { beginDate: "2090-01-01" });
        await enroll(id, "art", "student", { beginDate: "2020-01-01", endDate: "2090-01-01" });
        const person = await Person.connect(server, id);
        assert.deepEqual(person.session.rooms.classes, ["class-art"]);
    });

    scenario("a class can be made, used and taken away while people are connected", async () => {
        const cleo = await Person.connect(server, "cleo");
        const theo = await Person.connect(server, "theo");
        await server.restOk("PUT", "/courses/music", body.course("music", "north"));
        await server.restOk("PUT", "/classes/choir", body.class("choir", "music", "north"));
        await enroll("cleo", "choir");
        await enroll("theo", "choir", "teacher");
        await cleo.see("rooms:changed", (one) => one.joined.includes("class-choir"));
        await theo.post("class-choir", "let us sing");
        await cleo.seeText("let us sing");
        await server.restOk("DELETE", "/classes/choir");
        const left = await cleo.see("rooms:changed", (one) => one.left.includes("class-choir"));
        assert.ok(!left.rooms.classes.includes("class-choir"));
        assert.equal(await theo.refusal("post:create", { to: "class-choir", text: "?" }), "not_found");
    });

    scenario("another school's members are in its room and not in ours", async () => {
        await server.restOk("PUT", "/orgs/south", body.org("south"));
        await server.restOk("PUT", "/users/zoe", body.user("zoe", "student", "south"));
        const zoe = await Person.connect(server, "zoe");
        assert.deepEqual(zoe.session.rooms.institutions, ["institution-south"]);
        assert.equal(zoe.session.rooms.institution, "institution-south");
    });

    scenario("a disabled user is put out and stays out until enabled", async () => {
        const id = await newcomer();
        await enroll(id, "math");
        const person = await Person.connect(server, id);
        await server.restOk("PUT", `/users/${id}`, body.user(id, "student", "north", { enabledUser: false }));
        await eventually(`${id} to be put out`, () => !person.socket.connected);
        const error = await refused(server, id);
        assert.equal(error.data.code, "user_disabled");
        for (const silent of [undefined, null]) {
            const renamed = body.user(id, "student", "north", { givenName: "Renamed", enabledUser: silent });
            await server.restOk("PUT", `/users/${id}`, renamed);
            assert.equal((await refused(server, id)).data.code, "user_disabled", "nothing was said of it");
        }
        await server.restOk("PUT", `/users/${id}`, body.user(id, "student", "north"));
        const again = await Person.connect(server, id);
        assert.deepEqual(again.session.rooms.classes, ["class-math"]);
    });

    scenario("a deleted user is put out and unknown", async () => {
        const id = await newcomer();
        const person = await Person.connect(server, id);
        await server.restOk("DELETE", `/users/${id}`);
        await eventually(`${id} to be put out`, () => !person.socket.connected);
        assert.equal((await refused(server, id)).data.code, "user_unknown");
    });

    scenario("an org cannot lie below itself", async () => {
        await server.restOk("PUT", "/orgs/upper", body.org("upper"));
        await server.restOk("PUT", "/orgs/lower", { ...body.org("lower"), parentSourcedId: "upper" });
        for (const [id, parentSourcedId] of [["upper", "lower"], ["upper", "upper"]]) {
            const answer = await server.rest("PUT", `/orgs/${id}`, { ...body.org(id), parentSourcedId });
            assert.equal(answer.status, 400, `${id} below ${parentSourcedId}`);
            assert.equal(answer.json().field, "parentSourcedId");
        }
        for (const id of ["lower", "upper"]) await server.restOk("DELETE", `/orgs/${id}`);
    });

    scenario("repeating a call changes nothing and tells nobody", async () => {
        const id = await newcomer();
        const person = await Person.connect(server, id);
        for (let i = 0; i < 3; i++) await enroll(id, "math");
        await person.settle();
        assert.equal(person.received("rooms:changed").length, 1);
        for (let i = 0; i < 3; i++) {
            const route = `/enrollments/${enrollmentId(id, "math")}`;
            const { status } = await server.rest("DELETE", route);
            assert.ok([200, 204, 404].includes(status), `DELETE answered ${status}`);
        }
        await person.settle();
        assert.equal(person.received("rooms:changed").length, 2);
    });

    scenario("what does not fit together is refused in words and changes nothing", async () => {
        const id = await newcomer();
        const person = await Person.connect(server, id);
        const good = body.enrollment(id, "math", "north");
        for (const [what, wrong] of [
            ["no such class", { ...good, classSourcedId: "nowhere" }],
            ["no such user", { ...good, userSourcedId: "nobody" }],
            ["no class", { ...good, classSourcedId: undefined }],
            ["a user that is a number", { ...good, userSourcedId: 7 }],
            ["a date that is none", { ...good, beginDate: "soon" }],
            ["an end before the begin", { ...good, beginDate: "2026-02-01", endDate: "2026-01-31" }],
            ["no object", ["x"]],
        ]) {
            const answer = await server.rest("PUT", "/enrollments/wrong", wrong);
            assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`);
            assert.match(answer.headers["content-type"], /^application\/problem\+json/, what);
            assert.equal(typeof answer.json().code, "string", what);
        }
        await person.settle();
        assert.deepEqual(person.received("rooms:changed"), []);
    });

    scenario("the roster survives kill -9", async () => {
        const id = await newcomer();
        await enroll(id, "art");
        await server.restart("SIGKILL");
        const person = await Person.connect(server, id);
        assert.deepEqual(person.session.rooms.classes, ["class-art"]);
    });
});

describe("what one may not know", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("a foreign room and one that does not exist are answered alike", async () => {
        const cleo = await Person.connect(server, "cleo");
        const ben = await Person.connect(server, "ben");
        const secret = await ben.post("class-math", "secret of math");
        const absent = secret.id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
        const comment = await ben.comment(secret.id, "secret comment");
        const noComment = comment.id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
        for (const [name, make, foreign, nowhere] of [
            ["post:create", (to) => ({ to, text: "x" }), "class-math", "class-nowhere"],
            ["feed:list", (room) => ({ room }), "class-math", "class-nowhere"],
            ["feed:list", (room) => ({ room }), "course-science", "course-nowhere"],
            ["feed:list", (room) => ({ room }), "user-ben", "user-nobody"],
            ["feed:list", (room) => ({ room }), "class-math/staff", "class-nowhere/staff"],
            ["post:get", (post) => ({ post }), secret.id, absent],
            ["post:update", (post) => ({ post, text: "x" }), secret.id, absent],
            ["post:delete", (post) => ({ post }), secret.id, absent],
            ["comment:create", (post) => ({ post, text: "x" }), secret.id, absent],
            ["comment:update", (c) => ({ comment: c, text: "x" }), comment.id, noComment],
            ["comment:delete", (c) => ({ comment: c }), comment.id, noComment],
            ["reaction:set", (post) => ({ target: { post }, kind: "like" }), secret.id, absent],
            ["reaction:set", (c) => ({ target: { comment: c }, kind: "like" }), comment.id, noComment],
        ]) {
            const one = await cleo.request(name, make(foreign));
            const other = await cleo.request(name, make(nowhere));
            assert.equal(one.ok, false, `${name} ${foreign}`);
            const blank = (answer, word) => JSON.stringify(answer).replaceAll(word, "…");
            assert.equal(blank(one, foreign), blank(other, nowhere), name);
        }
        assert.deepEqual(cleo.texts(), []);
    });

    scenario("a user token sees its own rooms by REST and no others", async () => {
        const token = server.token("cleo");
        const rooms = await server.rest("GET", "/rooms", undefined, { token });
        assert.equal(rooms.status, 200);
        assert.ok(rooms.text.includes("class-art"));
        assert.ok(!rooms.text.includes("class-math"), rooms.text);
        const me = await server.rest("GET", "/me", undefined, { token });
        assert.equal(me.status, 200);
        assert.ok(me.text.includes("cleo"));
        const foreign = await server.rest("GET", "/rooms/class-math/posts", undefined, { token });
        const nowhere = await server.rest("GET", "/rooms/class-nope/posts", undefined, { token });
        assert.equal(foreign.status, 404);
        assert.equal(nowhere.status, 404);
        assert.equal(
            foreign.text.replaceAll("class-math", "…"),
            nowhere.text.replaceAll("class-nope", "…"),
        );
    });
});

describe("the roster by import", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("live sockets follow an import while the server runs", async () => {
        const cleo = await Person.connect(server, "cleo");
        const ada = await Person.connect(server, "ada");
        const later = school().enroll("cleo", "math", "student");
        later.without("enrollments", enrollmentId("ada", "physics"));
        await server.importOk(later.write(path.join(server.folder, "later")));
        const joined = await cleo.see("rooms:changed");
        assert.deepEqual(plain(joined.joined), ["class-math", "course-science"]);
        const left = await ada.see("rooms:changed");
        assert.deepEqual(plain(left.left), ["class-physics"]);
        const tess = await Person.connect(server, "tess");
        await tess.post("class-physics", "without ada");
        await tess.post("class-math", "with cleo");
        await cleo.seeText("with cleo");
        await ada.seeText("with cleo");
        await ada.settle();
        assert.deepEqual(ada.texts(), ["with cleo"]);
        await server.importOk(school().write(path.join(server.folder, "back")));
        await cleo.see("rooms:changed", (one) => one.left.includes("class-math"));
    });

    scenario("the same package again changes nothing", async () => {
        const ada = await Person.connect(server, "ada");
        await server.importOk(school().write(path.join(server.folder, "same")));
        await ada.settle(400);
        assert.deepEqual(ada.received("rooms:changed"), []);
    });

    scenario("--dry-run says what would change and changes nothing", async () => {
        const cleo = await Person.connect(server, "cleo");
        const later = school().enroll("cleo", "physics", "student");
        const folder = later.write(path.join(server.folder, "dry"));
        const { code, output } = await server.import(folder, "--dry-run");
        assert.equal(code, 0, output);
        assert.match(output, /enrol/i);
        await cleo.settle(400);
        assert.deepEqual(cleo.received("rooms:changed"), []);
        const again = await Person.connect(server, "cleo");
        assert.deepEqual(again.session.rooms.classes, ["class-art"]);
    });

    scenario("an import by service REST does the same", async () => {
        const cleo = await Person.connect(server, "cleo");
        const folder = school()
            .enroll("cleo", "math", "student")
            .write(path.join(server.folder, "zipped"));
        const { execFileSync } = await import("node:child_process");
        const zip = path.join(server.folder, "roster.zip");
        const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
        execFileSync("python3", ["-m", "zipfile", "-c", zip, ...files]);
        const { request } = await import("./support/http.mjs");
        const answer = await request("POST", `${server.url}/api/v1/roster/import`, {
            headers: {
                authorization: `Bearer ${server.serviceToken()}`,
                "content-type": "application/zip",
            },
            body: fs.readFileSync(zip),
        });
        assert.ok(answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text}`);
        await cleo.see("rooms:changed", (one) => one.joined.includes("class-math"));
        const upload = (query, body) =>
            request("POST", `${server.url}/api/v1/roster/import${query}`, {
                headers: { authorization: `Bearer ${server.serviceToken()}` },
                body,
            });
        const misspelt = await upload("?dryrun=true", fs.readFileSync(zip));
        assert.equal(misspelt.status, 400, "a misspelt dry run must not become a real one");
        assert.equal(misspelt.json().field, "dryrun");
        const garbage = await upload("", Buffer.from("no zip"));
        assert.ok(garbage.status >= 400, garbage.text);
        assert.ok(!garbage.text.includes(server.data), "it names no place on the server");
        await server.importOk(school().write(path.join(server.folder, "unzipped")));
    });

    scenario("a file that would remove most of a school is refused until approved", async () => {
        const large = school();
        for (let i = 0; i < 100; i++) large.student(`pupil-${i}`, "math");
        await server.importOk(large.write(path.join(server.folder, "large")));
        const pupil = await Person.connect(server, "pupil-7");
        const fatal = school().write(path.join(server.folder, "fatal"));
        const refusal = await server.import(fatal);
        assert.notEqual(refusal.code, 0, "the fatal file was applied");
        assert.match(refusal.output, /approve/);
        await pupil.settle(300);
        assert.equal(pupil.socket.connected, true);
        assert.deepEqual(pupil.received("rooms:changed"), []);
        const approved = await server.import(fatal, "--approve");
        assert.equal(approved.code, 0, approved.output);
        await eventually("pupil-7 to be put out", () => !pupil.socket.connected);
        assert.equal((await refused(server, "pupil-7")).data.code, "user_unknown");
    });

    scenario("an import into a data directory nobody serves counts at the next start", async () => {
        await server.stop();
        const later = school().enroll("cleo", "physics", "student");
        await server.importOk(later.write(path.join(server.folder, "offline")));
        await server.launch();
        const cleo = await Person.connect(server, "cleo");
        assert.deepEqual(cleo.session.rooms.classes, ["class-art", "class-physics"]);
    });
});

describe("another vendor's dialect", () => {
    let server;
    before(async () => {
        server = await Server.start();
    });
    after(tidyUp);

    scenario("is refused by the strict profile, with nothing applied", async () => {
        const { code } = await server.import(sampleOfAnotherVendor, "--profile", "strict");
        assert.notEqual(code, 0);
        assert.equal((await refused(server, "114008")).data.code, "user_unknown");
    });

    scenario("imports in the tolerant profile", async () => {
        await server.importOk(sampleOfAnotherVendor, "--profile", "tolerant");
        const student = await Person.connect(server, "114008");
        assert.ok(student.session.rooms.classes.includes("class-112001"), JSON.stringify(student.session));
    });

    scenario("its passwords and demographics are stored nowhere", () => {
        for (const name of fs.readdirSync(server.data, { recursive: true })) {
            const file = path.join(server.data, String(name));
            if (!fs.statSync(file).isFile()) continue;
            const bytes = fs.readFileSync(file);
            for (const secret of ["P@ssword123", "hispanicOrLatinoEthnicity", "Woodenville"]) {
                assert.ok(!bytes.includes(secret), `${secret} is in ${name}`);
            }
        }
    });
});
