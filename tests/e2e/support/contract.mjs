// protocol/asyncapi.yaml and protocol/openapi.yaml as judges: compiled validators for what they name.
//
// Of what the server sends, a field that the files do not name is a fault, at every depth. The files themselves leave most
// objects open, because a client must put up with fields to come; a running server must not be ahead of its contract.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import Ajv2020 from "ajv/dist/2020.js";
import YAML from "yaml";

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../protocol");
const read = (name) => YAML.parse(fs.readFileSync(path.join(folder, name), "utf8"));
const methods = ["get", "put", "post", "patch", "delete"];
const step = (text) => text.replaceAll("~", "~0").replaceAll("/", "~1");
const last = ($ref) => $ref.split("/").at(-1);

// Closes a schema and all within it. A part of an allOf stays open itself: the whole is closed where it is used.
function close(schema, part = false) {
    if (typeof schema !== "object" || schema === null) return;
    const describes = ["$ref", "properties", "allOf", "oneOf", "anyOf"].some((one) => schema[one]);
    if (describes && !part && schema.additionalProperties === undefined) schema.unevaluatedProperties ??= false;
    for (const property of Object.values(schema.properties ?? {})) close(property);
    for (const items of [schema.items, schema.additionalProperties]) close(items);
    for (const one of schema.allOf ?? []) close(one, true);
    for (const one of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) close(one, part || Boolean(schema.properties));
}

// The schemas that are parts of others by $ref: of an allOf, or of an answer, which has `ok` besides.
function partsOf(schema, found = new Set()) {
    if (typeof schema !== "object" || schema === null) return found;
    for (const { $ref } of [...(schema.allOf ?? []), schema["x-ack"] ?? {}]) if ($ref) found.add(last($ref));
    for (const value of Object.values(schema)) partsOf(value, found);
    return found;
}

// What follows the text of an event that carries bytes: these, and perhaps the function that acknowledges them.
function bytesFault([bytes, ack, ...more]) {
    const fits = bytes instanceof Uint8Array && (ack === undefined || typeof ack === "function") && more.length === 0;
    return fits ? undefined : "it is not followed by bytes";
}

export class Contract {
    constructor() {
        this.asyncapi = read("asyncapi.yaml");
        this.openapi = read("openapi.yaml");
        this.events = this.keys("deliver");
        this.rareEvents = this.keys("deliverNowAndThen");
        this.requests = this.keys("request");
        this.closeAll();
        this.ajv = new Ajv2020({ strict: false, allErrors: true });
        this.ajv.addSchema({ $id: "asyncapi.yaml", ...this.asyncapi });
        this.ajv.addSchema({ $id: "openapi.yaml", ...this.openapi });
        this.compiled = new Map();
    }

    closeAll() {
        const { messages, schemas } = this.asyncapi.components;
        const parts = partsOf(this.openapi, partsOf(this.asyncapi));
        for (const [name, schema] of Object.entries(schemas)) close(schema, parts.has(name));
        for (const key of Object.values({ ...this.events, ...this.rareEvents })) close(messages[key].payload);
        for (const key of Object.values(this.requests)) {
            close(messages[key]["x-ack"], true);
            messages[key]["x-answer"] = {
                $ref: `#/components/messages/${key}/x-ack`,
                required: ["ok"],
                properties: { ok: { const: true } },
                unevaluatedProperties: false,
            };
        }
        const { components } = this.openapi;
        for (const [name, schema] of Object.entries(components.schemas)) close(schema, parts.has(name));
        const answers = this.operations.flatMap(([, , { responses }]) => Object.values(responses));
        for (const answer of [...Object.values(components.responses), ...answers])
            for (const { schema } of Object.values(answer.content ?? {})) close(schema);
    }

    // What is wrong with `value`, or nothing. `pointer` is a JSON pointer into the file.
    fault(file, pointer, value) {
        const $ref = `${file}#${pointer}`;
        if (!this.compiled.has($ref)) this.compiled.set($ref, this.ajv.compile({ $ref }));
        const validate = this.compiled.get($ref);
        return validate(value) ? undefined : this.ajv.errorsText(validate.errors);
    }

    names(operation) {
        return Object.keys(this.keys(operation));
    }

    // Name on the wire → key in the file: where a request and an event share a name, the event's key is another.
    keys(operation) {
        const keys = this.asyncapi.operations[operation].messages.map(({ $ref }) => last($ref));
        return Object.fromEntries(
            keys.map((key) => [this.asyncapi.components.messages[key].name ?? key, key]),
        );
    }

    // Of which message an event of this name is. Those of other services have names of their own, none with a word of ours before
    // the colon, and are by nobody.
    eventKey(name, body) {
        const ours = { ...this.rareEvents, ...this.events };
        if (Object.hasOwn(ours, name)) return ours[name];
        const word = (text) => text.split(":")[0];
        if (Object.keys(ours).some((one) => word(one) === word(name))) return undefined;
        return body?.by === null && typeof body.data === "object" ? "platformEvent" : undefined;
    }

    // `more` is what followed the body: the offset of recovery, of a durable event its `seq`, of `session` its cursor.
    eventFault(name, body, more) {
        const key = this.eventKey(name, body);
        if (key === undefined) return "no such event is documented";
        const fault = this.fault("asyncapi.yaml", `/components/messages/${key}/payload`, body);
        if (fault || more === undefined) return fault;
        if (this.asyncapi.components.messages[key]["x-bytes"]) return bytesFault(more);
        const offset = name === "session" ? body.cursor : body.seq;
        const expected = offset === undefined ? [] : [offset];
        return JSON.stringify(more) === JSON.stringify(expected) ? undefined : `it is followed by ${JSON.stringify(more)}`;
    }

    requestFault(name, body) {
        if (!Object.hasOwn(this.requests, name)) return "no such request is documented";
        return this.fault("asyncapi.yaml", `/components/messages/${name}/payload`, body);
    }

    answerFault(name, answer) {
        if (answer?.ok !== true) return this.refusalFault(answer);
        if (!Object.hasOwn(this.requests, name)) return "no such request is documented";
        return this.fault("asyncapi.yaml", `/components/messages/${name}/x-answer`, answer);
    }

    refusalFault(answer) {
        const keys = Object.keys(answer ?? {}).sort().join();
        if (answer?.ok !== false || keys !== "error,ok") return "it is no answer";
        return this.fault("asyncapi.yaml", "/components/schemas/Error", answer.error);
    }

    connectErrorFault(message, data) {
        return this.fault("asyncapi.yaml", "/components/schemas/ConnectError", { message, data });
    }

    // [method, path template, operation]
    get operations() {
        return Object.entries(this.openapi.paths).flatMap(([template, item]) =>
            methods.filter((method) => item[method]).map((method) => [method, template, item[method]]),
        );
    }

    // The documented path that such a route is of; of several the one with the most words of its own.
    template(route) {
        const asked = route.split("/");
        const own = (template) => template.split("/").filter((part) => !part.startsWith("{")).length;
        return Object.keys(this.openapi.paths)
            .filter((template) => {
                const parts = template.split("/");
                return parts.length === asked.length && parts.every((part, i) => part.startsWith("{") || part === asked[i]);
            })
            .sort((a, b) => own(b) - own(a))[0];
    }

    // The answer of a REST call against what the file says of that status; of several types the one that was sent.
    restFault(method, template, status, body, sent) {
        const item = this.openapi.paths[template];
        const answers = item?.[method]?.responses;
        if (!answers) return "no such path is documented";
        let response = answers[status] ?? answers.default;
        if (!response) return `status ${status} is not documented`;
        let pointer = `/paths/${step(template)}/${method}/responses/${answers[status] ? status : "default"}`;
        if (response.$ref) {
            pointer = response.$ref.slice(1);
            response = this.openapi.components.responses[last(response.$ref)];
        }
        if (pointer.endsWith("Problem") && Number(status) < 400) return `status ${status} is not documented`;
        const types = Object.keys(response.content ?? {});
        if (types.length === 0) return undefined;
        if (sent && !types.includes(sent)) return `it is ${sent}, not ${types.join(" or ")}`;
        const type = sent ?? types[0];
        return this.fault("openapi.yaml", `${pointer}/content/${step(type)}/schema`, body);
    }
}
