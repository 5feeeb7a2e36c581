// Who gets in: every algorithm, every refusal with its code, hostile tokens, and connections that expire.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";

import { Person, refused } from "./support/client.mjs";
import { Engine } from "./support/engine.mjs";
import { request } from "./support/http.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body } from "./support/school.mjs";
import { Server } from "./support/server.mjs";
import { claimsOf, inSeconds, makeKey, signToken } from "./support/tokens.mjs";

const socketsPerUser = 64;

const school = () =>
    new School("north")
        .class("math")
        .teacher("tess", "math")
        .student("ada", "math")
        .student("ben", "math")
        .user("dora", "student", { enabled: false });

async function refusalOf(server, token, { what = "", ...options } = {}) {
    const error = await refused(server, "ada", { token, ...options }).catch((outcome) => {
        throw new Error(`${outcome.message} with ${what || token}`);
    });
    assert.equal(typeof error.message, "string");
    assert.notEqual(error.message, "");
    assert.equal(typeof error.data?.code, "string", `no code: ${JSON.stringify(error.data)}`);
    if (token) assert.ok(!error.message.includes(token), "the refusal repeats the token");
    return error.data.code;
}

describe("a server with the secret it made itself", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("keeps the secret to itself", () => {
        const file = path.join(server.data, "secret");
        assert.equal(fs.statSync(file).mode & 0o777, 0o600);
        assert.match(fs.readFileSync(file, "utf8"), /^[A-Za-z0-9_-]{43,}\n$/);
        assert.ok(!server.log.includes(server.secret), "the secret is in the log");
    });

    scenario("lets in whoever holds a good token", async () => {
        const ada = await Person.connect(server, "ada");
        assert.equal(ada.session.user.id, "ada");
    });

    scenario("reads the token from the Authorization header of the handshake", async () => {
        for (const transports of [["websocket"], ["polling"]]) {
            const ada = await Person.connect(server, "ada", {
                token: null,
                transports,
                headers: { authorization: `Bearer ${server.token("ada")}` },
            });
            assert.equal(ada.session.user.id, "ada");
            ada.leave();
        }
    });

    scenario("never reads it from the query string", async () => {
        const token = server.token("ada");
        for (const name of ["token", "access_token", "auth", "authorization"]) {
            const manager = { query: { [name]: token } };
            assert.equal(await refusalOf(server, null, { manager }), "token_missing", name);
        }
    });

    scenario("says token_missing", async () => {
        assert.equal(await refusalOf(server, null), "token_missing");
        assert.equal(await refusalOf(server, ""), "token_missing");
    });

    scenario("says token_expired", async () => {
        const token = server.token("ada", { exp: inSeconds(-60) });
        assert.equal(await refusalOf(server, token), "token_expired");
    });

    scenario("says user_unknown", async () => {
        assert.equal(await refusalOf(server, server.token("nobody")), "user_unknown");
    });

    scenario("says user_disabled", async () => {
        assert.equal(await refusalOf(server, server.token("dora")), "user_disabled");
    });

    scenario("says too_many_connections, and forgets those that left", async () => {
        const crowd = await Promise.all(
            Array.from({ length: socketsPerUser }, () => Person.connect(server, "ben")),
        );
        assert.equal(await refusalOf(server, server.token("ben")), "too_many_connections");
        await Person.connect(server, "ada").then((ada) => ada.leave());
        for (const one of crowd) one.leave();
        await eventually("ben to be let in again", async () => {
            const ben = await Person.connect(server, "ben");
            ben.leave();
            return true;
        });
    });

    scenario("refuses hostile tokens, all as token_invalid", async () => {
        const good = { sub: "ada", exp: inSeconds(600) };
        const key = server.secret;
        const token = server.token("ada");
        const [head, claims, signature] = token.split(".");
        const of = (text) => Buffer.from(text).toString("base64url");
        const flipped = signature[5] === "A" ? "B" : "A";
        const hostile = {
            "another secret": signToken({ key: "x".repeat(43), claims: good }),
            "the secret decoded": signToken({ key: Buffer.from(key, "base64url"), claims: good }),
            "an empty secret": signToken({ key: "", claims: good }),
            "alg none": signToken({ algorithm: "none", key, claims: good }),
            "alg None": signToken({ algorithm: "none", key, claims: good, header: { alg: "None" } }),
            "no alg": signToken({ key, claims: good, header: { alg: undefined } }),
            "alg a number": signToken({ key, claims: good, header: { alg: 256 } }),
            "alg hs256 in lower case": signToken({ key, claims: good, header: { alg: "hs256" } }),
            HS384: signToken({ algorithm: "HS384", key, claims: good }),
            HS512: signToken({ algorithm: "HS512", key, claims: good }),
            "an unknown critical header": signToken({ key, claims: good, header: { crit: ["b64"] } }),
            "no signature": `${head}.${claims}.`,
            "two parts": `${head}.${claims}`,
            "four parts": `${token}.x`,
            "one bit of the signature": `${head}.${claims}.${signature.slice(0, 5)}${flipped}${signature.slice(6)}`,
            "other claims": `${head}.${of(JSON.stringify({ ...good, sub: "tess" }))}.${signature}`,
            "claims that are no object": signToken({ key, claims: ["ada"] }),
            "claims that are no JSON": `${head}.${of("{sub:")}.${signature}`,
            "no exp": signToken({ key, claims: { sub: "ada" } }),
            "exp a word": signToken({ key, claims: { sub: "ada", exp: "tomorrow" } }),
            "no sub": signToken({ key, claims: { exp: good.exp } }),
            "an empty sub": signToken({ key, claims: { ...good, sub: "" } }),
            "sub a number": signToken({ key, claims: { ...good, sub: 7 } }),
            "not yet valid": signToken({ key, claims: { ...good, nbf: inSeconds(3600) } }),
            garbage: "\u0000\u0001 not a token",
            "9,000 characters": `${token.slice(0, 40)}${"A".repeat(9000)}`,
        };
        for (const [what, one] of Object.entries(hostile)) {
            assert.equal(await refusalOf(server, one, { what }), "token_invalid", what);
        }
        const ada = await Person.connect(server, "ada");
        assert.equal(ada.session.user.id, "ada");
    });

    scenario("refuses a token that is no string", async () => {
        for (const token of [7, true, ["a"], { a: 1 }]) {
            const code = await refused(server, "ada", { token }).then((error) => error.data?.code);
            assert.ok(["token_invalid", "token_missing"].includes(code), `${token} → ${code}`);
        }
    });

    scenario("takes what a user may see from the roster, never from the token", async () => {
        const ada = await Person.connect(server, "ada", {
            token: server.token("ada", {
                roles: ["administrator"],
                rooms: ["class-secret"],
                institution: "other",
            }),
        });
        assert.deepEqual(ada.session.user.roles, ["student"]);
        assert.deepEqual(ada.session.rooms.classes, ["class-math"]);
        assert.equal(ada.session.rooms.institution, "institution-north");
    });

    scenario("delivers nothing and carries nothing out before the token was accepted", async () => {
        const socket = await new Engine(server, "/socket.io/").openSocket();
        socket.send('40{"token":"bad"}');
        assert.match(await socket.next(), /^44\{"message":".*"data":\{"code":"token_invalid"/);
        const ben = await Person.connect(server, "ben");
        socket.send('421["post:create",{"to":"class-math","text":"from nobody"}]');
        await ben.post("class-math", "from ben");
        await ben.settle();
        assert.deepEqual(ben.texts(), ["from ben"]);
        assert.deepEqual(
            socket.frames.filter((frame) => String(frame).startsWith("4") && frame !== "41"),
            [],
        );
    });

    scenario("`homeroom token USER` prints a token alone on its line", async () => {
        const { code, stdout } = await server.run(["token", "ada", "--ttl", "2h"]);
        assert.equal(code, 0);
        assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
        const claims = claimsOf(stdout.trim());
        assert.equal(claims.sub, "ada");
        assert.ok(Math.abs(claims.exp - inSeconds(7200)) < 30, `exp ${claims.exp}`);
        const ada = await Person.connect(server, "ada", { token: stdout.trim() });
        assert.equal(ada.session.user.id, "ada");
    });

    scenario("`homeroom token USER --service` prints one for the platform's back end", async () => {
        const { code, stdout } = await server.run(["token", "platform", "--service"]);
        assert.equal(code, 0);
        const token = stdout.trim();
        assert.equal(claimsOf(token).scope, "service");
        const route = "/courses/by-token";
        await server.restOk("PUT", route, body.course("by-token", "north"), { token });
        await server.restOk("DELETE", route, undefined, { token });
    });

    scenario("service calls need a service token", async () => {
        const call = (headers) =>
            request("PUT", `${server.url}/api/v1/courses/stolen`, {
                headers: { "content-type": "application/json", ...headers },
                body: JSON.stringify(body.course("stolen", "north")),
            });
        const bearer = (token) => call({ authorization: `Bearer ${token}` });
        const expired = server.serviceToken({ exp: inSeconds(-60) });
        for (const [what, answer, statuses] of [
            ["none", await call({}), [401]],
            ["a bad one", await bearer("x.y.z"), [401]],
            ["an expired one", await bearer(expired), [401]],
            ["a teacher's", await bearer(server.token("tess")), [403, 404]],
        ]) {
            assert.ok(statuses.includes(answer.status), `${what}: ${answer.status}`);
            assert.match(answer.headers["content-type"], /^application\/problem\+json/, what);
            assert.equal(typeof answer.json().code, "string", what);
        }
        const query = await request(
            "DELETE",
            `${server.url}/api/v1/courses/math-course?token=${server.serviceToken()}`,
        );
        assert.equal(query.status, 401, "a token in the query string counts for nothing");
    });
});

describe("connections that expire", () => {
    let server;
    before(async () => {
        server = await Server.start({ school: school() });
    });
    after(tidyUp);

    scenario("are told 60 seconds before", async () => {
        const exp = inSeconds(62);
        const ada = await Person.connect(server, "ada", { token: server.token("ada", { exp }) });
        assert.equal(Math.round(Date.parse(ada.session.expiresAt) / 1000), exp);
        assert.deepEqual(ada.received("auth:expiring"), []);
        const notice = await ada.see("auth:expiring", () => true, 6000);
        assert.equal(Math.round(Date.parse(notice.expiresAt) / 1000), exp);
        ada.leave();
    });

    for (const transport of ["websocket", "polling"]) {
        scenario(`say so when they end, over ${transport}`, async () => {
            const token = server.token("ada", { exp: inSeconds(2) });
            const ada = await Person.connect(server, "ada", { token, transports: [transport] });
            await ada.see("auth:ended", (body) => body.code === "token_expired", 12_000);
            await eventually("ada to be disconnected", () => ada.disconnects.length > 0);
            // Which the client takes as final: it does not come back with the same token.
            assert.deepEqual(ada.disconnects, ["io server disconnect"]);
            ada.leave();
        });
    }

    scenario("end at their time, and get nothing afterwards", async () => {
        const ada = await Person.connect(server, "ada", {
            token: server.token("ada", { exp: inSeconds(2) }),
            manager: { reconnection: false },
        });
        const ben = await Person.connect(server, "ben");
        // A verifier may allow a few seconds for clocks that differ.
        await eventually("ada to be disconnected", () => !ada.socket.connected, 12_000);
        await ben.post("class-math", "after ada's time");
        await sleep(100);
        assert.deepEqual(ada.texts(), []);
        ben.leave();
    });

    scenario("live on with a fresh token", { seconds: 40 }, async () => {
        const exp = inSeconds(3);
        const ada = await Person.connect(server, "ada", { token: server.token("ada", { exp }) });
        const later = inSeconds(3600);
        await ada.requestOk("auth:refresh", { token: server.token("ada", { exp: later }) });
        await sleep(10_000);
        assert.equal(ada.socket.connected, true);
        assert.deepEqual(ada.disconnects, []);
        await ada.post("class-math", "still here");
        ada.leave();
    });

    scenario("cannot be refreshed by a bad token or somebody else's", async () => {
        const ada = await Person.connect(server, "ada");
        const expired = server.token("ada", { exp: inSeconds(-60) });
        for (const token of [server.token("ben"), server.serviceToken(), expired, "x", 7, undefined]) {
            const code = await ada.refusal("auth:refresh", { token });
            assert.ok(["unauthenticated", "forbidden", "invalid"].includes(code), code);
        }
        assert.equal(ada.session.user.id, "ada");
        const post = await ada.post("class-math", "it is still ada");
        assert.equal(post.author.id, "ada");
        ada.leave();
    });
});

for (const source of ["key_files", "jwks_file"]) {
    describe(`a server with public keys from ${source}`, () => {
        const keys = ["RS256", "ES256", "EdDSA"].map((name) => makeKey(name, `key-${name}`));
        const stranger = keys.map((key) => makeKey(key.algorithm, key.kid));
        const claims = { sub: "ada", exp: inSeconds(3600) };
        let server;
        before(async () => {
            const folder = fs.mkdtempSync("/tmp/homeroom-e2e-keys-");
            let setting;
            if (source === "key_files") {
                const files = keys.map((key) => path.join(folder, `${key.algorithm}.pem`));
                keys.forEach((key, i) => fs.writeFileSync(files[i], key.pem));
                setting = `key_files = ${JSON.stringify(files)}`;
            } else {
                const file = path.join(folder, "jwks.json");
                fs.writeFileSync(file, JSON.stringify({ keys: keys.map((key) => key.jwk) }));
                setting = `jwks_file = ${JSON.stringify(file)}`;
            }
            server = await Server.start({ school: school(), config: `[auth]\n${setting}\n` });
            fs.rmSync(folder, { recursive: true });
        });
        after(tidyUp);

        for (const [i, key] of keys.entries()) {
            scenario(`accepts ${key.algorithm}`, async () => {
                const ada = await Person.connect(server, "ada", { token: key.sign(claims) });
                assert.equal(ada.session.user.id, "ada");
                const bare = await Person.connect(server, "ada", { token: key.sign(claims, {}) });
                assert.equal(bare.session.user.id, "ada", "without a key id");
            });

            scenario(`refuses ${key.algorithm} by another key of the same name`, async () => {
                assert.equal(await refusalOf(server, stranger[i].sign(claims)), "token_invalid");
            });

            scenario(`does not take the public ${key.algorithm} key for a shared secret`, async () => {
                const der = Buffer.from(key.pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
                for (const secret of [key.pem, key.pem.trim(), der, key.jwk.x ?? key.jwk.n]) {
                    for (const header of [{}, { kid: key.kid }]) {
                        const token = signToken({ key: secret, claims, header });
                        assert.equal(await refusalOf(server, token), "token_invalid");
                    }
                }
            });

            scenario(`does not let ${key.algorithm} name another algorithm`, async () => {
                for (const other of ["RS256", "ES256", "EdDSA", "HS256", "PS256", "none"]) {
                    if (other === key.algorithm) continue;
                    const token = key.sign(claims, { alg: other });
                    assert.equal(await refusalOf(server, token), "token_invalid", other);
                }
            });
        }

        scenario("does not trust a key that comes with the token", async () => {
            const mine = makeKey("ES256", "mine");
            for (const header of [
                { jwk: mine.jwk },
                { jku: "http://127.0.0.1:9/jwks.json", kid: "mine" },
                { x5u: "http://127.0.0.1:9/cert.pem" },
                { kid: "../../../../dev/null" },
                { kid: "' OR 1=1 --" },
            ]) {
                const token = mine.sign(claims, header);
                assert.equal(await refusalOf(server, token), "token_invalid", JSON.stringify(header));
            }
        });
    });
}
