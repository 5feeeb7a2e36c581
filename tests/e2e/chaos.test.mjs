// The short form of `./dev chaos` (docs/reliability.md), and what shows that its judge sees what it is there for.
//
// CHAOS_SECONDS (60) in the environment for a longer run.

import assert from "node:assert/strict";
import net from "node:net";
import { after, describe } from "node:test";

import { Campaign } from "../chaos/campaign.mjs";
import { History } from "../chaos/history.mjs";
import { Judge } from "../chaos/judge.mjs";
import { Link } from "../chaos/link.mjs";
import { inWords } from "../chaos/report.mjs";
import { whyNoKafka } from "./support/kafka.mjs";
import { seedOfRun } from "./support/random.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";

const seconds = Number(process.env.CHAOS_SECONDS ?? 60);
const room = "class-math";

// A small history in which all is well: three posts, a message and a grade; ada and ben in the class, rob comes and goes, zoe
// is a stranger.
function good() {
    const history = new History({ [room]: ["ada", "ben"] });
    history.hasKafka = true;
    let at = 100;
    let seq = 0;
    const readers = Object.fromEntries(["ada", "ben", "rob", "zoe"].map((user) => [user, history.reader(user, user)]));
    const happen = (kind, event, to, receivers) => {
        const operation = history.begin(kind, { kind, event, to });
        operation.from = at += 10;
        operation.acknowledged = at += 10;
        const number = String(++seq).padStart(16, "0");
        const receipt = { seq: number, id: `id-${seq}`, name: event, tokens: [operation.token] };
        for (const user of receivers) readers[user].receipts.push({ ...receipt, at: at + 1 });
        history.records.push({ ...receipt, key: to.room ?? `user-${to.users[0]}` });
        if (kind === "post") history.stored.push({ room, token: operation.token, id: `post-${seq}` });
        return operation;
    };
    const post = (receivers) => happen("post", "post:created", { room }, receivers);
    post(["ada", "ben"]);
    const stay = { user: "rob", room, put: [(at += 5), (at += 5)], removed: null };
    history.stays.push(stay);
    post(["ada", "ben", "rob"]);
    post(["ada", "ben", "rob"]);
    stay.removed = [(at += 5), (at += 5)];
    post(["ada", "ben"]);
    happen("message", "message:created", { users: ["ada"] }, ["ada"]);
    happen("grade", "grade:updated", { users: ["ben"] }, ["ben"]);
    const poison = history.begin("poison", { kind: "poison", to: { users: [] } });
    poison.acknowledged = at;
    history.letters.push(poison.token);
    return history;
}

const receiptsOf = (history, user) => history.readers.get(user).receipts;
const swap = (list, i, j) => ([list[i], list[j]] = [list[j], list[i]]);

// What is done to the good history, and what must be found for it alone.
const wrongs = [
    ["an event that one reader never got", "lost", "ada", (history) => receiptsOf(history, "ada").splice(1, 1)],
    ["the last event that one reader never got", "lost", "ben", (history) => receiptsOf(history, "ben").pop()],
    ["an event that came twice", "doubled", "ben",
        (history) => receiptsOf(history, "ben").splice(2, 0, receiptsOf(history, "ben")[1])],
    ["a request that was carried out twice", "doubled", "ada", (history) => {
        const [first] = receiptsOf(history, "ada");
        receiptsOf(history, "ada").push({ ...first, id: "another", seq: "9".repeat(16) });
    }],
    ["two events in the wrong order", "out_of_order", "ada", (history) => swap(receiptsOf(history, "ada"), 1, 2)],
    ["an event to a stranger", "leaked", "zoe",
        (history) => receiptsOf(history, "zoe").push(receiptsOf(history, "ada")[0])],
    ["another's grade", "leaked", "ada", (history) => receiptsOf(history, "ada").push(receiptsOf(history, "ben").at(-1))],
    ["a word of a message in somebody else's notification", "leaked", "ben", (history) => {
        const { tokens } = receiptsOf(history, "ada").at(-1);
        receiptsOf(history, "ben").push({ at: 900, seq: "9".repeat(16), id: "note", name: "notification:created", tokens });
    }],
    ["a post to who had left", "leaked", "rob", (history) => receiptsOf(history, "rob").push(receiptsOf(history, "ada")[3])],
    ["a hole in what who was there got", "lost", "rob", (history) => receiptsOf(history, "rob").shift()],
    ["a refusal that was final", "refused", "post", (history) => (history.operations.get("op.post.1").refused = "invalid")],
    ["a request that was never answered", "unanswered", "post",
        (history) => history.begin("post", { kind: "post", event: "post:created", to: { room } })],
    ["what Kafka never got", "lost", "Kafka", (history) => history.records.pop()],
    ["Kafka's order of a key", "out_of_order", "Kafka", (history) => swap(history.records, 1, 2)],
    ["two different events of one request in Kafka", "doubled", "Kafka",
        (history) => history.records.push({ ...history.records[3], id: "another", seq: "9".repeat(16) })],
    ["what is not in the list", "lost", `the list of ${room}`, (history) => history.stored.pop()],
    ["what is in the list twice", "doubled", `the list of ${room}`, (history) => history.stored.push(history.stored[0])],
    ["a good command among the dead letters", "dead_lettered", "Kafka", (history) => history.letters.push("op.post.2")],
    ["poison without a trace", "lost", "the dead letters", (history) => history.letters.pop()],
    ["a gap", "lost", "ada", (history) => (history.readers.get("ada").gaps = 1)],
];

describe("the judge", () => {
    scenario("finds nothing where nothing is wrong", () => assert.deepEqual(new Judge(good()).judge(), []));

    scenario("takes a repetition in Kafka for what it is", () => {
        const history = good();
        history.records.push(history.records[0]);
        const judge = new Judge(history);
        assert.deepEqual(judge.judge(), []);
        assert.equal(judge.repeated, 1);
    });

    for (const [name, what, where, spoil] of wrongs) {
        scenario(`finds ${name}`, () => {
            const history = good();
            spoil(history);
            const findings = new Judge(history).judge();
            assert.ok(findings.length > 0, "it saw nothing");
            for (const finding of findings) assert.deepEqual([finding.what, finding.where], [what, where], JSON.stringify(findings));
        });
    }
});

describe("the network that breaks", () => {
    let echo, link;
    const connect = () => {
        const socket = net.connect(link.port, "127.0.0.1");
        socket.seen = "";
        socket.on("data", (chunk) => (socket.seen += chunk));
        socket.on("error", () => {});
        socket.on("close", () => (socket.gone = true));
        return socket;
    };
    after(() => {
        link.close();
        echo.close();
    });

    scenario("passes on, stops, cuts and heals", async () => {
        echo = net.createServer((socket) => socket.on("error", () => {}).pipe(socket));
        await new Promise((resolve) => echo.listen(0, "127.0.0.1", resolve));
        link = await Link.to(echo.address().port);
        const one = connect();
        const long = "0123456789".repeat(300_000);
        one.write(long);
        await eventually("all of it", () => one.seen.length === long.length, 20_000);
        assert.equal(one.seen, long);
        for (const direction of ["both", "back"]) {
            one.seen = "";
            link.stop(direction);
            one.write("later");
            await sleep(100);
            assert.equal(one.seen, "");
            link.heal();
            await eventually("what waited", () => one.seen === "later");
        }
        link.slow(50);
        one.seen = "";
        one.write("a");
        one.write("b");
        await eventually("both, in order", () => one.seen === "ab");
        link.cut();
        await eventually("the break", () => one.gone);
        const refused = connect();
        await eventually("a refusal", () => refused.gone);
        link.heal();
        const other = connect();
        other.write("again");
        await eventually("it to be back", () => other.seen === "again");
        other.end();
        await eventually("the goodbye to pass", () => other.gone && link.pairs.size === 0);
    });
});

const skip = whyNoKafka();
describe("chaos in small", { skip }, () => {
    after(tidyUp);

    scenario("nothing lost, doubled, out of order or leaked", { seconds: seconds + 480 }, async (t) => {
        const campaign = new Campaign({ seconds, seed: seedOfRun(), brokers: 1, pace: 0.6 });
        const result = await campaign.run();
        t.diagnostic(inWords(result));
        assert.ok(result.acknowledged > 0 && result.faults.total > 0);
        assert.ok(result.ok, inWords(result));
    });
});
