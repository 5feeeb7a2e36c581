// What people do together in the web client: study with a shared timer, write a document, draw on a board.

import assert from "node:assert/strict";
import fs from "node:fs";
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

    const lookOf = async (visitor) => {
        const board = visitor.find("board");
        const [x, y] = (await board.getAttribute("data-place")).split(" ").map(Number);
        return { scale: Number(await board.getAttribute("data-scale")), x, y };
    };

    scenario("where others point is seen", long, async () => {
        await dana.page.mouse.move(700, 500);
        await dana.page.mouse.move(710, 510);
        await teacher.sees("a pointer", async () => (await teacher.find("board").getAttribute("data-pointers")) === "1");
        await dana.page.mouse.move(5, 5);
        await teacher.sees("none", async () => (await teacher.find("board").getAttribute("data-pointers")) === "0");
    });

    scenario("who presents is followed, until one looks elsewhere", long, async () => {
        assert.equal(await dana.find("board-present").count(), 0, "only who may change everything presents");
        await teacher.find("board-present").click();
        await dana.find("board-presenter").filter({ hasText: "Haddad" }).waitFor();
        await teacher.find("board").focus();
        for (const key of ["+", "+", "ArrowRight"]) await teacher.page.keyboard.press(key);
        // Their boards are not of one size: all of what the teacher sees is there, and little more.
        const followed = async () => {
            const [hers, his] = [await lookOf(dana), await lookOf(teacher)];
            return Math.abs(hers.scale / his.scale - 1) < 0.2 && Math.abs(hers.x - his.x) < 120 && Math.abs(hers.y - his.y) < 120;
        };
        await dana.sees("what the teacher sees", followed);
        assert.equal((await lookOf(teacher)).scale, 1.56);
        await dana.find("board").focus();
        for (let step = 0; step < 8; ++step) await dana.page.keyboard.press("ArrowDown");
        assert.equal(await followed(), false);
        await dana.sees("that she looks elsewhere", async () => (await dana.find("board-follow").getAttribute("aria-pressed")) === "false");
        await teacher.page.keyboard.press("ArrowRight");
        await dana.find("board-follow").click();
        await dana.sees("it again", followed);
        await teacher.find("board-present").click();
        await dana.find("board-presenter").waitFor({ state: "detached" });
    });

    scenario("two fingers zoom and move it, and draw nothing", long, async () => {
        const box = await dana.find("board").boundingBox();
        await dana.find("board-pen").click();
        const before = (await lookOf(dana)).scale;
        const cdp = await dana.context.newCDPSession(dana.page);
        const touch = (type, ...spots) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: spots.map(([x, y], id) => ({ x: box.x + x, y: box.y + y, id })) });
        await touch("touchStart", [300, 200]);
        await touch("touchMove", [304, 202]);
        await touch("touchStart", [304, 202], [400, 202]);
        for (const apart of [20, 50, 96]) await touch("touchMove", [304 - apart / 2, 202], [400 + apart / 2, 202]);
        await dana.sees("it closer", async () => Math.abs((await lookOf(dana)).scale - 2 * before) < 0.05);
        await touch("touchEnd");
        await shapes(dana, 3);
        await shapes(teacher, 3);
        // The first finger had begun a stroke, which the teacher may have seen for a moment.
        await teacher.sees("no stroke that is begun", async () => (await teacher.find("board").getAttribute("data-drafts")) === "0");
    });

    scenario("is saved as a picture and as a drawing", long, async () => {
        await teacher.find("board-arrow").click();
        await drag(teacher, [150, 300], [300, 340]);
        await shapes(dana, 4);
        const saved = async (format) => {
            await teacher.find("document-menu").click();
            const [download] = await Promise.all([teacher.page.waitForEvent("download"), teacher.find(`document-${format}`).click()]);
            assert.equal(download.suggestedFilename(), `Map of the river.${format}`);
            return fs.readFileSync(await download.path());
        };
        const svg = (await saved("svg")).toString();
        assert.match(svg, /^<svg [^>]*xmlns=/);
        assert.match(svg, /The mill stood here/);
        assert.equal((await saved("png")).subarray(1, 4).toString(), "PNG");
    });

    scenario("is the beginning of another one, of which everything is the maker's", long, async () => {
        await goTo(teacher, `#/${room}/documents`);
        await teacher.find("document-new").click();
        await teacher.find("document-kind-whiteboard").check({ force: true });
        await teacher.find("document-title").fill("The river, once more");
        await teacher.find("document-template").selectOption({ label: "Map of the river" });
        await teacher.find("document-make").click();
        await shapes(teacher, 4);
        const copied = await addressOf(teacher);
        const original = await addressOf(dana);
        await goTo(dana, copied);
        await shapes(dana, 4);
        // Her own stroke of before, here the teacher's.
        const choose = async () => {
            await dana.find("board-choose").click();
            await drag(dana, [250, 264], [250, 264]);
        };
        await choose();
        assert.equal(await dana.find("board-remove").count(), 0);
        await goTo(teacher, original);
        await goTo(dana, original);
        await shapes(teacher, 4);
        await shapes(dana, 4);
        await choose();
        await dana.find("board-remove").waitFor();
    });

    scenario("is locked and unlocked by its owner, and nobody else may write meanwhile", long, async () => {
        assert.equal(await dana.find("document-lock").count(), 0);
        await teacher.find("document-lock").click();
        await dana.find("document-locked").waitFor();
        await dana.find("board-pen").waitFor({ state: "detached" });
        await eventually("dana to read only", async () => (await textOf(dana, "document-state")) === "To read");
        await teacher.find("document-lock").click();
        await dana.find("board-pen").waitFor();
        await dana.find("document-locked").waitFor({ state: "detached" });
    });

    scenario("each has his own rights", long, async () => {
        await teacher.find("document-menu").click();
        await teacher.find("document-share").click();
        const row = teacher.find("share-person").filter({ hasText: "Dana" }); // she is here, so she is in the list
        await row.getByRole("combobox").selectOption("viewer");
        await dana.find("board-pen").waitFor({ state: "detached" });
        await row.getByRole("combobox").selectOption("editor");
        await dana.find("board-present").waitFor();
        await row.getByRole("combobox").selectOption("");
        await dana.find("board-pen").waitFor();
        await dana.find("board-present").waitFor({ state: "detached" });
    });

    scenario("everything is taken off at once, by who may", long, async () => {
        await dana.find("document-menu").click();
        assert.equal(await dana.find("document-clear").count(), 0);
        await dana.page.keyboard.press("Escape");
        await teacher.find("document-menu").click();
        await teacher.find("document-clear").click();
        await teacher.find("document-clear-confirm").click();
        await shapes(teacher, 0);
        await shapes(dana, 0);
    });

    scenario("no page has complained", noComplaints);
});
