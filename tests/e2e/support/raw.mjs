// A bare TCP connection: bytes as no client would send them, and whatever comes back.

import net from "node:net";

import { forget, keep, within } from "./scenario.mjs";

export class RawConnection {
    // options: more of net.connect's, such as localAddress
    constructor(server, options) {
        this.received = "";
        this.over = false; // whether the server has ended it
        this.socket = net.connect({ host: "127.0.0.1", port: server.port, ...options });
        this.socket.setNoDelay(true);
        this.socket.on("error", () => {});
        this.socket.on("data", (chunk) => (this.received += chunk.toString("latin1")));
        this.opened = new Promise((resolve) => {
            this.socket.on("connect", resolve);
            this.socket.on("close", resolve);
        });
        this.closing = new Promise((resolve) => {
            this.socket.on("close", () => {
                this.over = true;
                resolve();
            });
        });
        keep(this);
    }

    send(bytes) {
        this.socket.write(bytes);
    }

    // → all that came until the server closed it
    async closed(milliseconds = 5000) {
        await within(milliseconds, this.closing, "the connection to be closed");
        return this.received;
    }

    // Ends it as a client that vanishes: with a reset, where Node can.
    reset() {
        this.socket.resetAndDestroy?.() ?? this.socket.destroy();
        forget(this);
    }

    discard() {
        this.socket.destroy();
        forget(this);
    }
}

// Bytes on a connection of their own → all that came back until it was closed, or until `milliseconds` have passed.
export async function exchange(server, bytes, { milliseconds = 1500 } = {}) {
    const connection = new RawConnection(server);
    connection.send(bytes);
    await connection.closed(milliseconds).catch(() => {});
    connection.discard();
    return connection.received;
}

// The head of a request, with as many more headers as are given; lines of headers, not an object, so that one may come
// twice.
export function requestHead(method, target, headers = []) {
    return [`${method} ${target} HTTP/1.1`, "Host: 127.0.0.1", ...headers, "", ""].join("\r\n");
}

export const upgradeHeaders = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
