// Calls in the web client: with fake cameras, microphones and screens, media from page to page.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { fakeDevices, launchBrowser } from "./support/browser.mjs";
import { lookAt, picture } from "./support/look.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 300 };
const room = "class-history110";

describe("calls in the web client", () => {
    let server, teacher, dana, kofi;
    const everybody = [];

    async function come(user) {
        // Each has a browser of his own, as in life.
        const browser = await launchBrowser(...fakeDevices);
        const visitor = await Visitor.open(browser, server.url);
        await visitor.context.grantPermissions(["camera", "microphone"]);
        await visitor.comeBackWith(server.token(user));
        visitor.person = { id: user, name: user };
        await visitor.live();
        everybody.push(visitor);
        return visitor;
    }
    const goTo = (visitor, address) => visitor.page.evaluate((hash) => (location.hash = hash), address);
    const connected = (visitor, user) => visitor.page.locator(`[data-testid=call-member-${user}][data-state=connected]`).waitFor({ timeout: 60_000 });
    // Pictures that move: what is played of somebody's video grows.
    async function sees(visitor, testid) {
        const played = () => visitor.find(testid).evaluate((video) => video.videoWidth > 0 && video.currentTime);
        const before = await eventually(`${visitor.person.name} to see ${testid}`, async () => ((await visitor.find(testid).count()) > 0 ? played() : false), 60_000);
        return eventually(`${testid} to move`, async () => (await played()) > before, 60_000);
    }

    before(async () => {
        server = await Server.start({ args: ["--demo"] });
        [teacher, dana, kofi] = [await come("mr-haddad"), await come("dana"), await come("kofi")];
    });
    after(tidyUp);

    scenario("one calls, the other is rung and accepts: they see each other", long, async () => {
        await goTo(dana, "#/messages/to/kofi");
        await dana.find("call-video").click();
        await kofi.find("ringing").filter({ hasText: "Dana Kowalska" }).waitFor();
        await kofi.find("call-accept").click();
        await Promise.all([connected(dana, "kofi"), connected(kofi, "dana")]);
        await Promise.all([sees(dana, "call-picture-kofi"), sees(kofi, "call-picture-dana")]);
    });

    scenario("a camera goes out and comes back, a microphone is muted", long, async () => {
        await dana.find("call-camera").click();
        await kofi.find("call-picture-dana").and(kofi.page.locator(".visually-hidden")).waitFor({ state: "attached", timeout: 60_000 });
        await dana.find("call-camera").click();
        await kofi.find("call-picture-dana").and(kofi.page.locator(":not(.visually-hidden)")).waitFor({ timeout: 60_000 });
        await sees(kofi, "call-picture-dana");
        await dana.find("call-mic").click();
        assert.equal(await dana.find("call-mic").getAttribute("aria-pressed"), "true");
    });

    scenario("a screen is shown, and taken away", long, async () => {
        await dana.find("call-share").click();
        await dana.find("call-sharing").waitFor();
        await sees(kofi, "call-screen");
        await dana.find("call-share").click();
        await kofi.find("call-screen").waitFor({ state: "detached", timeout: 30_000 });
    });

    scenario("one goes on reading meanwhile, and they stay connected through a restart of the server", long, async () => {
        await goTo(kofi, `#/${room}`);
        await kofi.find("composer-text").waitFor();
        for (const visitor of everybody) visitor.serverIsAway = true;
        await server.restart("SIGKILL");
        await Promise.all([dana.live(), kofi.live()]);
        for (const visitor of everybody) visitor.serverIsAway = false;
        await connected(kofi, "dana");
        await sees(kofi, "call-picture-dana");
    });

    scenario("one hangs up, and it is over for both", long, async () => {
        await kofi.find("call-leave").click();
        await dana.find("call-over").waitFor();
        assert.equal(await dana.find("call").count(), 0);
        await goTo(dana, "#/calls");
        await dana.find("call-row").filter({ hasText: "Kofi Asante" }).waitFor();
    });

    scenario("a call is declined", long, async () => {
        await goTo(dana, "#/messages/to/kofi");
        await dana.find("call-audio").click();
        await kofi.find("ringing").waitFor();
        assert.deepEqual(await lookAt(kofi.page, "ringing"), []);
        await kofi.find("call-decline").click();
        await dana.find("call-over").filter({ hasText: "declined" }).waitFor();
        assert.equal(await kofi.find("ringing").count(), 0);
    });

    scenario("a class talks: a screen is asked for and let, and it is ended for all", long, async () => {
        await goTo(teacher, `#/${room}`);
        await teacher.find("room-call").click();
        await goTo(dana, `#/${room}`);
        await goTo(kofi, `#/${room}`);
        await dana.find("room-call-join").click();
        await kofi.find("room-call-join").click();
        await Promise.all([connected(teacher, "dana"), connected(teacher, "kofi"), connected(dana, "kofi")]);
        await dana.find("call-share").click();
        await teacher.find("screen-wish").filter({ hasText: "Dana Kowalska" }).waitFor();
        await teacher.find("screen-grant").click();
        await dana.page.getByText("You may show your screen now.").waitFor();
        await dana.find("call-share").click();
        await sees(teacher, "call-screen");
        await sees(kofi, "call-screen");
        assert.deepEqual(await lookAt(kofi.page, "call"), []);
        await kofi.find("call-size").click();
        await sees(kofi, "call-screen");
        await picture(kofi.page, "call-large");
        await teacher.find("call-end").click();
        for (const visitor of [dana, kofi]) await visitor.find("call-over").filter({ hasText: "ended for all" }).waitFor();
    });

    scenario("a lesson: who comes waits in the lobby, hands go up, all are muted and let speak, and they clap", long, async () => {
        await goTo(teacher, `#/${room}`);
        await teacher.find("room-call").click();
        await teacher.find("call-lobby").click();
        await teacher.page.locator("[data-testid=call-lobby][aria-pressed=true]").waitFor();
        for (const visitor of [dana, kofi]) {
            await goTo(visitor, `#/${room}`);
            await visitor.find("room-call-join").click();
            await visitor.find("call-waiting").waitFor();
        }
        assert.deepEqual(await lookAt(dana.page, "call-waiting"), []);
        await teacher.find("call-waits").filter({ hasText: "Kofi Asante" }).getByTestId("call-deny").click();
        await kofi.find("call-waiting").filter({ hasText: "You were not let in." }).waitFor();
        await kofi.find("call-wait-no-more").click();
        await teacher.find("call-waits").filter({ hasText: "Dana Kowalska" }).getByTestId("call-admit").click();
        await Promise.all([connected(teacher, "dana"), connected(dana, "mr-haddad")]);
        await teacher.find("call-mute-all").click();
        await dana.find("call-muted").waitFor();
        // What is sent is silence, whatever the button says.
        const speaks = () => dana.page.evaluate(() => document.querySelector("[data-testid=call-own]").srcObject.getAudioTracks()[0].enabled);
        assert.equal(await speaks(), false);
        await dana.find("call-hand").click();
        await teacher.find("call-hands").filter({ hasText: "Dana Kowalska" }).waitFor();
        assert.deepEqual(await lookAt(teacher.page, "call"), []);
        await picture(teacher.page, "call-lesson");
        await teacher.find("call-mute-dana").click();
        await dana.find("call-muted").waitFor({ state: "detached" });
        assert.equal(await speaks(), true);
        await teacher.find("call-lower-all").click();
        await teacher.find("call-hands").waitFor({ state: "detached" });
        await dana.find("call-react-clap").click();
        await teacher.find("call-reactions").filter({ hasText: "👏" }).waitFor();
        // This school lets no call be recorded, which the server says.
        await teacher.find("call-tool-record").click();
        await teacher.find("call-record-confirm").click();
        await teacher.find("failure", teacher.find("call")).filter({ hasText: "does not let you record" }).waitFor();
        assert.equal(await dana.find("call-recorded").count(), 0);
        await teacher.find("call-lock").click();
        await teacher.page.locator("[data-testid=call-lock][aria-pressed=true]").waitFor();
        await teacher.find("call-end").click();
        await dana.find("call-over").filter({ hasText: "ended for all" }).waitFor();
    });

    scenario("no page has complained", () => {
        for (const visitor of everybody) assert.deepEqual(visitor.complaints, [], visitor.person.name);
    });
});
