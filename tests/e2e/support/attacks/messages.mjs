// WebSocket messages that are too large or in too many pieces; see connections.mjs.

import assert from "node:assert/strict";

import { fragments, frame } from "../frames.mjs";

const tooLarge = 1009; // RFC 6455 §7.4.1

// These bytes end the connection by that code, though nothing more is ever sent.
async function closes(socket, bytes) {
    socket.sendBytes(bytes);
    assert.equal(await socket.closed(), tooLarge);
}

// The packet of a request for a feed, in so many bytes or more.
const request = (bytes = 0) => `420["feed:list",{"room":"class-math","more":"${"x".repeat(bytes)}"}]`;

async function answers(socket) {
    assert.match(await socket.nextButPing(), /^430\[/);
}

export const messageAttacks = [
    {
        what: "messages of more bytes than they may have, at once, in pieces or only announced",
        limit: "message_bytes",
        config: "[server]\nmessage_bytes_max = 20000\n",
        async attack(target) {
            await closes(await target.join(), frame("4", { declared: 20_001 }));
            await closes(await target.join(), frame("4", { declared: 2 ** 62 }));
            await closes(await target.join(), fragments(["4", "x".repeat(10_000), "x".repeat(10_000)]));
            const good = await target.join();
            good.send(request(19_000));
            await answers(good);
            return 3;
        },
    },
    {
        what: "a small message that inflates to a large one",
        limit: "message_bytes",
        config: "[server]\nmessage_bytes_max = 20000\nmessage_deflate = true\n",
        async attack(target) {
            const socket = await target.join();
            assert.match(socket.granted["sec-websocket-extensions"], /permessage-deflate/);
            socket.send(`4${"x".repeat(10_000_000)}`); // about 10,000 bytes on the wire
            assert.equal(await socket.closed(), tooLarge);
            return 1;
        },
    },
    {
        what: "a message from somebody who has not said who it is",
        limit: "message_bytes",
        config: "[limits]\nunjoined_message_bytes = 16384\n",
        async attack(target) {
            await closes(await target.open(), frame("4", { declared: 16_385 }));
            const known = await target.join();
            known.send(request(17_000));
            await answers(known);
            return 1;
        },
    },
    {
        what: "messages in more fragments than they may have",
        limit: "fragments",
        config: "[limits]\nfragments = 10\n",
        async attack(target) {
            const good = await target.join();
            const parts = request().match(/.{1,6}/gs);
            assert.ok(parts.length > 5 && parts.length <= 10);
            good.sendBytes(fragments(parts));
            await answers(good);
            await closes(await target.join(), fragments(["4", ...Array(11).fill("x")]));
            await closes(await target.join(), fragments(["4", ...Array(11).fill("")]));
            return 2;
        },
    },
];
