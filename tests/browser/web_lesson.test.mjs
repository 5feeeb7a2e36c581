// A lesson in the web client, with several people at once: polls, captions, a screen for some, a recording that each agrees to or not.
// One of them has the page in German.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { fakeDevices, launchBrowser } from "./support/browser.mjs";
import { lookAt, narrowest, picture, wide } from "./support/look.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 300 };
const room = "class-history110";

describe("a lesson in the web client", () => {
    let server, teacher, dana, kofi;
    let all = [];

    async function come(user, language = "en") {
        const browser = await launchBrowser(...fakeDevices);
        const visitor = await Visitor.open(browser, server.url);
        await visitor.context.grantPermissions(["camera", "microphone"]);
        await visitor.page.evaluate((text) => localStorage.setItem("homeroom.preferences", text), JSON.stringify({ theme: "light", language }));
        await visitor.comeBackWith(server.token(user));
        visitor.person = { id: user, name: user };
        await visitor.live();
        await visitor.page.evaluate((hash) => (location.hash = hash), `#/${room}`);
        return visitor;
    }
    const connected = (visitor, user) => visitor.page.locator(`[data-testid=call-member-${user}][data-state=connected]`).waitFor({ timeout: 60_000 });
    const gone = (visitor, testid) => visitor.find(testid).waitFor({ state: "detached", timeout: 30_000 });
    const shows = (visitor, testid, text) => visitor.find(testid).filter({ hasText: text }).first().waitFor({ timeout: 30_000 });
    const open = async (visitor, tool) => {
        const button = visitor.find(`call-tool-${tool}`);
        if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
    };
    const focused = (visitor) => visitor.page.evaluate(() => document.activeElement?.dataset.testid ?? "");
    const option = (visitor, text) => visitor.find("call-poll-option", visitor.find("call-poll")).filter({ hasText: text });
    const speaks = (visitor) => visitor.page.evaluate(() => document.querySelector("[data-testid=call-own]").srcObject.getAudioTracks()[0].enabled);

    // What is wrong with the page, and with the panel on the narrowest phone, which scrolls by itself.
    async function faultsOf(visitor, name) {
        const found = await lookAt(visitor.page, name);
        await visitor.page.setViewportSize(narrowest);
        const isTooWide = await visitor.find("call").evaluate((panel) => panel.scrollWidth > panel.clientWidth);
        await visitor.page.setViewportSize(wide);
        return isTooWide ? [...found, `${name}: the panel is wider than the phone`] : found;
    }

    async function ask(question, options, { anonymous = false, hidden = false } = {}) {
        await open(teacher, "poll");
        await teacher.find("call-poll-question").fill(question);
        for (const [place, text] of options.entries()) await teacher.find("poll-option-text").nth(place).fill(text);
        if (anonymous) await teacher.find("call-poll-anonymous").check();
        if (hidden) await teacher.page.getByLabel("result when it is closed").check();
        await teacher.find("call-poll-ask").click();
        for (const visitor of all) await shows(visitor, "call-poll", question);
    }

    before(async () => {
        server = await Server.start({ args: ["--demo"], environment: { HOMEROOM_CALLS_RECORDING: "true" } });
        [teacher, dana, kofi] = all = [await come("mr-haddad"), await come("dana"), await come("kofi", "de")];
        await teacher.find("room-call").click();
        for (const visitor of [dana, kofi]) await visitor.find("room-call-join").click();
        await Promise.all([connected(teacher, "dana"), connected(teacher, "kofi"), connected(dana, "kofi")]);
    });
    after(tidyUp);

    scenario("a poll by keyboard alone: asked, voted in by two at once, changed, closed with its result before all", long, async () => {
        const { keyboard } = teacher.page;
        assert.equal(await dana.find("call-tool-poll").count(), 0, "who does not lead asks nothing");
        await teacher.find("call-tool-poll").focus();
        await keyboard.press("Enter");
        await teacher.find("call-poll-question").waitFor();
        assert.equal(await focused(teacher), "call-poll-question");
        await keyboard.press("Escape");
        await gone(teacher, "call-poll-question");
        assert.equal(await focused(teacher), "call-tool-poll");
        await keyboard.press("Enter");
        await teacher.find("call-poll-question").waitFor();
        await keyboard.type("Which river?");
        assert.deepEqual(await faultsOf(teacher, "call-ask"), []);
        await teacher.find("call-poll-question").focus();
        await keyboard.press("Tab");
        await keyboard.type("The Nile");
        await keyboard.press("Tab");
        await keyboard.type("The Indus");
        await keyboard.press("Enter");
        for (const visitor of all) await shows(visitor, "call-poll", "Which river?");
        assert.equal(await focused(teacher), "call-tool-poll");

        await Promise.all(
            [[dana, "The Nile"], [kofi, "The Indus"]].map(async ([visitor, text]) => {
                await option(visitor, text).focus();
                await visitor.page.keyboard.press("Space");
            }),
        );
        await shows(teacher, "call-poll-voters", "2 votes");
        await shows(kofi, "call-poll-voters", "2 Stimmen");
        await option(teacher, "The Nile").filter({ hasText: "50 %" }).waitFor();
        assert.equal(await option(dana, "The Nile").getAttribute("aria-pressed"), "true");
        await option(dana, "The Indus").click();
        await option(teacher, "The Indus").filter({ hasText: "100 %" }).waitFor();
        assert.deepEqual(await faultsOf(dana, "call-poll"), []);
        assert.deepEqual(await faultsOf(kofi, "call-poll-german"), []);
        assert.equal(await dana.find("call-poll-close").count(), 0);
        await teacher.find("call-poll-close").click();
        for (const visitor of all) await shows(visitor, "call-poll-result", "100 %");
        assert.ok(await dana.find("call-poll-option", dana.find("call-poll-result")).first().isDisabled());
        assert.equal(await dana.find("call-poll-option", dana.find("call-poll-result")).filter({ hasText: "Indus" }).getAttribute("aria-pressed"), "true", "what was one's own");
        await dana.find("call-poll-put-away").click();
        await gone(dana, "call-poll-result");
        await teacher.find("call-poll-result").waitFor();
    });

    scenario("an anonymous poll with a hidden result: no tally before its end, and a vote stays", long, async () => {
        await ask("Was it too fast?", ["Yes", "No"], { anonymous: true, hidden: true });
        for (const [visitor, first, then] of [[dana, "Yes", "No"], [kofi, "No", "No"]]) {
            await option(visitor, first).click();
            if (then !== first) await option(visitor, then).click();
            await visitor.find("call-poll-vote").click();
            await gone(visitor, "call-poll-vote");
            assert.ok(await option(visitor, "Yes").isDisabled());
        }
        await shows(teacher, "call-poll-voters", "2 votes");
        assert.equal(await teacher.find("call-poll").filter({ hasText: "%" }).count(), 0);
        await teacher.find("call-poll-close").click();
        for (const visitor of all) await shows(visitor, "call-poll-result", "Was it too fast?");
        await teacher.find("call-poll-option", teacher.find("call-poll-result").first()).filter({ hasText: "No" }).filter({ hasText: "100 %" }).waitFor();
        assert.equal(await dana.find("call-poll").count(), 0);
        await dana.find("call-polls-earlier").waitFor();
    });

    scenario("captions: one's own before all, another's by whom the teacher has named, and of nobody who is muted", long, async () => {
        await open(kofi, "captions");
        assert.equal(await focused(kofi), "call-caption-text");
        assert.equal(await kofi.find("call-caption-speaker").count(), 0, "nobody has named him");
        await kofi.page.keyboard.type("Which river was it?");
        await kofi.page.keyboard.press("Enter");
        for (const visitor of all) await shows(visitor, "call-captions", "Kofi Asante Which river was it?");
        assert.equal(await kofi.find("call-caption-text").inputValue(), "");

        await open(teacher, "captions");
        await teacher.find("call-captioner-dana").click();
        await open(dana, "captions");
        await dana.find("call-caption-speaker").selectOption("mr-haddad");
        await dana.find("call-caption-text").fill("It was the Indus.");
        await dana.find("call-caption-send").click();
        await shows(kofi, "call-captions", "Sami Haddad It was the Indus. · geschrieben von Dana Kowalska");
        await shows(teacher, "call-captions", "written by Dana Kowalska");
        assert.deepEqual(await faultsOf(dana, "call-captions"), []);
        assert.deepEqual(await faultsOf(teacher, "call-captioners"), []);
        await teacher.find("call-captioner-dana").click();
        await gone(dana, "call-caption-speaker");

        await teacher.find("call-mute-kofi").click();
        await kofi.find("call-muted").waitFor();
        await kofi.find("call-caption-text").fill("Not heard");
        await kofi.find("call-caption-send").click();
        await kofi.find("failure", kofi.find("call")).waitFor();
        assert.equal(await kofi.find("call-caption-text").inputValue(), "Not heard", "what was refused is there");
        await teacher.find("call-mute-kofi").click();
        await gone(kofi, "call-muted");
        for (const visitor of all) await gone(visitor, "call-captions");
    });

    scenario("a screen for some: asked for and let, seen by them alone, then by all, then by others", long, async () => {
        await open(dana, "viewers");
        await dana.find("call-viewer-mr-haddad").check();
        await dana.find("call-viewers-these").click();
        await teacher.find("screen-wish").filter({ hasText: "Dana Kowalska" }).waitFor();
        await teacher.find("screen-grant").click();
        await dana.page.getByText("You may show your screen now.").waitFor();
        await dana.find("call-viewers-these").click();
        await dana.find("call-sharing").waitFor();
        await teacher.find("call-screen").waitFor({ timeout: 60_000 });
        await shows(dana, "call-viewers", "Seen by: Sami Haddad");
        await shows(teacher, "call-viewers", "Seen by: You");
        await shows(kofi, "call-viewers", "Dana Kowalska zeigt einigen den Bildschirm. Das sehen: Sami Haddad");
        assert.equal(await kofi.find("call-screen").count(), 0, "nothing is sent to him");
        assert.deepEqual(await faultsOf(kofi, "call-not-for-me"), []);

        await open(dana, "viewers");
        assert.deepEqual(await faultsOf(dana, "call-viewers"), []);
        await dana.find("call-viewers-all").click();
        await kofi.find("call-screen").waitFor({ timeout: 60_000 });
        await shows(dana, "call-viewers", "Seen by: Sami Haddad and Kofi Asante");

        await open(dana, "viewers");
        await dana.find("call-viewer-kofi").check();
        await dana.find("call-viewers-these").click();
        await gone(teacher, "call-screen");
        await shows(teacher, "call-viewers", "Dana Kowalska shows their screen to some.");
        assert.equal(await kofi.find("call-screen").count(), 1);
        await dana.find("call-share").click();
        await gone(kofi, "call-screen");
        for (const visitor of all) await gone(visitor, "call-viewers");
    });

    scenario("a recording: everybody is asked and sees who has agreed; who has not is not heard, and that he refused is not told to all", long, async () => {
        assert.equal(await dana.find("call-tool-record").count(), 0, "students have no such button");
        await open(teacher, "record");
        await teacher.find("call-record-confirm").click();
        for (const visitor of all) await visitor.find("call-recorded").waitFor();
        await shows(dana, "call-consent-agreed", "Sami Haddad");
        await shows(dana, "call-consent-asked", "Kofi Asante");
        // At once: who sees that it is recorded, and has not agreed, is not in it for a moment.
        assert.deepEqual([await speaks(teacher), await speaks(dana), await speaks(kofi)], [true, false, false]);
        assert.deepEqual(await faultsOf(dana, "call-recorded"), []);

        await dana.find("call-agree").click();
        await shows(kofi, "call-consent-agreed", "Dana Kowalska");
        await eventually("Dana is heard", () => speaks(dana));
        await kofi.find("call-refuse").click();
        await shows(teacher, "call-consent-refused", "Kofi Asante");
        await shows(kofi, "call-consent-refused", "Du");
        assert.equal(await dana.find("call-consent-refused").count(), 0);
        await shows(dana, "call-consent-asked", "Kofi Asante");
        assert.deepEqual(await faultsOf(kofi, "call-refused"), []);
        assert.deepEqual(await faultsOf(teacher, "call-recording"), []);
        await picture(teacher.page, "call-recording");
        await kofi.find("call-agree").click();
        // Who has refused is asked no more: that nobody is asked says nothing of him.
        await gone(teacher, "call-consent-refused");
        assert.equal(await teacher.find("call-consent-asked").count(), 0);
        await eventually("Kofi is heard", () => speaks(kofi));

        await teacher.find("call-record-end").click();
        for (const visitor of all) await gone(visitor, "call-recorded");
        await teacher.find("call-end").click();
        for (const visitor of [dana, kofi]) await visitor.find("call-over").waitFor();
    });

    scenario("no page has complained", () => {
        for (const visitor of all) assert.deepEqual(visitor.complaints, [], visitor.person.name);
    });
});
