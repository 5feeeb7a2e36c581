// A restart in the middle of a lesson, with the official client: who is told when to come back, and that all have everything,
// once. With as many people as a process may hold: bench/restart.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const count = 40;
const names = Array.from({ length: count }, (_, i) => `pupil${i}`);
const school = () => {
    const one = new School("north").class("math").teacher("tess", "math");
    for (const name of names) one.student(name, "math");
    return one;
};

describe("a restart in a lesson", () => {
    after(tidyUp);

    for (const signal of ["SIGTERM", "SIGKILL"]) {
        scenario(`${signal}: all are back and have everything, once`, { seconds: 120 }, async () => {
            const config = "[limits]\nreturns_per_second = 10\n";
            const server = await Server.start({ school: school(), config });
            const tess = await Person.connect(server, "tess");
            const pupils = await Promise.all(names.map((name) => Person.connect(server, name)));
            const written = [];
            const post = async (text) => {
                await tess.requestOk("post:create", { to: "class-math", text, key: text });
                written.push(text);
            };
            for (let i = 0; i < 5; i++) await post(`before ${i}`);
            await server.restart(signal);
            // She writes as soon as she is back, whoever else is still away.
            await eventually("tess to be back", () => tess.socket.connected, 60_000);
            for (let i = 0; i < 5; i++) await post(`after ${i}`);
            await eventually(
                "all to have everything",
                () => pupils.every((one) => one.socket.connected && one.texts().includes("after 4")),
                60_000,
            );
            for (const pupil of pupils) assert.deepEqual(pupil.texts(), written, pupil.user);
            const told = pupils.flatMap((one) => one.received("service:restart"));
            if (signal === "SIGKILL") return assert.deepEqual(told, []);
            assert.equal(told.length, count);
            const times = told.map(({ retryAfter }) => retryAfter);
            // Forty-one people, ten a second.
            assert.ok(times.every((time) => time >= 0 && time <= 4.1), `${times}`);
            assert.ok(new Set(times).size > count / 2, `${times}`);
        });
    }

    scenario("more than are admitted at once are told to wait, and get in", { seconds: 120 }, async () => {
        const config = "[limits]\nhandshakes_per_second = 20\nhandshakes_burst = 5\n";
        const server = await Server.start({ school: school(), config });
        const answers = await Promise.all(
            Array.from({ length: 15 }, () => fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)),
        );
        const refused = answers.filter(({ status }) => status === 503);
        assert.ok(refused.length >= 5, `${refused.length}`);
        for (const answer of refused) {
            assert.ok(Number(answer.headers.get("retry-after")) >= 1);
            assert.deepEqual(await answer.json(), { code: 7, message: "Too many handshakes" });
        }
        const pupils = names.map((name) => new Person(server, name));
        for (const { socket } of pupils) socket.connect();
        await eventually("all to be in", () => pupils.every(({ socket }) => socket.connected), 60_000);
    });
});
