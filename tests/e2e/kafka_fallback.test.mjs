// The states of the fallback, with a backlog that may take next to nothing: what is refused in each, and that all of it
// comes back by itself.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Clock } from "../chaos/clock.mjs";
import { Person } from "./support/client.mjs";
import { get } from "./support/http.mjs";
import { Kafka, whyNoKafka } from "./support/kafka.mjs";
import { metrics } from "./support/metrics.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server, temporaryFolder } from "./support/server.mjs";

const skip = whyNoKafka();
const school = () =>
    new School("north").class("math").class("art").teacher("tess", "math").student("ada", "math").student("ben", "art");

describe("the fallback", { skip }, () => {
    after(tidyUp);

    scenario("sheds, refuses, catches up and is well again", { seconds: 400 }, async () => {
        const kafka = await Kafka.start();
        for (const topic of ["homeroom.events", "homeroom.events.dlq", "homeroom.commands", "homeroom.commands.dlq"])
            await kafka.create(topic);
        const config = kafka.config("backlog_bytes_max = 400000");
        const server = await Server.start({ school: school(), config });
        const state = async () => (await get(`${server.url}/readyz`)).json().kafka;
        const stateIs = (...wanted) =>
            eventually(`${wanted}`, async () => wanted.includes(await state()), 90_000);
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        await stateIs("ok");
        await kafka.kill();
        await stateIs("degraded");

        const acknowledged = [];
        const post = async () => {
            const text = `post ${acknowledged.length} ${"x".repeat(300)}`;
            const answer = await tess.request("post:create", { to: "class-math", text });
            if (answer.ok) acknowledged.push(text);
            return answer;
        };
        const fillUntil = async (wanted) => {
            for (let i = 0; i < 2000; i++) {
                const answer = await post();
                if (!answer.ok) assert.equal(answer.error.code, "unavailable");
                if ((await state()) === wanted) return;
                // It looks twice a second: slowly enough that each state is seen.
                await sleep(25);
            }
            assert.fail(`never ${wanted}`);
        };
        await fillUntil("shedding");
        assert.equal(await tess.refusal("typing", { to: { post: "x" }, on: true }), "unavailable");
        assert.equal(
            await tess.refusal("attachment:create", { to: "class-math", name: "a.txt", type: "text/plain", bytes: 3 }),
            "unavailable",
        );
        assert.equal((await post()).ok, true, "posts go on");

        await fillUntil("read_only");
        const refused = await tess.request("post:create", { to: "class-math", text: "no" });
        assert.equal(refused.error.code, "unavailable");
        assert.ok(refused.error.retryAfter > 0);
        assert.match(refused.error.message, /what waits for Kafka fills its share/);
        const alert = await server.rest("POST", "/alerts", { title: "a", text: "b" });
        assert.equal(alert.status, 503);
        assert.ok((await ada.requestOk("feed:list", { room: "class-math" })).posts.length > 0, "reading goes on");
        // Whoever must not see more can be taken out of a room in any state.
        await server.restOk("PUT", "/enrollments/ben-math", { userSourcedId: "ben", classSourcedId: "math", role: "student" });
        await server.restOk("DELETE", "/enrollments/ben-math");
        // What the school owes people is not put off.
        await server.restOk("PUT", "/users/gone/hold", { reason: "a dispute", unknown: true });
        await server.restOk("DELETE", "/users/gone/hold");
        await server.restOk("POST", "/users/gone/erasure", { reason: "he asked for it" });
        await server.restart("SIGKILL");
        await eventually("it to be read-only again", async () => (await state()) === "read_only", 30_000);

        await kafka.restart();
        await stateIs("catching_up", "ok");
        await stateIs("ok");
        assert.equal((await post()).ok, true);
        const records = kafka.read("homeroom.events");
        const texts = () => [
            ...new Set(
                records
                    .filter(({ headers }) => headers.ce_type === "homeroom.post:created")
                    .map(({ value }) => JSON.parse(value).post.text),
            ),
        ];
        await eventually("all in Kafka", () => texts().length >= acknowledged.length, 60_000);
        assert.deepEqual(texts(), acknowledged);
        await eventually("ada to have all", () => ada.texts().length >= acknowledged.length, 20_000);
        assert.deepEqual(ada.texts(), acknowledged);
        const states = tess.received("service:state").map((event) => event.state);
        for (const wanted of ["degraded", "shedding", "read_only", "ok"]) assert.ok(states.includes(wanted), `${states}`);
        assert.equal((await metrics(server)).get('homeroom_fallback_state{state="ok"}'), 1);
        assert.equal((await metrics(server)).get("homeroom_kafka_backlog_events"), 0);
    });

    scenario("a broker that comes back is seen although there is nothing to send", { seconds: 200 }, async () => {
        const kafka = await Kafka.start();
        for (const topic of ["homeroom.events", "homeroom.commands", "homeroom.commands.dlq"]) await kafka.create(topic);
        const server = await Server.start({ school: school(), config: kafka.config() });
        const stateIs = (wanted) =>
            eventually(wanted, async () => (await get(`${server.url}/readyz`)).json().kafka === wanted, 60_000);
        await stateIs("ok");
        await kafka.kill();
        await stateIs("degraded");
        await kafka.restart();
        await stateIs("ok");
    });

    scenario("commands that wait are carried out, wherever their partition has been meanwhile", { seconds: 400 }, async () => {
        const kafka = await Kafka.start();
        for (const topic of ["homeroom.commands", "homeroom.commands.dlq"]) await kafka.create(topic);
        // No topic of events, and so a backlog.
        const config = kafka.config('backlog_bytes_max = 300000\nproperties = ["session.timeout.ms=6000"]');
        const server = await Server.start({ school: school(), config });
        const figure = async (name) => (await metrics(server)).get(`homeroom_kafka_${name}`);
        const state = async () => (await get(`${server.url}/readyz`)).json().kafka;
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        for (let i = 0; i < 3000; i++) {
            const text = `filling ${i} ${"x".repeat(400)}`;
            if (!(await tess.request("post:create", { to: "class-math", text })).ok) break;
        }
        await eventually("read_only", async () => (await state()) === "read_only", 60_000);
        const wanted = Array.from({ length: 200 }, (_, i) => `waits ${i}`);
        const lines = wanted.map((text, i) =>
            JSON.stringify({
                specversion: "1.0",
                id: `waits-${i}`,
                source: "/test",
                type: "homeroom.post:create",
                data: { to: "class-math", text },
            }),
        );
        const structured = ["-H", "content-type=application/cloudevents+json"];
        await kafka.kcat(["-P", "-t", "homeroom.commands", "-q", "-k", "class-math", ...structured], {
            input: `${lines.join("\n")}\n`,
        });
        await eventually("it is paused", async () => (await figure("partitions_paused")) === 1, 60_000);
        const came = () => server.log.split("partitions came").length;
        const before = came();
        // Longer than the group waits for a member.
        kafka.brokers[0].freeze();
        await sleep(14_000);
        kafka.brokers[0].thaw();
        await eventually("its partitions to come back", () => came() > before, 90_000);
        await kafka.create("homeroom.events");
        await eventually("ok", async () => (await state()) === "ok", 90_000);
        const done = () => ada.texts().filter((text) => text.startsWith("waits "));
        await eventually("all commands", () => done().length >= wanted.length, 60_000);
        await ada.settle();
        assert.deepEqual(done(), wanted);
    });

    // librdkafka waits by the wall clock: what it was asked for while that was ahead, it would wait for until it is there again.
    scenario("a clock that is set back while Kafka is away keeps nothing waiting, nor the end", { seconds: 200 }, async (t) => {
        const clock = Clock.in(temporaryFolder("clock"));
        if (!clock) return t.skip("libfaketime is not here");
        const kafka = await Kafka.start();
        for (const topic of ["homeroom.events", "homeroom.commands", "homeroom.commands.dlq"]) await kafka.create(topic);
        const server = await Server.start({ school: school(), config: kafka.config(), environment: clock.environment });
        const stateIs = (wanted) =>
            eventually(wanted, async () => (await get(`${server.url}/readyz`)).json().kafka === wanted, 60_000);
        const tess = await Person.connect(server, "tess");
        await stateIs("ok");
        clock.turn(900);
        await sleep(1_500);
        await kafka.kill();
        await stateIs("degraded");
        // It asks whether a broker is back, once a second.
        await sleep(5_000);
        clock.turn(0);
        await sleep(1_500);
        assert.equal((await tess.request("post:create", { to: "class-math", text: "meanwhile" })).ok, true);
        const began = performance.now();
        await server.process.signal("SIGTERM");
        assert.ok(performance.now() - began < 30_000, "it has ended");
    });
});
