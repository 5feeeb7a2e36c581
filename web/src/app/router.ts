// Which page is shown: the address tells (#/class-math), so that a reload, a bookmark and the browser's back button do what
// one expects. Nothing secret is ever in it.

import { computed, signal } from "@preact/signals";

export type Route =
    | { page: "home" | "announcements" | "notifications" | "groups" | "settings" | "calls" }
    | { page: "room"; room: string; tab: RoomTab; post: string | null }
    | { page: "messages"; conversation: string | null; user: string | null }
    | { page: "grades"; classId: string | null; student: string | null }
    | { page: "study"; session: string }
    | { page: "document"; doc: string }
    | { page: "operator"; part: OperatorPart; user: string }
    | { page: "group"; group: string }
    | { page: "search"; query: string };

const roomTabs = ["posts", "waiting", "reports", "study", "live", "documents", "people"] as const;
export type RoomTab = (typeof roomTabs)[number];
const operatorParts = ["overview", "connections", "explain", "audit", "roster"] as const;
export type OperatorPart = (typeof operatorParts)[number];

const hash = signal(typeof location === "undefined" ? "" : location.hash);
export const route = computed(() => parse(hash.value));

export function followAddress(): void {
    window.addEventListener("hashchange", () => (hash.value = location.hash));
}

export function go(to: string, how: "push" | "replace" = "push"): void {
    if (how === "replace") history.replaceState(null, "", to);
    else if (location.hash !== to) history.pushState(null, "", to);
    hash.value = location.hash;
}

export const hrefOf = {
    home: "#/",
    room: (room: string, tab: RoomTab = "posts") => `#/${encodeURIComponent(room)}${tab === "posts" ? "" : `/${tab}`}`,
    post: (room: string, post: string) => `#/${encodeURIComponent(room)}/post/${encodeURIComponent(post)}`,
    messages: "#/messages",
    conversation: (id: string) => `#/messages/${encodeURIComponent(id)}`,
    messageTo: (user: string) => `#/messages/to/${encodeURIComponent(user)}`,
    announcements: "#/announcements",
    notifications: "#/notifications",
    grades: "#/grades",
    gradesOf: (student: string) => `#/grades/of/${encodeURIComponent(student)}`,
    study: (session: string) => `#/study/${encodeURIComponent(session)}`,
    document: (doc: string) => `#/documents/${encodeURIComponent(doc)}`,
    calls: "#/calls",
    operator: (part: OperatorPart = "overview", user = "") => `#/operator${part === "overview" ? "" : `/${part}`}${user && `/${encodeURIComponent(user)}`}`,
    gradeBook: (classId: string) => `#/grades/${encodeURIComponent(classId)}`,
    groups: "#/groups",
    group: (id: string) => `#/groups/${encodeURIComponent(id)}`,
    search: (query: string) => `#/search/${encodeURIComponent(query)}`,
    settings: "#/settings",
};

export function parse(address: string): Route {
    const [first = "", second = "", third = ""] = address.replace(/^#\/?/, "").split("/").map(decoded);
    switch (first) {
        case "":
            return { page: "home" };
        case "announcements":
        case "notifications":
        case "settings":
        case "calls":
            return { page: first };
        case "study":
            return second ? { page: "study", session: second } : { page: "home" };
        case "documents":
            return second ? { page: "document", doc: second } : { page: "home" };
        case "operator":
            return { page: "operator", part: oneOf(operatorParts, second) ?? "overview", user: third };
        case "groups":
            return second ? { page: "group", group: second } : { page: "groups" };
        case "messages":
            if (second === "to") return { page: "messages", conversation: null, user: third };
            return { page: "messages", conversation: second || null, user: null };
        case "grades":
            if (second === "of") return { page: "grades", classId: null, student: third || null };
            return { page: "grades", classId: second || null, student: null };
        case "search":
            return { page: "search", query: second };
        default:
            return {
                page: "room",
                room: first,
                tab: oneOf(roomTabs, second) ?? "posts",
                post: second === "post" ? third || null : null,
            };
    }
}

const oneOf = <One extends string>(all: readonly One[], word: string): One | undefined => all.find((one) => one === word);

function decoded(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return "";
    }
}
