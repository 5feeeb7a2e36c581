// The running server on PostgreSQL, when that fails: requests are refused and say when to ask again, what was acknowledged
// is there exactly once, and nobody restarts anything but the database.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { onPostgres, query, startPostgres, stopPostgres } from "./support/postgres.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server, homeroom } from "./support/server.mjs";

describe("on PostgreSQL", { skip: onPostgres ? false : "tests/tools/with-postgres starts one" }, () => {
    let server;
    before(async () => {
        const school = new School("north").class("math").teacher("tess", "math").student("ada", "math");
        server = await Server.start({ school });
    });
    after(tidyUp);

    const readyz = async () => (await fetch(`${server.url}/readyz`)).json();

    // Repeats a post with its key until it is acknowledged, as a client does.
    async function insist(person, text) {
        for (let attempt = 0; ; attempt++) {
            assert.ok(attempt < 200, `${text} is never acknowledged`);
            const answer = await person.request("post:create", {
                to: "class-math", text, key: text.replaceAll(" ", "-"),
            });
            if (answer.ok) return answer.post;
            assert.equal(answer.error.code, "unavailable", JSON.stringify(answer));
            assert.ok(answer.error.retryAfter > 0, JSON.stringify(answer));
            await sleep(50);
        }
    }

    // Each of the server's connections to the database comes back on its own: until then what goes through it is refused.
    async function listPatiently(person, cursor) {
        let answer;
        await eventually("a page", async () => {
            answer = await person.request("feed:list", { room: "class-math", limit: 100, before: cursor });
            assert.ok(answer.ok || answer.error.code === "unavailable", JSON.stringify(answer));
            return answer.ok;
        }, 20_000);
        return answer;
    }

    async function wholeFeed(user) {
        const person = await Person.connect(server, user);
        const found = [];
        for (let cursor = null; ; ) {
            const page = await listPatiently(person, cursor);
            found.push(...page.posts.map((post) => post.text));
            if (!(cursor = page.next)) return found.reverse();
        }
    }

    scenario("a crash of the database loses nothing and repeats nothing", { seconds: 120 }, async () => {
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        const { pid } = server.process.child;
        const acknowledged = [];
        let writing = true;
        const write = (async () => {
            for (let i = 0; writing; i++) {
                await insist(tess, `post ${i}`);
                acknowledged.push(`post ${i}`);
            }
        })();
        for (let round = 0; round < 3; round++) {
            const before = acknowledged.length;
            await eventually("posts", () => acknowledged.length > before + 10, 20_000);
            stopPostgres();
            await eventually("it to be noticed", async () => (await readyz()).store === "degraded", 10_000);
            const refused = await server.rest("POST", "/rooms/class-math/posts", { text: "no" },
                { token: server.token("tess") });
            assert.equal(refused.status, 503, refused.text);
            assert.ok(Number(refused.headers["retry-after"]) > 0);
            startPostgres();
        }
        const before = acknowledged.length;
        await eventually("posts after the last", () => acknowledged.length > before + 10, 20_000);
        writing = false;
        await write;
        assert.equal(server.process.child.pid, pid);
        assert.equal(server.process.exited, null);
        assert.equal((await readyz()).store, "ok");
        await eventually("ada to have all", () => ada.texts().length >= acknowledged.length);
        assert.deepEqual(ada.texts(), acknowledged);
        assert.deepEqual(await wholeFeed("ada"), acknowledged);
        const seqs = ada.received("post:created").map((event) => event.seq);
        assert.deepEqual(seqs, [...seqs].sort());
    });

    scenario("sessions that the database ends are made anew, unnoticed", { seconds: 60 }, async () => {
        const tess = await Person.connect(server, "tess");
        for (let round = 0; round < 3; round++) {
            query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'homeroom'");
            await sleep(50);
            const text = `unnoticed ${round}`;
            await tess.post("class-math", text);
            const { posts } = await tess.requestOk("feed:list", { room: "class-math", limit: 1 });
            assert.equal(posts[0].text, text);
        }
    });

    scenario("it dies and finds all again", { seconds: 60 }, async () => {
        const before = await wholeFeed("ada");
        await server.restart("SIGKILL");
        assert.deepEqual(await wholeFeed("ada"), before);
        const tess = await Person.connect(server, "tess");
        await tess.post("class-math", "after the kill");
    });

    scenario("search finds what it finds on SQLite", async () => {
        const tess = await Person.connect(server, "tess");
        const post = await tess.post("class-math", "Die Überprüfung: on-time, every Monday");
        for (const words of ["uberprufung", "monday every", "on-time", "überpr", "TIME MON"]) {
            const { results } = await tess.requestOk("feed:search", { query: words });
            assert.deepEqual(results.map((one) => one.post?.id), [post.id], words);
        }
        for (const words of ["time-on", "friday", "monday & friday", "~6D617468"]) {
            const { results } = await tess.requestOk("feed:search", { query: words });
            assert.deepEqual(results, [], words);
        }
    });

    scenario("a second server is refused", async () => {
        const second = await homeroom(
            ["serve", "--data", `${server.folder}/second`, "--port", "0", "--admin-port", "0"],
            { environment: server.database },
        );
        assert.notEqual(second.code, 0);
        assert.match(second.output, /another Homeroom writes to this database/);
        assert.ok(!second.output.includes("password"));
    });
});
