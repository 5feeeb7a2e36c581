// The contract's schemas as TypeScript. Only what the contract uses of JSON Schema is known; anything else is an error, so
// that a new kind of schema is never silently typed as something wider.

import { parse } from "yaml";

const known = new Set(
    ("type properties required items enum const oneOf allOf $ref additionalProperties description " +
        "minimum maximum exclusiveMinimum minLength maxLength minItems maxItems minProperties maxProperties uniqueItems " +
        "pattern default").split(" "),
);
const last = ($ref) => $ref.split("/").at(-1);
// Names that would hide what every program has.
const renamed = { Error: "RequestError" };
const nameOf = (name) => renamed[name] ?? name;
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const parens = (text) => (/[|&]/.test(text) ? `(${text})` : text);

export function typeOf(schema, indent = "") {
    if (schema === undefined) return "unknown";
    for (const word of Object.keys(schema)) if (!known.has(word)) throw new Error(`a schema has "${word}": ${JSON.stringify(schema)}`);
    if (schema.$ref) return nameOf(last(schema.$ref));
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
    if (schema.oneOf) return unionOf(schema, indent);
    if (schema.allOf) return schema.allOf.map((one) => parens(typeOf(one, indent))).join(" & ");
    if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(" | ");
    switch (schema.type) {
        case "null":
            return "null";
        case "string":
        case "boolean":
            return schema.type;
        case "integer":
        case "number":
            return "number";
        case "array":
            return `${parens(typeOf(schema.items, indent))}[]`;
        default:
            if (schema.type && schema.type !== "object") throw new Error(`the type ${schema.type} is not known`);
            return objectOf(schema, indent);
    }
}

// `oneOf` of whole schemas; or, within an object, of which of its fields must be there.
function unionOf(schema, indent) {
    const whole = schema.oneOf.every((one) => Object.keys(one).some((word) => word !== "required"));
    if (whole) return schema.oneOf.map((one) => typeOf(one, indent)).join(" | ");
    const choices = schema.oneOf.flatMap(({ required }) => required);
    const { oneOf: _, ...rest } = schema;
    return schema.oneOf
        .map(({ required }) => {
            const left = Object.entries(rest.properties).filter(([name]) => required.includes(name) || !choices.includes(name));
            return objectOf({ ...rest, required: [...(rest.required ?? []), ...required], properties: Object.fromEntries(left) }, indent);
        })
        .join(" | ");
}

function objectOf({ properties = {}, required = [], additionalProperties }, indent) {
    const names = [...new Set([...Object.keys(properties), ...required])];
    if (names.length === 0) {
        if (typeof additionalProperties === "object") return `Record<string, ${typeOf(additionalProperties, indent)}>`;
        return "Record<never, never>";
    }
    const inner = `${indent}    `;
    const lines = names.map((name) => {
        const optional = required.includes(name) ? "" : "?";
        return `${comment(properties[name]?.description, inner)}${inner}${key(name)}${optional}: ${typeOf(properties[name], inner)};\n`;
    });
    return `{\n${lines.join("")}${indent}}`;
}

function comment(text, indent) {
    if (!text) return "";
    const words = text.trim().replace(/\s+/g, " ").replaceAll("*/", "*\\/");
    return `${indent}/** ${words} */\n`;
}

export function generate(yaml) {
    const contract = parse(yaml);
    const { messages, schemas } = contract.components;
    const used = (operation) =>
        contract.operations[operation].messages
            .map(({ $ref }) => last($ref))
            .map((id) => ({ name: messages[id].name ?? id, ...messages[id] }))
            // Bytes beside a text are Yjs': they are @homeroom/yjs's to send.
            .filter((message) => !message["x-bytes"]);
    const events = used("deliver");
    const requests = used("request");

    const isDurable = (payload) => {
        if (payload.$ref) return payload.$ref.endsWith("/Envelope") || isDurable(schemas[last(payload.$ref)]);
        return (payload.allOf ?? []).some(isDurable);
    };
    const takesKey = (payload) => {
        if (payload.$ref) return takesKey(schemas[last(payload.$ref)]);
        return payload.properties?.key !== undefined;
    };
    const names = (list) => `[\n${list.map((name) => `    ${JSON.stringify(name)},\n`).join("")}]`;
    const named = Object.entries(schemas).map(
        ([name, schema]) => `${comment(schema.description, "")}export type ${nameOf(name)} = ${typeOf(schema)};\n`,
    );
    return [
        "// Made from protocol/asyncapi.yaml by scripts/generate.mjs: do not edit.\n",
        ...named,
        "/** What the server sends: name → body. */\nexport interface Events {\n" +
            events.map(({ name, summary, payload }) => `${comment(summary, "    ")}    ${key(name)}: ${typeOf(payload, "    ")};\n`).join("") +
            "}\n",
        "/** What a client asks: name → what it sends, and the answer when it is carried out. */\nexport interface Requests {\n" +
            requests
                .map(
                    ({ name, summary, payload, "x-ack": answer }) =>
                        `${comment(summary, "    ")}    ${key(name)}: {\n        body: ${typeOf(payload, "        ")};\n` +
                        `        answer: ${typeOf(answer, "        ")};\n    };\n`,
                )
                .join("") +
            "}\n",
        "export type EventName = keyof Events;\nexport type RequestName = keyof Requests;\n",
        "/** Events that are in the journal: they come again after a reconnect, and each has a `seq`. */\n" +
            `export const durableEvents = ${names(events.filter(({ payload }) => isDurable(payload)).map(({ name }) => name))} as const;\n` +
            "export type DurableEventName = (typeof durableEvents)[number];\n",
        "/** Requests that take a `key`: they change something, and are carried out once however often they are sent. */\n" +
            `export const keyedRequests = ${names(requests.filter(({ payload }) => takesKey(payload)).map(({ name }) => name))} as const;\n` +
            "export type KeyedRequestName = (typeof keyedRequests)[number];\n",
    ].join("\n");
}
