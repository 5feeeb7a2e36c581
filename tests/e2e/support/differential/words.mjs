// What was noticed, in words: without what differs between any two runs (ids, dates).

// Of the connection and of Node's HTTP library, not of the protocol.
const unsaid = new Set(["date", "keep-alive", "content-length", "transfer-encoding", "sec-websocket-accept"]);

const withoutIds = (text) => text.replace(/"sid":"[A-Za-z0-9_-]{20}"/g, '"sid":"…"');

// A packet's line is its JSON literal, so that it can be told from the others and read again.
export const packetOf = (packet) => JSON.stringify(withoutIds(packet));

export const frameOf = (frame) => (typeof frame === "string" ? packetOf(frame) : `<${frame.toString("hex")}>`);

export const headersOf = (headers) =>
    Object.entries(headers)
        .filter(([name]) => !unsaid.has(name))
        .map(([name, value]) => `${name}: ${value}`)
        .sort()
        .join("; ");

export const answerOf = ({ status, headers, text }) =>
    `${status} {${headersOf(headers ?? {})}} ${JSON.stringify(withoutIds(text ?? ""))}`;
