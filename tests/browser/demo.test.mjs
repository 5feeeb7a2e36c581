// The web client in a real browser against the real server: what the demo promises to whoever tries it.
//
// CHROMIUM=…      the browser, by default /usr/bin/chromium

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { eventually, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { School } from "../e2e/support/school.mjs";
import { Server } from "../e2e/support/server.mjs";
import { inSeconds } from "../e2e/support/tokens.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { cast, demoPeople } from "./support/cast.mjs";
import { Visitor } from "./support/visitor.mjs";

const long = { seconds: 60 };

describe("the demo in a browser", () => {
    let server, browser, people;
    let room, title;
    let teacher, student, stranger; // Visitors
    let everybody;
    const nextDoor = "only for the class next door";

    before(async () => {
        server = await Server.start({ args: ["--demo"] });
        browser = await launchBrowser();
        const chosen = cast(await demoPeople(server.url));
        ({ room, title } = chosen);
        people = chosen;
        everybody = [teacher, student, stranger] = await Promise.all([1, 2, 3].map(() => Visitor.open(browser, server.url)));
    });
    after(tidyUp);

    scenario("three people sign in and see their own rooms", long, async () => {
        await Promise.all([
            teacher.signIn(people.teacher),
            student.signIn(people.student),
            stranger.signIn(people.stranger),
        ]);
        await Promise.all([teacher.open(room), student.open(room), stranger.open(people.strangerRoom)]);
        assert.equal(await teacher.find("room-title").textContent(), title);
        assert.equal(await stranger.find(`room-${room}`).count(), 0);
    });

    scenario("a post appears at once in its class and never elsewhere", long, async () => {
        await teacher.write("Please bring your compasses tomorrow.");
        await student.post("Please bring your compasses tomorrow.");
        // Markup is text, whoever wrote it.
        const markup = '<img src="/nothing" onerror="alert(1)"><b>bold?</b>';
        await student.write(markup);
        await teacher.post(markup);
        assert.equal(await teacher.page.locator("main img, main b").count(), 0);
        // What is written later and arrives has nothing before it still on the way.
        await stranger.write(nextDoor);
        await stranger.never("compasses");
        await stranger.never("bold?");
        await student.never(nextDoor);
    });

    scenario("likes and comments are live", long, async () => {
        const text = "Please bring your compasses tomorrow.";
        await student.find("like", await student.post(text)).click();
        await teacher.sees("one like", async () => (await teacher.likes(text)) === "1");
        await teacher.find("like", await teacher.post(text)).click();
        await student.sees("two likes", async () => (await student.likes(text)) === "2");
        await student.find("like", await student.post(text)).click();
        await teacher.sees("one like left", async () => (await teacher.likes(text)) === "1");

        await student.comment(text, "And rulers?");
        await teacher.sees("that there is a comment", async () => {
            return (await teacher.find("comment-count", teacher.card(text)).textContent()) === "1";
        });
        await teacher.showComments(text);
        await teacher.sees("the comment", async () => (await teacher.comments(text)).includes("And rulers?"));
        await teacher.comment(text, "Rulers, too.");
        await student.sees("both comments", async () => (await student.comments(text)).join() === "And rulers?,Rulers, too.");
        await teacher.find("comment-like", teacher.card(text)).first().click();
        await student.sees("the like of the comment", async () => {
            return (await student.find("comment-like-count", student.card(text)).first().textContent()) === "1";
        });
    });

    scenario("staff write for staff only", long, async () => {
        await teacher.write("The test is on Thursday.", { visibility: "staff" });
        await teacher.write("Homework: page twelve.", { visibility: "everyone" });
        await student.post("Homework: page twelve.");
        await student.never("The test is on Thursday.");
    });

    scenario("posts are changed and deleted before everybody's eyes", long, async () => {
        await teacher.edit("Homework: page twelve.", "Homework: page fourteen.");
        await student.post("Homework: page fourteen.");
        const card = student.card("Homework: page fourteen.");
        await student.find("post-menu", card).click();
        await student.find("post-report", card).waitFor();
        assert.equal(await student.find("post-edit", card).count() + (await student.find("post-delete", card).count()), 0);
        await student.page.keyboard.press("Escape");
        await teacher.remove("Homework: page fourteen.");
        await student.gone("Homework: page fourteen.");
        // The staff may delete what a student wrote.
        await student.write("Who has a spare pen?");
        await (await teacher.post("Who has a spare pen?")).waitFor();
        await teacher.remove("Who has a spare pen?");
        await student.gone("Who has a spare pen?");
    });

    scenario("two tabs of one person agree", long, async () => {
        const tab = await Visitor.open(browser, server.url, { context: student.context });
        everybody.push(tab);
        await tab.signIn(people.student);
        await tab.open(room);
        const text = "Please bring your compasses tomorrow.";
        const pressed = (visitor) => visitor.find("like", visitor.card(text)).getAttribute("aria-pressed");
        assert.equal(await pressed(tab), "false");
        await student.find("like", await student.post(text)).click();
        await tab.sees("my like of the other tab", async () => (await pressed(tab)) === "true");
        assert.equal(await tab.likes(text), "2");
        await tab.write("From the other tab.");
        await student.post("From the other tab.");
        await tab.page.waitForTimeout(300);
        assert.equal(await tab.card("From the other tab.").count(), 1);
        assert.equal(await student.card("From the other tab.").count(), 1);
        await student.remove("From the other tab.");
        await tab.gone("From the other tab.");
    });

    scenario("a room appears and vanishes as the roster changes", long, async () => {
        const enrolment = "/enrollments/browser-test";
        const classId = room.slice("class-".length);
        await server.restOk("PUT", enrolment, { role: "student", userSourcedId: people.stranger.id, classSourcedId: classId });
        await stranger.find(`room-${room}`).waitFor();
        await stranger.open(room);
        await stranger.post("Please bring your compasses tomorrow.");
        await stranger.never("The test is on Thursday.");
        await server.restOk("DELETE", enrolment);
        await stranger.find(`room-${room}`).waitFor({ state: "detached" });
        await stranger.gone("Please bring your compasses tomorrow.");
        // The class may have taken its course with it.
        const notice = stranger.find("notice").filter({ hasText: "You are no longer in" });
        await notice.filter({ hasText: title }).waitFor();
        await teacher.write("Now we are among ourselves again.");
        await student.post("Now we are among ourselves again.");
        await stranger.open(people.strangerRoom);
        await stranger.write("Back in my own class.");
        await stranger.never("Now we are among ourselves again.");
    });

    scenario("a dot tells of news in another room", long, async () => {
        const other = people.student.rooms.find(({ kind, room: name }) => kind !== "user" && kind !== "global" && name !== room);
        if (!other) return;
        await student.open(other.room);
        await teacher.write("Look at the blackboard.");
        await student.find("unread", student.find(`room-${room}`)).waitFor();
        await student.open(room);
        await student.post("Look at the blackboard.");
        assert.equal(await student.find("unread").count(), 0);
    });

    scenario("the pages come back after a restart of the server", { seconds: 90 }, async () => {
        const away = (is) => everybody.forEach((visitor) => (visitor.serverIsAway = is));
        away(true);
        await student.find("composer-text").fill("Written while the server was away.");
        await server.stop();
        await student.page.locator("[data-testid=connection][data-state=reconnecting]").waitFor();
        // Sent into the void: it waits for the connection and is posted once.
        await student.find("composer-send").click();
        await server.launch();
        await Promise.all(everybody.map((visitor) => visitor.live()));
        await teacher.post("Written while the server was away.");
        await student.post("Written while the server was away.");
        await eventually("the composer to be empty", async () => (await student.find("composer-text").inputValue()) === "");
        away(false);
        await teacher.write("Here we are again.");
        await student.post("Here we are again.");
        assert.equal(await teacher.card("Written while the server was away.").count(), 1);
        assert.equal(await teacher.card("Here we are again.").count(), 1);
        await stranger.never("Here we are again.");
    });

    scenario("a reload keeps who I am and where I am; signing out ends it", long, async () => {
        await student.page.reload();
        await student.live();
        await student.post("Here we are again.");
        await student.signOut();
        await student.find(`person-${people.student.id}`).waitFor();
        await student.page.reload();
        await student.find(`person-${people.student.id}`).waitFor();
    });

    scenario("no page has complained, and the policy is strict", async () => {
        assert.match(teacher.policy, /default-src 'self'/);
        assert.doesNotMatch(teacher.policy, /unsafe-/);
        for (const visitor of everybody) assert.deepEqual(visitor.complaints, [], visitor.person.name);
    });

    // Not among everybody: a browser complains of each refusal by itself.
    let late;
    scenario("who comes with a token that is no good is told why", long, async () => {
        late = await Visitor.open(browser, server.url);
        await late.comeBackWith("no.token.at.all");
        await late.find("farewell").filter({ hasText: "not valid" }).waitFor();
        await late.comeBackWith(server.token("nobody-of-this-school"));
        await late.find("farewell").filter({ hasText: "does not know" }).waitFor();
        assert.equal(await late.storedToken(), null);
    });

    scenario("the demo keeps people signed in; elsewhere a sign-in ends in words", { seconds: 120 }, async () => {
        const soon = server.token(people.student.id, { exp: inSeconds(30) });
        await late.comeBackWith(soon, people.student.id);
        await late.live();
        await eventually("a new token", async () => (await late.storedToken()) !== soon);
        await late.comeBackWith(server.token(people.student.id, { exp: inSeconds(15) }));
        await late.live();
        await late.find("notice").filter({ hasText: "Your sign-in ends" }).waitFor();
        await late.find("farewell").filter({ hasText: "expired" }).waitFor();
    });
});

describe("a server that is no demo", () => {
    let server, visitor;
    after(tidyUp);

    scenario("asks for a token and takes it", long, async () => {
        const school = new School("north").class("math").teacher("tess", "math").student("ada", "math");
        server = await Server.start({ school });
        visitor = await Visitor.open(await launchBrowser(), server.url);
        await visitor.find("token").fill(server.token("ada"));
        await visitor.find("token-send").click();
        await visitor.live();
        await visitor.find("room-class-math").waitFor();
        // Chromium tells of every 404; the one about the demo's door is how the page learns that there is none.
        assert.deepEqual(visitor.complaints.filter((text) => !text.includes("404")), []);
    });

    scenario("shows older posts when asked", long, async () => {
        const token = server.token("tess");
        for (let number = 1; number <= 25; ++number) {
            await server.restOk("POST", "/rooms/class-math/posts", { text: `number ${number}` }, { token });
        }
        await visitor.page.reload();
        await visitor.open("class-math");
        await visitor.post("number 25");
        assert.equal(await visitor.find("post").count(), 20);
        await visitor.find("load-older").click();
        await visitor.post("number 1");
        const texts = await visitor.find("post-text").allTextContents();
        assert.deepEqual(texts, Array.from({ length: 25 }, (_, index) => `number ${25 - index}`));
        assert.equal(await visitor.find("load-older").count(), 0);
    });
});
