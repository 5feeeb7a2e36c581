// Codes of the server in words that people understand.

import type { Failure } from "@homeroom/client";

import { t } from "../strings";

// The reason why a connection was refused or ended.
export function refusalInWords(code: string, message = ""): string {
    return (t().refusals as Record<string, string>)[code] || sentence(message) || t().refusals.unknown;
}

export function failureInWords(failure: Failure): string {
    const words = t().failures;
    switch (failure.code) {
        case "rate_limited":
            return failure.retryAfter ? words.tooFastFor(Math.ceil(failure.retryAfter)) : words.tooFast;
        case "offline":
        case "aborted":
        case "queue_full":
        case "internal":
        case "unauthenticated":
        case "not_found":
            return words[failure.code];
        case "unavailable":
            return words.unavailable;
        // What is wrong with it only the server knows.
        case "too_large":
        case "forbidden":
        case "conflict":
        case "invalid":
            return sentence(failure.message) || words[failure.code];
    }
}

export function sentence(text: string): string {
    const trimmed = text.trim();
    if (trimmed === "") return "";
    const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
    return /[.!?…]$/.test(first) ? first : `${first}.`;
}
