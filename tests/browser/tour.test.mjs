// A walk through every page of the web client, as a student and as a teacher, on a wide screen and on a phone, in both themes:
// no page may have a fault that axe-core knows of (WCAG 2.2 AA), nothing may be wider than the screen, nobody may complain.
//
// SCREENSHOTS=folder    also takes a picture of each

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { after, before, describe } from "node:test";

import { io } from "socket.io-client";

import { eventually, keep, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Server } from "../e2e/support/server.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { furnish } from "./support/furnish.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 600 };
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = process.env.SCREENSHOTS;
if (folder) fs.mkdirSync(folder, { recursive: true });

const wide = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };
const firstLoadMax = 80 * 1024;
const narrowest = { width: 320, height: 640 };

// → what axe-core finds, in words
async function faults(page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const found = await page.evaluate(() =>
        window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`));
}

const inTheDark = ["home", "feed", "messages"]; // of which there is a picture in the dark theme, too
const picture = (page, name) => folder && page.screenshot({ path: path.join(folder, `${name}.png`) });

const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

describe("every page", () => {
    let server, browser, school;
    before(async () => {
        server = await Server.start({ args: ["--demo"] });
        browser = await launchBrowser();
        school = await furnish(server);
        // Some of the class are there.
        for (const who of ["hugo", "kofi", "leila"]) {
            const socket = io(server.url, { auth: { token: server.token(who) }, transports: ["websocket"], forceNew: true });
            keep({ discard: () => socket.disconnect() });
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
            await visitor.page.mouse.move(0, 0);
            for (const theme of ["light", "dark"]) {
                await visitor.page.evaluate((one) => (document.documentElement.dataset.theme = one), theme);
                for (const fault of await faults(visitor.page)) found.push(`${name}, ${theme}: ${fault}`);
                if (theme === "light" || inTheDark.includes(name)) await picture(visitor.page, theme === "light" ? name : `${name}-dark`);
            }
            await visitor.page.evaluate(() => (document.documentElement.dataset.theme = "light"));
            for (const [size, label] of [[phone, "phone"], [narrowest, "narrowest"]]) {
                await visitor.page.setViewportSize(size);
                if (await isTooWide(visitor.page)) found.push(`${name} is wider than ${size.width} px`);
                if (label !== "phone") continue;
                await picture(visitor.page, `${name}-phone`);
                // What the page scrolls under its bar is no fault.
                await visitor.page.evaluate(() => (document.querySelector(".tab-bar").style.position = "static"));
                for (const fault of await faults(visitor.page)) found.push(`${name}, phone: ${fault}`);
                await visitor.page.evaluate(() => (document.querySelector(".tab-bar").style.position = ""));
            }
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
            "staff-grades": { address: `#/grades/${school.room.slice("class-".length)}`, ready: () => visitor.find("book-row").first() },
        })),
    );

    scenario("in German is not too wide for a small phone either", long, async () => {
        const found = [];
        for (const [who, addresses] of [
            [school.student, ["#/", `#/${school.room}`, "#/messages", "#/notifications", "#/announcements", "#/grades", "#/groups", "#/settings"]],
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
