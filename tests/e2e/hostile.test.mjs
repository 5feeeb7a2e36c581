// Bad input of every kind: each gets a clear error or a closed connection, the server lives on, and nothing leaks.

import assert from "node:assert/strict";
import net from "node:net";
import { after, afterEach, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Engine } from "./support/engine.mjs";
import { request } from "./support/http.mjs";
import { exchange } from "./support/raw.mjs";
import { scenario, sleep, tidyUp, within } from "./support/scenario.mjs";
import { School, body } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const secret = "canary-7f3a"; // in whatever a stranger must not see

let server, engine, ben, cleo, firstProcess, goodPosts;

async function start() {
    const school = new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("mallory", "math")
        .student("cleo", "art");
    server = await Server.start({ school });
    engine = new Engine(server, "/socket.io/");
    ben = await Person.connect(server, "ben");
    cleo = await Person.connect(server, "cleo");
    firstProcess = server.process;
    goodPosts = 0;
}

// After every attack: a good client is served, the bystanders are connected and got nothing of others.
async function stillGood() {
    if (!server) return;
    assert.equal(server.process.exited, null, "the server is gone");
    assert.equal(server.process, firstProcess);
    const text = `all is well ${++goodPosts} ${secret}`;
    const ada = await Person.connect(server, "ada");
    await ada.post("class-math", text);
    await ben.seeText(text);
    assert.deepEqual(ben.disconnects, []);
    assert.deepEqual(cleo.disconnects, []);
    assert.ok(!JSON.stringify(cleo.events).includes(secret), "cleo saw what is not hers");
    ada.leave();
}

const raw = (bytes, options) => exchange(server, bytes, options);

// A raw WebSocket of mallory's, joined, its first events read.
const mallorySocket = () => engine.joinSocket({ token: server.token("mallory") });

describe("malformed packets", () => {
    before(start);
    afterEach(stillGood);
    after(tidyUp);

    for (const packet of [
        "4",
        "4abc",
        "49",
        "42[",
        '42["post:create"',
        '42x["post:create"]',
        '42/other,["post:create"]',
        "40",
        '40{"token":',
        '44{"message":"x"}',
        '45["x"]',
        '42["a"] ]',
        '42["\u0001"]',
        `42["x",${"[".repeat(200)}${"]".repeat(200)}]`,
        `42["x",${'{"a":'.repeat(5000)}1${"}".repeat(5000)}]`,
        "x",
        "9",
        "2",
        "\u0000",
        "",
    ]) {
        const shown = packet.length > 40 ? `${packet.slice(0, 40)}… (${packet.length})` : packet;
        scenario(`${JSON.stringify(shown)} ends only its own connection`, async () => {
            const socket = await mallorySocket();
            socket.send(packet);
            await socket.closed();
        });
    }

    scenario("an attachment out of the blue", async () => {
        const socket = await mallorySocket();
        socket.send(Buffer.from([1, 2, 3]));
        await socket.closed();
    });

    scenario("a text packet where an attachment was announced", async () => {
        const socket = await mallorySocket();
        socket.send('451-["post:create",{"_placeholder":true,"num":0}]');
        socket.send('42["post:create",{"to":"class-math","text":"x"}]');
        await socket.closed();
    });

    scenario("events before any namespace was joined", async () => {
        const socket = await engine.openSocket();
        socket.send('421["feed:list",{"room":"class-math"}]');
        await socket.closed();
    });

    scenario("a thousand namespaces", async () => {
        const socket = await engine.openSocket();
        for (let i = 0; i < 1000; i++) socket.send(`40/ns-${i},`);
        await sleep(300);
        for (const frame of socket.frames.filter((one) => one !== "2")) {
            assert.match(frame, /^44\/ns-\d+,\{"message":"Invalid namespace"\}$/);
        }
        socket.discard();
    });

    // Each is read before anything is known of who sends it, so it must cost what its length does, and no more.
    scenario("long lists of objects, from nobody and from a student", { seconds: 60 }, async () => {
        const list = (count) => JSON.stringify(Array(count).fill({}));
        const strangers = await Promise.all(Array.from({ length: 12 }, () => engine.openSocket()));
        for (const socket of strangers) socket.send(`40{"token":"x","list":${list(21_000)}}`);
        const mallory = await mallorySocket();
        for (let i = 0; i < 3; i++) mallory.send(`42${i}["post:create",{"to":"class-math","list":${list(60_000)}}]`);
        await stillGood();
        for (const socket of strangers) assert.match(await socket.nextButPing(), /^44/);
        for (const socket of [...strangers, mallory]) socket.discard();
    });

    scenario("namespace names that are not for names", async () => {
        for (const name of [`/${"n".repeat(10_000)}`, "/\u0000", "/../admin"]) {
            const socket = await engine.openSocket();
            socket.send(`40${name},{}`);
            const answer = await socket.nextButPing().catch((error) => error.message);
            assert.match(answer, /^44|closed with/, name.slice(0, 20));
            socket.discard();
        }
    });

    scenario("broken polling bodies", async () => {
        for (const content of ["", "\x1e", "4a\x1e", "b!!!!", "abc", "4\x1e4\x1e", "\xff\xfe", "6\x1e7"]) {
            const session = await engine.poll();
            const answer = await session.send(content).catch(() => null);
            if (answer) assert.ok([200, 400].includes(answer.status), `${answer.status}`);
        }
    });
});

describe("wrong requests", () => {
    let mallory;
    before(async () => {
        await start();
        mallory = await Person.connect(server, "mallory");
    });
    afterEach(stillGood);
    after(tidyUp);

    // The refusal's code and field; a refusal must be one of `codes`.
    async function refused(name, request, codes = ["invalid"]) {
        const answer = await mallory.request(name, ...(Array.isArray(request) ? request : [request]));
        const shown = `${name} ${JSON.stringify(request)?.slice(0, 200)} → ${JSON.stringify(answer)}`;
        assert.equal(answer?.ok, false, shown);
        assert.ok(codes.includes(answer.error.code), shown);
        assert.equal(typeof answer.error.message, "string", shown);
        assert.notEqual(answer.error.message, "", shown);
        return answer.error;
    }

    const room = "class-math";
    const wrongPosts = [
        [{ text: "x" }, "to"],
        [{ to: room }, "text"],
        [{ to: room, text: "" }, "text"],
        [{ to: room, text: 7 }, "text"],
        [{ to: room, text: null }, "text"],
        [{ to: room, text: ["x"] }, "text"],
        [{ to: room, text: { toString: "x" } }, "text"],
        [{ to: 7, text: "x" }, "to"],
        [{ to: null, text: "x" }, "to"],
        [{ to: [room], text: "x" }, "to"],
        [{ to: { room }, text: "x" }, "to"],
        [{ to: room, text: "x", visibility: "nobody" }, "visibility"],
        [{ to: room, text: "x", visibility: 7 }, "visibility"],
        [{ to: room, text: "x", visibility: [] }, "visibility"],
        [{ to: room, text: "x", visibility: {} }, "visibility"],
        [{ to: room, text: "x", visibility: { users: "ada" } }, "visibility"],
        [{ to: room, text: "x", visibility: { users: [7] } }, "visibility"],
        [{ to: room, text: "x", visibility: { users: Array(5000).fill("ada") } }, "visibility"],
        [{ to: room, text: "x", key: 7 }, "key"],
        [{ to: room, text: "x", key: {} }, "key"],
        [{ to: room, text: "x", key: "k".repeat(65) }, "key"],
        [{ to: room, text: "x", attachments: "file" }, "attachments"],
        [{ to: room, text: "x", attachments: Array(10_000).fill({ name: "a" }) }, "attachments"],
    ];

    for (const [request, field] of wrongPosts) {
        const shown = JSON.stringify(request).slice(0, 70);
        scenario(`post:create ${shown} names its field`, async () => {
            const error = await refused("post:create", request, ["invalid", "too_large"]);
            assert.ok(error.field?.startsWith(field), `the field is ${error.field}`);
        });
    }

    scenario("bodies that are no objects", async () => {
        for (const one of [["x"], [7], [null], [true], [[]], [], [{ to: room, text: "x" }, "more"]]) {
            const answer = await mallory.request("post:create", ...one);
            if (one.length === 2) continue; // more arguments than asked for: as the server likes
            assert.equal(answer.ok, false, JSON.stringify(one));
            assert.equal(answer.error.code, "invalid", JSON.stringify(one));
        }
    });

    scenario("an acknowledgement that is no function, and none at all", async () => {
        mallory.socket.emit("post:create", "x");
        mallory.socket.emit("post:create");
        mallory.socket.emit("feed:list", { room });
        await mallory.settle();
    });

    scenario("text up to 20,000 bytes, counted as bytes", async () => {
        const fits = "é".repeat(10_000);
        const post = await mallory.post(room, fits);
        assert.equal(post.text, fits);
        await ben.seeText(fits);
        for (const text of [`${fits}x`, "x".repeat(20_001), "💡".repeat(5001), "x".repeat(500_000)]) {
            const error = await refused("post:create", { to: room, text }, ["invalid", "too_large"]);
            // The last is longer than a request may be, whatever is in it.
            assert.equal(error.field, text.length < 256 * 1024 ? "text" : undefined);
        }
        const remark = { post: post.id, text: "x".repeat(20_001) };
        await refused("comment:create", remark, ["invalid", "too_large"]);
        await refused("post:update", remark, ["invalid", "too_large"]);
    });

    scenario("unknown events", async () => {
        for (const name of [
            "post:explode",
            "",
            "message",
            "error",
            "__proto__",
            "constructor",
            "toString",
            "post:create ",
            "POST:CREATE",
            "post:create\u0000",
            "x".repeat(5000),
            "漢字",
        ]) {
            const answered = mallory.request(name, { to: room, text: "x" }).catch(() => null);
            const answer = await within(3000, answered, `an answer to ${name.slice(0, 30)}`);
            assert.equal(answer?.ok, false, name.slice(0, 30));
            assert.ok(["invalid", "not_found", "too_large"].includes(answer.error.code), name.slice(0, 30));
        }
    });

    scenario("events that only the server sends", async () => {
        for (const [name, event] of [
            ["post:created", { room, post: { id: "forged", room, text: "forged" } }],
            ["post:deleted", { room, postId: "forged" }],
            ["comment:created", { room, postId: "forged", comment: { text: "forged" } }],
            ["reaction:changed", { room, postId: "forged", counts: { like: 99 } }],
            ["rooms:changed", { joined: ["class-art"], left: [], rooms: {} }],
            ["session", { user: { id: "tess" } }],
            ["auth:expiring", {}],
            ["alert", { title: "forged", text: "forged", level: "high" }],
        ]) {
            await refused(name, event, ["invalid", "not_found", "forbidden"]);
        }
        await ben.settle();
        assert.ok(!JSON.stringify(ben.events).includes("forged"));
        const again = await Person.connect(server, "mallory");
        assert.deepEqual(again.session.rooms.classes, ["class-math"]);
        again.leave();
    });

    scenario("joining rooms by oneself", async () => {
        for (const name of ["join", "subscribe", "room:join", "leave"]) {
            await refused(name, { room: "class-art" }, ["invalid", "not_found", "forbidden"]);
        }
        const tess = await Person.connect(server, "tess");
        await tess.post(room, `${secret} mallory is here`, { visibility: "staff" });
        await mallory.settle();
        assert.ok(!mallory.texts().some((text) => text.includes("mallory is here")));
        tess.leave();
    });

    scenario("rooms that are not one's own, or are none", async () => {
        for (const to of [
            "class-art",
            "class-nowhere",
            "class-",
            "class-math/",
            "class-math/staff/staff",
            "class-MATH",
            "class-math\u0000",
            "class-ma*",
            "*",
            "",
            "institution-south",
            "user-ada",
            "__proto__",
            "constructor",
            "group-1",
            mallory.socket.id,
            ben.socket.id,
            "class-math,class-art",
            "сlass-math", // a Cyrillic letter
            "class-".padEnd(10_000, "x"),
        ]) {
            const codes = ["not_found", "invalid", "forbidden", "too_large"];
            await refused("post:create", { to, text: `${secret} intruder` }, codes);
            await refused("feed:list", { room: to }, codes);
        }
        await cleo.settle();
        assert.ok(!JSON.stringify([ben.events, cleo.events]).includes("intruder"));
    });

    scenario("an identity in the payload counts for nothing", async () => {
        const disguise = {
            by: { id: "tess", name: "Tess" },
            author: { id: "tess" },
            userId: "tess",
            user: "tess",
            role: "teacher",
            roles: ["teacher"],
            token: server.token("tess"),
            id: "01AAAAAAAAAAAAAAAAAAAAAAAA",
            seq: "0",
            room: "class-art",
            createdAt: "1999-01-01T00:00:00Z",
            counts: { comments: 99 },
        };
        const answer = await mallory.request("post:create", { to: room, text: "who am I?", ...disguise });
        if (!answer.ok) {
            assert.equal(answer.error.code, "invalid", "unknown fields may be refused");
            return;
        }
        const { post } = answer;
        assert.equal(post.author.id, "mallory");
        assert.equal(post.room, room);
        assert.notEqual(post.id, disguise.id);
        assert.ok(Date.parse(post.createdAt) > Date.now() - 60_000);
        assert.deepEqual(post.counts, { comments: 0, reactions: {} });
        const event = await ben.see("post:created", (one) => one.post.id === post.id);
        assert.equal(event.by.id, "mallory");
    });

    scenario("names from JavaScript's prototypes are only names", async () => {
        const wicked = JSON.parse(
            '{"to":"class-math","text":"proto","__proto__":{"ok":true},"constructor":{"prototype":{"x":1}}}',
        );
        await mallory.request("post:create", wicked);
        const post = await mallory.post(room, "react to me");
        for (const kind of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
            const answer = await mallory.request("reaction:set", { target: { post: post.id }, kind });
            if (!answer.ok) assert.equal(answer.error.code, "invalid");
        }
        for (const kind of [7, {}, [], "x".repeat(1000), "", true]) {
            await refused("reaction:set", { target: { post: post.id }, kind }, ["invalid", "too_large"]);
        }
        for (const target of [undefined, null, "x", {}, { post: 7 }, { post: post.id, comment: "y" }, []]) {
            await refused("reaction:set", { target, kind: "like" }, ["invalid", "not_found"]);
        }
    });

    scenario("ids that are no ids", async () => {
        for (const post of [7, null, {}, [], "", "x", "'; DROP TABLE posts; --", "0".repeat(26), "9".repeat(9000)]) {
            for (const name of ["post:get", "post:delete"]) {
                await refused(name, { post }, ["invalid", "not_found", "too_large"]);
            }
            await refused("comment:create", { post, text: "x" }, ["invalid", "not_found", "too_large"]);
        }
    });

    scenario("binary where JSON belongs", async () => {
        const codes = ["invalid", "too_large"];
        await refused("post:create", { to: room, text: Buffer.from("x") }, codes);
        await refused("post:create", [Buffer.from("x")], codes);
    });

    scenario("deep and wide JSON", async () => {
        const deep = (levels) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
        await refused("post:create", { to: room, text: deep(100) });
        const members = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
        const wide = (count) => mallory.request("post:create", { to: room, text: "wide", ...members(count) });
        assert.equal((await wide(500)).ok, true);
        const began = Date.now();
        for (const inner of [{}, { visibility: members(30_000) }]) {
            const answer = await mallory.request("post:create", { to: room, text: "w", ...members(30_000), ...inner });
            assert.equal(answer.error?.code, "too_large");
        }
        assert.ok(Date.now() - began < 8_000, "an object of many members costs no more than its bytes");
    });
});

describe("too much", () => {
    before(start);
    afterEach(stillGood);
    after(tidyUp);

    const limit = 1_000_000;

    scenario("a WebSocket message of one byte more than the limit is closed with 1009", async () => {
        const socket = await mallorySocket();
        socket.send(`4${"x".repeat(limit)}`);
        assert.equal(await socket.closed(), 1009);
    });

    scenario("a polling body of one byte more than the limit is answered 413", async () => {
        const session = await engine.poll();
        const answer = await session.send(`4${"x".repeat(limit)}`);
        assert.equal(answer.status, 413);
    });

    for (const [what, frame, codes] of [
        ["an unmasked frame", [0x81, 0x01, 0x32], [1002, 1006]],
        ["a reserved opcode", [0x83, 0x80, 1, 2, 3, 4], [1002, 1006]],
        ["a reserved bit", [0xc1, 0x80, 1, 2, 3, 4], [1002, 1006]],
        ["a fragmented ping", [0x09, 0x80, 1, 2, 3, 4], [1002, 1006]],
        ["a continuation of nothing", [0x80, 0x80, 1, 2, 3, 4], [1002, 1006]],
        ["text that is no UTF-8", [0x81, 0x82, 0, 0, 0, 0, 0x34, 0xff], [1007, 1006]],
    ]) {
        scenario(`a WebSocket with ${what}`, async () => {
            const socket = await mallorySocket();
            socket.socket._socket.write(Buffer.from(frame));
            const code = await socket.closed();
            assert.ok(codes.includes(code), `closed with ${code}`);
        });
    }

    scenario("a flood of requests from one client", async () => {
        const mallory = await Person.connect(server, "mallory");
        const answers = await Promise.all(
            Array.from({ length: 2000 }, (_, i) =>
                mallory.request("post:get", { post: String(i).padStart(26, "0") }),
            ),
        );
        for (const answer of answers) {
            assert.ok(["not_found", "invalid", "rate_limited", "unavailable"].includes(answer.error.code));
        }
        mallory.leave();
    });

    scenario("REST bodies that are too large, deep or broken", async () => {
        const put = (content) =>
            request("PUT", `${server.url}/api/v1/courses/strange`, {
                headers: {
                    authorization: `Bearer ${server.serviceToken()}`,
                    "content-type": "application/json",
                },
                body: content,
            });
        for (const [content, statuses] of [
            ["", [400, 422]],
            ["{", [400, 422]],
            ["[]", [400, 422]],
            ["null", [400, 422]],
            ['{"title":7}', [400, 422]],
            ["\xff\xfe", [400, 422]],
            ["[".repeat(100_000), [400, 413, 422]],
        ]) {
            const answer = await put(content);
            assert.ok(statuses.includes(answer.status), `${content.slice(0, 20)}: ${answer.status}`);
            assert.match(answer.headers["content-type"], /^application\/problem\+json/);
            assert.equal(typeof answer.json().code, "string");
        }
        const huge = await put(JSON.stringify({ title: "x".repeat(3 * limit) })).catch((error) => error);
        assert.ok(huge instanceof Error || huge.status === 413, `answered ${huge.status}`);
    });

    scenario("REST routes and ids that are not there", async () => {
        for (const [method, route] of [
            ["GET", "/nothing"],
            ["PUT", "/nothing/x"],
            ["PUT", "/users/"],
            ["PUT", `/users/${"x".repeat(2000)}`],
            ["PUT", "/users/a%00b"],
            ["PUT", "/users/a%20b"],
            ["PUT", "/users/%zz"],
            ["PUT", "/users/..%2f..%2fsecret"],
            ["POST", "/users/x"],
            ["PATCH", "/users/x"],
        ]) {
            const content = method === "GET" ? undefined : body.user("x", "student", "north");
            const answer = await server.rest(method, route, content);
            const good = route.startsWith("/users/..%2f") ? [200, 201, 204] : []; // an odd but lawful id
            const fine = (answer.status >= 400 && answer.status < 500) || good.includes(answer.status);
            assert.ok(fine, `${method} ${route.slice(0, 40)} → ${answer.status}`);
        }
    });
});

describe("hostile connections", () => {
    before(start);
    afterEach(stillGood);
    after(tidyUp);

    scenario("garbage bytes", async () => {
        const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 167 + 13) % 256));
        for (const bytes of [noise, "\r\n\r\n", "GET\r\n\r\n", "\u0016\u0003\u0001\u0002", "HELLO\r\n\r\n"]) {
            const answer = await raw(bytes, { milliseconds: 400 });
            assert.ok(answer === "" || answer.startsWith("HTTP/1.1 4"), answer.slice(0, 60));
        }
    });

    scenario("requests that try to be two (smuggling)", async () => {
        const one = "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n";
        for (const bytes of [
            `${one}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n`,
            `${one}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
            `${one}Content-Length: -1\r\n\r\n`,
            `${one}Content-Length: 99999999999999999999\r\n\r\n`,
            `${one}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
        ]) {
            const answer = await raw(bytes, { milliseconds: 500 });
            assert.ok(!/HTTP\/1\.1 200/.test(answer), answer.slice(0, 80));
        }
    });

    scenario("many that send slowly or nothing at all (slow loris)", async () => {
        const slow = Array.from({ length: 200 }, (_, i) => {
            const socket = net.connect(server.port, "127.0.0.1");
            socket.on("error", () => {});
            if (i % 2 === 0) socket.write("GET /socket.io/?EIO=4&transport=pol");
            return socket;
        });
        for (let i = 0; i < 10; i++) {
            await sleep(30);
            for (const socket of slow) if (!socket.destroyed) socket.write("x");
        }
        await stillGood();
        for (const socket of slow) socket.destroy();
    });

    scenario("connections that break in the middle of everything", async () => {
        for (const bytes of [
            "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n",
        ]) {
            for (let i = 0; i < 50; i++) {
                const socket = net.connect(server.port, "127.0.0.1", () => {
                    socket.write(bytes);
                    socket.resetAndDestroy?.() ?? socket.destroy();
                });
                socket.on("error", () => {});
            }
        }
        await sleep(100);
    });

    scenario("WebSocket handshakes that are none", async () => {
        const base =
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n" +
            "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        for (const rest of [
            "\r\n",
            "Sec-WebSocket-Version: 13\r\n\r\n",
            "Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
        ]) {
            const answer = await raw(base + rest, { milliseconds: 800 });
            assert.match(answer, /^HTTP\/1\.1 4\d\d/, answer.slice(0, 60));
        }
    });

    scenario("paths that lead out of the folder", async () => {
        for (const path of ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5csecret", "//secret", "/secret"]) {
            const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
            assert.ok(!answer.includes("root:") && !answer.includes(server.secret), path);
        }
    });

    scenario("somebody else's session id with another's token", async () => {
        const session = await engine.poll();
        await session.send(`40${JSON.stringify({ token: server.token("ben") })}`);
        const taker = engine.socket(`EIO=4&transport=websocket&sid=${"A".repeat(20)}`);
        await taker.closed();
        assert.deepEqual(taker.frames, []);
    });
});

describe("what is not for the outside", () => {
    before(start);
    after(tidyUp);

    scenario("metrics are on the admin listener alone", async () => {
        const outside = await request("GET", `${server.url}/metrics`);
        assert.equal(outside.status, 404);
        const inside = await request("GET", `http://127.0.0.1:${server.adminPort}/metrics`);
        assert.equal(inside.status, 200);
    });

    scenario("health needs no token, the rest does", async () => {
        assert.equal((await request("GET", `${server.url}/healthz`)).status, 200);
        assert.equal((await request("GET", `${server.url}/readyz`)).status, 200);
        for (const route of ["/me", "/rooms", "/rooms/class-math/posts"]) {
            assert.equal((await request("GET", `${server.url}/api/v1${route}`)).status, 401, route);
        }
    });

    scenario("without --demo nobody signs in as they please", async () => {
        for (const route of ["/demo", "/api/v1/demo", "/api/v1/demo/token", "/demo/sign-in", "/api/v1/demo/people"]) {
            for (const method of ["GET", "POST"]) {
                const answer = await request(method, `${server.url}${route}`, { body: method === "POST" ? "{}" : undefined });
                assert.ok(!/eyJ[\w-]+\.[\w-]+\.[\w-]+/.test(answer.text), `${method} ${route} hands out a token`);
            }
        }
    });

    scenario("the log holds no token and no text", async () => {
        const ada = await Person.connect(server, "ada");
        await ada.post("class-math", `quiet words ${secret}`);
        await ada.settle();
        assert.ok(!server.log.includes(secret));
        assert.ok(!server.log.includes(server.token("ada").split(".")[2]));
    });
});

describe("one user's share", () => {
    after(tidyUp);

    scenario("is counted over every path of REST and the socket together", async () => {
        const config = "[server]\nrequests_burst = 10\nrequests_per_second = 0.01\n";
        const school = new School("north").class("math").student("ada", "math").student("ben", "math");
        const server = await Server.start({ school, config });
        const answers = [];
        for (const route of ["/me", "/rooms", "/rooms/class-math/posts"]) {
            for (let i = 0; i < 4; i++) {
                const token = server.token("ada");
                answers.push(await server.rest("GET", route, undefined, { token }));
            }
        }
        assert.deepEqual(
            answers.map((answer) => answer.status),
            [...Array(10).fill(200), 429, 429],
        );
        assert.equal(answers[11].json().code, "rate_limited");
        const ada = await Person.connect(server, "ada");
        assert.equal(await ada.refusal("feed:list", { room: "class-math" }), "rate_limited");
        const ben = await Person.connect(server, "ben");
        await ben.requestOk("feed:list", { room: "class-math" });
    });
});
