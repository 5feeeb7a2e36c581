// How long frames are, and how long the peers' data must be for theirs to be as long as Homeroom's.

import fs from "node:fs";

import { makeToken } from "../peers/token.mjs";
import { counts } from "./runs.mjs";

const patience = 10_000; // ms for an answer

// A WebSocket frame with this text. A client's has a mask.
const headBytes = (text) => (text.length < 126 ? 2 : 4);
const fromServer = (text) => headBytes(text) + text.length;
const fromClient = (text) => headBytes(text) + 4 + text.length;

// --- Events: `msg(data)` against `post:created` ----------------------------------------------------------------------------

const msgBytes = fromServer(`42["msg","${"x".repeat(128)}"]`) - 128;

// So that a peer's event has a frame as long as that of a post of 128 bytes.
export async function lengthsOfPosts({ servers, generator }) {
    const server = await servers.start({ kind: "homeroom" });
    try {
        const args = ["--connections", 20, "--room", "class-lecture", "--in-flight", 1];
        const run = await generator.measure(server, "fanout", args, { seconds: 1 });
        if (!counts(run)) throw new Error(`how long a post is was not found: ${run.check_failed}`);
        return { payload: Math.round(run.bytes_per_delivery) - msgBytes };
    } finally {
        await server.stop();
    }
}

// --- Requests: `echo(data)` against `time:get` -----------------------------------------------------------------------------

// As the generator sends them, somewhere in its run.
const id = 100;
const timeRequest = `42${id}["time:get",{}]`;
const echoRequest = (payload) => `42${id}["echo","${"x".repeat(payload)}"]`;
const echoAnswer = (payload) => `43${id}["${"x".repeat(payload)}"]`;

export const echoFrames = (payload) => ({
    request_bytes: fromClient(echoRequest(payload)),
    answer_bytes: fromServer(echoAnswer(payload)),
});

// answer: its text
export const timeFrames = (answer) => ({
    request_bytes: fromClient(timeRequest),
    answer_bytes: fromServer(answer),
});

// An echo has one length for both, so that what can be equal is the sum: as many bytes to and fro.
export function payloadAsLongAs({ request_bytes, answer_bytes }) {
    const empty = echoFrames(0);
    const wanted = (request_bytes + answer_bytes - empty.request_bytes - empty.answer_bytes) / 2;
    return Math.max(0, Math.round(wanted));
}

// → { payload, frames: of `time:get` }
export async function lengthsOfTime({ servers }) {
    const server = await servers.start({ kind: "homeroom" });
    try {
        const frames = timeFrames(await answerOfTime(server));
        return { payload: payloadAsLongAs(frames), frames };
    } finally {
        await server.stop();
    }
}

async function answerOfTime({ url, secretFile }) {
    const secret = fs.readFileSync(secretFile, "utf8").trimEnd();
    const token = makeToken(secret, { sub: "u0", exp: Math.floor(Date.now() / 1000) + 3_600 });
    const { default: WebSocket } = await import("ws"); // here, so that the works can be read without the packages
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    let timer;
    return new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error("time:get was not answered in time")), patience);
        socket.on("error", reject);
        socket.on("close", () => reject(new Error("time:get was not answered")));
        socket.on("message", (bytes) => {
            const text = bytes.toString();
            if (text.startsWith("0")) socket.send(`40${JSON.stringify({ token })}`);
            else if (text.startsWith("40")) socket.send(timeRequest);
            else if (text.startsWith("44")) reject(new Error(`time:get: ${text}`));
            else if (text.startsWith(`43${id}[{"ok":true`)) resolve(text);
            else if (text.startsWith("43")) reject(new Error(`time:get: ${text}`));
        });
    }).finally(() => {
        clearTimeout(timer);
        socket.terminate();
    });
}
