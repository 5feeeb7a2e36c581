// A picture from a media server, by WHEP: an offer is posted with the ticket, the answer comes back, and media flows. Nothing is
// sent the other way.

export type WhepState = "connecting" | "playing" | "broken";

const gatheringMax = 1_000; // milliseconds: what has not been found by then is not needed

export class Whep {
    private readonly peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    private readonly stream = new MediaStream();
    private session: string | null = null; // to say goodbye to
    private closed = false;

    constructor(
        private readonly url: string,
        private readonly token: string | null,
        video: HTMLVideoElement,
        private readonly onState: (state: WhepState) => void,
    ) {
        video.srcObject = this.stream;
        this.peer.addTransceiver("video", { direction: "recvonly" });
        this.peer.addTransceiver("audio", { direction: "recvonly" });
        this.peer.ontrack = ({ track }) => this.stream.addTrack(track);
        this.peer.onconnectionstatechange = () => {
            const { connectionState } = this.peer;
            if (connectionState === "connected") this.tell("playing");
            if (connectionState === "failed" || connectionState === "closed") this.tell("broken");
        };
        this.tell("connecting");
        this.connect().catch(() => this.tell("broken"));
    }

    close(): void {
        this.closed = true;
        this.peer.close();
        for (const track of this.stream.getTracks()) track.stop();
        if (this.session) void fetch(this.session, { method: "DELETE", headers: this.headers() }).catch(() => undefined);
    }

    private async connect(): Promise<void> {
        await this.peer.setLocalDescription(await this.peer.createOffer());
        await this.gathered();
        const answer = await fetch(this.url, {
            method: "POST",
            headers: { ...this.headers(), "Content-Type": "application/sdp" },
            body: this.peer.localDescription!.sdp,
        });
        if (!answer.ok) throw new Error(`the media server answered ${answer.status}`);
        const location = answer.headers.get("Location");
        const session = location ? new URL(location, this.url) : null;
        // The ticket goes nowhere else.
        if (session && session.origin === new URL(this.url).origin) this.session = session.href;
        const sdp = await answer.text();
        if (this.closed) return this.close();
        await this.peer.setRemoteDescription({ type: "answer", sdp });
    }

    private gathered(): Promise<void> {
        if (this.peer.iceGatheringState === "complete") return Promise.resolve();
        return new Promise((done) => {
            setTimeout(done, gatheringMax);
            this.peer.addEventListener("icegatheringstatechange", () => this.peer.iceGatheringState === "complete" && done());
        });
    }

    private headers(): Record<string, string> {
        return this.token ? { Authorization: `Bearer ${this.token}` } : {};
    }

    private tell(state: WhepState): void {
        if (!this.closed) this.onState(state);
    }
}
