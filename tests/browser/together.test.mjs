// What people do together in the web client: study with a shared timer, write a document, draw on a board.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 180 };
const room = "class-history110";

let server, browser, teacher, dana, kofi, stranger;
const everybody = [];

async function come(user, options) {
    const visitor = await Visitor.open(browser, server.url, options);
    await visitor.comeBackWith(server.token(user));
    visitor.person = { id: user, name: user };
    await visitor.live();
    everybody.push(visitor);
    return visitor;
}
const goTo = (visitor, address) => visitor.page.evaluate((hash) => (location.hash = hash), address);
const addressOf = (visitor) => visitor.page.evaluate(() => location.hash);
const textOf = (visitor, testid) => visitor.find(testid).innerText();
const noComplaints = () => {
    for (const visitor of everybody) assert.deepEqual(visitor.complaints, [], visitor.person.name);
};

async function begin() {
    server = await Server.start({ args: ["--demo"] });
    browser = await launchBrowser();
    everybody.length = 0;
    [teacher, dana, kofi, stranger] = await Promise.all(["mr-haddad", "dana", "kofi", "jun"].map((user) => come(user)));
}

describe("a study session", () => {
    before(begin);
    after(tidyUp);

    scenario("is planned and begun, and people come in", long, async () => {
        await goTo(teacher, `#/${room}/study`);
        await teacher.find("study-new").click();
        await teacher.find("study-title").fill("The river trade");
        await teacher.find("study-agenda-lines").fill("Read page 12\nTwo questions");
        await teacher.find("study-make").click();
        await teacher.find("study-head").filter({ hasText: "The river trade" }).waitFor();
        await goTo(dana, `#/${room}/study`);
        await dana.find("study-session").filter({ hasText: "The river trade" }).click();
        assert.equal(await textOf(dana, "study-status"), "planned");
        await teacher.find("study-start").click();
        await teacher.find("timer-time").waitFor();
        // Who looks at it comes in by himself.
        await dana.find("timer-time").waitFor();
        await goTo(kofi, await addressOf(teacher));
        await teacher.find("study-member").nth(2).waitFor();
        await stranger.never("The river trade");
    });

    scenario("has one clock and one list for all", long, async () => {
        assert.equal(await dana.find("timer-start").count(), 0, "in a class who leads controls it");
        await teacher.find("timer-start").click();
        for (const visitor of [teacher, dana, kofi]) await visitor.sees("focus", async () => (await textOf(visitor, "timer-phase")) === "Focus");
        await dana.sees("the clock go", async () => /^24:5\d$/.test(await textOf(dana, "timer-time")));
        await teacher.find("agenda-text").fill("A summary");
        await teacher.find("agenda-add").click();
        await dana.find("agenda-item").nth(2).waitFor();
        await teacher.find("agenda-item").first().getByRole("checkbox").check();
        await dana.sees("it ticked", () => dana.find("agenda-item").first().getByRole("checkbox").isChecked());
        await teacher.find("timer-pause").click();
        await kofi.page.getByText("Paused").waitFor();
    });

    scenario("who looks at another page meanwhile is still in it", long, async () => {
        await goTo(kofi, `#/${room}`);
        await kofi.find("study-bar").filter({ hasText: "The river trade" }).waitFor();
        await kofi.find("composer-text").waitFor();
        assert.equal(await teacher.find("study-member").count(), 3);
        await kofi.find("study-bar").getByRole("link").click();
        await kofi.find("timer-time").waitFor();
    });

    scenario("hands are a queue", long, async () => {
        await kofi.find("study-hand").click();
        await teacher.find("study-hand-of").waitFor();
        await dana.find("study-hand").click();
        await teacher.sees("both, as they came", async () => (await teacher.find("study-hand-of").allInnerTexts()).map((text) => text.split(/\s/)[1] ?? text).length === 2);
        assert.match((await teacher.find("study-hand-of").allInnerTexts())[0], /Kofi/);
        await teacher.find("study-hand-down").first().click();
        await kofi.sees("his hand down", async () => (await kofi.find("study-hand").getAttribute("aria-pressed")) === "false");
    });

    scenario("is divided, and brought together again", long, async () => {
        await teacher.find("study-divide").click();
        await dana.find("study-breakout").waitFor();
        await kofi.find("study-breakout").waitFor();
        await dana.find("agenda-text").fill("Ours alone");
        await dana.find("agenda-add").click();
        await dana.find("agenda-item").filter({ hasText: "Ours alone" }).waitFor();
        await teacher.find("study-gather").click();
        await dana.find("study-breakout").waitFor({ state: "detached" });
        await dana.find("agenda-item").filter({ hasText: "Read page 12" }).waitFor();
        assert.equal(await teacher.find("agenda-item").filter({ hasText: "Ours alone" }).count(), 0);
    });

    scenario("goes on when the server was killed in the middle", long, async () => {
        for (const visitor of everybody) visitor.serverIsAway = true;
        await server.restart("SIGKILL");
        await Promise.all([teacher, dana, kofi].map((visitor) => visitor.live()));
        await teacher.find("study-hand-of").filter({ hasText: "Dana" }).waitFor(); // it was up before
        await kofi.find("study-hand").click();
        await teacher.find("study-hand-of").filter({ hasText: "Kofi" }).waitFor();
        for (const visitor of everybody) visitor.serverIsAway = false;
    });

    scenario("who goes is gone, and who was there is written down for the staff", long, async () => {
        await kofi.find("study-leave").click();
        await teacher.sees("two", async () => (await teacher.find("study-member").count()) === 2);
        await teacher.find("study-end").click();
        await teacher.find("study-end-confirm").click();
        await dana.sees("the end", async () => (await textOf(dana, "study-status")) === "over");
        await teacher.find("attendance-of").filter({ hasText: "Kofi" }).waitFor();
        assert.equal(await dana.find("attendance").count(), 0);
    });

    scenario("no page has complained", noComplaints);
});

describe("a document", () => {
    before(begin);
    after(tidyUp);
    const editor = (visitor) => visitor.find("editor");
    const says = (visitor, text) => visitor.sees(`"${text}"`, async () => (await editor(visitor).innerText()).includes(text));

    scenario("is written by two at once, each with a cursor", long, async () => {
        await goTo(dana, `#/${room}/documents`);
        await dana.find("document-new").click();
        await dana.find("document-title").fill("Essay on rivers");
        await dana.find("document-make").click();
        await editor(dana).click();
        await dana.page.keyboard.type("Rivers carried grain.");
        await goTo(kofi, `#/${room}/documents`);
        await kofi.find("document").filter({ hasText: "Essay on rivers" }).click();
        await says(kofi, "Rivers carried grain.");
        await editor(kofi).click();
        await kofi.page.keyboard.press("Control+End");
        await kofi.page.keyboard.type(" And people.");
        await says(dana, "Rivers carried grain. And people.");
        await dana.page.locator(".cursor-name").filter({ hasText: "Kofi" }).waitFor({ state: "attached" });
        await dana.find("document-present").waitFor();
        await dana.page.locator("[data-testid=document-state][data-saved=true]").waitFor();
        await stranger.never("Rivers");
    });

    scenario("links are of the web only, whoever put them there", long, async () => {
        await editor(dana).evaluate((element) => {
            const data = new DataTransfer();
            data.setData("text/html", '<p>see <a href="javascript:alert(1)">bad</a> and <a href="https://example.org/a">good</a><img src="https://example.org/x.png"></p>');
            element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        });
        await says(kofi, "bad and good");
        const hrefs = await editor(kofi).locator("a").evaluateAll((links) => links.map((link) => link.href));
        assert.deepEqual(hrefs, ["https://example.org/a"]);
        assert.equal(await editor(kofi).locator("img:not(.ProseMirror-separator)").count(), 0);
    });

    scenario("says who wrote what", long, async () => {
        await teacher.page.goto(`${server.url}/${await addressOf(dana)}`);
        await says(teacher, "And people.");
        await teacher.find("show-authors").click();
        await teacher.find("authors").filter({ hasText: "Dana Kowalska" }).filter({ hasText: "Kofi Asante" }).waitFor();
        assert.match(await teacher.page.locator(".authors .text .written").filter({ hasText: "And people." }).first().getAttribute("title"), /Kofi Asante/);
        await teacher.find("show-authors").click();
    });

    scenario("is commented on beside the text", long, async () => {
        await editor(kofi).click();
        await kofi.page.keyboard.press("Control+Home");
        for (let step = 0; step < 6; ++step) await kofi.page.keyboard.press("Shift+ArrowRight");
        await kofi.find("comment-new").click();
        await kofi.find("doc-comment-text").fill("Which rivers?");
        await kofi.find("doc-comment-send").click();
        await dana.find("doc-comment").filter({ hasText: "Which rivers?" }).filter({ hasText: "Kofi Asante" }).waitFor();
        await dana.page.locator(".commented").filter({ hasText: "Rivers" }).waitFor();
        await dana.find("comment-settle").click();
        await kofi.find("doc-comment").waitFor({ state: "detached" });
    });

    scenario("has versions to look at and to go back to", long, async () => {
        await dana.find("document-menu").click();
        await dana.find("document-versions").click();
        await dana.find("version-title").fill("First draft");
        await dana.find("version-save").click();
        await dana.find("version").filter({ hasText: "First draft" }).waitFor();
        await editor(dana).click();
        await dana.page.keyboard.press("Control+a");
        await dana.page.keyboard.type("All gone.");
        await says(kofi, "All gone.");
        await dana.find("version-look").click();
        await dana.find("version-text").filter({ hasText: "Rivers carried grain." }).waitFor();
        await dana.find("version-restore").click();
        await dana.find("version-confirm").click();
        await says(kofi, "Rivers carried grain.");
    });

    scenario("what may be done changes while one looks at it", long, async () => {
        await dana.find("document-menu").click();
        await dana.find("document-share").click();
        await dana.find("document-members").selectOption("viewer");
        await kofi.sees("that he may read", async () => (await editor(kofi).getAttribute("contenteditable")) === "false");
        await dana.find("document-members").selectOption("editor");
        await kofi.sees("that he may write", async () => (await editor(kofi).getAttribute("contenteditable")) === "true");
    });

    scenario("is written on while the server is away, and nothing is lost, also of what was left then", long, async () => {
        for (const visitor of everybody) visitor.serverIsAway = true;
        await server.stop("SIGKILL");
        await dana.find("away").waitFor();
        await editor(dana).click();
        await dana.page.keyboard.press("Control+End");
        await dana.page.keyboard.type(" Written in the tunnel.");
        await goTo(dana, "#/");
        await dana.find(`tile-${room}`).waitFor();
        await server.launch();
        await Promise.all([dana, kofi].map((visitor) => visitor.live()));
        await says(kofi, "Written in the tunnel.");
        await dana.page.goBack();
        await says(dana, "Written in the tunnel.");
        for (const visitor of everybody) visitor.serverIsAway = false;
    });

    scenario("no page has complained", noComplaints);
});

describe("a whiteboard", () => {
    before(begin);
    after(tidyUp);
    const shapes = (visitor, number) => visitor.sees(`${number} shapes`, async () => (await visitor.find("board").getAttribute("data-shapes")) === String(number));
    async function drag(visitor, from, to, { release = true } = {}) {
        const box = await visitor.find("board").boundingBox();
        await visitor.page.mouse.move(box.x + from[0], box.y + from[1]);
        await visitor.page.mouse.down();
        await visitor.page.mouse.move(box.x + (from[0] + to[0]) / 2, box.y + (from[1] + to[1]) / 2 + 10, { steps: 5 });
        await visitor.page.mouse.move(box.x + to[0], box.y + to[1], { steps: 5 });
        if (release) await visitor.page.mouse.up();
    }

    scenario("is drawn on by several, who see each other draw", long, async () => {
        await goTo(teacher, `#/${room}/documents`);
        await teacher.find("document-new").click();
        await teacher.find("document-title").fill("Map of the river");
        await teacher.find("document-kind-whiteboard").check({ force: true });
        await teacher.find("document-make").click();
        await teacher.find("board").waitFor();
        await drag(teacher, [100, 100], [300, 200]);
        await shapes(teacher, 1);
        await goTo(dana, await addressOf(teacher));
        await shapes(dana, 1);
        await drag(dana, [150, 250], [350, 260], { release: false });
        await teacher.sees("a stroke that is being drawn", async () => (await teacher.find("board").getAttribute("data-drafts")) === "1");
        await dana.page.mouse.up();
        await shapes(teacher, 2);
        await dana.find("board-rectangle").click();
        await drag(dana, [400, 100], [500, 180]);
        await shapes(teacher, 3);
        await stranger.never("Map of the river");
    });

    scenario("everybody changes his own, and only the staff everything", long, async () => {
        await dana.find("board-erase").click();
        await drag(dana, [200, 90], [200, 220]); // over the teacher's stroke
        await dana.page.waitForTimeout(300);
        await shapes(teacher, 3);
        await drag(dana, [400, 90], [400, 190]); // her rectangle's edge
        await shapes(teacher, 2);
        await dana.find("board").focus();
        await dana.page.keyboard.press("Control+z");
        await shapes(teacher, 3);
        await teacher.find("board-choose").click();
        await drag(teacher, [400, 140], [450, 200]);
        await teacher.find("board-remove").click();
        await shapes(dana, 2);
    });

    scenario("a note is written by keyboard alone", long, async () => {
        await dana.find("board-note").focus();
        await dana.page.keyboard.press("Enter");
        await dana.find("board-text").and(dana.page.locator(":focus")).waitFor();
        await dana.page.keyboard.type("The mill stood here");
        await dana.page.keyboard.press("Enter");
        await shapes(teacher, 3);
        await teacher.page.locator("li").filter({ hasText: "The mill stood here" }).waitFor({ state: "attached" });
    });

    scenario("is locked by its owner", long, async () => {
        await teacher.find("document-menu").click();
        await teacher.find("document-share").click();
        await teacher.find("document-members").selectOption("viewer");
        await dana.find("board-pen").waitFor({ state: "detached" });
        await eventually("dana to read only", async () => (await textOf(dana, "document-state")) === "To read");
    });

    scenario("no page has complained", noComplaints);
});
