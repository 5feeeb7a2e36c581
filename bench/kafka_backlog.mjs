// The time from a post to its deliveries while Kafka is up, while it is away, and while it is back and a backlog drains.
//
//     bench/kafka_backlog [--backlog 1000000] [--seconds 30] [--rounds 3] [--rate 100] [--connections 300] [--json FILE]
//
// One server with a broker of its own on this machine. Up and away are measured --rounds times each, `homeroom bench lecture` by
// the clock; then, without Kafka, posts are written as fast as they are taken until --backlog events wait; then the broker
// comes back, and it is measured again while they are sent. A measurement in which the backlog had already gone is told and
// not counted. Exit code 1 when the p99 of one state is more than 1.2 times that of another, or a delivery was wrong.

import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs, promisify } from "node:util";

import { get } from "../tests/e2e/support/http.mjs";
import { Kafka, whyNoKafka } from "../tests/e2e/support/kafka.mjs";
import { metrics } from "../tests/e2e/support/metrics.mjs";
import { eventually, sleep, tidyUp } from "../tests/e2e/support/scenario.mjs";
import { homeroom, homeroomBinary, Server, temporaryFolder } from "../tests/e2e/support/server.mjs";

const option = (name) => ({ type: "string", default: name });
const { values } = parseArgs({
    options: {
        backlog: option("1000000"),
        seconds: option("30"),
        rounds: option("3"),
        rate: option("100"),
        connections: option("300"),
        json: { type: "string" },
    },
});
const [backlog, seconds, rounds] = [values.backlog, values.seconds, values.rounds].map(Number);
const most = 1.2; // how much longer the p99 of one state may be than that of another

const without = whyNoKafka();
if (without) {
    console.error(without);
    process.exit(2);
}

const folder = temporaryFolder("backlog");
const run = promisify(execFile);

// One run of the load generator. → its report
async function generate(server, scenario, args, duration) {
    const file = path.join(folder, "result.json");
    fs.rmSync(file, { force: true });
    const common = ["--url", server.url, "--data", server.data, "--duration", duration, "--json", file, "--quiet"];
    const command = ["bench", scenario, ...common, ...args].map(String);
    const { stdout, stderr } = await run(homeroomBinary, command).catch((error) => error);
    if (!fs.existsSync(file)) throw new Error(`bench ${scenario}: ${stdout}${stderr}`);
    return JSON.parse(fs.readFileSync(file, "utf8"));
}

const stateOf = async (server) => (await get(`${server.url}/readyz`)).json().kafka;
const waiting = async (server) => (await metrics(server)).get("homeroom_kafka_backlog_events");

async function measure(server, name) {
    const before = await waiting(server);
    const args = ["--rate", values.rate, "--connections", values.connections];
    const { latency_ms, ack_latency_ms, reasons, good } = await generate(server, "lecture", args, seconds);
    const after = await waiting(server);
    const result = { name, state: await stateOf(server), waiting: [before, after], deliveries: latency_ms, acks: ack_latency_ms, good, reasons };
    console.log(`${name}: p50 ${latency_ms?.p50} p99 ${latency_ms?.p99} ms; ${before} → ${after} events wait; ${result.state}`);
    return result;
}

async function main() {
    const kafka = await Kafka.start();
    for (const topic of ["homeroom.events", "homeroom.events.dlq", "homeroom.commands", "homeroom.commands.dlq"]) await kafka.create(topic);
    const school = path.join(folder, "school");
    const users = Math.max(Number(values.connections), 64);
    const roster = await homeroom(["bench", "roster", school, "--users", users]);
    if (roster.code !== 0) throw new Error(roster.output);
    const server = await Server.start({
        school: { write: () => school },
        config: kafka.config(),
        environment: { HOMEROOM_SERVER_REQUESTS_PER_SECOND: "1000000", HOMEROOM_SERVER_REQUESTS_BURST: "1000000" },
    });
    const is = (...states) => eventually(`${states}`, async () => states.includes(await stateOf(server)), 120_000);

    const measured = [];
    await is("ok");
    for (let round = 0; round < rounds; round++) measured.push(await measure(server, "up"));
    await kafka.kill();
    await is("degraded");
    for (let round = 0; round < rounds; round++) measured.push(await measure(server, "away"));
    const began = Date.now();
    for (let known = await waiting(server); known < backlog; known = await waiting(server)) {
        const { sent, reasons } = await generate(server, "feed", ["--writers", 64, "--in-flight", 4], 10);
        if (!sent) throw new Error(`nothing was taken: ${reasons}`);
        console.log(`${known} wait, ${await stateOf(server)}`);
    }
    const filled = { events: await waiting(server), seconds: (Date.now() - began) / 1000 };
    await kafka.restart();
    await is("catching_up", "ok");
    for (let round = 0; round < rounds; round++) measured.push(await measure(server, "back"));
    while ((await waiting(server)) > 0) await sleep(1000);

    const counted = measured.filter(({ name, waiting: [, after] }) => name !== "back" || after > 0);
    const p99 = {};
    for (const name of ["up", "away", "back"]) {
        const values = counted.filter((one) => one.name === name).map(({ deliveries }) => deliveries?.p99 ?? Infinity);
        if (values.length > 0) p99[name] = values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    }
    const apart = Math.max(...Object.values(p99)) / Math.min(...Object.values(p99));
    const good = measured.every((one) => one.good) && "back" in p99 && apart <= most;
    const result = { good, p99, apart, filled, measured };
    console.log(`p99, the middle of the rounds: ${JSON.stringify(p99)} ms, ${apart.toFixed(2)} times apart`);
    if (!("back" in p99)) console.log("the backlog was gone before a measurement ended: ask for a larger one");
    if (values.json) fs.writeFileSync(values.json, JSON.stringify(result, null, 4) + "\n");
    process.exitCode = good ? 0 : 1;
}

try {
    await main();
} catch (error) {
    console.error(error);
    process.exitCode = 1;
}
await tidyUp();
process.exit();
