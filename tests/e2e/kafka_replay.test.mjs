// `homeroom verify` and `homeroom replay` with a real Kafka: what a topic lacks is found, and is sent once more, without what
// was deleted and whom nobody may tell any more.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Kafka, whyNoKafka } from "./support/kafka.mjs";
import { metrics } from "./support/metrics.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const skip = whyNoKafka();
const events = "homeroom.events";
const elsewhere = "homeroom.elsewhere";
const again = "homeroom.again";
const school = () =>
    new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .teacher("tess", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("eve", "math");

async function start(settings = {}) {
    const kafka = await Kafka.start({ settings });
    for (const topic of [events, `${events}.dlq`]) await kafka.create(topic);
    const server = await Server.start({ school: school(), config: kafka.config() });
    return { kafka, server };
}

const allSent = (server) =>
    eventually(
        "all to be in Kafka",
        async () => {
            const now = await metrics(server);
            return (
                now.get("homeroom_kafka_reachable") === 1 &&
                now.get("homeroom_kafka_backlog_events") === 0 &&
                now.get("homeroom_journal_seq") > 0
            );
        },
        90_000,
    ).then(() => sleep(700)); // the cursors are stored twice a second

async function run(server, ...args) {
    const { code, output, stdout } = await server.run([...args, "--json"], { seconds: 120 });
    try {
        return { code, output, ...JSON.parse(stdout) };
    } catch {
        return { code, output };
    }
}

const post = (person, to, text, more = {}) => person.requestOk("post:create", { to, text, ...more });
const textsOf = (records) =>
    records
        .filter(({ headers }) => headers.ce_type === "homeroom.post:created")
        .map(({ value }) => JSON.parse(value).post.text);

describe("replaying and verifying", { skip }, () => {
    after(tidyUp);

    scenario("finds what a topic lacks, and sends that alone which may still be seen", { seconds: 300 }, async () => {
        const { kafka, server } = await start();
        const tess = await Person.connect(server, "tess");
        const original = kafka.read(events);
        for (let i = 0; i < 20; i++) await post(tess, i % 2 ? "class-math" : "class-art", `plain ${i}`);
        const secret = await tess.post("class-math", "to be deleted");
        const ben = await Person.connect(server, "ben");
        await post(ben, "class-math", "for ben", { visibility: { users: ["ben"] } });
        await post(tess, "class-math", "for ada and ben", { visibility: { users: ["ada", "ben"] } });
        await allSent(server);
        const whole = await run(server, "verify");
        assert.equal(whole.code, 0, whole.output);
        assert.equal(whole.good, true);
        assert.equal(whole.missing, 0);
        assert.ok(whole.found >= 23);
        const text = await server.run(["verify"]);
        assert.match(text.stdout, /the topic is complete/);

        // As after the topic was made anew: the cursors say that all of it is there.
        await server.stop();
        await kafka.create(again);
        fs.writeFileSync(server.configFile, kafka.config(`events_topic = "${again}"`));
        await server.launch();
        const back = await Person.connect(server, "tess");
        await back.requestOk("post:delete", { post: secret.id });
        await server.restOk("DELETE", "/users/ben");
        await allSent(server);
        const hole = await run(server, "verify");
        assert.equal(hole.code, 1);
        assert.equal(hole.good, false);
        assert.ok(hole.missing >= 21, hole.output);
        assert.equal(hole.forNobody, 1);
        assert.ok(hole.deleted >= 1);
        assert.equal(hole.examples.missing.length, 20);

        const last = hole.examples.missing[0].seq;
        const dry = await run(server, "replay", "--from", "1", "--dry-run");
        assert.equal(dry.code, 0, dry.output);
        assert.ok(dry.sent >= 21);
        assert.equal(dry.forNobody, 2, "what ben wrote to himself, and that he has no rooms any more");
        assert.equal(dry.fewerReaders, 1);
        const done = await run(server, "replay", "--from", last, "--reason", "the topic was made anew");
        assert.equal(done.code, 0, done.output);
        assert.equal(done.state, "done");
        assert.equal(done.sent, dry.sent);

        const mended = await run(server, "verify");
        assert.equal(mended.code, 0, mended.output);
        assert.equal(mended.missing, 0);
        assert.ok(mended.replayed >= 21);
        const records = kafka.read(again);
        await eventually("all of it", () => records.length >= done.sent, 30_000);
        const replayed = records.filter(({ headers }) => headers["homeroom-replayed"]);
        const texts = textsOf(replayed);
        assert.ok(!texts.includes("to be deleted"), "what was deleted");
        assert.ok(!texts.includes("for ben"), "what nobody may see");
        assert.deepEqual(
            texts.filter((one) => one.startsWith("plain") && Number(one.slice(6)) % 2),
            Array.from({ length: 10 }, (_, i) => `plain ${2 * i + 1}`),
            "in order",
        );
        const named = replayed.find(({ value }) => value.includes("for ada and ben"));
        assert.deepEqual(JSON.parse(named.headers.ce_users), ["ada", "tess"]);
        const before = original.find(({ value }) => value.includes("for ada and ben"));
        assert.deepEqual(JSON.parse(before.headers.ce_users), ["ada", "ben", "tess"]);
        assert.equal(named.headers.ce_id, before.headers.ce_id);
        assert.equal(named.headers.ce_sequence, before.headers.ce_sequence);
        assert.equal(named.key, before.key);

        const { entries } = (await server.restOk("GET", "/audit?limit=100")).json();
        const noted = entries.filter(({ action }) => action.startsWith("journal.replay"));
        assert.deepEqual(noted.map(({ action }) => action).sort(), ["journal.replay", "journal.replay.ended"]);
        assert.ok(JSON.stringify(noted).includes("the topic was made anew"));
        assert.equal((await metrics(server)).get("homeroom_kafka_replayed_total"), done.sent);
    });

    scenario("one room to another topic, with and without a server", { seconds: 300 }, async () => {
        const { kafka, server } = await start();
        const tess = await Person.connect(server, "tess");
        await kafka.create(elsewhere);
        for (let i = 0; i < 6; i++) await post(tess, i % 2 ? "class-math" : "class-art", `post ${i}`);
        await allSent(server);
        const records = kafka.read(elsewhere);
        const args = ["--from", "1", "--room", "class-math", "--topic", elsewhere];
        const online = await run(server, "replay", ...args);
        assert.equal(online.state, "done", online.output);
        await eventually("the room's posts", () => textsOf(records).length >= 3, 30_000);
        await server.stop();
        const offline = await run(server, "replay", ...args);
        assert.equal(offline.state, "done", offline.output);
        assert.equal(offline.sent, online.sent);
        await eventually("them again", () => textsOf(records).length >= 6, 30_000);
        assert.deepEqual(textsOf(records), ["post 1", "post 3", "post 5", "post 1", "post 3", "post 5"]);
        assert.ok(records.every(({ key }) => key === "class-math"));
        const held = await run(server, "verify", "--topic", elsewhere);
        assert.equal(held.good, false, "the other room is not there");
        assert.equal(held.outOfOrder, 0);
        assert.equal((await run(server, "verify")).good, true, "the topic of events is as it was");
    });

    scenario("goes on when a broker dies, and ends when it is told to", { seconds: 300 }, async () => {
        const { kafka, server } = await start();
        const tess = await Person.connect(server, "tess");
        await kafka.create(elsewhere);
        const wanted = Array.from({ length: 60 }, (_, i) => `post ${i}`);
        for (const text of wanted) await post(tess, "class-math", text);
        await allSent(server);
        const args = ["replay", "--from", "1", "--room", "class-math", "--topic", elsewhere];
        const under_way = run(server, ...args, "--rate", "20");
        await sleep(800);
        const second = await run(server, ...args);
        assert.equal(second.code, 1);
        assert.match(second.output, /under way/);
        await kafka.kill();
        await sleep(1000);
        await kafka.restart();
        const done = await under_way;
        assert.equal(done.state, "done", done.output);
        const records = kafka.read(elsewhere);
        await eventually("all of them", () => new Set(textsOf(records)).size >= wanted.length, 60_000);
        assert.deepEqual([...new Set(textsOf(records))], wanted);

        const slow = run(server, ...args, "--rate", "1");
        await sleep(500);
        await server.run(["replay", "--stop"]);
        const ended = await slow;
        assert.equal(ended.state, "stopped", ended.output);
        assert.equal(ended.code, 1);
    });

    scenario("says what it can't do", { seconds: 200 }, async () => {
        const { kafka, server } = await start();
        for (const [args, words] of [
            [["replay"], /--from is missing/],
            [["replay", "--from", "yesterday"], /from must be a time/],
            [["replay", "--from", "1", "--rate", "0"], /rate must be/],
            [["replay", "--from", "1", "--topic", "homeroom.commands"], /no commands/],
            [["verify", "--to", "soon"], /to must be a time/],
            [["verify", "--topic", "nowhere"], /there is no topic nowhere/],
        ]) {
            const { code, output } = await server.run(args, { seconds: 60 });
            assert.notEqual(code, 0, args.join(" "));
            assert.match(output, words);
        }
        fs.writeFileSync(server.configFile, "");
        const without = await server.run(["verify"]);
        assert.match(without.output, /no Kafka in the configuration/);
        await kafka.kill();
        fs.writeFileSync(server.configFile, kafka.config());
        const away = await server.run(["verify"], { seconds: 90 });
        assert.equal(away.code, 1);
        assert.match(away.output, /no broker answers/);
    });
});
