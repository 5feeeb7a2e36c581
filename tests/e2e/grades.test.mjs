// Grades: each student gets exactly his own, live, after a reconnect and when he reads; nobody else gets anything.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { get } from "./support/http.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

// grace is ada's guardian: the roster names her with ada, and she has a guardian's role.
const school = () => {
    const one = new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("tim", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art")
        .user("grace", "guardian");
    one.records.users.find((user) => user.sourcedId === "ada").agentSourcedIds = "grace";
    return one;
};
const names = ["tess", "tim", "theo", "ada", "ben", "max", "cleo", "grace"];

// Scores that occur nowhere else, so that one which went astray is found in whatever it went to.
let last = 731_000;
const secretScore = () => (last += 7);
const mark = (student, item, score = secretScore(), more = {}) => ({
    student,
    class: "math",
    item,
    score,
    ...more,
});
const everythingOf = (person) => JSON.stringify([person.events, person.sessions]);

for (const transports of [["websocket"], ["polling"]]) {
    describe(`grades over ${transports.join(", then ")}`, () => {
        let server, tess, tim, theo, ada, ben, max, cleo, grace;
        let everybody;
        before(async () => {
            server = await Server.start({ school: school() });
            const connect = (user) => Person.connect(server, user, { transports });
            everybody = [tess, tim, theo, ada, ben, max, cleo, grace] = await Promise.all(
                names.map(connect),
            );
        });
        after(tidyUp);

        async function onlyTheseHave(text, people) {
            await Promise.all(everybody.map((person) => person.settle()));
            for (const person of everybody) {
                const has = everythingOf(person).includes(String(text));
                assert.equal(has, people.includes(person), `${text} at ${person.user}`);
            }
        }

        // Case 34.
        scenario("a draft is seen by the staff of the class alone", async () => {
            const draft = mark("ada", "draft");
            const { grade } = await tess.requestOk("grade:save", draft);
            assert.equal(grade.status, "draft");
            const seen = await tim.see("grade:recorded", (e) => e.grade.id === grade.id);
            assert.equal(seen.room, "class-math/staff");
            assert.equal(seen.grade.draft.score, draft.score);
            await onlyTheseHave(draft.score, [tess, tim]);
            assert.deepEqual((await ada.requestOk("grade:list", {})).grades, []);
        });

        // Case 35.
        scenario("a published grade goes to its student's own room", async () => {
            const given = mark("ada", "essay", secretScore(), { maxScore: 1e6, comment: "well argued" });
            const { grade } = await tess.requestOk("grade:publish", given);
            const event = await ada.see("grade:updated", (e) => e.grade.id === grade.id);
            assert.equal(event.room, "user-ada");
            assert.deepEqual(event.by, { id: "tess", name: "Tess Example" });
            assert.equal(event.grade.score, given.score);
            assert.equal(event.grade.maxScore, 1e6);
            assert.equal(event.grade.comment, "well argued");
            await onlyTheseHave(given.score, [tess, tim, ada]);
            assert.equal(tess.received("grade:updated").length, 0);
            for (const other of [ben, theo, cleo, grace]) {
                assert.equal(await other.refusal("grade:list", { student: "ada" }), "not_found");
                assert.deepEqual((await other.requestOk("grade:list", { class: "math" })).grades, []);
            }
        });

        scenario("everybody gets his own of many", async () => {
            const scores = { ada: secretScore(), ben: secretScore(), max: secretScore() };
            const grades = ["max", "ada", "ben"].map((student) => ({ student, score: scores[student] }));
            await tess.requestOk("grade:publishAll", { class: "math", item: "exam", grades });
            for (const person of [ada, ben, max]) {
                const event = await person.see("grade:updated", (e) => e.grade.item === "exam");
                assert.equal(event.grade.score, scores[person.user]);
            }
            for (const person of [ada, ben, max]) await onlyTheseHave(scores[person.user], [tess, tim, person]);
        });

        // Case 15: the same answer for a class of others as for none.
        scenario("nobody but the staff of the class gives grades", async () => {
            for (const who of [ada, ben]) {
                assert.equal(await who.refusal("grade:publish", mark("ada", "x")), "forbidden");
            }
            for (const who of [theo, cleo, grace]) {
                const here = await who.request("grade:publish", mark("ada", "x"));
                const nowhere = await who.request("grade:publish", { ...mark("ada", "x"), class: "nowhere" });
                assert.equal(here.error.code, "not_found");
                assert.deepEqual(here, nowhere);
            }
            assert.equal(await tess.refusal("grade:publish", mark("cleo", "x")), "not_found");
        });

        // Case 61.
        scenario("no grade is in the log or the metrics", async () => {
            const given = mark("ada", "quiet", secretScore(), { comment: "xyzzy-remark" });
            await tess.requestOk("grade:publish", given);
            await tess.request("grade:publish", { ...given, student: "cleo" });
            await tess.request("grade:publish", { ...given, score: String(given.score) });
            const metrics = await get(`http://127.0.0.1:${server.adminPort}/metrics`);
            for (const text of [server.process.output, metrics.text]) {
                assert.ok(!text.includes(String(given.score)));
                assert.ok(!text.includes("xyzzy-remark"));
            }
        });
    });
}

describe("grades that were missed", () => {
    let server, tess, ada, ben;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, ada, ben] = await Promise.all(
            ["tess", "ada", "ben"].map((user) => Person.connect(server, user)),
        );
    });
    after(tidyUp);

    scenario("are recovered by their student, and by nobody beside him", async () => {
        await Promise.all([ada.away(), ben.away()]);
        const given = mark("ada", "essay");
        await tess.requestOk("grade:publish", given);
        await Promise.all([ada.back(), ben.back()]);
        assert.equal(ada.socket.recovered, true);
        const event = await ada.see("grade:updated", (e) => e.grade.item === "essay");
        assert.equal(event.grade.score, given.score);
        await ben.settle();
        assert.ok(!everythingOf(ben).includes(String(given.score)));
    });

    // Case 36: the student was away while it was published and withdrawn.
    scenario("and withdrawn meanwhile show no value", async () => {
        await ada.away();
        const given = mark("ada", "talk", secretScore(), { comment: "xyzzy-talk" });
        const { grade } = await tess.requestOk("grade:publish", given);
        await tess.requestOk("grade:withdraw", { grade: grade.id });
        await ada.back();
        const event = await ada.see("grade:withdrawn", (e) => e.gradeId === grade.id);
        assert.equal(event.item, "talk");
        await ada.settle();
        const device = await Person.connect(server, "ada", { auth: { cursor: "0000000000000000" } });
        await device.see("grade:withdrawn", (e) => e.gradeId === grade.id);
        for (const person of [ada, device]) {
            assert.ok(!everythingOf(person).includes(String(given.score)));
            assert.ok(!everythingOf(person).includes("xyzzy-talk"));
        }
        const { grades } = await ada.requestOk("grade:list", {});
        assert.ok(!grades.some((one) => one.id === grade.id));
        device.leave();
    });

    scenario("survive kill -9 once they are acknowledged", async () => {
        const given = mark("ada", "after all");
        await ada.away();
        await tess.requestOk("grade:publish", given);
        await server.kill();
        await server.launch();
        await ada.back();
        const event = await ada.see("grade:updated", (e) => e.grade.item === "after all");
        assert.equal(event.grade.score, given.score);
        await eventually("tess to be back", () => tess.socket.connected, 10_000);
    });

    scenario("stay with a student who leaves the class, and end with a teacher who does", async () => {
        const given = mark("ben", "leaving");
        await tess.requestOk("grade:publish", given);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ben", "math")}`);
        const { grades } = await ben.requestOk("grade:list", {});
        assert.deepEqual(grades.map((one) => one.score), [given.score]);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("tess", "math")}`);
        assert.deepEqual((await tess.requestOk("grade:list", { class: "math" })).grades, []);
        const device = await Person.connect(server, "tess", { auth: { cursor: "0000000000000000" } });
        await device.settle();
        assert.equal(device.received("grade:recorded").length, 0);
        device.leave();
    });
});

describe("grades and guardians", () => {
    let server, tess, ada, grace;
    before(async () => {
        server = await Server.start({ school: school(), config: "[grades]\nguardians = true\n" });
        [tess, ada, grace] = await Promise.all(
            ["tess", "ada", "grace"].map((user) => Person.connect(server, user)),
        );
    });
    after(tidyUp);

    // Cases 37 and 38.
    scenario("a guardian gets the own child's, until the roster names her no more", async () => {
        const hers = mark("ada", "essay");
        const others = mark("ben", "essay");
        await tess.requestOk("grade:publish", hers);
        await tess.requestOk("grade:publish", others);
        const event = await grace.see("grade:updated", (e) => e.grade.score === hers.score);
        assert.equal(event.room, "user-ada");
        await grace.settle();
        assert.ok(!everythingOf(grace).includes(String(others.score)));
        const { grades } = await grace.requestOk("grade:list", { student: "ada" });
        assert.deepEqual(grades.map((one) => one.score), [hers.score]);
        assert.equal(await grace.refusal("grade:list", { student: "ben" }), "not_found");

        await server.restOk("PUT", "/users/ada", body.user("ada", "student", "north"));
        const later = mark("ada", "later");
        await tess.requestOk("grade:publish", later);
        await ada.see("grade:updated", (e) => e.grade.score === later.score);
        await grace.settle();
        assert.ok(!everythingOf(grace).includes(String(later.score)));
        assert.equal(await grace.refusal("grade:list", { student: "ada" }), "not_found");
        const device = await Person.connect(server, "grace", { auth: { cursor: "0000000000000000" } });
        await device.settle();
        assert.equal(device.received("grade:updated").length, 0, "nor is it replayed");
        device.leave();
    });
});

describe("grades of the platform", () => {
    const students = Array.from({ length: 300 }, (_, i) => `s${i}`);
    let server, ada, s7, s8;
    before(async () => {
        const large = school();
        for (const id of students) large.student(id, "math");
        server = await Server.start({ school: large });
        [ada, s7, s8] = await Promise.all(["ada", "s7", "s8"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    scenario("reach each student once, however often they are sent", async () => {
        const grades = students.map((student, i) => mark(student, "exam", 500_000 + i)).reverse();
        const request = { grades, key: "exam-1" };
        const first = (await server.restOk("POST", "/grades", request)).json();
        assert.equal(first.grades.length, students.length);
        assert.deepEqual((await server.restOk("POST", "/grades", request)).json(), first);
        const event = await s7.see("grade:updated");
        assert.equal(event.grade.score, 500_007);
        assert.equal(event.by, null);
        await s8.see("grade:updated", (e) => e.grade.score === 500_008);
        for (const person of [ada, s7, s8]) await person.settle();
        assert.equal(s7.received("grade:updated").length, 1);
        assert.equal(s8.received("grade:updated").length, 1);
        assert.equal(ada.received("grade:updated").length, 0);
        const read = (await server.restOk("GET", "/grades", undefined, { token: server.token("s7") })).json();
        assert.deepEqual(read.grades.map((one) => one.score), [500_007]);
    });

    scenario("need a service's token, and a class and a student that there are", async () => {
        const asUser = await server.rest("POST", "/grades", mark("ada", "x"), { token: server.token("tess") });
        assert.equal(asUser.status, 403);
        const nobody = await server.rest("POST", "/grades", mark("nobody", "x"));
        assert.equal(nobody.status, 404);
        const nowhere = await server.rest("POST", "/grades", { ...mark("ada", "x"), class: "nowhere" });
        assert.equal(nowhere.status, 404);
        const service = await server.rest("GET", "/grades");
        assert.equal(service.status, 403);
    });
});
