// Real browsers in calls whose media goes through a real Janus, which the server drives: two and three Chromiums, screens that are
// granted and taken back, somebody who leaves the class, a server that is killed, a Janus that is killed.
//
// CHROMIUM=…      the browser, by default /usr/bin/chromium

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { School, enrollmentId } from "../e2e/support/school.mjs";
import { Server } from "../e2e/support/server.mjs";
import { Caller, servePage } from "./support/caller.mjs";
import { Janus } from "./support/janus.mjs";

const long = { seconds: 240 };
const school = () => new School("north").class("math").teacher("tess", "math").student("ada", "math").student("ben", "math");

describe("calls through Janus", () => {
    let janus, server, ada, ben, tess, pageUrl;
    const open = (user) => Caller.open(pageUrl, server, user, { overServer: true });
    before(async () => {
        janus = await Janus.start();
        server = await Server.start({ school: school(), environment: { HOMEROOM_CALLS_GRACE: "60s", ...janus.environment } });
        pageUrl = await servePage();
        ada = await open("ada");
        ben = await open("ben");
    });
    after(tidyUp);

    scenario("nobody but the server speaks to it", long, async () => {
        assert.equal(await janus.refuses(), true);
    });

    scenario("two talk: pictures and sound go both ways", long, async () => {
        const id = await ada.do("start", { user: "ben" });
        assert.equal(await ben.rings(), id);
        await ben.do("accept", id);
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        const rooms = await janus.rooms();
        assert.deepEqual(rooms.map(({ participants, pin, publishers, hidden }) => ({ participants, pin, publishers, hidden })), [
            { participants: 2, pin: true, publishers: 14, hidden: true },
        ]);
        assert.deepEqual([...(await ada.trouble()), ...(await ben.trouble())], []);
    });

    scenario("one shows his screen, and stops", long, async () => {
        await ada.do("present");
        await ben.hears("ada", { videos: 2 });
        const { id } = await ada.call();
        await ben.ask("screen:stop", { call: id });
        await eventually("ben to see one picture alone", () => ben.page.evaluate(() => client.streams.filter(({ link }) => link === "screen").length === 0), 30_000);
        await ben.hears("ada");
    });

    scenario("the server is killed in the middle: they are in the call when it is back, and see each other", long, async () => {
        const before = await ada.call();
        await server.restart("SIGKILL");
        for (const caller of [ada, ben]) {
            await eventually(`${caller.user} to be back in the call`, async () => {
                const call = await caller.call();
                return call?.version > before.version && call.members.every(({ state }) => state === "present");
            }, 60_000);
        }
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        assert.equal((await janus.rooms()).length, 1, "the room of before is gone");
    });

    scenario("Janus is killed: they are told, and see each other when it is back", long, async () => {
        await janus.stop();
        const told = (caller) => caller.page.evaluate(() => client.told.at(-1));
        for (const caller of [ada, ben]) await eventually(`${caller.user} to be told`, async () => (await told(caller)) === null, 60_000);
        assert.equal((await ada.call()).state, "active", "the call goes on");
        await janus.run();
        for (const caller of [ada, ben]) await eventually(`${caller.user} to be told`, async () => Number.isInteger(await told(caller)), 60_000);
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
    });

    scenario("one browser is killed and comes back; who hangs up has nothing there any more", long, async () => {
        const { id } = await ada.call();
        await ben.browser.close();
        await eventually("ben to be away", async () => (await ada.call()).members.some(({ state }) => state === "away"), 90_000);
        ben = await open("ben");
        await ben.do("join", id);
        await Promise.all([ada.hears("ben"), ben.hears("ada")]);
        await ada.do("leave");
        await eventually("it to be over at ben's", async () => (await ben.call()) === null, 30_000);
        await eventually("the room to be gone", async () => (await janus.rooms()).length === 0, 30_000);
    });

    scenario("three in a class: a screen needs a grant, it is taken back, and who leaves the class is cut off", long, async () => {
        tess = await open("tess");
        const id = await tess.do("start", { room: "class-math" });
        await ada.do("join", id);
        await ben.do("join", id);
        const each = [ada, ben, tess];
        await Promise.all(each.flatMap((one) => each.filter((other) => other !== one).map((other) => one.hears(other.user))));
        // A screen without a grant: on its own link, and beside the camera.
        assert.equal(await ada.refusal("present"), "forbidden");
        const offers = await ada.page.evaluate(async () => {
            const connection = new RTCPeerConnection();
            const screen = await navigator.mediaDevices.getDisplayMedia({ video: true });
            for (const track of [...client.stream.getTracks(), ...screen.getTracks()]) connection.addTrack(track);
            const { type, sdp } = await connection.createOffer();
            const answers = [await client.tries("screen", { type, sdp }), await client.tries("camera", { type, sdp })];
            connection.close();
            return answers;
        });
        assert.deepEqual(offers, ["forbidden", "forbidden"]);
        assert.equal((await janus.rooms())[0].participants, 3);
        await tess.ask("screen:grant", { call: id, user: "ada", minutes: 5 });
        await ada.do("present");
        await Promise.all([tess.hears("ada", { videos: 2 }), ben.hears("ada", { videos: 2 })]);
        assert.equal((await janus.rooms())[0].participants, 4);
        await tess.ask("screen:deny", { call: id, user: "ada" });
        await eventually("Janus to have no screen", async () => (await janus.rooms())[0].participants === 3, 30_000);
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        await eventually("Janus to have nothing of ada's", async () => (await janus.rooms())[0].participants === 2, 30_000);
        await eventually("ada to be out", async () => (await ada.call()) === null, 30_000);
        await Promise.all([ben.hears("tess"), tess.hears("ben")]);
        for (const caller of [ben, tess]) assert.deepEqual(await caller.trouble(), [], caller.user);
    });
});

describe("a lesson through Janus", () => {
    let server, ben, tess;
    before(async () => {
        const janus = await Janus.start();
        server = await Server.start({ school: school(), environment: janus.environment });
        const pageUrl = await servePage();
        [ben, tess] = await Promise.all(["ben", "tess"].map((user) => Caller.open(pageUrl, server, user, { overServer: true })));
    });
    after(tidyUp);

    // This page sends on: it is Janus that keeps it from the others.
    scenario("who is muted is seen and not heard, also when he comes anew, until he may speak again", long, async () => {
        const id = await tess.do("start", { room: "class-math" });
        await ben.do("join", id);
        await Promise.all([tess.hears("ben"), ben.hears("tess")]);
        const heard = async () => (await tess.flow("ben")).sound;
        const frames = async () => (await tess.flow("ben")).frames;
        const speaks = async () => {
            const before = await heard();
            return eventually("ben to be heard", async () => (await heard()) > before, 30_000);
        };
        // So many pictures have come, and no sound beside them.
        const isSilent = async () => {
            const [before, seen] = [await heard(), await frames()];
            await eventually("ben to be seen", async () => (await frames()) >= seen + 20, 60_000);
            return (await heard()) === before;
        };
        await speaks();
        const muted = await tess.ask("call:mute", { call: id, what: "mic" });
        assert.equal(muted.ok, true);
        await eventually("ben not to be heard", isSilent, 60_000);
        await ben.do("leave");
        await ben.do("join", id);
        await eventually("ben to be seen again", async () => (await frames()) > 0, 60_000);
        assert.equal(await heard(), 0, "not a word of him before");
        assert.equal(await isSilent(), true);
        await tess.ask("call:mute", { call: id, what: "mic", users: ["ben"], on: false });
        await speaks();
        await tess.ask("call:mute", { call: id, what: "camera", users: ["ben"] });
        await eventually("ben not to be seen", async () => {
            const [seen, before] = [await frames(), await heard()];
            await eventually("ben to be heard", async () => (await heard()) > before + 5_000, 30_000);
            return (await frames()) === seen;
        }, 60_000);
        for (const caller of [ben, tess]) assert.deepEqual(await caller.trouble(), [], caller.user);
    });
});
