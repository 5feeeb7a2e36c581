// A Janus as far as VideoRoom's interface over HTTP is used, without any media: who is in which room, who sends, and who watches
// whom. It connects at once whoever is answered. It can be ended and begun anew, and then knows nothing.

import http from "node:http";

import { keep } from "./scenario.mjs";
import { freePort } from "./server.mjs";

const secret = "what-janus-and-the-server-know";

export class FakeJanus {
    static async start() {
        const janus = new FakeJanus();
        janus.port = await freePort();
        await janus.run();
        keep({ discard: () => janus.stop() });
        return janus;
    }

    get environment() {
        return {
            HOMEROOM_CALLS_MEDIA: "janus",
            HOMEROOM_CALLS_JANUS_URL: `http://127.0.0.1:${this.port}/janus`,
            HOMEROOM_CALLS_JANUS_SECRET: secret,
        };
    }

    run() {
        Object.assign(this, { session: 0, next: 1, handles: new Map(), rooms: new Map(), events: [], poll: null, asked: [] });
        this.server = http.createServer((request, response) => this.#serve(request, response));
        return new Promise((listening) => this.server.listen(this.port, "127.0.0.1", listening));
    }
    stop() {
        return new Promise((closed) => (this.server.closeAllConnections(), this.server.close(closed)));
    }

    // Those who send, by what they offered last.
    senders() {
        return [...this.handles.values()].filter(({ feed }) => feed).map(({ offer }) => offer);
    }
    // What of it is kept from the others, by its place.
    stopped() {
        return [...this.handles.values()].filter(({ feed }) => feed).map(({ stopped }) => [...stopped]);
    }
    // The browser of whoever offered this is gone.
    hangUp(offer) {
        for (const [id, handle] of this.handles) if (handle.offer === offer) this.#happens({ janus: "hangup", sender: id });
    }

    async #serve(request, response) {
        let text = "";
        for await (const piece of request) text += piece;
        const answer = (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
        const url = new URL(request.url, "http://janus");
        const [session, handle] = url.pathname.split("/").slice(2).map(Number);
        if (session && session !== this.session) return answer({ janus: "error", error: { code: 458, reason: "No such session" } });
        if (request.method === "GET") {
            this.poll = answer;
            return this.#flush();
        }
        const body = JSON.parse(text);
        this.asked.push(body);
        if (body.apisecret !== secret) return answer({ janus: "error", error: { code: 403, reason: "Unauthorized" } });
        if (body.janus === "create") {
            this.handles.clear(); // with the session before this one
            return answer({ janus: "success", data: { id: (this.session = this.next++) } });
        }
        if (body.janus === "attach") {
            this.handles.set(this.next, { watches: new Set(), stopped: new Set() });
            return answer({ janus: "success", data: { id: this.next++ } });
        }
        if (!this.handles.has(handle)) return answer({ janus: "error", error: { code: 459, reason: "No such handle" } });
        if (body.janus === "detach") {
            this.handles.delete(handle);
            return answer({ janus: "success" });
        }
        this.#message(handle, body, answer);
    }

    #message(id, { body, jsep, transaction }, answer) {
        const handle = this.handles.get(id);
        const now = (data) => answer({ janus: "success", plugindata: { plugin: "janus.plugin.videoroom", data } });
        const later = (data, description) => {
            answer({ janus: "ack" });
            const plugindata = { plugin: "janus.plugin.videoroom", data };
            this.#happens({ janus: "event", sender: id, transaction, plugindata, ...(description && { jsep: description }) });
        };
        switch (body.request) {
            case "create":
                if (this.rooms.has(body.room)) return now({ error_code: 427, error: "Room exists" });
                this.rooms.set(body.room, body);
                return now({ videoroom: "created", room: body.room });
            case "destroy":
                this.rooms.delete(body.room);
                return now({ videoroom: "destroyed" });
            case "moderate": {
                const feed = [...this.handles.values()].find((one) => one.feed === body.id);
                if (!feed || this.rooms.get(body.room)?.secret !== body.secret) return now({ error_code: 428, error: "No such feed" });
                feed.stopped[body.mute ? "add" : "delete"](body.mid);
                return now({ videoroom: "success" });
            }
            case "joinandconfigure":
            case "configure":
                Object.assign(handle, { feed: handle.feed ?? body.id, offer: jsep.sdp });
                later({ videoroom: "joined" }, { type: "answer", sdp: `an answer to ${jsep.sdp}` });
                return this.#happens({ janus: "webrtcup", sender: id });
            case "start":
                return later({ videoroom: "event", started: "ok" });
        }
        for (const { feed } of body.unsubscribe ?? []) handle.watches.delete(feed);
        for (const { feed } of body.streams ?? body.subscribe ?? []) handle.watches.add(feed);
        const streams = [...handle.watches].map((feed, index) => ({ mid: `${index}`, type: "video", feed_id: feed }));
        later({ videoroom: "updated", streams }, { type: "offer", sdp: `v=0\r\no=- ${id} 1 IN IP4 0.0.0.0\r\n` });
    }

    #happens(event) {
        this.events.push(event);
        this.#flush();
    }
    #flush() {
        if (!this.poll || this.events.length === 0) return;
        const answer = this.poll;
        this.poll = null;
        answer(this.events.splice(0));
    }
}
