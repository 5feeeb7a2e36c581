// Where we mean to differ from Node's server, each with the reason and a script that shows it.
//
// A difference { name, why, path, script, explains(place) } is asked about a place (differential/place.mjs) at which a
// client noticed other things with us than with Node. What it explains must be narrow, or it would hide what nobody
// meant. `parts` says that the client is in another state with each from there on, so that the rest of what it does
// cannot be compared. The script ("/socket.io/" unless `path` is told) must show it: what no longer differs is no
// longer listed.

import {
    all,
    answerLines,
    answers,
    bothEnd,
    bursts,
    ended,
    everDid,
    everSaid,
    isForgotten,
    isPart,
    linesOf,
    mapped,
    namespaceOf,
    onlyNodeEnds,
    onlyOursEnds,
    oursEndsLater,
    received,
    same,
    sameButAnswers,
    says,
    steps,
    texts,
    transportOf,
    without,
} from "./differential/place.mjs";
import {
    ask,
    bytes,
    candidate,
    close,
    knock,
    large,
    nested,
    polling,
    post,
    read,
    rest,
    send,
    step,
    webSocket,
} from "./differential/steps.mjs";

const join = [webSocket(), send("40")];
const joinByPolling = [polling(), send("40")];
const placeholder = (number) => `{"_placeholder":true,"num":${number}}`;

const ofPackets = [
    {
        name: "JSON is handed on as it came",
        why: "Node parses and writes it anew; a client that parses it gets the same, but for numbers beyond a double (1e400)",
        script: [...join, send('42["message", {"b":1.0, "a":"\\u00e9", "1":1e400, "a":12345678901234567890}]')],
        explains: ({ node, ours }) => same(node, ours),
    },
    {
        name: "attachments and JSON of a binary packet are handed on as they came",
        why: "Node takes the packet apart: without attachments that nothing refers to, one twice for two places, without __proto__",
        script: [...join, send('452-["message",{"__proto__":1},' + placeholder(1) + "]", bytes("01"), bytes("02"))],
        explains: (place) => {
            const [node, ours] = [place.node, place.ours].map((seen) =>
                seen.map(([channel, lines]) => [channel, received(lines)]),
            );
            return everSaid(place).some((text) => /^4[56]\d+-/.test(text)) && same(node, ours);
        },
    },
    {
        name: "JSON nested deeper than 128 levels is refused",
        why: "Node's stack overflows a little further on, and its process ends",
        parts: true,
        script: [...join, send(nested(200))],
        explains: (place) => texts(place).some((text) => text.split(/[[{]/).length > 128) && onlyOursEnds(place),
    },
    {
        name: "white space is no digit",
        why: 'JavaScript\'s Number(" ") is 0: Node takes white space for digits of an ack id, or for the type of a CONNECT',
        parts: true,
        script: [...join, send('42 1["message-with-ack"]')],
        explains: (place) => says(place, /^4\s|^4[2356](\d+-)?(\/[^,]*,)?\d*\s+\d*/) && onlyOursEnds(place),
    },
    {
        name: "an ack id beyond a double comes back exactly",
        why: "Node rounds it, and its client waits for ever",
        script: [...join, send('429007199254740993["message-with-ack"]')],
        explains: (place) => {
            const withoutId = (line) => line.replace(/^("4[36](?:\d+-)?(?:\/[^,]*,)?)\d{16,}/, "$1");
            return same(mapped(place.node, withoutId), mapped(place.ours, withoutId));
        },
    },
    {
        name: "an ack id beyond 64 bits is refused",
        why: "no client counts so far; Node answers with an id in exponents, which no client can read",
        parts: true,
        script: [...join, send('4218446744073709551616["message-with-ack"]')],
        explains: (place) => says(place, /^4[2356](\d+-)?(\/[^,]*,)?\d{20,}/) && onlyOursEnds(place),
    },
    {
        name: "counts are plain digits",
        why: "Node reads an attachment count with Number(): 1e0, 0x1, +1, white space; and a placeholder's num may be -0 or 0.0",
        parts: true,
        script: [...join, send('451e0-["message",' + placeholder(0) + "]", bytes("01"))],
        explains: (place) => says(place, /^4[56](?!\d+-)[^-]*-|"num":-?0[.e]|"num":-0/) && onlyOursEnds(place),
    },
    {
        name: "text by polling must be UTF-8",
        why: "Node puts replacement characters in by polling, and refuses the same text on a WebSocket",
        parts: true,
        script: [...joinByPolling, post(bytes("34325b226d657373616765222c22ff225d"))],
        explains: (place) => steps(place).some((one) => one.do === "post" && one.body?.hex) && onlyOursEnds(place),
    },
    {
        name: "who has joined no namespace may say 64 KiB at once",
        why: "a stranger costs little; Node lets anybody send a megabyte",
        parts: true,
        script: [webSocket(), send(large(70_000))],
        explains: (place) => {
            const refusal = (seen) => all(seen).filter((line) => /^closed 1009|^POST → 413/.test(line)).length;
            const joined = everSaid(place).some((text) => text.startsWith("40"));
            const known = !linesOf(place.node, "requests").some((line) => line.includes("Session ID unknown"));
            const onlyOurs = place.script.path === "/socket.io/" && refusal(place.ours) > refusal(place.node);
            return !joined && known && onlyOurs;
        },
    },
];

const ofOrder = [
    {
        name: "a poll brings all there is to say",
        why: "Node answers it with the first packet of several; the others are lost when the session ends before the next poll",
        parts: true,
        script: [...joinByPolling, rest(), send('42["message",1]', '42["message",2]'), close("packet"), read()],
        explains: (place) => {
            if (!sameButAnswers(place)) return false;
            const { node, ours } = place;
            // Or by the WebSocket that has become the transport.
            if (transportOf(place) === "websocket") return same(answers(node), answers(ours));
            return isForgotten(node) && isForgotten(ours) && isPart(answerLines(node), answerLines(ours));
        },
    },
    {
        name: "events before the packet that ends the connection are answered",
        why: "Node hands an event to its handler one turn later, when a bad packet right behind it has closed the connection",
        parts: true,
        script: [...join, send('421["message-with-ack",1]', "42{}")],
        explains: (place) =>
            bursts(place) &&
            ((bothEnd(place) && sameButAnswers(place) && isPart(answers(place.node), answers(place.ours))) ||
                // The answers take the poll that would tell of the end: the next one tells it.
                (transportOf(place) === "polling" &&
                    ended(place.node) &&
                    (oursEndsLater(place) || isForgotten(place.ours)))),
    },
    {
        name: "an event may come right behind its CONNECT",
        why: "Node connects a namespace asynchronously, even without middlewares, and closes the connection of a client that does not wait",
        parts: true,
        script: [webSocket(), send("40", '42["message",1]')],
        explains: (place) => {
            const packets = texts(place);
            const joins = packets.map(
                (text, i) =>
                    text.startsWith("40") && packets.slice(i + 1).some((one) => namespaceOf(one) === namespaceOf(text)),
            );
            return bursts(place) && joins.includes(true) && onlyNodeEnds(place);
        },
    },
    {
        name: "an event and the goodbye to its namespace in one burst",
        why: "Node hands an event to its handler one turn later, when the namespace has been left",
        script: [...join, send('421["message-with-ack",1]', "41")],
        explains: (place) =>
            bursts(place) &&
            says(place, /^41/) &&
            !ended(place.node) &&
            !ended(place.ours) &&
            sameButAnswers(place) &&
            isPart(answers(place.node), answers(place.ours)),
    },
    {
        name: "answers come in the order in which they were asked for",
        why: "Node refuses a namespace at once, hands on an event one turn later, and grants a namespace after that",
        script: [...join, send('421["message-with-ack",1]', "40/unknown,")],
        explains: (place) => {
            const [node, ours] = [place.node, place.ours].map(answers);
            const others = (lines) => lines.filter((line) => !/^"\\"4[04]|"value":\["auth"/.test(line));
            return (
                says(place, /^40/) &&
                sameButAnswers(place) &&
                same([...node].sort(), [...ours].sort()) &&
                same(others(node), others(ours))
            );
        },
    },
    {
        name: "packets to a namespace that was left do no harm",
        why: "they were on their way; Node closes the connection",
        parts: true,
        script: [...join, send("41"), send('42["message",1]')],
        explains: (place) => {
            const left = everSaid(place)
                .filter((text) => /^41/.test(text))
                .map(namespaceOf);
            return texts(place).some((text) => left.includes(namespaceOf(text))) && onlyNodeEnds(place);
        },
    },
];

const ofTransports = [
    {
        name: "a bad EIO or transport is refused before a WebSocket is granted",
        why: "Node finds it out after the 101 and then writes HTTP into the WebSocket, or closes it",
        script: [knock("EIO=3&transport=websocket")],
        explains: ({ step: { do: act, query }, node, ours }) =>
            act === "knock" &&
            (!/EIO=4/.test(query) || /transport=polling/.test(query)) &&
            all(node).some((line) => line.startsWith("granted")) &&
            all(node).some((line) => /^closed 100[56] $/.test(line)) &&
            all(ours).some((line) => line.startsWith("refused 400")),
    },
    {
        name: "a plain request for a session on a WebSocket is refused",
        why: "Node never answers it",
        script: [
            polling({ reading: false }),
            candidate({ first: "5" }),
            ask("GET", "EIO=4&transport=websocket&sid={sid}"),
        ],
        explains: ({ step: { query }, node, ours }) =>
            /transport=websocket&sid=/.test(query) &&
            same(all(node), ["GET → no answer"]) &&
            all(ours).length === 1 &&
            all(ours)[0].startsWith("GET → 400"),
    },
    {
        name: "a poll that is pending when the upgrade ends gets a noop",
        why: 'Node answers it with a close, which Swift\'s client (it may send "5" with a poll outstanding) takes for the end',
        script: [...joinByPolling, candidate({ first: "5" })],
        explains: (place) => {
            const { node, ours } = place;
            const others = (seen) => without(seen, (_, channel) => channel === "polls");
            return (
                transportOf(place) === "websocket" &&
                same(linesOf(node, "polls"), ['"1"']) &&
                same(linesOf(ours, "polls"), ['"6"']) &&
                same(others(node), others(ours))
            );
        },
    },
    {
        name: "a session that is being closed is not upgraded",
        why: "it has only its last words to hear, and hears them by its next poll",
        parts: true,
        script: [polling({ reading: false }), send("42[]"), candidate()],
        explains: (place) => {
            if (!everDid(place, "candidate") || transportOf(place) !== "polling") return false;
            const withoutEnd = (seen) => without(seen, (line) => line === "closed 1005 " || line === '"3probe"');
            return (
                all(place.ours).includes("closed 1005 ") &&
                !all(place.node).includes("closed 1005 ") &&
                same(withoutEnd(place.node), withoutEnd(place.ours))
            );
        },
    },
    {
        name: "a close packet over a WebSocket ends the session",
        why: "Node ignores it and waits for the socket to end",
        parts: true,
        script: [...join, send("1")],
        explains: (place) => says(place, /^1/) && transportOf(place) === "websocket" && onlyOursEnds(place),
    },
    {
        name: "a frame's length is written as RFC 6455 says",
        why: "5.2: the minimal number of bytes, the highest bit 0; Node takes the one and calls the other too large",
        parts: true,
        script: [...join, step("bytes", { hex: "81fe000100000000" + "36" })],
        explains: (place) =>
            place.step.do === "bytes" &&
            /^81f[ef]/.test(place.step.hex) &&
            all(place.ours).includes("closed 1002 ") &&
            !all(place.node).includes("closed 1002 "),
    },
    {
        name: "too large a body ends its HTTP connection",
        why: "the rest of it is not read",
        script: [polling({ kept: true }), send("40"), post({ filler: 1_048_577, before: "6" })],
        explains: ({ node, ours }) => {
            const closing = (line) => line.replace(/^POST → 413 \{.*\}/, "POST → 413");
            return (
                all(ours).some((line) => line.startsWith("POST → 413")) &&
                same(mapped(node, closing), mapped(ours, closing))
            );
        },
    },
    {
        name: "too large a body is refused before its session is looked for",
        why: "its size is known from its head; Node looks for the session first, and answers 400",
        script: [ask("POST", "EIO=4&transport=polling&sid=unknown", { body: { filler: 1_048_577 } })],
        explains: ({ node, ours }) => {
            const refusal = (line) =>
                line.replace(/^POST → (413 \{.*\} ""|400 \{.*\} ".*Session ID unknown.*")$/, "POST refused");
            return (
                all(ours).some((line) => line.startsWith("POST → 413")) &&
                same(mapped(node, refusal), mapped(ours, refusal))
            );
        },
    },
    {
        name: "an empty answer has the headers of every other",
        why: "Node writes it without any: neither a type nor what forbids to keep it",
        script: [polling(), step("overlap")],
        explains: ({ node, ours }) => {
            const bare = (line) =>
                line.replace(/ → (400|500) \{.*\} ""$/, " → $1").replace(/^(GET → 400) (?!.*json).*$/, "$1");
            return same(mapped(node, bare), mapped(ours, bare));
        },
    },
    {
        name: "a second POST while the first is not over is taken",
        why: "a request counts when it is whole; Node closes the session. No client sends two at once",
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
        name: "a POST that ends in the middle was none",
        why: "its client knows that it failed and ends the session itself; Node closes it at once, we when it falls silent",
        script: [polling(), send("40"), step("stall", { then: "leave", packet: '42["message",1]' })],
        parts: true,
        explains: (place) => steps(place).some((one) => one.then === "leave") && onlyNodeEnds(place),
    },
    {
        name: "a client's goodbye to a session that is being closed changes nothing",
        why: "what was said to it still waits for its poll, or for 30 seconds; Node forgets it at once",
        script: [polling({ reading: false }), send("4"), close("packet"), read()],
        parts: true,
        explains: (place) => steps(place).some((one) => one.how === "packet") && onlyNodeEnds(place),
    },
];

export const differences = [...ofPackets, ...ofOrder, ...ofTransports];
