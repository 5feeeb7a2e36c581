// Beginning a call, and joining one, from wherever on the page. What a call needs is loaded then.

import type { Call, Failure, Requests } from "@homeroom/client";
import { computed, signal } from "@preact/signals";

import { calls, myId } from "../app/homeroom";

const used = signal(false);
// Whether there is, or was, any call: then the panel is on the page.
export const callsAreUsed = computed(() => used.value || Object.keys(calls.value).length > 0);

export async function callSomebody(to: Requests["call:start"]["body"]["to"], media: "audio" | "video"): Promise<Failure | null> {
    used.value = true;
    return (await import("./mesh")).begin(to, media);
}

export async function joinCall(call: Call): Promise<Failure | null> {
    used.value = true;
    return (await import("./mesh")).join(call);
}

// A call of this room that goes on, in which this person is not.
export const callIn = (room: string): Call | undefined =>
    Object.values(calls.value).find((call) => call.room === room && !call.members.some(({ id, state }) => id === myId.value && state === "present"));
