// A deed in a call whose answer is the call as it is then.

import type { Answer, Call, RequestName, Requests } from "@homeroom/client";

import { homeroom } from "../app/homeroom";
import { useDeed } from "../app/useDeed";

type Change =
    | "call:mute"
    | "call:hand"
    | "call:settings"
    | "call:admit"
    | "call:deny"
    | "call:captioner"
    | "call:poll"
    | "call:closePoll"
    | "call:record"
    | "call:consent";

export function useChange(call: Call) {
    const { busy, failure, attempt } = useDeed();
    // → whether it was done
    const change = <Name extends Change>(name: Name, more: Omit<Requests[Name]["body"], "call">): Promise<boolean> =>
        attempt(async () => {
            const told = await homeroom.value!.request(name as RequestName, { call: call.id, ...more } as never);
            if (!told.ok) return told.error;
            homeroom.value?.calls.learn((told as Answer<"call:hand"> & { ok: true }).call);
            return null;
        });
    return { busy, failure, change };
}
