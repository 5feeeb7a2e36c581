// In from a real Kafka: what the platform's other services ask is done once, in order, as the platform and nobody else;
// what can't be is with the dead letters, and says why.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Clock } from "../chaos/clock.mjs";
import { Person } from "./support/client.mjs";
import { Kafka, whyNoKafka } from "./support/kafka.mjs";
import { metrics } from "./support/metrics.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server, temporaryFolder } from "./support/server.mjs";

const skip = whyNoKafka();
const commands = "homeroom.commands";
const deadLetters = "homeroom.commands.dlq";
const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "art");

describe("in from Kafka", { skip }, () => {
    let kafka, server, tess, ada, ben;
    before(async () => {
        kafka = await Kafka.start();
        const topics = ["homeroom.events", "homeroom.events.dlq", commands, deadLetters];
        for (const topic of topics) await kafka.create(topic);
        // Sent before the group has ever been there.
        await kafka.command("alert", { title: "early", text: "before anybody was there" });
        // What the package brought is the student system's: commands, being edits, are below it.
        const sources = '[roster]\nsources = ["sis", "rest"]\n';
        server = await Server.start({ school: school(), config: kafka.config() + sources });
        [tess, ada, ben] = await Promise.all(["tess", "ada", "ben"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    const count = async (outcome) =>
        (await metrics(server)).get(`homeroom_kafka_commands_total{outcome="${outcome}"}`);
    const see = (person, name, fits) => person.see(name, fits, 60_000);

    scenario("a group that has no offsets begins at the beginning", { seconds: 120 }, async () => {
        const late = await Person.connect(server, "ada", { auth: { cursor: "0000000000000000" } });
        await see(late, "alert", (event) => event.title === "early");
    });

    scenario("each kind of command does what its REST call does", { seconds: 240 }, async () => {
        await kafka.command("post:create", { to: "class-math", text: "from the platform" });
        const { post, by } = await see(ada, "post:created", (event) => event.post.text === "from the platform");
        assert.equal(by, null);
        assert.deepEqual(post.author, { id: "service:platform", name: "platform" });
        await kafka.command("announcement:create", { to: "class-math", title: "Trip", text: "Bring lunch" });
        await see(ada, "announcement:created", (event) => event.announcement.title === "Trip");
        await kafka.command("alert", { title: "Snow", text: "No school", level: "warning" });
        await see(ben, "alert", (event) => event.title === "Snow");
        await kafka.command("grade:publish", { student: "ada", class: "math", item: "essay", score: 8 });
        await see(ada, "grade:updated", (event) => event.grade.item === "essay");
        await kafka.command("event", { type: "bus:late", to: { users: ["ada"] }, data: { minutes: 5 } });
        const late = await see(ada, "bus:late");
        assert.deepEqual(late.data, { minutes: 5 });
        await kafka.command("enrollment:put", {
            sourcedId: "ben-math",
            userSourcedId: "ben",
            classSourcedId: "math",
            role: "student",
        });
        await see(ben, "rooms:changed", (event) => event.joined.includes("class-math"));
        // It is in the audit log, as PUT is.
        const { entries } = (await server.restOk("GET", "/audit?subject=ben-math")).json();
        assert.deepEqual(
            entries.map(({ actor, action }) => [actor, action]),
            [["service:platform", "roster.put"]],
        );
        const members = [{ userSourcedId: "ada", role: "owner" }];
        await kafka.command("group:put", { group: "lab", title: "Lab", home: "class-math", members });
        await see(ada, "rooms:changed", (event) => event.joined.includes("group-lab"));
        await kafka.command("event", { type: "lab:open", to: "group-lab", data: {} });
        await see(ada, "lab:open");
        // Ordered with what comes behind it.
        await kafka.command("enrollment:delete", { sourcedId: "ben-math" });
        await kafka.command("post:create", { to: "class-math", text: "not for ben" });
        await see(ada, "post:created", (event) => event.post.text === "not for ben");
        await ben.settle();
        assert.ok(!ben.texts().includes("not for ben"));
        assert.ok(!JSON.stringify(ben.events).includes("essay"));
        assert.equal(ben.received("bus:late").length, 0);
        assert.equal(ben.received("lab:open").length, 0);
    });

    scenario("what comes twice happens once", { seconds: 120 }, async () => {
        const twice = { id: "twice" };
        await kafka.command("alert", { title: "twice", text: "once" }, twice);
        await kafka.command("alert", { title: "twice", text: "once" }, twice);
        await kafka.command("alert", { title: "the end of twice", text: "." });
        await see(ada, "alert", (event) => event.title === "the end of twice");
        assert.equal(ada.received("alert").filter((event) => event.title === "twice").length, 1);
        await eventually("the repetition is counted", async () => (await count("repeated")) === 1, 30_000);
    });

    scenario("nothing in a record says as whom it is carried out", { seconds: 120 }, async () => {
        await kafka.command("post:create", {
            to: "class-math",
            text: "who wrote this?",
            by: { id: "tess" },
            author: { id: "tess", name: "Tess" },
            user: "tess",
        });
        const { post, by } = await see(ada, "post:created", (event) => event.post.text === "who wrote this?");
        assert.equal(by, null);
        assert.equal(post.author.id, "service:platform");
        // Nor anything in the headers, of whatever kind of command.
        const claimed = { id: "tess", name: "Tess" };
        const forged = { by: claimed, author: claimed, grader: claimed, actor: "tess", service: "tess", who: "tess" };
        const headers = { ce_user: "tess", ce_by: "tess", ce_actor: "tess", ce_authorization: "Bearer tess" };
        await kafka.command(
            "announcement:create",
            { to: "class-math", title: "forged", text: "who announced this?", ...forged },
            { attributes: headers },
        );
        const announced = await see(ada, "announcement:created", (event) => event.announcement.title === "forged");
        assert.equal(announced.by, null);
        assert.ok(!JSON.stringify(announced).includes("tess"));
        await kafka.command(
            "grade:publish",
            { student: "ada", class: "math", item: "forged", score: 1, ...forged },
            { attributes: headers },
        );
        const graded = await see(ada, "grade:updated", (event) => event.grade.item === "forged");
        assert.equal(graded.by, null);
        assert.ok(!JSON.stringify(graded).includes("tess"));
        await kafka.command("hold:set", { user: "ada", reason: "forged", ...forged }, { attributes: headers });
        await kafka.command(
            "user:put",
            { sourcedId: "new", givenName: "New", familyName: "One", ...forged },
            { attributes: headers },
        );
        await eventually("both in the audit log", async () => {
            const { entries } = (await server.restOk("GET", "/audit?limit=500")).json();
            assert.ok(!entries.some(({ actor }) => actor.includes("tess")), "it names her");
            const actors = (action, subject) =>
                entries.filter((entry) => entry.action === action && entry.subject === subject).map(({ actor }) => actor);
            const found = [...actors("hold.set", "ada"), ...actors("roster.put", "new")];
            return found.length === 2 && found.every((actor) => actor === "service:platform");
        }, 60_000);
        // What only people may ask is no command.
        const letters = kafka.read(deadLetters);
        await kafka.command("comment:create", { post: post.id, text: "as nobody" }, { id: "no-comment" });
        const letter = await eventually("the letter", () =>
            letters.find((record) => record.headers.ce_id === "no-comment"), 60_000);
        assert.equal(letter.headers["homeroom-code"], "invalid");
    });

    scenario("what can't be done goes to the dead letters with the reason", { seconds: 180 }, async () => {
        const letters = kafka.read(deadLetters);
        const letterOf = (id) =>
            eventually(`the letter of ${id}`, () => letters.find(({ headers }) => headers.ce_id === id), 60_000);
        await kafka.command("post:create", { to: "class-nowhere", text: "x" }, { id: "nowhere" });
        await kafka.command("alert", { title: "no text" }, { id: "no-text" });
        await kafka.command("grade:publish", { student: "ben", class: "math", item: "x", score: 1 }, { id: "not-his" });
        await kafka.command("event", { type: "post:created", to: "class-math", data: {} }, { id: "ours" });
        await kafka.command("class:delete", { sourcedId: "art" }, { id: "not-ours" });
        await kafka.send(commands, { key: "class-math", value: "{", headers: { ce_id: "broken" } });
        await kafka.command("alert", { title: "behind the poison", text: "." });
        await see(ada, "alert", (event) => event.title === "behind the poison");
        const expected = {
            nowhere: ["not_found", "to"],
            "no-text": ["invalid", "text"],
            "not-his": ["not_found", "student"],
            ours: ["invalid", "type"],
            "not-ours": ["conflict", undefined],
            broken: ["invalid", "specversion"],
        };
        for (const [id, [code, field]] of Object.entries(expected)) {
            const { headers, key } = await letterOf(id);
            assert.equal(headers["homeroom-code"], code, id);
            assert.equal(headers["homeroom-field"], field, id);
            assert.ok(headers["homeroom-reason"], id);
            assert.equal(key, "class-math", id);
        }
    });

    scenario("what is too large even for the dead letters holds nobody", { seconds: 180 }, async () => {
        const letters = kafka.read(deadLetters);
        // Brokers take it, with headers of a megabyte; with ours they would not.
        const pad = Array.from({ length: 8 }, (_, i) => ["-H", `pad-${i}=${"x".repeat(131_040)}`]).flat();
        const large = ["-X", "message.max.bytes=2000000", ...pad];
        const poison = ["-P", "-t", commands, "-q", "-k", "class-math", "-H", "ce_id=too-large", ...large];
        await kafka.kcat(poison, { input: "{}\n" });
        await kafka.command("alert", { title: "no text" }, { id: "small" });
        const data = { title: "x", pad: "x".repeat(1_040_000) };
        await kafka.command("alert", data, { id: "long", more: ["-X", "message.max.bytes=2000000"] });
        await kafka.command("alert", { title: "behind what is too large", text: "." });
        await see(ada, "alert", (event) => event.title === "behind what is too large");
        const letterOf = (words, fits) => eventually(words, () => letters.find(fits), 60_000);
        const cut = await letterOf("the letter without headers", ({ headers }) => headers["homeroom-headers"] === "left out");
        assert.equal(cut.headers["homeroom-data"], "left out");
        assert.equal(cut.headers["pad-0"], undefined);
        assert.ok(cut.headers["homeroom-offset"]);
        const small = await letterOf("the small one", ({ headers }) => headers.ce_id === "small");
        assert.equal(small.value, JSON.stringify({ title: "no text" }));
        const long = await letterOf("the long one", ({ headers }) => headers.ce_id === "long");
        assert.equal(long.headers["homeroom-data"], undefined);
        assert.equal(long.value, JSON.stringify(data));
    });

    // librdkafka's own waits go by the wall clock.
    scenario("a clock that is turned keeps it neither from commands nor from ending", { seconds: 180 }, async (t) => {
        const clock = Clock.in(temporaryFolder("clock"));
        if (!clock) return t.skip("no libfaketime");
        const ownEnvironment = server.environment;
        server.environment = { ...ownEnvironment, ...clock.environment };
        for (const seconds of [800, -800]) {
            await server.restart("SIGTERM");
            await eventually("ada to be back", () => ada.socket.connected, 30_000);
            clock.turn(seconds);
            await sleep(2_500); // until it has noticed, and waits
            const title = `turned by ${seconds} s`;
            await kafka.command("alert", { title, text: "." });
            await see(ada, "alert", (event) => event.title === title);
        }
        server.environment = ownEnvironment;
        await server.restart("SIGTERM");
    });

    scenario("kill -9 in the middle does each command once, in order", { seconds: 300 }, async (t) => {
        const wanted = Array.from({ length: 60 }, (_, i) => `numbered ${i}`);
        const sending = (async () => {
            for (const text of wanted) await kafka.command("post:create", { to: "class-math", text });
        })();
        for (let round = 0; round < 3; round++) {
            await sleep(700);
            await server.restart("SIGKILL");
        }
        await sending;
        const got = () => ada.texts().filter((text) => text.startsWith("numbered "));
        await eventually("all of them", () => got().length >= wanted.length, 90_000);
        await ada.settle();
        assert.deepEqual(got(), wanted);
        t.diagnostic(`${await count("repeated")} came again`);
    });

    scenario("brokers that die are waited for", { seconds: 240 }, async () => {
        await kafka.kill();
        await tess.post("class-math", "meanwhile");
        await ada.seeText("meanwhile");
        // A goodbye does not wait for brokers either.
        await server.restart("SIGTERM");
        await kafka.restart();
        await kafka.command("alert", { title: "back again", text: "." });
        await see(ada, "alert", (event) => event.title === "back again");
    });
});
