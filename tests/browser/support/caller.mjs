// A person in a browser of his own, with a camera, a microphone and a screen that are not real, on a page that plays
// call_client.js, or call_client_server.js where there is a media server.

import fs from "node:fs";
import http from "node:http";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { eventually, keep } from "../../e2e/support/scenario.mjs";

const file = (name) => fs.readFileSync(fileURLToPath(new URL(name, import.meta.url)));
const parts = {
    "/": ["text/html", '<!doctype html><meta charset="utf-8"><title>Call</title><link rel="icon" href="data:,"><script src="io.js"></script><script src="call.js"></script><script src="server.js"></script>'],
    "/io.js": ["text/javascript", file("../node_modules/socket.io-client/dist/socket.io.min.js")],
    "/call.js": ["text/javascript", file("call_client.js")],
    "/server.js": ["text/javascript", file("call_client_server.js")],
};

// → its address
export async function servePage() {
    const pages = http.createServer((request, response) => {
        const part = parts[request.url];
        if (!part) return response.writeHead(404).end();
        response.writeHead(200, { "content-type": part[0] }).end(part[1]);
    });
    await new Promise((listening) => pages.listen(0, "127.0.0.1", listening));
    keep({ discard: () => new Promise((closed) => (pages.closeAllConnections?.(), pages.close(closed))) });
    return `http://127.0.0.1:${pages.address().port}/`;
}

export class Caller {
    // Each has a browser process, so that one can be killed.
    static async open(pageUrl, server, user, { overServer = false } = {}) {
        const caller = new Caller();
        Object.assign(caller, { pageUrl, server, user, overServer });
        caller.browser = await chromium.launch({
            executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
            args: [
                ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream=fps=10",
                "--allow-loopback-in-peer-connection",
                "--disable-features=WebRtcHideLocalIpsWithMdns",
                "--mute-audio",
            ],
        });
        keep({ discard: () => caller.browser.close().catch(() => {}) });
        await caller.load();
        return caller;
    }

    async load() {
        const context = await this.browser.newContext({ permissions: ["camera", "microphone"] });
        this.page = await context.newPage();
        await this.page.goto(this.pageUrl);
        await this.page.evaluate(
            ([url, token, me, overServer]) =>
                (window.client = overServer ? new ServerCallClient(url, token, me) : new CallClient(url, token, me)),
            [this.server.url, this.server.token(this.user), this.user, this.overServer],
        );
        await eventually(`${this.user} to be connected`, () => this.page.evaluate(() => client.socket.connected), 30_000);
    }

    // The page is loaded anew: it has forgotten that it was in a call.
    async reload() {
        await this.page.context().close();
        await this.load();
    }

    do(name, ...values) {
        return this.page.evaluate(([method, given]) => client[method](...given), [name, values]);
    }
    refusal(name, ...values) {
        return this.page.evaluate(
            ([method, given]) => client[method](...given).then(() => "ok", (error) => error.code ?? `${error}`),
            [name, values],
        );
    }
    ask(name, request) {
        return this.page.evaluate(([event, body]) => client.socket.emitWithAck(event, body), [name, request]);
    }
    call() {
        return this.page.evaluate(() => client.call);
    }
    flow(user) {
        return this.page.evaluate((from) => client.flow(from), user);
    }
    trouble() {
        return this.page.evaluate(() => client.trouble);
    }

    // A call that rings here, by whoever it is.
    rings() {
        const look = () => [...client.calls.values()].find((call) => call.state === "ringing" && call.host.id !== client.me)?.id;
        return eventually(`it to ring at ${this.user}'s`, () => this.page.evaluate(look), 30_000);
    }

    // More comes from him than before, and pictures among it are decoded.
    async hears(user, { videos = 1 } = {}) {
        const before = await this.flow(user);
        return eventually(
            `${this.user} to see and hear ${user}`,
            async () => {
                const now = await this.flow(user);
                return now.bytes > before.bytes && now.frames > before.frames && now.videos >= videos && now;
            },
            60_000,
        );
    }
}
