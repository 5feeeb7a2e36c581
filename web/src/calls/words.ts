// Calls in words.

import type { Call } from "@homeroom/client";

import { myId } from "../app/homeroom";
import { listOf, titleOf } from "../rooms/rooms";
import { t } from "../strings";

export const calledBy = (call: Call): string => (call.room ? `${call.host.name}, ${titleOf(call.room)}` : call.host.name);

export function othersOf(call: Call): string {
    const names = call.members.filter(({ id }) => id !== myId.value).map(({ name }) => name);
    return listOf(names.length > 0 ? names : [call.host.name]);
}

export const nameIn = (call: Call, user: string): string => call.members.find(({ id }) => id === user)?.name ?? "";

export const othersThere = (call: Call) => call.members.filter(({ id, leg }) => leg && id !== myId.value);

// Of these, those who are there; oneself is "you".
export function namesOf(call: Call, users: readonly string[]): string {
    const there = call.members.filter(({ id, leg }) => leg && users.includes(id));
    return listOf(there.map(({ id, name }) => (id === myId.value ? t().calls.you : name)));
}
