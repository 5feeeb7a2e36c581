// Clients that take nothing of what is sent to them; see connections.mjs.

import assert from "node:assert/strict";

import { limitsReached } from "../metrics.mjs";
import { Person } from "../client.mjs";

const text = (i) => `${i} ${"y".repeat(15_000)}`;

// A teacher posts until the attacker was cut off; a reader that keeps up gets every post, in order.
async function postUntilCutOff(target, { postsMax }) {
    const teacher = await Person.connect(target.server, "tess");
    const sent = [];
    while (!(await limitsReached(target.server)).send_queue_bytes) {
        assert.ok(sent.length < postsMax, `${sent.length} posts wait for a client that does not read`);
        for (let i = 0; i < 10; i++) {
            sent.push(text(sent.length));
            await teacher.post("class-math", sent.at(-1));
        }
        await target.bystander.seeText(sent.at(-1)); // or it would be a slow reader itself
    }
    teacher.leave();
    assert.deepEqual(target.bystander.texts(), sent);
}

export const slowReaderAttacks = [
    {
        what: "a session that never polls",
        limit: "send_queue_bytes",
        config: "[server]\nmessage_bytes_max = 20000\nsend_queue_bytes_max = 400000\n",
        async attack(target) {
            const session = await target.joinPolling();
            await postUntilCutOff(target, { postsMax: 30 });
            assert.equal((await session.get()).status, 400);
            return 1;
        },
    },
    {
        what: "a WebSocket that reads nothing",
        limit: "send_queue_bytes",
        config: "[server]\nmessage_bytes_max = 20000\nsend_queue_bytes_max = 400000\n",
        async attack(target) {
            const socket = await target.join();
            socket.socket.pause();
            // The kernels' buffers are filled first, up to some MB.
            await postUntilCutOff(target, { postsMax: 900 });
            socket.socket.resume();
            assert.equal(await socket.closed(), 1006);
            return 1;
        },
    },
];
