import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { echoFrames, lengthsOfPosts, payloadAsLongAs, timeFrames } from "./frame_lengths.mjs";

describe("lengths", () => {
    test("of the peers' events are those of Homeroom's posts", async () => {
        let stopped = 0;
        const servers = { start: async () => ({ stop: async () => stopped++ }) };
        const generator = { measure: async () => ({ bytes_per_delivery: 400 }) };
        const { payload } = await lengthsOfPosts({ servers, generator });
        assert.equal(4 + `42["msg","${"x".repeat(payload)}"]`.length, 400);
        assert.equal(stopped, 1);
    });
    test("of an echo have the heads of its frames in them", () => {
        assert.deepEqual(echoFrames(0), { request_bytes: 2 + 4 + 16, answer_bytes: 2 + 9 });
        assert.deepEqual(echoFrames(200), { request_bytes: 4 + 4 + 216, answer_bytes: 4 + 209 });
    });
    test("of the peers' echoes are together those of time:get, or a byte beside them", () => {
        const sum = ({ request_bytes, answer_bytes }) => request_bytes + answer_bytes;
        for (const size of [44, 45, 47, 140, 141, 151, 160]) {
            const frames = timeFrames("x".repeat(size));
            const difference = sum(echoFrames(payloadAsLongAs(frames))) - sum(frames);
            assert.ok(Math.abs(difference) <= 1, `${difference}`);
        }
    });
    test("of the peers' echoes are no shorter than nothing", () => {
        assert.equal(payloadAsLongAs(timeFrames("")), 0);
    });
});
