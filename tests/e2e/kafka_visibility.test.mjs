// Who sees what does not depend on Kafka: the suites that show it pass unchanged while brokers are down, up, and come and go
// (case 58 of who may receive an event).
//
// The short form runs each suite in one of the three. The long form runs all in all:
//   EVERYTHING=1 node --test kafka_visibility.test.mjs

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { Kafka, whyNoKafka } from "./support/kafka.mjs";
import { scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { freePort } from "./support/server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const suites = { down: ["authz"], up: ["privacy", "presence"], flapping: ["visibility_property"] };
const suitesOf = (state) => (process.env.EVERYTHING ? [...Object.values(suites).flat(), "secrets"] : suites[state]);
const secondsMax = 1200; // of a state's suites, one after the other
const sleepMin = 2000; // milliseconds between two changes of brokers that come and go
const sleepSpread = 3000;

// Servers take the address from the environment, so that the suites need to know nothing of it.
async function pass(state, brokers) {
    for (const suite of suitesOf(state)) {
        const child = spawn(process.execPath, ["--test", `${suite}.test.mjs`], {
            cwd: here,
            // A test that is started by a test would report to that one.
            env: { ...process.env, NODE_TEST_CONTEXT: undefined, HOMEROOM_KAFKA_BROKERS: brokers },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
        const code = await new Promise((resolve) => child.on("exit", resolve));
        assert.equal(code, 0, `${suite} with Kafka ${state}\n${output.slice(-20_000)}`);
        assert.match(output, /pass [1-9]/, `${suite} ran`);
    }
}

describe("who sees what, whatever Kafka does", { skip: whyNoKafka() }, () => {
    after(tidyUp);

    scenario("Kafka is down", { seconds: secondsMax }, async () => pass("down", `127.0.0.1:${await freePort()}`));

    scenario("Kafka is up", { seconds: secondsMax }, async () => {
        const kafka = await Kafka.start();
        await kafka.create("homeroom.events");
        const events = kafka.read("homeroom.events");
        await pass("up", kafka.addresses);
        assert.ok(events.length > 0, "the servers' events went to it");
    });

    scenario("Kafka comes and goes", { seconds: secondsMax }, async () => {
        const kafka = await Kafka.start();
        await kafka.create("homeroom.events");
        let changes = 0;
        let isOver = false;
        const flapping = (async () => {
            while (!isOver) {
                await sleep(sleepMin + Math.random() * sleepSpread);
                await kafka.kill();
                await sleep(sleepMin + Math.random() * sleepSpread);
                await kafka.restart();
                changes += 1;
            }
        })();
        try {
            await pass("flapping", kafka.addresses);
        } finally {
            isOver = true;
            await flapping;
        }
        assert.ok(changes > 0, "it was gone for a time");
    });
});
