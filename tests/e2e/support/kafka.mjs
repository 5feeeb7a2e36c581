// A real Apache Kafka (KRaft) on free ports of 127.0.0.1: started, killed, frozen; what is in its topics, and what is sent
// to them, by kcat. Where there is no Java, Maven or kcat, or Kafka can't be fetched, its tests are skipped and say why.

import { execFile, spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { eventually, forget, keep, sleep } from "./scenario.mjs";
import { freePort, temporaryFolder } from "./server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const buildFolder = process.env.BUILD_FOLDER ?? path.resolve(here, "../../../build/release");
export const kafkaLibraries = path.join(buildFolder, "kafka", "libraries");

// Why there can be no broker here, as on a machine that reaches no Maven repository; nothing when there can.
export function whyNoKafka() {
    const missing = ["java", "mvn", "kcat"].filter(
        (program) => spawnSync("which", [program], { stdio: "ignore" }).status !== 0,
    );
    if (missing.length > 0) {
        const words = `no Kafka without ${missing.join(", ")}`;
        if (process.env.CI) throw new Error(`${words}: ./dev test installs them`);
        return words;
    }
    const install = path.resolve(here, "../../../deploy/kafka/install");
    const { status, stderr } = spawnSync(install, [kafkaLibraries], { encoding: "utf8" });
    return status === 0 ? undefined : `Kafka could not be fetched: ${stderr}`;
}

// Small and quick to start; a test's broker has little to do.
const javaOptions = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

// said: what it must have written to its standard error to have succeeded.
function run(program, args, { input, seconds = 60, said = "" } = {}) {
    return new Promise((resolve, reject) => {
        const child = execFile(
            program,
            args,
            { timeout: seconds * 1000, maxBuffer: 1 << 30 },
            (error, stdout, stderr) => {
                const words = error ? error.message : `it did not say "${said}"`;
                if (error || !stderr.includes(said)) reject(new Error(`${program} ${args.join(" ")}: ${words}\n${stderr}`));
                else resolve(stdout);
            },
        );
        // It may end without reading it.
        child.stdin.on("error", () => {});
        child.stdin.end(input ?? "");
    });
}

class Broker {
    constructor(kafka, id) {
        this.kafka = kafka;
        this.id = id;
        this.folder = path.join(kafka.folder, `broker-${id}`);
        fs.mkdirSync(this.folder, { recursive: true });
    }

    get address() {
        return `127.0.0.1:${this.port}`;
    }

    get isController() {
        return this.id <= this.kafka.controllers;
    }

    // Where the server is told to find it, and the broker says that it is.
    get addressOutside() {
        return this.front ? `127.0.0.1:${this.front.port}` : this.address;
    }

    async place() {
        this.port = await freePort();
        if (this.isController) this.controllerPort = await freePort();
        if (!this.kafka.frontOf) return;
        this.portBehindFront = await freePort();
        this.front = await this.kafka.frontOf(this.portBehindFront);
    }

    listeners() {
        const own = `PLAINTEXT://${this.address}`;
        const controller = this.isController ? `,CONTROLLER://127.0.0.1:${this.controllerPort}` : "";
        if (!this.front) return [`listeners=${own}${controller}`, `advertised.listeners=${own}`];
        return [
            `listeners=${own},OUTSIDE://127.0.0.1:${this.portBehindFront}${controller}`,
            `advertised.listeners=${own},OUTSIDE://${this.addressOutside}`,
            "inter.broker.listener.name=PLAINTEXT",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ];
    }

    async format() {
        const voters = this.kafka.brokers
            .filter((broker) => broker.isController)
            .map((broker) => `${broker.id}@127.0.0.1:${broker.controllerPort}`);
        this.properties = path.join(this.folder, "server.properties");
        fs.writeFileSync(
            this.properties,
            [
                `process.roles=${this.isController ? "broker,controller" : "broker"}`,
                `node.id=${this.id}`,
                `controller.quorum.voters=${voters}`,
                ...this.listeners(),
                "controller.listener.names=CONTROLLER",
                `log.dirs=${path.join(this.folder, "log")}`,
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                "broker.session.timeout.ms=3000",
                "broker.heartbeat.interval.ms=500",
                ...Object.entries(this.kafka.settings).map(([name, value]) => `${name}=${value}`),
                "",
            ].join("\n"),
        );
        const cluster = `--cluster-id=${this.kafka.cluster}`;
        await this.java("kafka.tools.StorageTool", "format", cluster, "--config", this.properties);
    }

    java(...args) {
        return run("java", [...javaOptions, "-cp", this.kafka.classes, ...args], { seconds: Math.max(180, this.kafka.seconds) });
    }

    launch() {
        const log = fs.openSync(path.join(this.folder, "output"), "a");
        this.child = spawn("java", [...javaOptions, "-cp", this.kafka.classes, "kafka.Kafka", this.properties], {
            stdio: ["ignore", log, log],
        });
        fs.closeSync(log);
        this.exited = new Promise((resolve) => this.child.on("exit", resolve));
    }

    get isRunning() {
        return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
    }

    async kill(signal = "SIGKILL") {
        this.child.kill(signal);
        await this.exited;
    }

    freeze() {
        this.child.kill("SIGSTOP");
    }

    thaw() {
        this.child.kill("SIGCONT");
    }
}

// A line of kcat's.
function recordIn(line) {
    const { partition, offset, key, payload, headers = [] } = JSON.parse(line);
    const pairs = {};
    for (let i = 0; i < headers.length; i += 2) pairs[headers[i]] = headers[i + 1];
    return { partition, offset, key, value: payload, headers: pairs };
}

export class Kafka {
    // settings: of the brokers; controllers: how many of them; frontOf: port → what stands before it for the server, with its
    // own `port`, all else goes to the brokers directly; seconds: for them to start.
    static async start({ brokers = 1, controllers = 1, settings = {}, frontOf, seconds = 120 } = {}) {
        const kafka = new Kafka();
        kafka.classes = `${kafkaLibraries}/*`;
        kafka.folder = temporaryFolder("kafka");
        kafka.cluster = crypto.randomBytes(16).toString("base64url");
        kafka.settings = { "num.partitions": 4, ...settings };
        Object.assign(kafka, { controllers, frontOf, seconds });
        kafka.readers = [];
        keep(kafka);
        kafka.brokers = Array.from({ length: brokers }, (_, i) => new Broker(kafka, i + 1));
        for (const broker of kafka.brokers) await broker.place();
        for (const broker of kafka.brokers) await broker.format();
        for (const broker of kafka.brokers) broker.launch();
        await kafka.ready();
        return kafka;
    }

    get addresses() {
        return this.brokers.map((broker) => broker.address).join(",");
    }

    // The part of the server's configuration.
    config(more = "") {
        const list = this.brokers.map((broker) => `"${broker.addressOutside}"`).join(", ");
        return `[kafka]\nbrokers = [${list}]\n${more}\n`;
    }

    kcat(args, options) {
        return run("kcat", ["-b", this.addresses, ...args], options);
    }

    async metadata(topic) {
        return JSON.parse(await this.kcat(["-L", "-J", "-m", "5", ...(topic ? ["-t", topic] : [])]));
    }

    ready(count = this.brokers.length) {
        return eventually(
            "Kafka to be ready",
            async () => (await this.metadata()).brokers.length >= count,
            this.seconds * 1000,
        );
    }

    // The brokers make a topic for whoever asks for it with leave to; the server asks without.
    async create(topic) {
        await eventually(
            `the topic ${topic}`,
            async () => {
                const { topics } = await this.metadata(topic);
                return topics.length === 1 && topics[0].partitions.length > 0 &&
                    topics[0].partitions.every(({ leader }) => leader >= 0);
            },
            60_000,
        );
    }

    // All brokers at once.
    kill() {
        return Promise.all(this.brokers.map((broker) => broker.kill()));
    }

    async restart() {
        for (const broker of this.brokers) broker.launch();
        await this.ready();
    }

    // Everything that is and will be in the topic: { partition, offset, key, value, headers }, as it comes.
    read(topic) {
        const records = [];
        const child = spawn("kcat", [
            ...["-b", this.addresses, "-C", "-t", topic, "-o", "beginning", "-J", "-u", "-q"],
            ...["-X", "reconnect.backoff.max.ms=500"],
        ]);
        let rest = "";
        child.stdout.on("data", (chunk) => {
            const lines = (rest + chunk).split("\n");
            rest = lines.pop();
            records.push(...lines.map(recordIn));
        });
        this.readers.push(child);
        return records;
    }

    // What is in it now.
    async readAll(topic, seconds = 120) {
        const args = ["-C", "-t", topic, "-o", "beginning", "-e", "-J", "-u", "-q"];
        const text = await this.kcat(args, { seconds });
        return text.split("\n").filter((line) => line !== "").map(recordIn);
    }

    // One record; headers: name → value; more: kcat's arguments. kcat ends well also when no broker took it, so it must say that one did.
    async send(topic, { key, value, headers = {}, partition, more = [] }) {
        const file = path.join(this.folder, `record-${crypto.randomUUID()}`);
        fs.writeFileSync(file, value);
        const args = [
            ...["-P", "-t", topic, "-vv", "-X", "message.timeout.ms=20000"],
            ...more,
            ...(partition === undefined ? [] : ["-p", String(partition)]),
            ...(key === undefined ? [] : ["-k", key]),
            ...Object.entries(headers).flatMap(([name, text]) => ["-H", `${name}=${text}`]),
            file,
        ];
        await this.kcat(args, { said: "Message delivered" }).finally(() => fs.rmSync(file));
    }

    // A command in binary mode; attributes: more headers.
    command(
        name,
        data,
        { id = crypto.randomUUID(), key = "class-math", source = "/test", attributes = {}, ...more } = {},
    ) {
        return this.send("homeroom.commands", {
            key,
            value: JSON.stringify(data),
            headers: {
                ce_specversion: "1.0",
                ce_id: id,
                ce_source: source,
                ce_type: `homeroom.${name}`,
                "content-type": "application/json",
                ...attributes,
            },
            ...more,
        });
    }

    discardNow() {
        for (const child of this.readers ?? []) child.kill("SIGKILL");
        for (const broker of this.brokers ?? []) broker.child?.kill("SIGKILL");
    }

    async discard() {
        this.discardNow();
        await Promise.all((this.brokers ?? []).map((broker) => broker.exited));
        await sleep(50);
        forget(this);
    }
}
