// Codes of the server in words that people understand.

import type { Failure } from "./types";

const refusals: Record<string, string> = {
    token_missing: "You are signed out. Please sign in.",
    token_invalid: "That sign-in is not valid here. Please sign in again.",
    token_expired: "Your sign-in has expired. Please sign in again.",
    user_unknown: "The school does not know this person.",
    user_disabled: "This account has been disabled by the school.",
    server_draining: "The server is restarting. You will be connected again in a moment.",
    too_many_connections: "You have Homeroom open in too many places. Close some of them and try again.",
};

// The reason why a connection was refused or ended.
export function refusalInWords(code: string | undefined, message = ""): string {
    return (code !== undefined && refusals[code]) || sentence(message) || "The server refused the connection.";
}

export function failureInWords(failure: Failure): string {
    switch (failure.code) {
        case "rate_limited":
            return failure.retryAfter
                ? `That was a little fast. Try again in ${Math.ceil(failure.retryAfter)} s.`
                : "That was a little fast. Try again in a moment.";
        case "unavailable":
            return sentence(failure.message) || "The server cannot do this now. Try again in a moment.";
        case "internal":
            return "Something went wrong on the server. Try again in a moment.";
        case "unauthenticated":
            return "You are signed out. Please sign in again.";
        case "too_large":
            return sentence(failure.message) || "That is too long.";
        default:
            return sentence(failure.message) || "That did not work.";
    }
}

export function sentence(text: string): string {
    const trimmed = text.trim();
    if (trimmed === "") return "";
    const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
    return /[.!?…]$/.test(first) ? first : `${first}.`;
}
