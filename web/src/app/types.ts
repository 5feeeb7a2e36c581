// What the server sends, as far as this client reads it. The contract is protocol/asyncapi.yaml.

export interface Person {
    id: string;
    name: string;
}

export interface User extends Person {
    roles: string[];
}

export interface RoomSet {
    personal: string;
    classes: string[];
    courses: string[];
    groups: string[];
    institution: string | null;
    institutions: string[];
    global: string;
}

export interface Session {
    user: User;
    rooms: RoomSet;
    cursor: string;
    recovered: boolean;
    gap?: boolean;
    expiresAt: string;
}

// Why a request was not carried out.
export interface Failure {
    code: string;
    message: string;
    field?: string;
    retryAfter?: number;
}

export type Answer<Body> = ({ ok: true } & Body) | { ok: false; error: Failure };

// What every durable event carries beside its body.
export interface Envelope {
    seq: string;
    id: string;
    room: string;
    at: string;
    by: Person | null;
}

export interface RoomsChanged extends Envelope {
    joined: string[];
    left: string[];
    rooms: RoomSet;
}
