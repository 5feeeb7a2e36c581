// Live classes in the web client: the staff begin one, the class has it over its page, and the picture comes by WHEP from a media
// server that is a page of its own.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { MediaServer } from "../e2e/support/media_server.mjs";
import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { fakeDevices, launchBrowser } from "./support/browser.mjs";
import { lookAt } from "./support/look.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 180 };
const room = "class-history110";
const cors = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-allow-methods": "POST, DELETE, OPTIONS",
    "access-control-expose-headers": "location",
};

// What answers an offer with a camera's picture.
async function answerTo(offer) {
    const peer = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
    await peer.setLocalDescription(await peer.createAnswer());
    if (peer.iceGatheringState !== "complete") {
        await new Promise((done) => {
            setTimeout(done, 3000);
            peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
        });
    }
    window.peers = [...(window.peers ?? []), peer];
    return peer.localDescription.sdp;
}

describe("live classes in the web client", () => {
    const media = new MediaServer();
    let server, teacher, dana, camera;
    const asked = [];
    const goTo = (visitor, address) => visitor.page.evaluate((hash) => (location.hash = hash), address);

    async function come(user) {
        const browser = await launchBrowser(...fakeDevices);
        const visitor = await Visitor.open(browser, server.url);
        await visitor.context.grantPermissions(["camera", "microphone"]);
        await visitor.page.route("https://media.example/**", async (route) => {
            const request = route.request();
            asked.push(`${request.method()} ${new URL(request.url()).pathname.split("/").at(-1)}`);
            if (request.method() !== "POST") return route.fulfill({ status: 204, headers: cors });
            const token = (await request.headerValue("authorization")).replace("Bearer ", "");
            const stream = new URL(request.url()).pathname.split("/")[1];
            if ((await media.asks(server, token, "read", stream)) !== 200) return route.fulfill({ status: 401, headers: cors });
            const body = await camera.page.evaluate(answerTo, request.postData());
            return route.fulfill({ status: 201, headers: { ...cors, location: `/${stream}/whep/1` }, contentType: "application/sdp", body });
        });
        await visitor.comeBackWith(server.token(user));
        visitor.person = { id: user, name: user };
        await visitor.live();
        return visitor;
    }

    before(async () => {
        server = await Server.start({ args: ["--demo"], environment: media.environment });
        camera = await come("kofi");
        [teacher, dana] = [await come("mr-haddad"), await come("dana")];
    });
    after(tidyUp);

    scenario("the staff begin one; the class sees that, and then the picture", long, async () => {
        await goTo(dana, `#/${room}`);
        await goTo(teacher, `#/${room}/live`);
        await teacher.find("live-now").click();
        await teacher.find("live-title").fill("The river trade");
        await teacher.find("live-make").click();
        await dana.find("live-banner").filter({ hasText: "The river trade" }).waitFor();
        await dana.find("live-banner").getByRole("link").click();
        await dana.find("live-watch").click();
        const video = dana.find("live-video");
        await dana.page.locator("[data-testid=live-player][data-state=playing]").waitFor({ timeout: 60_000 });
        await eventually("the picture to move", () => video.evaluate((one) => one.videoWidth > 0 && one.currentTime > 0), 60_000);
        await teacher.find("live-publish").click();
        await teacher.find("live-ingest").waitFor();
        assert.equal(await dana.find("live-end").count(), 0, "students have no such button");
    });

    scenario("how many watch is shown to those who do, and one less when somebody closes his page", long, async () => {
        await dana.find("live-viewers").filter({ hasText: /^1 watches$/ }).waitFor({ timeout: 15_000 });
        assert.equal(await teacher.find("live-viewers").count(), 0, "who does not watch is told nothing");
        const other = await come("leila");
        await goTo(other, `#/${room}/live`);
        await other.find("live-watch").click();
        for (const visitor of [dana, other]) await visitor.find("live-viewers").filter({ hasText: /^2 watch$/ }).waitFor({ timeout: 15_000 });
        assert.deepEqual(await lookAt(dana.page, "live-watched"), []);
        await other.page.close();
        await dana.find("live-viewers").filter({ hasText: /^1 watches$/ }).waitFor({ timeout: 15_000 });
    });

    scenario("it ends for all", long, async () => {
        await teacher.find("live-end").click();
        await teacher.find("live-end-confirm").click();
        await dana.page.locator("[data-testid=live-player][data-state=over]").waitFor();
        await dana.find("live-status").filter({ hasText: "over" }).first().waitFor();
        assert.ok(asked.includes("DELETE 1"), asked.join());
        for (const visitor of [teacher, dana]) assert.deepEqual(visitor.complaints, [], visitor.person.name);
    });
});
