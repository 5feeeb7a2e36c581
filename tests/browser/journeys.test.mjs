// What people do in a day, with several of them at once: asking, voting, writing to each other, announcing, grading, on two
// devices, on a phone, by keyboard alone, in another language.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 120 };
const room = "class-history110";
const phone = { width: 390, height: 844 };

describe("a day in the web client", () => {
    let server, browser;
    let teacher, dana, kofi, stranger;
    let everybody;

    async function come(user, options) {
        const visitor = await Visitor.open(browser, server.url, options);
        await visitor.comeBackWith(server.token(user));
        visitor.person = { id: user, name: user };
        await visitor.live();
        everybody.push(visitor);
        return visitor;
    }
    const goTo = (visitor, place) => visitor.find(`place-${place}`).click();

    before(async () => {
        server = await Server.start({ args: ["--demo"] });
        browser = await launchBrowser();
        everybody = [];
    });
    after(tidyUp);

    scenario("they come in and open their class", long, async () => {
        [teacher, dana, kofi, stranger] = await Promise.all(["mr-haddad", "dana", "kofi", "jun"].map((user) => come(user)));
        await Promise.all([teacher, dana, kofi].map((visitor) => visitor.open(room)));
    });

    scenario("a poll is voted on and counted before everybody's eyes", long, async () => {
        await teacher.find("composer-text").fill("Which museum?");
        await teacher.find("composer-poll").click();
        await teacher.find("poll-option-text").nth(0).fill("City museum");
        await teacher.find("poll-option-text").nth(1).fill("Castle");
        await teacher.find("composer-send").click();
        const option = (visitor, place) => visitor.find("poll-option", visitor.card("Which museum?")).nth(place);
        await option(dana, 1).click();
        await option(kofi, 1).click();
        await teacher.sees("two votes", async () => (await teacher.find("poll-voters").textContent()) === "2 votes");
        await teacher.sees("all for the castle", async () => (await option(teacher, 1).textContent()).includes("100 %"));
        assert.equal(await option(dana, 1).getAttribute("aria-pressed"), "true");
        await stranger.never("City museum");
    });

    scenario("an anonymous question has a pseudonym, an answer a mark", long, async () => {
        await dana.find("composer-text").fill("What is a primary source?");
        await dana.find("composer-anonymous").click();
        await dana.find("composer-send").click();
        const card = await kofi.post("What is a primary source?");
        assert.doesNotMatch(await card.locator(".post-author").textContent(), /Dana|Kowalska/);
        const wire = kofi.received.filter((text) => text.includes("What is a primary source?"));
        assert.ok(wire.length > 0 && wire.every((text) => !text.includes("Kowalska") && !text.includes('"dana"')), wire.join("\n"));
        await kofi.comment("What is a primary source?", "Something from that time.");
        await teacher.showComments("What is a primary source?");
        const comment = teacher.find("comment", teacher.card("What is a primary source?")).first();
        await teacher.find("comment-menu", comment).click();
        await teacher.find("comment-endorse", comment).click();
        await dana.showComments("What is a primary source?");
        await dana.find("endorsed", dana.card("What is a primary source?")).waitFor();
    });

    scenario("a student asks the staff alone", long, async () => {
        await dana.write("May I hand it in on Friday?", { visibility: "staff" });
        await teacher.post("May I hand it in on Friday?");
        await kofi.write("Nothing to see here.");
        await dana.post("Nothing to see here.");
        await kofi.never("May I hand it in");
    });

    scenario("nothing jumps while somebody reads", long, async () => {
        for (let number = 1; number <= 12; ++number) {
            await server.restOk("POST", `/rooms/${room}/posts`, { text: `line ${number}\n\n\n\nand more` }, { token: server.token("hugo") });
        }
        await dana.page.getByText("line 12").waitFor();
        await dana.page.evaluate(() => window.scrollTo(0, 900));
        await eventually("to be further down", () => dana.page.evaluate(() => window.scrollY > 500));
        await teacher.find("composer-text").fill("News from above.");
        await teacher.find("composer-send").click();
        await dana.find("show-new").waitFor();
        assert.equal(await dana.card("News from above.").count(), 0);
        await dana.find("show-new").click();
        await dana.post("News from above.");
        assert.equal(await dana.page.evaluate(() => window.scrollY), 0);
    });

    scenario("what is refused stays, and can be given up", long, async () => {
        const field = dana.find("composer-text");
        await field.fill(`Too long. ${"x".repeat(20_000)}`);
        await dana.find("composer-send").click();
        const failed = dana.find("pending-post");
        await dana.find("failure", failed).waitFor();
        await dana.find("pending-discard", failed).click();
        await failed.waitFor({ state: "detached" });
        await dana.write("Short enough.");
    });

    scenario("somebody is mentioned by name, and told", long, async () => {
        const field = kofi.find("composer-text");
        await field.pressSequentially("Have you seen it, @da");
        await kofi.find("suggestion").filter({ hasText: "Dana Kowalska" }).waitFor();
        await field.press("Enter");
        await kofi.sees("the name", async () => (await field.inputValue()) === "Have you seen it, @Dana Kowalska ");
        await kofi.find("composer-send").click();
        await dana.page.locator(".mention").filter({ hasText: "@Dana Kowalska" }).waitFor();
        await dana.find("count-notifications").waitFor();
        await goTo(dana, "notifications");
        await dana.find("notification").filter({ hasText: "Kofi Asante mentioned you" }).click();
        await dana.find("post-text").filter({ hasText: "Have you seen it" }).waitFor();
    });

    scenario("two people write to each other, and both devices of one agree", long, async () => {
        const laptop = await come("kofi");
        await dana.page.evaluate(() => (location.hash = "#/messages/to/kofi"));
        await dana.find("message-input").fill("Are you coming?");
        await dana.find("message-send").click();
        for (const device of [kofi, laptop]) await device.find("count-messages").filter({ hasText: "1" }).waitFor();
        await goTo(kofi, "messages");
        await kofi.page.getByText("Are you coming?").first().click();
        await kofi.find("message-text").filter({ hasText: "Are you coming?" }).waitFor();
        for (const device of [kofi, laptop]) await device.find("count-messages").waitFor({ state: "detached" });
        await dana.find("read-by").waitFor();
        await kofi.find("message-input").pressSequentially("In a min", { delay: 20 });
        await dana.find("typing").filter({ hasText: "Kofi Asante is typing" }).waitFor();
        await kofi.find("message-input").press("Enter");
        await dana.find("message-text").filter({ hasText: "In a min" }).waitFor();
        await kofi.find("message-menu").click();
        await kofi.find("message-edit").click();
        await kofi.find("message-edit-text").fill("In a minute.");
        await kofi.find("message-edit-save").click();
        await dana.find("message-text").filter({ hasText: "In a minute." }).waitFor();
        await teacher.never("In a min");
    });

    scenario("a conversation of three is begun", long, async () => {
        await goTo(dana, "messages");
        await dana.find("message-new").click();
        await dana.find("message-to").fill("kofi");
        await dana.find("to-kofi").click();
        await dana.find("message-to").fill("haddad");
        await dana.find("message-to").press("Enter");
        await dana.find("message-group-title").fill("Museum");
        await dana.find("message-begin").click();
        await dana.find("conversation-title").filter({ hasText: "Museum" }).waitFor();
        await dana.find("message-input").fill("When shall we go?");
        await dana.find("message-input").press("Enter");
        await goTo(teacher, "messages");
        await teacher.page.getByText("When shall we go?").waitFor();
        await kofi.page.getByText("When shall we go?").waitFor();
        await stranger.never("When shall we go?");
    });

    scenario("an announcement is confirmed, and its author sees it", long, async () => {
        await goTo(teacher, "announcements");
        await teacher.find("announcement-new").click();
        await teacher.find("announcement-to").selectOption(room);
        await teacher.find("announcement-title").fill("Test on Monday");
        await teacher.find("announcement-text").fill("Chapters three to five.");
        await teacher.find("announcement-require").check();
        await teacher.find("announcement-send").click();
        await teacher.find("confirmations").filter({ hasText: "0 of 5" }).waitFor();
        await dana.find("count-announcements").waitFor();
        await goTo(dana, "announcements");
        await dana.find("acknowledge").click();
        await dana.find("acknowledged").waitFor();
        await dana.find("count-announcements").waitFor({ state: "detached" });
        await teacher.find("confirmations").filter({ hasText: "1 of 5" }).waitFor();
        await stranger.never("Test on Monday");
    });

    scenario("a grade comes to one, when it is published, and to nobody else", long, async () => {
        await goTo(dana, "grades");
        await teacher.page.evaluate(() => (location.hash = "#/grades/history110"));
        await teacher.find("grade-new").click();
        await teacher.find("grade-student").fill("Dana Kowalska");
        await teacher.find("grade-item").fill("Essay on rivers");
        await teacher.find("grade-score").fill("17.5");
        await teacher.find("grade-max").fill("20");
        await teacher.find("grade-save").click();
        await teacher.find("book-row").filter({ hasText: "Draft" }).waitFor();
        await dana.never("Essay on rivers");
        await teacher.find("publish-all").click();
        await dana.find("grade").filter({ hasText: "17.5" }).waitFor();
        await dana.find("count-notifications").waitFor();
        await goTo(dana, "notifications");
        await dana.find("notification").filter({ hasText: "Essay on rivers" }).click();
        await dana.find("grade").filter({ hasText: "Essay on rivers" }).waitFor();
        await kofi.never("Essay on rivers");
    });

    scenario("a group is made, and somebody invited comes in", long, async () => {
        await goTo(dana, "groups");
        await dana.find("group-new").click();
        await dana.find("group-title").fill("Ancient coins");
        await dana.find("group-access").selectOption("invitation");
        await dana.find("group-make").click();
        await dana.page.getByRole("link", { name: /Ancient coins/ }).last().click();
        await dana.page.getByRole("link", { name: "About the group" }).click();
        await dana.find("invite-who").fill("Kofi Asante");
        await dana.find("invite-send").click();
        await goTo(kofi, "groups");
        await kofi.find("invitation-accept").click();
        await kofi.find("notice").filter({ hasText: "Ancient coins" }).waitFor();
        await dana.find("member").nth(1).waitFor();
        await stranger.never("Ancient coins");
    });

    scenario("what was reported comes to the staff, who take it away", long, async () => {
        await kofi.open(room);
        await kofi.write("Something unkind.");
        await dana.open(room);
        await dana.choose(await dana.post("Something unkind."), "post", "report");
        await dana.find("report-reason").fill("It is not kind.");
        await dana.find("report-send").click();
        await teacher.open(room);
        await teacher.find("tab-reports").click();
        await teacher.find("report").filter({ hasText: "It is not kind." }).waitFor();
        await teacher.find("report-remove").click();
        await dana.gone("Something unkind.");
        await kofi.gone("Something unkind.");
    });

    scenario("everything can be done by keyboard", long, async () => {
        const { page } = dana;
        await page.reload();
        await dana.live();
        await dana.find("post").first().waitFor();
        await page.keyboard.press("Tab");
        assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "main");
        await dana.find("composer-text").focus();
        await page.keyboard.type("Without a mouse.");
        await page.keyboard.press("Control+Enter");
        const card = await dana.post("Without a mouse.");
        await dana.find("like", card).focus();
        await page.keyboard.press("Space");
        await dana.sees("a like", async () => (await dana.likes("Without a mouse.")) === "1");
        const menu = dana.find("post-menu", card);
        await menu.focus();
        await page.keyboard.press("Enter");
        const isInMenu = () => eventually("the first deed to have the focus", () => page.evaluate(() => document.activeElement.getAttribute("role") === "menuitem"));
        await isInMenu();
        await page.keyboard.press("ArrowUp");
        assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "post-delete");
        await page.keyboard.press("Escape");
        assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "post-menu");
        await page.keyboard.press("Enter");
        await isInMenu();
        await page.keyboard.press("End");
        await page.keyboard.press("Enter");
        await eventually("the question to have the focus", () => page.evaluate(() => document.activeElement.dataset.testid === "post-delete-confirm"));
        await page.keyboard.press("Enter");
        await dana.gone("Without a mouse.");
    });

    scenario("search finds what one may see, and nothing else", long, async () => {
        for (const visitor of [dana, stranger]) {
            await visitor.find("search").fill("primary source");
            await visitor.find("search").press("Enter");
        }
        await dana.find("result").filter({ hasText: "primary source" }).waitFor();
        await stranger.page.getByText("Nothing found").waitFor();
    });

    scenario("language and theme are chosen, and kept", long, async () => {
        await dana.page.evaluate(() => (location.hash = "#/settings"));
        const choose = (name) => dana.find(name).locator("..").click();
        await choose("theme-dark");
        await choose("language-de");
        await dana.page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
        await dana.page.reload();
        await dana.live();
        assert.deepEqual(await dana.page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]), ["de", "dark"]);
        await choose("language-en");
        await dana.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    });

    scenario("who is busy is shown so, and who is invisible not at all", long, async () => {
        await kofi.open(room);
        const mark = teacher.find("here-kofi").locator(".presence");
        await teacher.find("tab-posts").click();
        await mark.waitFor();
        await kofi.find("who").click();
        await kofi.find("presence-busy").click();
        await teacher.sees("busy", async () => /is-busy/.test(await mark.getAttribute("class")));
        await kofi.find("who").click();
        await kofi.find("presence-invisible").click();
        await teacher.find("here-kofi").waitFor({ state: "detached" });
    });

    scenario("on a phone the rooms are behind a button", long, async () => {
        const visitor = await come("noor", { size: phone });
        await visitor.find("side-toggle").click();
        await visitor.find(`room-${room}`).click();
        await visitor.find("composer-text").waitFor();
        await visitor.sees("the side bar gone", async () => (await visitor.find("side-toggle").getAttribute("aria-expanded")) === "false");
        await visitor.write("From the tram.");
        await teacher.post("From the tram.");
    });

    scenario("the page opens without the server, and says so; what is written then is sent later, once", long, async () => {
        await dana.open(room);
        await dana.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
        await dana.page.reload();
        await dana.live();
        for (const visitor of everybody) visitor.serverIsAway = true;
        await server.stop();
        await dana.find("away").waitFor();
        await dana.find("composer-text").fill("From the tunnel.");
        await dana.find("composer-send").click();
        await dana.find("pending-post").filter({ hasText: "From the tunnel." }).waitFor();
        // Another room, and back: it still waits there.
        await goTo(dana, "home");
        await dana.find(`room-${room}`).click();
        await dana.find("pending-post").filter({ hasText: "From the tunnel." }).waitFor();
        await kofi.page.reload();
        await kofi.find("away").waitFor();
        await server.launch();
        await Promise.all([dana.live(), kofi.live(), teacher.live()]);
        await dana.post("From the tunnel.");
        await teacher.post("From the tunnel.");
        await dana.find("pending-post").waitFor({ state: "detached" });
        assert.equal(await dana.card("From the tunnel.").count(), 1);
        for (const visitor of everybody) visitor.serverIsAway = false;
    });

    scenario("no page has complained", () => {
        for (const visitor of everybody) assert.deepEqual(visitor.complaints, [], visitor.person.name);
    });
});
