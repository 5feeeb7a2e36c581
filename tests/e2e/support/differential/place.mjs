// What the matchers of differences.mjs speak of: a place, that is a step of a script and a client that
// noticed other things there with us than with Node.
//
// { script, index, step, client, node, ours, exactly, later }: `node` and `ours` are what it noticed, [[channel, [line, …]],
// …], with JSON in one form; `exactly` has both as they came, `later` both for all the steps that follow.

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export const all = (seen) => seen.flatMap(([, lines]) => lines);

export const linesOf = (seen, channel) => seen.find(([name]) => name === channel)?.[1] ?? [];

// What was seen without some of the lines, channels left empty by that taken out.
export const without = (seen, leftOut) =>
    seen
        .map(([channel, lines]) => [channel, lines.filter((line) => !leftOut(line, channel))])
        .filter(([, lines]) => lines.length > 0);

export const mapped = (seen, change) =>
    seen.map(([channel, lines]) => [channel, lines.map((line) => change(line, channel))]);

// Whether what was seen tells the client that its session is over.
export const ended = (seen) =>
    linesOf(seen, "polls").includes('"1"') ||
    linesOf(seen, "lives").some((line) => line.startsWith("POST → 400")) ||
    isForgotten(seen) ||
    seen.some(([channel, lines]) => channel.startsWith("socket") && lines.some((line) => line.startsWith("closed")));

// Whether a poll was told that there is no such session any more.
export const isForgotten = (seen) => linesOf(seen, "polled").some((line) => line.includes("Session ID unknown"));

export const onlyNodeEnds = ({ node, ours }) => ended(node) && !ended(ours);
export const onlyOursEnds = ({ node, ours }) => ended(ours) && !ended(node);
export const bothEnd = ({ node, ours }) => ended(node) && ended(ours);
export const oursEndsLater = ({ ours, later }) => !ended(ours) && ended(later.ours);

// Packets that answer a client, and the noop that fills a poll. `answers` are as an application gets them.
export const isAnswer = (line) => /^"4|^"b|^<|^"6"$/.test(line);
export const answerLines = (seen) => all(seen).filter((line) => isAnswer(line) && line !== '"6"');
export const answers = (seen) => received(answerLines(seen)).map((one) => JSON.stringify(one));
const isRest = (line, channel) => !isAnswer(line) && channel !== "polled";

// Whether, but for answers, the same was seen. How polls were answered depends on what there was to answer.
export const sameButAnswers = ({ node, ours }) =>
    same(
        without(node, (...one) => !isRest(...one)),
        without(ours, (...one) => !isRest(...one)),
    );

// Whether the first are among the others, in their order.
export function isPart(some, more) {
    let at = 0;
    for (const one of more) if (at < some.length && some[at] === one) at++;
    return at === some.length;
}

// --- What the client had said. A client that was not reading notices later what came of what it said.

const laterHeard = new Set(["read", "candidate", "candidateSays"]);

const everDone = ({ script, index, client }) => script.steps.slice(0, index + 1).filter((one) => one.client === client);

export function steps(place) {
    const own = everDone(place);
    if (laterHeard.has(place.step.do)) return own;
    return own.filter((one) => one === place.step);
}

const packetsOf = ({ packets = [], says: spoken = [], parts, first, how }) => [
    ...packets,
    ...spoken,
    ...(parts ? [parts.join("")] : []),
    ...(first === undefined || first === null ? [] : [first]),
    ...(how === "packet" ? ["1"] : []),
];

export const said = (place) => steps(place).flatMap(packetsOf);
export const texts = (place) => said(place).filter((packet) => typeof packet === "string");
export const says = (place, pattern) => texts(place).some((text) => pattern.test(text));

export const everDid = (place, act) => everDone(place).some((one) => one.do === act);
export const everSaid = (place) =>
    everDone(place)
        .flatMap(packetsOf)
        .filter((packet) => typeof packet === "string");

export const bursts = (place) => steps(place).some((one) => packetsOf(one).length > 1);

// Of a Socket.IO packet.
export function namespaceOf(text) {
    const nsp = /^4[0-6](?:\d+-)?(\/[^,]*)?/.exec(text)?.[1];
    return nsp ?? "/";
}

// What the client's session uses; see the acts of play.mjs.
export function transportOf(place) {
    let transport = "none";
    let probing = false;
    for (const one of everDone(place)) {
        if (one.do === "open") transport = one.by;
        if (one.do === "candidateLeaves") probing = false;
        const speaks = (one.do === "candidate" && !probing) || (one.do === "candidateSays" && probing);
        if (!speaks) continue;
        const [first] = packetsOf({ first: "2probe", ...one });
        if (first === "5") transport = "websocket";
        probing = first === "2probe" || first === undefined;
    }
    return transport;
}

// Socket.IO packets with their attachments put in place, as an application gets them; other lines as they are.
export function received(lines) {
    const packets = [];
    let unfinished = null;
    for (const line of lines) {
        const text = line.startsWith('"') ? JSON.parse(line) : "";
        const [, type, nsp, id, json] = /^4([2356])(?:\d+-)?(\/[^,]*,)?(\d*)(\[.*)$/su.exec(text) ?? [];
        const bytes = /^b/.test(text)
            ? Buffer.from(text.slice(1), "base64").toString("hex")
            : /^<(.*)>$/.exec(line)?.[1];
        if (type && isJson(json)) {
            unfinished = { kind: "25".includes(type) ? "event" : "ack", nsp, id, json, attachments: [] };
            packets.push(unfinished);
        } else if (bytes !== undefined && unfinished) {
            unfinished.attachments.push(bytes);
        } else {
            packets.push(line);
        }
    }
    return packets.map((packet) => {
        if (typeof packet === "string") return packet;
        const { attachments, json, ...rest } = packet;
        const inPlace = (key, value) => {
            if (value?._placeholder === true) return { bytes: attachments[value.num] };
            return withoutPrototype(value);
        };
        return { ...rest, value: JSON.parse(json, inPlace) };
    });
}

// The echo of Engine.IO says anything.
function isJson(text) {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

// A key that Node's way of taking values apart loses.
function withoutPrototype(value) {
    if (!value || typeof value !== "object" || !Object.hasOwn(value, "__proto__")) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "__proto__"));
}
