// What the others at a board are doing at this moment, and what they are told of what is done here.

import type { HomeroomProvider } from "@homeroom/yjs";
import { useEffect, useRef, useState } from "preact/hooks";

import { homeroom, myId } from "../app/homeroom";
import { draftOf, othersIn, type Others } from "./awareness";
import type { NewShape } from "./shapes";
import type { Viewport } from "./view";

export function useOthers(provider: HomeroomProvider): Others {
    const read = () => othersIn(provider.awareness.getStates(), provider.doc.clientID, provider.presenter);
    const [others, setOthers] = useState(read);
    useEffect(() => {
        const look = () => setOthers(read());
        look();
        provider.awareness.on("change", look);
        provider.on("presenter", look);
        return () => {
            provider.awareness.off("change", look);
            provider.off("presenter", look);
            for (const field of ["draft", "laser", "viewport"]) provider.awareness.setLocalStateField(field, null);
        };
    }, [provider]);
    return others;
}

export const tellDraft = ({ awareness }: HomeroomProvider, shape: NewShape | null) => awareness.setLocalStateField("draft", shape && draftOf(shape));
export const tellLaser = ({ awareness }: HomeroomProvider, at: [number, number] | null) => awareness.setLocalStateField("laser", at);
export const tellViewport = ({ awareness }: HomeroomProvider, viewport: Viewport | null) => awareness.setLocalStateField("viewport", viewport);

export const askToPresent = (doc: string, on: boolean) => homeroom.value!.request("doc:present", { doc, on });

// Whether this page presents. It asked to, and it is this user who does; with the connection that ends.
export function usePresenting(provider: HomeroomProvider, presenter: Others["presenter"]): [boolean, (asked: boolean) => void] {
    const asked = useRef(false);
    useEffect(() => {
        const ended = ({ status }: { status: string }) => {
            if (status === "closed") asked.current = false;
        };
        provider.on("status", ended);
        return () => provider.off("status", ended);
    }, [provider]);
    return [asked.current && presenter?.id === myId.value, (now) => (asked.current = now)];
}
