// What matters most, each as a script that both servers must answer alike: { name, path, steps }.

import { everywhere } from "./behaviours_everywhere.mjs";
import {
    ask,
    bytes,
    candidate,
    candidateSays,
    close,
    knock,
    of,
    polling,
    post,
    read,
    rest,
    send,
    step,
    webSocket,
} from "./steps.mjs";

const requests = [
    ["GET", ""],
    ["GET", "EIO=4"],
    ["GET", "EIO=4&transport=other"],
    ["GET", "EIO=4&transport=websocket"],
    ["GET", "EIO=3&transport=polling"],
    ["GET", "transport=polling"],
    ["GET", "EIO=4&transport=polling&sid=unknown"],
    ["POST", "EIO=4&transport=polling&sid=unknown"],
    ["POST", "EIO=4&transport=polling"],
    ["PUT", "EIO=4&transport=polling"],
    ["HEAD", "EIO=4&transport=polling"],
    ["OPTIONS", "EIO=4&transport=polling"],
    ["GET", "EIO=4&transport=websocket&sid={sid}"],
    ["GET", "EIO=3&transport=polling&sid={sid}"],
    ["DELETE", "EIO=4&transport=polling&sid={sid}"],
    ["GET", "EIO=4&transport=polling&sid="],
];

const knocks = [
    "",
    "EIO=4&transport=other",
    "EIO=4&transport=polling",
    "EIO=3&transport=websocket",
    "EIO=4&transport=websocket&sid=unknown",
    "EIO=4&transport=polling&sid={sid}",
    "EIO=3&transport=websocket&sid={sid}",
];

const ofHttp = [
    ...requests.map(([method, query]) => ({
        name: `${method} ?${query}`,
        steps: [polling(), ask(method, query), send("40")],
    })),
    ...knocks.map((query) => ({ name: `a WebSocket for ?${query}`, steps: [polling(), knock(query), send("40")] })),
    {
        name: "the browser of old is spared a warning",
        steps: [
            ask("GET", "EIO=4&transport=polling", {
                headers: { "user-agent": "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)" },
            }),
        ],
    },
    { name: "a second poll ends the session", steps: [polling(), send("40"), step("overlap"), send('42["message"]')] },
    {
        name: "a poll that is given up ends the session",
        steps: [polling(), send("40"), step("abandon"), send('42["message"]')],
    },
    ...[
        ["nothing"],
        ["a separator", "\u001e"],
        ["an empty packet at the end", "6\u001e"],
        ["bad base64", "b!!!"],
        ["a form", "d=6"],
        ["protocol 3", "1:6"],
    ].map(([what, body = ""]) => ({
        name: `a POST of ${what}`,
        steps: [polling(), send("40"), post(body), send('42["message"]')],
    })),
    {
        name: "a POST of bytes ends the session",
        steps: [
            polling(),
            send("40"),
            post("6", { headers: { "content-type": "application/octet-stream" } }),
            send('42["message"]'),
        ],
    },
    {
        name: "a chunked POST",
        steps: [polling(), send("40"), post('42["message"]', { headers: { "transfer-encoding": "chunked" } })],
    },
    {
        name: "a POST that asks first",
        steps: [polling(), send("40"), post('42["message"]', { headers: { expect: "100-continue" } })],
    },
    {
        name: "a POST of a byte too many",
        steps: [polling(), send("40"), post({ before: "6", filler: 1_000_000 }), send('42["message"]')],
    },
    {
        name: "base64 as Java writes it",
        path: "/engine.io/",
        steps: [polling(), post("bAQID\nBAUG\n"), post("b-_-_"), post("bAQ")],
    },
];

const joined = [polling(), send("40")];
const ofUpgrades = [
    {
        name: "what waits for a poll comes by the WebSocket",
        steps: [
            ...joined,
            rest(),
            send('42["message",1]'),
            candidate(),
            send('42["message",2]'),
            candidateSays("5", '42["message",3]'),
        ],
    },
    {
        name: "events while upgrading",
        steps: [...joined, candidate(), send('42["message",1]'), read(), candidateSays("5"), send('42["message",2]')],
    },
    {
        name: "polls after an upgrade are refused",
        steps: [
            ...joined,
            candidate(),
            candidateSays("5"),
            ask("GET", "EIO=4&transport=polling&sid={sid}"),
            ask("POST", "EIO=4&transport=polling&sid={sid}", { body: "6" }),
            send('42["message"]'),
        ],
    },
    {
        name: "an upgrade that is given up",
        steps: [
            ...joined,
            candidate(),
            step("candidateLeaves"),
            read(),
            send('42["message"]'),
            candidate(),
            candidateSays("5"),
            send('42["message"]'),
        ],
    },
    {
        name: "a second WebSocket while upgrading",
        steps: [
            ...joined,
            candidate(),
            knock("EIO=4&transport=websocket&sid={sid}", { says: ["2probe"] }),
            candidateSays("5"),
            send('42["message"]'),
        ],
    },
    ...["2", "4", "1", "6", "3probe", '42["message"]', ""].map((first) => ({
        name: `a candidate that begins with ${JSON.stringify(first)}`,
        steps: [...joined, candidate({ first }), send('42["message"]')],
    })),
    {
        name: "binary after an upgrade that wants none",
        steps: [
            ...joined,
            candidate({ query: "&b64=1" }),
            candidateSays("5"),
            send('451-["message",{"_placeholder":true,"num":0}]', bytes("01")),
        ],
    },
    { name: "the end of a session that is upgrading", steps: [...joined, candidate(), close("packet")] },
];

const frames = {
    "a ping": "8984000000006869213f",
    "a pong": "8a8000000000",
    "an unmasked frame": "810134",
    "a reserved bit": "c18100000000" + "36",
    "an unknown opcode": "838100000000" + "36",
    "text that is not UTF-8": "818200000000" + "36ff",
    "a lone continuation": "808100000000" + "36",
    "a ping in fragments": "098000000000",
    "a close without a code": "888000000000",
    "a close with a code": "888200000000" + "0fa0",
    "a close with half a code": "888100000000" + "03",
    "a close with a code that may not be": "888200000000" + "03ed",
    "more than may be": "81ff00000000000f424100000000" + "34",
    "a text in another": "018100000000" + "36" + "818100000000" + "36",
};

const joinedByWebSocket = [webSocket(), send("40")];
const ofWebSockets = [
    ...Object.entries(frames).map(([what, hex]) => ({
        name: `WebSocket: ${what}`,
        steps: [...joinedByWebSocket, step("bytes", { hex }), send('42["message"]')],
    })),
    {
        name: "WebSocket: a message in fragments",
        steps: [...joinedByWebSocket, step("fragments", { parts: ['42["mess', 'age",', "", "1]"] })],
    },
    ...[undefined, 1000, 1001, 4000].map((code) => ({
        name: `WebSocket: the client closes with ${code ?? "no code"}`,
        steps: [...joinedByWebSocket, close("frame", { code })],
    })),
    { name: "WebSocket: the client is gone without a word", steps: [...joinedByWebSocket, close("break")] },
    {
        name: "WebSocket: another Origin",
        steps: [knock("EIO=4&transport=websocket", { headers: { origin: "http://elsewhere.example" }, says: ["40"] })],
    },
];

const ofSessions = [
    { name: "the goodbye of a polling client", steps: [...joined, close("packet"), send('42["message"]')] },
    {
        name: "what was refused while nobody polled is told by the next polls",
        steps: [polling({ reading: false }), send("40"), send("42{}"), read()],
    },
    {
        name: "clients do not hear each other",
        steps: [
            ...joined,
            of(1, webSocket()),
            of(1, send("40")),
            send('42["message",1]'),
            of(1, send('42["message",2]')),
            close("packet"),
            of(1, send('42["message",3]')),
        ],
    },
    {
        name: "forty events for one poll",
        steps: [
            polling({ reading: false }),
            send("40"),
            ...Array.from({ length: 4 }, () => send(...Array(10).fill('42["message",1]'))),
            read(),
        ],
    },
];

export const behaviours = [...everywhere, ...ofHttp, ...ofUpgrades, ...ofWebSockets, ...ofSessions];
