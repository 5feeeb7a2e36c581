// What the contract says about who may see what, as plain sets: the measure for the property test.
//
// - A post belongs to a class or a course; whoever is enrolled there is a member of it, teachers are its staff.
// - `everyone` is seen by the members, `staff` by the staff and the author, `{ users }` by those and the author;
//   all of them only while they are members. Comments and reactions are seen by who may see the post.
// - Whoever may see the post when something happens to it gets the event, the one who did it included.
//
// Events are kept as keys (see `keyOf`), so that what arrived can be compared with what should have.

export class Model {
    constructor() {
        this.courseOf = new Map(); // class → course
        this.users = new Set();
        this.enrolled = new Map(); // "user|class" → role
        this.posts = new Map(); // id → { id, room, author, visibility, deleted, reactions: Map user → kind }
        this.log = []; // { key, post, audience: Set of users }, in the order of the acknowledgements
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
        this.touch(user, classId);
    }

    drop(user, classId) {
        this.enrolled.delete(`${user}|${classId}`);
        this.touch(user, classId);
    }

    touch(user, classId) {
        for (const room of [`class-${classId}`, `course-${this.courseOf.get(classId)}`]) {
            this.touches.push({ user, room, index: this.log.length });
        }
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

    // --- visibility -----------------------------------------------------------------------

    // Deleted or not.
    mayRead(user, post) {
        if (!this.isMember(user, post.room)) return false;
        if (post.visibility === "everyone" || post.author === user) return true;
        if (post.visibility === "staff") return this.isStaff(user, post.room);
        return post.visibility.users.includes(user);
    }

    maySee(user, post) {
        return !post.deleted && this.mayRead(user, post);
    }

    audience(post) {
        return new Set([...this.users].filter((user) => this.mayRead(user, post)));
    }

    visiblePosts(user) {
        return [...this.posts.values()].filter((post) => this.maySee(user, post));
    }

    hiddenPosts(user) {
        return [...this.posts.values()].filter((post) => !this.maySee(user, post));
    }

    // --- what happened --------------------------------------------------------------------

    happened(key, post) {
        this.positions.set(key, this.log.length + 1);
        this.log.push({ key, post, audience: this.audience(post) });
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

    deleted(post) {
        post.deleted = true;
        this.happened(`post:deleted ${post.id}`, post);
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

    // --- what a connection owes -----------------------------------------------------------

    // Everything from event `from` on that must reach this user now that they are connected again, and what may:
    // what happened while their standing in the room was different, and what concerns a post deleted since.
    // An older event than `from`, but later than `last`, the last one received: only if it has become theirs to see.
    // → { must: [keys], may: [keys] }
    owed(user, from, last = from) {
        const touched = new Set(
            this.touches.filter((one) => one.user === user && one.index >= from).map((one) => one.room),
        );
        const must = [];
        const may = this.log
            .slice(last, from)
            .filter((one) => !one.audience.has(user) && this.mayRead(user, one.post))
            .map((one) => one.key);
        for (const { key, post, audience } of this.log.slice(from)) {
            if (!this.mayRead(user, post)) continue;
            const gone = post.deleted && !key.startsWith("post:deleted");
            const sure = audience.has(user) && !touched.has(post.room) && !gone;
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

// The key of an event that arrived; undefined for what the model does not follow.
export function keyOf({ name, body }) {
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
        case "session":
        case "rooms:changed":
        case "auth:expiring":
        case "notification:created":
        case "notification:removed":
            return undefined;
        default:
            return `${name} ?`;
    }
}
