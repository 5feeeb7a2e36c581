// Socket.IO and Engine.IO packets by chance: mostly good ones, of every kind; some that are nearly good.

const texts = [
    '""', '"a"', '"hello"', '"é€😀"', '"\\ud800"', '"\\udc00 and \\ud83d\\ude00"', '"\\u0000\\u001f\\u007f"',
    '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
    '"\u2028\u2029"', '"\\u00e9"', '"_placeholder"', '"__proto__"', '"4"', '"b"', '"[1]"', '"\\u001e"', '"a,b"',
    '"\ufeff"', '"\\uD83D"',
];
const numbers = [
    "0", "-0", "1", "-1", "7", "1.0", "1.5", "-2.25e-3", "1e3", "1E+2", "1e400", "-1e400", "1e-400",
    "9007199254740991",
    "9007199254740993", "12345678901234567890", "0.1", "3.0000000000000000001", "2147483648", "5e-324", "1e21",
    "123456789e-7",
];
const words = ["true", "false", "null"];
// Without "__proto__": what Node makes of it in binary packets would hide what else they show. See behaviours_everywhere.mjs.
const keys = ['"a"', '"b"', '""', '"2"', '"1"', '"é"', '"\\u0061"', '"toJSON"', '"length"',
    '"then"', '"type"', '"data"'];
const oddJson = [
    "{", "[", "]", "[1,]", "[,1]", "{a:1}", '["message" 1]', "['message']", "[\"message\",01]", "[\"message\",+1]",
    '["message",.5]',
    '["message",1.]', '["message",NaN]', '["message",undefined]', '["message","\u0001"]', '["message","\t"]',
    '["message","\\x"]',
    '["message","\\u12"]', '["message","open', '["message"]x', '["message"]]', '["message",{"a"}]',
    '["message",{"a":}]', '["message",tru]',
    '["message",-]', '["message",1e]', '["message",{1:2}]', "[message]", '\ufeff["message"]', '\u00a0["message"]',
    "nothing", '"message"',
    "null", "true", "12", "{}", "[]", "[null]", "[true]", "[1]", "[1,2]", "[1.5]", "[[]]", "[{}]", '[""]',
    '["connect"]', '["disconnect",1]',
    '["connect_error"]', '["disconnecting"]', '["newListener"]', '["removeListener"]', '["connection"]',
    '["error",1]', '["\\u0063onnect"]',
    '["message",/**/1]', '["message",1]\u0000', '["message",0x1]', '["message",-01]', '["message",1_000]',
    '["message",Infinity]',
];
const spaces = ["", "", "", "", "", " ", "\n", "\t ", "\r\n"];
export const acknowledgementIds = [
    "0", "1", "2", "5", "42", "007", "00", "2147483647", "2147483648", "4294967296", "9007199254740991",
    "9007199254740992",
    "9007199254740993", "18446744073709551615", "18446744073709551616", "123456789012345678901234567890", "1e3",
    "-1", "1.5", "0x10", " 1", "1 ",
    "+1", "٣", "1\n",
];
const oddNamespaces = [
    "/unknown,", "/custom?a=1,", "/Custom,", "/custom/,", "//custom,", "custom,", "/custom,/custom,", "/c\u00e9,",
    "/ ,", "/custom ,", "/constructor,",
    "/__proto__,", "?a=1,", "/?a=1,", "/\ud83d\ude00,", "/[,", "/\"quote\",",
];

const separatorOf = (chance) => `${chance.one(spaces)},${chance.one(spaces)}`;

// A JSON value as text, written as odd as JSON allows.
export function json(chance, depth = 0) {
    const kind = chance.weighed({ text: 4, number: 4, word: 2, array: depth < 4 ? 2 : 0, object: depth < 4 ? 2 : 0 });
    const separator = separatorOf(chance);
    const count = chance.below(4);
    switch (kind) {
        case "text": return chance.one(texts);
        case "number": return chance.one(numbers);
        case "word": return chance.one(words);
        case "array": return `[${Array.from({ length: count }, () => json(chance, depth + 1)).join(separator)}]`;
        default: {
            const members = Array.from({ length: count }, () => `${chance.one(keys)}:${json(chance, depth + 1)}`);
            return `{${members.join(separator)}}`;
        }
    }
}

const list = (chance) => Array.from({ length: chance.weighed({ 0: 1, 1: 4, 2: 3, 5: 1 }) * 1 }, () => json(chance));

function bytes(chance) {
    const length = Number(chance.weighed({ 0: 1, 1: 2, 4: 4, 40: 1 }));
    return { hex: Buffer.from(Array.from({ length }, () => chance.below(256))).toString("hex") };
}

const placeholder = (number) => `{"_placeholder":true,"num":${number}}`;

function event(chance, nsp) {
    const acknowledged = chance.happens(0.4);
    const id = acknowledged ? String(chance.below(50)) : "";
    const name = acknowledged ? "message-with-ack" : chance.one(["message", "message", "message", "nobody listens",
    "error"]);
    return `42${nsp}${id}[${[`"${name}"`, ...list(chance)].join(",")}]`;
}

// → [header, …attachments]
function binaryEvent(chance, nsp) {
    const count = chance.weighed({ 1: 5, 2: 3, 3: 1, 10: 1 }) * 1;
    const attachments = Array.from({ length: count }, () => bytes(chance));
    const places = attachments.map((_, i) => placeholder(i));
    const values = chance.happens(0.3) ? [`{"deep":[${places.join(",")}]}`, json(chance)] : [...places, ...list(chance)];
    const acknowledged = chance.happens(0.4);
    const [name, id] = acknowledged ? ["message-with-ack", chance.below(50)] : ["message", ""];
    return [`45${count}-${nsp}${id}["${name}",${values.join(",")}]`, ...attachments];
}

const oddBinary = [
    ['450-["message"]'],
    ['45["message"]', { hex: "01" }],
    ['45-["message"]', { hex: "01" }],
    ['45x-["message"]', { hex: "01" }],
    ['4501-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['451.0-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['45 1-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['451e0-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['450x1-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['45+1-["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['45-1-["message"]'],
    ['451', { hex: "01" }],
    ['451-', { hex: "01" }],
    ['451-0', { hex: "01" }],
    ['4511-["message"]'],
    ['45999999999999999999-["message"]'],
    ['451-["message",{"_placeholder":true,"num":1}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":-1}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":"0"}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0.5}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0.0}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0e5}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":-0}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true}]', { hex: "01" }],
    ['451-["message",{"_placeholder":1,"num":0}]', { hex: "01" }],
    ['451-["message",{"_placeholder":false,"num":7}]', { hex: "01" }],
    ['451-["message",{"_placeholder":"true","num":7}]', { hex: "01" }],
    ['451-["message",{"num":0,"_placeholder":true,"more":[1]}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":9,"num":0}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"_placeholder":false,"num":5}]', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['451-["message",7]', { hex: "01" }],
    ['452-["message",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]', { hex: "01" }, { hex: "02" }],
    ['452-["message",{"_placeholder":true,"num":1}]', { hex: "01" }, { hex: "02" }],
    ['451-[{"_placeholder":true,"num":0},1]', { hex: "01" }],
    ['451-{"_placeholder":true,"num":0}', { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
    ['451-["message",{"_placeholder":true,"num":0}]', { hex: "01" }, { hex: "02" }],
    ['451-["message",{"_placeholder":true,"num":0}]', "6", { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0}]', "3", { hex: "01" }],
    ['451-["message",{"_placeholder":true,"num":0}]', "41"],
    ['451-["message",{"_placeholder":true,"num":0}]'],
    ['451-["connect",{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['451-/unknown,["message",{"_placeholder":true,"num":0}]', { hex: "01" }],
    [{ hex: "01" }],
    ['461-0[{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['461-[{"_placeholder":true,"num":0}]', { hex: "01" }],
    ['460-0[]'],
    ['461-0{"_placeholder":true,"num":0}', { hex: "01" }],
    ['461-/custom,0[{"_placeholder":true,"num":0}]', { hex: "" }],
    ['42["message",{"_placeholder":true,"num":0}]'],
    ['42["message",{"_placeholder":true,"num":"x"}]'],
];

const oddEngine = ["3", "3probe", "3anything", "6", "6x", "5", "5x", "0", '0{"sid":"x"}', "2", "2probe", "1", "1x",
    "", "7", "x", "4", "b", "bAQID",
    "bAQI=", "bAQ", "bA", "b!!!", "bAQ\nID", "b-_-_", "bAQID=AQID", "bAQID BA==", "B", " 4", "44", "é", "\u0000",
    "47", "4x", "4-1", "4\n", "40 ", "4 0"];

const oddConnects = ['40{"a":1}', "40{", "40[]", "40null", '40"x"', "401", "400", '400{"a":1}',
    '40{"__proto__":{"a":1}}', '40{"sid":"x"}', "40true", "40{} ",
    "40 {}", "40/custom", "40/custom,{", '40/custom,{"a":1}', "40/unknown", '40/unknown,{"a":1}', "40,", "40/,{}",
    "40/custom?a=1,", '40{"a":1}{}',
    "40/", "40/,1", "40/custom,[]", "40/custom,null", '40{"pid":"x","offset":"y"}', '40{"pid":1}'];

const oddDisconnects = ["41", "41/custom,", "41/custom", "41/unknown,", "41/unknown", "41{}", "41[]", "411", "41x",
    "41,", "41/,", '41"x"', "41null", "410"];

const oddAcknowledgements = ["43", "430", "430[]", "430[1]", "43[]", "43[1]", "430{}", "430null", "43x",
    "43/custom,7[]", "43/unknown,7[]", "43999999999999999999999[]",
    "430[", "43-1[]", "430[]x"];

const oddErrors = ["44", '44"x"', '44{"message":"x"}', "44[]", '44/custom,{"message":"x"}', "44/unknown,", "441"];

// One character taken out, put in, doubled or changed.
function mutated(chance, text) {
    const at = chance.below(text.length + 1);
    const other = chance.one(['"', "[", "]", "{", "}", ",", "/", "-", "0", "1", "4", "9", " ", "\\", "x", "é",
    "\u0000", "\n", ":"]);
    switch (chance.below(4)) {
        case 0: return text.slice(0, at) + text.slice(at + 1);
        case 1: return text.slice(0, at) + other + text.slice(at);
        case 2: return text.slice(0, at) + text.slice(Math.max(0, at - 1));
        default: return text.slice(0, at) + other + text.slice(at + 1);
    }
}

const deep = (nsp, levels) => `42${nsp}["message",${"[".repeat(levels)}${"]".repeat(levels)}]`;

// One packet that is in order for a client that is connected to these namespaces ("" or "/,", "/custom,").
// → [packet, …attachments]
export function goodPacket(chance, namespaces) {
    const nsp = chance.one(namespaces);
    switch (chance.weighed({ event: 10, binary: 4, id: 2, answer: 1, noop: 1, deep: 0.5 })) {
        case "event": return [event(chance, nsp)];
        case "binary": return binaryEvent(chance, nsp);
        case "id": return [`42${nsp}${chance.one(acknowledgementIds.slice(0, 5))}["message-with-ack",${json(chance)}]`];
        case "answer": return [`43${nsp}${chance.one(["0[]", "0[1]", "7[]", "12[{}]"])}`];
        case "noop": return [chance.one(["6", "3", "3probe", "0", "5"])];
        default: return [deep(nsp, 1 + chance.below(100))];
    }
}

// One that may be wrong in any way, or only odd.
export function oddPacket(chance, namespaces) {
    const nsp = chance.one(namespaces);
    const kinds = { json: 6, mutated: 8, binary: 5, engine: 4, connect: 3, disconnect: 2, answer: 2, error: 1 };
    switch (chance.weighed({ ...kinds, id: 3, nsp: 3, deep: 0.3 })) {
        case "json": return [`42${nsp}${chance.one(["", "", "3"])}${chance.one(oddJson)}`];
        case "mutated": {
            const [head, ...rest] = chance.happens(0.7) ? [event(chance, nsp)] : binaryEvent(chance, nsp);
            return [mutated(chance, head), ...rest];
        }
        case "binary": return chance.one(oddBinary);
        case "engine": return [chance.one(oddEngine)];
        case "connect": return [chance.one(oddConnects)];
        case "disconnect": return [chance.one(oddDisconnects)];
        case "answer": return [chance.one(oddAcknowledgements)];
        case "error": return [chance.one(oddErrors)];
        case "id": return [`42${nsp}${chance.one(acknowledgementIds)}["message-with-ack",${json(chance)}]`];
        case "nsp": return [chance.happens(0.5) ? `40${chance.one(oddNamespaces)}` : event(chance, chance.one(oddNamespaces))];
        default: return [deep(nsp, chance.one([126, 127, 128, 129, 200]))];
    }
}

// What the Engine.IO echo may be told.
export function echoPacket(chance) {
    switch (chance.weighed({ text: 6, bytes: 3, engine: 2 })) {
        case "text": return [`4${chance.one(["hello", "", "é€😀", "\u0000", "\u2028", " ", "4",
        "\n", json(chance)])}`];
        case "bytes": return [bytes(chance)];
        default: return [chance.one(oddEngine)];
    }
}
