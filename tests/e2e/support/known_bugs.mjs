// Where we differ from Node's server and should not. Same shape as differences.mjs; the script of each is a test that
// fails for now. A bug that is mended is taken from this list.

import {
    answers,
    bothEnd,
    bursts,
    isPart,
    linesOf,
    onlyNodeEnds,
    onlyOursEnds,
    same,
    steps,
    transportOf,
} from "./differential/place.mjs";
import { close, knock, polling, post, read, send, step } from "./differential/steps.mjs";

export const knownBugs = [
    {
        name: "the first subprotocol that is offered is granted",
        why: "a browser that offered one and is granted none must fail the connection; Node grants the first",
        script: [knock("EIO=4&transport=websocket", { protocols: ["one", "other"], says: ["40"] })],
        parts: true,
        explains: (place) => Boolean(place.step.protocols),
    },
    {
        name: "only a bare application/octet-stream is refused",
        why: "Node compares the whole header and takes application/octet-stream; charset=UTF-8 for text; we close the session",
        script: [
            polling(),
            send("40"),
            post("6", { headers: { "content-type": "application/octet-stream; charset=UTF-8" } }),
        ],
        parts: true,
        explains: (place) =>
            steps(place).some((one) => /^application\/octet-stream;/.test(one.headers?.["content-type"])) &&
            onlyOursEnds(place),
    },
    {
        name: "a second POST while the first is not over closes the session",
        why: "what comes by two POSTs at once has no order; Node closes the session, we take both",
        script: [polling(), send("40"), step("stall", { then: "another", packet: '42["message",1]' })],
        parts: true,
        explains: ({ step: one, node, ours }) =>
            one.then === "another" &&
            same(
                [node, ours].map((seen) => linesOf(seen, "first post")),
                [["ECONNRESET"], ["answered 200"]],
            ),
    },
    {
        name: "a POST that ends in the middle closes the session",
        why: "what it brought is lost, and so the order of what follows; Node closes the session, we go on as if it had never been",
        script: [polling(), send("40"), step("stall", { then: "leave", packet: '42["message",1]' })],
        parts: true,
        explains: (place) => steps(place).some((one) => one.then === "leave") && onlyNodeEnds(place),
    },
    {
        name: "what was answered before a bad Engine.IO packet is still sent",
        why: "by polling, a payload with good packets before a bad one: Node has answered them when it meets the bad one, we drop the answers",
        path: "/engine.io/",
        script: [polling(), send("4hello", "x")],
        parts: true,
        explains: (place) =>
            bursts(place) &&
            transportOf(place) === "polling" &&
            bothEnd(place) &&
            isPart(answers(place.ours), answers(place.node)),
    },
    {
        name: "a client's goodbye ends a session that is being closed",
        why: "Node forgets it at once; we keep it until a poll comes or for 30 seconds",
        script: [polling({ reading: false }), send("4"), close("packet"), read()],
        parts: true,
        explains: (place) => steps(place).some((one) => one.how === "packet") && onlyNodeEnds(place),
    },
];
