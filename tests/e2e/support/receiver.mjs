// A real HTTP endpoint for webhooks on a free port of 127.0.0.1: it checks each signature, keeps what came, and answers
// as it is told.

import crypto from "node:crypto";
import http from "node:http";

import { watchWebhook } from "./contract_watch.mjs";
import { eventually, keep } from "./scenario.mjs";

export const newSecret = () => `whsec_${crypto.randomBytes(32).toString("base64")}`;

// As the verifying side of Standard Webhooks does it.
export function isSigned(headers, body, secret, now = Date.now()) {
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signatures } = headers;
    if (!id || !at || !signatures || Math.abs(now / 1000 - Number(at)) > 300) return false;
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const right = crypto.createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
    return signatures.split(" ").includes(`v1,${right}`);
}

export class Receiver {
    static async start(secret) {
        const receiver = keep(new Receiver());
        receiver.secret = secret;
        receiver.came = []; // { path, id, signed, body, at } in order
        receiver.answers = []; // what the next ones get: a status, "hang", "drop" or { status, headers }
        receiver.otherwise = 200;
        receiver.http = http.createServer((request, response) => receiver.take(request, response));
        await new Promise((listening) => receiver.http.listen(0, "127.0.0.1", listening));
        return receiver;
    }

    url(path = "/push") {
        return `http://127.0.0.1:${this.http.address().port}${path}`;
    }

    async take(request, response) {
        let text = "";
        for await (const chunk of request) text += chunk;
        const signed = isSigned(request.headers, text, this.secret);
        const body = JSON.parse(text);
        watchWebhook(body);
        this.came.push({ path: request.url, id: request.headers["webhook-id"], signed, body, at: Date.now(), text });
        const answer = this.answers.shift() ?? this.otherwise;
        if (answer === "hang") return;
        if (answer === "drop") return request.socket.destroy();
        const { status, headers = {} } = typeof answer === "number" ? { status: answer } : answer;
        response.writeHead(status, headers).end();
    }

    // Those about this user and kind.
    of(user, kind) {
        return this.came.filter(({ body: { data } }) => data.user.id === user && data.notification.kind === kind);
    }

    wait(user, kind, count = 1, milliseconds = 15_000) {
        return eventually(
            `${count} webhooks about ${kind} for ${user}`,
            () => this.of(user, kind).length >= count && this.of(user, kind),
            milliseconds,
        );
    }

    discard() {
        this.http.closeAllConnections();
        this.http.close();
    }
}
