// Everybody gets exactly what they may see: thousands of random operations of all features, each delivered event compared
// with a model of plain sets (support/model.mjs). Nothing extra, nothing missing, each once and in order, through changes of
// the roster, reconnects, restarts and kill -9.
//
// OPERATIONS (10,000) and SEED in the environment; the seed is printed.

import assert from "node:assert/strict";
import { after, describe } from "node:test";

import { Person } from "./support/client.mjs";
import { Model, keyOf } from "./support/model.mjs";
import { Chance, seedOfRun } from "./support/random.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School, body, enrollmentId } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const operations = Number(process.env.OPERATIONS ?? 10_000);
const teachers = ["t1", "t2", "t3"];
const students = Array.from({ length: 10 }, (_, i) => `s${i + 1}`);
const classes = { algebra: "maths", geometry: "maths", poetry: "letters", drama: "letters", lab: "nature" };
const kinds = ["like", "heart", "laugh"];
const items = ["essay", "test", "talk"];
const operationsShown = 40;
const burstMost = 9; // requests at once; the log may have their events in another order than the journal

// How often each key occurs.
function tally(keys) {
    const counts = new Map();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
}

// What is in `keys` more often than in `others`.
function surplus(keys, others) {
    const rest = tally(others);
    return keys.filter((key) => {
        rest.set(key, (rest.get(key) ?? 0) - 1);
        return rest.get(key) < 0;
    });
}

// One user's connection, and what it has been owed since the last comparison.
class Seat {
    constructor(user, transports) {
        this.user = user;
        this.transports = transports;
        this.online = false;
        this.seen = 0; // how many of the person's events have been compared
        this.owedFrom = 0; // the first event of the model's log that has not
        this.last = 0; // where in the log recovery may start: at the last event that arrived, or a little before
        this.owed = undefined; // after a return: { must, may }
    }

    arrived() {
        return this.person.events.slice(this.seen).filter((event) => keyOf(event, this.user) !== undefined);
    }

    keys() {
        return this.arrived().map((event) => keyOf(event, this.user));
    }
}

class World {
    constructor(seed) {
        this.chance = new Chance(seed);
        this.model = new Model();
        this.history = [];
        this.number = 0;
    }

    async start() {
        const school = new School("north");
        for (const [id, course] of Object.entries(classes)) {
            school.class(id, { course });
            this.model.addClass(id, course);
        }
        for (const id of [...teachers, ...students]) {
            const role = teachers.includes(id) ? "teacher" : "student";
            school.user(id, role);
            this.model.addUser(id);
            for (const one of Object.keys(classes)) {
                if (!this.chance.happens(0.5)) continue;
                school.enroll(id, one, role);
                this.model.enroll(id, one, role);
            }
        }
        this.server = await Server.start({ school });
        const transports = (i) => (i % 4 === 3 ? ["polling"] : ["websocket"]);
        this.seats = [...this.model.users].map((user, i) => new Seat(user, transports(i)));
        await Promise.all(this.seats.map((seat) => this.arrive(seat)));
    }

    note(text) {
        this.history.push(`${this.number}: ${text}`);
        if (this.history.length > operationsShown) this.history.shift();
    }

    get online() {
        return this.seats.filter((seat) => seat.online);
    }

    seatOf(user) {
        return this.seats.find((seat) => seat.user === user);
    }

    // --- comparing ------------------------------------------------------------------------

    // Waits for what is still on its way to this seat, then compares all that arrived since the last time.
    async compare(seat) {
        const { must, may } = seat.owed ?? this.live(seat);
        const missing = () => surplus(must, seat.keys());
        await eventually(`${seat.user} to get everything`, () => missing().length === 0, 8000).catch(() =>
            assert.fail(`${seat.user} never got:\n${missing().join("\n")}`),
        );
        // What only may come, comes with the rest of a replay, or never.
        if (may.length > 0) await seat.person.settle();
        const arrived = seat.arrived();
        const keys = seat.keys();
        assert.deepEqual(surplus(keys, [...must, ...may]), [], `${seat.user} got what was not theirs`);
        const order = arrived.map((event) => event.body.seq);
        assert.deepEqual(order, [...order].sort(), `${seat.user} got it out of order`);
        assert.equal(new Set(order).size, order.length, `${seat.user} got something twice`);
        this.checkNotifications(seat);
        const behind = Math.max(...keys.map((key) => this.model.positionAfter(key))) - burstMost;
        seat.last = Math.max(seat.last, behind);
        seat.seen = seat.person.events.length;
        seat.owedFrom = this.model.log.length;
        seat.owed = undefined;
    }

    // Here nobody is mentioned, so comments are of others on posts of one's own. When they come is another matter.
    checkNotifications(seat) {
        for (const { name, body } of seat.person.events.slice(seat.seen)) {
            if (name === "live:current")
                for (const { id, room } of body.lives)
                    assert.ok(this.model.isMember(seat.user, room) || this.model.wasJustTouched(seat.user, room), `${seat.user} sees ${id}`);
            if (name !== "notification:created") continue;
            const { kind, target, actors } = body.notification;
            assert.ok(!actors.some((actor) => actor.id === seat.user), "of what one did oneself");
            if (kind === "comment") assert.equal(this.model.posts.get(target.post).author, seat.user);
            else if (kind === "grade") assert.equal(target.student, seat.user);
            else if (kind === "message") {
                // It may have been on its way when he was taken out.
                const { members, former } = this.model.conversations.get(target.conversation);
                assert.ok(members.has(seat.user) || former?.has(seat.user));
            }
            else if (kind !== "live") assert.equal(kind, "announcement");
        }
    }

    // While connected and compared before every change of the roster: what the audience was is what must arrive.
    live(seat) {
        const since = this.model.log.slice(seat.owedFrom);
        const must = since.filter((one) => one.audience.has(seat.user)).map((one) => one.key);
        return { must, may: [] };
    }

    async compareAll() {
        await Promise.all(this.online.map((seat) => this.compare(seat)));
    }

    checkRooms(seat, rooms) {
        const expected = this.model.roomsOf(seat.user);
        const { classes: inClasses, courses: inCourses } = rooms;
        assert.deepEqual({ classes: [...inClasses].sort(), courses: [...inCourses].sort() }, expected);
    }

    // --- coming and going -----------------------------------------------------------------

    // A new device, with the cursor of the last session or, the first time, with none.
    async arrive(seat, meanwhile = async () => {}) {
        const cursor = seat.person?.session.cursor;
        const options = { transports: seat.transports, auth: cursor === undefined ? {} : { cursor } };
        const from = cursor === undefined ? this.model.log.length : seat.sessionFrom;
        const surely = cursor === undefined ? from : seat.sessionSurely;
        const before = this.model.log.length;
        const connecting = Person.connect(this.server, seat.user, options);
        await Promise.all([connecting, meanwhile()]);
        seat.person?.leave();
        seat.person = await connecting;
        seat.online = true;
        seat.seen = 0;
        seat.last = from;
        seat.owedFrom = this.model.log.length;
        seat.owed = cursor === undefined ? undefined : this.owed(seat.user, from, surely);
        // A session that began with a cursor says the same one: what is behind it is only about to come.
        if (cursor === undefined) this.sessionBegan(seat, before);
        else this.checkRooms(seat, seat.person.session.rooms);
    }

    // What the last session's cursor may or may not have covered is owed only perhaps.
    owed(user, from, surely) {
        const all = this.model.owed(user, from);
        const doubtful = new Set(this.model.log.slice(from, surely).map((one) => one.key));
        return {
            must: all.must.filter((key) => !doubtful.has(key)),
            may: [...all.may, ...all.must.filter((key) => doubtful.has(key))],
        };
    }

    sessionBegan(seat, before) {
        seat.sessionFrom = before;
        seat.sessionSurely = this.model.log.length;
        this.checkRooms(seat, seat.person.session.rooms);
    }

    async goAway(seat) {
        this.note(`${seat.user} goes away`);
        await this.compare(seat);
        await seat.person.away();
        seat.online = false;
    }

    // By connection state recovery or as a new device, while others go on.
    async comeBack(seat) {
        const meanwhile = () => this.burst(this.chance.below(6));
        if (this.chance.happens(0.5)) {
            this.note(`${seat.user} comes back as a new device`);
            await this.arrive(seat, meanwhile);
        } else {
            this.note(`${seat.user} comes back`);
            const before = this.model.log.length;
            await Promise.all([seat.person.back(), meanwhile()]);
            seat.online = true;
            seat.owed = this.model.owed(seat.user, seat.owedFrom, seat.last);
            this.sessionBegan(seat, before);
        }
        await this.compare(seat);
    }

    // The connection breaks in the middle of things; the client returns by itself.
    async breakDuringBurst(seat) {
        this.note(`the connection of ${seat.user} breaks`);
        await this.compare(seat);
        const before = this.model.log.length;
        const sessions = seat.person.sessions.length;
        const bursting = this.burst(6, seat); // whose own requests would go down with the connection
        seat.person.breakTransport();
        await bursting;
        await eventually(
            `${seat.user} to come back`,
            () => seat.person.socket.connected && seat.person.sessions.length > sessions,
        );
        this.sessionBegan(seat, before);
        await this.compare(seat);
    }

    // In good order or by kill -9; all come back by recovery.
    async restart(signal) {
        this.note(`the server is ended by ${signal}`);
        await this.compareAll();
        const before = this.online.map((seat) => [seat, seat.person.sessions.length]);
        await this.server.restart(signal);
        for (const [seat, sessions] of before) {
            const isBack = () => seat.person.socket.connected && seat.person.sessions.length > sessions;
            await eventually(`${seat.user} to come back`, isBack, 20_000);
            assert.equal(seat.person.session.recovered, true, `${seat.user} was recovered`);
            this.sessionBegan(seat, this.model.log.length);
        }
    }

    // --- the roster -----------------------------------------------------------------------

    async changeRoster() {
        await this.compareAll();
        const user = this.chance.one([...this.model.users]);
        const classId = this.chance.one(Object.keys(classes));
        const role = this.model.enrolled.get(`${user}|${classId}`);
        const route = `/enrollments/${enrollmentId(user, classId)}`;
        if (role && this.chance.happens(0.8)) {
            this.note(`${user} is dropped from ${classId}`);
            await this.server.restOk("DELETE", route);
            this.model.drop(user, classId);
        } else {
            const next = this.chance.happens(0.25) ? "teacher" : "student";
            this.note(`${user} is a ${next} of ${classId}`);
            await this.server.restOk("PUT", route, body.enrollment(user, classId, "north", next));
            this.model.enroll(user, classId, next);
        }
        const seat = this.seatOf(user);
        if (!seat.online || Boolean(role) === this.model.enrolled.has(`${user}|${classId}`)) return;
        await eventually(`${user} to hear of it`, () => {
            const rooms = seat.person.received("rooms:changed").at(-1)?.rooms;
            this.checkRooms(seat, rooms);
            return true;
        });
    }

    // --- content --------------------------------------------------------------------------

    // Several at once, of different people about different posts, so that their order does not matter to the model.
    async burst(size, except) {
        const free = this.chanceOrder(this.online.filter((seat) => seat !== except));
        const taken = new Set();
        const busy = [];
        for (const seat of free.slice(0, size)) {
            this.number += 1;
            busy.push(this.act(seat, taken));
        }
        await Promise.all(busy);
    }

    chanceOrder(list) {
        return list
            .map((item) => [this.chance.next(), item])
            .sort((a, b) => a[0] - b[0])
            .map(([, item]) => item);
    }

    // One random request of this seat; posts in `taken` are somebody else's business just now.
    act(seat, taken) {
        const seen = this.model.visiblePosts(seat.user).slice(-60).filter((post) => !taken.has(post.id));
        const post = seen.length > 0 ? this.chance.one(seen) : undefined;
        if (post) taken.add(post.id);
        const own = post?.author === seat.user;
        const weights = { post: 30, comment: 18, react: 20, update: 7, delete: 5, pry: 5, message: 10, grade: 5, announce: 4, live: 4 };
        switch (this.chance.weighed(weights)) {
            case "message":
                return this.message(seat, taken);
            case "grade":
                return this.grade(seat, taken);
            case "announce":
                return this.announce(seat, taken);
            case "live":
                return this.liveClass(seat, taken);
            case "comment":
                return post ? this.comment(seat, post) : this.pry(seat);
            case "react":
                return post ? this.react(seat, post) : this.pry(seat);
            case "update":
                return own ? this.update(seat, post) : this.post(seat);
            case "delete":
                return own ? this.delete(seat, post) : this.post(seat);
            case "pry":
                return this.pry(seat);
            default:
                return this.post(seat);
        }
    }

    async post(seat) {
        const rooms = this.model.roomsOf(seat.user);
        const ledCourses = rooms.courses.filter((room) => this.model.isStaff(seat.user, room));
        const possible = [...rooms.classes, ...rooms.classes, ...ledCourses];
        if (possible.length === 0) return;
        const room = this.chance.one(possible);
        const visibility = this.visibility(seat.user, room);
        const text = `text ${this.number}`;
        this.note(`${seat.user} posts in ${room} for ${JSON.stringify(visibility)}`);
        const answer = await seat.person.request("post:create", { to: room, text, visibility });
        // Whether a student may ask the staff in private is the school's business; whether it leaks is ours.
        if (!answer.ok && answer.error.code === "forbidden" && !this.model.isStaff(seat.user, room)) {
            assert.notEqual(visibility, "everyone");
            return;
        }
        assert.ok(answer.ok, `${seat.user} could not post in ${room}: ${JSON.stringify(answer)}`);
        this.model.created(answer.post.id, room, seat.user, visibility);
    }

    visibility(user, room) {
        const kind = this.chance.weighed({ everyone: 60, staff: 20, users: 20 });
        if (kind !== "users") return kind;
        const others = this.chanceOrder(this.model.members(room).filter((one) => one !== user));
        return others.length > 0 ? { users: others.slice(0, 1 + this.chance.below(3)) } : "everyone";
    }

    async comment(seat, post) {
        this.note(`${seat.user} comments on ${post.id}`);
        const comment = await seat.person.comment(post.id, `comment ${this.number}`);
        this.model.commented(post, comment.id);
    }

    async react(seat, post) {
        const current = post.reactions.get(seat.user) ?? null;
        const kind = this.chance.one([...kinds, null].filter((one) => one !== current));
        this.note(`${seat.user} reacts to ${post.id} with ${kind}`);
        await seat.person.requestOk("reaction:set", { target: { post: post.id }, kind });
        this.model.reacted(post, seat.user, kind);
    }

    async update(seat, post) {
        const text = `edited ${this.number}`;
        this.note(`${seat.user} edits ${post.id}`);
        await seat.person.requestOk("post:update", { post: post.id, text });
        this.model.updated(post, text);
    }

    async delete(seat, post) {
        this.note(`${seat.user} deletes ${post.id}`);
        await seat.person.requestOk("post:delete", { post: post.id });
        this.model.deleted(post);
    }

    // --- conversations, grades, announcements ---------------------------------------------

    // In a conversation that nobody else is busy with; of those who share no room any more it is refused.
    async message(seat, taken) {
        const { user } = seat;
        const mine = [...this.model.conversations.values()].filter((one) => one.members.has(user) && !taken.has(one.id)).slice(-12);
        if (mine.length === 0 || this.chance.happens(0.15)) return this.writeFirst(seat, taken);
        const conversation = this.chance.one(mine);
        taken.add(conversation.id);
        const own = this.model.messages.filter((one) => one.conversation === conversation && one.author === user).at(-1);
        const kind = this.chance.weighed({ say: 70, edit: 15, delete: 10 });
        this.note(`${user}: ${kind} in ${conversation.id}`);
        if (kind !== "say" && own && !own.deleted && own.users.has(user)) return this.changeMessage(seat, own, kind);
        const answer = await seat.person.request("message:send", { to: { conversation: conversation.id }, text: `text ${this.number}` });
        if (answer.ok) return this.model.said(conversation, answer.message.id, user);
        const all = [...conversation.members];
        assert.ok(all.some((a) => all.some((b) => a !== b && !this.model.shareRoom(a, b))), JSON.stringify(answer));
    }

    async changeMessage(seat, message, kind) {
        const text = `edited ${this.number}`;
        const edits = kind === "edit";
        const request = { message: message.id, ...(edits ? { text } : {}) };
        const answer = await seat.person.request(edits ? "message:update" : "message:delete", request);
        if (!answer.ok) assert.equal(answer.error.code, "forbidden", JSON.stringify(answer));
        else if (edits) this.model.rewrote(message, text);
        else this.model.deleted(message, "message:deleted");
    }

    // To one person, or in a new group; with a pair that is not at it just now, so that it gets one conversation.
    async writeFirst(seat, taken) {
        const { user } = seat;
        const others = this.chanceOrder([...this.model.users]).filter((one) => one !== user && this.model.shareRoom(user, one));
        const [other] = others;
        const pair = [user, other].sort().join();
        if (other === undefined || taken.has(pair)) return;
        taken.add(pair);
        if (this.chance.happens(0.4)) return this.makeGroup(seat, others.slice(0, 3));
        this.note(`${user} writes to ${other}`);
        const { message } = await seat.person.requestOk("message:send", { to: { user: other }, text: `text ${this.number}` });
        const known = this.model.conversations.get(message.conversation);
        this.model.said(known ?? this.model.conversed(message.conversation, [user, other], false), message.id, user);
    }

    async makeGroup(seat, others) {
        const users = others.filter((one, i) => others.slice(0, i).every((before) => this.model.shareRoom(one, before)));
        this.note(`${seat.user} makes a group with ${users}`);
        const { conversation } = await seat.person.requestOk("conversation:create", { users });
        this.model.conversed(conversation.id, [seat.user, ...users], true);
    }

    // By itself: it decides for whom messages are.
    async changeGroup() {
        await this.compareAll();
        const owned = [...this.model.conversations.values()].filter((one) => one.isGroup && one.members.has(one.owner));
        const group = this.chance.one(owned.slice(-8));
        const seat = group && this.seatOf(group.owner);
        if (!seat?.online) return;
        const base = { conversation: group.id };
        const inIt = [...group.members].filter((one) => one !== group.owner);
        if (inIt.length > 0 && this.chance.happens(0.5)) {
            const user = this.chance.one(inIt);
            this.note(`${user} is taken out of ${group.id}`);
            await seat.person.requestOk("conversation:remove", { ...base, user });
            this.model.wentOut(group, user);
        } else {
            const strangers = [...this.model.users].filter((one) => !group.members.has(one));
            const fits = (one) => [...group.members].every((member) => this.model.shareRoom(one, member));
            const user = strangers.find(fits);
            if (user === undefined) return;
            this.note(`${user} comes into ${group.id}`);
            const answer = await seat.person.request("conversation:add", { ...base, users: [user] });
            if (answer.ok) this.model.cameIn(group, user);
            else assert.equal(answer.error.code, "forbidden", JSON.stringify(answer));
        }
        await this.compareAll();
    }

    async grade(seat, taken) {
        const led = this.model.roomsOf(seat.user).classes.filter((room) => this.model.isStaff(seat.user, room) && !taken.has(room));
        if (led.length === 0) return;
        const room = this.chance.one(led);
        taken.add(room);
        const pupils = this.model.members(room).filter((one) => !this.model.isStaff(one, room));
        if (pupils.length === 0) return;
        const classId = room.slice("class-".length);
        const kind = this.chance.weighed({ save: 30, publish: 60, withdraw: 15 });
        if (kind === "withdraw") return this.withdrawGrade(seat, classId);
        const mark = { student: this.chance.one(pupils), class: classId, item: this.chance.one(items), score: this.number };
        this.note(`${seat.user}: ${kind} ${mark.item} of ${mark.student} in ${room}`);
        const { grade } = await seat.person.requestOk(`grade:${kind}`, mark);
        this.model.graded(grade, classId, mark.student, kind === "publish" ? "updated" : undefined);
    }

    async withdrawGrade(seat, classId) {
        const all = [...this.model.grades.values()].filter((one) => one.staff.room === `class-${classId}` && one.isPublished);
        if (all.length === 0) return;
        const { id, student } = this.chance.one(all);
        this.note(`${seat.user} withdraws ${id}`);
        const { grade } = await seat.person.requestOk("grade:withdraw", { grade: id });
        this.model.graded(grade, classId, student, "withdrawn");
    }

    async announce(seat, taken) {
        const { user } = seat;
        const seen = this.model.announcements.filter((one) => !one.deleted && !taken.has(one.id) && this.model.isMember(user, one.room));
        const known = seen.slice(-20);
        const announcement = known.length > 0 ? this.chance.one(known) : undefined;
        const led = this.model.roomsOf(user).classes.filter((room) => this.model.isStaff(user, room));
        if (led.length > 0 && (!announcement || this.chance.happens(0.6))) {
            const to = this.chance.one(led);
            this.note(`${user} announces in ${to}`);
            const request = { to, title: `title ${this.number}`, text: "x", requireAck: true };
            const { announcement: made } = await seat.person.requestOk("announcement:create", request);
            return this.model.announced(made.id, to, user);
        }
        if (!announcement) return;
        taken.add(announcement.id);
        if (this.model.isStaff(user, announcement.room) && this.chance.happens(0.5)) {
            this.note(`${user} withdraws ${announcement.id}`);
            await seat.person.requestOk("announcement:withdraw", { announcement: announcement.id });
            return this.model.deleted(announcement, "announcement:withdrawn");
        }
        if (announcement.author === user) return;
        this.note(`${user} acknowledges ${announcement.id}`);
        await seat.person.requestOk("announcement:ack", { announcement: announcement.id });
        this.model.acknowledged(announcement, user);
    }

    // Begun, given another title, and ended by staff; others try to watch, which those of the room may.
    async liveClass(seat, taken) {
        const { user } = seat;
        const open = this.model.lives.filter((one) => !one.over && !taken.has(one.id)).slice(-20);
        const live = open.length > 0 ? this.chance.one(open) : undefined;
        const { classes: inClasses, courses } = this.model.roomsOf(user);
        const led = [...inClasses, ...courses].filter((room) => this.model.isStaff(user, room));
        if (led.length > 0 && (!live || this.chance.happens(0.4))) {
            const room = this.chance.one(led);
            this.note(`${user} starts a live class in ${room}`);
            const { live: made } = await seat.person.requestOk("live:start", { room, title: `title ${this.number}` });
            return this.model.started(made.id, room);
        }
        if (!live) return;
        taken.add(live.id);
        const request = { live: live.id };
        if (!this.model.isStaff(user, live.room)) {
            this.note(`${user} looks into the live class ${live.id}`);
            const isMember = this.model.isMember(user, live.room);
            assert.equal(await seat.person.refusal("live:end", request), isMember ? "forbidden" : "not_found");
            const answer = await seat.person.request("live:get", request);
            assert.equal(answer.ok ? "ok" : answer.error.code, isMember ? "ok" : "not_found");
            return;
        }
        if (this.chance.happens(0.4)) {
            const title = `title ${this.number}`;
            this.note(`${user} gives the live class ${live.id} another title`);
            await seat.person.requestOk("live:update", { ...request, title });
            return this.model.retitled(live, title);
        }
        this.note(`${user} ends the live class ${live.id}`);
        await seat.person.requestOk("live:end", request);
        this.model.ended(live);
    }

    async alert() {
        this.note("an alert");
        const title = `alert ${this.number}`;
        await this.server.restOk("POST", "/alerts", { title, text: "to all" });
        this.model.happened(`alert ${title}`, { users: this.model.users });
    }

    // Somebody tries what is not theirs, and learns nothing.
    async pry(seat) {
        const hidden = this.model.hiddenPosts(seat.user).slice(-60);
        if (hidden.length === 0) return;
        const { id: post } = this.chance.one(hidden);
        const [name, request] = this.chance.one([
            ["post:get", { post }],
            ["comment:create", { post, text: "let me in" }],
            ["reaction:set", { target: { post }, kind: "like" }],
            ["post:update", { post, text: "mine now" }],
            ["post:delete", { post }],
        ]);
        this.note(`${seat.user} tries ${name} on ${post}`);
        assert.equal(await seat.person.refusal(name, request), "not_found", `${name} by ${seat.user}`);
    }

    // --- the run --------------------------------------------------------------------------

    async step() {
        const away = this.seats.filter((seat) => !seat.online);
        const weights = { one: 55, burst: 8, roster: 5, away: 2, back: 2.5, cut: 0.7, group: 1.5, alert: 0.3, restart: 0.05 };
        switch (this.chance.weighed(weights)) {
            case "burst":
                return this.burst(2 + this.chance.below(burstMost - 1));
            case "roster":
                this.number += 1;
                return this.changeRoster();
            case "away":
                this.number += 1;
                if (this.online.length < 6) return this.comeBack(this.chance.one(away));
                return this.goAway(this.chance.one(this.online));
            case "back":
                this.number += 1;
                return away.length > 0 ? this.comeBack(this.chance.one(away)) : undefined;
            case "group":
                this.number += 1;
                return this.changeGroup();
            case "alert":
                this.number += 1;
                return this.alert();
            case "restart":
                this.number += 1;
                return this.restart(this.chance.happens(0.5) ? "SIGTERM" : "SIGKILL");
            case "cut":
                this.number += 1;
                return this.breakDuringBurst(this.chance.one(this.online));
            default:
                return this.burst(1);
        }
    }

    // At the end everybody is back, nothing more arrives, and the feeds hold what they should.
    async finish() {
        for (const seat of this.seats.filter((one) => !one.online)) await this.comeBack(seat);
        await Promise.all(this.online.map((seat) => seat.person.settle(600)));
        await this.compareAll();
        for (const seat of this.seats) {
            const { classes: inClasses, courses } = this.model.roomsOf(seat.user);
            for (const room of [...inClasses, ...courses]) await this.checkFeed(seat, room);
        }
    }

    async checkFeed(seat, room) {
        const listed = [];
        let before;
        do {
            const request = { room, limit: 100, ...(before ? { before } : {}) };
            const page = await seat.person.requestOk("feed:list", request);
            listed.push(...page.posts.map((post) => post.id));
            before = page.next;
        } while (before);
        const expected = this.model.visiblePosts(seat.user).filter((post) => post.room === room);
        assert.deepEqual(listed.sort(), expected.map((post) => post.id).sort(), `${room} of ${seat.user}`);
    }
}

describe("visibility", () => {
    after(tidyUp);

    scenario(`holds through ${operations} random operations`, { seconds: 900 }, async (t) => {
        const world = new World(seedOfRun());
        await world.start();
        const began = Date.now();
        try {
            while (world.number < operations) await world.step();
            await world.finish();
        } catch (error) {
            console.error(`SEED=${world.chance.seed}, the last operations:\n${world.history.join("\n")}`);
            throw error;
        }
        const events = world.model.log.reduce((sum, one) => sum + one.audience.size, 0);
        const seconds = ((Date.now() - began) / 1000).toFixed(1);
        t.diagnostic(`${world.number} operations, ${events} deliveries in ${seconds} s`);
    });
});
