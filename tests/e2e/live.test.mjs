// Live classes: exactly the class is told and may watch, what opens the stream dies with the enrolment, and whatever the
// media server says, late, twice or forged, has one outcome.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Engine } from "./support/engine.mjs";
import { MediaServer } from "./support/media_server.mjs";
import { metrics } from "./support/metrics.mjs";
import { eventually, scenario, sleep, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const school = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("art")
        .teacher("tess", "math")
        .teacher("theo", "math")
        .student("ada", "math")
        .student("ben", "math")
        .student("cleo", "art");
const liveEvents = (person) => person.events.filter(({ name }) => name.startsWith("live:"));
const of = (live) => (event) => event.live?.id === live;
const change = (live, what) => (event) => event.live.id === live && event.change === what;
const metric = async (server, name) => (await metrics(server)).get(name);
const status = async (person, live) => (await person.requestOk("live:get", { live })).live.status;

async function started(host, more = {}) {
    return (await host.requestOk("live:start", { class: "math", title: "Optics", ...more })).live.id;
}

describe("live classes", () => {
    const media = new MediaServer();
    let server, tess, theo, ada, ben, cleo;
    before(async () => {
        const environment = { ...media.environment, HOMEROOM_LIVE_INTERRUPTED_AFTER: "400ms", HOMEROOM_LIVE_ENDED_AFTER: "2500ms" };
        server = await Server.start({ school: school(), environment });
        [tess, theo, ada, ben, cleo] = await Promise.all(["tess", "theo", "ada", "ben", "cleo"].map((user) => Person.connect(server, user)));
    });
    after(tidyUp);

    scenario("one is planned, reminded of, begins and ends before its class, and nobody else", async () => {
        const startsAt = new Date(Date.now() + 601_500).toISOString();
        const { live } = await tess.requestOk("live:schedule", { class: "math", title: "Waves", startsAt });
        await ada.see("live:scheduled", of(live.id));
        for (const user of [ada, ben]) assert.equal(await user.refusal("live:start", { live: live.id }), "forbidden");
        await ada.see("live:reminder", of(live.id));
        await ada.see("notification:created", ({ notification }) => notification.target.live === live.id && notification.target.what === "reminder");
        assert.equal(await ada.refusal("live:watch", { live: live.id }), "conflict");
        await theo.requestOk("live:start", { live: live.id });
        const begun = await ada.see("live:started", of(live.id));
        assert.equal(begun.startJitter, 0);
        assert.equal(begun.live.host.id, "tess");
        await tess.requestOk("live:end", { live: live.id });
        await ada.see("live:ended", of(live.id));
        await eventually("the inbox to be without it", async () =>
            (await ada.requestOk("notification:list", {})).notifications.every(({ target }) => target.live !== live.id),
        );
        for (const name of ["live:get", "live:watch", "live:start", "live:end", "live:publish", "live:cancel"])
            assert.equal(await cleo.refusal(name, { live: live.id }), "not_found", name);
        await cleo.settle();
        assert.deepEqual(liveEvents(cleo), []);
    });

    scenario("who watches is given an address and a ticket for this stream alone, for some minutes", async () => {
        const live = await started(tess);
        const { playback, startAfter } = await ada.requestOk("live:watch", { live });
        assert.equal(playback.whep, `https://media.example/${live}/whep`);
        assert.equal(playback.hls, `https://media.example/${live}/index.m3u8`);
        assert.equal(startAfter, 0);
        const claims = media.claims(playback.token);
        assert.deepEqual(claims.mediamtx_permissions, [{ action: "read", path: live }]);
        assert.ok(claims.exp - claims.iat <= 300 && Date.parse(playback.expiresAt) === claims.exp * 1000);
        assert.equal(await media.asks(server, playback.token, "read", live), 200);
        for (const [action, path] of [["publish", live], ["read", "another"], ["api", live], ["", ""]])
            assert.equal(await media.asks(server, playback.token, action, path), 401, `${action} ${path}`);
        assert.equal(await media.asks(server, `${playback.token}x`, "read", live), 401);
        assert.equal(await media.asks(server, "", "read", live), 401);
        const again = await ada.requestOk("live:watch", { live });
        assert.ok(media.claims(again.playback.token).exp >= claims.exp);
        await ada.requestOk("live:unwatch", { live });
        assert.equal(await ada.refusal("live:unwatch", { live }), "not_found");
        await tess.requestOk("live:end", { live });
        assert.equal(await media.asks(server, again.playback.token, "read", live), 401);
        assert.equal(await ada.refusal("live:watch", { live }), "conflict");
    });

    scenario("only who has begun it may send, as long as he is of the staff", async () => {
        const { live } = await tess.requestOk("live:schedule", { class: "math", title: "Optics" });
        const { ingest } = await tess.requestOk("live:publish", { live: live.id });
        await ada.see("live:changed", change(live.id, "preparing"));
        assert.equal(ingest.url, `https://media.example/${live.id}/whip`);
        assert.deepEqual(media.claims(ingest.token).mediamtx_permissions, [{ action: "publish", path: live.id }]);
        assert.equal(await media.asks(server, ingest.token, "publish", live.id), 200);
        assert.equal(await media.asks(server, ingest.token, "read", live.id), 401);
        for (const person of [theo, ada]) assert.equal(await person.refusal("live:publish", { live: live.id }), "forbidden");
        await server.restOk("DELETE", `/enrollments/${enrollmentId("tess", "math")}`);
        assert.equal(await media.asks(server, ingest.token, "publish", live.id), 401);
        await server.restOk("PUT", `/enrollments/${enrollmentId("tess", "math")}`, body.enrollment("tess", "math", "north", "teacher"));
        assert.equal(await media.asks(server, ingest.token, "publish", live.id), 200);
        await tess.requestOk("live:cancel", { live: live.id });
        assert.equal(await media.asks(server, ingest.token, "publish", live.id), 401);
    });

    scenario("the picture of who is dismissed is given to nobody, until another takes over", async () => {
        const live = await started(tess);
        const { playback } = await ada.requestOk("live:watch", { live });
        assert.equal(await media.asks(server, playback.token, "read", live), 200);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("tess", "math")}`);
        assert.equal(await media.asks(server, playback.token, "read", live), 401);
        assert.equal(await ada.refusal("live:watch", { live }), "unavailable");
        const { ingest } = await theo.requestOk("live:publish", { live });
        assert.equal(await media.asks(server, ingest.token, "publish", live), 200);
        assert.equal(await media.asks(server, playback.token, "read", live), 200);
        await ada.requestOk("live:watch", { live });
        await server.restOk("PUT", `/enrollments/${enrollmentId("tess", "math")}`, body.enrollment("tess", "math", "north", "teacher"));
        assert.equal(await tess.refusal("live:publish", { live }), "forbidden", "it is another's now");
        await theo.requestOk("live:end", { live });
    });

    scenario("an address elsewhere is given to the class alone, and is in no event", async () => {
        const url = "https://video.example/a-secret-place";
        const live = await started(tess, { url });
        const { playback } = await ada.requestOk("live:watch", { live });
        assert.deepEqual(playback, { whep: null, hls: null, link: url, token: null, expiresAt: null });
        assert.equal(await tess.refusal("live:publish", { live }), "conflict");
        assert.equal(await cleo.refusal("live:watch", { live }), "not_found");
        for (const person of [tess, ada, ben, cleo]) assert.ok(!JSON.stringify(person.events).includes("a-secret-place"));
        for (const wrong of ["http://video.example/x", "https://name:word@video.example/x", "javascript:alert(1)"])
            assert.equal(await tess.refusal("live:start", { class: "math", title: "x", url: wrong }), "invalid");
        await tess.requestOk("live:end", { live });
    });

    // Case 52.
    scenario("who leaves the class is out at once, and who comes sees what goes on", async () => {
        const live = await started(tess);
        const { playback } = await ben.requestOk("live:watch", { live });
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ben", "math")}`);
        await ben.see("live:removed", (event) => event.live === live);
        assert.equal(await ben.refusal("live:watch", { live }), "not_found");
        assert.equal(await ben.refusal("live:get", { live }), "not_found");
        assert.equal(await media.asks(server, playback.token, "read", live), 401);
        const before = liveEvents(ben).length;
        await tess.requestOk("live:update", { live, title: "Without ben" });
        await ada.see("live:changed", change(live, "plan"));
        await ben.settle();
        assert.equal(liveEvents(ben).length, before);
        await server.restOk("PUT", `/enrollments/${enrollmentId("ben", "math")}`, body.enrollment("ben", "math", "north"));
        const { lives } = await ben.see("live:current", (event) => event.lives.some(({ title }) => title === "Without ben"));
        assert.equal(lives.length, 1);
        await ben.requestOk("live:watch", { live });
        await tess.requestOk("live:end", { live });
    });

    scenario("the media server starts, interrupts and ends it; what comes and goes is no news", async () => {
        const { live } = await tess.requestOk("live:schedule", { class: "math", title: "Optics" });
        const tell = async (event, more) => assert.equal((await media.tell(server, { stream: live.id, event, ...more })).status, 200);
        await tell("started", { session: "a" });
        const begun = await ada.see("live:started", of(live.id));
        assert.equal(begun.by, null);
        await tell("lost", { session: "a" });
        await tell("started", { session: "b" });
        await sleep(800);
        await ada.settle();
        assert.deepEqual(ada.received("live:changed").filter(of(live.id)), []);
        await tell("lost", { session: "b" });
        await ada.see("live:changed", change(live.id, "interrupted"));
        await ada.requestOk("live:watch", { live: live.id });
        await tell("started", { session: "c" });
        await ada.see("live:changed", change(live.id, "back"));
        await tell("lost", { session: "c" });
        await ada.see("live:ended", of(live.id));
        await tell("started", { session: "d" });
        await tell("recording", { url: "https://media.example/recordings/1.mp4" });
        const recorded = await ada.see("live:changed", change(live.id, "recording"));
        assert.equal(recorded.live.status, "recorded");
        assert.equal((await ada.requestOk("live:watch", { live: live.id })).playback.link, "https://media.example/recordings/1.mp4");
        assert.equal(await cleo.refusal("live:watch", { live: live.id }), "not_found");
        const versions = ada.events.filter(({ body: event }) => event.live?.id === live.id).map(({ body: event }) => event.live.version);
        assert.deepEqual(versions, [...versions].sort((a, b) => a - b));
        assert.equal(new Set(versions).size, versions.length);
    });

    scenario("a recording that was there before the end is told behind it, and notified of", async () => {
        const live = await started(tess);
        assert.equal((await media.tell(server, { stream: live, event: "recording", url: "https://media.example/part-1.mp4" })).status, 200);
        await tess.requestOk("live:end", { live });
        const ended = await ada.see("live:ended", of(live));
        const recorded = await ada.see("live:changed", change(live, "recording"));
        assert.equal(recorded.live.version, ended.live.version + 1);
        await ada.see("notification:created", ({ notification }) => notification.target.live === live && notification.target.what === "recording");
        assert.equal((await ada.requestOk("live:watch", { live })).playback.link, "https://media.example/part-1.mp4");
    });

    scenario("one that has no time any more is in no inbox with the old one", async () => {
        const startsAt = new Date(Date.now() + 3_600_000).toISOString();
        const { live } = await tess.requestOk("live:schedule", { class: "math", title: "Some day", startsAt });
        const entries = async () => (await ada.requestOk("notification:list", {})).notifications.filter(({ target }) => target.live === live.id);
        await eventually("the invitation", async () => (await entries()).length === 1);
        await tess.requestOk("live:update", { live: live.id, startsAt: null });
        await eventually("it to be gone", async () => (await entries()).length === 0);
        await tess.requestOk("live:cancel", { live: live.id });
    });

    scenario("who is renamed or erased is named so to whoever comes", async () => {
        await server.restOk("PUT", "/users/tina", body.user("tina", "teacher", "north", { givenName: "Tina", familyName: "Turn" }));
        await server.restOk("PUT", `/enrollments/${enrollmentId("tina", "math")}`, body.enrollment("tina", "math", "north", "teacher"));
        const tina = await Person.connect(server, "tina");
        const live = await started(tina);
        const hostFor = async () => {
            const newcomer = await Person.connect(server, "ada");
            const { lives } = await newcomer.see("live:current", () => true);
            const read = (await newcomer.requestOk("live:get", { live })).live.host;
            newcomer.leave();
            const { host } = lives.find(({ id }) => id === live);
            assert.deepEqual(host, read);
            return host;
        };
        assert.deepEqual(await hostFor(), { id: "tina", name: "Tina Turn" });
        await server.restOk("PUT", "/users/tina", body.user("tina", "teacher", "north", { givenName: "Tina", familyName: "Other" }));
        assert.deepEqual(await hostFor(), { id: "tina", name: "Tina Other" });
        await server.restOk("DELETE", "/users/tina");
        await server.restOk("POST", "/users/tina/erasure", { reason: "asked for" });
        await eventually("the erasure to be done", async () => (await theo.requestOk("live:get", { live })).live.host.id !== "tina");
        assert.equal((await hostFor()).name, "Deleted user");
        await theo.requestOk("live:end", { live });
    });

    scenario("a webhook that is forged, old, said twice or out of order changes nothing", async () => {
        const { live } = await tess.requestOk("live:schedule", { class: "math", title: "Optics" });
        const say = { stream: live.id, event: "started", session: "a", at: new Date(Date.now() - 2000).toISOString() };
        const minutes = 60_000;
        for (const options of [
            { key: Buffer.alloc(32, 1) },
            { at: Date.now() - 6 * minutes },
            { at: Date.now() + 6 * minutes },
            { sent: JSON.stringify({ ...say, stream: "another" }) },
            { id: "" },
        ]) {
            const answer = await media.tell(server, say, options);
            assert.equal(answer.status, 401, JSON.stringify(options));
        }
        assert.equal(await status(tess, live.id), "scheduled");
        assert.equal((await media.tell(server, { stream: "unknown", event: "started" })).status, 404);
        assert.equal((await media.tell(server, { ...say, event: "exploded" })).status, 400);
        const first = await media.tell(server, say, { id: "one", key: media.hookKeys[1] });
        assert.deepEqual([first.status, first.json()], [200, { status: "live" }]);
        // Said again, after it has ended: as the first time, and without consequence.
        const earlier = { stream: live.id, event: "lost", session: "a", at: new Date(Date.now() - 5000).toISOString() };
        assert.equal((await media.tell(server, earlier)).status, 200);
        await sleep(600);
        assert.equal(await status(tess, live.id), "live", "it was lost before it came");
        await tess.requestOk("live:end", { live: live.id });
        const again = await media.tell(server, say, { id: "one" });
        assert.deepEqual([again.status, again.json()], [200, { status: "live" }]);
        assert.equal(await status(tess, live.id), "ended");
        assert.equal(ada.received("live:started").filter(of(live.id)).length, 1);
    });

    scenario("how many watch is told to those who do; none of the others hears it", async () => {
        const live = await started(tess);
        for (const person of [tess, ada, ben]) await person.requestOk("live:watch", { live });
        const phone = await Person.connect(server, "ada");
        await phone.requestOk("live:watch", { live });
        for (const person of [tess, ada]) await person.see("live:viewers", (event) => event.live === live && event.count === 3, 8000);
        // Who comes in between is told what the others were, on each of his devices.
        const tablet = await Person.connect(server, "ada");
        await tablet.requestOk("live:watch", { live });
        await tablet.see("live:viewers", (event) => event.live === live && event.count === 3, 8000);
        tablet.leave();
        // The clock of the media server is ahead for a while.
        const ahead = new Date(Date.now() + 3_600_000).toISOString();
        await media.tell(server, { stream: live, event: "viewers", count: 50, at: ahead });
        await ada.see("live:viewers", (event) => event.live === live && event.count === 50, 8000);
        await media.tell(server, { stream: live, event: "viewers", count: 1234 });
        await tess.see("live:viewers", (event) => event.live === live && event.count === 1234 && !event.rounded, 8000);
        await ada.see("live:viewers", (event) => event.live === live && event.count === 1200 && event.rounded, 8000);
        assert.ok(!ada.received("live:viewers").some(({ count }) => count === 1234));
        assert.ok(!tess.received("live:viewers").some(({ count }) => count === 1200));
        assert.deepEqual(theo.received("live:viewers"), []);
        assert.equal(await metric(server, "homeroom_live_viewers"), 3);
        const numbers = ada.received("live:viewers").filter((event) => event.live === live).map(({ count }) => count);
        for (let i = 1; i < numbers.length; i++) assert.notEqual(numbers[i], numbers[i - 1], `told once: ${numbers}`);
        phone.leave();
        await ada.requestOk("live:unwatch", { live });
        await eventually("ada to be gone", async () => (await metric(server, "homeroom_live_viewers")) === 2);
        await tess.requestOk("live:end", { live });
        assert.equal(await metric(server, "homeroom_live_viewers"), 0);
    });

    scenario("over REST it is the same", async () => {
        const token = (user) => ({ token: server.token(user) });
        const { live: planned } = await tess.requestOk("live:schedule", { class: "math", title: "Elsewhere" });
        assert.equal((await server.rest("POST", "/rooms/class-nowhere/lives/start", { live: planned.id }, token("tess"))).status, 400);
        assert.equal(await status(tess, planned.id), "scheduled");
        await tess.requestOk("live:cancel", { live: planned.id });
        const made = (await server.restOk("POST", "/rooms/class-math/lives/start", { title: "By REST" }, token("tess"))).json();
        const live = made.live.id;
        await ada.see("live:started", of(live));
        const watched = (await server.restOk("POST", `/lives/${live}/watch`, {}, token("ada"))).json();
        assert.equal(await media.asks(server, watched.playback.token, "read", live), 200);
        assert.equal((await server.rest("POST", `/lives/${live}/watch`, {}, token("cleo"))).status, 404);
        assert.equal((await server.rest("POST", `/lives/${live}/publish`, {}, token("ada"))).status, 403);
        const sending = (await server.restOk("POST", `/lives/${live}/publish`, {}, token("tess"))).json();
        assert.equal(await media.asks(server, sending.ingest.token, "publish", live), 200);
        await server.restOk("POST", `/lives/${live}/end`, {}, token("tess"));
        await ada.see("live:ended", of(live));
        const why = async (user) => (await server.restOk("GET", `/explain?user=${user}&post=${live}`)).json();
        assert.equal((await why("ada")).outcome, "sent");
        assert.equal((await why("cleo")).outcome, "not_for_him");
    });
});

describe("a server that is gone in the middle of a live class", () => {
    after(tidyUp);

    for (const signal of ["SIGTERM", "SIGKILL"]) {
        scenario(`${signal}: it goes on, and what was lost has its time to come back`, { seconds: 60 }, async () => {
            const media = new MediaServer();
            const environment = { ...media.environment, HOMEROOM_LIVE_INTERRUPTED_AFTER: "2s", HOMEROOM_LIVE_ENDED_AFTER: "6s" };
            const server = await Server.start({ school: school(), environment });
            const tess = await Person.connect(server, "tess");
            const ada = await Person.connect(server, "ada");
            const live = await started(tess);
            const other = await started(tess, { title: "The other" });
            await ada.requestOk("live:watch", { live });
            assert.equal((await media.tell(server, { stream: live, event: "started", session: "a" })).status, 200);
            assert.equal((await media.tell(server, { stream: live, event: "lost", session: "a" })).status, 200);
            await server.stop(signal);
            await sleep(6500);
            await server.launch();
            await eventually("ada to be back", () => ada.socket.connected, 20_000);
            const current = await ada.see("live:current", (event) => event.lives.length === 2, 20_000);
            assert.deepEqual(current.lives.map(({ id }) => id).sort(), [live, other].sort());
            await ada.see("live:changed", change(live, "interrupted"));
            assert.equal((await media.tell(server, { stream: live, event: "started", session: "b" })).status, 200);
            await ada.see("live:changed", change(live, "back"));
            assert.equal(await ada.refusal("live:unwatch", { live }), "not_found", "a new connection asks again");
            await ada.requestOk("live:watch", { live });
            await tess.requestOk("live:end", { live });
            await ada.see("live:ended", of(live));
            assert.equal(ada.received("live:started").filter(of(live)).length, 1);
        });
    }
});

describe("who watches no more and does not say so", () => {
    after(tidyUp);

    scenario("is counted until his connection is found dead, and what the media server has said for a minute", { seconds: 120 }, async () => {
        const media = new MediaServer();
        const environment = { ...media.environment, HOMEROOM_SERVER_PING_INTERVAL: "2s", HOMEROOM_SERVER_PING_TIMEOUT: "1s" };
        const server = await Server.start({ school: school(), environment });
        const [tess, ada] = await Promise.all(["tess", "ada"].map((user) => Person.connect(server, user)));
        const live = await started(tess);
        const heard = await started(tess, { title: "As the media server counts" });
        const count = (id) => tess.received("live:viewers").filter((event) => event.live === id).at(-1)?.count;
        for (const person of [tess, ada]) await person.requestOk("live:watch", { live });
        await tess.requestOk("live:watch", { live: heard });
        const heardAt = Date.now();
        await media.tell(server, { stream: heard, event: "viewers", count: 50 });
        await eventually("what the media server says", () => count(heard) === 50, 8000);

        // His end of the connection stays open, and nothing comes over it.
        const ben = await new Engine(server, "/socket.io/").joinSocket({ token: server.token("ben") });
        const cameAt = Date.now();
        ben.send(`420["live:watch",{"live":"${live}"}]`);
        await eventually("ben to be counted", async () => (await metric(server, "homeroom_live_viewers")) === 4);
        await eventually("ben to be counted no more", async () => (await metric(server, "homeroom_live_viewers")) === 3, 8000);
        const lasted = Date.now() - cameAt;
        assert.ok(lasted > 2000 && lasted < 5000, `for ${lasted} ms of 3000`);
        await eventually("those who are left to be told", () => count(live) === 2, 8000);
        // Who goes with a word, or whose browser closes the connection for him, at once.
        ada.leave();
        await eventually("ada to be gone", async () => (await metric(server, "homeroom_live_viewers")) === 2, 1000);
        await eventually("tess to be told", () => count(live) === 1, 8000);

        assert.ok(Date.now() - heardAt < 55_000, "this is in time to see it");
        assert.equal(count(heard), 50);
        await eventually("what was said to be old", () => count(heard) === 1, 75_000);
        const held = Date.now() - heardAt;
        assert.ok(held >= 60_000 && held < 70_000, `for ${held} ms of 60000`);
    });
});

describe("many who come at once", () => {
    after(tidyUp);

    scenario("are told to begin one after the other", async () => {
        const media = new MediaServer();
        const environment = { ...media.environment, HOMEROOM_LIVE_JOINS_PER_SECOND: "2", HOMEROOM_LIVE_VIEWERS: "false" };
        const server = await Server.start({ school: school(), environment });
        const people = await Promise.all(["tess", "theo", "ada", "ben"].map((user) => Person.connect(server, user)));
        const live = await started(people[0]);
        const begun = await people[2].see("live:started", of(live));
        assert.equal(begun.startJitter, 2000, "four people, two a second");
        const answers = await Promise.all(people.map((person) => person.requestOk("live:watch", { live })));
        const waits = answers.map(({ startAfter }) => startAfter).sort((a, b) => a - b);
        assert.equal(waits[0], 0);
        for (let i = 1; i < waits.length; i++) assert.ok(waits[i] > waits[i - 1] && waits[i] <= i * 500, `${waits}`);
        assert.equal((await people[0].requestOk("live:watch", { live })).startAfter, 0, "who asks for another ticket goes on");
    });
});

describe("a group whose members are not shown to each other", () => {
    after(tidyUp);

    scenario("is told no number, and nothing that follows from one, but for its staff", async () => {
        const media = new MediaServer();
        const environment = { ...media.environment, HOMEROOM_GROUPS_SECRET: "everybody", HOMEROOM_LIVE_JOINS_PER_SECOND: "0.2" };
        const server = await Server.start({ school: school(), environment });
        const [tess, ada, ben] = await Promise.all(["tess", "ada", "ben"].map((user) => Person.connect(server, user)));
        for (const listed of [true, false]) {
            const { group } = await tess.requestOk("group:create", { title: "Talk", access: "secret", home: "class-math", listed });
            for (const person of [ada, ben]) {
                await tess.requestOk("group:invite", { group: group.id, user: person.user });
                await person.see("group:invited", () => true);
                await person.requestOk("group:accept", { group: group.id });
            }
            const { live } = await tess.requestOk("live:start", { group: group.id, title: "Today" });
            const begun = await ada.see("live:started", of(live.id));
            assert.equal(begun.startJitter, listed ? 15_000 : 20_000);
            const waits = [];
            for (const person of [tess, ben, ada]) waits.push((await person.requestOk("live:watch", { live: live.id })).startAfter);
            assert.equal(waits[2] > 0, listed, "a place in the row is a number, too");
            const isOf = (event) => event.live === live.id && event.count === 3;
            await tess.see("live:viewers", isOf, 8000);
            if (listed) await ada.see("live:viewers", isOf, 8000);
            await ada.settle();
            assert.equal(ada.received("live:viewers").some(({ live: id }) => id === live.id), listed);
            await tess.requestOk("live:end", { live: live.id });
        }
    });
});

describe("a ticket", () => {
    after(tidyUp);

    scenario("is good for some time behind the wait before one may begin", async () => {
        const media = new MediaServer();
        const environment = { ...media.environment, HOMEROOM_LIVE_TICKET_TIME: "20s", HOMEROOM_LIVE_JOINS_PER_SECOND: "0.1" };
        const server = await Server.start({ school: school(), environment });
        const people = await Promise.all(["tess", "theo", "ada", "ben"].map((user) => Person.connect(server, user)));
        const live = await started(people[0]);
        for (const [i, person] of people.entries()) {
            const { playback, startAfter } = await person.requestOk("live:watch", { live });
            const { iat, exp } = media.claims(playback.token);
            assert.ok(startAfter <= i * 10_000 && (i === 0 || startAfter > 0), `${startAfter}`);
            assert.ok(exp - iat >= 20 + startAfter / 1000 && exp - iat <= 300, `${startAfter} ${exp - iat}`);
        }
    });

    scenario("is asked about so often, which costs its user nothing else", async () => {
        const media = new MediaServer();
        const environment = { ...media.environment, HOMEROOM_RATES_LIVE_AUTHORIZE: "20/1h" };
        const server = await Server.start({ school: school(), environment });
        const [tess, ada, ben] = await Promise.all(["tess", "ada", "ben"].map((user) => Person.connect(server, user)));
        const live = await started(tess);
        const token = (await ada.requestOk("live:watch", { live })).playback.token;
        const answers = [];
        for (let i = 0; i < 25; i++) answers.push(await media.asks(server, token, "read", live));
        assert.deepEqual(answers, [...Array(20).fill(200), ...Array(5).fill(429)]);
        await ada.requestOk("live:watch", { live });
        const other = (await ben.requestOk("live:watch", { live })).playback.token;
        assert.equal(await media.asks(server, other, "read", live), 200);
    });
});
