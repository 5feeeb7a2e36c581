// homeroom backup and restore, on the running server.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server, homeroom } from "./support/server.mjs";

const onSqlite = { skip: process.env.TEST_POSTGRES ? "about SQLite" : false };

describe("backup and restore", onSqlite, () => {
    let server;
    let backup;
    before(async () => {
        const school = new School("north").class("math").teacher("tess", "math").student("ada", "math");
        server = await Server.start({ school });
        backup = path.join(server.folder, "backup");
    });
    after(tidyUp);

    const texts = async () => {
        const ada = await Person.connect(server, "ada");
        const { posts } = await ada.requestOk("feed:list", { room: "class-math" });
        return posts.map((post) => post.text);
    };

    scenario("a backup is made while people write, and holds what was acknowledged", { seconds: 60 }, async () => {
        const tess = await Person.connect(server, "tess");
        let writing = true;
        const acknowledged = [];
        const write = (async () => {
            for (let i = 0; writing; i++) {
                await tess.post("class-math", `post ${i}`);
                acknowledged.push(`post ${i}`);
            }
        })();
        await eventually("some posts", () => acknowledged.length > 20);
        const before = [...acknowledged];
        const made = await server.run(["backup", backup]);
        writing = false;
        await write;
        assert.equal(made.code, 0, made.output);
        assert.match(made.stdout, /up to event \d{16}/);
        assert.equal(fs.statSync(backup).mode & 0o777, 0o700);
        assert.equal(fs.statSync(path.join(backup, "homeroom.db")).mode & 0o777, 0o600);

        // It goes into a new directory, and is a school.
        const elsewhere = path.join(server.folder, "elsewhere");
        const restored = await homeroom(["restore", backup, "--data", elsewhere]);
        assert.equal(restored.code, 0, restored.output);
        const copy = Object.assign(Object.create(Object.getPrototypeOf(server)), server, { data: elsewhere });
        await server.stop();
        await copy.launch();
        server.process = copy.process;
        const ada = await Person.connect(copy, "ada");
        const found = new Set();
        for (let cursor = null; ; ) {
            const page = await ada.requestOk("feed:list", { room: "class-math", limit: 100, before: cursor });
            for (const post of page.posts) found.add(post.text);
            if (!(cursor = page.next)) break;
        }
        for (const text of before) assert.ok(found.has(text), `${text} is missing`);
        await copy.stop();
        await server.launch();
    });

    scenario("what it would overwrite it leaves alone", async () => {
        const again = await server.run(["backup", backup]);
        assert.notEqual(again.code, 0);
        assert.match(again.output, /there already/);
        const running = await server.run(["restore", backup, "--replace"]);
        assert.notEqual(running.code, 0);
        assert.match(running.output, /in use/);
        await server.stop();
        const there = await server.run(["restore", backup]);
        assert.notEqual(there.code, 0);
        assert.match(there.output, /--replace/);
        const nothing = await server.run(["restore", server.folder, "--replace"]);
        assert.notEqual(nothing.code, 0);
        assert.match(nothing.output, /no backup/);
        await server.launch();
    });

    scenario("a client that saw what the backup does not have is told so", { seconds: 60 }, async () => {
        const fresh = path.join(server.folder, "fresh");
        assert.equal((await server.run(["backup", fresh])).code, 0);
        const ada = await Person.connect(server, "ada");
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", "lost with the restore");
        const seen = (await Person.connect(server, "ada")).session.cursor;
        await ada.away();
        await tess.away();
        await server.stop();
        const restored = await server.run(["restore", fresh, "--replace"]);
        assert.equal(restored.code, 0, restored.output);
        assert.match(restored.stdout, /what was there before is in .*replaced-/);
        await server.launch();

        assert.ok(!(await texts()).includes("lost with the restore"));
        const teacher = await Person.connect(server, "tess");
        await teacher.post("class-math", "after the restore");
        const returning = await Person.connect(server, "ada", { auth: { cursor: seen } });
        assert.equal(returning.session.gap, true);
    });

    scenario("an interrupted restore is no school", async () => {
        await server.stop();
        fs.writeFileSync(path.join(server.data, "restore-unfinished"), "");
        const served = await homeroom(["serve", "--data", server.data, "--port", "0", "--admin-port", "0"]);
        assert.notEqual(served.code, 0);
        assert.match(served.output, /was not finished: run it again/);
        const restored = await server.run(["restore", backup]);
        assert.equal(restored.code, 0, restored.output);
        await server.launch();
        assert.ok((await texts()).length > 0);
    });

    scenario("a damaged database is not served", async () => {
        await server.stop();
        const file = path.join(server.data, "homeroom.db");
        const bytes = fs.readFileSync(file);
        bytes.fill(0xa5, bytes.length - 4096 * 6, bytes.length - 4096 * 2);
        fs.writeFileSync(file, bytes);
        const served = await homeroom(["serve", "--data", server.data, "--port", "0", "--admin-port", "0"]);
        assert.notEqual(served.code, 0);
        assert.match(served.output, /damaged|malformed/);
        await server.run(["restore", backup, "--replace"]);
        await server.launch();
    });
});
