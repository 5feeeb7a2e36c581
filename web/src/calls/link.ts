// The connection to one other person in a call, with "perfect negotiation": offers may cross, and the server has said whose yields.

import type { IceCandidates, SessionDescription } from "@homeroom/client";

const gatheredFor = 200; // milliseconds in which candidates are gathered into one signal
const candidatesMax = 50; // of one signal

export interface LinkSignal {
    negotiation?: number | null;
    description?: SessionDescription | null;
    candidates?: IceCandidates | null;
}

interface LinkOptions {
    leg: string; // as which the other one is there
    polite: boolean; // yields when offers cross; the other one makes the first offer
    configuration: RTCConfiguration;
    send(data: LinkSignal): Promise<void>;
    onChange(): void;
}

export class Link {
    readonly leg: string;
    readonly polite: boolean;
    readonly connection: RTCPeerConnection;
    // By where they stand among the streams: a camera's has sound, a screen's has none.
    camera: MediaStream | null = null;
    screen: MediaStream | null = null;
    private hearing: Promise<void> = Promise.resolve();
    private offering = false;
    private ignores = false;
    private voice: MediaStream | null = null;
    private pictured: RTCRtpSender | null = null; // sends the camera
    private shown: RTCRtpSender | null = null; // sends the screen
    private toShow: MediaStream | null = null;
    private readonly candidates: RTCIceCandidate[] = [];
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly options: LinkOptions) {
        this.leg = options.leg;
        this.polite = options.polite;
        const connection = (this.connection = new RTCPeerConnection(options.configuration));
        connection.onnegotiationneeded = () => void this.offer();
        connection.onicecandidate = ({ candidate }) => candidate && this.gather(candidate);
        connection.ontrack = ({ track, streams: [stream] }) => stream && this.met(track, stream);
        connection.onconnectionstatechange = () => {
            // The one who makes first offers tries anew; the other hears of it.
            if (connection.connectionState === "failed" && !this.polite) connection.restartIce();
            options.onChange();
        };
    }

    // What this person is heard and seen by. The polite one waits for the first offer.
    give(voice: MediaStream, screen: MediaStream | null): void {
        this.voice = voice;
        this.toShow = screen;
        if (!this.polite) this.addAll();
    }

    show(screen: MediaStream | null): void {
        if (screen === this.toShow && (this.shown !== null) === (screen !== null)) return;
        this.toShow = screen;
        if (this.shown) this.connection.removeTrack(this.shown);
        this.shown = null;
        // Before the voice is under way there is nothing to add to.
        const [track] = screen?.getTracks() ?? [];
        if (track && this.connection.getSenders().length > 0) this.shown = this.connection.addTrack(track, screen!);
    }

    // Another camera, or none.
    async look(track: MediaStreamTrack | null): Promise<void> {
        if (this.pictured) {
            await this.pictured.replaceTrack(track);
            // Not sent any more, which the other side is told; a picture that only stands still it could not tell from a slow one.
            const transceiver = this.connection.getTransceivers().find(({ sender }) => sender === this.pictured);
            if (transceiver) transceiver.direction = track ? "sendrecv" : "recvonly";
            return;
        }
        if (track && this.connection.getSenders().length > 0) this.pictured = this.connection.addTrack(track, this.voice!);
    }

    // One after the other, on this link alone: what a connection was asked for never comes when it is closed meanwhile, and the
    // others must not wait for that.
    hear(signal: LinkSignal): void {
        this.hearing = this.hearing.then(() => this.take(signal)).catch(() => {});
    }

    private async take({ negotiation, description, candidates }: LinkSignal): Promise<void> {
        const { connection } = this;
        if (description) {
            const crosses = description.type === "offer" && (this.offering || connection.signalingState !== "stable");
            this.ignores = crosses && !this.polite;
            if (this.ignores) return; // ours stands
            if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
            await connection.setRemoteDescription(description);
            if (description.type === "offer") {
                this.addAll();
                await connection.setLocalDescription();
                await this.options.send({ negotiation, description: plain(connection.localDescription!) });
            }
        }
        for (const candidate of candidates ?? []) {
            try {
                await connection.addIceCandidate(candidate ?? undefined);
            } catch (error) {
                if (!this.ignores) throw error;
            }
        }
    }

    restart(): void {
        this.connection.restartIce();
    }

    close(): void {
        clearTimeout(this.timer);
        this.connection.onconnectionstatechange = null;
        this.connection.close();
    }

    private addAll(): void {
        if (!this.voice || this.connection.getSenders().some(({ track }) => track !== null)) return;
        for (const track of this.voice.getTracks()) {
            const sender = this.connection.addTrack(track, this.voice);
            if (track.kind === "video") this.pictured = sender;
        }
        const [screen] = this.toShow?.getTracks() ?? [];
        if (screen) this.shown = this.connection.addTrack(screen, this.toShow!);
    }

    private async offer(): Promise<void> {
        try {
            this.offering = true;
            await this.connection.setLocalDescription();
            await this.options.send({ description: plain(this.connection.localDescription!) });
        } finally {
            this.offering = false;
        }
    }

    private gather(candidate: RTCIceCandidate): void {
        this.candidates.push(candidate);
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            while (this.candidates.length > 0) void this.options.send({ candidates: this.candidates.splice(0, candidatesMax).map((one) => one.toJSON() as { candidate: string }) });
        }, gatheredFor);
    }

    private met(track: MediaStreamTrack, stream: MediaStream): void {
        const isCamera = stream.getAudioTracks().length > 0;
        if (isCamera) this.camera = stream;
        else this.screen = stream;
        const { onChange } = this.options;
        track.onmute = track.onunmute = onChange;
        stream.onremovetrack = () => {
            if (stream === this.screen && stream.getTracks().length === 0) this.screen = null;
            onChange();
        };
        onChange();
    }
}

const plain = ({ type, sdp }: RTCSessionDescription): SessionDescription => ({ type: type as "offer" | "answer", sdp });
