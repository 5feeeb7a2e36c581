// A client of calls whose media goes through a media server, as docs/calls.md tells it: up to three links with it in place of one
// with each of the others. Plain script of a page that has `io`; the tests play it.

class ServerCallClient {
    constructor(url, token, me) {
        Object.assign(this, { me, calls: new Map(), here: null, made: null, links: new Map(), stream: null, screen: null, streams: [] });
        this.trouble = [];
        this.told = []; // every call:media, in short
        this.socket = io(url, { transports: ["websocket"], auth: { token }, reconnectionDelay: 100, reconnectionDelayMax: 300 });
        this.socket.on("session", () => this.#begin());
        this.socket.on("call:current", ({ calls }) => calls.forEach(({ call }) => this.#learn(call)));
        this.socket.onAny((name, body) => body?.call?.version && this.#learn(body.call));
        this.socket.on("call:removed", ({ callId }) => this.#over(callId));
        this.socket.on("call:media", ({ call, media }) => {
            if (call !== this.here?.id) return;
            this.told.push(media.made);
            this.#make(media.made);
        });
        let last = Promise.resolve();
        this.socket.on("call:signal", (signal) => (last = last.then(() => this.#hear(signal)).catch((error) => this.#say(error))));
    }

    get call() {
        return this.here && this.calls.get(this.here.id);
    }

    start(to) {
        return this.#enter("call:start", { to });
    }
    accept(call) {
        return this.#enter("call:accept", { call });
    }
    join(call, more = {}) {
        return this.#enter("call:join", { call, ...more });
    }
    leave() {
        const { id } = this.here;
        this.#over(id);
        return this.#ask("call:leave", { call: id });
    }

    async present() {
        await this.#ask("screen:start", { call: this.here.id });
        this.screen = await navigator.mediaDevices.getDisplayMedia({ video: true });
        this.#offer("screen", this.screen);
    }
    // What a client does that does not hold to anything: → the code that it is answered, or "ok".
    async tries(link, description) {
        const answer = await this.socket.emitWithAck("call:signal", { call: this.here.id, link, data: { description } });
        return answer.ok ? "ok" : answer.error.code;
    }

    async #ask(name, request) {
        const answer = await this.socket.emitWithAck(name, request);
        if (!answer.ok) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
        return answer;
    }

    async #enter(name, request) {
        this.stream ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
        const { call, leg, ice, media } = await this.#ask(name, request);
        const same = this.here?.leg === leg;
        this.here = { id: call.id, leg, ice };
        this.#learn(call);
        if (!same) this.#make(null);
        this.#make(media.made);
        return call.id;
    }

    // What was known is over unless it is told again; whoever was in a call goes back into it as who he was.
    #begin() {
        this.calls.clear();
        if (!this.here) return;
        const { id, leg } = this.here;
        this.#enter("call:join", { call: id, leg }).catch((error) =>
            error.code === "not_found" || error.code === "conflict" ? this.#over(id) : this.#say(error),
        );
    }

    #learn(call) {
        const known = this.calls.get(call.id);
        if (known && known.version > call.version) return;
        this.calls.set(call.id, call);
        if (this.here?.id !== call.id) return;
        if (call.state === "ended") return this.#over(call.id);
        const mine = call.members.find(({ id }) => id === this.me);
        if (mine?.leg !== this.here.leg && mine?.state === "present") return this.#over(call.id);
        if (this.screen && call.screen.presenter?.id !== this.me) this.#hide();
    }

    // The media server has the call, as this making of it; null: it is lost, and nothing goes through.
    #make(made) {
        if (made === this.made) return;
        this.made = made;
        for (const name of [...this.links.keys()]) this.#close(name);
        this.streams = [];
        if (made === null) return;
        this.#offer("camera", this.stream);
        if (this.screen) this.#offer("screen", this.screen);
    }

    #offer(name, stream) {
        if (this.made === null) return;
        const link = this.#link(name);
        for (const track of stream.getTracks()) link.connection.addTransceiver(track, { direction: "sendonly", streams: [stream] });
        link.connection.onnegotiationneeded = async () => {
            await link.connection.setLocalDescription();
            await this.#signal(name, { description: link.connection.localDescription });
        };
    }

    #link(name) {
        this.#close(name);
        const connection = new RTCPeerConnection(this.here.ice);
        const link = { connection };
        link.closed = new Promise((resolve) => (link.tellClosed = resolve));
        // One that has failed is made anew: the media server hears of it by the other description.
        connection.onconnectionstatechange = () => {
            if (connection.connectionState !== "failed" || this.links.get(name) !== link) return;
            if (name === "watch") this.#signal("watch", { again: true });
            else this.#offer(name, name === "camera" ? this.stream : this.screen);
        };
        this.links.set(name, link);
        return link;
    }

    #close(name) {
        const link = this.links.get(name);
        if (!link) return;
        link.connection.close();
        link.tellClosed();
        this.links.delete(name);
    }

    async #signal(link, data) {
        const request = { call: this.here?.id, link, made: this.made, data };
        const answer = await this.socket.timeout(5_000).emitWithAck("call:signal", request).catch(() => null);
        if (answer && !answer.ok && !["conflict", "not_found", "unavailable"].includes(answer.error.code)) this.#say(answer.error);
    }

    async #hear({ call, link: name, made, data }) {
        if (call !== this.here?.id || made !== this.made) return;
        if (data.closed) {
            if (!this.links.has(name)) return;
            this.#close(name);
            if (name === "camera") this.#offer("camera", this.stream);
            if (name === "screen" && this.screen) this.#offer("screen", this.screen);
            return;
        }
        if (name !== "watch") {
            const { connection, closed } = this.links.get(name) ?? {};
            if (connection?.signalingState === "have-local-offer")
                await Promise.race([closed, connection.setRemoteDescription(data.description)]);
            return;
        }
        // One that begins anew has another session in its description.
        const session = data.description.sdp.match(/^o=\S+ (\S+)/m)?.[1];
        if (this.links.get("watch")?.session !== session) this.#link("watch").session = session;
        this.streams = data.streams;
        // What a connection was asked for never comes when it is closed meanwhile: the next signal must not wait for that.
        const link = this.links.get("watch");
        await Promise.race([link.closed, this.#answer(link.connection, data)]);
    }

    async #answer(connection, { negotiation, description }) {
        await connection.setRemoteDescription(description);
        await connection.setLocalDescription();
        await this.#signal("watch", { negotiation, description: connection.localDescription });
    }

    #hide() {
        for (const track of this.screen.getTracks()) track.stop();
        this.screen = null;
        this.#close("screen");
    }

    #over(id) {
        this.calls.delete(id);
        if (this.here?.id !== id) return;
        if (this.screen) this.#hide();
        this.here = null;
        this.#make(null);
    }

    #say(error) {
        this.trouble.push(`${error.code ?? error.name ?? ""} ${error.message ?? error}`);
    }

    // What has come from somebody: bytes, those of his voice among them, and frames that were decoded.
    async flow(user) {
        const sum = { bytes: 0, frames: 0, videos: 0, sound: 0 };
        const leg = this.call?.members.find(({ id }) => id === user)?.leg;
        const connection = this.links.get("watch")?.connection;
        sum.state = connection?.connectionState;
        if (!leg || !connection) return sum;
        const mids = new Set(this.streams.filter((stream) => stream.leg === leg).map(({ mid }) => mid));
        for (const one of (await connection.getStats()).values()) {
            if (one.type !== "inbound-rtp" || !mids.has(one.mid)) continue;
            sum.bytes += one.bytesReceived;
            sum.frames += one.framesDecoded ?? 0;
            if (one.kind === "video" && one.framesDecoded > 0) ++sum.videos;
            if (one.kind === "audio") sum.sound += one.bytesReceived;
        }
        return sum;
    }
}
