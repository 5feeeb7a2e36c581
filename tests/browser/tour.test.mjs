// A walk through every page of the web client, as a student and as a teacher, on a wide screen and on a phone, in both themes:
// no page may have a fault that axe-core knows of (WCAG 2.2 AA), nothing may be wider than the screen, nobody may complain.
//
// SCREENSHOTS=folder    also takes a picture of each

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { io } from "socket.io-client";

import { eventually, keep, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { furnish } from "./support/furnish.mjs";
import { faults, isTooWide, lookAt, narrowest, phone, picture, wide } from "./support/look.mjs";
import { proxy } from "./support/proxy.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 600 };
const firstLoadMax = 80 * 1024;

describe("every page", () => {
    let server, browser, school;
    before(async () => {
        server = await Server.start({ args: ["--demo"], environment: { HOMEROOM_GRADES_GUARDIANS: "true" } });
        browser = await launchBrowser();
        school = await furnish(server);
        // Some of the class are there, and in the session that goes on.
        for (const who of ["hugo", "kofi", "leila"]) {
            const socket = io(server.url, { auth: { token: server.token(who) }, transports: ["websocket"], forceNew: true });
            keep({ discard: () => socket.disconnect() });
            await socket.emitWithAck("study:join", { session: school.study });
            if (who !== "leila") await socket.emitWithAck("study:hand", { session: school.study, raised: true });
        }
    });
    after(tidyUp);

    async function come(who, language = "en") {
        const visitor = await Visitor.open(browser, server.url, { size: wide });
        await visitor.page.evaluate((text) => localStorage.setItem("homeroom.preferences", text), JSON.stringify({ theme: "light", language }));
        await visitor.comeBackWith(server.token(who));
        visitor.person = { name: who };
        await visitor.live();
        return visitor;
    }

    async function walk(who, pages) {
        const visitor = await come(who);
        const found = [];
        for (const [name, { address, ready, act }] of Object.entries(pages(visitor))) {
            await visitor.page.setViewportSize(wide);
            await visitor.page.evaluate((hash) => (location.hash = hash), address);
            await ready().waitFor({ timeout: 30_000 });
            await act?.();
            found.push(...(await lookAt(visitor.page, name)));
        }
        assert.deepEqual(found, []);
        assert.deepEqual(visitor.complaints, []);
    }

    scenario("of a student", long, () =>
        walk(school.student, (visitor) => ({
            home: { address: "#/", ready: () => visitor.find(`tile-${school.room}`) },
            feed: {
                address: `#/${school.room}`,
                ready: () => visitor.find("post").first(),
                act: async () => {
                    const card = visitor.card(school.trip);
                    await visitor.find("comments-toggle", card).click();
                    await visitor.find("comment", card).nth(1).waitFor();
                },
            },
            post: { address: `#/${school.room}/post/${school.poll}`, ready: () => visitor.find("poll") },
            "not-yours": { address: "#/class-nowhere", ready: () => visitor.page.getByText("There is nothing here for you") },
            messages: { address: `#/messages/${school.conversation}`, ready: () => visitor.find("message-text").last() },
            "messages-new": { address: "#/messages", ready: () => visitor.find("message-new"), act: () => visitor.find("message-new").click() },
            "messages-none": { address: "#/messages", ready: () => visitor.page.getByText("Choose a conversation") },
            notifications: { address: "#/notifications", ready: () => visitor.find("notification").first() },
            announcements: { address: "#/announcements", ready: () => visitor.find("announcement").first() },
            grades: { address: "#/grades", ready: () => visitor.find("grade").first() },
            groups: { address: "#/groups", ready: () => visitor.find(`found-${school.otherGroup}`) },
            group: { address: `#/groups/${school.group}`, ready: () => visitor.find("member").first() },
            search: { address: "#/search/pencil", ready: () => visitor.find("result").first() },
            settings: { address: "#/settings", ready: () => visitor.find("quiet") },
            sessions: { address: `#/${school.room}/study`, ready: () => visitor.find("study-session").first() },
            study: { address: `#/study/${school.study}`, ready: () => visitor.find("study-member").nth(3) },
            "study-none": { address: `#/group-${school.group}/study`, ready: () => visitor.page.getByText("No study sessions") },
            documents: { address: `#/${school.room}/documents`, ready: () => visitor.find("document").first() },
            document: { address: `#/documents/${school.essay}`, ready: () => visitor.find("editor"), act: () => writeEssay(visitor) },
            "document-authors": {
                address: `#/documents/${school.essay}`,
                ready: () => visitor.find("editor"),
                act: async () => {
                    await visitor.find("show-authors").click();
                    await visitor.find("authors").waitFor();
                },
            },
            "document-new": { address: `#/${school.room}/documents`, ready: () => visitor.find("document-new"), act: () => visitor.find("document-new").click() },
            board: { address: `#/documents/${school.board}`, ready: () => visitor.find("board"), act: () => drawMap(visitor) },
            calls: { address: "#/calls", ready: () => visitor.find("call-row").first() },
        })),
    );

    scenario("of a teacher", long, () =>
        walk(school.teacher, (visitor) => ({
            "staff-composer": {
                address: `#/${school.room}`,
                ready: () => visitor.find("post").first(),
                act: async () => {
                    await visitor.find("composer-text").fill("Which day is best for the excursion?");
                    await visitor.find("composer-poll").click();
                    await visitor.find("composer-later").click();
                    await visitor.find("poll-option-text").first().fill("Monday");
                },
            },
            "staff-waiting": { address: `#/${school.room}/waiting`, ready: () => visitor.find("post").first() },
            "staff-moderation": { address: `#/${school.room}/reports`, ready: () => visitor.find("report") },
            "staff-announcements": {
                address: "#/announcements",
                ready: () => visitor.find("confirmations").first(),
                act: () => visitor.find("confirmations").first().locator("summary").click(),
            },
            "staff-announcement": { address: "#/announcements", ready: () => visitor.find("announcement-new"), act: () => visitor.find("announcement-new").click() },
            "staff-people": { address: `#/${school.room}/people`, ready: () => visitor.find("person").first() },
            "staff-plan": { address: `#/${school.room}/study`, ready: () => visitor.find("study-new"), act: () => visitor.find("study-new").click() },
            "staff-study": {
                address: `#/study/${school.study}`,
                ready: () => visitor.find("study-member").nth(3),
                act: async () => {
                    await visitor.find("timer-start").click();
                    await visitor.find("timer-pause").click();
                },
            },
            "staff-attendance": { address: `#/study/${school.studied}`, ready: () => visitor.find("attendance-of").first() },
            "staff-share": {
                address: `#/documents/${school.essay}`,
                ready: () => visitor.find("editor"),
                act: async () => {
                    await visitor.find("document-menu").click();
                    await visitor.find("document-versions").click();
                    await visitor.find("version").waitFor();
                },
            },
            "staff-grades": { address: `#/grades/${school.room.slice("class-".length)}`, ready: () => visitor.find("book-row").first() },
        })),
    );

    async function writeEssay(visitor) {
        await visitor.find("editor").click();
        const { keyboard } = visitor.page;
        await keyboard.type("# The river trade\n", { delay: 5 });
        await keyboard.type("Before there were good roads, what was heavy went by water: grain, timber, stone.\n");
        await keyboard.type("## Who traded\n");
        await keyboard.type("- Millers, who had the grain\nBoatmen, who had the time\nTowns, which had neither and paid for both\n\n");
        await keyboard.type("> The river carries what the road cannot.");
        await keyboard.press("Control+Home");
        await keyboard.press("ArrowDown");
        await keyboard.press("Home");
        for (let step = 0; step < 6; ++step) await keyboard.press("Shift+ArrowRight");
        await visitor.find("comment-new").click();
        await visitor.find("doc-comment-text").fill("Since when were there good roads?");
        await visitor.find("doc-comment-send").click();
        await visitor.find("doc-comment").waitFor();
        await visitor.page.locator("[data-testid=document-state][data-saved=true]").waitFor();
        const saved = await server.restOk("POST", `/documents/${school.essay}/versions`, { title: "First draft" }, { token: server.token(school.student) });
        assert.ok(saved);
    }

    async function drawMap(visitor) {
        const box = await visitor.find("board").boundingBox();
        const { mouse } = visitor.page;
        const draw = async (points) => {
            await mouse.move(box.x + points[0][0], box.y + points[0][1]);
            await mouse.down();
            for (const [x, y] of points.slice(1)) await mouse.move(box.x + x, box.y + y, { steps: 4 });
            await mouse.up();
        };
        await visitor.page.getByRole("button", { name: "Blue" }).click();
        await visitor.page.getByRole("button", { name: "Thick" }).click();
        await draw(Array.from({ length: 30 }, (_, at) => [90 + at * 22, 300 + Math.sin(at / 3) * 60]));
        await visitor.page.getByRole("button", { name: "Red", exact: true }).click();
        await visitor.page.getByRole("button", { name: "Medium" }).click();
        await visitor.find("board-rectangle").click();
        await draw([[220, 140], [330, 210]]);
        await visitor.find("board-ellipse").click();
        await draw([[520, 330], [650, 420]]);
        for (const [x, y, text] of [[235, 160, "Mill"], [545, 360, "Harbour"]]) {
            await visitor.find("board-text").first().click();
            await mouse.click(box.x + x, box.y + y);
            await visitor.page.locator("textarea:focus").fill(text);
            await visitor.page.keyboard.press("Enter");
        }
        await visitor.page.locator("[data-testid=document-state][data-saved=true]").waitFor();
    }

    scenario("of a guardian", long, () =>
        walk("maria-winter", (visitor) => ({
            "guardian-grades": { address: "#/grades", ready: () => visitor.find("child-ada") },
            "guardian-child": { address: "#/grades/of/ada", ready: () => visitor.find("grade").first() },
            "guardian-not-hers": { address: "#/grades/of/dana", ready: () => visitor.page.getByText("No grades yet") },
        })),
    );

    scenario("of an operator", long, async () => {
        const visitor = await Visitor.open(browser, await proxy(server), { size: wide });
        visitor.person = { name: "operator" };
        const found = [];
        const open = (part) => visitor.page.evaluate((hash) => (location.hash = hash), `#/operator${part}`);
        await open("");
        await visitor.find("operator-token").fill(server.token(school.student));
        await visitor.find("operator-enter").click();
        await visitor.page.getByText("This token is no service token").waitFor();
        await visitor.find("operator-token").fill(server.serviceToken());
        await visitor.find("operator-enter").click();
        await visitor.page.locator("[data-testid=chart] svg").first().waitFor({ timeout: 60_000 });
        assert.ok(Number(await visitor.find("number-users").innerText()) >= 3);
        found.push(...(await lookAt(visitor.page, "operator")));
        await open("/explain");
        await visitor.find("explain-user").fill("jun");
        await visitor.find("explain-what").fill(school.poll);
        await visitor.find("explain-ask").click();
        await visitor.find("explanation").filter({ hasText: "Not for this person" }).waitFor();
        await visitor.find("explain-user").fill("hugo");
        await visitor.find("explain-ask").click();
        await visitor.find("explanation").filter({ hasNotText: "Not for this person" }).waitFor();
        found.push(...(await lookAt(visitor.page, "operator-explain")));
        await open("/audit");
        await visitor.find("audit-entry").filter({ hasText: "explain" }).first().waitFor();
        found.push(...(await lookAt(visitor.page, "operator-audit")));
        await open("/roster");
        await visitor.find("roster-record").first().waitFor();
        await visitor.find("roster-find").fill("dana");
        await visitor.find("roster-find").press("Enter");
        await visitor.find("roster-record").filter({ hasText: "Dana Kowalska" }).waitFor();
        await visitor.page.getByRole("button", { name: "Enrolments" }).click();
        await visitor.find("roster-record").filter({ hasText: "history110" }).waitFor();
        found.push(...(await lookAt(visitor.page, "operator-roster")));
        // Nothing of it is kept.
        await visitor.page.reload();
        await visitor.find("operator-token").waitFor();
        assert.deepEqual(found, []);
        // Of each refusal a browser complains by itself.
        assert.deepEqual(visitor.complaints.filter((text) => !/40[134]/.test(text)), []);
    });

    scenario("written from the right turns around, and is not too wide", long, async () => {
        const visitor = await come(school.student);
        const found = [];
        for (const [name, address] of [
            ["home", "#/"],
            ["feed", `#/${school.room}`],
            ["messages", `#/messages/${school.conversation}`],
            ["announcements", "#/announcements"],
            ["study", `#/study/${school.study}`],
            ["document", `#/documents/${school.essay}`],
            ["board", `#/documents/${school.board}`],
            ["settings", "#/settings"],
        ]) {
            await visitor.page.evaluate((hash) => (location.hash = hash), address);
            await visitor.page.evaluate(() => (document.documentElement.dir = "rtl"));
            await visitor.page.locator("main h1").first().waitFor({ state: "attached" });
            await eventually("what is loaded", async () => (await visitor.page.locator(".placeholder").count()) === 0, 15_000);
            await visitor.page.setViewportSize(wide);
            const side = await visitor.page.locator("#side").boundingBox();
            if (side.x < wide.width / 2) found.push(`${name}: the side bar is on the left`);
            if (await visitor.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) found.push(`${name} is too wide`);
            if (["feed", "study"].includes(name)) await picture(visitor.page, `${name}-rtl`);
            for (const size of [phone, narrowest]) {
                await visitor.page.setViewportSize(size);
                if (await isTooWide(visitor.page)) found.push(`${name} is wider than ${size.width} px`);
            }
        }
        await visitor.find("side-toggle").click();
        await visitor.sees("the side bar on the right", async () => {
            const box = await visitor.page.locator("#side").boundingBox();
            return Math.round(box.x + box.width) === narrowest.width;
        });
        assert.deepEqual(found, []);
        assert.deepEqual(visitor.complaints, []);
    });

    scenario("in German is not too wide for a small phone either", long, async () => {
        const found = [];
        for (const [who, addresses] of [
            [school.student, ["#/", `#/${school.room}`, "#/messages", "#/notifications", "#/announcements", "#/grades", "#/groups", "#/settings", `#/${school.room}/study`, `#/study/${school.study}`, `#/${school.room}/documents`, `#/documents/${school.essay}`, `#/documents/${school.board}`, "#/calls"]],
            [school.teacher, [`#/${school.room}/reports`, `#/grades/${school.room.slice("class-".length)}`, "#/announcements"]],
        ]) {
            const visitor = await come(who, "de");
            await visitor.page.setViewportSize(narrowest);
            for (const address of addresses) {
                await visitor.page.evaluate((hash) => (location.hash = hash), address);
                await visitor.page.locator("h1").first().waitFor({ state: "attached" });
                await eventually("what is loaded", async () => (await visitor.page.locator(".placeholder").count()) === 0, 15_000);
                if (await isTooWide(visitor.page)) found.push(address);
            }
        }
        assert.deepEqual(found, []);
    });

    scenario("of somebody who has not signed in", long, async () => {
        const visitor = await Visitor.open(browser, server.url, { size: wide });
        await visitor.find(`person-${school.student}`).waitFor();
        const found = [];
        // What came over the wire, as the server sends it.
        const bytes = await visitor.page.evaluate(() =>
            [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
                .filter(({ name }) => !name.includes("/demo/"))
                .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        );
        assert.ok(bytes > 20 * 1024 && bytes < firstLoadMax, `the first load is ${bytes} bytes`);
        for (const theme of ["light", "dark"]) {
            await visitor.page.evaluate((one) => (document.documentElement.dataset.theme = one), theme);
            for (const fault of await faults(visitor.page)) found.push(`sign-in, ${theme}: ${fault}`);
            if (theme === "light") await picture(visitor.page, "sign-in");
        }
        await visitor.page.evaluate(() => (document.documentElement.dataset.theme = "light"));
        await visitor.page.setViewportSize(phone);
        await visitor.page.evaluate(() => window.scrollTo(0, 0));
        await picture(visitor.page, "sign-in-phone");
        await visitor.page.setViewportSize(narrowest);
        if (await isTooWide(visitor.page)) found.push("sign-in is too wide");
        assert.deepEqual(found, []);
        assert.deepEqual(visitor.complaints, []);
    });
});
