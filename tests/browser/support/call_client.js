// A client of calls as docs/calls.md tells it, small enough to be read: one page, one device. Plain script of a page that has
// `io`; the tests play it.

class CallClient {
    constructor(url, token, me) {
        Object.assign(this, { me, calls: new Map(), here: null, links: new Map(), stream: null, screen: null, shown: null });
        this.trouble = [];
        this.socket = io(url, { transports: ["websocket"], auth: { token }, reconnectionDelay: 100, reconnectionDelayMax: 300 });
        this.socket.on("session", () => this.#begin());
        this.socket.on("call:current", ({ calls }) => calls.forEach(({ call }) => this.#learn(call)));
        this.socket.onAny((name, body) => body?.call?.version && this.#learn(body.call));
        this.socket.on("call:removed", ({ callId }) => this.#over(callId));
        // One after the other: a signal must not overtake the one before it.
        this.heard = [];
        this.socket.on("call:signal", (signal) => this.heard.push(signal));
        this.socket.on("call:signal", (signal) => this.#hear(signal));
    }

    get call() {
        return this.here && this.calls.get(this.here.id);
    }

    async start(to) {
        return this.#enter("call:start", { to });
    }
    async accept(call) {
        return this.#enter("call:accept", { call });
    }
    async join(call, more = {}) {
        return this.#enter("call:join", { call, ...more });
    }
    async leave() {
        const { id } = this.here;
        this.#over(id);
        return this.#ask("call:leave", { call: id });
    }

    // Shows a screen, if the server lets it; what is not let through is not sent.
    async present() {
        await this.#ask("screen:start", { call: this.here.id });
        this.screen = await navigator.mediaDevices.getDisplayMedia({ video: true });
        const [track] = this.screen.getTracks();
        for (const link of this.links.values()) link.shown = link.connection.addTrack(track, this.screen);
    }

    async #ask(name, request) {
        const answer = await this.socket.emitWithAck(name, request);
        if (!answer.ok) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
        return answer;
    }

    async #enter(name, request) {
        this.stream ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
        const { call, leg, ice } = await this.#ask(name, request);
        this.here = { id: call.id, leg, ice };
        this.#learn(call);
        return call.id;
    }

    // What was known is over unless it is told again; whoever was in a call goes back into it as who he was.
    #begin() {
        this.calls.clear();
        if (!this.here) return;
        const { id, leg } = this.here;
        this.#enter("call:join", { call: id, leg })
            .then(() => this.#restart())
            .catch((error) => (error.code === "not_found" || error.code === "conflict" ? this.#over(id) : this.#say(error)));
    }

    // The call with the highest version is the call.
    #learn(call) {
        const known = this.calls.get(call.id);
        if (known && known.version > call.version) return;
        this.calls.set(call.id, call);
        if (this.here?.id !== call.id) return;
        if (call.state === "ended") return this.#over(call.id);
        const mine = call.members.find(({ id }) => id === this.me);
        if (mine?.leg !== this.here.leg && mine?.state === "present") return this.#over(call.id); // another device took it
        this.#connect(call, mine);
        if (this.screen && call.screen.presenter?.id !== this.me) this.#hide();
        for (const link of this.links.values()) link.back = false;
    }

    #connect(call, mine) {
        const there = new Map(call.members.filter(({ leg, id }) => leg && id !== this.me).map((member) => [member.id, member]));
        for (const [user, link] of this.links) {
            if (there.get(user)?.leg === link.leg) continue;
            link.connection.close();
            this.links.delete(user);
        }
        for (const [user, member] of there)
            if (member.state === "present" && !this.links.has(user)) this.links.set(user, this.#link(member, mine.order > member.order));
    }

    #link({ id, leg }, polite) {
        const connection = new RTCPeerConnection(this.here.ice);
        const link = { id, leg, polite, connection, offering: false, shown: null, received: [], last: Promise.resolve() };
        let waiting = [];
        connection.onnegotiationneeded = async () => {
            try {
                link.offering = true;
                await connection.setLocalDescription();
                await this.#signal(link, { description: connection.localDescription });
            } catch (error) {
                this.#say(error);
            } finally {
                link.offering = false;
            }
        };
        connection.onicecandidate = ({ candidate }) => {
            if (waiting.length === 0) {
                setTimeout(() => {
                    const candidates = waiting.splice(0);
                    this.#signal(link, { candidates });
                }, 100);
            }
            waiting.push(candidate);
        };
        connection.ontrack = ({ track, streams }) => link.received.push({ track, stream: streams[0] });
        if (!polite) this.#send(link); // whoever was there first makes the first offer
        return link;
    }

    #send(link) {
        if (link.sends) return;
        link.sends = true;
        for (const track of this.stream.getTracks()) link.connection.addTrack(track, this.stream);
    }

    async #signal(link, data) {
        const request = { call: this.here?.id, to: link.id, leg: link.leg, data };
        const answer = await this.socket.timeout(5_000).emitWithAck("call:signal", request).catch(() => null);
        // What came too late, or crossed one that stands, needs nothing; what was lost is made up for by #restart.
        if (answer && !answer.ok && !["conflict", "not_found", "unavailable"].includes(answer.error.code)) this.#say(answer.error);
    }

    // One after the other, of each link: what a connection was asked for never comes when it is closed meanwhile.
    #hear({ call, from, leg, data }) {
        const link = this.links.get(from);
        if (call !== this.here?.id || link?.leg !== leg) return;
        link.last = link.last.then(() => this.#take(link, data)).catch((error) => this.#say(error));
    }

    async #take(link, data) {
        const { connection } = link;
        const { description } = data;
        if (description) {
            const crosses = description.type === "offer" && (link.offering || connection.signalingState !== "stable");
            link.ignores = crosses && !link.polite;
            if (link.ignores) return;
            if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
            await connection.setRemoteDescription(description);
            if (description.type === "offer") {
                this.#send(link);
                await connection.setLocalDescription();
                await this.#signal(link, { negotiation: data.negotiation, description: connection.localDescription });
            }
        }
        for (const candidate of data.candidates ?? [])
            await connection.addIceCandidate(candidate ?? undefined).catch((error) => link.ignores || this.#say(error));
    }

    // After a lost connection: what was under way may be lost, so whoever was there first begins anew.
    #restart() {
        for (const link of this.links.values()) link.connection.restartIce();
    }

    #hide() {
        for (const track of this.screen.getTracks()) track.stop();
        for (const { connection, shown } of this.links.values()) if (shown) connection.removeTrack(shown);
        this.screen = null;
    }

    #over(id) {
        this.calls.delete(id);
        if (this.here?.id !== id) return;
        if (this.screen) this.#hide();
        for (const { connection } of this.links.values()) connection.close();
        this.links.clear();
        this.here = null;
    }

    #say(error) {
        this.trouble.push(`${error.code ?? error.name ?? ""} ${error.message ?? error}`);
    }

    // What has come from somebody: bytes, and frames that were decoded.
    async flow(user) {
        const link = this.links.get(user);
        const sum = { bytes: 0, frames: 0, videos: 0, state: link?.connection.connectionState, relayed: false };
        if (!link) return sum;
        const stats = await link.connection.getStats();
        for (const one of stats.values()) {
            if (one.type === "inbound-rtp") {
                sum.bytes += one.bytesReceived;
                sum.frames += one.framesDecoded ?? 0;
                if (one.kind === "video" && one.framesDecoded > 0) ++sum.videos;
            }
            if (one.type === "transport") {
                const pair = stats.get(one.selectedCandidatePairId);
                sum.relayed = stats.get(pair?.localCandidateId)?.candidateType === "relay";
            }
        }
        return sum;
    }
}
