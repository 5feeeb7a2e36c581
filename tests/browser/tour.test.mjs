// A walk through every page of the web client as a student, on a wide screen and on a phone, in both themes: no page may have
// a fault that axe-core knows of (WCAG 2.2 AA), nothing may be wider than the screen, nobody may complain.
//
// SCREENSHOTS=folder    also takes a picture of each

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { faults, isTooWide, narrowest, phone, picture, wide } from "./support/look.mjs";
import { Tour } from "./support/tour.mjs";
import { Visitor } from "./support/visitor.mjs";
import { drawMap, writeEssay } from "./support/writing.mjs";

const long = { seconds: 600 };
const firstLoadMax = 80 * 1024;

describe("every page", () => {
    let tour, server, browser, school;
    before(async () => {
        tour = await Tour.begin();
        ({ server, browser, school } = tour);
    });
    after(tidyUp);

    scenario("of a student", long, () =>
        tour.walk(school.student, (visitor) => ({
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
            lives: { address: `#/${school.room}/live`, ready: () => visitor.find("live-class").nth(1) },
            live: {
                address: `#/${school.room}/live`,
                ready: () => visitor.find("live-watch"),
                act: async () => {
                    await visitor.find("live-watch").click();
                    await visitor.find("live-link").waitFor();
                },
            },
            "study-none": { address: `#/group-${school.group}/study`, ready: () => visitor.page.getByText("No study sessions") },
            documents: { address: `#/${school.room}/documents`, ready: () => visitor.find("document").first() },
            document: { address: `#/documents/${school.essay}`, ready: () => visitor.find("editor"), act: () => writeEssay(visitor, server, school) },
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

    scenario("in German is not too wide for a small phone either", long, async () => {
        const found = [];
        for (const [who, addresses] of [
            [school.student, ["#/", `#/${school.room}`, "#/messages", "#/notifications", "#/announcements", "#/grades", "#/groups", "#/settings", `#/${school.room}/study`, `#/study/${school.study}`, `#/${school.room}/live`, `#/${school.room}/documents`, `#/documents/${school.essay}`, `#/documents/${school.board}`, "#/calls"]],
            [school.teacher, [`#/${school.room}/reports`, `#/grades/${school.room.slice("class-".length)}`, "#/announcements"]],
        ]) {
            const visitor = await tour.come(who, "de");
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
