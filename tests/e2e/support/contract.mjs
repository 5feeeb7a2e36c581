// protocol/asyncapi.yaml and protocol/openapi.yaml as judges: compiled validators for what they name.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import Ajv2020 from "ajv/dist/2020.js";
import YAML from "yaml";

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../protocol");
const read = (name) => YAML.parse(fs.readFileSync(path.join(folder, name), "utf8"));

export class Contract {
    constructor() {
        this.asyncapi = read("asyncapi.yaml");
        this.openapi = read("openapi.yaml");
        this.ajv = new Ajv2020({ strict: false, allErrors: true });
        this.ajv.addSchema({ $id: "asyncapi.yaml", ...this.asyncapi });
        this.ajv.addSchema({ $id: "openapi.yaml", ...this.openapi });
    }

    // What is wrong with `value`, or nothing. `pointer` is a JSON pointer into the file.
    fault(file, pointer, value) {
        const validate = this.ajv.compile({ $ref: `${file}#${pointer}` });
        return validate(value) ? undefined : this.ajv.errorsText(validate.errors);
    }

    names(operation) {
        return Object.keys(this.keys(operation));
    }

    // Name on the wire → key in the file: where a request and an event share a name, the event's key is another.
    keys(operation) {
        const keys = this.asyncapi.operations[operation].messages.map(({ $ref }) => $ref.split("/").at(-1));
        return Object.fromEntries(
            keys.map((key) => [this.asyncapi.components.messages[key].name ?? key, key]),
        );
    }

    eventFault(name, body) {
        if (!this.names("deliver").includes(name)) return "no such event is documented";
        const key = this.keys("deliver")[name];
        return this.fault("asyncapi.yaml", `/components/messages/${key}/payload`, body);
    }

    requestFault(name, body) {
        if (!this.names("request").includes(name)) return "no such request is documented";
        return this.fault("asyncapi.yaml", `/components/messages/${name}/payload`, body);
    }

    answerFault(name, answer) {
        if (answer.ok !== true) return this.fault("asyncapi.yaml", "/components/schemas/Error", answer.error);
        return this.fault("asyncapi.yaml", `/components/messages/${name}/x-ack`, answer);
    }

    // [method, path template, operation]
    get operations() {
        const methods = ["get", "put", "post", "patch", "delete"];
        return Object.entries(this.openapi.paths).flatMap(([template, item]) =>
            methods.filter((method) => item[method]).map((method) => [method, template, item[method]]),
        );
    }

    // The answer of a REST call against what the file says of that status.
    restFault(method, template, status, body) {
        const item = this.openapi.paths[template];
        const answers = item?.[method]?.responses;
        if (!answers) return "no such path is documented";
        const step = (text) => text.replaceAll("~", "~0").replaceAll("/", "~1");
        const at = `/paths/${step(template)}/${method}/responses/${answers[status] ? status : "default"}`;
        let response = answers[status] ?? answers.default;
        if (!response) return `status ${status} is not documented`;
        let pointer = at;
        if (response.$ref) {
            pointer = response.$ref.slice(1);
            response = this.openapi.components.responses[response.$ref.split("/").at(-1)];
        }
        const type = Object.keys(response.content ?? {})[0];
        if (!type) return undefined;
        return this.fault("openapi.yaml", `${pointer}/content/${step(type)}/schema`, body);
    }
}
