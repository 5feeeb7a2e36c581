// The demo's door, the only thing this page itself asks over HTTP.

import type { Failure } from "@homeroom/client";

export interface DemoPerson {
    id: string;
    name: string;
    roles: string[];
    classes: string[];
}

export interface DemoSchool {
    school: string;
    people: DemoPerson[];
}

export type HttpAnswer<Body> = ({ ok: true } & Body) | { ok: false; error: Failure };

// Fails with `not_found` where the server is no demo.
export const demoSchool = () => ask<DemoSchool>("/demo/people");
export const demoToken = (user: string) =>
    ask<{ token: string; expiresAt: string }>("/demo/token", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user }),
    });

async function ask<Body extends object>(path: string, request?: RequestInit): Promise<HttpAnswer<Body>> {
    try {
        const response = await fetch(path, request);
        const text = await response.text();
        if (response.ok) return { ok: true, ...(JSON.parse(text) as Body) };
        return { ok: false, error: { code: response.status === 404 ? "not_found" : "unavailable", message: detailOf(text) } };
    } catch {
        return { ok: false, error: { code: "offline", message: "" } };
    }
}

// Of problem details (RFC 9457), or of whatever a proxy in between had to say: nothing.
function detailOf(text: string): string {
    try {
        return (JSON.parse(text) as { detail?: string }).detail ?? "";
    } catch {
        return "";
    }
}
