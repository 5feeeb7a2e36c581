// deploy/one-machine in earnest, on free ports, below a folder of its own and in a PostgreSQL cluster of its own: what is
// posted is in Kafka and in PostgreSQL, all of it starts again by itself, `up` may be said twice, and `down --delete` leaves nothing.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { Person } from "./support/client.mjs";
import { get, request } from "./support/http.mjs";
import { kafkaLibraries, whyNoKafka } from "./support/kafka.mjs";
import { eventually, forget, keep, scenario, tidyUp } from "./support/scenario.mjs";
import { body } from "./support/school.mjs";
import { freePort, homeroomBinary, temporaryFolder } from "./support/server.mjs";

after(tidyUp);

const commands = fileURLToPath(new URL("../../deploy/one-machine", import.meta.url));
const isOnDebian = fs.existsSync("/etc/debian_version") && process.getuid() === 0;
const skip = !isOnDebian
    ? "it installs packages and makes users: for root on Debian"
    : process.env.SANITIZE
      ? "a sanitizer's findings would not come out of it"
      : whyNoKafka();

// → { code, output }; the surroundings have what a shell of somebody's might.
function run(program, ...args) {
    return new Promise((resolve) => {
        const options = { maxBuffer: 1 << 26, env: { ...process.env, HOMEROOM_SERVER_PORT: "1" } };
        execFile(program, args, options, (error, stdout, stderr) => resolve({ code: error ? (error.code ?? -1) : 0, output: stdout + stderr, stdout }));
    });
}

async function runOk(program, ...args) {
    const result = await run(program, ...args);
    assert.equal(result.code, 0, `${program} ${args.join(" ")}\n${result.output}`);
    return result;
}

class Deployment {
    static async prepare() {
        const folder = temporaryFolder("deploy");
        const one = keep(new Deployment()); // goes before its folder, in which is written down what it made
        one.folder = folder;
        fs.chmodSync(one.folder, 0o755); // its users are others than who runs the test
        one.commands = commands;
        one.name = `hr${crypto.randomBytes(4).toString("hex")}`;
        const version = fs.readdirSync("/usr/lib/postgresql").sort((a, b) => a - b).at(-1);
        one.cluster = `${version}/${one.name}`;
        [one.port, one.adminPort, one.kafkaPort, one.controllerPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
        // Kafka's files are there already: `up` holds them against their hashes, and fetches nothing.
        fs.cpSync(kafkaLibraries, one.file("opt/homeroom/kafka/libraries"), { recursive: true });
        // What is somebody else's, empty or not, nothing of this touches.
        fs.mkdirSync(one.file("var/lib/else/empty"), { recursive: true });
        return one;
    }

    file(...parts) {
        return path.join(this.folder, ...parts);
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    up(...more) {
        return run(
            path.join(this.commands, "up"),
            ...["--folder", this.folder, "--name", this.name, "--cluster", this.cluster, "--program", homeroomBinary],
            ...["--port", this.port, "--admin-port", this.adminPort, "--kafka-port", this.kafkaPort, "--controller-port", this.controllerPort],
            ...more,
        );
    }

    async upOk() {
        const result = await this.up();
        assert.equal(result.code, 0, `${result.output}\n${this.describeLog()}`);
        return result;
    }

    do(name, ...more) {
        return run(path.join(commands, name), "--folder", this.folder, ...more);
    }

    pid(service) {
        return Number(fs.readFileSync(this.file("etc/homeroom/services", service, "supervise/pid"), "utf8"));
    }

    describeLog() {
        return ["homeroom", "homeroom-kafka"]
            .map((service) => this.file("var/log/homeroom", service, "current"))
            .filter((log) => fs.existsSync(log))
            .map((log) => `--- ${log} ---\n${fs.readFileSync(log, "utf8").split("\n").slice(-40).join("\n")}`)
            .join("\n");
    }

    // A command that `up` has printed, as a person would copy it. → what it prints
    async said(line) {
        return (await runOk("bash", "-c", line)).stdout.trim();
    }

    // All but what is somebody else's.
    async isGone() {
        assert.deepEqual(fs.readdirSync(this.folder, { recursive: true }).sort(), ["var", "var/lib", "var/lib/else", "var/lib/else/empty"]);
        for (const name of [this.name, `${this.name}-kafka`]) assert.notEqual((await run("id", name)).code, 0, name);
        assert.ok(!spawnSync("pg_lsclusters", ["-h"], { encoding: "utf8" }).stdout.includes(this.name));
    }

    async discard() {
        forget(this);
        this.discardNow();
    }

    discardNow() {
        if (!fs.existsSync(this.file("etc/homeroom/one-machine"))) return;
        spawnSync(path.join(commands, "down"), ["--folder", this.folder, "--delete"]);
    }
}

const isReady = async (one) => {
    const { store, kafka } = (await get(`http://127.0.0.1:${one.adminPort}/readyz`)).json();
    return store === "ok" && kafka === "ok";
};

describe("one machine", { skip }, () => {
    scenario("is up by one command, keeps what is posted, and goes without a trace", { seconds: 560 }, async (t) => {
        const one = await Deployment.prepare();
        const began = Date.now();
        const { output } = await one.upOk();
        t.diagnostic(`up took ${Math.round((Date.now() - began) / 1000)} s`);
        assert.ok(await isReady(one));

        // As it is printed.
        const [service, user] = output.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("runuser "));
        const token = await one.said(service);
        const put = async (route, record) => {
            const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
            const answer = await request("PUT", `${one.url}/api/v1${route}`, { headers, body: JSON.stringify(record) });
            assert.ok(answer.status < 300, `${route} → ${answer.status} ${answer.text}`);
        };
        await put("/orgs/north", body.org("north"));
        await put("/courses/science", body.course("science", "north"));
        await put("/classes/math", body.class("math", "science", "north"));
        for (const [who, role] of [["tess", "teacher"], ["ada", "student"]]) {
            await put(`/users/${who}`, body.user(who, role, "north"));
            await put(`/enrollments/${who}-math`, body.enrollment(who, "math", "north", role));
        }

        const people = { url: one.url };
        const tess = await Person.connect(people, "tess", { token: await one.said(user.replace("USER", "tess")) });
        const ada = await Person.connect(people, "ada", { token: await one.said(user.replace("USER", "ada")) });
        const text = `posted at ${one.name}`;
        const posted = await tess.socket.emitWithAck("post:create", { to: "class-math", text, key: crypto.randomUUID() });
        assert.ok(posted.ok, JSON.stringify(posted));
        await eventually("ada to see it", () => ada.events.some(({ name, body: event }) => name === "post:created" && event.post.text === text));

        // With what the platform's services are given; and not without.
        const settings = one.file("etc/homeroom/kafka-platform");
        const consume = ["-C", "-t", "homeroom.events", "-o", "beginning", "-e", "-q"];
        await eventually("it in Kafka", async () => (await run("kcat", "-F", settings, ...consume)).stdout.includes(text), 60_000);
        const ca = ["-X", `ssl.ca.location=${one.file("opt/homeroom/kafka/certificate")}`];
        const list = (...how) => run("kcat", "-b", `127.0.0.1:${one.kafkaPort}`, "-m", "3", "-L", ...how);
        assert.notEqual((await list()).code, 0, "Kafka needs TLS");
        assert.notEqual((await list("-X", "security.protocol=SSL", ...ca)).code, 0, "and a password");
        await runOk("runuser", "-u", "nobody", "--", "cat", one.file("opt/homeroom/kafka/certificate"));

        const clusterPort = spawnSync("pg_lsclusters", ["-h"], { encoding: "utf8" }).stdout.split("\n").map((line) => line.split(/\s+/)).find(([version, name]) => `${version}/${name}` === one.cluster)[2];
        const sql = (database, statement) => runOk("runuser", "-u", "postgres", "--", "psql", "-qAt", "-p", clusterPort, "-d", database, "-c", statement);
        assert.equal((await sql(one.name, `SELECT count(*) FROM posts WHERE text = '${text}'`)).stdout.trim(), "1");

        // Others on the machine read no secret.
        for (const secret of ["etc/homeroom/secret", "etc/homeroom/homeroom.toml", "etc/homeroom/kafka-platform", "etc/homeroom-kafka/server.properties", "etc/homeroom-kafka/certificate-and-key", "var/lib/homeroom", "var/lib/homeroom-kafka"]) {
            assert.ok(fs.existsSync(one.file(secret)), secret);
            assert.notEqual((await run("runuser", "-u", "nobody", "--", "ls", one.file(secret))).code, 0, `nobody sees ${secret}`);
        }
        assert.notEqual((await run("runuser", "-u", one.name, "--", "cat", settings)).code, 0, "nor the server the platform's");

        assert.equal((await one.do("status")).code, 0);
        // Once more: nothing has changed, nothing is started anew.
        const before = [one.pid("homeroom"), one.pid("homeroom-kafka")];
        await one.upOk();
        assert.deepEqual([one.pid("homeroom"), one.pid("homeroom-kafka")], before);
        const other = await one.up("--port", String(await freePort()));
        assert.notEqual(other.code, 0);
        assert.match(other.output, /since the first/);
        const tree = path.join(temporaryFolder("newer"), "deploy");
        fs.cpSync(path.join(commands, ".."), tree, { recursive: true });
        fs.appendFileSync(path.join(tree, "kafka/run"), "# newer\n");
        one.commands = path.join(tree, "one-machine");
        await one.upOk();
        assert.equal(one.pid("homeroom"), before[0]);
        assert.notEqual(one.pid("homeroom-kafka"), before[1], "a broker goes on with a program that is there no more");

        // What dies comes again.
        process.kill(before[0], "SIGKILL");
        await eventually("the server to be there again", async () => one.pid("homeroom") !== before[0] && (await isReady(one)), 60_000);

        await one.do("down");
        assert.notEqual((await one.do("status")).code, 0);
        await assert.rejects(get(`${one.url}/readyz`));
        // Who listens where Kafka did is told no password.
        const heard = [];
        const imposter = net.createServer((socket) => socket.on("data", (bytes) => heard.push(bytes)).on("error", () => {})).listen(one.kafkaPort, "127.0.0.1");
        await once(imposter, "listening");
        assert.notEqual((await run("kcat", "-F", settings, "-m", "2", "-L")).code, 0);
        imposter.close();
        assert.equal(heard[0]?.[0], 22, "TLS's first word");
        // Another port, as `up` says that it is done.
        const port = await freePort();
        for (const file of ["one-machine", "homeroom.toml"]) {
            const text = fs.readFileSync(one.file("etc/homeroom", file), "utf8");
            fs.writeFileSync(one.file("etc/homeroom", file), text.replace(/^(admin_port ?= ?)\d+$/m, `$1${port}`));
        }
        one.adminPort = port;
        await one.upOk();
        await eventually("tess to be back", () => tess.socket.connected, 30_000);
        const { posts } = await tess.socket.emitWithAck("feed:list", { room: "class-math" });
        assert.deepEqual(posts.map((post) => post.text), [text]);

        tess.socket.disconnect();
        ada.socket.disconnect();
        const down = await one.do("down", "--delete");
        assert.equal(down.code, 0, down.output);
        await one.isGone();
    });

    scenario("what a first up made before it failed goes, too", { seconds: 300 }, async () => {
        const one = await Deployment.prepare();
        fs.chmodSync(one.folder, 0o700);
        // For others than a proxy on this machine.
        const first = await one.up("--host", "0.0.0.0");
        assert.match(first.output, /must be open to others/);
        assert.equal((await run("id", one.name)).code, 0);
        fs.chmodSync(one.folder, 0o755);
        const other = net.createServer().listen(one.controllerPort, "127.0.0.1");
        await once(other, "listening");
        const second = await one.up("--host", "0.0.0.0");
        other.close();
        assert.match(second.output, /is taken by another program/);
        assert.doesNotMatch(fs.readFileSync(one.file("etc/homeroom/homeroom.toml"), "utf8"), /connections_per_address/, "each has an address of his own");
        const { code, output } = await one.do("down", "--delete");
        assert.equal(code, 0, output);
        await one.isGone();
    });

    scenario("what was there before is neither written over nor deleted", async () => {
        for (const place of ["etc/homeroom/homeroom.toml", "etc/homeroom-kafka/server.properties", "var/lib/homeroom/homeroom.db", "opt/homeroom/bin/homeroom"]) {
            const one = await Deployment.prepare();
            fs.mkdirSync(path.dirname(one.file(place)), { recursive: true });
            fs.writeFileSync(one.file(place), "a school's");
            const up = await one.up();
            assert.notEqual(up.code, 0);
            assert.match(up.output, new RegExp(`${path.dirname(place)} is there already`));
            assert.notEqual((await one.do("down", "--delete")).code, 0);
            assert.equal(fs.readFileSync(one.file(place), "utf8"), "a school's");
        }
        for (const command of ["up", "down", "status"]) assert.match((await run(path.join(commands, command), "--folder", "/")).output, /a folder of its own/);
    });
});

describe("Kafka's files", () => {
    scenario("give way to others once these are there, and to nothing else", async () => {
        const folder = temporaryFolder("kafka");
        const [install, libraries, bin] = ["install", "libraries", "bin"].map((name) => path.join(folder, name));
        fs.copyFileSync(path.join(commands, "../kafka/install"), install);
        const hash = crypto.createHash("sha256").update("newer").digest("hex");
        fs.writeFileSync(path.join(folder, "artifacts.sha256"), `${hash}  kafka.jar\n`);
        fs.mkdirSync(libraries);
        fs.writeFileSync(path.join(libraries, "kafka.jar"), "older");
        fs.mkdirSync(bin);
        const fetch = async (maven, ...more) => {
            fs.writeFileSync(path.join(bin, "mvn"), `#!/bin/bash\nfor one; do [[ $one == -DoutputDirectory=* ]] && to=\${one#*=}; done\n${maven}\n`, { mode: 0o755 });
            const { code } = await run("env", `PATH=${bin}:${process.env.PATH}`, install, ...more, libraries);
            assert.deepEqual(fs.readdirSync(folder).sort(), ["artifacts.sha256", "bin", "install", "libraries", "libraries.lock"].filter((name) => fs.existsSync(path.join(folder, name))));
            return [code, fs.readFileSync(path.join(libraries, "kafka.jar"), "utf8")];
        };
        const gives = (text) => `mkdir "$to" && printf ${text} >"$to/kafka.jar"`;
        assert.deepEqual(await fetch(gives("newer"), "--check"), [1, "older"]);
        assert.deepEqual(await fetch("exit 1"), [1, "older"], "without network");
        assert.deepEqual(await fetch(gives("another")), [1, "older"], "not what is named");
        assert.deepEqual(await fetch(gives("newer")), [0, "newer"]);
        assert.deepEqual(await fetch("exit 1", "--check"), [0, "newer"]);
    });
});

describe("the program", { skip: !isOnDebian || Boolean(process.env.SANITIZE) }, () => {
    scenario("needs no library that deploy/libraries does not name", async () => {
        const named = fs.readFileSync(path.join(commands, "../libraries"), "utf8").split("\n");
        const everywhere = ["libc6", "libgcc-s1"];
        const needed = (await runOk("objdump", "-p", homeroomBinary)).stdout.matchAll(/NEEDED\s+(\S+)/g);
        const files = (await runOk("ldd", homeroomBinary)).stdout;
        for (const [, library] of needed) {
            const file = fs.realpathSync(files.split("\n").find((line) => line.includes(`${library} =>`)).split(/\s+/)[3]);
            // A file may be known by where it was before /lib became /usr/lib.
            const owners = await Promise.all([file, file.replace(/^\/usr/, "")].map((one) => run("dpkg-query", "-S", one)));
            const owner = owners.find(({ code }) => code === 0)?.stdout.split(":")[0];
            assert.ok([...named, ...everywhere].includes(owner), `${library} is of ${owner}`);
        }
    });
});

describe("the units", { skip: isOnDebian && spawnSync("which", ["systemd-analyze"]).status === 0 ? false : "without systemd" }, () => {
    scenario("are what systemd understands", async () => {
        const folder = temporaryFolder("units");
        for (const unit of ["homeroom", "homeroom-kafka"]) {
            const text = fs.readFileSync(path.join(commands, "../systemd", `${unit}.service`), "utf8");
            // Neither the programs nor the users are on this machine.
            const file = path.join(folder, `${unit}.service`);
            fs.writeFileSync(file, text.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true").replace(/^(User|Group)=.*\n/gm, ""));
            const { code, output } = await run("systemd-analyze", "verify", "--man=no", file);
            assert.equal(code, 0, output);
            assert.doesNotMatch(output, new RegExp(`${unit}\\.service:\\d+`), output);
        }
    });
});
