// The library as its users get it: installed, found by CMake, and the example built on it, run, and talked to.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";

import { io } from "socket.io-client";

import { request } from "./support/http.mjs";
import { eventually, keep, scenario, tidyUp, within } from "./support/scenario.mjs";
import { Announced, temporaryFolder } from "./support/server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, "../..");
const build = path.resolve(process.env.BUILD_FOLDER ?? `${project}/build/release`);

function run(...line) {
    const [program, ...args] = line;
    const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 240_000 });
    assert.equal(status, 0, `${line.join(" ")}\n${error ?? ""}${stdout}${stderr}`);
}

function enter(server, name) {
    const socket = keep(
        Object.assign(io(server.url, { auth: { name }, reconnectionDelay: 20, forceNew: true }), {
            discard() {
                this.disconnect();
            },
        }),
    );
    socket.heard = [];
    socket.onAny((...heard) => socket.heard.push(heard.filter((one) => typeof one === "string")));
    return socket;
}

describe("the installed library", () => {
    let server;
    before(async () => {
        const folder = temporaryFolder("library");
        const prefix = path.join(folder, "prefix");
        const chat = path.join(folder, "chat");
        run("cmake", "--install", build, "--prefix", prefix, "--component", "socketio");
        run(
            ...["cmake", "-S", path.join(project, "examples/chat"), "-B", chat, `-DCMAKE_PREFIX_PATH=${prefix}`],
            ...["-DCMAKE_BUILD_TYPE=Debug", `-DCMAKE_CXX_COMPILER=${process.env.CXX_COMPILER ?? "c++"}`],
            ...(process.env.SANITIZE ? [`-DCMAKE_CXX_FLAGS=-fsanitize=${process.env.SANITIZE}`] : []),
        );
        run("cmake", "--build", chat);
        server = await Announced.startBy((port) => [path.join(chat, "chat"), port]);
    });
    after(tidyUp);

    scenario("serves its page and the client", async () => {
        const page = await request("GET", `${server.url}/`);
        assert.match(page.text, /<title>Chat<\/title>/);
        for (const [, file] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
            assert.equal((await request("GET", `${server.url}/${file}`)).status, 200, file);
        }
    });

    scenario("lets people talk in rooms", async () => {
        const [ada, bob, eve] = ["ada", "bob", "eve"].map((name) => enter(server, name));
        assert.equal(await ada.timeout(5000).emitWithAck("join", "lobby"), "welcome");
        assert.equal(await bob.timeout(5000).emitWithAck("join", "lobby"), "welcome");
        assert.equal(await eve.timeout(5000).emitWithAck("join", "elsewhere"), "welcome");
        bob.emit("say", "lobby", "hello");
        eve.emit("say", "lobby", "I am not even there");
        await eventually("ada to hear bob", () => ada.heard.length === 2);
        assert.deepEqual(
            ada.heard.map((one) => one.slice(0, -1)), // without recovery's offset
            [
                ["joined", "lobby", "bob"],
                ["said", "lobby", "bob", "hello"],
            ],
        );
        bob.disconnect();
        await eventually("ada to see bob leave", () => ada.heard.at(-1)[0] === "left");
        assert.deepEqual(eve.heard, []);
    });

    scenario("gives a lost connection back what it missed", async () => {
        const [ada, bob] = ["ada", "bob"].map((name) => enter(server, name));
        await ada.timeout(5000).emitWithAck("join", "lounge");
        await bob.timeout(5000).emitWithAck("join", "lounge");
        await eventually("ada to see bob", () => ada.heard.length === 1);
        const { id } = ada;
        ada.io.engine.close();
        bob.emit("say", "lounge", "did you hear that?");
        await within(5000, new Promise((done) => ada.once("connect", done)), "ada to be back");
        assert.equal(ada.recovered, true);
        assert.equal(ada.id, id);
        await eventually("ada to hear it", () => ada.heard.at(-1).includes("did you hear that?"));
    });

    scenario("refuses whoever has no name", async () => {
        const nobody = enter(server, 7);
        const error = await within(5000, new Promise((done) => nobody.once("connect_error", done)), "a refusal");
        assert.equal(error.message, "tell us your name");
    });
});
