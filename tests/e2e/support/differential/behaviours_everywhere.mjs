// What both servers must do alike over every kind of connection.

import { bytes, candidate, candidateSays, large, polling, send, webSocket } from "./steps.mjs";

const connections = {
    "by polling": [polling()],
    "by polling over kept connections": [polling({ kept: true })],
    "by polling without binary": [polling({ query: "&b64=1" })],
    "by WebSocket": [webSocket()],
    "by WebSocket without binary": [webSocket({ query: "&b64=1" })],
    "after an upgrade": [polling(), candidate(), candidateSays("5")],
};

const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';

// For each way to be connected: an Engine.IO session, or a Socket.IO client that has joined the main namespace.
export const everywhere = Object.entries(connections).flatMap(([how, opening]) => [
    {
        name: `Engine.IO echoes text and bytes ${how}`,
        path: "/engine.io/",
        steps: [...opening, send("4hello"), send("4é€😀", bytes("00ff"), "4"), send(bytes(""))],
    },
    {
        name: `Engine.IO ignores idle packets ${how}`,
        path: "/engine.io/",
        steps: [...opening, send("3", "6", "0", "4alive")],
    },
    ...["2", "7", "", "x"].map((packet) => ({
        name: `Engine.IO ends on ${JSON.stringify(packet)} ${how}`,
        path: "/engine.io/",
        steps: [...opening, send(packet), send("4alive")],
    })),
    {
        name: `namespaces ${how}`,
        steps: [
            ...opening,
            send('40{"token":"123"}'),
            send("40/custom,"),
            send("40/unknown,"),
            send('42/custom,["message",1]'),
            send("41/custom,"),
            send('42["message",2]'),
            send("40/custom"),
        ],
    },
    {
        name: `events and acknowledgements ${how}`,
        steps: [
            ...opening,
            send("40"),
            send('42["message",1,"2",{"3":[true]}]'),
            send('42456["message-with-ack",1,"2"]', '420["message-with-ack"]'),
            send('42["nobody listens"]', "43999[1]", "42"),
        ],
    },
    {
        name: `keys of every kind ${how}`,
        steps: [
            ...opening,
            send("40"),
            send('42["message",{"__proto__":{"a":1},"constructor":2,"toJSON":3,"":4,"2":5,"1":6}]'),
        ],
    },
    {
        name: `binary events and acknowledgements ${how}`,
        steps: [
            ...opening,
            send("40"),
            send(`452-["message",${placeholders}]`, bytes("010203"), bytes("")),
            send(`452-789["message-with-ack",${placeholders}]`, bytes("040506"), bytes("07")),
            send(`452-["message",${placeholders}]`),
            send(bytes("08"), "6"),
            send(bytes("09")),
        ],
    },
    ...[
        "40",
        "40[]",
        "4abc",
        "42{}",
        "42[]",
        "42[null]",
        '42["connect"]',
        '42["message",1',
        '42/custom,["message"]',
        '42abc["message"]',
        "43",
        '44{"message":"no"}',
        "47",
        "4",
        '450-["message"]',
        '4511-["message"]',
        "430{}",
        "411",
    ].map((packet) => ({
        name: `${packet} ends the connection ${how}`,
        steps: [...opening, send("40"), send(packet), send('42["message","still there?"]')],
    })),
    {
        name: `a bad placeholder ends the connection ${how}`,
        steps: [...opening, send("40"), send('451-["message",{"_placeholder":true,"num":1}]', bytes("01"))],
    },
    { name: `bytes nobody announced end the connection ${how}`, steps: [...opening, send("40"), send(bytes("01"))] },
    {
        name: `text where bytes are due ends the connection ${how}`,
        steps: [...opening, send("40"), send('451-["message"]'), send('42["message"]')],
    },
    { name: `an event before any CONNECT ends the connection ${how}`, steps: [...opening, send('42["message"]')] },
    { name: `as much as may be, ${how}`, steps: [...opening, send("40"), send(large(999_980))] },
]);
