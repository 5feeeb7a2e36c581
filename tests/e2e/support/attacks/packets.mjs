// Socket.IO packets that ask for too much; see connections.mjs.

import assert from "node:assert/strict";

const withoutCode = 1005; // the server closed the WebSocket, and gave no code

const placeholder = (number) => `{"_placeholder":true,"num":${number}}`;
const placeholders = (count) => Array.from({ length: count }, (_, i) => placeholder(i)).join(",");
const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);
const zeros = (count) => `[${Array(count).fill(0).join(",")}]`;

// These packets end the connection.
async function closes(socket, ...packets) {
    for (const packet of packets) socket.send(packet);
    assert.equal(await socket.closed(), withoutCode);
}

// These packets are a request that is answered, and the connection lives.
async function isAnswered(socket, ...packets) {
    for (const packet of packets) socket.send(packet);
    assert.match(await socket.nextButPing(), /^430\[/);
}

export const packetAttacks = [
    {
        what: "packets of more attachments than they may have",
        limit: "attachments",
        config: "[limits]\nattachments = 3\n",
        async attack(target) {
            const three = Array(3).fill(Buffer.from([1]));
            await isAnswered(await target.join(), `453-0["post:create",${placeholders(3)}]`, ...three);
            await closes(await target.join(), '454-["post:create"]');
            await closes(await target.join(), '4518446744073709551615-["post:create"]');
            return 2;
        },
    },
    {
        what: "attachments of more bytes than they may have",
        limit: "attachment_bytes",
        config: "[limits]\nattachment_bytes = 1000\n",
        async attack(target) {
            const head = `452-0["post:create",${placeholders(2)}]`;
            await isAnswered(await target.join(), head, Buffer.alloc(600), Buffer.alloc(400));
            await closes(await target.join(), head, Buffer.alloc(600), Buffer.alloc(401));
            await closes(await target.join(), head, Buffer.alloc(1001));
            return 2;
        },
    },
    {
        what: "attachments that never come",
        limit: "attachment_time",
        config: '[limits]\nattachment_time = "500ms"\n',
        async attack(target) {
            const head = `452-["post:create",${placeholders(2)}]`;
            await closes(await target.join(), head);
            await closes(await target.join(), head, Buffer.alloc(100));
            return 2;
        },
    },
    {
        what: "JSON that is too deep",
        limit: "json",
        config: "[limits]\njson_depth = 8\n",
        async attack(target) {
            await isAnswered(await target.join(), `420["post:create",${nested(7)}]`);
            await closes(await target.join(), `42["post:create",${nested(8)}]`);
            await closes(await target.join(), `42["post:create",${"[".repeat(100_000)}`);
            await closes(await target.open(), `40{"token":${nested(8)}}`);
            return 3;
        },
    },
    {
        what: "JSON of too many values",
        limit: "json",
        config: "[limits]\njson_values = 100\n",
        async attack(target) {
            await isAnswered(await target.join(), `420["post:create",${zeros(90)}]`);
            await closes(await target.join(), `42["post:create",${zeros(101)}]`);
            await closes(await target.join(), `430${zeros(101)}`);
            await closes(await target.open(), `40{"token":${zeros(101)}}`);
            return 3;
        },
    },
    {
        what: "more namespaces than one connection may join",
        limit: "namespaces",
        config: "[limits]\nnamespaces = 1\n",
        async attack(target) {
            await closes(await target.join(), "40/other,");
            return 1;
        },
    },
];
