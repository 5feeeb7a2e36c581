// Who is signed in, and the rooms he is in.

import type { Events, Rooms, User } from "./protocol.js";
import { Store } from "./store.js";
import type { Wire } from "./wire.js";

/** What the server says of a room over HTTP: `GET /api/v1/rooms`. */
export interface RoomInfo {
    room: string;
    kind: string;
    title: string;
    staff: boolean;
}

export interface SessionSnapshot {
    user: User | null;
    rooms: Rooms | null;
    /** By name of the room; empty until they are loaded. */
    infos: Readonly<Record<string, RoomInfo>>;
    expiresAt: string | null;
}

export class SessionStore extends Store<SessionSnapshot> {
    private user: User | null = null;
    private rooms: Rooms | null = null;
    private roomsSeq = "";
    private infos: Record<string, RoomInfo> = {};
    private expiresAt: string | null = null;
    private asked = 0;

    /** `readInfos`: asks for the titles; null when they can't be had. */
    constructor(wire: Wire, private readonly readInfos: () => Promise<RoomInfo[] | null>) {
        super(() => ({ user: this.user, rooms: this.rooms, infos: this.infos, expiresAt: this.expiresAt }));
        wire.on("session", (session) => this.onSession(session));
        wire.on("rooms:changed", (change) => this.onChange(change));
        // A group may have another title.
        wire.on("group:changed", () => void this.loadInfos());
    }

    /** Titles, and where the user is staff. Loaded by itself with each connection and each change. */
    async loadInfos(): Promise<void> {
        const mine = ++this.asked;
        const infos = await this.readInfos();
        if (infos === null || mine !== this.asked) return;
        this.infos = Object.fromEntries(infos.map((info) => [info.room, info]));
        this.changed();
    }

    private onSession({ user, rooms, cursor, expiresAt }: Events["session"]): void {
        if (this.user?.id !== user.id) {
            this.infos = {};
            this.roomsSeq = "";
        }
        this.user = user;
        this.expiresAt = expiresAt;
        // What it says is as of now, whatever its cursor: a replay that follows has older changes in it.
        this.rooms = rooms;
        if (cursor > this.roomsSeq) this.roomsSeq = cursor;
        this.changed();
        void this.loadInfos();
    }

    private onChange({ seq, rooms }: Events["rooms:changed"]): void {
        if (seq <= this.roomsSeq) return;
        this.roomsSeq = seq;
        this.rooms = rooms;
        this.changed();
        void this.loadInfos();
    }
}
