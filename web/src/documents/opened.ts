// A Yjs document that is open over this page's connection, and how it stands, for as long as a component is shown.

import { HomeroomProvider, type DocumentRole, type HomeroomError } from "@homeroom/yjs";
import { useEffect, useState } from "preact/hooks";
import * as Y from "yjs";

import { homeroom } from "../app/homeroom";

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
    const [{ doc, provider }] = useState(() => {
        const fresh = new Y.Doc();
        return { doc: fresh, provider: new HomeroomProvider(homeroom.value!.connection.socket, name, fresh, { connect: false }) };
    });
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
        provider.on("status", ({ reason }: { status: string; reason?: string }) => look(reason === "access" || reason === "deleted" ? { gone: reason } : {}));
        for (const event of ["synced", "saved", "role"] as const) provider.on(event, () => look());
        provider.on("refused", (refusal: HomeroomError) => look({ refusal }));
        doc.on("updateV2", (_bytes: Uint8Array, origin: unknown) => origin !== provider && look({ saved: false }));
        provider.connect();
        const warn = (event: BeforeUnloadEvent) => {
            if (provider.synced && !provider.saved && !provider.diverged) event.preventDefault();
        };
        window.addEventListener("beforeunload", warn);
        return () => {
            window.removeEventListener("beforeunload", warn);
            provider.destroy();
            doc.destroy();
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
