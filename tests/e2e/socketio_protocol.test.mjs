// Socket.IO protocol 5 on the wire: the 32 cases of the official suite, in our words.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Engine } from "./support/engine.mjs";
import { transportCases } from "./support/engine_cases.mjs";
import { scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { Conformance } from "./support/server.mjs";

const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
const attachments = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];

describe("Socket.IO 5", () => {
    let engine;
    before(async () => {
        engine = new Engine(await Conformance.start(), "/socket.io/");
    });
    after(tidyUp);

    // A WebSocket that has joined the main namespace and read its `auth` event.
    async function joined() {
        const socket = await engine.openSocket();
        socket.send("40");
        assert.match(await socket.nextButPing(), /^40\{"sid":"/);
        assert.equal(await socket.nextButPing(), '42["auth",{}]');
        return socket;
    }

    transportCases(() => engine, { echoes: false });

    describe("connecting to a namespace", () => {
        for (const [what, packet, prefix, auth] of [
            ["the main one", "40", "40", '42["auth",{}]'],
            ["the main one, with a payload", '40{"token":"123"}', "40", '42["auth",{"token":"123"}]'],
            ["another", "40/custom,", "40/custom,", '42/custom,["auth",{}]'],
            [
                "another, with a payload",
                '40/custom,{"token":"abc"}',
                "40/custom,",
                '42/custom,["auth",{"token":"abc"}]',
            ],
        ]) {
            scenario(`is granted for ${what}`, async () => {
                const socket = await engine.openSocket();
                socket.send(packet);
                const reply = await socket.next();
                assert.ok(reply.startsWith(prefix + "{"), reply);
                const handshake = JSON.parse(reply.slice(prefix.length));
                assert.deepEqual(Object.keys(handshake), ["sid"]);
                assert.equal(typeof handshake.sid, "string");
                assert.notEqual(handshake.sid, socket.handshake.sid, "the session id is a secret");
                assert.equal(await socket.next(), auth);
            });
        }

        scenario("is refused for an unknown one, which costs nothing else", async () => {
            const socket = await engine.openSocket();
            socket.send("40/random");
            assert.equal(await socket.next(), '44/random,{"message":"Invalid namespace"}');
            socket.send("40");
            assert.match(await socket.next(), /^40\{/);
        });

        scenario("ends the connection when the packet cannot be read", async () => {
            const socket = await engine.openSocket();
            socket.send("4abc");
            await socket.closed();
        });

        scenario("must happen in time", async () => {
            const opened = Date.now();
            const socket = await engine.openSocket();
            const answering = (async () => {
                for (;;) if ((await socket.next()) === "2") socket.send("3");
            })();
            answering.catch(() => {});
            await socket.closed();
            const lived = Date.now() - opened;
            assert.ok(lived > 800 && lived < 2500, `closed after ${lived} ms`);
        });
    });

    describe("leaving a namespace", () => {
        scenario("gets no answer, and the connection lives on", async () => {
            const socket = await joined();
            socket.send("41");
            assert.equal(await socket.next(), "2");
        });

        scenario("leaves the others as they are", async () => {
            const socket = await joined();
            socket.send("40/custom");
            assert.match(await socket.nextButPing(), /^40\/custom,\{/);
            assert.equal(await socket.nextButPing(), '42/custom,["auth",{}]');
            socket.send("41/custom");
            socket.send('42["message","to the main namespace"]');
            assert.equal(await socket.nextButPing(), '42["message-back","to the main namespace"]');
        });
    });

    describe("events", () => {
        for (const [what, sent, answer] of [
            [
                "an event",
                '42["message",1,"2",{"3":[true]}]',
                '42["message-back",1,"2",{"3":[true]}]',
            ],
            [
                "an event and its acknowledgement",
                '42456["message-with-ack",1,"2",{"3":[false]}]',
                '43456[1,"2",{"3":[false]}]',
            ],
        ]) {
            scenario(`${what} in plain text`, async () => {
                const socket = await joined();
                socket.send(sent);
                assert.equal(await socket.nextButPing(), answer);
            });
        }

        for (const [what, sent, answer] of [
            ["an event", `452-["message",${placeholders}]`, `452-["message-back",${placeholders}]`],
            [
                "an event and its acknowledgement",
                `452-789["message-with-ack",${placeholders}]`,
                `462-789[${placeholders}]`,
            ],
        ]) {
            scenario(`${what} with two attachments`, async () => {
                const socket = await joined();
                socket.send(sent);
                for (const attachment of attachments) socket.send(attachment);
                assert.equal(await socket.nextButPing(), answer);
                for (const attachment of attachments) {
                    assert.deepEqual(await socket.nextButPing(), attachment);
                }
            });
        }

        for (const [what, packet] of [
            ["an unknown packet type", "4abc"],
            ["a payload that is no array", "42{}"],
            ["an acknowledgement id that is no number", '42abc["message-with-ack",1,"2",{"3":[false]}]'],
        ]) {
            scenario(`the connection ends on ${what}`, async () => {
                const socket = await joined();
                socket.send(packet);
                await socket.closed();
            });
        }
    });

    // Beyond the official suite: other invalid behaviour that must end the connection, and what must not.
    describe("and besides", () => {
        for (const packet of [
            "40", // twice
            "40[]",
            '42["connect"]',
            '42["disconnecting"]',
            "42[null]",
            "42[]",
            '42/custom,["message"]', // a namespace never joined
            '44{"message":"no"}',
            '451-["message",{"_placeholder":true,"num":1}]',
            '450-["message"]',
            '4511-["message"]',
            "47",
            "4",
        ]) {
            scenario(`the connection ends on ${packet}`, async () => {
                const socket = await joined();
                socket.send(packet);
                if (packet.startsWith("451-")) socket.send(attachments[0]);
                await socket.closed();
            });
        }

        scenario("the connection ends on an attachment nobody announced", async () => {
            const socket = await joined();
            socket.send(attachments[0]);
            await socket.closed();
        });

        scenario("unknown acknowledgements and empty events are ignored", async () => {
            const socket = await joined();
            socket.send("4399[1]");
            socket.send('42["nobody listens to this"]');
            socket.send('42["message"]');
            assert.equal(await socket.nextButPing(), '42["message-back"]');
        });

        scenario("JSON comes back in its own order and form", async () => {
            const socket = await joined();
            const json = '{"z":1,"a":[null,true,"\\u2028 é 💡"],"10":{"":""},"__proto__":{"x":2}}';
            socket.send(`42["message",${json}]`);
            const back = await socket.nextButPing();
            const spelled = '{"z":1,"a":[null,true,"\u2028 é 💡"],"10":{"":""},"__proto__":{"x":2}}';
            const accepted = [json, spelled].map((text) => `42["message-back",${text}]`);
            const sorted = JSON.stringify(JSON.parse(`["message-back",${json}]`)); // what Node makes of it
            assert.ok([...accepted, `42${sorted}`].includes(back), back);
        });

        scenario("events are answered in the order they came", async () => {
            const socket = await joined();
            for (let i = 0; i < 200; i++) socket.send(`42["message",${i}]`);
            for (let i = 0; i < 200; i++) {
                assert.equal(await socket.nextButPing(), `42["message-back",${i}]`);
            }
        });

        scenario("heartbeats may pass between a header and its attachments", async () => {
            const socket = await joined();
            socket.send(`452-["message",${placeholders}]`);
            socket.send(attachments[0]);
            socket.send("3");
            await sleep(20);
            socket.send(attachments[1]);
            assert.equal(
                await socket.nextButPing(),
                `452-["message-back",${placeholders}]`,
            );
        });
    });
});
