// The few things this client asks over HTTP: the demo's door, and the titles of rooms.

import type { Answer, Failure } from "./types";

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

export interface RoomInfo {
    room: string;
    kind: string;
    title: string;
    staff: boolean;
}

// Fails with `not_found` where the server is no demo.
export const demoSchool = () => ask<DemoSchool>("/demo/people");

export const demoToken = (user: string) =>
    ask<{ token: string; expiresAt: string }>("/demo/token", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user }),
    });

export const roomInfos = (token: string) =>
    ask<{ rooms: RoomInfo[] }>("/api/v1/rooms", { headers: { Authorization: `Bearer ${token}` } });

async function ask<Body extends object>(path: string, request?: RequestInit): Promise<Answer<Body>> {
    try {
        const response = await fetch(path, request);
        const text = await response.text();
        if (!response.ok) return { ok: false, error: failureOf(response.status, text) };
        return { ok: true, ...(JSON.parse(text) as Body) };
    } catch {
        return { ok: false, error: { code: "unavailable", message: "The server cannot be reached." } };
    }
}

// Problem details (RFC 9457), or whatever a proxy in between had to say.
function failureOf(status: number, text: string): Failure {
    const code = status === 404 ? "not_found" : status === 401 ? "unauthenticated" : "unavailable";
    try {
        const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string };
        return { code: problem.code ?? code, message: problem.detail ?? problem.title ?? "" };
    } catch {
        return { code, message: `The server answered with ${status}.` };
    }
}
