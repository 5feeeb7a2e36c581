// The load generator, in small: every scenario against the real server, some against the bare one, and servers that are
// broken on purpose, which it must find out.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { after, before, describe } from "node:test";
import { Server as SocketServer } from "socket.io";
import { WebSocketServer } from "ws";

import { keep, scenario, tidyUp } from "./support/scenario.mjs";
import { Conformance, Server, freePort, homeroom, homeroomBinary, temporaryFolder } from "./support/server.mjs";

const users = 60;

const benchSchool = {
    write(folder) {
        const { status, stderr } = spawnSync(homeroomBinary, [
            ...["bench", "roster", folder, "--users", String(users), "--class-size", "10"],
        ]);
        assert.equal(status, 0, String(stderr));
        return folder;
    },
};

const short = ["--duration", "0.5", "--warm-up", "0.1"];

// → { code, output, json }
async function bench(url, ...args) {
    const file = path.join(temporaryFolder("bench"), "result.json");
    const times = args.includes("--duration") ? [] : short;
    const result = await homeroom(["bench", ...args, "--url", url, "--json", file, ...times], { seconds: 60 });
    return { ...result, json: fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined };
}

async function good(url, ...args) {
    const result = await bench(url, ...args);
    assert.equal(result.code, 0, result.output);
    const { json } = result;
    for (const name of faultNames) {
        assert.equal(json[name], 0, `${name}: ${result.output}`);
    }
    assert.deepEqual(json.faults, []);
    assert.equal(json.scenario, args[0]);
    assert.ok(json.per_second > 0, result.output);
    return json;
}

const faultNames = [
    ...["lost", "duplicated", "disordered", "misdelivered", "given_up", "disconnected", "refused"],
    ...["refused_requests", "unanswered", "unsent"],
];
const names = [
    ...faultNames,
    ...["scenario", "app", "url", "connections", "processes", "seconds", "payload_bytes", "sent", "delivered", "acked"],
    ...["per_second", "per_server_cpu_second"],
    ...["bytes_per_delivery", "server", "generator", "latency_ms", "ack_latency_ms", "extra"],
];
const latencyNames = ["p50", "p90", "p99", "p999", "max", "mean", "count"];
const serverNames = [
    ...["cpu_seconds", "user_seconds", "system_seconds", "resident_bytes_before", "resident_bytes_after"],
    "resident_bytes_per_connection",
];

function assertRising(latency) {
    assert.deepEqual(Object.keys(latency), latencyNames);
    const { p50, p90, p99, p999, max } = latency;
    assert.ok(p50 <= p90 && p90 <= p99 && p99 <= p999 && p999 <= max, JSON.stringify(latency));
    assert.ok(latency.count > 0 && p50 > 0);
}

describe("against Homeroom", () => {
    let server;
    before(async () => {
        // One publisher may do what a whole school does.
        const environment = { HOMEROOM_SERVER_REQUESTS_PER_SECOND: "100000" };
        server = await Server.start({ school: benchSchool, environment });
        void (await server.run(["token", "u0"]));
    });
    after(tidyUp);
    const measured = (...args) => good(server.url, ...args, "--data", server.data);

    scenario("fanout: all names are there, and mean something", { seconds: 60 }, async () => {
        const json = await measured("fanout", "--connections", users);
        for (const name of names) assert.ok(name in json, name);
        assert.deepEqual(Object.keys(json.server), serverNames);
        assert.deepEqual(Object.keys(json.generator), ["cpu_seconds", "cpu_share", "saturated"]);
        assert.equal(json.connections, users);
        assert.equal(json.extra.room, "class-lecture");
        assert.equal(json.payload_bytes, 128);
        assert.ok(json.sent > 0 && json.delivered > json.sent && json.acked > 0);
        assert.ok(json.bytes_per_delivery > 128);
        assert.ok(json.server.resident_bytes_after > 1_000_000);
        assertRising(json.latency_ms);
        assertRising(json.ack_latency_ms);
        assert.equal(json.ack_latency_ms.count, json.sent);
    });

    scenario("fanout over several processes and addresses, in a room by name", { seconds: 60 }, async () => {
        const spread = ["--processes", "3", "--addresses", "2", "--payload", "500"];
        const json = await measured("fanout", "--connections", users, ...spread, "--room", "institution-north");
        assert.equal(json.processes, 3);
        assert.equal(json.extra.room, "institution-north");
        assert.ok(json.bytes_per_delivery > 500);
    });

    scenario("rooms: the classes, not the lecture; closed loop and open", { seconds: 60 }, async () => {
        const closed = await measured("rooms", "--connections", users, "--processes", "2");
        assert.equal(closed.extra.rooms, 12);
        const open = await measured("rooms", "--connections", users, "--rate", "200", "--room-size", "10");
        assert.equal(open.extra.rooms, 12);
        assert.ok(open.sent > 0 && open.sent <= 101, String(open.sent));
    });

    scenario("a generator that never sleeps counts no waiting as its work", { seconds: 60 }, async () => {
        const { generator } = await measured("rooms", "--connections", users, "--rate", "50", "--busy-poll");
        assert.equal(generator.saturated, false);
        assert.ok(generator.cpu_share >= 0 && generator.cpu_share < 0.8, String(generator.cpu_share));
    });

    scenario("rooms: the fullest first", { seconds: 60 }, async () => {
        // Of the twelve classes eight have 10 members then, the others 9 and 7.
        const json = await measured("rooms", "--connections", users - 3, "--rooms", "8");
        assert.equal(json.extra.rooms, 8);
        assert.equal(json.extra.members_least, 10);
        assert.equal(json.extra.members_most, 10);
        const more = await measured("rooms", "--connections", users - 3, "--rooms", "12");
        assert.equal(more.extra.members_least, 7);
    });

    scenario("echo", { seconds: 60 }, async () => {
        const json = await measured("echo", "--connections", "20");
        assert.ok(json.acked > 0);
        assertRising(json.latency_ms);
        // Also those that were answered after the end.
        assert.equal(json.latency_ms.count, json.sent);
    });

    scenario("idle", { seconds: 60 }, async () => {
        const json = await measured("idle", "--connections", users);
        assert.equal(json.connections, users);
        assert.ok(Number.isFinite(json.server.resident_bytes_per_connection));
    });

    scenario("connect", { seconds: 60 }, async () => {
        const json = await measured("connect", "--connections", "40", "--concurrency", "8");
        assert.ok(json.acked > 0);
        assertRising(json.latency_ms);
    });

    scenario("feed", { seconds: 60 }, async () => {
        const json = await measured("feed", "--connections", users, "--writers", "25", "--processes", "2");
        assert.ok(json.acked > 0 && json.delivered > json.acked);
        assertRising(json.latency_ms);
        assert.equal(json.latency_ms.count, json.sent);
        assert.equal(json.extra.writers, 25);
    });

    scenario("feed by the clock: all writers together have the rate", { seconds: 60 }, async () => {
        const writers = ["--writers", "25", "--processes", "2", "--rate", "200"];
        const json = await measured("feed", "--connections", users, ...writers);
        assert.ok(json.sent > 0 && json.sent <= 101, String(json.sent));
        assert.equal(json.latency_ms.count, json.sent);
        assert.ok(json.delivered > json.acked);
        assertRising(json.latency_ms);
    });

    scenario("lecture: never beyond its rate", { seconds: 60 }, async () => {
        const json = await measured("lecture", "--connections", "30", "--rate", "40");
        assert.ok(json.sent > 0 && json.sent <= 21, String(json.sent));
        // All that were to be sent in the time have come, and count.
        assert.equal(json.latency_ms.count, 30 * json.sent);
    });

    scenario("exam: everyone gets what they missed, once", { seconds: 60 }, async () => {
        const size = ["--connections", users, "--processes", "2", "--in-flight", "1024"];
        const json = await measured("exam", ...size, "--ramp", "0.3");
        assert.equal(json.extra.publishers, 3);
        assert.equal(json.extra.recovered, users);
        assert.ok(json.extra.recovered_events >= (users - 3) * 50 * 3);
        assert.ok(json.extra.return_seconds > 0);
    });

    for (const signal of ["TERM", "KILL"]) {
        scenario(`restart: all come back from a ${signal} with all they missed, once`, { seconds: 90 }, async () => {
            // What systemd does.
            const again = server.process.end.then(() => server.launch());
            const size = ["--connections", users, "--processes", "2"];
            const json = await measured("restart", ...size, "--ramp", "0.3", "--signal", signal);
            await again;
            assert.equal(json.extra.recovered, users);
            assert.equal(json.latency_ms.count, users);
            // At least one post came while they were away.
            assert.ok(json.extra.recovered_events > 0);
            if (signal === "KILL") assert.ok(json.extra.unknown_posts <= 3, "one of each publisher was under way");
        });
    }

    scenario("slow: who stops reading harms nobody", { seconds: 60 }, async () => {
        const json = await measured("slow", "--connections", "20", "--stalled", "5", "--rate", "100");
        for (const name of ["baseline_p99_ms", "stalled_p99_ms"]) assert.ok(json.extra[name] > 0, name);
        assert.equal(json.extra.stalled_disconnected, 0);
        assert.match(json.notes[0], /no stalled reader was cut off/);
    });

    scenario("tokens from a file, a line each", { seconds: 60 }, async () => {
        const tokens = Array.from({ length: 5 }, (_, i) => server.token(`u${i}`));
        const file = server.write("tokens", tokens.join("\n"));
        const json = await good(server.url, "fanout", "--connections", "5", "--tokens", file);
        assert.equal(json.connections, 5);
    });

    scenario("who is not on the roster is told so", { seconds: 60 }, async () => {
        const stranger = ["--data", server.data, "--users", "nobody"];
        const { code, output, json } = await bench(server.url, "fanout", "--connections", "5", ...stranger);
        assert.equal(code, 1, output);
        assert.equal(json.good, false);
        assert.match(json.faults[0], /none of 5 connections/);
        assert.match(output, /none of 5 connections was let in/);
        assert.match(output, /5 × refused: .*user_unknown/);
    });

    scenario("a few who are refused make the run fail, and the others are measured", { seconds: 60 }, async () => {
        const more = ["--connections", users + 3, "--data", server.data];
        const { code, output, json } = await bench(server.url, "fanout", ...more);
        assert.equal(code, 1, output);
        assert.equal(json.refused, 3);
        assert.equal(json.connections, users);
        assert.ok(json.delivered > 0);
    });

    scenario("idle: who was refused costs nothing", { seconds: 60 }, async () => {
        const more = ["--connections", 2 * users, "--data", server.data];
        const { code, output, json } = await bench(server.url, "idle", ...more);
        assert.equal(code, 1, output);
        assert.equal(json.refused, users);
        const { resident_bytes_before, resident_bytes_after, resident_bytes_per_connection } = json.server;
        const cost = (resident_bytes_after - resident_bytes_before) / (users - 1);
        assert.ok(Math.abs(resident_bytes_per_connection - cost) < 1, output);
    });

    scenario("a request that is refused makes the run fail", { seconds: 60 }, async () => {
        const args = ["--connections", "3", "--payload", "30000", "--data", server.data];
        const { code, output, json } = await bench(server.url, "fanout", ...args);
        assert.equal(code, 1, output);
        assert.ok(json.refused_requests > 0);
        assert.equal(json.delivered, 0);
        assert.equal(json.lost, 0, output);
        assert.match(output, /a request was refused: too_large/);
    });
});

describe("a run that ends before its time", () => {
    after(tidyUp);

    // The server, or the generator, gets a signal so long after the run's begin.
    async function ended({ signal, milliseconds }, ...args) {
        const server = await Server.start({ school: benchSchool });
        const file = path.join(temporaryFolder("bench"), "result.json");
        const options = ["--url", server.url, "--data", server.data, "--json", file, "--connections", String(users)];
        const run = spawn(homeroomBinary, ["bench", ...args, ...options]);
        let output = "";
        for (const stream of [run.stdout, run.stderr]) stream.on("data", (bytes) => (output += bytes));
        setTimeout(() => (signal === "SIGINT" ? run.kill(signal) : server.kill()), milliseconds);
        const [code, killer] = await once(run, "close");
        return { code: code ?? killer, output, json: fs.existsSync(file) && JSON.parse(fs.readFileSync(file, "utf8")) };
    }
    const long = ["--warm-up", "0", "--duration", "600"];

    scenario("the server dies in an exam", { seconds: 60 }, async () => {
        // While they still connect, or when they post: whenever it is.
        const { code, output } = await ended({ signal: "SIGKILL", milliseconds: 1500 }, "exam", "--ramp", "3");
        assert.equal(code, 1, output);
        assert.match(output, /× (ended: the connection broke off|no connection was made|the connection was closed)/);
    });

    scenario("the server dies while it is measured", { seconds: 60 }, async () => {
        const { code, output, json } = await ended({ signal: "SIGKILL", milliseconds: 2000 }, "lecture", ...long);
        assert.equal(code, 1, output);
        assert.match(output, /FAILED: nobody is connected any more/);
        assert.equal(json.disconnected, users);
        assert.ok(json.delivered > 0);
    });

    scenario("Ctrl-C: what was measured until then is told", { seconds: 60 }, async () => {
        const { code, output, json } = await ended({ signal: "SIGINT", milliseconds: 2000 }, "lecture", ...long);
        assert.equal(code, 1, output);
        assert.match(output, /FAILED: interrupted; measured were \d+\.\d s instead of 600\.0/);
        assert.equal(json.lost, 0);
        assert.ok(json.seconds < 60 && json.delivered > 0);
        assert.equal(json.latency_ms.count, users * json.sent);
    });

    scenario("Ctrl-C before anything was measured", { seconds: 60 }, async () => {
        const { code, output } = await ended({ signal: "SIGINT", milliseconds: 1000 }, "exam", "--ramp", "600");
        assert.equal(code, 1, output);
        assert.match(output, /homeroom bench: interrupted/);
    });
});

describe("against the bare server", () => {
    let server;
    before(async () => {
        // Pings often, so that the clients' answers to them are tested.
        const patient = ["--ping-interval", "300", "--ping-timeout", "20000", "--connect-timeout", "20000"];
        server = await Conformance.start("--scenario", "rooms", ...patient);
    });
    after(tidyUp);
    const measured = (...args) => good(server.url, ...args, "--app", "rooms");

    scenario("fanout", { seconds: 60 }, async () => {
        const json = await measured("fanout", "--connections", "40", "--processes", "2");
        assert.equal(json.app, "rooms");
        assert.ok(json.delivered > 0);
    });

    scenario("rooms", { seconds: 60 }, async () => {
        const json = await measured("rooms", "--rooms", "6", "--room-size", "7", "--processes", "2");
        assert.equal(json.connections, 42);
        assert.equal(json.extra.rooms, 6);
    });

    scenario("echo", { seconds: 60 }, async () => {
        const json = await measured("echo", "--connections", "20", "--in-flight", "3");
        assertRising(json.latency_ms);
    });

    scenario("connect", { seconds: 60 }, async () => {
        const json = await measured("connect", "--connections", "40", "--concurrency", "8");
        assert.ok(json.acked > 0);
    });

    scenario("the result on standard output is JSON alone", { seconds: 60 }, async () => {
        const args = ["bench", "fanout", "--app", "rooms", "--url", server.url, "--connections", "3", "--json", "-"];
        const { code, stdout, output } = await homeroom([...args, ...short]);
        assert.equal(code, 0, output);
        assert.equal(JSON.parse(stdout).scenario, "fanout");
        assert.match(output, /deliveries a second/);
    });
});

// `rooms` on Node's server; `deliver(socket, data, count)` does the delivering, right or wrong.
async function brokenServer(deliver) {
    const web = http.createServer();
    const io = new SocketServer(web, { transports: ["websocket"] });
    let count = 0;
    io.on("connection", (socket) => {
        socket.on("join", (room, ack) => {
            socket.join(room);
            ack(room);
        });
        socket.on("publish", async ({ room, data }) => {
            const published = ++count;
            for (const member of await io.in(room).fetchSockets()) deliver(member, data, published, socket);
        });
        socket.on("echo", (value, ack) => ack(value));
    });
    const port = await freePort();
    await new Promise((done) => web.listen(port, "127.0.0.1", done));
    keep({ discard: () => io.close() });
    return `http://127.0.0.1:${port}`;
}

describe("against a server that is broken", () => {
    after(tidyUp);
    const few = ["fanout", "--app", "rooms", "--connections", "4", "--in-flight", "4"];

    scenario("one delivery that is lost is found", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            if (published !== 10 || member.id !== publisher.id) member.emit("msg", data);
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.lost, 1);
        assert.equal(json.duplicated, 0);
        assert.match(output, /FAILED: 1 lost/);
    });

    scenario("one that comes twice is found", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published === 10 && member.id === publisher.id) member.emit("msg", data);
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.duplicated, 1);
        assert.equal(json.lost, 0);
        assert.match(output, /FAILED: 1 duplicate/);
    });

    scenario("one that comes too late is found", { seconds: 60 }, async () => {
        let held;
        const url = await brokenServer((member, data, published, publisher) => {
            if (member.id !== publisher.id) return void member.emit("msg", data);
            if (published === 10) return void (held = data);
            member.emit("msg", data);
            if (published === 11) member.emit("msg", held);
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.disordered, 1);
        assert.equal(json.lost, 0);
        assert.match(output, /FAILED: 1 out of order/);
    });

    scenario("what comes to somebody who is not in the room is found", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published !== 10 || member.id !== publisher.id) return;
            const isStranger = (one) => [...one.rooms].every((room) => !publisher.rooms.has(room));
            [...publisher.nsp.sockets.values()].find(isStranger).emit("msg", data);
        });
        const two = ["--rooms", "2", "--room-size", "2", "--app", "rooms"];
        const { code, output, json } = await bench(url, "rooms", ...two);
        assert.equal(code, 1, output);
        assert.equal(json.misdelivered, 1);
        assert.equal(json.lost, 0);
        assert.equal(json.duplicated, 0);
        assert.match(output, /FAILED: 1 misdelivered/);
    });

    scenario("marks with numbers that nobody wrote are found", { seconds: 60 }, async () => {
        const strange = [
            ...["65536:1", "4294967295:1", "99999999999:1", "1:1", "0:0", "0:18446744073709551615", "0:999999999"],
            ...["0:-1", "0:", "x:1"],
        ];
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published !== 10 || member.id !== publisher.id) return;
            for (const numbers of strange) member.emit("msg", data.replace(/:\d+:\d+:/, `:${numbers}:`));
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.misdelivered, strange.length);
        assert.equal(json.lost, 0);
        assert.equal(json.duplicated, 0);
    });

    scenario("what is no event of the run is found: without a mark, cut off", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published !== 10 || member.id !== publisher.id) return;
            member.emit("msg", "hello from nobody");
            member.emit("msg", "~hb00000000:1:1:1~ of another run");
            const socket = member.conn.transport.socket;
            socket.send(`42["msg","${data}`);
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.misdelivered, 2);
        assert.equal(json.duplicated, 0);
    });

    scenario("times that can't be are found, and no latency is made of them", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            const late = published !== 10 || member.id !== publisher.id;
            member.emit("msg", late ? data : data.replace(/:\d+~/, ":9223372036854775807~"));
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.misdelivered, 1);
        assert.equal(json.lost, 1);
    });

    scenario("when nobody is connected any more the run is over, and says why", { seconds: 60 }, async () => {
        let began;
        const url = await brokenServer((member, data) => {
            began ??= Date.now();
            if (Date.now() < began + 500) member.emit("msg", data);
            else member.disconnect(true);
        });
        const { code, output, json } = await bench(url, ...few, "--duration", "600", "--warm-up", "0");
        assert.equal(json.connections, 4);
        assert.equal(json.lost, 0);
        assert.equal(code, 1, output);
        assert.match(output, /4 × ended: .*FAILED: nobody is connected any more; measured were \d+\.\d s instead of 600/s);
        assert.equal(json.disconnected, 4);
    });

    scenario("who is gone is waited for no more, also if it never got anything", { seconds: 60 }, async () => {
        let gone;
        const url = await brokenServer((member, data, published, publisher) => {
            if (gone === undefined && member.id !== publisher.id) (gone = member).disconnect(true);
            else if (member.id !== gone?.id) member.emit("msg", data);
        });
        const apart = ["--app", "rooms", "--connections", "4", "--processes", "4", "--in-flight", "1"];
        const { code, output, json } = await bench(url, "fanout", ...apart);
        assert.equal(code, 1, output);
        assert.equal(json.disconnected, 1);
        assert.ok(json.sent > 5, output);
        assert.equal(json.lost, 0);
    });

    scenario("an event that does not arrive ends neither the run nor goes untold", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            if (published !== 10 || member.id !== publisher.id) member.emit("msg", data);
        });
        const one = ["--app", "rooms", "--connections", "3", "--in-flight", "1", "--duration", "8", "--warm-up", "0"];
        const { code, output, json } = await bench(url, "fanout", ...one);
        assert.equal(code, 1, output);
        assert.equal(json.given_up, 1);
        assert.equal(json.lost, 1);
        assert.ok(json.sent > 10, output);
        assert.match(output, /FAILED: 1 gave up waiting/);
    });

    scenario("connections that the server ends are found", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published === 10 && member.id !== publisher.id) member.disconnect(true);
        });
        const { code, output, json } = await bench(url, ...few);
        assert.equal(code, 1, output);
        assert.equal(json.disconnected, 3);
        assert.match(output, /FAILED: 3 disconnected/);
    });

    async function echoServer(answer) {
        const web = http.createServer();
        const io = new SocketServer(web, { transports: ["websocket"] });
        io.on("connection", (socket) => socket.on("echo", answer));
        const port = await freePort();
        await new Promise((done) => web.listen(port, "127.0.0.1", done));
        keep({ discard: () => io.close() });
        return `http://127.0.0.1:${port}`;
    }

    scenario("events that are due when their publisher is gone are told", { seconds: 60 }, async () => {
        const url = await brokenServer((member, data, published, publisher) => {
            member.emit("msg", data);
            if (published === 10 && member.id === publisher.id) member.disconnect(true);
        });
        const rate = ["--app", "rooms", "--connections", "4", "--rate", "1000"];
        const { code, output, json } = await bench(url, "lecture", ...rate);
        assert.equal(code, 1, output);
        assert.ok(json.unsent > 100, output);
        assert.match(output, /FAILED: \d+ of \d+ events were due and never sent/);
    });

    scenario("events that are due when their connection takes nothing are told", { seconds: 60 }, async () => {
        const paused = new Set();
        const url = await brokenServer((member, data, published, publisher) => {
            paused.add(publisher.conn.transport.socket._socket.pause());
        });
        // Ten times what is kept back, and more than the kernel keeps.
        const rate = ["--app", "rooms", "--connections", "2", "--rate", "400", "--payload", "400000"];
        const { code, output, json } = await bench(url, "lecture", ...rate);
        for (const socket of paused) socket.destroy();
        assert.equal(code, 1, output);
        assert.ok(json.unsent > 0, output);
        assert.match(output, /events were due and never sent/);
    });

    scenario("a request that is never answered is found", { seconds: 60 }, async () => {
        let count = 0;
        const url = await echoServer((value, ack) => ++count === 5 || ack(value));
        const { code, output, json } = await bench(url, "echo", "--app", "rooms", "--connections", "2");
        assert.equal(code, 1, output);
        assert.equal(json.unanswered, 1);
        assert.match(output, /FAILED: 1 unanswered/);
    });

    scenario("an answer that comes after the measured time is waited for, and counts", { seconds: 60 }, async () => {
        const url = await echoServer((value, ack) => setTimeout(ack, 150, value));
        const json = await good(url, "echo", "--app", "rooms", "--connections", "3");
        assert.equal(json.latency_ms.count, json.sent);
    });

    scenario("an echo that is none is found", { seconds: 60 }, async () => {
        const url = await echoServer((value, ack) => ack(value.slice(1)));
        const { code, output } = await bench(url, "echo", "--app", "rooms", "--connections", "2");
        assert.equal(code, 1, output);
        assert.match(output, /an echo was answered with something else/);
    });
});

describe("against a server that is none", () => {
    after(tidyUp);

    async function listening(server) {
        await new Promise((done) => server.listen(0, "127.0.0.1", done));
        keep({ discard: () => server.close() });
        return `http://127.0.0.1:${server.address().port}`;
    }

    scenario("one that never says anything is told", { seconds: 60 }, async () => {
        const open = new Set();
        const url = await listening(net.createServer((socket) => open.add(socket.on("error", () => {}))));
        const { code, output } = await bench(url, "connect", "--app", "rooms", "--connections", "2");
        for (const socket of open) socket.destroy();
        assert.equal(code, 1, output);
        assert.match(output, /nothing came of it/);
        assert.match(output, /FAILED: 2 unanswered/);
    });

    const engineOpen = '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';

    // Lets everybody in to these classes, and delivers a post to its author; `answer(send)` does the acknowledging.
    async function campus(classes, answer = (send) => send()) {
        const web = http.createServer();
        new WebSocketServer({ server: web }).on("connection", (socket) => {
            socket.send(engineOpen);
            socket.on("message", (bytes) => {
                const packet = String(bytes);
                if (packet.startsWith("40")) {
                    socket.send('40{"sid":"x"}');
                    return void socket.send(`42["session",${JSON.stringify({ rooms: { classes } })}]`);
                }
                const id = /^42(\d+)/.exec(packet)?.[1];
                if (id === undefined) return;
                socket.send(`42["post",${packet.slice(packet.indexOf("{"))}`);
                answer(() => socket.send(`43${id}[{"ok":true}]`));
            });
        });
        const tokens = path.join(temporaryFolder("bench"), "tokens");
        fs.writeFileSync(tokens, "one\n");
        return { url: await listening(web), one: ["--connections", "1", "--tokens", tokens, "--room", classes[0]] };
    }

    const tooSlow = process.env.SANITIZE === "thread" && "66,000 rooms take longer than it waits";
    scenario("one with more rooms than are kept is told", { seconds: 60, skip: tooSlow }, async () => {
        const { url, one } = await campus(Array.from({ length: 66_000 }, (_, i) => `class-${i}`));
        const { code, output, json } = await bench(url, "fanout", ...one);
        assert.equal(code, 0, output);
        assert.ok(json.delivered > 0);
        assert.match(output, /464 × a room was left out: there are more than 65536/);
    });

    scenario("answers that come thousands of events later count", { seconds: 60 }, async () => {
        const held = [];
        let quiet;
        const release = () => held.splice(0).forEach((send) => send());
        const answer = (send) => {
            clearTimeout(quiet);
            if (held.push(send) === 2_000) release();
            quiet = setTimeout(release, 500);
        };
        const { url, one } = await campus(["class-1"], answer);
        const json = await good(url, "fanout", ...one, "--duration", "2", "--warm-up", "0");
        assert.equal(json.ack_latency_ms.count, json.sent);
    });

    scenario("one that forgets a connection is told, and lets the others in meanwhile", { seconds: 60 }, async () => {
        const web = http.createServer();
        let count = 0;
        new WebSocketServer({ server: web }).on("connection", (socket) => {
            if (++count === 1) return;
            socket.send(engineOpen);
            socket.on("message", () => socket.send('40{"sid":"x"}'));
        });
        const few = ["--connections", "2", "--concurrency", "2"];
        const { code, output, json } = await bench(await listening(web), "connect", "--app", "rooms", ...few);
        assert.equal(code, 1, output);
        assert.equal(json.unanswered, 1);
        assert.ok(json.acked > 1, output);
    });

    scenario("one that falls silent half way is told, and where", { seconds: 90 }, async () => {
        const web = http.createServer();
        new WebSocketServer({ server: web }).on("connection", (socket) => socket.send(engineOpen));
        const { code, output } = await bench(await listening(web), "echo", "--app", "rooms", "--connections", "2");
        assert.equal(code, 1, output);
        assert.match(output, /none of 2 connections was let in:\n +2 × .*waiting for the answer to Socket.IO's CONNECT/);
    });

    scenario("one that speaks something else is told at once", { seconds: 60 }, async () => {
        const two = ["--app", "rooms", "--connections", "2"];
        const other = net.createServer((socket) => socket.on("error", () => {}).write("SSH-2.0-OpenSSH_9.2\r\n"));
        const banner = await bench(await listening(other), "echo", ...two);
        assert.equal(banner.code, 1, banner.output);
        assert.match(banner.output, /2 × what answers is no HTTP server: SSH-2.0/);
        const web = http.createServer();
        new WebSocketServer({ server: web }).on("connection", (socket) => socket.send("0{broken"));
        const broken = await bench(await listening(web), "echo", ...two);
        assert.equal(broken.code, 1, broken.output);
        assert.match(broken.output, /2 × the open packet is not Engine.IO's/);
    });

    scenario("one that pings without end is told, and takes no memory", { seconds: 60 }, async () => {
        const web = http.createServer();
        new WebSocketServer({ server: web }).on("connection", (socket) => {
            socket.send(engineOpen);
            socket._socket.pause();
            const pings = Buffer.concat(Array(16_384).fill(Buffer.from([0x81, 1, 0x32])));
            const flood = () => {
                while (socket._socket.writable && socket._socket.write(pings));
            };
            socket._socket.on("drain", flood).on("error", () => {});
            flood();
        });
        const { code, output } = await bench(await listening(web), "echo", "--app", "rooms", "--connections", "1");
        assert.equal(code, 1, output);
        assert.match(output, /1 × the server sends pings without end/);
    });

    scenario("words that are no text harm nobody", { seconds: 60 }, async () => {
        const web = http.createServer();
        new WebSocketServer({ server: web }).on("connection", (socket) => {
            socket.send(engineOpen);
            const words = Buffer.concat([Buffer.from('44{"message":"'), Buffer.from([0xff, 0x1b, 0x5b]), Buffer.from('"}')]);
            socket.on("message", () => socket.send(words, { binary: false }));
        });
        const { code, output } = await bench(await listening(web), "connect", "--app", "rooms", "--connections", "2");
        assert.equal(code, 1, output);
        assert.match(output, /refused: /);
        assert.doesNotMatch(output, /\x1b\[/);
    });
});

describe("a wrong command line", () => {
    after(tidyUp);
    const nobody = "http://127.0.0.1:1";

    async function refused(code, words, ...args) {
        const result = await homeroom(["bench", ...args]);
        assert.equal(result.code, code, result.output);
        assert.match(result.output, words);
        assert.equal(result.signal, null);
    }

    scenario("says what is wrong with it", async () => {
        await refused(2, /name a scenario/);
        await refused(2, /there is no scenario "dance"; there are fanout, rooms/, "dance", "--url", nobody);
        await refused(2, /--url is missing/, "fanout");
        await refused(2, /must be like http/, "fanout", "--app", "rooms", "--url", "localhost:1");
        await refused(2, /must sign in: give --data/, "fanout", "--url", nobody);
        await refused(2, /is of Homeroom itself/, "exam", "--app", "rooms", "--url", nobody);
        await refused(2, /--app/, "fanout", "--app", "other", "--url", nobody);
        await refused(2, /--connections/, "fanout", "--connections", "many", "--url", nobody);
        await refused(2, /cannot read .*secret/, "fanout", "--data", "/nowhere", "--url", nobody);
        await refused(2, /--rate must be/, "lecture", "--app", "rooms", "--url", nobody, "--rate", "1e-9");
        await refused(2, /--stalled/, "slow", "--app", "rooms", "--url", nobody, "--stalled", "4294967295");
        await refused(2, /--server-pid/, "fanout", "--app", "rooms", "--url", nobody, "--server-pid", "-5");
        for (const option of ["--rate", "--in-flight", "--connections", "--writers", "--server-pid"])
            await refused(2, /is not more than 0/, "feed", "--url", nobody, "--data", "/nowhere", option, "0");
        await refused(2, /--stalled is for slow, not for echo/, "echo", "--url", nobody, "--stalled", "3");
        await refused(2, /--connections must be more than 3/, "exam", "--url", nobody, "--data", "/x", "--connections", "3");
        await refused(2, /--lecture must be at most/, "roster", "folder", "--users", "10", "--lecture", "11");
        await refused(2, /--users is required/, "roster", "folder");
        await refused(2, /--users must be/, "roster", "folder", "--users", "0");
    });

    scenario("says that nobody is there", async () => {
        await refused(1, /cannot connect to .*: Connection refused/, "fanout", "--app", "rooms", "--url", nobody);
    });

    scenario("says that what is there is no Socket.IO server", async () => {
        const web = http.createServer((request, response) => response.writeHead(404).end("nothing here"));
        web.on("upgrade", (request, socket) => socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        const port = await freePort();
        await new Promise((done) => web.listen(port, "127.0.0.1", done));
        keep({ discard: () => web.close() });
        const url = `http://127.0.0.1:${port}`;
        const words = /2 × the upgrade was answered with 404 Not Found/;
        await refused(1, words, "fanout", "--app", "rooms", "--url", url, "--connections", "2");
    });

    scenario("a roster imports cleanly", { seconds: 60 }, async () => {
        const folder = temporaryFolder("bench-roster");
        const made = await homeroom(["bench", "roster", path.join(folder, "school"), "--users", "45"]);
        assert.equal(made.code, 0, made.output);
        assert.match(made.stdout, /45 users, 5 classes, 135 enrolments/);
        const imported = await homeroom([
            ...["import", "oneroster", path.join(folder, "school"), "--data", path.join(folder, "data")],
        ]);
        assert.equal(imported.code, 0, imported.output);
        assert.match(imported.output, /enrollments +0 stored +135 added/);
        assert.doesNotMatch(imported.output, /warning|error/i);
    });

    scenario("a roster never takes the place of what is there", async () => {
        const folder = temporaryFolder("bench-roster");
        fs.writeFileSync(path.join(folder, "users.csv"), "a school's own");
        const made = await homeroom(["bench", "roster", folder, "--users", "5"]);
        assert.equal(made.code, 2, made.output);
        assert.match(made.output, /is not empty; give a new folder/);
        assert.deepEqual(fs.readdirSync(folder), ["users.csv"]);
    });

    scenario("what can't be read or written is said before the run", { seconds: 60 }, async () => {
        const url = ["--url", "http://127.0.0.1:1"];
        const unwritable = await homeroom(["bench", "echo", "--app", "rooms", ...url, "--json", "/nonexistent/x.json"]);
        assert.equal(unwritable.code, 2, unwritable.output);
        assert.match(unwritable.output, /cannot write \/nonexistent/);
        const endless = await homeroom(["bench", "echo", ...url, "--secret-file", "/dev/zero"]);
        assert.equal(endless.code, 2, endless.output);
        assert.match(endless.output, /has more than 65536 bytes/);
    });
});
