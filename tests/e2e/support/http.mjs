// Plain HTTP, one request a connection unless told, so that a test decides what is pending when.

import http from "node:http";

let watch = () => {};
// Whoever wants to see each answer: (method, url, answer).
export function watchAnswers(look) {
    watch = look;
}

// → { status, headers, text, json() }; rejects when the connection breaks.
export function request(method, url, { headers = {}, body, agent = false, signal } = {}) {
    return new Promise((resolve, reject) => {
        const outgoing = http.request(url, { method, headers, agent, signal }, (incoming) => {
            collect(incoming).then((answer) => {
                watch(method, url, answer);
                resolve(answer);
            }, reject);
        });
        outgoing.on("error", reject);
        outgoing.end(body);
    });
}

// The whole answer. → { status, headers, text, json() }
export function collect(incoming) {
    return new Promise((resolve, reject) => {
        const chunks = [];
        incoming.on("data", (chunk) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve({
                status: incoming.statusCode,
                headers: incoming.headers,
                text,
                json: () => JSON.parse(text),
            });
        });
    });
}

export const get = (url, options) => request("GET", url, options);
export const post = (url, body, options) => request("POST", url, { ...options, body });
