// Plays a script against one server. → its transcript: for each step what each client noticed until all was quiet.
//
// A step is { client, do, … }; what it may hold besides is told at each act. A body is a text, { hex } or { filler: length }.

import http from "node:http";

import { Engine, separator } from "../engine.mjs";
import { sleep, within } from "../scenario.mjs";
import { Peer, answerWait } from "./peer.mjs";

const bytesOf = (body) => {
    if (body?.hex !== undefined) return Buffer.from(body.hex, "hex");
    if (body?.filler !== undefined) return (body.before ?? "") + "x".repeat(body.filler) + (body.after ?? "");
    return body;
};

const inPayload = (packet) =>
    packet.hex === undefined ? bytesOf(packet) : `b${Buffer.from(packet.hex, "hex").toString("base64")}`;

const acts = {
    // by: "polling" or "websocket"; query: more of the query; kept: whether HTTP connections are kept; reading
    async open(peer, { by, query = "", kept = false, reading = true, protocols }) {
        peer.useConnections({ kept });
        const whole = `EIO=4&transport=${by}${query}`;
        if (by === "websocket") {
            peer.transport = "websocket";
            peer.main = await peer.openSocket(whole, { protocols });
            return;
        }
        const answer = await peer.ask("GET", whole);
        if (answer?.status !== 200) return;
        peer.transport = "polling";
        peer.sid = JSON.parse(answer.text.slice(1)).sid;
        peer.reading = reading;
        if (reading) peer.startPoll();
    },

    // packets: texts and { hex } of binary ones, in one payload or one burst of frames
    async send(peer, { packets }) {
        if (peer.transport === "websocket") {
            if (peer.main.closedWith === undefined) peer.main.sendTogether(packets.map(bytesOf));
        } else {
            await peer.ask("POST", peer.pollQuery(), { body: packets.map(inPayload).join(separator) });
        }
    },

    // Any POST of the session: body, headers.
    async post(peer, { body, headers }) {
        await peer.ask("POST", peer.pollQuery(), { body: bytesOf(body), headers });
    },

    // Any request: method, query (with "{sid}" for the client's own), headers, body.
    async ask(peer, { method, query, headers, body }) {
        await peer.ask(method, query, { headers, body: bytesOf(body) });
    },

    // Bytes that are no proper WebSocket frame, or parts of one.
    async bytes(peer, { hex }) {
        if (peer.main && peer.main.closedWith === undefined) peer.main.sendBytes(Buffer.from(hex, "hex"));
    },

    // parts: the texts of the fragments of one message
    async fragments(peer, { parts }) {
        if (!peer.main || peer.main.closedWith !== undefined) return;
        parts.forEach((part, i) => peer.main.socket.send(part, { fin: i === parts.length - 1 }));
    },

    async read(peer) {
        peer.read();
    },

    // The poll that is pending stays; no other follows.
    async rest(peer) {
        peer.reading = false;
    },

    // A WebSocket for the polling session, and its first frame.
    async candidate(peer, { query = "", first = "2probe" }) {
        const socket = await peer.openSocket(`EIO=4&transport=websocket&sid={sid}${query}`);
        if (socket.refused || socket.closedWith !== undefined) return;
        if (!peer.candidate || peer.candidate.closedWith !== undefined) {
            peer.candidate = socket;
            if (first !== null) await acts.candidateSays(peer, { packets: [first] });
        } else if (first !== null) {
            socket.send(bytesOf(first));
        }
    },

    // What the candidate says next; "5" makes it the transport.
    async candidateSays(peer, { packets }) {
        const socket = peer.candidate;
        if (!socket || socket.closedWith !== undefined) return;
        socket.sendTogether(packets.map(bytesOf));
        peer.upgrading = packets[0] === "2probe";
        if (packets[0] === "5" && peer.transport === "polling") peer.takeSocket(socket);
    },

    // The candidate is given up.
    async candidateLeaves(peer, { code }) {
        peer.upgrading = false;
        if (peer.candidate?.closedWith === undefined) peer.candidate?.socket.close(code);
        peer.candidate = null;
    },

    // Any WebSocket: query, headers, protocols; what it says when it is let in.
    async knock(peer, { query, headers, protocols, says = [] }) {
        const socket = await peer.openSocket(query, { headers, protocols });
        if (socket.closedWith === undefined && says.length > 0) socket.sendTogether(says);
    },

    // A second poll while one is pending, if one stays: while upgrading each is answered at once.
    async overlap(peer) {
        if (peer.transport !== "polling") return;
        peer.read();
        await peer.calm();
        if (peer.poll) await peer.ask("GET", peer.pollQuery(), { channel: "second poll" });
    },

    // Gives up the pending poll.
    async abandon(peer) {
        peer.reading = false;
        peer.pollGivenUp?.abort();
        await peer.poll;
    },

    // A POST whose body stops half-way: then, as `then` says, another one comes, or its connection ends.
    async stall(peer, { then, packet }) {
        if (peer.transport !== "polling") return;
        const address = peer.engine.address(peer.pollQuery().replace("{sid}", peer.sid));
        const options = { method: "POST", agent: false, headers: { "content-length": packet.length } };
        const stalled = http.request(address, options);
        const ended = new Promise((resolve) => {
            stalled.on("response", (answer) => (answer.resume(), resolve(`answered ${answer.statusCode}`)));
            stalled.on("error", (error) => resolve(error.code));
        });
        stalled.write(packet.slice(0, 2));
        await sleep(peer.quiet);
        if (then === "leave") {
            stalled.destroy();
            return;
        }
        await peer.ask("POST", peer.pollQuery(), { body: "6", channel: "second post" });
        stalled.end(packet.slice(2));
        peer.note("first post", await within(answerWait, ended, "the stalled POST").catch(() => "no answer"));
    },

    // how: "packet" ("1"), "frame" (a WebSocket's close, with `code`), "break" (nothing is said)
    async close(peer, { how, code }) {
        if (how === "packet") return acts.send(peer, { packets: ["1"] });
        if (!peer.main || peer.main.closedWith !== undefined) return;
        if (how === "frame") peer.main.socket.close(code);
        else peer.main.socket.terminate();
    },
};

export const actNames = Object.keys(acts);

export async function play(script, server, { quiet }) {
    const engine = new Engine(server, script.path);
    const peers = [];
    const transcript = [];
    try {
        for (const step of script.steps) {
            const peer = (peers[step.client] ??= new Peer(engine, quiet));
            await acts[step.do](peer, step);
            await Promise.all(Object.values(peers).map((one) => one.settle()));
            transcript.push(
                Object.entries(peers).map(([client, one]) => ({ client: Number(client), seen: one.take() })),
            );
        }
    } finally {
        await Promise.all(Object.values(peers).map((one) => one.discard()));
    }
    return transcript;
}
