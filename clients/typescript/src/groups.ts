// The user's study groups, and to which he is invited. They are few and change seldom, so they are asked for again whenever
// something happens to them: what happened is only told to those whom it concerns, and in parts.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
import type { GroupForOne, Invitation } from "./protocol.js";
import { Store } from "./store.js";
import type { Body, Failure, Wire } from "./wire.js";

export interface GroupsSnapshot {
    status: LoadStatus;
    failure: Failure | null;
    groups: GroupForOne[];
    invitations: Invitation[];
}

export class GroupsStore extends Store<GroupsSnapshot> {
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private groups: GroupForOne[] = [];
    private invitations: Invitation[] = [];
    private asked = 0;
    private wanted = false;
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly wire: Wire) {
        super(() => ({ status: this.status, failure: this.failure, groups: this.groups, invitations: this.invitations }));
        const again = () => this.reloadSoon();
        for (const name of ["group:changed", "group:member", "group:left", "group:invited", "group:uninvited"] as const) wire.on(name, again);
        wire.on("rooms:changed", ({ joined, left }) => {
            if ([...joined, ...left].some((room) => room.startsWith("group-"))) again();
        });
        wire.onReset(again);
    }

    async load(): Promise<void> {
        this.wanted = true;
        const mine = ++this.asked;
        const answer = await this.wire.request("group:list", {});
        if (mine !== this.asked) return;
        if (answer.ok) {
            this.groups = answer.groups;
            this.invitations = answer.invitations;
            this.status = "ready";
            this.failure = null;
        } else {
            if (this.status !== "ready") this.status = "failed";
            this.failure = answer.error;
        }
        this.changed();
    }

    /** Any of the requests that change a group; the list is up to date when it returns. */
    async change<Name extends GroupChange>(name: Name, body: Body<Name>): Promise<Failure | null> {
        const answer = await this.wire.request(name, body);
        if (answer.ok) await this.load();
        return answer.ok ? null : answer.error;
    }

    private reloadSoon(): void {
        if (!this.wanted) return;
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            void this.load();
        }, limits.reloadSoon);
    }
}

export type GroupChange =
    | "group:create"
    | "group:update"
    | "group:close"
    | "group:join"
    | "group:leave"
    | "group:invite"
    | "group:uninvite"
    | "group:accept"
    | "group:decline"
    | "group:remove"
    | "group:appoint"
    | "group:transfer";
