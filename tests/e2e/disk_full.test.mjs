// A disk that is full: what would write is refused and says when to ask again, everything is read, and when there is room
// the server goes on by itself. The limit on the size of files that the kernel sets a process is such a disk, which can be
// made full and empty from outside.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const onSqlite = { skip: process.env.TEST_POSTGRES ? "about SQLite" : false };

describe("a full disk", onSqlite, () => {
    let server;
    before(async () => {
        const school = new School("north").class("math").teacher("tess", "math").student("ada", "math");
        server = await Server.start({ school });
    });
    after(tidyUp);

    const limit = (bytes) =>
        execFileSync("prlimit", ["--pid", String(server.process.child.pid), `--fsize=${bytes}:unlimited`]);
    const readyz = async () => (await fetch(`${server.url}/readyz`)).json();

    scenario("refuses, still reads, and recovers without a restart", { seconds: 60 }, async () => {
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        const first = await tess.post("class-math", "before");
        const { pid } = server.process.child;

        const wal = path.join(server.data, "homeroom.db-wal");
        limit(fs.statSync(wal).size + 64 * 1024);
        const acknowledged = ["before"];
        let refusal;
        for (let i = 0; !refusal; i++) {
            assert.ok(i < 200, "it never becomes full");
            const text = `${i} ${"x".repeat(8000)}`;
            const answer = await tess.request("post:create", { to: "class-math", text });
            if (answer.ok) acknowledged.push(text);
            else refusal = answer.error;
        }
        assert.equal(refusal.code, "unavailable");
        assert.ok(refusal.retryAfter > 0, JSON.stringify(refusal));
        const rest = await server.rest("POST", "/rooms/class-math/posts", { text: "y".repeat(8000) },
            { token: server.token("tess") });
        assert.equal(rest.status, 503, rest.text);
        assert.ok(Number(rest.headers["retry-after"]) > 0);
        assert.equal((await readyz()).store, "degraded");

        // Reading goes on: lists, single posts, new connections.
        const { posts } = await ada.requestOk("feed:list", { room: "class-math", limit: 5 });
        assert.equal(posts.length, Math.min(5, acknowledged.length));
        assert.equal((await ada.requestOk("post:get", { post: first.id })).post.text, "before");
        await Person.connect(server, "ada");

        limit("unlimited");
        await eventually("a post again", async () => {
            const answer = await tess.request("post:create", { to: "class-math", text: "after" });
            return answer.ok;
        });
        acknowledged.push("after");
        assert.equal(server.process.child.pid, pid);
        assert.equal(server.process.exited, null);
        assert.equal((await readyz()).store, "ok");
        await eventually("ada to have all", () => ada.texts().length >= acknowledged.length);
        assert.deepEqual(ada.texts(), acknowledged, "what was acknowledged, once, in order, and nothing else");

        await server.restart("SIGKILL");
        const again = await Person.connect(server, "ada");
        const found = [];
        for (let cursor = null; ; ) {
            const page = await again.requestOk("feed:list", { room: "class-math", limit: 100, before: cursor });
            found.push(...page.posts.map((post) => post.text));
            if (!(cursor = page.next)) break;
        }
        assert.deepEqual(found.reverse(), acknowledged);
    });
});
