// What people do all day, by chance. Each returns one operation, or nothing when there is nothing to do it to:
//
//   { seat, name, request }      a request of that person, or
//   { service, route, sent }     one of the platform, or
//   { does }                     something else, which gives what a request would answer
//   words                        the secrets planted by it
//   restricts                    somebody may see less when it is done
//   alone                        it changes whom others' operations are for, so nothing is done beside it
//   apply(answer)                what the oracle learns when it is done
//   unseen                       who asks cannot see what he asks about: he must hear that there is no such thing

import { body, enrollmentId } from "../school.mjs";
import { recordOf } from "./school.mjs";
import { split, waits } from "./oracle.mjs";

export const nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const remembered = 80; // things of a kind that are still talked about

export class Operations {
    constructor(oracle, chance, own, here, word) {
        Object.assign(this, { oracle, chance, own, here, word });
        this.recent = {}; // type → the last things of it
        this.files = []; // uploaded, in no post yet: { id, room, user }
        this.links = []; // { url, user }
        this.items = new Map(here.map((id) => [id, []])); // class → what is graded there
        this.grades = new Map(); // "class|student|item" → thing
        this.reports = new Map(); // id of what is reported → thing
        this.keyed = []; // { user, name, request } that may be asked again
        this.waiting = []; // things whose time is to come, or came just now
        this.marks = 700_000_000;
        oracle.graded = new Map();
    }

    // --- finding things -------------------------------------------------------------------

    key() {
        const key = this.word();
        this.oracle.put([key], { rule: "nobody" });
        return key;
    }

    keep(thing) {
        const list = (this.recent[thing.type] ??= []);
        list.push(thing);
        if (list.length > remembered) list.shift();
        this.oracle.things.set(thing.id, thing);
        if (waits(thing)) this.waiting = [...this.waiting.filter((one) => one.publishAt > Date.now() - 5000), thing];
        return thing;
    }

    some(type, fits) {
        const those = (this.recent[type] ?? []).filter(fits);
        return those.length > 0 ? this.chance.one(those) : undefined;
    }

    seen(user, type, fits = () => true) {
        return this.some(type, (thing) => this.oracle.sees(user, thing) && fits(thing));
    }

    isMasked(user) {
        return this.oracle.users.get(user).masked;
    }

    others(user, count) {
        const all = [...this.oracle.users.keys()].filter((one) => one !== user && !this.isMasked(one));
        return Array.from({ length: count }, () => this.chance.one(all)).filter((one, i, list) => list.indexOf(one) === i);
    }

    roomOf(user, staff = false) {
        const rooms = this.oracle.roomsOf(user).filter((room) => !staff || this.oracle.isStaff(user, room));
        const classes = rooms.filter((room) => room.startsWith("class-"));
        const from = classes.length > 0 && this.chance.happens(0.7) ? classes : rooms;
        return from.length > 0 ? this.chance.one(from) : undefined;
    }

    soon() {
        return new Date(Date.now() + 300 + this.chance.below(4000)).toISOString();
    }

    staffOf(thing) {
        return (thing.room ?? thing.post?.room).replace(/\/staff$/, "");
    }

    // --- the feed -------------------------------------------------------------------------

    post(seat) {
        const { user } = seat;
        const { chance, oracle } = this;
        const to = this.roomOf(user);
        if (to === undefined) return undefined;
        const anonymous = this.isMasked(user) || chance.happens(0.06);
        const kind = chance.weighed({ everyone: 60, staff: 20, users: anonymous ? 0 : 20 });
        const named = oracle.members(to).filter((one) => one !== user && chance.happens(0.3));
        const visibility = kind === "users" && named.length > 0 ? { users: named } : kind === "users" ? "everyone" : kind;
        const words = [this.word(), this.word()];
        const request = { to, text: `${words[0]} and ${words[1]}`, visibility, key: this.key() };
        if (anonymous) request.anonymous = true;
        if (!anonymous && chance.happens(0.15)) request.mentions = this.others(user, 3);
        if (chance.happens(0.1)) {
            const options = [this.word(), this.word(), this.word()];
            words.push(...options);
            request.poll = { options, hidden: chance.happens(0.3), multiple: chance.happens(0.3) };
        }
        if (chance.happens(0.05)) request.publishAt = this.soon();
        const file = this.files.find((one) => one.user === user && one.room === to);
        if (file) {
            request.attachments = [file.id];
            this.files.splice(this.files.indexOf(file), 1);
        }
        const apply = ({ post: { id, publishAt } }) => {
            const thing = this.keep({
                ...{ type: "post", id, room: to, author: user, visibility, anonymous, poll: Boolean(request.poll) },
                ...{ publishAt: publishAt && Date.parse(publishAt), masks: new Set(), maskedSince: 0, moderators: new Set(), words: words.slice(0, 2) },
            });
            if (anonymous) this.mask(thing, user);
            if (file) oracle.things.get(file.id).post = thing;
            oracle.put(words, { rule: "thing", thing });
        };
        return { seat, name: "post:create", request, words, apply };
    }

    mask(post, user) {
        if (post.masks.size === 0) post.maskedSince = this.oracle.step;
        post.masks.add(user);
    }

    comment(seat) {
        const { user } = seat;
        const post = this.seen(user, "post");
        if (!post) return undefined;
        const words = [this.word()];
        const request = { post: post.id, text: `${words[0]} is what I think`, key: this.key() };
        if (this.isMasked(user) || post.masks.has(user) || this.chance.happens(0.04)) request.anonymous = true;
        else if (this.chance.happens(0.1)) request.mentions = this.others(user, 2);
        const before = this.some("comment", (one) => one.post === post && !one.deleted);
        if (before && this.chance.happens(0.3)) request.replyTo = before.id;
        const apply = ({ comment: { id, anonymous = false } }) => {
            const thing = this.keep({ type: "comment", id, post, author: user, anonymous, words, moderators: new Set() });
            if (anonymous) this.mask(post, user);
            this.oracle.put(words, { rule: "thing", thing });
        };
        return { seat, name: "comment:create", request, words, apply };
    }

    // Something in the feed, of which a masked person only touches where he is known by his face.
    target(user) {
        const type = this.chance.happens(0.6) ? "post" : "comment";
        const known = (thing) => !this.isMasked(user) || (thing.post ?? thing).masks.has(user);
        const thing = this.seen(user, type, known);
        return thing && { thing, target: { [type]: thing.id } };
    }

    react(seat) {
        const { thing, target } = this.target(seat.user) ?? {};
        if (!thing) return undefined;
        const words = this.chance.happens(0.8) ? [this.word()] : [];
        const request = { target, kind: words[0] ?? null, key: this.key() };
        return { seat, name: "reaction:set", request, words, apply: () => this.oracle.put(words, { rule: "thing", thing }) };
    }

    edit(seat) {
        const type = this.chance.happens(0.6) ? "post" : "comment";
        const thing = this.seen(seat.user, type, (one) => one.author === seat.user);
        if (!thing) return undefined;
        const words = [this.word()];
        const request = { [type]: thing.id, text: `${words[0]} is better`, key: this.key() };
        const apply = () => {
            this.oracle.outdate(thing.words, thing);
            thing.words = words;
            this.oracle.put(words, { rule: "thing", thing });
        };
        return { seat, name: `${type}:update`, request, words, apply, alone: true };
    }

    remove(seat) {
        const type = this.chance.happens(0.6) ? "post" : "comment";
        const may = (one) => one.author === seat.user || this.oracle.isStaff(seat.user, this.staffOf(one));
        const thing = this.seen(seat.user, type, may);
        if (!thing) return undefined;
        const apply = () => (thing.deleted = true);
        return { seat, name: `${type}:delete`, request: { [type]: thing.id, key: this.key() }, apply, restricts: true };
    }

    vote(seat) {
        const post = this.seen(seat.user, "post", (one) => one.poll);
        if (!post) return undefined;
        if (this.chance.happens(0.1)) return { seat, name: "poll:close", request: { post: post.id, key: this.key() } };
        return { seat, name: "poll:vote", request: { post: post.id, options: [this.chance.below(3)], key: this.key() } };
    }

    moderate(seat) {
        const led = (one) => this.oracle.isStaff(seat.user, this.staffOf(one));
        const on = this.chance.happens(0.4);
        const what = this.chance.weighed({ pin: 3, lock: 1, endorse: 3, mute: 2, unmute: 2, slow: 0.3 });
        if (what === "endorse" || what === "pin" || what === "lock") {
            const type = what === "endorse" ? "comment" : "post";
            const thing = this.seen(seat.user, type, led);
            const apply = () => thing.moderators.add(seat.user);
            const request = thing && { [type]: thing.id, on: what !== "lock" && on, key: this.key() };
            return thing && { seat, name: `${type}:${what}`, request, apply };
        }
        const room = this.roomOf(seat.user, true);
        if (room === undefined) return undefined;
        if (what === "slow") return { seat, name: "feed:slow", request: { room, seconds: 0, key: this.key() } };
        const pupils = this.oracle.members(room).filter((one) => !this.oracle.isStaff(one, room));
        if (pupils.length === 0) return undefined;
        const request = { room, user: this.chance.one(pupils), key: this.key() };
        if (what === "mute") request.until = new Date(Date.now() + 1000).toISOString();
        return { seat, name: `feed:${what}`, request };
    }

    // Again by the same person is no news; by somebody else it adds a reason.
    report(seat) {
        const { thing, target } = this.target(seat.user) ?? {};
        if (!thing) return undefined;
        const words = [this.word()];
        const apply = () => {
            const room = this.staffOf(thing);
            const open = this.reports.get(thing.id);
            const report = open?.open ? open : { type: "report", room, target: thing, open: true };
            this.reports.set(thing.id, report);
            for (const one of [thing, thing.post ?? thing]) one.reportedIn = room;
            if (report !== open) for (const one of thing.words) this.oracle.secrets.get(one).copies.add(report);
            this.oracle.put(words, { rule: "reason", report });
        };
        const request = { target, reason: `${words[0]} is rude`, key: this.key() };
        return { seat, name: "report:create", request, words, apply, alone: true };
    }

    reportList(seat) {
        const room = this.roomOf(seat.user, true);
        if (room === undefined) return undefined;
        const state = this.chance.happens(0.7) ? "open" : "closed";
        const apply = ({ reports }) => {
            for (const { id, target } of reports) {
                const report = this.reports.get(target.post ?? target.comment);
                if (!report?.open || report.id !== undefined) continue;
                report.id = id;
                this.keep(report);
            }
        };
        return { seat, name: "report:list", request: { room, state }, apply };
    }

    resolve(seat) {
        const report = this.seen(seat.user, "report", (one) => one.open);
        if (!report) return undefined;
        const outcome = this.chance.happens(0.3) ? "removed" : "dismissed";
        const apply = () => {
            report.open = false;
            if (outcome === "removed") report.target.deleted = true;
        };
        return { seat, name: "report:resolve", request: { report: report.id, outcome, key: this.key() }, apply, restricts: true };
    }

    attach(seat) {
        const { user } = seat;
        const to = this.roomOf(user);
        if (to === undefined || this.isMasked(user)) return undefined;
        const words = [this.word(), this.word()];
        const bytes = Buffer.from(`${words[1]} are the bytes`);
        const request = { to, name: `${words[0]}.txt`, type: "text/plain", bytes: bytes.length, key: this.key() };
        const does = async () => {
            const answer = await seat.ask("attachment:create", request);
            if (answer.ok) answer.status = (await seat.send("PUT", answer.upload, bytes)).status;
            return answer;
        };
        const apply = ({ attachment: { id }, status }) => {
            this.oracle.put(words, { rule: "thing", thing: this.keep({ type: "attachment", id, uploader: user, words }) });
            if (status === 200) this.files.push({ id, room: to, user });
        };
        return { seat, name: "attachment:create", request, does, words, apply };
    }

    link(seat) {
        const file = this.seen(seat.user, "attachment", (one) => one.post);
        if (!file) return undefined;
        const apply = ({ url }) => {
            this.links.push({ seat, url });
            if (this.links.length > 60) this.links.shift();
        };
        return { seat, name: "attachment:link", request: { attachment: file.id }, apply };
    }

    // Whoever it was for; it may have been a good link once.
    download() {
        if (this.links.length === 0) return undefined;
        const { seat, url } = this.chance.one(this.links);
        return { seat, name: "a link", request: { url }, does: async () => ({ ok: (await seat.send("GET", url)).status === 200 }) };
    }

    // --- messages -------------------------------------------------------------------------

    message(seat) {
        const { user } = seat;
        if (this.isMasked(user)) return undefined;
        const old = this.chance.happens(0.6) ? this.some("conversation", (one) => one.members.has(user)) : undefined;
        const to = old ? { conversation: old.id } : { user: this.others(user, 1)[0] };
        const words = [this.word()];
        const apply = ({ message: { id, conversation } }) => {
            const found = this.oracle.things.get(conversation) ?? this.conversation(conversation, "direct", user, [user, to.user]);
            const named = new Set([...found.members.keys()].filter((one) => !this.oracle.blocksHim(one, user)));
            for (const one of named) this.oracle.show(found, one);
            const thing = this.keep({ type: "message", id, conversation: found, author: user, named, wereNamed: new Set(named), everNamed: new Set(named), words, texts: [words] });
            found.messages.push(thing);
            this.oracle.put(words, { rule: "thing", thing });
        };
        return { seat, name: "message:send", request: { to, text: `${words[0]} to you`, key: this.key() }, words, apply };
    }

    conversation(id, kind, creator, people) {
        const members = new Map();
        const thing = { type: "conversation", id, kind, author: creator, members, wereMembers: new Set(), hiddenFrom: new Map(), shownTo: new Set(), messages: [] };
        this.come(thing, creator, people, Date.now());
        return this.keep(thing);
    }

    // Whom only somebody whom he blocks has brought there is not shown that he is.
    come(conversation, by, people, since) {
        for (const user of people) {
            if (conversation.members.has(user)) continue;
            conversation.members.set(user, true);
            conversation.wereMembers.add(user);
            if (this.oracle.blocksHim(user, by)) conversation.hiddenFrom.set(user, since);
            else this.oracle.show(conversation, user);
        }
        for (const a of conversation.members.keys())
            for (const b of conversation.members.keys()) this.oracle.conversed.add(`${a}|${b}`);
    }

    go(conversation, user) {
        conversation.members.delete(user);
        for (const message of conversation.messages) {
            message.named.delete(user);
            message.wereNamed.delete(user);
        }
    }

    ownMessage(user) {
        return this.seen(user, "message", (one) => one.author === user);
    }

    messageEdit(seat) {
        const message = this.ownMessage(seat.user);
        if (!message) return undefined;
        const words = [this.word()];
        const apply = () => {
            const takenFrom = new Set([...message.named].filter((user) => this.oracle.blocksHim(user, seat.user)));
            this.oracle.outdate(message.words, message);
            // The texts of earlier edits are replayed to him like the last one, in what was sent while they stood there.
            this.oracle.takeFrom(message.texts.flat(), takenFrom);
            message.texts.push(words);
            message.words = words;
            for (const one of takenFrom)
                for (const names of [message.named, message.everNamed]) names.delete(one);
            this.oracle.put(words, { rule: "thing", thing: message });
        };
        const request = { message: message.id, text: `${words[0]} I mean`, key: this.key() };
        return { seat, name: "message:update", request, words, apply, restricts: true, alone: true };
    }

    messageDelete(seat) {
        const message = this.ownMessage(seat.user);
        if (!message) return undefined;
        const apply = () => (message.deleted = true);
        return { seat, name: "message:delete", request: { message: message.id, key: this.key() }, apply, restricts: true };
    }

    messageRead(seat) {
        const message = this.seen(seat.user, "message");
        if (!message) return undefined;
        const request = { conversation: message.conversation.id, upTo: message.id, key: this.key() };
        return { seat, name: "message:read", request };
    }

    group(seat) {
        const { user } = seat;
        if (this.isMasked(user)) return undefined;
        const words = [this.word()];
        const mates = this.others(user, 3).filter((one) => this.oracle.roomsOf(one).some((room) => this.oracle.isMember(user, room) && room.startsWith("class-")));
        if (mates.length === 0) return undefined;
        const apply = ({ conversation: { id } }) =>
            this.oracle.put(words, { rule: "thing", thing: this.conversation(id, "group", user, [user, ...mates]) });
        const request = { users: mates, title: `${words[0]} group`, key: this.key() };
        return { seat, name: "conversation:create", request, words, apply, alone: true };
    }

    groupChange(seat) {
        const { user } = seat;
        const group = this.some("conversation", (one) => one.kind === "group" && one.members.has(user) && !one.hiddenFrom.has(user));
        if (!group) return undefined;
        const base = { conversation: group.id, key: this.key() };
        const what = this.chance.weighed({ add: 4, remove: 2, leave: 2 });
        if (what === "add") {
            const users = this.others(user, 1);
            const since = Date.now();
            const apply = () => this.come(group, user, users, since);
            return { seat, name: "conversation:add", request: { ...base, users }, apply, alone: true };
        }
        const gone = what === "leave" ? user : this.chance.one([...group.members.keys()]);
        const request = what === "leave" ? base : { ...base, user: gone };
        return { seat, name: `conversation:${what}`, request, apply: () => this.go(group, gone), restricts: true, alone: true };
    }

    block(seat) {
        const { user } = seat;
        const on = this.chance.happens(0.5);
        if (this.chance.happens(0.15)) {
            const words = [this.word()];
            const apply = () => this.oracle.put(words, { rule: "own", user });
            return { seat, name: "block:set", request: { user: words[0], on, key: this.key() }, words, apply };
        }
        const blocked = [...this.oracle.blocks.keys()].filter((one) => one.startsWith(`${user}|`)).map((one) => one.split("|")[1]);
        const whom = !on && blocked.length > 0 ? this.chance.one(blocked) : this.others(user, 1)[0];
        const pair = `${user}|${whom}`;
        const { blocks } = this.oracle;
        const apply = () => (on ? blocks.set(pair, blocks.get(pair) ?? Date.now()) : blocks.delete(pair));
        return { seat, name: "block:set", request: { user: whom, on, key: this.key() }, apply, restricts: true, alone: true };
    }

    // --- grades ---------------------------------------------------------------------------

    values() {
        const comment = this.word();
        const score = (this.marks += 1 + this.chance.below(9));
        const words = [comment, String(score)];
        this.oracle.plant(words[1]);
        return { words, given: { score, comment: `${comment} is my opinion` } };
    }

    item(classId) {
        const items = this.items.get(classId);
        if (items.length < 3 || this.chance.happens(0.05)) {
            const word = this.word();
            this.oracle.put([word], { rule: "item", classId, grades: [] });
            items.push(word);
            if (items.length > 5) items.shift();
        }
        return this.chance.one(items);
    }

    gradeThing(classId, student, item, id) {
        const key = `${classId}|${student}|${item}`;
        if (this.grades.has(key)) return this.grades.get(key);
        const thing = this.keep({
            ...{ type: "grade", id, classId, student, item },
            ...{ draft: new Set(), published: new Set(), wasPublished: false },
        });
        this.grades.set(key, thing);
        this.oracle.secrets.get(item).grades.push(thing);
        return thing;
    }

    published(thing) {
        thing.wasPublished = true;
        const room = `class-${thing.classId}`;
        this.oracle.graded.set(room, [...new Set([...(this.oracle.graded.get(room) ?? []), thing.student])]);
    }

    pupils(classId) {
        return this.oracle.members(`class-${classId}`).filter((one) => this.oracle.enrolled.get(`${one}|${classId}`) === "student");
    }

    ledClass(user) {
        const led = this.here.filter((id) => this.oracle.isStaff(user, `class-${id}`) && this.pupils(id).length > 0);
        return led.length > 0 ? this.chance.one(led) : undefined;
    }

    grade(seat) {
        const classId = this.ledClass(seat.user);
        if (classId === undefined) return undefined;
        const item = this.item(classId);
        const what = this.chance.weighed({ save: 3, publish: 4, publishAll: 1, publishDrafts: 1 });
        if (what === "publishAll") return this.gradeAll(seat, classId, item);
        if (what === "publishDrafts") return this.gradeDrafts(seat, classId, item);
        const student = this.chance.one(this.pupils(classId));
        const { words, given } = this.values();
        const apply = ({ grade: { id } }) => {
            const thing = this.gradeThing(classId, student, item, id);
            thing.draft = new Set(what === "save" ? words : []);
            if (what === "publish") {
                thing.published = new Set(words);
                this.published(thing);
            }
            this.oracle.put(words, { rule: "mark", grade: thing });
        };
        const request = { student, class: classId, item, ...given, key: this.key() };
        const restricts = this.grades.has(`${classId}|${student}|${item}`);
        return { seat, name: `grade:${what}`, request, words, apply, restricts, alone: true };
    }

    gradeAll(seat, classId, item) {
        const some = this.pupils(classId).filter(() => this.chance.happens(0.5));
        if (some.length === 0) return undefined;
        const rows = some.map((student) => ({ student, ...this.values() }));
        const apply = ({ grades }) => {
            for (const { id, student } of grades) {
                const { words } = rows.find((one) => one.student === student);
                const thing = this.gradeThing(classId, student, item, id);
                thing.draft = new Set();
                thing.published = new Set(words);
                this.published(thing);
                this.oracle.put(words, { rule: "mark", grade: thing });
            }
        };
        const grades = rows.map(({ student, given }) => ({ student, ...given }));
        const request = { class: classId, item, grades, key: this.key() };
        const words = rows.flatMap((one) => one.words);
        return { seat, name: "grade:publishAll", request, words, apply, restricts: true, alone: true };
    }

    gradeDrafts(seat, classId, item) {
        const apply = ({ grades }) => {
            for (const { id, student } of grades) {
                const thing = this.gradeThing(classId, student, item, id);
                [thing.published, thing.draft] = [thing.draft, new Set()];
                this.published(thing);
            }
        };
        const request = { class: classId, item, key: this.key() };
        return { seat, name: "grade:publishAll", request, apply, restricts: true, alone: true };
    }

    // The staff keep the mark as a draft. (And, by the wider reading, a draft that was beside it.)
    gradeWithdraw(seat) {
        const grade = this.some("grade", (one) => one.published.size > 0 && this.oracle.isStaff(seat.user, `class-${one.classId}`));
        if (!grade) return undefined;
        const apply = () => {
            grade.draft = new Set([...grade.draft, ...grade.published]);
            grade.published = new Set();
        };
        return { seat, name: "grade:withdraw", request: { grade: grade.id, key: this.key() }, apply, restricts: true, alone: true };
    }

    // --- announcements --------------------------------------------------------------------

    announcement(seat) {
        const base = this.roomOf(seat.user, true);
        if (base === undefined) return undefined;
        const words = [this.word(), this.word()];
        const to = this.chance.happens(0.2) ? `${base}/staff` : base;
        const request = { to, title: `${words[0]} notice`, text: `${words[1]} tomorrow`, key: this.key() };
        if (this.chance.happens(0.15)) request.publishAt = this.soon();
        if (this.chance.happens(0.4)) request.requireAck = true;
        const apply = ({ announcement: { id, publishAt } }) => {
            const more = { publishAt: publishAt ? Date.parse(publishAt) : undefined, asks: Boolean(request.requireAck) };
            const thing = this.keep({ type: "announcement", id, room: to, author: seat.user, words, ...more });
            this.oracle.put(words, { rule: "thing", thing });
        };
        return { seat, name: "announcement:create", request, words, apply };
    }

    announcementChange(seat) {
        const { user } = seat;
        const led = (one) => this.oracle.isStaff(user, this.staffOf(one));
        const thing = this.seen(user, "announcement", led);
        if (!thing) return undefined;
        const base = { announcement: thing.id, key: this.key() };
        if (thing.author !== user || this.chance.happens(0.3)) {
            const apply = () => (thing.deleted = true);
            return { seat, name: "announcement:withdraw", request: base, apply, restricts: true };
        }
        const words = [this.word(), this.word()];
        const apply = () => {
            this.oracle.outdate(thing.words, thing);
            thing.words = words;
            this.oracle.put(words, { rule: "thing", thing });
        };
        const request = { ...base, title: `${words[0]} again`, text: `${words[1]} instead` };
        return { seat, name: "announcement:update", request, words, apply, alone: true };
    }

    acknowledge(seat) {
        const led = this.chance.happens(0.4);
        const thing = this.seen(seat.user, "announcement", (one) => one.asks && (!led || this.oracle.isStaff(seat.user, this.staffOf(one))));
        if (!thing) return undefined;
        const request = { announcement: thing.id };
        return led
            ? { seat, name: "announcement:acks", request }
            : { seat, name: "announcement:ack", request: { ...request, key: this.key() } };
    }

    // --- reading, and what is of the moment -----------------------------------------------

    read(seat) {
        const { user } = seat;
        const { chance } = this;
        const room = this.roomOf(user);
        const limit = 1 + chance.below(30);
        const post = this.seen(user, "post");
        const message = this.seen(user, "message");
        const student = chance.one([...this.oracle.users.keys()]);
        const inRoom = room !== undefined;
        const all = [
            inRoom && ["feed:list", { room, limit, ...(chance.happens(0.1) ? { only: "pinned" } : chance.happens(0.1) ? { only: "scheduled" } : {}) }],
            inRoom && ["feed:settings", { room }],
            inRoom && ["feed:mutes", { room }],
            inRoom && ["announcement:list", chance.happens(0.5) ? { limit } : { room, limit }],
            inRoom && ["supervision:list", { room, limit }],
            post && ["post:get", { post: post.id }],
            post && ["feed:history", { target: { post: post.id } }],
            message && ["message:list", { conversation: message.conversation.id, limit }],
            ["conversation:list", { limit }],
            ["notification:list", { limit, unread: chance.happens(0.3) }],
            ["grade:list", chance.happens(0.5) ? { limit } : { student, limit }],
            ["grade:list", { class: chance.one(this.here), limit }],
            ["notification:preferences", {}],
            ["block:list", {}],
            ["time:get", {}],
        ].filter(Boolean);
        const [name, request] = chance.one(all);
        return { seat, name, request };
    }

    // By a word that may stand anywhere.
    search(seat) {
        const thing = this.some(this.chance.one(["post", "comment"]), () => true);
        return thing && { seat, name: "feed:search", request: { query: this.chance.one(thing.words), limit: 10 } };
    }

    whole(seat) {
        const route = this.chance.one(["/me", "/rooms"]);
        const does = async () => ({ ok: (await seat.send("GET", `/api/v1${route}`)).status === 200 });
        return { seat, name: route, request: {}, does };
    }

    supervise(seat) {
        const conversation = this.some("conversation", () => true);
        return conversation && { seat, name: "supervision:read", request: { conversation: conversation.id } };
    }

    notify(seat) {
        const { user } = seat;
        const room = this.roomOf(user);
        const what = this.chance.weighed({ prefer: 2, quiet: 1, read: 3 });
        if (what === "prefer") {
            const request = { kind: "comment", room, inbox: this.chance.happens(0.8), key: this.key() };
            return room && { seat, name: "notification:prefer", request };
        }
        if (what === "quiet") return { seat, name: "notification:quiet", request: { quietHours: null, key: this.key() } };
        const does = async () => {
            const list = await seat.ask("notification:list", { limit: 5 });
            if (!list.ok || list.notifications.length === 0) return list;
            const name = this.chance.happens(0.5) ? "notification:read" : "notification:seen";
            return seat.ask(name, { upTo: list.notifications.at(-1).id, key: this.key() });
        };
        return { seat, name: "notification:read", request: {}, does };
    }

    typing(seat) {
        const { user } = seat;
        if (this.isMasked(user)) return undefined;
        const post = this.seen(user, "post", (one) => !one.masks.has(user));
        const conversation = this.seen(user, "conversation");
        const room = this.roomOf(user);
        const to = this.chance.one([post && { post: post.id }, conversation && { conversation: conversation.id }, room && { room }].filter(Boolean));
        return to && { seat, name: "typing", request: { to, on: this.chance.happens(0.6) } };
    }

    presence(seat) {
        const room = this.roomOf(seat.user);
        if (room !== undefined && this.chance.happens(0.5)) {
            const name = this.chance.happens(0.8) ? "presence:watch" : "presence:unwatch";
            return { seat, name, request: { room } };
        }
        const status = this.chance.one(["online", "away", "busy", "invisible"]);
        const person = this.oracle.users.get(seat.user);
        const apply = () => {
            if (status === "away") return;
            if (status === "invisible" && !person.invisible) person.invisibleSince = Date.now();
            person.invisible = status === "invisible";
        };
        const restricts = status === "invisible";
        return { seat, name: "presence:set", request: { status }, apply, restricts, alone: true };
    }

    // --- where one has no business --------------------------------------------------------

    pry(seat) {
        const { user } = seat;
        const type = this.chance.one(["post", "comment", "message", "conversation", "announcement", "grade", "attachment", "report", "room"]);
        if (type === "room") return this.pryRoom(seat);
        const hides = (thing) => !this.oracle.sees(user, thing) && (type !== "conversation" || !thing.members.has(user));
        const thing = this.some(type, (one) => one.id !== undefined && hides(one));
        if (!thing) return undefined;
        const words = [this.word()];
        const text = `${words[0]} from outside`;
        const [other] = this.others(user, 1);
        const ways = {
            post: (post) => [
                ["post:get", { post }], ["post:update", { post, text }], ["post:delete", { post }], ["comment:create", { post, text }],
                ["reaction:set", { target: { post }, kind: "like" }], ["report:create", { target: { post } }], ["poll:vote", { post, options: [0] }],
                ["post:pin", { post, on: true }], ["feed:history", { target: { post } }], ["typing", { to: { post }, on: true }],
            ],
            comment: (comment) => [
                ["comment:update", { comment, text }], ["comment:delete", { comment }], ["comment:endorse", { comment, on: true }],
                ["reaction:set", { target: { comment }, kind: "like" }], ["report:create", { target: { comment } }], ["feed:history", { target: { comment } }],
            ],
            message: (message) => [["message:update", { message, text }], ["message:delete", { message }]],
            conversation: (conversation) => [
                ["message:list", { conversation }], ["message:send", { to: { conversation }, text }], ["conversation:leave", { conversation }],
                ["conversation:add", { conversation, users: [other] }], ["conversation:remove", { conversation, user: other }],
                ["typing", { to: { conversation }, on: true }],
            ],
            announcement: (announcement) => [
                ["announcement:ack", { announcement }], ["announcement:acks", { announcement }], ["announcement:update", { announcement, text }],
                ["announcement:withdraw", { announcement }],
            ],
            grade: (grade) => [["grade:withdraw", { grade }]],
            attachment: (attachment) => [["attachment:link", { attachment }]],
            report: (report) => [["report:resolve", { report, outcome: "dismissed" }]],
        };
        const which = this.chance.below(ways[type]("").length);
        const [name, request] = ways[type](thing.id)[which];
        return { seat, name, request, words, unseen: ways[type](nobody)[which], isHidden: () => hides(thing) };
    }

    pryRoom(seat) {
        const { user } = seat;
        const strange = this.oracle.rooms.filter((room) => !this.oracle.isMember(user, room));
        if (strange.length === 0) return undefined;
        const [kind] = split(this.chance.one(strange));
        const words = [this.word()];
        const text = `${words[0]} from outside`;
        const ways = (room) => [
            ["feed:list", { room }], ["post:create", { to: room, text }], ["announcement:list", { room }],
            ["announcement:create", { to: room, title: text, text }], ["feed:settings", { room }], ["feed:mutes", { room }],
            ["report:list", { room }], ["presence:watch", { room }], ["supervision:list", { room }], ["feed:search", { query: "zq", room }],
            ["typing", { to: { room }, on: true }], ["notification:prefer", { room, inbox: false }],
            ["attachment:create", { to: room, name: `${words[0]}.txt`, type: "text/plain", bytes: 3 }],
        ];
        const which = this.chance.below(ways("").length);
        const room = this.chance.one(strange.filter((one) => split(one)[0] === kind));
        const [name, request] = ways(room)[which];
        const isHidden = () => !this.oracle.isMember(user, room);
        return { seat, name, request, words, unseen: ways(`${kind}-nowhere`)[which], isHidden };
    }

    // The same again, by its key: the first answer, as far as it may still be seen.
    again(seat) {
        const mine = this.keyed.filter((one) => one.user === seat.user);
        if (mine.length === 0) return undefined;
        const { name, request, byRest } = this.chance.one(mine);
        return { seat, name, request, byRest, isAgain: true };
    }

    // --- the platform ---------------------------------------------------------------------

    roster() {
        const { oracle, chance } = this;
        const user = chance.one([...oracle.users.keys()].filter((one) => oracle.users.get(one).role !== "guardian" && one[0] !== "x" && one[0] !== "p"));
        const classId = chance.one(this.here);
        const role = oracle.enrolled.get(`${user}|${classId}`);
        const route = `/enrollments/${enrollmentId(user, classId)}`;
        if (role && chance.happens(0.6)) {
            const apply = () => oracle.drop(user, classId);
            return { service: "DELETE", route, apply, restricts: true, concerns: user };
        }
        // A masked person who led a class would be known there by what staff do.
        const next = !this.isMasked(user) && chance.happens(0.25) ? "teacher" : "student";
        const sent = body.enrollment(user, classId, "north", next);
        return { service: "PUT", route, sent, apply: () => oracle.enroll(user, classId, next), restricts: true, concerns: user };
    }

    change(user, changes) {
        const sent = recordOf(this.oracle, this.own, user, changes);
        const apply = () => {
            Object.assign(this.oracle.users.get(user), changes);
            this.oracle.remember(user);
        };
        return { service: "PUT", route: `/users/${user}`, sent, apply, restricts: true, alone: true, concerns: user };
    }

    user() {
        const { oracle, chance } = this;
        const people = [...oracle.users.values()];
        const what = chance.weighed({ enabled: 3, hidden: 3, agents: 4, role: 1 });
        const one = chance.one(people.filter(({ role, id }) => role === "student" || (what !== "agents" && id[0] === "t")));
        if (what === "enabled") {
            const off = people.filter(({ enabled }) => !enabled);
            if (off.length > 1 || (off.length > 0 && chance.happens(0.7))) return this.change(chance.one(off).id, { enabled: true });
            return this.change(one.id, { enabled: false });
        }
        if (what === "hidden") return this.change(one.id, { hidden: !one.hidden });
        if (what === "role") {
            const teacher = chance.one(people.filter(({ id }) => id[0] === "t"));
            return this.change(teacher.id, { role: teacher.role === "teacher" ? "student" : "teacher" });
        }
        return this.change(one.id, { agents: new Set(["g1", "g2"].filter(() => chance.happens(0.4))) });
    }

    alert() {
        const words = [this.word()];
        const apply = () => this.oracle.put(words, { rule: "everybody" });
        return { service: "POST", route: "/alerts", sent: { title: `${words[0]} alert`, text: "to all" }, words, apply };
    }
}

// Whether what waits is held is decided by where its author is when its time comes. Near that moment it is open, and the
// wider reading is that it is published.
const margin = 500;
export function holdWhatWaits(oracle, waiting, user) {
    for (const thing of waiting) {
        if (thing.author !== user || thing.publishAt < Date.now() - margin) continue;
        const staff = `${thing.room.replace(/\/staff$/, "")}/staff`;
        const may = oracle.isMember(user, thing.type === "post" ? thing.room : staff);
        if (may) thing.held = false;
        else if (thing.publishAt > Date.now() + margin) thing.held = true;
    }
}
