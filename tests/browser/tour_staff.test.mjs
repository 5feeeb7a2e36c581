// The same walk as those who teach, as a guardian, as an operator, and where one writes from the right.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { isTooWide, lookAt, narrowest, phone, picture, wide } from "./support/look.mjs";
import { proxy } from "./support/proxy.mjs";
import { Tour } from "./support/tour.mjs";
import { Visitor } from "./support/visitor.mjs";
import { drawMap, writeEssay } from "./support/writing.mjs";

const long = { seconds: 600 };

describe("every page", () => {
    let tour, server, browser, school;
    before(async () => {
        tour = await Tour.begin();
        ({ server, browser, school } = tour);
    });
    after(tidyUp);

    scenario("of a teacher", long, () =>
        tour.walk(school.teacher, (visitor) => ({
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
            "staff-versions": {
                address: `#/documents/${school.essay}`,
                ready: () => visitor.find("editor"),
                act: async () => {
                    await writeEssay(visitor, server, school);
                    await visitor.find("document-menu").click();
                    await visitor.find("document-versions").click();
                    await visitor.find("version").waitFor();
                },
            },
            "staff-board": {
                address: `#/documents/${school.board}`,
                ready: () => visitor.find("board"),
                act: async () => {
                    await drawMap(visitor);
                    await visitor.find("document-lock").click();
                    await visitor.page.locator("[data-testid=document-lock][aria-pressed=true]").waitFor();
                    await visitor.find("board-present").click();
                    await visitor.find("board-presenter").waitFor();
                    await visitor.page.getByRole("button", { name: "Show everything" }).click();
                },
            },
            "staff-share": {
                address: `#/documents/${school.board}`,
                ready: () => visitor.find("board"),
                act: async () => {
                    await visitor.find("document-menu").click();
                    await visitor.find("document-share").click();
                    await visitor.find("document-members").waitFor();
                },
            },
            "staff-grades": { address: `#/grades/${school.room.slice("class-".length)}`, ready: () => visitor.find("book-row").first() },
        })),
    );

    scenario("of a guardian", long, () =>
        tour.walk("maria-winter", (visitor) => ({
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
        await visitor.page.locator("[data-testid=chart] svg").nth(3).waitFor({ timeout: 60_000 });
        assert.ok(Number(await visitor.find("number-users").innerText()) >= 3);
        await visitor.find("health").filter({ hasText: "Serving: ok" }).filter({ hasText: "Database: ok" }).waitFor();
        found.push(...(await lookAt(visitor.page, "operator")));
        // By room, from there by another of somebody's rooms, and to why he got something; by keyboard alone.
        await open("/connections");
        await visitor.find("connected").first().waitFor();
        await visitor.find("connections-user").fill("nobody-at-all");
        await visitor.find("connections-user").press("Enter");
        await visitor.page.getByText("The roster has no such person or room").waitFor();
        await visitor.find("connections-user").fill("");
        await visitor.find("connections-room").fill(school.room);
        await visitor.find("connections-room").press("Enter");
        const hugo = visitor.find("connected").filter({ hasText: "hugo" }).first();
        await visitor.find("connected-rooms", hugo).press("Enter");
        const personal = hugo.getByRole("button", { name: "user-hugo" });
        await personal.waitFor();
        found.push(...(await lookAt(visitor.page, "operator-connections")));
        await personal.press("Enter");
        const others = visitor.find("connected").filter({ hasNotText: "hugo" });
        await eventually("nobody else to be shown", async () => (await hugo.count()) === 1 && (await others.count()) === 0, 15_000);
        await visitor.find("connected-why", hugo).press("Enter");
        await eventually("to be asked about him", async () => (await visitor.find("explain-user").inputValue()) === "hugo", 15_000);
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
        await eventually("nobody else to be found", async () => (await visitor.find("roster-record").count()) === 1, 15_000);
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
        const visitor = await tour.come(school.student);
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
});
