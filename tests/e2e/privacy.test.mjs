// Why somebody got an event, who did what, and what is kept of people: explain, the audit log, export, erasure, age.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { request } from "./support/http.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");

const paths = [
    ["GET", "/explain?user=ada&event=x"],
    ["GET", "/audit"],
    ["GET", "/connections"],
    ["GET", "/users/ada/export"],
    ["POST", "/users/ada/erasure"],
    ["GET", "/users/ada/erasure"],
    ["PUT", "/users/ada/hold"],
    ["DELETE", "/users/ada/hold"],
    ["GET", "/holds"],
];

describe("asking why", () => {
    let server, tess, ada;
    const explain = async (user, event) =>
        (await server.restOk("GET", `/explain?user=${user}&event=${event}`)).json();
    const audit = async (query = "") => (await server.restOk("GET", `/audit${query}`)).json().entries;
    before(async () => {
        server = await Server.start({ school: school() });
        tess = await Person.connect(server, "tess");
        ada = await Person.connect(server, "ada");
    });
    after(tidyUp);

    // Case 60: to whoever is not the platform there is nothing.
    scenario("is for the platform alone; to others there is no such path", async () => {
        for (const [method, route] of paths) {
            const nowhere = await server.rest(method, "/nowhere", undefined, { token: server.token("tess") });
            for (const token of [server.token("tess"), server.token("ada"), "rubbish", ""]) {
                const answer = await server.rest(method, route, undefined, { token });
                assert.equal(answer.status, 404, `${method} ${route}`);
                assert.equal(answer.text, nowhere.text);
                assert.equal(answer.headers.allow, undefined);
            }
        }
        for (const name of ["explain", "audit:list", "export:read", "erasure:request", "hold:set"]) {
            assert.equal(await tess.refusal(name, { user: "ada", event: "x", reason: "x" }), "invalid");
        }
    });

    scenario("tells what was sent live, in a backlog, and not at all", async () => {
        const { post } = await tess.requestOk("post:create", { to: "class-math", text: "sekret-explained" });
        const event = await ada.see("post:created", (e) => e.post.id === post.id);
        const sent = await eventually("it to be explained", async () => {
            const answer = await explain("ada", event.id);
            return answer.outcome === "sent" && answer;
        });
        assert.equal(sent.event.seq, event.seq);
        assert.equal(sent.rule.name, "members");
        assert.equal(sent.membership.inRoom, true);
        assert.equal(sent.deliveries[0].how, "live");
        assert.equal(sent.acknowledged, null);
        assert.ok(!JSON.stringify(sent).includes("sekret-explained"));

        assert.equal((await explain("cleo", event.id)).outcome, "not_for_him");
        const by = async (query) => server.rest("GET", `/explain?${query}`);
        assert.equal((await by(`user=nobody&event=${event.id}`)).json().field, "user");
        assert.equal((await by(`user=cleo&post=${post.id}`)).json().event.id, event.id);
        assert.equal((await by(`user=cleo&post=${event.id}`)).status, 404);
        const told = JSON.parse((await server.run(["explain", "cleo", "--post", post.id])).stdout);
        assert.equal(told.outcome, "not_for_him");
        assert.equal((await explain("ben", event.seq)).outcome, "not_sent");
        const cursor = (Number(event.seq) - 1).toString().padStart(16, "0");
        const ben = await Person.connect(server, "ben", { auth: { cursor } });
        await ben.see("post:created", (e) => e.post.id === post.id);
        const late = await eventually("the backlog to be recorded", async () => {
            const answer = await explain("ben", event.id);
            return answer.outcome === "sent" && answer;
        });
        assert.equal(late.deliveries[0].how, "backlog");

        await ada.away();
        await ada.back();
        const acknowledged = await eventually("the cursor to be recorded", async () => {
            const answer = await explain("ada", event.id);
            return answer.acknowledged && answer;
        });
        assert.ok(acknowledged.acknowledged.cursor >= event.seq);
        ben.leave();
    });

    scenario("goes by the rooms of then, whatever has changed since", async () => {
        const { post } = await tess.requestOk("post:create", { to: "class-math", text: "before" });
        const before = await ada.see("post:created", (e) => e.post.id === post.id);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        const { post: later } = await tess.requestOk("post:create", { to: "class-math", text: "after" });
        const unseen = await tess.see("post:created", (e) => e.post.id === later.id);
        assert.equal((await explain("ada", before.id)).outcome, "sent");
        assert.equal((await explain("ada", before.id)).now.maySee, false);
        const refused = await explain("ada", unseen.id);
        assert.equal(refused.outcome, "not_for_him");
        assert.equal(refused.membership.inRoom, false);
        assert.ok(refused.membership.version < unseen.seq);
        await server.restOk("PUT", `/enrollments/${enrollmentId("ada", "math")}`, body.enrollment("ada", "math"));
        assert.equal((await explain("ada", unseen.id)).outcome, "not_for_him");
    });

    scenario("knows that a process ended, and does not guess", async () => {
        const { post } = await tess.requestOk("post:create", { to: "class-math", text: "the last" });
        const event = await ada.see("post:created", (e) => e.post.id === post.id);
        await eventually("it to be explained", async () => (await explain("ada", event.id)).outcome === "sent");
        await server.restart("SIGKILL");
        const answer = await eventually("a client to be back", async () => explain("ada", event.id));
        assert.ok(["perhaps_sent", "sent"].includes(answer.outcome), answer.outcome);
        assert.ok(answer.deliveries.some((one) => one.how === "live" && !one.certain));
        await eventually("ada to be back", () => ada.socket.connected);
        await eventually("tess to be back", () => tess.socket.connected);
    });

    scenario("is written down, and so is what staff do and who changes the roster; without content", async () => {
        const { post } = await eventually("ada to write", async () => {
            const answer = await ada.request("post:create", { to: "class-math", text: "sekret-moderated" });
            return answer.ok && answer;
        });
        await tess.requestOk("post:lock", { post: post.id, on: true });
        await tess.requestOk("feed:history", { target: { post: post.id } });
        await tess.requestOk("post:delete", { post: post.id });
        await explain("ada", "0000000000000001").catch(() => {});
        const entries = await audit("?limit=500");
        const actions = entries.map((entry) => `${entry.actor} ${entry.action}`);
        for (const expected of [
            "local:operator roster.imported",
            "service:platform roster.removed",
            "service:platform roster.put",
            "service:platform explain",
            "tess post.locked",
            "tess history.read",
            "tess post.deleted",
            "local:operator policy.changed",
        ]) {
            assert.ok(actions.includes(expected), expected);
        }
        assert.ok(!JSON.stringify(entries).includes("sekret"));
        assert.ok((await audit("?action=audit.read")).length > 0);
        for (const entry of await audit("?actor=tess")) assert.equal(entry.actor, "tess");
        const two = (await server.restOk("GET", "/audit?limit=2")).json();
        const next = (await server.restOk("GET", `/audit?limit=2&before=${two.next}`)).json();
        assert.equal(two.entries[1].number, next.entries[0].number + 1);
    });

    scenario("shows that the log was changed, beside the running server", async () => {
        const good = await server.run(["audit", "verify"]);
        assert.equal(good.code, 0, good.output);
        const digest = good.stdout.trim().split("\n").at(-1);
        assert.match(digest, /^[0-9a-f]{64}$/);
        assert.equal((await server.run(["audit", "verify", "--expect", digest])).code, 0);
        assert.equal((await server.run(["audit", "verify", "--expect", "0".repeat(63) + "1"])).code, 1);
    });
});

describe("a person's data", () => {
    let server, tess, ada, ben;
    before(async () => {
        server = await Server.start({ school: school() });
        [tess, ada, ben] = await Promise.all(["tess", "ada", "ben"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    scenario("is exported by the command line, and erased with every byte", { seconds: 90 }, async () => {
        const { post } = await ada.requestOk("post:create", { to: "class-math", text: "sekretone post" });
        const { post: theirs } = await ben.requestOk("post:create", { to: "class-math", text: "words of ben" });
        await ada.requestOk("comment:create", { post: theirs.id, text: "sekrettwo comment" });
        await ben.requestOk("comment:create", { post: post.id, text: "answer of ben" });
        await ada.requestOk("message:send", { to: { user: "ben" }, text: "sekretthree message" });
        await tess.requestOk("grade:publish", {
            student: "ada",
            class: "math",
            item: "essay",
            score: 4,
            comment: "sekretfour grade",
        });
        const text = "sekretfive bytes of a file";
        const { attachment } = (
            await server.restOk(
                "POST",
                "/rooms/class-math/attachments",
                { name: "sekretsix.txt", type: "text/plain", bytes: text.length },
                { token: server.token("ada") },
            )
        ).json();
        const put = await request("PUT", `${server.url}/api/v1/attachments/${attachment.id}`, {
            headers: { authorization: `Bearer ${server.token("ada")}`, "content-type": "text/plain" },
            body: text,
        });
        assert.equal(put.status, 200, put.text);

        const exported = async (user) => {
            const printed = await server.run(["export", user, "--reason", "a test"]);
            return [printed.code, JSON.parse(printed.stdout), printed.output];
        };
        // Connections are written down a moment behind them.
        const all = await eventually("her connections to be recorded", async () => {
            const [code, data, output] = await exported("ada");
            assert.equal(code, 0, output);
            return data.data.connections.length > 0 && data;
        });
        const [code, , output] = await exported("adda");
        assert.equal(code, 1);
        assert.match(output, /no such user/);
        assert.equal(all.user, "ada");
        assert.equal(all.data.posts[0].text, "sekretone post");
        assert.equal(all.data.comments[0].text, "sekrettwo comment");
        assert.equal(all.data.messages[0].text, "sekretthree message");
        assert.equal(all.data.grades[0].comment, "sekretfour grade");
        assert.equal(all.data.attachments[0].name, "sekretsix.txt");
        assert.equal(all.data["roster.user"][0].sourcedId, "ada");
        assert.ok(!JSON.stringify(all).includes("of ben"));

        const early = await server.rest("POST", "/users/ada/erasure", { reason: "a test" });
        assert.equal(early.status, 409);
        const cursor = tess.session.cursor;
        await server.restOk("DELETE", "/users/ada");
        await server.restOk("PUT", "/users/ada/hold", { reason: "a dispute" });
        assert.equal((await server.rest("POST", "/users/ada/erasure", { reason: "a test" })).status, 409);
        await server.restOk("DELETE", "/users/ada/hold");
        const erased = await server.run(["erase", "ada", "--reason", "a test"], { seconds: 60 });
        assert.equal(erased.code, 0, erased.output);

        await ben.see("post:updated", (e) => e.post.id === post.id && e.post.author.id === "~deleted");
        const thread = await ben.requestOk("post:get", { post: post.id });
        assert.equal(thread.post.author.name, "Deleted user");
        assert.equal(thread.comments[0].text, "answer of ben");
        assert.deepEqual((await ben.requestOk("post:get", { post: theirs.id })).comments, []);
        const { conversations } = await ben.requestOk("conversation:list", {});
        assert.equal(conversations.length, 1);
        const again = await Person.connect(server, "ben", { auth: { cursor } });
        await again.settle();
        assert.ok(!JSON.stringify(again.events).includes("sekret"), "no replay has it");

        const uploads = path.join(server.data, "files");
        await eventually("the bytes of the file to go", () => fs.readdirSync(uploads).length === 0, 40_000);

        assert.equal((await server.stop()).code, 0);
        const disk = server.bytesKept();
        assert.ok(disk.includes("answer of ben"));
        for (const secret of ["sekretone", "sekrettwo", "sekretthree", "sekretfour", "sekretfive", "sekretsix"]) {
            assert.ok(!disk.includes(secret), secret);
        }
        await server.launch();
        assert.equal((await server.run(["audit", "verify"])).code, 0);
    });

    scenario("of an age is deleted while the server runs", async () => {
        const { post } = await ben.requestOk("post:create", { to: "class-math", text: "sekretold" });
        await server.stop();
        server.environment.HOMEROOM_RETENTION_POSTS = "1s";
        const refused = await server.run(["check"]);
        assert.equal(refused.code, 2, "an hour is the least");
        server.environment.HOMEROOM_RETENTION_POSTS = "1h";
        await server.launch();
        const entries = (await server.restOk("GET", "/audit?subject=retention.posts")).json().entries;
        assert.deepEqual(entries[0].details, { before: "forever", after: "1h" });
        assert.equal(entries.length, 2);
        assert.ok((await server.rest("GET", `/posts/${post.id}`, undefined, { token: server.token("ben") })).status === 200);
    });
});
