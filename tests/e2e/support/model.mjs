// What the contract says about who gets what, as plain sets: the measure for the property test.
//
// - A post belongs to a class or a course; whoever is enrolled there is a member of it, teachers are its staff.
// - `everyone` is seen by the members, `staff` by the staff and the author, `{ users }` by those and the author;
//   all of them only while they are members. Comments and reactions are seen by who may see the post.
// - A message is for those who are in the conversation when it is written, of a group only as long as they stay.
// - A grade is its student's, and as the staff see it their class's staff's. An announcement is its room's, who has
//   acknowledged it the staff's and his own. An alert is everybody's.
// - A live class is for the members of its room.
// - Whoever may see the thing when something happens to it gets the event, the one who did it included.
//
// Events are kept as keys (see `keyOf`), so that what arrived can be compared with what should have.

export class Model {
    constructor() {
        this.courseOf = new Map(); // class → course
        this.users = new Set();
        this.enrolled = new Map(); // "user|class" → role
        this.posts = new Map(); // id → { id, room, author, visibility, deleted, reactions: Map user → kind }
        this.conversations = new Map(); // id → { id, room, isGroup, owner, members: Set }
        this.messages = []; // { id, room, conversation, author, users: Set, deleted }
        this.grades = new Map(); // id → { id, student, isPublished, staff, own }
        this.announcements = []; // { id, room, author, deleted, acknowledged: Set }
        this.lives = []; // { id, room, over }
        this.log = []; // { key, thing, audience: Set of users, gone }, in the order of the acknowledgements
        this.positions = new Map(); // key → the index behind its last entry in the log
        this.touches = []; // { user, room, index }: what changed in somebody's membership, before which event
    }

    addClass(id, course) {
        this.courseOf.set(id, course);
    }

    addUser(id) {
        this.users.add(id);
    }

    // --- membership -----------------------------------------------------------------------

    enroll(user, classId, role) {
        this.enrolled.set(`${user}|${classId}`, role);
        this.touch(user, `class-${classId}`, `course-${this.courseOf.get(classId)}`);
    }

    drop(user, classId) {
        this.enrolled.delete(`${user}|${classId}`);
        this.touch(user, `class-${classId}`, `course-${this.courseOf.get(classId)}`);
    }

    touch(user, ...rooms) {
        for (const room of rooms) this.touches.push({ user, room, index: this.log.length });
    }

    // What was sent before the last change of his membership may arrive behind it.
    wasJustTouched(user, room) {
        return this.touches.filter((one) => one.user === user).slice(-2).some((one) => one.room === room);
    }

    // The roles a user holds in a room: of the class, or of all classes of the course.
    rolesIn(user, room) {
        return this.classesOf(room)
            .map((classId) => this.enrolled.get(`${user}|${classId}`))
            .filter(Boolean);
    }

    classesOf(room) {
        if (room.startsWith("class-")) return [room.slice("class-".length)];
        const course = room.slice("course-".length);
        return [...this.courseOf.keys()].filter((one) => this.courseOf.get(one) === course);
    }

    isMember(user, room) {
        return this.rolesIn(user, room).length > 0;
    }

    isStaff(user, room) {
        return this.rolesIn(user, room).includes("teacher");
    }

    members(room) {
        return [...this.users].filter((user) => this.isMember(user, room));
    }

    // → { classes, courses }, sorted
    roomsOf(user) {
        const classes = [...this.courseOf.keys()].filter((one) => this.enrolled.has(`${user}|${one}`));
        const courses = [...new Set(classes.map((one) => this.courseOf.get(one)))];
        return {
            classes: classes.map((one) => `class-${one}`).sort(),
            courses: courses.map((one) => `course-${one}`).sort(),
        };
    }

    shareRoom(a, b) {
        return this.roomsOf(a).courses.some((room) => this.isMember(b, room));
    }

    // --- visibility -----------------------------------------------------------------------

    // Deleted or not. A thing is a post, or says itself for whom it is: `users`, `staffOf` a room and `also` somebody, or
    // the members of its room; all in a group as long as they are in it.
    mayRead(user, thing) {
        if (thing.conversation?.isGroup && !thing.conversation.members.has(user)) return false;
        if (thing.users) return thing.users.has(user);
        if (thing.staffOf)
            return this.isStaff(user, thing.staffOf) || (thing.also === user && this.isMember(user, thing.staffOf));
        if (!this.isMember(user, thing.room)) return false;
        if (thing.visibility === undefined || thing.visibility === "everyone" || thing.author === user) return true;
        if (thing.visibility === "staff") return this.isStaff(user, thing.room);
        return thing.visibility.users.includes(user);
    }

    maySee(user, post) {
        return !post.deleted && this.mayRead(user, post);
    }

    audience(thing) {
        return new Set([...this.users].filter((user) => this.mayRead(user, thing)));
    }

    visiblePosts(user) {
        return [...this.posts.values()].filter((post) => this.maySee(user, post));
    }

    hiddenPosts(user) {
        return [...this.posts.values()].filter((post) => !this.maySee(user, post));
    }

    // --- what happened --------------------------------------------------------------------

    happened(key, thing) {
        this.positions.set(key, this.log.length + 1);
        const entry = { key, thing, audience: this.audience(thing), gone: false };
        (thing.entries ??= []).push(entry);
        this.log.push(entry);
    }

    // A replay has nothing of what was before, or may have left it out.
    forget(thing) {
        for (const entry of thing.entries ?? []) entry.gone = true;
    }

    positionAfter(key) {
        return this.positions.get(key) ?? 0;
    }

    created(id, room, author, visibility) {
        const post = { id, room, author, visibility, deleted: false, reactions: new Map() };
        this.posts.set(id, post);
        this.happened(`post:created ${id}`, post);
        return post;
    }

    updated(post, text) {
        this.happened(`post:updated ${post.id} ${text}`, post);
    }

    deleted(thing, event = "post:deleted") {
        thing.deleted = true;
        this.forget(thing);
        this.happened(`${event} ${thing.id}`, thing);
    }

    commented(post, comment) {
        this.happened(`comment:created ${post.id} ${comment}`, post);
    }

    reacted(post, user, kind) {
        if (kind === null) post.reactions.delete(user);
        else post.reactions.set(user, kind);
        const counts = {};
        for (const one of post.reactions.values()) counts[one] = (counts[one] ?? 0) + 1;
        this.happened(reactionKey(post.id, user, kind, counts), post);
    }

    // --- conversations --------------------------------------------------------------------

    conversed(id, members, isGroup) {
        const room = `conversation-${id}`;
        const conversation = { id, room, isGroup, owner: members[0], members: new Set(members) };
        this.conversations.set(id, conversation);
        if (isGroup) this.happened(`conversation:created ${id}`, this.toMembers(conversation));
        return conversation;
    }

    // For whoever is in it now.
    toMembers(conversation, more = {}) {
        return { room: conversation.room, conversation, users: new Set(conversation.members), ...more };
    }

    said(conversation, id, author) {
        const message = this.toMembers(conversation, { id, author });
        this.messages.push(message);
        this.happened(`message:created ${id}`, message);
    }

    rewrote(message, text) {
        this.happened(`message:updated ${message.id} ${text}`, message);
    }

    // What was written before he came again is not his, nor what was while he was in it the last time.
    wentOut(conversation, user) {
        (conversation.former ??= new Set()).add(user);
        conversation.members.delete(user);
        for (const message of this.messages) if (message.conversation === conversation) message.users.delete(user);
        this.touch(user, conversation.room);
        this.happened(`conversation:left ${conversation.id} ${user}`, { users: new Set([user]) });
        this.happened(`conversation:changed ${conversation.id}`, this.toMembers(conversation));
    }

    cameIn(conversation, user) {
        this.happened(`conversation:changed ${conversation.id}`, this.toMembers(conversation));
        conversation.members.add(user);
        this.touch(user, conversation.room);
        this.happened(`conversation:created ${conversation.id}`, this.toMembers(conversation, { users: new Set([user]) }));
    }

    // --- grades, announcements ------------------------------------------------------------

    // `view` is the grade as its staff see it, `told` what its student hears of it. Each says the last word only.
    graded(view, classId, student, told) {
        const { id } = view;
        if (!this.grades.has(id)) {
            const room = `class-${classId}`;
            this.grades.set(id, { id, student, staff: { staffOf: room, room }, own: { users: new Set([student]) } });
        }
        const grade = this.grades.get(id);
        grade.isPublished = view.status === "published";
        this.forget(grade.staff);
        this.happened(gradeKey(view), grade.staff);
        if (told === undefined) return;
        this.forget(grade.own);
        this.happened(told === "withdrawn" ? `grade:withdrawn ${id}` : `grade:updated ${id} ${view.score}`, grade.own);
    }

    announced(id, room, author) {
        const announcement = { id, room, author, deleted: false, acknowledged: new Set() };
        this.announcements.push(announcement);
        this.happened(`announcement:created ${id}`, announcement);
    }

    // Once; the same again is no news.
    acknowledged(announcement, user) {
        if (announcement.acknowledged.has(user)) return;
        announcement.acknowledged.add(user);
        const { id, room, entries } = announcement;
        this.happened(`announcement:acked ${id} ${user}`, { room, staffOf: room, also: user, entries });
    }

    // --- live classes ---------------------------------------------------------------------

    started(id, room) {
        const live = { id, room, over: false };
        this.lives.push(live);
        this.happened(`live:started ${id}`, live);
    }

    retitled(live, title) {
        this.happened(`live:changed ${live.id} ${title}`, live);
    }

    ended(live) {
        live.over = true;
        this.happened(`live:ended ${live.id}`, live);
    }

    // --- what a connection owes -----------------------------------------------------------

    // Everything from event `from` on that must reach this user now that they are connected again, and what may:
    // what happened while their standing in the room was different, and what concerns a thing that is gone since.
    // An older event than `from`, but later than `last`, the last one received: only if it has become theirs to see.
    // → { must: [keys], may: [keys] }
    owed(user, from, last = from) {
        const touched = new Set(
            this.touches.filter((one) => one.user === user && one.index >= from).map((one) => one.room),
        );
        const must = [];
        const may = this.log
            .slice(last, from)
            .filter((one) => !one.audience.has(user) && this.mayRead(user, one.thing))
            .map((one) => one.key);
        for (const { key, thing, audience, gone } of this.log.slice(from)) {
            if (!this.mayRead(user, thing)) continue;
            const sure = audience.has(user) && !touched.has(thing.room) && !gone;
            (sure ? must : may).push(key);
        }
        return { must, may };
    }
}

function reactionKey(post, user, kind, counts) {
    const sorted = Object.keys(counts)
        .filter((one) => counts[one] > 0)
        .sort()
        .map((one) => `${one}=${counts[one]}`);
    return `reaction:changed ${post} ${user} ${kind} ${sorted.join()}`;
}

const gradeKey = ({ id, status, score, draft }) => `grade:recorded ${id} ${status} ${score} ${draft?.score}`;

// The key of an event that arrived to that user; undefined for what the model does not follow.
export function keyOf({ name, body }, user) {
    switch (name) {
        case "post:created":
            return `${name} ${body.post.id}`;
        case "post:updated":
            return `${name} ${body.post.id} ${body.post.text}`;
        case "post:deleted":
            return `${name} ${body.postId}`;
        case "comment:created":
            return `${name} ${body.postId} ${body.comment.id}`;
        case "reaction:changed":
            return reactionKey(body.postId, body.by?.id ?? body.by, body.kind ?? null, body.counts);
        case "message:created":
            return `${name} ${body.message.id}`;
        case "message:updated":
            return `${name} ${body.message.id} ${body.message.text}`;
        case "message:deleted":
            return `${name} ${body.messageId}`;
        case "conversation:created":
        case "conversation:changed":
            return `${name} ${body.conversation.id}`;
        case "conversation:left":
            return `${name} ${body.conversation} ${user}`;
        case "grade:updated":
            return `${name} ${body.grade.id} ${body.grade.score}`;
        case "grade:withdrawn":
            return `${name} ${body.gradeId}`;
        case "grade:recorded":
            return gradeKey(body.grade);
        case "announcement:created":
            return `${name} ${body.announcement.id}`;
        case "announcement:withdrawn":
            return `${name} ${body.announcementId}`;
        case "announcement:acked":
            return `${name} ${body.announcementId} ${body.user.id}`;
        case "live:started":
        case "live:ended":
            return `${name} ${body.live.id}`;
        case "live:changed":
            return `${name} ${body.live.id} ${body.live.title}`;
        case "alert":
            return `${name} ${body.title}`;
        case "session":
        case "rooms:changed":
        case "auth:expiring":
        case "live:current": // not stored: when it comes is another matter, of what is checked beside it
        case "notification:created":
        case "notification:removed":
        case "service:state": // of Kafka, to staff alone, as kafka_out.test.mjs shows
        case "service:restart": // to all, as restart.test.mjs shows
            return undefined;
        default:
            return `${name} ?`;
    }
}
