// Study groups with real clients: coming and going, what a secret group keeps, what newcomers see of the past, through
// restarts and changes of the roster; and rooms above a school.

import assert from "node:assert/strict";
import path from "node:path";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Contract } from "./support/contract.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

after(tidyUp);

const school = () =>
    new School("north")
        .class("math")
        .class("art")
        .teacher("tess", "math")
        .teacher("theo", "art")
        .student("ada", "math")
        .student("ben", "math")
        .student("max", "math")
        .student("cleo", "art");

const start = (options = {}) => Server.start({ school: school(), ...options });
const join = (server, user, options) => Person.connect(server, user, options);
const joinAll = (server, ...users) => Promise.all(users.map((user) => join(server, user)));
const as = (server, user) => ({ token: server.token(user) });
const home = "class-math";

async function make(owner, access, others = [], more = {}) {
    const { group } = await owner.requestOk("group:create", { title: "the-lab", access, home, ...more });
    for (const other of others) await bringIn(owner, group, other);
    return group;
}
async function bringIn(owner, group, other) {
    await owner.requestOk("group:invite", { group: group.id, user: other.user });
    await other.see("group:invited", ({ invitation }) => invitation.group.id === group.id);
    await other.requestOk("group:accept", { group: group.id });
}
const joined = (person, group) => person.see("rooms:changed", (event) => event.joined.includes(group.room));
const left = (person, group) => person.see("rooms:changed", (event) => event.left.includes(group.room));

// Not one word of all that they were sent has any of these texts in it.
async function silent(people, ...texts) {
    await Promise.all(people.map((person) => person.settle()));
    for (const person of people) {
        const wire = JSON.stringify(person.events);
        for (const text of texts) assert.ok(!wire.includes(String(text)), `${person.user} was told ${text}`);
    }
}
async function alike(person, name, one, other) {
    const [first, second] = [await person.request(name, one), await person.request(name, other)];
    assert.equal(first.ok, false, name);
    assert.deepEqual(first, second, name);
}

describe("study groups", () => {
    scenario("whoever is blocked invites as everybody does, and is not heard", async () => {
        const server = await start();
        const [ada, ben, max] = await joinAll(server, "ada", "ben", "max");
        await ben.requestOk("block:set", { user: "ada", on: true });
        const group = await make(ada, "invitation", [], { title: "unheard" });
        // What she is answered and shown of the one who has blocked her and of one who has not.
        const seen = [];
        for (const user of ["ben", "max"]) {
            const answer = await ada.requestOk("group:invite", { group: group.id, user });
            const { invited } = await ada.requestOk("group:get", { group: group.id });
            const again = await ada.requestOk("group:invite", { group: group.id, user });
            const one = invited.find((entry) => entry.user.id === user);
            seen.push(JSON.stringify([answer, again, { ...one, at: "" }]).replaceAll(group.id, "GROUP").replaceAll(new RegExp(user, "gi"), "USER"));
        }
        assert.equal(seen[0], seen[1]);
        await max.see("group:invited");
        assert.deepEqual((await ben.requestOk("group:list", {})).invitations, []);
        await alike(ben, "group:accept", { group: group.id }, { group: "none" });
        await ada.requestOk("group:close", { group: group.id });
        await max.see("group:uninvited");
        await silent([ben], "unheard", group.id);
    });

    scenario("an open group, from its making to its end", async () => {
        const server = await start();
        const [ada, ben, cleo] = await joinAll(server, "ada", "ben", "cleo");
        const phone = await join(server, "ben", { transports: ["polling"] });
        const group = await make(ada, "open");
        await joined(ada, group);
        const { groups } = await ben.requestOk("group:find", { home, query: "LAB" });
        assert.deepEqual(groups.map((one) => [one.id, one.mine]), [[group.id, null]]);
        await ada.post(group.room, "before-ben");
        await ben.requestOk("group:join", { group: group.id });
        for (const device of [ben, phone]) await joined(device, group);
        await ada.see("group:member", ({ user, change }) => user.id === "ben" && change === "joined");
        const post = await ada.post(group.room, "with-ben");
        for (const device of [ben, phone]) await device.seeText("with-ben");
        await ben.comment(post.id, "well");
        await ada.see("comment:created", ({ comment }) => comment.text === "well");
        // Of an open group the past is everybody's.
        const { posts } = await ben.requestOk("feed:list", { room: group.room });
        assert.deepEqual(posts.map((one) => one.text), ["with-ben", "before-ben"]);
        // The answer is out: nothing more of it comes.
        await ben.requestOk("group:leave", { group: group.id });
        await ada.post(group.room, "without-ben");
        await ada.seeText("without-ben");
        await silent([ben, phone, cleo], "without-ben");
        for (const device of [ben, phone]) await left(device, group);
        assert.equal(await ben.refusal("feed:list", { room: group.room }), "not_found");
        assert.equal(await ben.refusal("post:create", { to: group.room, text: "x" }), "not_found");
        assert.equal(await ben.refusal("comment:create", { post: post.id, text: "x" }), "not_found");
        await ada.requestOk("group:close", { group: group.id });
        await ada.see("group:left", ({ reason }) => reason === "closed");
        assert.equal(await ada.refusal("feed:list", { room: group.room }), "not_found");
        await silent([cleo], group.id, "the-lab");
    });

    scenario("over REST as over the socket", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const made = await server.restOk("POST", "/groups", { title: "by REST", access: "invitation", home }, as(server, "ada"));
        const { group } = made.json();
        await joined(ada, group);
        await server.restOk("POST", `/groups/${group.id}/invitations`, { user: "ben" }, as(server, "ada"));
        await ben.see("group:invited");
        await server.restOk("PUT", `/groups/${group.id}/invitation`, undefined, as(server, "ben"));
        await joined(ben, group);
        await server.restOk("PUT", `/groups/${group.id}/members/ben`, { staff: true }, as(server, "ada"));
        const rooms = (await server.restOk("GET", "/rooms", undefined, as(server, "ben"))).json().rooms;
        assert.deepEqual(rooms.filter((one) => one.kind === "group"), [
            { room: group.room, kind: "group", title: "by REST", staff: true },
        ]);
        await server.restOk("DELETE", `/groups/${group.id}/membership`, undefined, as(server, "ben"));
        await left(ben, group);
        const outside = await server.rest("GET", `/groups/${group.id}`, undefined, as(server, "cleo"));
        const never = await server.rest("GET", "/groups/01HZZZZZZZZZZZZZZZZZZZZZZZ", undefined, as(server, "cleo"));
        assert.deepEqual([outside.status, outside.json()], [404, never.json()]);
        // The platform's own.
        const members = [{ userSourcedId: "tess", role: "owner" }, { userSourcedId: "max" }];
        await server.restOk("PUT", "/groups/lab-7", { title: "Lab 7", home, members });
        const max = await join(server, "max");
        assert.deepEqual(max.session.rooms.groups, ["group-lab-7"]);
        await server.restOk("PUT", "/groups/lab-7", { title: "Lab 7", members: members.slice(0, 1) });
        await left(max, { room: "group-lab-7" });
        await server.restOk("DELETE", "/groups/lab-7");
    });

    scenario("to outsiders a secret group is one that never was", async () => {
        const server = await start({ environment: { HOMEROOM_GROUPS_SECRET: "everybody" } });
        const [ada, ben, max, tess] = await joinAll(server, "ada", "ben", "max", "tess");
        const group = await make(ada, "secret", [ben]);
        const never = "01HZZZZZZZZZZZZZZZZZZZZZZZ";
        const post = await ada.post(group.room, "secret-words", { mentions: ["max", "ben"] });
        await ben.seeText("secret-words");
        await ben.requestOk("typing", { to: { post: post.id }, on: true });
        await ben.comment(post.id, "secret-words too");
        await ben.like(post.id);
        for (const outsider of [max, tess]) {
            for (const name of ["group:get", "group:join", "group:leave", "group:accept", "group:decline", "group:close"])
                await alike(outsider, name, { group: group.id }, { group: never });
            for (const name of ["presence:watch", "feed:list", "announcement:list", "feed:settings", "supervision:list"])
                await alike(outsider, name, { room: group.room }, { room: `group-${never}` });
            await alike(outsider, "typing", { to: { room: group.room }, on: true }, { to: { room: `group-${never}` }, on: true });
            await alike(outsider, "typing", { to: { post: post.id }, on: true }, { to: { post: never }, on: true });
            await alike(outsider, "post:create", { to: group.room, text: "x" }, { to: `group-${never}`, text: "x" });
            await alike(outsider, "post:get", { post: post.id }, { post: never });
            const { results } = await outsider.requestOk("feed:search", { query: "secret" });
            assert.deepEqual(results, []);
            const found = await outsider.requestOk("group:find", { home });
            assert.deepEqual(found, { ok: true, groups: [], next: null });
            const inbox = await outsider.requestOk("notification:list", {});
            assert.equal(inbox.unread, 0);
        }
        // Not to its members either: nobody is seen to be there.
        assert.equal(await ben.refusal("presence:watch", { room: group.room }), "forbidden");
        const device = await join(server, "max", { auth: { cursor: "0000000000000000" } });
        await silent([max, tess, device], group.id, "the-lab", "secret-words");
    });

    scenario("presence and typing in a group are as in a class", async () => {
        const server = await start();
        const [ada, ben, max] = await joinAll(server, "ada", "ben", "max");
        const group = await make(ada, "open", [ben]);
        const { users } = await ada.requestOk("presence:watch", { room: group.room });
        assert.deepEqual(users.map((one) => one.id).sort(), ["ada", "ben"]);
        await max.requestOk("group:join", { group: group.id });
        const about = (id, status) => (event) =>
            event.room === group.room && event.changes.some((one) => one.id === id && one.status === status);
        await ada.see("presence:changed", about("max", "online"));
        await ben.requestOk("typing", { to: { room: group.room }, on: true });
        for (const person of [ada, max]) await person.see("typing", ({ user, on }) => user === "ben" && on);
        await max.requestOk("group:leave", { group: group.id });
        await ada.see("presence:changed", about("max", "offline"));
        assert.equal(await max.refusal("presence:watch", { room: group.room }), "not_found");
    });

    // Cases 5 and 26.
    scenario("a group keeps its past from who came later, and from who comes back", async () => {
        const server = await start();
        const [ada, ben, max] = await joinAll(server, "ada", "ben", "max");
        const group = await make(ada, "invitation", [ben]);
        assert.equal(group.history, "joined");
        const early = await ada.post(group.room, "early-words", { mentions: ["ben"] });
        await ben.see("notification:created", ({ notification }) => notification.kind === "mention");
        await ben.requestOk("group:leave", { group: group.id });
        await ben.see("notification:removed");
        const between = await ada.post(group.room, "words-in-the-gap");
        for (const person of [ben, max]) await bringIn(ada, group, person);
        const late = await ada.post(group.room, "late-words");
        for (const person of [ben, max]) await person.seeText("late-words");
        // What happens to what is not for them is not for them either.
        await ada.requestOk("post:update", { post: between.id, text: "words-in-the-gap again" });
        await ada.comment(between.id, "comment-in-the-gap");
        await ada.like(early.id);
        await ada.see("reaction:changed");
        for (const person of [ben, max]) {
            const { posts } = await person.requestOk("feed:list", { room: group.room });
            assert.deepEqual(posts.map((one) => one.text), ["late-words"]);
            for (const { id } of [early, between]) await alike(person, "post:get", { post: id }, { post: "nothing" });
            const { results } = await person.requestOk("feed:search", { query: "words", room: group.room });
            assert.equal(results.length, 1);
            assert.deepEqual((await person.requestOk("notification:list", {})).unread, 0);
        }
        await silent([max], "early-words", "in-the-gap", early.id, between.id);
        await silent([ben], "in-the-gap", between.id);
        for (const user of ["ben", "max"]) {
            const device = await join(server, user, { auth: { cursor: "0000000000000000" } });
            await device.seeText("late-words");
            await silent([device], "early-words", "in-the-gap", between.id);
            // That an entry of his own inbox is gone ben may learn; it names what he had seen before.
            const told = device.events.filter(({ body: event }) => JSON.stringify(event).includes(early.id));
            assert.deepEqual([...new Set(told.map(({ name }) => name))], user === "ben" ? ["notification:removed"] : []);
        }
        await server.restart();
        const device = await join(server, "ben", { auth: { cursor: "0000000000000000" } });
        assert.deepEqual(device.session.rooms.groups, [group.room]);
        await device.seeText("late-words");
        await silent([device], "early-words", "in-the-gap");
        assert.equal((await device.requestOk("post:get", { post: late.id })).post.text, "late-words");
    });

    scenario("groups outlive the server and every import, and end with the room they belong to", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const group = await make(ada, "open", [ben]);
        await server.kill();
        await server.launch();
        for (const person of [ada, ben]) await person.see("session", ({ rooms }) => rooms.groups.includes(group.room), 15_000);
        const next = school().student("new", "math");
        await server.importOk(next.write(path.join(server.folder, "next")));
        await ada.post(group.room, "still there");
        await ben.seeText("still there");
        await server.restOk("DELETE", `/enrollments/${enrollmentId("ada", "math")}`);
        await ada.see("group:left", ({ groupId, reason }) => groupId === group.id && reason === "roster");
        await ben.see("group:changed", ({ group: now }) => now.owner.id === "ben");
        await ben.post(group.room, "after-ada");
        await silent([ada], "after-ada");
    });

    scenario("a disabled user is out of everything at once, and back where he was", async () => {
        const server = await start();
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const group = await make(ada, "open", [ben]);
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north", { enabledUser: false }));
        await ben.see("auth:ended");
        await ada.post(group.room, "while-ben-is-away");
        await ada.settle();
        assert.ok(!JSON.stringify(ben.events).includes("while-ben-is-away"));
        const { members } = await ada.requestOk("group:get", { group: group.id });
        assert.deepEqual(members.map((one) => one.user.id), ["ada"]);
        await server.restOk("PUT", "/users/ben", body.user("ben", "student", "north"));
        const again = await join(server, "ben");
        assert.deepEqual(again.session.rooms.groups, [group.room]);
    });

    scenario("who leads a group is staff in it, and nowhere else", async () => {
        const environment = { HOMEROOM_FEED_ANONYMOUS_NAMES: "true", HOMEROOM_MESSAGES_SUPERVISED: "students" };
        const server = await start({ environment });
        const [ada, ben] = await joinAll(server, "ada", "ben");
        const group = await make(ada, "open", [ben]);
        const asked = await ben.post(group.room, "who asks?", { anonymous: true });
        await ada.requestOk("post:pin", { post: asked.id, on: true });
        const { post } = await ada.requestOk("post:get", { post: asked.id });
        assert.ok(!JSON.stringify(post).includes('"ben"'), "the name behind a pseudonym is for the school's staff");
        assert.equal(await ada.refusal("supervision:list", { room: group.room }), "not_found");
        assert.equal(await ada.refusal("announcement:create", { to: group.room, title: "x", text: "x" }), "forbidden");
        assert.deepEqual(ada.session.user.roles, ["student"]);
    });
});

describe("rooms above a school", () => {
    scenario("who is in a school is in what it is a part of; a role there is none below", async () => {
        const district = school().org("district").org("valley", "district").user("dora", "districtAdministrator", { school: "district" });
        district.records.orgs[0].parentSourcedId = "district";
        district.user("vic", "student", { school: "valley" });
        const server = await Server.start({ school: district });
        const [dora, ada, vic] = await joinAll(server, "dora", "ada", "vic");
        assert.deepEqual(ada.session.rooms.institutions, ["institution-district", "institution-north"]);
        assert.equal(ada.session.rooms.institution, "institution-north");
        assert.deepEqual(dora.session.rooms.institutions, ["institution-district"]);
        const notice = { to: "institution-district", title: "Snow", text: "no school today" };
        await dora.requestOk("announcement:create", notice);
        for (const person of [ada, vic]) await person.see("announcement:created", ({ announcement }) => announcement.title === "Snow");
        assert.equal(await ada.refusal("announcement:create", notice), "forbidden");
        assert.equal(await dora.refusal("announcement:create", { ...notice, to: "institution-north" }), "not_found");
        assert.equal(await dora.refusal("feed:list", { room: "institution-north" }), "not_found");
        await ada.post("institution-north", "north-words");
        await silent([dora, vic], "north-words");
        // The school leaves the district.
        await server.restOk("PUT", "/orgs/north", body.org("north"));
        await ada.see("rooms:changed", ({ left: gone }) => gone.includes("institution-district"));
        await dora.requestOk("announcement:create", { ...notice, title: "Ice" });
        await vic.see("announcement:created", ({ announcement }) => announcement.title === "Ice");
        await silent([ada], "Ice");
    });
});

describe("guardians", () => {
    const family = () => {
        const all = school().user("grace", "guardian");
        all.records.users.find((one) => one.sourcedId === "ada").agentSourcedIds = "grace";
        return all.user("pia", "principal");
    };

    scenario("a guardian is in no room of the school, and nobody writes to him, whatever the policy for messages", async () => {
        const server = await Server.start({ school: family(), environment: { HOMEROOM_MESSAGES_INSTITUTION: "true" } });
        const [grace, ada, cleo, pia] = await joinAll(server, "grace", "ada", "cleo", "pia");
        assert.deepEqual(grace.rooms, ["global", "user-grace"]);
        await ada.requestOk("message:send", { to: { user: "cleo" }, text: "within the school" });
        await cleo.see("message:created");
        for (const [from, to] of [[grace, "ada"], [grace, "pia"], [ada, "grace"], [pia, "grace"]])
            await alike(from, "message:send", { to: { user: to }, text: "x" }, { to: { user: "nobody" }, text: "x" });
        await alike(grace, "feed:list", { room: "institution-north" }, { room: "institution-nowhere" });
        await alike(grace, "group:create", { title: "x", home: "institution-north" }, { title: "x", home: "institution-nowhere" });
        await pia.post("institution-north", "school-words");
        await pia.requestOk("announcement:create", { to: "institution-north", title: "school-title", text: "x" });
        await silent([grace], "school-words", "school-title");
    });

    scenario("what an institution announces to guardians reaches them and its staff", async () => {
        const server = await Server.start({ school: family(), environment: { HOMEROOM_ANNOUNCEMENTS_GUARDIANS: "true" } });
        const [grace, ada, pia] = await joinAll(server, "grace", "ada", "pia");
        const room = "institution-north/guardians";
        assert.deepEqual(grace.session.rooms.guardians, [room]);
        await pia.requestOk("announcement:create", { to: room, title: "an-evening", text: "for guardians" });
        for (const person of [grace, pia]) await person.see("announcement:created", (event) => event.room === room);
        const { announcements } = await grace.requestOk("announcement:list", {});
        assert.deepEqual(announcements.map((one) => one.title), ["an-evening"]);
        assert.equal(await grace.refusal("announcement:create", { to: room, title: "x", text: "x" }), "forbidden");
        for (const name of ["feed:list", "presence:watch"]) assert.equal(await grace.refusal(name, { room }), "forbidden");
        await alike(ada, "announcement:list", { room }, { room: "institution-nowhere/guardians" });
        await silent([ada], "an-evening");
        await server.restOk("PUT", "/users/grace", body.user("grace", "guardian", "north", { roles: [] }));
        await grace.see("rooms:changed", ({ left: gone }) => gone.includes(room));
        await pia.requestOk("announcement:create", { to: room, title: "another-evening", text: "x" });
        await silent([grace], "another-evening");
    });

    scenario("when a guardianship ends, so does what its badge counts", async () => {
        const server = await Server.start({ school: family(), environment: { HOMEROOM_GRADES_GUARDIANS: "true" } });
        const [grace, tess] = await joinAll(server, "grace", "tess");
        await tess.requestOk("grade:publish", { student: "ada", class: "math", item: "test", score: 3 });
        await grace.see("notification:created", ({ unread }) => unread === 1);
        const ada = (agents) => body.user("ada", "student", "north", { agentSourcedIds: agents });
        await server.restOk("PUT", "/users/ada", ada([]));
        await grace.see("guardian:changed", ({ removed }) => removed.includes("ada"));
        await grace.see("notification:removed", ({ unread }) => unread === 0);
        assert.equal((await grace.requestOk("notification:list", {})).unread, 0);
        await tess.requestOk("grade:publish", { student: "ada", class: "math", item: "test", score: 4 });
        await grace.settle();
        assert.equal(grace.received("grade:updated").length, 1);
        await server.restOk("PUT", "/users/ada", ada(["grace"]));
        await grace.see("guardian:changed", ({ added }) => added.includes("ada"));
    });
});

describe("all that is told of them", () => {
    scenario("has the form that the contract gives it", async () => {
        const contract = new Contract();
        const server = await Server.start({
            school: school(),
            environment: { HOMEROOM_GROUPS_SECRET: "everybody", HOMEROOM_GRADES_GUARDIANS: "true" },
        });
        const people = await joinAll(server, "ada", "ben", "max");
        const [ada, ben, max] = people;
        const group = await make(ada, "secret", [ben, max], { listed: false });
        await ada.requestOk("group:update", { group: group.id, title: "another" });
        await ada.requestOk("group:transfer", { group: group.id, user: "ben" });
        await ben.requestOk("group:remove", { group: group.id, user: "max" });
        await ben.requestOk("group:invite", { group: group.id, user: "max" });
        await max.requestOk("group:decline", { group: group.id });
        await ben.requestOk("group:close", { group: group.id });
        await max.see("group:uninvited");
        for (const { name, body: event } of people.flatMap((one) => one.events))
            assert.equal(contract.eventFault(name, event), undefined, `${name} ${JSON.stringify(event)}`);
    });
});
