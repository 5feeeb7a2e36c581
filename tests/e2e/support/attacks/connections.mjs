// More connections and sessions than there may be. Each attack: what, the limit it meets, the configuration that sets
// it low, and the attack itself, which returns how often the limit must have been counted.

import assert from "node:assert/strict";

import { Person } from "../client.mjs";
import { eventually } from "../scenario.mjs";
import { get } from "../http.mjs";

// Opens so many connections; → once so many of them were closed, without a word.
async function crowd(target, { opened, refused }) {
    const connections = Array.from({ length: opened }, () => target.raw());
    await Promise.all(connections.map((one) => one.opened));
    const closed = () => connections.filter((one) => one.over);
    await eventually(`${refused} connections to be closed`, () => closed().length === refused);
    for (const one of closed()) assert.equal(one.received, "");
}

// One more client, from another address of this machine.
async function servesNeighbour(target) {
    const manager = { localAddress: "127.0.0.2", reconnection: false };
    const neighbour = new Person(target.server, "ada", { manager });
    await neighbour.open();
    await target.serves(neighbour);
    neighbour.leave();
}

function checkRefusal(answer, code, message) {
    assert.equal(answer.status, 503);
    assert.deepEqual(answer.json(), { code, message });
}

export const connectionAttacks = [
    {
        what: "more connections than there may be in all",
        limit: "connections",
        config: "[server]\nloops = 1\nconnections_max = 10\n",
        async attack(target) {
            await crowd(target, { opened: 30, refused: 21 }); // the bystander has one
            await target.serves(target.bystander);
            return 21;
        },
    },
    {
        what: "more connections than one address may have",
        limit: "connections_per_address",
        config: "[server]\nloops = 1\n[limits]\nconnections_per_address = 10\n",
        async attack(target) {
            await crowd(target, { opened: 30, refused: 21 });
            await servesNeighbour(target);
            return 21;
        },
    },
    {
        what: "a flood of handshakes by polling and by WebSocket",
        limit: "handshakes_per_second",
        config: "[limits]\nhandshakes_per_second = 2\nhandshakes_burst = 5\n",
        async attack(target) {
            const began = Date.now();
            const query = "EIO=4&transport=polling";
            const answers = await Promise.all(Array.from({ length: 40 }, () => target.engine.ask("GET", query)));
            const sockets = Array.from({ length: 10 }, () => target.knock("EIO=4&transport=websocket"));
            await Promise.all(sockets.map((socket) => Promise.race([socket.opened.catch(() => {}), socket.closing])));
            const seconds = (Date.now() - began) / 1000;

            const refusedAnswers = answers.filter((answer) => answer.status !== 200);
            for (const answer of refusedAnswers) checkRefusal(answer, 7, "Too many handshakes");
            await eventually("a fate of every WebSocket", () => sockets.every((one) => one.granted || one.refused));
            const refusedSockets = sockets.filter((socket) => socket.refused);
            for (const socket of refusedSockets) assert.equal(socket.refused.status, 503);

            const refused = refusedAnswers.length + refusedSockets.length;
            const granted = 50 - refused;
            assert.ok(granted <= 5 + 2 * seconds + 1, `${granted} handshakes in ${seconds} s`);
            return refused;
        },
    },
    {
        what: "many sessions on one connection",
        limit: "sessions",
        config: "[server]\nloops = 1\n[limits]\nsessions_per_loop = 10\n",
        async attack(target) {
            const sessions = [];
            for (let i = 0; i < 9; i++) sessions.push(await target.engine.poll());
            for (let i = 0; i < 20; i++) {
                const answer = await get(target.engine.address("EIO=4&transport=polling"));
                checkRefusal(answer, 6, "Too many sessions");
            }
            const socket = target.knock();
            await socket.closed();
            await eventually("an answer to the WebSocket", () => socket.refused);
            assert.equal(socket.refused.status, 503);
            for (const session of sessions) await session.send("1"); // room for the honest
            return 21;
        },
    },
    {
        what: "connections that never say who they are",
        limit: "unjoined_time",
        config: '[limits]\nunjoined_time = "1s"\n',
        async attack(target) {
            const silent = await target.open();
            const guessing = await target.open();
            const guess = setInterval(() => guessing.send('40{"token":"guess"}'), 100);
            const session = await target.engine.poll();
            const last = await session.get();
            assert.equal(last.text, "1");
            assert.equal((await session.get()).status, 400);
            await Promise.all([silent.closed(), guessing.closed()]);
            clearInterval(guess);
            for (const frame of guessing.frames) assert.match(frame, /^44\{.*"token_invalid"/);
            return 3;
        },
    },
];
