// Watching one live class: asked for, renewed before the ticket ends, begun anew when the picture breaks, given up when it ends or
// one is taken out of the class.

import type { Live, Requests } from "@homeroom/client";
import { signal } from "@preact/signals";

import { homeroom } from "../app/homeroom";
import { holds, pause } from "./pace";
import { Whep } from "./whep";

type Watched = Requests["live:watch"]["answer"];

const renewBefore = 15_000; // milliseconds
const renewalMin = 3_000;

export class Watching {
    readonly state = signal<"asking" | "soon" | "connecting" | "playing" | "broken" | "link" | "none" | "removed" | "over">("asking");
    readonly link = signal<string | null>(null);
    readonly viewers = signal<{ count: number; rounded: boolean } | null>(null);
    private player: Whep | null = null;
    private held: Watched | null = null; // the newest ticket
    private failures = 0; // in a row, of the picture
    private refusals = 0; // in a row, of the ticket
    private timer: ReturnType<typeof setTimeout> | undefined;
    private renewal: ReturnType<typeof setTimeout> | undefined;
    private readonly ends: (() => void)[];
    private closed = false;

    constructor(
        readonly live: Live,
        private readonly video: () => HTMLVideoElement | null,
    ) {
        const client = homeroom.value!;
        this.ends = [
            client.on("live:viewers", (event) => {
                if (event.live === live.id) this.viewers.value = event;
            }),
            client.on("live:removed", (event) => event.live === live.id && this.stop("removed")),
            client.on("live:ended", (event) => event.live.id === live.id && this.stop("over")),
            client.on("live:changed", (event) => {
                if (event.live.id === live.id && event.change === "back" && this.state.value === "broken") this.again(Math.random() * (event.startJitter ?? 0));
            }),
            // A new connection is not counted until it has asked.
            client.on("session", () => void this.ask(false)),
        ];
        void this.ask(true);
    }

    close(): void {
        this.stop("over");
        void homeroom.value?.request("live:unwatch", { live: this.live.id }, { whenAway: "fail" });
    }

    private stop(state: "removed" | "over"): void {
        if (this.closed) return;
        this.closed = true;
        clearTimeout(this.timer);
        clearTimeout(this.renewal);
        this.player?.close();
        for (const end of this.ends) end();
        this.state.value = state;
    }

    private async ask(toPlay: boolean): Promise<void> {
        const answer = await homeroom.value!.request("live:watch", { live: this.live.id });
        if (this.closed) return;
        if (!answer.ok) {
            if (answer.error.code === "not_found") return this.stop("removed");
            if (answer.error.code === "conflict") return this.stop("over");
            // It passes. A picture that plays goes on meanwhile.
            const after = pause(this.refusals++);
            if (toPlay) return this.later(after, () => void this.ask(true));
            return this.renewLater(after);
        }
        this.refusals = 0;
        this.held = answer;
        this.renew(answer);
        if (!toPlay) return;
        if (answer.startAfter > 0) this.state.value = "soon";
        this.later(answer.startAfter, () => this.play(answer));
    }

    // Its next ticket: whoever has left the class is told so here at the latest.
    private renew({ playback }: Watched): void {
        clearTimeout(this.renewal);
        if (!playback.expiresAt) return;
        const left = Date.parse(playback.expiresAt) - Date.now() - renewBefore;
        this.renewLater(Math.max(left, renewalMin));
    }

    private renewLater(after: number): void {
        clearTimeout(this.renewal);
        this.renewal = setTimeout(() => void this.ask(false), after);
    }

    private play({ playback }: Watched): void {
        const video = this.video();
        if (this.closed) return;
        this.player?.close();
        if (playback.whep && video) {
            this.player = new Whep(playback.whep, playback.token, video, (state) => {
                this.state.value = state;
                if (state === "playing") this.failures = 0;
                if (state === "broken") this.again(pause(this.failures++));
            });
            return;
        }
        this.link.value = playback.link;
        this.state.value = playback.link ? "link" : "none";
    }

    // With the ticket that it has by then, if that still opens anything.
    private again(after: number): void {
        this.later(after, () => (this.held && holds(this.held.playback.expiresAt) ? this.play(this.held) : void this.ask(true)));
    }

    private later(after: number, what: () => void): void {
        clearTimeout(this.timer);
        this.timer = setTimeout(what, after);
    }
}
