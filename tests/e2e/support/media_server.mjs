// A school's media server, as far as Homeroom knows of it: its addresses, the secrets that both have, what it tells.

import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

import { request } from "./http.mjs";
import { temporaryFolder } from "./server.mjs";

const base64url = (text) => JSON.parse(Buffer.from(text, "base64url").toString("utf8"));

export class MediaServer {
    constructor() {
        const folder = temporaryFolder("media");
        this.ticketSecret = crypto.randomBytes(24).toString("hex");
        this.hookKeys = [crypto.randomBytes(32), crypto.randomBytes(32)]; // one replaces the other
        const write = (name, lines) => {
            const file = path.join(folder, name);
            fs.writeFileSync(file, `${lines.join("\n")}\n`);
            return file;
        };
        this.environment = {
            HOMEROOM_LIVE_PLAYBACK_URL: "https://media.example/{stream}/whep",
            HOMEROOM_LIVE_HLS_URL: "https://media.example/{stream}/index.m3u8",
            HOMEROOM_LIVE_INGEST_URL: "https://media.example/{stream}/whip",
            HOMEROOM_LIVE_PLAYBACK_SECRET_FILE: write("tickets", [this.ticketSecret]),
            HOMEROOM_LIVE_HOOK_SECRET_FILE: write(
                "hooks",
                this.hookKeys.map((key) => `whsec_${key.toString("base64")}`),
            ),
        };
    }

    // The claims of a ticket that this secret has signed and that holds now; else an error.
    claims(token) {
        const [header, payload, signature] = token.split(".");
        const wanted = crypto.createHmac("sha256", this.ticketSecret).update(`${header}.${payload}`).digest("base64url");
        if (signature !== wanted || base64url(header).alg !== "HS256") throw new Error("not signed by us");
        const claims = base64url(payload);
        if (claims.exp * 1000 <= Date.now()) throw new Error("expired");
        return claims;
    }

    // What it tells. → the answer
    tell(server, body, { id = crypto.randomUUID(), at = Date.now(), key = this.hookKeys[0], sent } = {}) {
        const text = JSON.stringify(body);
        const seconds = String(Math.floor(at / 1000));
        const mac = crypto.createHmac("sha256", key).update(`${id}.${seconds}.${text}`).digest("base64");
        const headers = { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${mac}` };
        return request("POST", `${server.url}/api/v1/live/hooks`, { headers, body: sent ?? text });
    }

    // Whether it may let somebody in. → the status
    async asks(server, token, action, stream) {
        const body = { user: "", password: "", token, ip: "127.0.0.1", action, path: stream, protocol: "webrtc", id: "1", query: "" };
        return (await request("POST", `${server.url}/api/v1/live/authorize`, { body: JSON.stringify(body) })).status;
    }
}
