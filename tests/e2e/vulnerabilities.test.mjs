// The published vulnerabilities of the Socket.IO family, each replayed against the product and the bare protocol
// application: the attack gets the refusal it deserves, the process lives on, an honest client is served at once, and
// no connection is left behind.

import assert from "node:assert/strict";
import { after, afterEach, before, describe } from "node:test";

import { separator } from "./support/engine.mjs";
import { fragments, frame } from "./support/frames.mjs";
import { request } from "./support/http.mjs";
import { requestHead, upgradeHeaders } from "./support/raw.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { Bare, Product } from "./support/targets.mjs";

const polling = "EIO=4&transport=polling";
const webSocket = "EIO=4&transport=websocket";
const megabyte = 1_000_000; // the most that one message may have

// Each in a JSON text, as a client would send it.
const wickedNumbers = [
    "-1",
    "1",
    "1.5",
    "1e0",
    "9007199254740993",
    '"0"',
    '"splice"',
    '"constructor"',
    '"__proto__"',
    '"length"',
    "null",
    "true",
    "[0]",
    '{"valueOf":0}',
];
const libraryEvents = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const prototypeNames = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

for (const [name, Target] of Object.entries({ homeroom: Product, conformance: Bare })) {
    describe(name, () => {
        let target;
        before(async () => {
            target = await Target.start();
        });
        afterEach(() => target.unharmed());
        after(tidyUp);

        // --- What an attacker can see

        // A joined WebSocket that sends these packets (bytes: binary frames) is closed for it.
        async function isClosedBy(packets, socket) {
            socket ??= await target.join();
            for (const packet of packets) socket.send(packet);
            await socket.closed();
            assert.deepEqual(socket.frames, [], `${packets[0].slice(0, 60)} was answered`);
        }

        // The connection is as good as before.
        async function isAlive(socket) {
            socket.send(target.question);
            assert.match(await socket.nextButPing(), target.answer);
        }

        // A polling session has ended; its client may be told by the first poll.
        async function isOver(session) {
            await eventually("the session to be over", async () => (await session.get()).status === 400);
        }

        // These bytes are answered by that status.
        async function isRefused(bytes, status) {
            const connection = target.raw();
            connection.send(bytes);
            await eventually("an answer", () => connection.received.includes("\r\n\r\n"));
            assert.equal(Number(connection.received.split(" ")[1]), status);
        }

        const upgradeTo = (query, headers = []) =>
            requestHead("GET", `/socket.io/?${query}`, [...upgradeHeaders, ...headers]);

        // --- CORS

        scenario("CVE-2020-28481: no page from elsewhere may read an answer unless it is configured", async () => {
            const headers = { origin: "https://elsewhere.example" };
            const preflight = { ...headers, "access-control-request-method": "POST" };
            const session = await target.joinPolling();
            const answers = [
                await request("GET", target.engine.address(polling), { headers }),
                await request("POST", target.engine.address(session.query), { headers, body: "6" }),
                await request("OPTIONS", target.engine.address(polling), { headers: preflight }),
                await request("GET", target.engine.address(`${polling}&sid=unknown`), { headers }),
            ];
            const socket = target.knock(webSocket, { headers });
            await socket.opened;
            for (const seen of [...answers.map((answer) => answer.headers), socket.granted]) {
                const granted = Object.keys(seen).filter((one) => one.startsWith("access-control-"));
                assert.deepEqual(granted, []);
            }
        });

        scenario("CVE-2020-28481: a configured origin may, another may not", async () => {
            const open = await Target.startFor("https://school.example");
            const allowed = async (origin) => {
                const answer = await request("GET", open.engine.address(polling), { headers: { origin } });
                return answer.headers["access-control-allow-origin"];
            };
            assert.equal(await allowed("https://school.example"), "https://school.example");
            for (const other of [
                "https://elsewhere.example",
                "https://school.example.elsewhere.example",
                "http://school.example",
                "https://school.example:444",
                "null",
            ]) {
                const granted = await allowed(other);
                assert.ok(granted === undefined || granted === "https://school.example", `${other} got ${granted}`);
            }
            await open.server.discard();
        });

        // --- Events

        scenario("CVE-2024-38355: an event called error is one like any other", async () => {
            for (const packet of ['42["error"]', '42["error",{}]', '42["error",null]', '42["uncaughtException"]']) {
                const socket = await target.join();
                socket.send(packet);
                await isAlive(socket);
            }
        });

        scenario("CVE-2024-38355: the library's own events cannot be sent", async () => {
            for (const event of libraryEvents) await isClosedBy([`42["${event}"]`]);
            for (const event of libraryEvents) await isClosedBy([`451-["${event}"]`, Buffer.from([1])]);
            const session = await target.joinPolling();
            await session.send('42["disconnect"]');
            await isOver(session);
        });

        scenario("CVE-2023-32695: an event's name is a string or a number", async () => {
            const objects = ['{"toString":"x"}', '{"toString":1,"valueOf":1}', "{}", "[]", '["message"]'];
            for (const event of [...objects, "null", "true"]) {
                await isClosedBy([`42[${event}]`]);
                await isClosedBy([`42[${event},{}]`]);
                await isClosedBy([`451-[${event}]`, Buffer.from([1])]);
            }
        });

        scenario("CVE-2023-32695: a payload has the shape its packet type asks for", async () => {
            for (const packet of [
                "42{}",
                '42"message"',
                "42null",
                "42[]",
                '42{"0":"message","length":1}',
                "431{}",
                '431"x"',
                "431null",
                "41{}",
                "44",
                "44[]",
                "451-{}",
                "461-1{}",
            ]) {
                await isClosedBy([packet]);
            }
            for (const packet of ["40[]", '40"x"', "40null", "40true"]) await isClosedBy([packet], await target.open());
        });

        scenario("CVE-2023-32695: names of JavaScript's prototypes are names like any others", async () => {
            const socket = await target.join();
            for (const event of prototypeNames) {
                socket.send(`42["${event}",{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}]`);
            }
            socket.send("43999[1]"); // nobody asked
            await isAlive(socket);
            for (const nsp of prototypeNames) {
                const stranger = await target.open();
                stranger.send(`40/${nsp},`);
                assert.match(await stranger.nextButPing(), new RegExp(`^44/${nsp},`));
            }
        });

        scenario("CVE-2022-2421: a placeholder stands for one of the packet's attachments only", async () => {
            for (const number of wickedNumbers) {
                const placeholder = `{"_placeholder":true,"num":${number}}`;
                await isClosedBy([`451-["message",${placeholder}]`, Buffer.from([1])]);
                await isClosedBy([`451-["message",{"deep":[${placeholder}]}]`, Buffer.from([1])]);
                await isClosedBy([`461-0[${placeholder}]`, Buffer.from([1])]);
            }
            await isClosedBy(['451-["message",{"_placeholder":true}]', Buffer.from([1])]);
            await isClosedBy(['451-[{"_placeholder":true,"num":0}]', Buffer.from([1])]);
        });

        // --- Attachments

        scenario("CVE-2026-33151: more attachments than ten are refused before any has come", async () => {
            for (const count of ["11", "4294967297", "18446744073709551617", "9".repeat(1000)]) {
                await isClosedBy([`45${count}-["message"]`]);
                await isClosedBy([`46${count}-0["message"]`]);
                await isClosedBy([`45${count}-["message"]`], await target.open());
            }
        });

        scenario("CVE-2026-33151: attachments that are never complete are kept within a few MB", async () => {
            target.begin();
            const mebibyte = Buffer.alloc(1_000_000);
            for (let i = 0; i < 10; i++) {
                const socket = await target.join();
                socket.send('4510-["message",{"_placeholder":true,"num":0}]');
                for (let sent = 0; sent < 8; sent++) socket.send(mebibyte);
                await socket.closed();
            }
            target.cheap({ mebibytes: 64 });
        });

        scenario("CVE-2026-69185: a binary packet of no attachments waits for none", async () => {
            target.begin();
            for (const count of ["0", "00", "-1", "", "-0", "0x1", "1.5", "NaN"]) {
                await isClosedBy([`45${count}-["message"]`, ...Array(8).fill(Buffer.alloc(1_000_000))]);
            }
            target.cheap({ mebibytes: 32 });
        });

        // --- Long strings and payloads

        scenario("CVE-2020-36049: long strings in a packet's head take no more time than their bytes", async () => {
            const digits = "1".repeat(megabyte - 1000);
            target.begin();
            for (const packet of [
                `45${digits}-["message"]`,
                `45${digits}`,
                `42${digits}["message"]`,
                `43${digits}[]`,
                `42/${"a".repeat(digits.length)}`,
                `42/${"a,".repeat(digits.length / 2)}`,
                `42["${"a".repeat(digits.length)}`,
                `42["message",${"1".repeat(digits.length)}e`,
                `42["message","${"\\".repeat(digits.length)}`,
            ]) {
                await isClosedBy([packet]);
            }
            target.cheap({ seconds: 1 });
        });

        scenario("CVE-2020-36048: a payload of very many packets takes no more time than its bytes", async () => {
            const session = await target.joinPolling();
            target.begin();
            for (const packet of ["6", target.question]) {
                const count = Math.floor(megabyte / (packet.length + 1));
                const answer = await session.send(Array(count).fill(packet).join(separator));
                assert.equal(answer.status, 200);
            }
            target.cheap({ seconds: 3 });
        });

        scenario("CVE-2020-36048: a payload of one long packet or broken ones ends its session alone", async () => {
            target.begin();
            for (const payload of [
                "4".repeat(megabyte),
                `b${"A".repeat(megabyte - 1)}`,
                `b${"=".repeat(megabyte - 1)}`,
                separator.repeat(megabyte),
                "\xff".repeat(megabyte / 2),
            ]) {
                const session = await target.joinPolling();
                await session.send(payload);
                await isOver(session);
            }
            target.cheap({ seconds: 2 });
        });

        // --- WebSockets in small pieces

        scenario("CVE-2026-48779: a message in tiny fragments is refused, not hoarded", async () => {
            target.begin();
            for (const piece of ["", "x"]) {
                const socket = await target.join();
                socket.sendBytes(fragments(["4", ...Array(20_000).fill(piece)]));
                assert.equal(await socket.closed(), 1009);
            }
            target.cheap({ mebibytes: 16, seconds: 1 });
        });

        scenario("CVE-2026-48779: tiny fragments and chunks within the limits take little memory", async () => {
            target.begin();
            const unfinished = fragments(["4", ...Array(1000).fill("x")]).subarray(0, -frame("x").length);
            for (let i = 0; i < 50; i++) (await target.join()).sendBytes(unfinished);
            const dripping = await target.join();
            dripping.sendBytes(frame("4", { declared: megabyte }));
            for (let i = 0; i < 3000; i++) {
                if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
                dripping.sendBytes("x");
            }
            await target.serves(target.bystander);
            target.cheap({ mebibytes: 16 });
        });

        // --- Requests

        scenario("CVE-2024-37890: a WebSocket handshake of two thousand headers is refused", async () => {
            const headers = Array.from({ length: 2000 }, (_, i) => `${i.toString(36)}: x`);
            await isRefused(upgradeTo(webSocket, headers), 431);
            const hidden = requestHead("GET", `/socket.io/?${webSocket}`, [...headers, ...upgradeHeaders]);
            await isRefused(hidden, 431);
        });

        scenario("CVE-2022-21676: broken frames right behind a handshake, whether it is granted or not", async () => {
            const broken = [
                frame("x", { reserved: 3 }),
                frame("x", { reserved: 4 }),
                frame("x", { opcode: 7 }),
                Buffer.from([0x81, 0x01, 0x34]), // unmasked
                Buffer.alloc(64, 0xff),
            ];
            for (const bytes of broken) {
                const session = await target.engine.poll();
                const requests = [
                    upgradeTo(webSocket),
                    upgradeTo(`${webSocket}&sid=${session.sid}`),
                    upgradeTo(`${webSocket}&sid=unknown`),
                    upgradeTo("EIO=3&transport=websocket"),
                    upgradeTo("EIO=4&transport=nothing"),
                    upgradeTo(polling),
                ];
                for (const head of requests) {
                    const connection = target.raw();
                    connection.send(Buffer.concat([Buffer.from(head), bytes]));
                    assert.match(await connection.closed(), /^HTTP\/1\.1 (101|400) /);
                }
                assert.equal((await session.send("1")).status, 200, "the session is not the stranger's to end");
            }
        });

        scenario("CVE-2022-41940: upgrades that are refused or broken off by a reset", async () => {
            const session = await target.joinPolling();
            const closing = await target.joinPolling();
            await closing.send("1");
            const granted = [upgradeTo(webSocket), upgradeTo(`${webSocket}&sid=${session.sid}`)];
            const refused = [
                [404, requestHead("GET", "/nowhere/", upgradeHeaders)],
                [400, upgradeTo(`${webSocket}&sid=${closing.sid}`)],
                [400, upgradeTo("EIO=4&transport=nothing")],
                [400, requestHead("GET", `/socket.io/?${webSocket}`, ["Connection: Upgrade", "Upgrade: nothing"])],
                [400, requestHead("GET", `/socket.io/?${webSocket}`, upgradeHeaders.slice(0, 2))],
                [400, requestHead("POST", `/socket.io/?${webSocket}`, upgradeHeaders)],
            ];
            for (const head of [...granted, ...refused.map(([, head]) => head)]) {
                const resets = Array.from({ length: 10 }, async (_, i) => {
                    const connection = target.raw();
                    await connection.opened;
                    connection.send(i % 2 === 0 ? head : head.slice(0, -2));
                    if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
                    connection.reset();
                });
                await Promise.all(resets);
            }
            for (const [status, head] of refused) await isRefused(head, status);
            assert.equal((await session.send("6")).status, 200, "the session outlives its broken upgrades");
        });

        scenario("CVE-2022-41940: an upgrade of a session that is being closed", async () => {
            for (const close of ["1", "4abc"]) {
                const session = await target.joinPolling();
                const socket = await target.engine.probe(session);
                target.with(socket);
                await session.send(close);
                socket.send("5");
                await socket.closed();
                await isOver(session);
            }
        });

        scenario("CVE-2023-31125: transports, sessions and versions that are none", async () => {
            const names = [...prototypeNames, "", "webtransport", "POLLING", "polling,websocket"];
            for (const transport of names) {
                for (const query of [`EIO=4&transport=${transport}`, `EIO=4&transport=${transport}&sid=${transport}`]) {
                    const answer = await target.engine.ask("GET", query);
                    assert.equal(answer.status, 400);
                    assert.deepEqual(answer.json(), { code: 0, message: "Transport unknown" });
                    await isRefused(upgradeTo(query), 400);
                }
            }
            for (const sid of prototypeNames) {
                const answer = await target.engine.ask("GET", `${polling}&sid=${sid}`);
                assert.deepEqual(answer.json(), { code: 1, message: "Session ID unknown" });
                await isRefused(upgradeTo(`${webSocket}&sid=${sid}`), 400);
            }
            for (const version of ["", "EIO=", "EIO=2", "EIO=3", "EIO=-4", "EIO=4.5", "EIO=constructor"]) {
                const answer = await target.engine.ask("GET", `${version}&transport=polling`);
                assert.deepEqual(answer.json(), { code: 5, message: "Unsupported protocol version" });
                await isRefused(upgradeTo(`${version}&transport=websocket`), 400);
            }
        });

        scenario("CVE-2023-31125: a transport where the other is due", async () => {
            const session = await target.joinPolling();
            await isRefused(upgradeTo(polling), 400);
            await isRefused(upgradeTo(session.query), 400);
            for (const query of [webSocket, `${webSocket}&sid=${session.sid}`]) {
                assert.equal((await target.engine.ask("GET", query)).status, 400);
                assert.equal((await target.engine.ask("POST", query, "6")).status, 400);
            }
            assert.equal((await session.send("6")).status, 200);
        });
    });
}

// The first protocol's payloads write the length of each packet before it, which made them slow to take apart.
describe("conformance --allow-eio3", () => {
    let target;
    before(async () => {
        target = await Bare.start("--allow-eio3");
    });
    afterEach(() => target.unharmed());
    after(tidyUp);

    async function open() {
        const answer = await target.engine.ask("GET", "EIO=3&transport=polling");
        const { sid } = JSON.parse(/\{.*?\}/.exec(answer.text)[0]);
        return `EIO=3&transport=polling&sid=${sid}`;
    }

    for (const [what, payload] of [
        ["many packets", "1:6".repeat(333_000)],
        ["many empty messages", "1:4".repeat(333_000)],
        ["a length that is never told", "1".repeat(megabyte)],
        ["a length beyond its packet", "999999:4"],
        ["a length beyond all numbers", `${"9".repeat(400)}:4`],
        ["characters that count twice", `${249_990}:4${"😀".repeat(249_980)}`],
        ["many lengths", "1:61:".repeat(200_000)],
    ]) {
        scenario(`CVE-2020-36048: a payload of protocol 3 with ${what}`, async () => {
            const query = await open();
            target.begin();
            await target.engine.ask("POST", query, payload).catch(() => null);
            target.cheap({ seconds: 1 });
            await target.engine.ask("POST", query, "1:1").catch(() => null);
        });
    }
});
