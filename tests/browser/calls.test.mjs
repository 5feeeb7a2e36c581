// Real browsers in real calls: two and three Chromiums, each with a process of its own, fake cameras, microphones and screens;
// media from browser to browser on this machine, found through the server's signals.
//
// CHROMIUM=…      the browser, by default /usr/bin/chromium

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { School } from "../e2e/support/school.mjs";
import { Server } from "../e2e/support/server.mjs";
import { Caller, servePage } from "./support/caller.mjs";
import { Relay, relayTools } from "./support/relay.mjs";

const long = { seconds: 240 };
const school = () => new School("north").class("math").teacher("tess", "math").student("ada", "math").student("ben", "math");

describe("calls between browsers", () => {
    let server, ada, ben, tess, pageUrl;
    before(async () => {
        server = await Server.start({ school: school(), environment: { HOMEROOM_CALLS_GRACE: "60s" } });
        pageUrl = await servePage();
        ada = await Caller.open(pageUrl, server, "ada");
        ben = await Caller.open(pageUrl, server, "ben");
    });
    after(tidyUp);

    scenario("two talk: pictures and sound go both ways", long, async () => {
        const id = await ada.do("start", { user: "ben" });
        assert.equal(await ben.rings(), id);
        await ben.do("accept", id);
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        assert.deepEqual([...(await ada.trouble()), ...(await ben.trouble())], []);
    });

    scenario("one shows his screen, and stops", long, async () => {
        await ada.do("present");
        await ben.hears("ada", { videos: 2 });
        const { id } = await ada.call();
        assert.equal((await ben.call()).screen.presenter.id, "ada");
        await ben.ask("screen:stop", { call: id }); // either may, between two students
        await eventually("ada to hide it", () => ada.page.evaluate(() => client.screen === null), 30_000);
        await eventually("ada's camera alone to be sent", async () => {
            const senders = () => [...client.links.values()].flatMap(({ connection }) => connection.getSenders());
            return (await ada.page.evaluate(`(${senders})().filter(({ track }) => track?.kind === "video").length`)) === 1;
        });
    });

    scenario("the server is killed in the middle: they go on, and are in the call when it is back", long, async () => {
        const before = await ada.call();
        await server.restart("SIGKILL");
        for (const caller of [ada, ben]) {
            await eventually(`${caller.user} to be back in the call`, async () => {
                const call = await caller.call();
                return call?.version > before.version && call.members.every(({ state }) => state === "present");
            }, 60_000);
        }
        const now = await ada.call();
        assert.deepEqual(now.members.map(({ leg }) => leg), before.members.map(({ leg }) => leg), "as who they were");
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
    });

    scenario("one browser is killed and comes back", long, async () => {
        const { id } = await ada.call();
        await ben.browser.close();
        await eventually("ben to be away", async () => (await ada.call()).members.some(({ state }) => state === "away"), 90_000);
        ben = await Caller.open(pageUrl, server, "ben");
        await ben.do("join", id);
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        await ada.do("leave");
        await eventually("it to be over at ben's", async () => (await ben.call()) === null, 30_000);
    });

    scenario("three in a class: a screen is granted, taken back, and who leaves the class is cut off", long, async () => {
        tess = await Caller.open(pageUrl, server, "tess");
        const id = await tess.do("start", { room: "class-math" });
        await ada.do("join", id);
        await ben.do("join", id);
        const each = [ada, ben, tess];
        await Promise.all(each.flatMap((one) => each.filter((other) => other !== one).map((other) => one.hears(other.user))));
        assert.equal(await ada.refusal("present"), "forbidden");
        await tess.ask("screen:grant", { call: id, user: "ada", minutes: 5 });
        await ada.do("present");
        await tess.hears("ada", { videos: 2 });
        await tess.ask("screen:deny", { call: id, user: "ada" });
        await eventually("ada to hide it", () => ada.page.evaluate(() => client.screen === null), 30_000);
        await server.restOk("DELETE", "/users/ada");
        await eventually("ada to be cut off", async () => (await tess.flow("ada")).state === undefined, 30_000);
        await Promise.all([ben.hears("tess"), tess.hears("ben")]);
        for (const caller of [ben, tess]) assert.deepEqual(await caller.trouble(), [], caller.user);
    });
});

describe("calls over a relay", () => {
    const secret = "what-the-relay-and-the-server-know";
    let server, relay, ada, ben;
    before(async () => {
        relay = await Relay.start(secret);
        server = await Server.start({
            school: school(),
            environment: { HOMEROOM_CALLS_TURN_URLS: relay.url, HOMEROOM_CALLS_TURN_SECRETS: secret },
        });
        const pageUrl = await servePage();
        ada = await Caller.open(pageUrl, server, "ada");
        ben = await Caller.open(pageUrl, server, "ben");
    });
    after(tidyUp);

    scenario("students are connected over coturn alone, with the server's passwords", long, async () => {
        const id = await ada.do("start", { user: "ben" });
        assert.equal(await ben.rings(), id);
        await ben.do("accept", id);
        const flows = await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        for (const flow of flows) assert.equal(flow.relayed, true);
        for (const caller of [ada, ben]) {
            const told = await caller.page.evaluate(() => client.heard.map((signal) => JSON.stringify(signal.data)).join("\n"));
            assert.match(told, /typ relay/);
            assert.doesNotMatch(told, /typ (host|srflx|prflx)/);
            assert.deepEqual(await caller.trouble(), []);
        }
    });

    // Case 54.
    scenario("a password that has ended, or is another's, opens no relay", long, async () => {
        const now = Math.floor(Date.now() / 1000);
        assert.equal(await relayTools.allocates(relay, secret, `${now + 600}:leg`), true);
        assert.equal(await relayTools.allocates(relay, secret, `${now - 600}:leg`), false);
        assert.equal(await relayTools.allocates(relay, "another-secret", `${now + 600}:leg`), false);
    });
});
