// Whatever a homeroom server sends to any test of these is held against protocol/: every event, every answer, every refusal,
// over sockets, bare connections and REST. What does not fit fails the scenario in which it came, or else the file.

import { Contract } from "./contract.mjs";

let contract; // read when the first server is watched: not every file has one
const faults = [];
const shown = 3;

const judge = () => (contract ??= new Contract());
function note(fault, what, value) {
    if (fault === undefined) return;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    faults.push(`${what} does not keep to the contract: ${fault}\n    ${String(text).slice(0, 1000)}`);
}

export function watchEvent(user, name, body, more) {
    note(judge().eventFault(name, body, more), `${name} to ${user}`, body);
}

export function watchAnswer(user, name, answer) {
    note(judge().answerFault(name, answer), `the answer to ${name} of ${user}`, answer);
}

// An error without `data` is the client's own: it did not reach the server.
export function watchConnectError(user, { message, data }) {
    if (data !== undefined) note(judge().connectErrorFault(message, data), `the refusal of ${user}`, { message, data });
}

// A frame of a bare connection. To which request an answer belongs is not known here; in other namespaces there is nothing.
export function watchFrame(frame) {
    const [, kind, json] = /^4([23])\d*(\[.*)$/s.exec(frame) ?? [];
    if (json === undefined) return;
    const [first, body, ...more] = parsed(json);
    if (kind === "2") return watchEvent("a bare connection", first, body, more);
    if (first?.ok !== true) note(judge().refusalFault(first), "an answer on a bare connection", first);
}

export function watchWebhook(body) {
    note(judge().fault("asyncapi.yaml", "/components/schemas/Webhook", body), "a webhook", body);
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

// Answers that were given before a request was read whole have no body.
const unread = [400, 408, 413, 431];

// route: without its query
export function watchRest(method, route, { status, headers, text }) {
    const what = `${method} ${route} → ${status}`;
    if (text === "" && unread.includes(status)) return;
    const template = judge().template(route);
    const lower = method.toLowerCase();
    if (!template || !judge().openapi.paths[template][lower]) {
        if (status < 400 && !["HEAD", "OPTIONS"].includes(method)) note("no such path is documented", what, text);
        return;
    }
    const [type] = (headers["content-type"] ?? "").split(";");
    note(judge().restFault(lower, template, String(status), parsed(text), type), what, text);
}

// What was found since the last time, for a test to fail by.
export function takeFaults() {
    const found = faults.splice(0);
    const rest = found.length - shown;
    return found.length === 0 ? undefined : found.slice(0, shown).join("\n") + (rest > 0 ? `\nand ${rest} more` : "");
}

process.on("exit", () => {
    const left = takeFaults();
    if (left === undefined) return;
    console.error(left);
    process.exitCode = 1;
});
