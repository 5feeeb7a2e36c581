// Out to a real Kafka: every durable event once a consumer drops what it has, in order for each room, whatever brokers and
// server do; and people notice nothing of it.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { get } from "./support/http.mjs";
import { Kafka, whyNoKafka } from "./support/kafka.mjs";
import { metrics } from "./support/metrics.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const skip = whyNoKafka();
const events = "homeroom.events";
const deadLetters = "homeroom.events.dlq";
const rooms = ["math", "art", "music", "latin", "chess", "physics"];
const school = () => {
    const one = new School("north");
    for (const room of rooms) one.class(room).teacher("tess", room).student("ada", room);
    return one;
};

async function kafkaWith(options) {
    const kafka = await Kafka.start(options);
    for (const topic of [events, deadLetters]) await kafka.create(topic);
    return kafka;
}

const stateOf = async (server) => (await get(`${server.url}/readyz`)).json().kafka;
const stateIs = (server, state) =>
    eventually(`${state}`, async () => (await stateOf(server)) === state, 90_000);

// The texts of posts of a room, each the first time that it is there.
const texts = (records, room) => [
    ...new Set(
        records
            .filter((record) => record.key === room && record.headers.ce_type === "homeroom.post:created")
            .map((record) => JSON.parse(record.value).post.text),
    ),
];

const has = (records, room, wanted) =>
    eventually(
        `Kafka to have ${wanted.length} posts of ${room}`,
        () => texts(records, room).length >= wanted.length,
        90_000,
    ).then(() => assert.deepEqual(texts(records, room), wanted));

// Writes to a room until told to stop; each is repeated with its key until it is acknowledged.
async function write(person, room, until) {
    const acknowledged = [];
    for (let number = 0; !until(); number++) {
        const text = `${room} ${number}`;
        const draft = { to: room, text, key: text.replace(" ", "-") };
        for (let attempt = 0; ; attempt++) {
            assert.ok(attempt < 60, `${text} is never acknowledged`);
            const answer = await new Promise((resolve) =>
                person.socket.timeout(1500).emit("post:create", draft, (error, value) => resolve(error ? null : value)),
            );
            if (answer?.ok) break;
            await sleep(50);
        }
        acknowledged.push(text);
        await sleep(5);
    }
    return acknowledged;
}

describe("out to Kafka", { skip }, () => {
    after(tidyUp);

    scenario("each durable event is a CloudEvent, keyed by room, in order", { seconds: 240 }, async () => {
        const kafka = await kafkaWith();
        const server = await Server.start({ school: school(), config: kafka.config() });
        const tess = await Person.connect(server, "tess");
        const records = kafka.read(events);
        const { post } = await tess.requestOk("post:create", { to: "class-math", text: "hello" });
        await tess.comment(post.id, "well");
        await tess.like(post.id);
        await tess.requestOk("message:send", { to: { user: "ada" }, text: "psst" });
        await tess.requestOk("grade:publish", { student: "ada", class: "math", item: "test 1", score: 9 });
        await tess.requestOk("typing", { to: { post: post.id }, on: true });
        const types = () => records.map((record) => record.headers.ce_type.slice("homeroom.".length));
        await eventually("all events", () => types().includes("grade:updated") && types().includes("notification:created"));
        const ofRoom = records.filter((record) => record.key === "class-math");
        assert.deepEqual(
            ofRoom.map((record) => record.headers.ce_type),
            ["homeroom.post:created", "homeroom.comment:created", "homeroom.reaction:changed"],
        );
        assert.equal(new Set(ofRoom.map((record) => record.partition)).size, 1);
        assert.ok(!types().includes("typing"), "what is ephemeral stays here");
        for (const record of records) {
            const { headers } = record;
            const body = JSON.parse(record.value);
            assert.equal(headers.ce_specversion, "1.0");
            assert.equal(headers.ce_id, body.id);
            assert.equal(headers.ce_sequence, body.seq);
            assert.equal(headers.ce_time, body.at);
            assert.equal(headers.ce_source, "/homeroom");
            assert.equal(headers.ce_partitionkey, record.key);
            assert.equal(headers.ce_subject, record.key);
            assert.equal(headers["content-type"], "application/json");
            assert.ok(headers.ce_audience);
        }
        assert.ok(!JSON.stringify(records).includes('"notes"'));
        const grades = records.filter((record) => record.headers.ce_type === "homeroom.grade:updated");
        assert.ok(grades.some((record) => record.key === "user-ada"));
        await stateIs(server, "ok");
        // A restart repeats nothing that was delivered.
        const count = records.length;
        await server.restart();
        await tess.post("class-math", "after");
        await has(records, "class-math", ["hello", "after"]);
        assert.ok(records.length >= count + 1 && records.length <= count + 3, `${records.length} after ${count}`);
    });

    scenario("brokers that are down at the start hold nobody", { seconds: 240 }, async () => {
        const kafka = await kafkaWith();
        await kafka.kill();
        const server = await Server.start({ school: school(), config: kafka.config() });
        assert.equal(await stateOf(server), "degraded");
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        await tess.post("class-math", "one");
        await ada.seeText("one");
        await server.restart("SIGKILL");
        await tess.post("class-math", "two");
        await ada.seeText("two");
        await kafka.restart();
        await has(kafka.read(events), "class-math", ["one", "two"]);
        await stateIs(server, "ok");
    });

    scenario("kill -9 of brokers and server under load loses nothing", { seconds: 400 }, async (t) => {
        const kafka = await kafkaWith();
        const server = await Server.start({ school: school(), config: kafka.config() });
        const writers = await Promise.all(rooms.map(() => Person.connect(server, "tess")));
        const ada = await Person.connect(server, "ada");
        let stop = false;
        const work = Promise.all(writers.map((person, i) => write(person, `class-${rooms[i]}`, () => stop)));
        work.catch(() => {});
        await sleep(1000);
        for (let round = 0; round < 2; round++) {
            await kafka.kill();
            await sleep(1500);
            await server.restart("SIGKILL");
            await sleep(500);
            await kafka.restart();
            await sleep(1500);
            await server.restart("SIGKILL");
            await sleep(1000);
        }
        stop = true;
        const acknowledged = await work;
        const records = kafka.read(events);
        for (const [i, room] of rooms.entries()) await has(records, `class-${room}`, acknowledged[i]);
        for (const [i, room] of rooms.entries()) {
            const own = () => ada.texts().filter((text) => text.startsWith(`class-${room} `));
            await eventually(`ada to have all of ${room}`, () => own().length >= acknowledged[i].length, 15_000);
            assert.deepEqual(own(), acknowledged[i]);
        }
        const repeated = records.length - new Set(records.map((record) => record.headers.ce_id)).size;
        t.diagnostic(`${acknowledged.flat().length} posts, ${records.length} records, ${repeated} repeated`);
    });

    scenario("a frozen broker is noticed, and caught up with", { seconds: 300 }, async () => {
        const kafka = await kafkaWith();
        const config = kafka.config('degraded_after = "2s"');
        const server = await Server.start({ school: school(), config });
        const tess = await Person.connect(server, "tess");
        const ada = await Person.connect(server, "ada");
        const records = kafka.read(events);
        await tess.post("class-math", "before");
        await has(records, "class-math", ["before"]);
        await stateIs(server, "ok");
        kafka.brokers[0].freeze();
        await tess.post("class-math", "frozen");
        await ada.seeText("frozen");
        const told = await tess.see("service:state", ({ state }) => state === "degraded", 30_000);
        const documented = "/components/messages/service:state/payload";
        assert.equal(new Contract().fault("asyncapi.yaml", documented, told), undefined);
        assert.equal(await stateOf(server), "degraded");
        assert.equal((await metrics(server)).get('homeroom_fallback_state{state="degraded"}'), 1);
        await tess.post("class-math", "still");
        await ada.seeText("still");
        kafka.brokers[0].thaw();
        await has(records, "class-math", ["before", "frozen", "still"]);
        await stateIs(server, "ok");
        assert.deepEqual(ada.received("service:state"), [], "that is for staff");
    });

    scenario("a partition without a leader holds its own rooms alone", { seconds: 300 }, async () => {
        const kafka = await kafkaWith({ brokers: 2 });
        const server = await Server.start({ school: school(), config: kafka.config() });
        const tess = await Person.connect(server, "tess");
        const records = kafka.read(events);
        for (const room of rooms) await tess.post(`class-${room}`, "first");
        for (const room of rooms) await has(records, `class-${room}`, ["first"]);
        // Each partition has one replica: those on the second broker lose their leader with it.
        const { partitions } = (await kafka.metadata(events)).topics[0];
        const lost = new Set(partitions.filter(({ leader }) => leader === 2).map(({ partition }) => partition));
        assert.ok(lost.size > 0 && lost.size < partitions.length);
        const partitionOf = (room) => records.find((record) => record.key === `class-${room}`).partition;
        const held = rooms.filter((room) => lost.has(partitionOf(room)));
        const free = rooms.filter((room) => !lost.has(partitionOf(room)));
        assert.ok(held.length > 0 && free.length > 0, `${held} | ${free}`);
        await kafka.brokers[1].kill();
        for (const text of ["second", "third"])
            for (const room of rooms) await tess.post(`class-${room}`, text);
        for (const room of free) await has(records, `class-${room}`, ["first", "second", "third"]);
        for (const room of held) assert.deepEqual(texts(records, `class-${room}`), ["first"]);
        kafka.brokers[1].launch();
        const all = kafka.read(events);
        for (const room of rooms) await has(all, `class-${room}`, ["first", "second", "third"]);
    });

    scenario("a record that no broker takes is dead-lettered alone, in its place", { seconds: 300 }, async () => {
        const kafka = await kafkaWith({ settings: { "message.max.bytes": 6000 } });
        const config = kafka.config('properties = ["batch.size=5000"]');
        const server = await Server.start({ school: school(), config });
        const tess = await Person.connect(server, "tess");
        const records = kafka.read(events);
        // Not compressed, so that it is as long as it looks.
        const long = "long ".repeat(3000);
        const posts = ["a", "b", long, "c", "d"].map((text) => tess.post("class-math", text));
        await Promise.all(posts);
        await has(records, "class-math", ["a", "b", "c", "d"]);
        const letters = kafka.read(deadLetters);
        await eventually("the dead letter", () => letters.length > 0, 30_000);
        const [letter] = letters;
        assert.equal(letter.headers["homeroom-reason"], "MSG_SIZE_TOO_LARGE");
        assert.equal(letter.headers["homeroom-data"], "left out");
        assert.equal(letter.key, "class-math");
        const figures = await metrics(server);
        assert.equal(figures.get('homeroom_kafka_records_total{outcome="dead_lettered"}'), 1);
        await tess.post("class-math", "e");
        await has(records, "class-math", ["a", "b", "c", "d", "e"]);
    });
});
