// What an operator asks, with a service token: a page of its own, without a connection, for the platform is nobody on the roster.

import type { Failure } from "@homeroom/client";
import { signal } from "@preact/signals";

// In memory alone: a reload forgets it.
export const token = signal<string | null>(null);

export type Told<Body> = { ok: true; body: Body; total: number | null } | { ok: false; error: Failure };

export async function ask<Body>(path: string, query: Record<string, string | number> = {}, by = token.value): Promise<Told<Body>> {
    const answer = await read(`/api/v1${path}`, query, by);
    if (!answer.ok) return answer;
    try {
        return { ok: true, body: JSON.parse(answer.text) as Body, total: answer.total };
    } catch {
        return { ok: false, error: { code: "unavailable", message: "" } };
    }
}

// Null: they are not handed out at this address.
export async function readMetrics(): Promise<string | null> {
    const answer = await read("/metrics", {}, token.value);
    return answer.ok && answer.text.includes("# TYPE") ? answer.text : null;
}

export type Health = { status?: string; store?: string; kafka?: string };

// A server that drains says so with 503.
export async function readHealth(): Promise<Health> {
    try {
        const told: unknown = await (await fetch("/readyz", { cache: "no-store" })).json();
        const words = Object.entries(typeof told === "object" && told !== null ? told : {}).filter(([, value]) => typeof value === "string");
        return Object.fromEntries(words) as Health;
    } catch {
        return {};
    }
}

async function read(path: string, query: Record<string, string | number>, by: string | null): Promise<{ ok: true; text: string; total: number | null } | { ok: false; error: Failure }> {
    const wanted = Object.entries(query).filter(([, value]) => value !== "");
    const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString();
    try {
        const response = await fetch(search ? `${path}?${search}` : path, { headers: { Authorization: `Bearer ${by ?? ""}` }, cache: "no-store" });
        const text = await response.text();
        if (response.ok) return { ok: true, text, total: Number(response.headers.get("X-Total-Count")) || null };
        return { ok: false, error: failureOf(response.status, text) };
    } catch {
        return { ok: false, error: { code: "offline", message: "" } };
    }
}

function failureOf(status: number, text: string): Failure {
    try {
        const { code, detail, field } = JSON.parse(text) as { code?: Failure["code"]; detail?: string; field?: string };
        return { code: code ?? "unavailable", message: detail ?? "", ...(field ? { field } : {}) };
    } catch {
        return { code: status === 404 ? "not_found" : "unavailable", message: "" };
    }
}
