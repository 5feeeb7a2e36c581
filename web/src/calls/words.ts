// Calls in words.

import type { Call } from "@homeroom/client";

import { myId } from "../app/homeroom";
import { listOf, titleOf } from "../rooms/rooms";

export const calledBy = (call: Call): string => (call.room ? `${call.host.name}, ${titleOf(call.room)}` : call.host.name);

export function othersOf(call: Call): string {
    const names = call.members.filter(({ id }) => id !== myId.value).map(({ name }) => name);
    return listOf(names.length > 0 ? names : [call.host.name]);
}
