// A stretch of network: TCP from a port of its own to another one, which can be cut, reset, slowed down and stopped.
//
// Limits: what waits in one direction of a connection (`heldMax`); beyond it the sender is not read from.

import net from "node:net";

const heldMax = 1 << 20;

// One direction of a connection. What was sent arrives in its order, or not at all.
class Flow {
    constructor(link, from, to, back) {
        Object.assign(this, { link, from, to, back });
        this.queue = []; // { due, chunk }; no chunk: the end
        this.held = 0;
        from.on("data", (chunk) => this.take(chunk));
        from.on("end", () => this.take(null));
        from.on("error", () => (this.broken = true));
        from.on("close", () => this.take(null));
        to.on("drain", () => this.move());
    }

    take(chunk) {
        this.queue.push({ due: Date.now() + this.link.latency, chunk });
        this.held += chunk?.length ?? 0;
        if (this.held > heldMax) this.from.pause();
        this.move();
    }

    get isStopped() {
        return this.link.stopped === "both" || (this.link.stopped === "back" && this.back);
    }

    move() {
        clearTimeout(this.timer);
        if (this.to.destroyed) return void this.from.destroy();
        while (this.queue.length > 0 && !this.isStopped && !this.to.writableNeedDrain) {
            const wait = this.queue[0].due - Date.now();
            if (wait > 0) {
                this.timer = setTimeout(() => this.move(), wait);
                return;
            }
            const { chunk } = this.queue.shift();
            if (chunk) this.to.write(chunk);
            else if (this.broken) this.to.resetAndDestroy();
            else this.to.end();
            this.held -= chunk?.length ?? 0;
        }
        if (this.held <= heldMax && this.from.isPaused()) this.from.resume();
    }
}

export class Link {
    // What listens at the port may come and go.
    static to(target) {
        return new Promise((resolve, reject) => {
            const link = new Link();
            link.target = target;
            link.pairs = new Set();
            link.heal();
            link.server = net.createServer({ allowHalfOpen: true }, (near) => link.accept(near));
            link.server.on("error", reject);
            link.server.listen(0, "127.0.0.1", () => {
                link.port = link.server.address().port;
                resolve(link);
            });
        });
    }

    accept(near) {
        near.on("error", () => {});
        if (this.isCut) return near.resetAndDestroy();
        const far = net.connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
        far.on("error", () => {});
        const pair = { near, far, flows: [new Flow(this, near, far, false), new Flow(this, far, near, true)] };
        this.pairs.add(pair);
        const gone = () => near.destroyed && far.destroyed && this.pairs.delete(pair);
        near.on("close", gone);
        far.on("close", gone);
    }

    // Every connection breaks, and none comes about until it is healed.
    cut() {
        this.isCut = true;
        this.reset();
    }

    // Every connection breaks, wherever it was.
    reset() {
        for (const { near, far } of this.pairs) {
            near.resetAndDestroy();
            far.resetAndDestroy();
        }
        this.pairs.clear();
    }

    slow(milliseconds) {
        this.latency = milliseconds;
    }

    // Nothing goes through and nobody is told, in both directions or only "back", from the target.
    stop(direction = "both") {
        this.stopped = direction;
    }

    heal() {
        this.isCut = false;
        this.latency = 0;
        this.stopped = null;
        for (const { flows } of this.pairs) for (const flow of flows) flow.move();
    }

    close() {
        this.reset();
        this.server.close();
    }
}
