// The one connection of this page, and what is known through it, as signals. Who signs in or out begins here.

import { Homeroom, type ConnectionState, type SessionSnapshot } from "@homeroom/client";
import type {
    AnnouncementsSnapshot,
    CallsSnapshot,
    GroupsSnapshot,
    MessagesSnapshot,
    NotificationsSnapshot,
    PresenceSnapshot,
    TypingSnapshot,
} from "@homeroom/client";
import { computed, signal } from "@preact/signals";

import { demoToken } from "./http";
import { follow } from "./signals";

const nobody: SessionSnapshot = { user: null, rooms: null, infos: {}, expiresAt: null };

export const homeroom = signal<Homeroom | null>(null);
export const connection = signal<ConnectionState>({ is: "connecting" });
export const ending = signal<string | null>(null);
export const waiting = signal(0);
export const session = signal<SessionSnapshot>(nobody);
export const messages = signal<MessagesSnapshot | null>(null);
export const notifications = signal<NotificationsSnapshot | null>(null);
export const announcements = signal<AnnouncementsSnapshot | null>(null);
export const groups = signal<GroupsSnapshot | null>(null);
export const presence = signal<PresenceSnapshot | null>(null);
export const typing = signal<TypingSnapshot>({});
export const calls = signal<CallsSnapshot>({});

export const me = computed(() => session.value.user);
export const myId = computed(() => session.value.user?.id ?? "");
export const isLive = computed(() => connection.value.is === "live");

export interface SignIn {
    token: string;
    // Set when the demo's door gave the token: it gives a new one before the old one ends.
    demoUser: string | null;
}

const storedAs = "homeroom.sign-in";
export const signIn = signal<SignIn | null>(readSignIn());
// The code of why this tab was signed out, and the server's words for it; for the sign-in page.
export const farewell = signal<{ code: string; message: string } | null>(null);

let ends: (() => void)[] = [];

// For whoever keeps something of a person: to begin, and to forget.
type Visit = (client: Homeroom) => void | (() => void);
const visits: Visit[] = [];
export function withEachSignIn(visit: Visit): void {
    visits.push(visit);
    // What was loaded later begins with whoever is here.
    if (homeroom.value) ends.push(visit(homeroom.value) ?? (() => {}));
}

export function enter(next: SignIn): void {
    leave(null);
    farewell.value = null;
    keepSignIn(next);
    const client = new Homeroom({
        token: (why) => tokenOf(why),
        socket: { reconnectionDelayMax: 4_000 },
    });
    homeroom.value = client;
    ends = [
        follow(session, client.session),
        follow(ending, client.connection.ending),
        follow(messages, client.messages),
        follow(notifications, client.notifications),
        follow(announcements, client.announcements),
        follow(groups, client.groups),
        follow(presence, client.presence),
        follow(typing, client.typing),
        follow(calls, client.calls),
        client.connection.outbox.subscribe(() => (waiting.value = client.connection.outbox.getSnapshot().waiting)),
        follow(connection, client.state),
        client.state.subscribe(() => {
            const state = client.state.getSnapshot();
            // It makes no sense to come back with the same token.
            if (state.is === "refused" && state.final) leave({ code: state.code, message: state.message });
        }),
    ];
    client.presence.followOwn();
    void client.messages.load();
    void client.notifications.load();
    void client.announcements.load();
    for (const visit of visits) ends.push(visit(client) ?? (() => {}));
}

export function signOut(): void {
    leave(null);
    history.replaceState(null, "", location.pathname);
}

function leave(why: { code: string; message: string } | null): void {
    const client = homeroom.value;
    for (const end of ends) end();
    ends = [];
    homeroom.value = null;
    client?.close();
    session.value = nobody;
    connection.value = { is: "connecting" };
    messages.value = notifications.value = announcements.value = groups.value = presence.value = null;
    typing.value = {};
    calls.value = {};
    waiting.value = 0;
    keepSignIn(null);
    if (why) farewell.value = why;
}

// The demo's door gives a new token for the asking; elsewhere the person must sign in again.
async function tokenOf(why: "start" | "expiring" | "expired"): Promise<string | null> {
    const kept = signIn.value;
    if (!kept) return null;
    if (why === "start") return kept.token;
    if (!kept.demoUser) return null;
    const answer = await demoToken(kept.demoUser);
    if (!answer.ok || signIn.value?.demoUser !== kept.demoUser) return null;
    keepSignIn({ token: answer.token, demoUser: kept.demoUser });
    return answer.token;
}

// In this tab only: another tab may be somebody else.
function keepSignIn(next: SignIn | null): void {
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
