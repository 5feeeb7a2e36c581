// Who is signed in, in this tab. Another tab may be somebody else.

import { computed, signal } from "@preact/signals";

import type { RoomSet, User } from "./types";

const storedAs = "homeroom.sign-in";

interface SignIn {
    token: string;
    // Set when the demo's door gave the token: it gives a new one before the old one ends.
    demoUser: string | null;
}

export const signIn = signal<SignIn | null>(readSignIn());
export const me = signal<User | null>(null);
export const rooms = signal<RoomSet | null>(null);
// Why this tab was signed out, for the sign-in page.
export const farewell = signal("");

export const myId = computed(() => me.value?.id ?? "");

export function keepSignIn(next: SignIn | null): void {
    signIn.value = next;
    try {
        if (next) sessionStorage.setItem(storedAs, JSON.stringify(next));
        else sessionStorage.removeItem(storedAs);
    } catch {
        // Storage may be forbidden: the sign-in then lasts as long as the page.
    }
}

function readSignIn(): SignIn | null {
    try {
        const stored = JSON.parse(sessionStorage.getItem(storedAs) ?? "null") as SignIn | null;
        return typeof stored?.token === "string" ? stored : null;
    } catch {
        return null;
    }
}
