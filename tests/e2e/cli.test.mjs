// The command line: what an operator sees, above all when something is wrong.

import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person, refused } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, writeFiles } from "./support/school.mjs";
import { Server, freePort, homeroom, temporaryFolder } from "./support/server.mjs";

const school = () => new School("north").class("math").teacher("tess", "math").student("ada", "math");

// It must end by itself, not with success, and say why in words.
function failed(result, words) {
    assert.notEqual(result.code, 0, `it succeeded:\n${result.output}`);
    assert.equal(result.signal, null, `it crashed with ${result.signal}:\n${result.output}`);
    for (const word of [words].flat()) assert.match(result.output, word);
}

describe("asking for help", () => {
    after(tidyUp);

    scenario("--version says one line", async () => {
        const { code, stdout } = await homeroom(["--version"]);
        assert.equal(code, 0);
        assert.match(stdout, /^.*\d+\.\d+.*\n$/);
    });

    scenario("--help names every subcommand", async () => {
        const { code, stdout } = await homeroom(["--help"]);
        assert.equal(code, 0);
        for (const name of ["serve", "import", "token", "export", "erase", "audit", "bench", "check"])
            assert.match(stdout, new RegExp(`\\b${name}\\b`));
    });

    scenario("each subcommand explains itself", async () => {
        for (const name of ["serve", "import", "token", "export", "erase", "check"]) {
            const { code, stdout } = await homeroom([name, "--help"]);
            assert.equal(code, 0, name);
            assert.match(stdout, /--data/, name);
            assert.match(stdout, /--config/, name);
        }
    });

    scenario("what it does not know is refused", async () => {
        for (const args of [["dance"], ["serve", "--prot", "1"], ["token"], ["import"], ["import", "carrots", "x"]]) {
            failed(await homeroom(args), /\S/);
        }
        failed(await homeroom(["dance"]), /dance/);
    });

    scenario("a token that nobody could use is not printed", async () => {
        const data = path.join(temporaryFolder("cli"), "data");
        failed(await homeroom(["token", "", "--data", data]), /empty/i);
        failed(await homeroom(["token", "ada", "--ttl", "99999999d", "--data", data]), /--ttl/);
        const made = await homeroom(["token", "ada", "--data", data]);
        assert.equal(made.code, 0, made.output);
        assert.match(made.output.replace(made.stdout, ""), /new one was made/);
    });

    scenario("a dry run against nothing leaves nothing behind", async () => {
        const folder = temporaryFolder("cli");
        const data = path.join(folder, "data");
        const roster = school().write(path.join(folder, "roster"));
        const run = await homeroom(["import", "oneroster", roster, "--dry-run", "--data", data]);
        assert.equal(run.code, 0, run.output);
        assert.match(run.output, /enrol/i);
        assert.ok(!fs.existsSync(data));
    });
});

describe("the demo and a real school", () => {
    after(tidyUp);

    scenario("--demo is refused where a real school is", async () => {
        const server = await Server.start({ school: school() });
        await server.stop();
        failed(await server.run(["serve", "--demo"]), [/--demo/, /school/]);
    });

    scenario("no school is imported into the demo, whether it runs or not", async () => {
        const server = await Server.start({ args: ["--demo"] });
        const roster = school().write(path.join(server.folder, "roster"));
        failed(await server.import(roster), /demo/);
        await server.restart();
        await server.stop();
        failed(await server.import(roster), /demo/);
    });
});

describe("starting", () => {
    after(tidyUp);

    const serve = (args, environment) =>
        homeroom(["serve", "--host", "127.0.0.1", ...args], { environment, seconds: 20 });

    async function ports() {
        return ["--port", await freePort(), "--admin-port", await freePort()];
    }

    scenario("a port in use is named", async () => {
        const data = path.join(temporaryFolder("cli"), "data");
        const taken = net.createServer();
        await new Promise((done) => taken.listen(0, "127.0.0.1", done));
        const { port } = taken.address();
        const result = await serve(["--port", port, "--admin-port", await freePort(), "--data", data]);
        taken.close();
        failed(result, [new RegExp(String(port)), /in use/i]);
    });

    scenario("a data directory that cannot be one is named", async () => {
        const folder = temporaryFolder("cli");
        const file = path.join(folder, "a-file");
        fs.writeFileSync(file, "x");
        failed(await serve([...(await ports()), "--data", file]), /a-file/);
        failed(await serve([...(await ports()), "--data", path.join(file, "below")]), /a-file/);
        failed(await serve([...(await ports()), "--data", "/proc/nowhere"]), /proc\/nowhere/);
    });

    scenario("a data directory one may not read is named", async (t) => {
        if (process.getuid?.() === 0) return t.skip("root may read everything");
        const folder = path.join(temporaryFolder("cli"), "locked");
        fs.mkdirSync(folder, { mode: 0o000 });
        failed(await serve([...(await ports()), "--data", folder]), /locked/);
        fs.chmodSync(folder, 0o700);
    });

    scenario("a secret that others can read is refused in words", async () => {
        const data = temporaryFolder("cli");
        fs.writeFileSync(path.join(data, "secret"), `${"s".repeat(43)}\n`, { mode: 0o644 });
        fs.chmodSync(path.join(data, "secret"), 0o644);
        failed(await serve([...(await ports()), "--data", data]), /secret/);
    });

    scenario("a database that is none is named, and left as it is", async () => {
        const server = await Server.start({ school: school() });
        await server.stop();
        const database = fs
            .readdirSync(server.data)
            .map((name) => path.join(server.data, name))
            .filter((file) => fs.lstatSync(file).isFile()) // the control socket is there, too
            .find((file) => fs.readFileSync(file).subarray(0, 15).toString() === "SQLite format 3");
        assert.ok(database, "no database in the data directory");
        const spoilt = Buffer.alloc(8192, "not a database ");
        fs.writeFileSync(database, spoilt);
        for (const extra of ["-wal", "-shm"]) fs.rmSync(database + extra, { force: true });
        failed(await serve([...(await ports()), "--data", server.data]), new RegExp(path.basename(database)));
        assert.deepEqual(fs.readFileSync(database), spoilt);
    });

    scenario("an unknown key of the configuration is named", async () => {
        const folder = temporaryFolder("cli");
        const config = path.join(folder, "homeroom.toml");
        for (const [text, name] of [
            ["carrots = 7\n", "carrots"],
            ["[auth]\ncarrots = 7\n", "carrots"],
            ["[carrots]\nx = 1\n", "carrots"],
        ]) {
            fs.writeFileSync(config, text);
            const args = ["--config", config, "--data", path.join(folder, "data")];
            failed(await serve([...(await ports()), ...args]), new RegExp(name));
            failed(await homeroom(["check", ...args]), new RegExp(name));
        }
    });

    scenario("a bad value of the configuration is named by its key", async () => {
        const folder = temporaryFolder("cli");
        const config = path.join(folder, "homeroom.toml");
        for (const [text, key] of [
            ["[auth]\nkey_files = 7\n", "key_files"],
            ["[auth]\nkey_files = [7]\n", "key_files"],
            ['[auth]\nkey_files = ["/nowhere/key.pem"]\n', "nowhere/key.pem"],
            ["[auth]\njwks_file = true\n", "jwks_file"],
            ['[auth]\njwks_file = "/nowhere/jwks.json"\n', "nowhere/jwks.json"],
        ]) {
            fs.writeFileSync(config, text);
            const args = ["--config", config, "--data", path.join(folder, "data")];
            failed(await serve([...(await ports()), ...args]), new RegExp(key));
            failed(await homeroom(["check", ...args]), new RegExp(key));
        }
    });

    scenario("a configuration that is no TOML is refused with its line", async () => {
        const folder = temporaryFolder("cli");
        const config = path.join(folder, "homeroom.toml");
        fs.writeFileSync(config, "[auth]\nkey_files = [\n= 7\n");
        const args = ["--config", config, "--data", path.join(folder, "data")];
        failed(await homeroom(["check", ...args]), [/homeroom\.toml/, /[23]/]);
        failed(await homeroom(["check", "--config", path.join(folder, "none.toml")]), /none\.toml/);
    });

    scenario("an unknown key of the environment is named", async () => {
        const data = path.join(temporaryFolder("cli"), "data");
        const environment = { HOMEROOM_CARROTS: "7" };
        failed(await homeroom(["check", "--data", data], { environment }), /carrots/i);
    });

    scenario("ports that are none are refused", async () => {
        const data = path.join(temporaryFolder("cli"), "data");
        for (const port of ["0x50", "-1", "65536", "eighty"]) {
            const result = await serve(["--port", port, "--data", data]);
            failed(result, /port/i);
        }
    });

    scenario("check finds nothing wrong with nothing configured", async () => {
        const data = path.join(temporaryFolder("cli"), "data");
        const { code, output } = await homeroom(["check", "--data", data]);
        assert.equal(code, 0, output);
    });
});

describe("a running server", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("a second one on the same data directory is refused in words", async () => {
        const args = ["serve", "--host", "127.0.0.1", "--port", await freePort()];
        const more = ["--admin-port", await freePort(), "--data", server.data];
        failed(await homeroom([...args, ...more]), /\bdata\b|in use|another|running|lock/i);
        await Person.connect(server, "ada").then((ada) => ada.leave());
    });

    scenario("SIGTERM drains: clients are not told to stay away, nothing is lost, exit 0", async () => {
        const ada = await Person.connect(server, "ada");
        const polling = await Person.connect(server, "ada", { transports: ["polling"] });
        const tess = await Person.connect(server, "tess");
        const posts = await Promise.all(
            Array.from({ length: 50 }, (_, i) => tess.post("class-math", `last words ${i}`)),
        );
        const { code, signal } = await server.stop("SIGTERM");
        assert.equal(signal, null);
        assert.equal(code, 0, server.log);
        for (const one of [ada, polling]) {
            await eventually("to be disconnected", () => one.disconnects.length > 0);
            assert.notEqual(one.disconnects[0], "io server disconnect", "a 41 forbids coming back");
        }
        await server.launch();
        await eventually("ada to be back", () => ada.socket.connected && polling.socket.connected, 10_000);
        const { posts: stored } = await tess.requestOk("feed:list", { room: "class-math", limit: 100 });
        assert.equal(stored.length, posts.length);
        for (const one of [ada, polling]) {
            await eventually("all fifty", () => one.texts().length === posts.length);
        }
    });

    scenario("SIGINT ends it as well", async () => {
        const { code } = await server.stop("SIGINT");
        assert.ok(code === 0 || code === 130, `exit ${code}`);
        await server.launch();
    });

    scenario("SIGTERM ends it although clients neither read nor answer", async () => {
        const lazy = net.connect(server.port, "127.0.0.1");
        lazy.on("error", () => {});
        lazy.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n");
        const ada = await Person.connect(server, "ada");
        ada.socket.io.engine.transport.ws?._socket?.pause();
        const { code } = await server.stop("SIGTERM");
        assert.equal(code, 0);
        lazy.destroy();
        ada.leave();
        await server.launch();
    });
});

describe("importing", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    let number = 0;
    // The package with one file changed → what the import made of it, and whether anything was applied.
    async function importSpoilt(change, ...args) {
        const files = school().student("newcomer", "math").files();
        change(files);
        const folder = writeFiles(path.join(server.folder, `spoilt-${++number}`), files);
        const result = await server.import(folder, ...args);
        const applied = await refused(server, "newcomer").then(
            (error) => error.data?.code !== "user_unknown",
            () => true,
        );
        return { ...result, applied };
    }

    const replaceIn = (file, from, to) => (files) => {
        assert.ok(files[file].includes(from), `${file} does not contain ${from}`);
        files[file] = files[file].replace(from, to);
    };

    // What is wrong, how it is made, and what the diagnostics must name: file, row and column as a spreadsheet shows.
    const broken = [
        ["no manifest", (files) => delete files["manifest.csv"], [/manifest/]],
        ["a file that the manifest promises", (files) => delete files["users.csv"], [/users\.csv/]],
        [
            "a missing column",
            replaceIn("users.csv", "familyName", "surname"),
            [/users\.csv/, /familyName|surname/],
        ],
        [
            "a required value that is blank",
            replaceIn("users.csv", "ada,,,true,ada", "ada,,,true,"),
            [/users\.csv/, /\b3\b/, /username/],
        ],
        [
            "a boolean that is none",
            replaceIn("users.csv", "ada,,,true", "ada,,,maybe"),
            [/users\.csv/, /\b3\b/, /enabledUser/],
        ],
        [
            "a role that is none",
            replaceIn("enrollments.csv", "math,north,ada,student", "math,north,ada,emperor"),
            [/enrollments\.csv/, /\b3\b/, /role/],
        ],
        [
            "a user who is not there",
            replaceIn("enrollments.csv", "math,north,ada", "math,north,nobody"),
            [/enrollments\.csv/, /\b3\b/, /userSourcedId/],
        ],
        [
            "a class that is not there",
            replaceIn("enrollments.csv", ",math,north,ada", ",nowhere,north,ada"),
            [/enrollments\.csv/, /\b3\b/, /classSourcedId/],
        ],
        [
            "an id twice",
            replaceIn("users.csv", "\r\nada,", "\r\ntess,"),
            [/users\.csv/, /\b3\b/, /sourcedId/],
        ],
        [
            "an id with forbidden characters",
            replaceIn("users.csv", "\r\nnewcomer,", "\r\nnew comer!,"),
            [/users\.csv/, /sourcedId/],
        ],
        ["a row that is too short", replaceIn("orgs.csv", "school,,", "school"), [/orgs\.csv/, /\b2\b/]],
        ["a quote that never ends", replaceIn("orgs.csv", "School north", '"School north'), [/orgs\.csv/]],
        ["bytes that are no UTF-8", (files) => (files["orgs.csv"] = Buffer.from("sourcedId\n\xff\xfe\n", "latin1")), [/orgs\.csv/]],
        ["a file without rows", (files) => (files["enrollments.csv"] = files["enrollments.csv"].split("\r\n")[0] + "\r\n"), [/enrollments\.csv/]],
        ["an empty file", (files) => (files["users.csv"] = ""), [/users\.csv/]],
        [
            "an unknown version",
            replaceIn("manifest.csv", "oneroster.version,1.2", "oneroster.version,7"),
            [/manifest\.csv/, /version/],
        ],
    ];

    for (const [what, change, words] of broken) {
        scenario(`a package with ${what} is refused and nothing of it is applied`, async () => {
            const result = await importSpoilt(change, "--profile", "strict");
            failed(result, words);
            assert.match(result.output, /\b[a-z]+\.[a-z_]+\b/, "a diagnostic has a code");
            assert.equal(result.applied, false, result.output);
        });
    }

    scenario("what cannot be read at all is named", async () => {
        failed(await server.import(path.join(server.folder, "not-there")), /not-there/);
        const file = server.write("roster.zip", "this is no zip");
        failed(await server.import(file), /roster\.zip/);
        const empty = path.join(server.folder, "empty");
        fs.mkdirSync(empty);
        failed(await server.import(empty), /manifest|empty/);
    });

    scenario("the same package unspoilt is applied", async () => {
        const result = await importSpoilt(() => {});
        assert.equal(result.code, 0, result.output);
        assert.equal(result.applied, true);
    });
});
