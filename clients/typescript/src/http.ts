// The few things that go over HTTP: titles of rooms, and the bytes of attachments.

import type { RoomInfo } from "./session.js";
import type { Failure } from "./wire.js";

export class Http {
    constructor(
        private readonly url: string,
        private readonly token: () => string | null,
    ) {}

    async roomInfos(): Promise<RoomInfo[] | null> {
        const answer = await this.ask("GET", "/api/v1/rooms");
        return answer.ok ? ((answer.body as { rooms: RoomInfo[] }).rooms ?? null) : null;
    }

    /** Puts the bytes where `attachment:create` said. */
    async upload(path: string, bytes: Blob | ArrayBuffer): Promise<Failure | null> {
        const answer = await this.ask("PUT", path, bytes);
        return answer.ok ? null : answer.error;
    }

    /** What is no JSON. */
    async readText(path: string): Promise<string | Failure> {
        const answer = await this.askText("GET", path);
        return answer.ok ? answer.text : answer.error;
    }

    private async ask(method: string, path: string, body?: Blob | ArrayBuffer): Promise<{ ok: true; body: unknown } | { ok: false; error: Failure }> {
        const answer = await this.askText(method, path, body);
        if (!answer.ok) return answer;
        try {
            return { ok: true, body: answer.text === "" ? null : JSON.parse(answer.text) };
        } catch {
            return { ok: false, error: { code: "unavailable", message: "the answer was no JSON" } };
        }
    }

    private async askText(method: string, path: string, body?: Blob | ArrayBuffer): Promise<{ ok: true; text: string } | { ok: false; error: Failure }> {
        try {
            const response = await fetch(new URL(path, this.url), {
                method,
                body,
                headers: { Authorization: `Bearer ${this.token() ?? ""}`, ...(body ? { "Content-Type": "application/octet-stream" } : {}) },
            });
            const text = await response.text();
            if (response.ok) return { ok: true, text };
            return { ok: false, error: failureOf(response.status, text) };
        } catch {
            return { ok: false, error: { code: "offline", message: "the server cannot be reached" } };
        }
    }
}

// Problem details (RFC 9457), or whatever a proxy in between had to say.
function failureOf(status: number, text: string): Failure {
    const code = status === 404 ? "not_found" : status === 401 ? "unauthenticated" : "unavailable";
    try {
        const problem = JSON.parse(text) as { code?: Failure["code"]; detail?: string; title?: string };
        return { code: problem.code ?? code, message: problem.detail ?? problem.title ?? "" };
    } catch {
        return { code, message: `the server answered with ${status}` };
    }
}
