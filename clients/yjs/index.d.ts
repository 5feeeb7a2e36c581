import { ObservableV2 } from "lib0/observable";
import type { Socket } from "socket.io-client";
import type { Awareness } from "y-protocols/awareness";
import type { Doc } from "yjs";

export type DocumentRole = "viewer" | "pointer" | "commenter" | "drawer" | "editor" | "owner";

export interface HomeroomError {
    code: string;
    message: string;
    field?: string;
    retryAfter?: number;
}

export interface HomeroomProviderOptions {
    awareness?: Awareness;
    /** Milliseconds in which what is typed is gathered into one update; 30. */
    batch?: number;
    /** Whether to open the document at once, or when the socket connects: true. Otherwise with `connect()`. */
    connect?: boolean;
}

/** Yjs documents over a Homeroom connection, any number on one socket. */
export class HomeroomProvider extends ObservableV2<{
    status: (state: { status: "closed" | "opening" | "open"; reason?: string }) => void;
    synced: (synced: boolean) => void;
    /** Everything that was typed here is on the server's disk. */
    saved: () => void;
    role: (role: DocumentRole) => void;
    /** Whom to follow, or nobody any more. */
    presenter: (presenter: { id: string; name: string } | null) => void;
    /** Something was refused: opening the document, or what was typed here. */
    refused: (error: HomeroomError) => void;
}> {
    /** `name`: the document's id, or `id + "#comments"` for the comments beside it. */
    constructor(socket: Socket, name: string, doc: Doc, options?: HomeroomProviderOptions);

    readonly name: string;
    readonly doc: Doc;
    readonly awareness: Awareness;
    readonly status: "closed" | "opening" | "open";
    readonly role: DocumentRole | null;
    readonly writes: boolean;
    readonly presenter: { id: string; name: string } | null;
    readonly synced: boolean;
    readonly saved: boolean;
    /** Something typed here was refused: this copy is not what the others see. */
    readonly diverged: boolean;

    /** The others are to follow this connection, or no more; for editors and owners. */
    present(on?: boolean): void;
    /** From now on it is open whenever the socket is connected. */
    connect(): void;
    /** From now on it is not. */
    disconnect(): void;
    destroy(): void;
}
