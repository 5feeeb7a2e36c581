// A page that has the official client's bundle and nothing else; the test plays its script.

import assert from "node:assert/strict";

import { eventually, keep } from "../../e2e/support/scenario.mjs";

export class BundlePage {
    static async open(browser, url) {
        const page = new BundlePage();
        page.complaints = [];
        page.context = await browser.newContext();
        page.tab = await page.context.newPage();
        page.tab.on("pageerror", (error) => page.complaints.push(`${error}`));
        page.tab.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
        });
        await page.tab.goto(url);
        keep({ discard: () => page.context.close() });
        return page;
    }

    async connect(url, options) {
        await this.begin(url, options);
        await eventually("the page to connect", () => this.tab.evaluate(() => window.socket.connected), 15_000);
    }

    // → what the client says of the refusal
    async isRefused(url, options) {
        await this.begin(url, { ...options, reconnection: false });
        return eventually("the page to be refused", () => this.tab.evaluate(() => window.refusal));
    }

    begin(url, options) {
        return this.tab.evaluate(
            ([server, given]) => {
                const socket = window.io(server, { reconnectionDelay: 100, reconnectionDelayMax: 500, ...given });
                Object.assign(window, { socket, connections: 0, heard: [], firstTransport: null, refusal: null });
                socket.io.on("open", () => (window.firstTransport ??= socket.io.engine.transport.name));
                socket.on("connect", () => ++window.connections);
                socket.on("connect_error", (error) => (window.refusal = error.message));
                socket.onAny((name, ...values) => window.heard.push([name, ...values]));
                socket.on("msg", (_, answer) => answer?.());
                // Bytes as a test can compare them.
                window.shown = (value) => (value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value);
            },
            [url, options],
        );
    }

    // The values of the next event of that name; earlier ones are forgotten.
    async next(name) {
        const look = () =>
            this.tab.evaluate((wanted) => {
                const index = window.heard.findIndex(([heard]) => heard === wanted);
                return index < 0 ? null : window.heard.splice(0, index + 1).at(-1).slice(1).map(window.shown);
            }, name);
        return eventually(`the event ${name}`, look, 15_000);
    }

    call(name, ...values) {
        return this.tab.evaluate(
            ([event, given]) => window.socket.timeout(10_000).emitWithAck(event, ...given),
            [name, values],
        );
    }

    firstTransport() {
        return this.tab.evaluate(() => window.firstTransport);
    }

    connections() {
        return this.tab.evaluate(() => window.connections);
    }

    isOver(transport) {
        const now = () => this.tab.evaluate(() => window.socket.io.engine.transport.name);
        return eventually(`the transport to be ${transport}`, async () => (await now()) === transport, 15_000);
    }

    // Text and bytes there and back, as an event and as an acknowledgement.
    async talks(text) {
        const bytes = Array.from({ length: 256 }, (_, byte) => byte);
        const answer = await this.tab.evaluate(
            async ([words, numbers]) => {
                const buffer = new Uint8Array(numbers).buffer;
                const values = [words, buffer, new Blob([buffer])];
                window.socket.emit("message", ...values);
                const acknowledged = await window.socket.timeout(10_000).emitWithAck("message-with-ack", values);
                return acknowledged.map(window.shown);
            },
            [text, bytes],
        );
        assert.deepEqual(answer, [text, bytes, bytes]);
        assert.deepEqual(await this.next("message-back"), [text, bytes, bytes]);
    }

    reload() {
        return this.tab.reload();
    }
}
