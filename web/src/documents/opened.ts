// A Yjs document that is open over this page's connection, and how it stands, for as long as a component is shown.

import { HomeroomProvider, type DocumentRole, type HomeroomError } from "@homeroom/yjs";
import { useEffect, useState } from "preact/hooks";
import * as Y from "yjs";

import { homeroom, withEachSignIn } from "../app/homeroom";

interface Copy {
    doc: Y.Doc;
    provider: HomeroomProvider;
}

// Left before all of it was on the server, as in a tunnel: kept until it is, so that turning the page loses nothing.
const unsaved = new Map<string, Copy>();

function copyOf(name: string): Copy {
    const kept = unsaved.get(name);
    unsaved.delete(name);
    if (kept) {
        kept.provider.awareness.setLocalState({}); // here again
        return kept;
    }
    const doc = new Y.Doc();
    return { doc, provider: new HomeroomProvider(homeroom.value!.connection.socket, name, doc, { connect: false }) };
}

function leave(name: string, copy: Copy, isLost: boolean): void {
    if (isLost || copy.provider.saved || copy.provider.diverged) return end(copy);
    unsaved.set(name, copy);
    copy.provider.awareness.setLocalState(null);
    copy.provider.on("saved", () => {
        if (unsaved.get(name) !== copy) return;
        unsaved.delete(name);
        end(copy);
    });
}

function end({ doc, provider }: Copy): void {
    provider.destroy();
    doc.destroy();
}

withEachSignIn(() => () => {
    for (const copy of unsaved.values()) end(copy);
    unsaved.clear();
});

export interface Opened {
    doc: Y.Doc;
    provider: HomeroomProvider;
    isOpen: boolean; // now; not while the connection is away
    synced: boolean; // it was, once: what is shown is not an empty beginning
    saved: boolean;
    role: DocumentRole | null;
    writes: boolean;
    diverged: boolean;
    refusal: HomeroomError | null;
    gone: "access" | "deleted" | null;
}

// `name`: the document's id, or id + "#comments". Give the component a key to begin anew with a fresh copy.
export function useOpened(name: string): Opened {
    const [{ doc, provider }] = useState(() => copyOf(name));
    const [state, setState] = useState<Omit<Opened, "doc" | "provider">>({
        isOpen: false,
        synced: false,
        saved: true,
        role: null,
        writes: false,
        diverged: false,
        refusal: null,
        gone: null,
    });
    useEffect(() => {
        const look = (more: Partial<Opened> = {}) =>
            setState((before) => ({
                ...before,
                isOpen: provider.status === "open",
                synced: before.synced || provider.synced,
                saved: provider.saved,
                role: provider.role ?? before.role,
                writes: provider.writes,
                diverged: provider.diverged,
                ...more,
            }));
        let isLost = false;
        const onStatus = ({ reason }: { status: string; reason?: string }) => {
            const gone = reason === "access" || reason === "deleted" ? reason : null;
            isLost = gone !== null;
            look(gone ? { gone } : {});
        };
        const onNews = () => look();
        const onRefused = (refusal: HomeroomError) => look({ refusal });
        const onUpdate = (_bytes: Uint8Array, origin: unknown) => origin !== provider && look({ saved: false });
        provider.on("status", onStatus);
        for (const event of ["synced", "saved", "role"] as const) provider.on(event, onNews);
        provider.on("refused", onRefused);
        doc.on("updateV2", onUpdate);
        provider.connect();
        onNews();
        const warn = (event: BeforeUnloadEvent) => {
            if (!provider.saved && !provider.diverged && provider.synced) event.preventDefault();
        };
        window.addEventListener("beforeunload", warn);
        return () => {
            window.removeEventListener("beforeunload", warn);
            provider.off("status", onStatus);
            for (const event of ["synced", "saved", "role"] as const) provider.off(event, onNews);
            provider.off("refused", onRefused);
            doc.off("updateV2", onUpdate);
            leave(name, { doc, provider }, isLost);
        };
    }, []);
    return { doc, provider, ...state };
}

// Who has it open at this moment and is shown to this user, each once.
export function usePresent(provider: HomeroomProvider): { id: string; name: string }[] {
    const [present, setPresent] = useState<{ id: string; name: string }[]>([]);
    useEffect(() => {
        const look = () => {
            const people = new Map<string, { id: string; name: string }>();
            for (const [client, { user }] of provider.awareness.getStates() as Map<number, { user?: { id?: unknown; name?: unknown } }>) {
                if (client !== provider.doc.clientID && typeof user?.id === "string" && typeof user.name === "string") people.set(user.id, { id: user.id, name: user.name });
            }
            setPresent([...people.values()].sort((one, other) => one.name.localeCompare(other.name)));
        };
        look();
        provider.awareness.on("change", look);
        return () => provider.awareness.off("change", look);
    }, [provider]);
    return present;
}
