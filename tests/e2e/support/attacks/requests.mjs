// HTTP requests that are too large, too many-headed or too slow; see connections.mjs.

import assert from "node:assert/strict";

import { requestHead, upgradeHeaders } from "../raw.mjs";

const polling = "/socket.io/?EIO=4&transport=polling";
const unjoined = "[limits]\nunjoined_message_bytes = 16384\n";

// The server answers these bytes with that status and closes, though nothing more is ever sent.
async function answered(target, status, ...pieces) {
    const connection = target.raw();
    for (const bytes of pieces) connection.send(bytes);
    const text = await connection.closed();
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 60));
}

const post = (target, session, headers) =>
    requestHead("POST", `${target.engine.path}?${session.query}`, headers);

export const requestAttacks = [
    {
        what: "heads without end",
        limit: "header_bytes",
        config: "[limits]\nheader_bytes = 2048\n",
        async attack(target) {
            const many = Array.from({ length: 60 }, (_, i) => `X-${i}: ${"y".repeat(50)}`);
            await answered(target, 431, `GET /${"a".repeat(3000)}`);
            await answered(target, 431, `GET ${polling} HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(3000)}`);
            await answered(target, 431, requestHead("GET", polling, many));
            return 3;
        },
    },
    {
        what: "more headers than there may be",
        limit: "header_count",
        config: "[limits]\nheader_count = 20\n",
        async attack(target) {
            const many = Array.from({ length: 25 }, (_, i) => `X-${i}: y`);
            await answered(target, 431, requestHead("GET", polling, many));
            await answered(target, 431, requestHead("GET", polling, [...upgradeHeaders, ...many]));
            return 2;
        },
    },
    {
        what: "bodies that are announced larger than they may be, or never announced",
        limit: "body_bytes",
        config: "[server]\nmessage_bytes_max = 20000\n",
        async attack(target) {
            const session = await target.joinPolling();
            const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
            await answered(target, 413, post(target, session, ["Content-Length: 20001"]));
            await answered(target, 413, post(target, session, ["Content-Length: 1000000000000000"]));
            await answered(target, 413, post(target, session, ["Transfer-Encoding: chunked"]), chunk, chunk);
            assert.equal((await session.send('42["feed:list",{}]')).status, 200, "the session lives");
            await session.send("1");
            return 3;
        },
    },
    {
        what: "a body from somebody who has not said who it is",
        limit: "body_bytes",
        config: `[server]\nloops = 1\n${unjoined}`,
        async attack(target) {
            const stranger = await target.engine.poll();
            await answered(target, 413, post(target, stranger, ["Content-Length: 16385"]));
            await stranger.send("1");
            const known = await target.joinPolling();
            assert.equal((await known.send(`42["feed:list",{"more":"${"x".repeat(17_000)}"}]`)).status, 200);
            await known.send("1");
            return 1;
        },
    },
    {
        what: "a body for a session that is not there",
        limit: "body_bytes",
        config: `[server]\nloops = 1\n${unjoined}`,
        async attack(target) {
            await answered(target, 413, requestHead("POST", polling, ["Content-Length: 16385"]));
            await answered(target, 413, requestHead("POST", `${polling}&sid=unknown`, ["Content-Length: 16385"]));
            return 2;
        },
    },
    {
        what: "a body that reaches another loop thread than its session's",
        limit: "body_bytes",
        config: `[server]\nloops = 4\n${unjoined}`,
        async attack(target) {
            const strangers = [];
            for (let i = 0; i < 20; i++) strangers.push(await target.engine.poll());
            const body = `40{"token":"${"x".repeat(17_000)}"}`;
            const statuses = [];
            for (const stranger of strangers) statuses.push((await stranger.send(body)).status);
            assert.deepEqual(statuses, Array(20).fill(413));
            return 20;
        },
    },
    {
        what: "requests that come drop by drop",
        limit: "request_time",
        config: '[limits]\nrequest_time = "1s"\n',
        async attack(target) {
            const session = await target.joinPolling();
            const drops = [
                ["GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", "y"],
                [post(target, session, ["Content-Length: 1000"]), "4"],
                [post(target, session, ["Transfer-Encoding: chunked"]), "1\r\n4\r\n"],
            ];
            const connections = drops.map(([begin, drop]) => {
                const connection = target.raw();
                connection.send(begin);
                const tap = setInterval(() => connection.send(drop), 50);
                return connection.closed().finally(() => clearInterval(tap));
            });
            for (const text of await Promise.all(connections)) assert.match(text, /^HTTP\/1\.1 408 /);
            assert.equal((await session.send("1")).status, 200, "the session lives");
            return 3;
        },
    },
];
