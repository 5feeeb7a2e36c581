// Who may see what in a school, as the rules of authorisation and docs/decisions/ say it: sets, maps and one rule for each
// kind of thing. Written from those alone; it knows nothing of the server.
//
// A *thing* has the id that the server gave it. A *secret* is a word that stands in one thing only, and says by its rule
// who may read it at this moment. Where the documents leave something open, the rule is the wider of the readings: each
// such place says so.

const classStaff = new Set(["teacher", "aide", "administrator"]);
const schoolStaff = new Set([...classStaff, "counselor", "principal"]);
const isLater = (time) => time !== undefined && time > Date.now();

export class Oracle {
    constructor() {
        this.users = new Map(); // id → { id, school, role, enabled, agents: Set, invisible, hidden, masked }
        this.classes = new Map(); // id → { course, school }
        this.enrolled = new Map(); // "user|class" → role
        this.blocks = new Map(); // "who|whom" → since when
        this.conversed = new Set(); // "a|b": have been in one conversation
        this.everIn = new Map(); // user → rooms he ever was in
        this.everStaff = new Map(); // user → rooms of whose staff he ever was
        this.things = new Map(); // id → thing
        this.secrets = new Map(); // word → { rule, … }
        this.supervised = false; // the school's policy
        this.step = 0;
    }

    // --- the roster -----------------------------------------------------------------------

    addUser(id, school, role, more = {}) {
        const user = { id, school, role, enabled: true, agents: new Set(), invisible: false, hidden: false, ...more };
        this.users.set(id, user);
        this.remember(id);
    }

    enroll(user, classId, role) {
        this.enrolled.set(`${user}|${classId}`, role);
        this.remember(user);
    }

    drop(user, classId) {
        this.enrolled.delete(`${user}|${classId}`);
    }

    remember(user) {
        const add = (map, rooms) => map.set(user, new Set([...(map.get(user) ?? []), ...rooms]));
        const rooms = this.roomsOf(user);
        add(this.everIn, rooms);
        add(this.everStaff, rooms.filter((room) => this.isStaff(user, room)));
        const record = this.users.get(user);
        record.everAgents = new Set([...(record.everAgents ?? []), ...record.agents]);
    }

    rolesIn(user, room) {
        const of = (classId) => this.enrolled.get(`${user}|${classId}`);
        const [kind, id] = split(room);
        const those = (fits) => [...this.classes].filter(([, one]) => fits(one)).map(([classId]) => of(classId));
        if (kind === "class") return [of(id)].filter(Boolean);
        if (kind === "course") return those((one) => one.course === id).filter(Boolean);
        return [];
    }

    // Of an institution by a role there or through its classes; being staff of a class is nothing more in the school.
    isMember(user, room) {
        const base = room.replace(/\/staff$/, "");
        if (base !== room) return this.isStaff(user, base);
        const { enabled, school } = this.users.get(user);
        if (!enabled) return false;
        const [kind, id] = split(room);
        if (kind === "user") return id === user;
        if (kind !== "institution") return this.rolesIn(user, room).some((role) => role !== "guardian");
        if (school === id) return true;
        return [...this.classes].some(([classId, one]) => one.school === id && this.enrolled.has(`${user}|${classId}`));
    }

    isStaff(user, room) {
        const { enabled, school, role } = this.users.get(user);
        const [kind, id] = split(room);
        if (!enabled) return false;
        if (kind === "institution") return school === id && schoolStaff.has(role);
        return this.rolesIn(user, room).some((one) => classStaff.has(one));
    }

    get rooms() {
        const all = [...this.classes].flatMap(([id, one]) => [
            `class-${id}`, `course-${one.course}`, `institution-${one.school}`,
        ]);
        return [...new Set(all)];
    }

    roomsOf(user) {
        return this.rooms.filter((room) => this.isMember(user, room));
    }

    members(room) {
        return [...this.users.keys()].filter((user) => this.isMember(user, room));
    }

    isGuardian(user, student) {
        return this.users.get(student).agents.has(user) && this.users.get(user).role === "guardian";
    }

    blocksHim(who, whom) {
        return this.blocks.has(`${who}|${whom}`);
    }

    // What was told before stays told. `at`: RFC 3339
    blockedHimAt(who, whom, at) {
        return this.blocks.get(`${who}|${whom}`) < Date.parse(at);
    }

    // --- things ---------------------------------------------------------------------------

    // Whether the user may see the thing now; `deleted`: whether he might if it had not been deleted, and so may hear that it is.
    sees(user, thing, deleted = false) {
        if (thing.deleted && !deleted) return false;
        switch (thing.type) {
            case "post":
                return this.seesPost(user, thing);
            case "comment":
                return (deleted || !thing.post.deleted) && this.seesPost(user, thing.post);
            case "attachment":
                return thing.post ? this.sees(user, thing.post, deleted) : thing.uploader === user;
            case "message":
                return this.isNamed(user, thing.named, thing.conversation) || (deleted && this.isNamed(user, thing.wereNamed, thing.conversation));
            case "conversation":
                return thing.members.has(user) && !thing.hiddenFrom.has(user);
            case "announcement":
                return this.isMember(user, waits(thing) ? `${thing.room.replace(/\/staff$/, "")}/staff` : thing.room);
            case "grade":
                return this.isStaff(user, `class-${thing.classId}`) || (thing.wasPublished && this.owns(user, thing.student));
            case "report":
                return this.isStaff(user, thing.room);
        }
        throw new Error(`what is a ${thing.type}?`);
    }

    seesPost(user, { room, author, visibility, ...post }) {
        if (!this.isMember(user, room)) return false;
        if (author === user) return true;
        if (waits(post)) return typeof visibility === "string" && this.isStaff(user, room);
        if (visibility === "everyone") return true;
        return visibility === "staff" ? this.isStaff(user, room) : visibility.users.includes(user);
    }

    isNamed(user, names, { kind, members }) {
        return names.has(user) && this.users.get(user).enabled && (kind === "direct" || members.has(user));
    }

    owns(user, student) {
        return user === student || this.isGuardian(user, student);
    }

    // The staff of a room that all its members share, where students are supervised. (Who is a student is judged by the
    // school's role here; a student who assists in a class is the narrower reading.)
    supervises(user, { members }) {
        const people = [...members.keys()].filter((one) => this.users.get(one).enabled); // those present
        if (!this.supervised || people.length === 0) return false;
        if (!people.every((one) => this.users.get(one).role === "student")) return false;
        const shared = this.roomsOf(user).filter((room) => !room.startsWith("institution-") && this.isStaff(user, room));
        return shared.some((room) => people.every((one) => this.isMember(one, room)));
    }

    // May his id appear in what is sent to the user? It may, too, in the news that it has been deleted.
    mayKnow(user, thing, context) {
        if (this.sees(user, thing, true)) return true;
        if (context.isAgain && (isOwn(user, thing) || JSON.stringify(context.request).includes(thing.id))) return true;
        const { conversation = thing } = thing;
        if (conversation.type === "conversation") {
            if (context.name?.startsWith("supervision:") && this.supervises(user, conversation)) return true;
            if (thing.type === "message" && this.cameAgain(user, thing, context)) return true;
            if (thing.type !== "conversation" || !thing.wereMembers.has(user)) return false;
            return !thing.hiddenFrom.has(user) || this.wasTold(user, thing, context);
        }
        // That he has acknowledged it is told to his own room, and again when he comes back.
        if (context.name === "announcement:acked" && this.mightHaveSeen(user, thing)) return true;
        // That an entry of the own inbox is gone he may learn: it says what it was about, which he saw when it came.
        if (context.name === "notification:removed" && this.mightHaveSeen(user, thing)) return true;
        // A report is a copy for the staff, of what they might not see otherwise.
        return Boolean(thing.reportedIn) && this.isStaff(user, thing.reportedIn);
    }

    // At some time, for all we know.
    mightHaveSeen(user, { type, post, room = post?.room, visibility = post?.visibility, ...thing }) {
        if (type === "message") return thing.conversation.wereMembers.has(user);
        if (type === "grade") return user === thing.student || this.users.get(thing.student).everAgents.has(user);
        if (room === undefined) return false;
        const ofStaff = (visibility === "staff" && (post ?? thing).author !== user) || room.endsWith("/staff");
        return (ofStaff ? this.everStaff : this.everIn).get(user).has(room.replace(/\/staff$/, ""));
    }

    // --- secrets --------------------------------------------------------------------------

    // A conversation, to whom it was hidden until now, or never.
    show({ hiddenFrom, shownTo }, user) {
        hiddenFrom.delete(user);
        shownTo.add(user);
    }

    // What he was sent before somebody whom he blocks brought him there again, may be sent again.
    wasTold(user, { hiddenFrom, shownTo }, { kind, at }) {
        return kind === "event" && shownTo.has(user) && Date.parse(at) < hiddenFrom.get(user);
    }

    // A secret before its request is answered: whoever reads it then is judged when it is known what it is in.
    plant(word) {
        this.secrets.set(word, { rule: "pending" });
        return word;
    }

    put(words, secret) {
        for (const word of words) this.secrets.set(word, { copies: new Set(), ...this.secrets.get(word), ...secret });
    }

    // Replaced by another text: it is in the history, and in what was sent while it stood there.
    outdate(words, thing) {
        this.put(words, { rule: "old", thing, early: waits(thing), since: this.step });
    }

    takeFrom(words, users) {
        for (const word of words) {
            const secret = this.secrets.get(word);
            secret.takenFrom = new Set([...(secret.takenFrom ?? []), ...users]);
        }
    }

    // context: { kind: "event" | "answer", name, at, step }. → true, false or "pending"
    mayRead(user, word, context) {
        const secret = this.secrets.get(word);
        switch (secret.rule) {
            case "pending":
                return "pending";
            case "nobody":
                return false;
            case "everybody":
                return true;
            case "own":
                return secret.user === user;
            case "thing":
                return this.readsThing(user, secret, context) || this.readsCopy(user, secret);
            case "old":
                return this.readsOld(user, secret, context) || this.readsCopy(user, secret);
            case "mark":
                if (secret.grade.draft.has(word)) return this.isStaff(user, `class-${secret.grade.classId}`);
                return secret.grade.published.has(word) && this.sees(user, secret.grade);
            case "item":
                return this.isStaff(user, `class-${secret.classId}`) || secret.grades.some((one) => this.sees(user, one));
            case "reason":
                return secret.report.open && this.isStaff(user, secret.report.room);
            case "title":
                return this.isMember(user, secret.room);
            case "room":
                return this.mayKnowRoom(user, secret.room);
            case "name":
                return this.mayKnowName(user, secret.user);
        }
        throw new Error(`what is the rule ${secret.rule}?`);
    }

    readsThing(user, { thing }, context) {
        if (this.sees(user, thing)) return true;
        if (context.isAgain && isOwn(user, thing)) return !thing.deleted && !thing.post?.deleted;
        if (thing.type === "message" && !thing.deleted && this.cameAgain(user, thing, context)) return true;
        const { conversation = thing } = thing;
        const isReading = context.kind === "answer" && context.name.startsWith("supervision:");
        return isReading && !thing.deleted && conversation.type === "conversation" && this.supervises(user, conversation);
    }

    // Who was taken out of a group and is in it again reads nothing of before; but what he was sent then may be sent again.
    cameAgain(user, { everNamed, conversation }, { kind, name }) {
        return (kind === "event" || name.startsWith("notification:")) && this.isNamed(user, everNamed, conversation);
    }

    // What was there before the last edit: for the staff in the history, for others in a replay of what was sent then, but
    // for nobody who reads it now. To its author it may be answered again by its key.
    readsOld(user, { thing, early, since, takenFrom }, context) {
        // A message is taken from who blocks its author when it is edited. What he was sent before may be sent again, with the
        // news that it is gone. (Wider than "one that never was", and known: a replay does so.)
        if (context.kind === "event" && takenFrom && this.isNamed(user, takenFrom, thing.conversation)) return true;
        if (!this.sees(user, thing)) return (context.isAgain || context.kind === "event") && this.readsThing(user, { thing }, context);
        if (thing.author === user) return true;
        const room = thing.room ?? thing.post?.room;
        if (room !== undefined && context.name === "feed:history") return this.isStaff(user, room.replace(/\/staff$/, ""));
        if (early) return room !== undefined && this.isStaff(user, room.replace(/\/staff$/, ""));
        // A notification has the title of its moment.
        return context.kind === "event" || since >= context.step || context.name.startsWith("notification:");
    }

    // A report copies what it is about for the staff of the room, until it is dealt with.
    readsCopy(user, { copies }) {
        return [...copies].some((report) => report.open && this.isStaff(user, report.room));
    }

    // A room is no secret to who was in it, or has a grade from there.
    mayKnowRoom(user, room) {
        if (this.everIn.get(user).has(room)) return true;
        return this.graded?.get(room)?.some((student) => this.owns(user, student)) ?? false;
    }

    // People know whom they share a room or a conversation with. (Wider than need be: only what he did there tells a name.) A
    // masked person shows his name in no feed, so it is the staff's, his guardians' and his partners' to know.
    mayKnowName(user, other) {
        if (user === other || this.conversed.has(`${user}|${other}`) || this.isGuardian(user, other)) return true;
        const his = this.everIn.get(other);
        if ([...this.everStaff.get(user)].some((room) => his.has(room))) return true;
        return !this.users.get(other).masked && [...this.everIn.get(user)].some((room) => his.has(room));
    }
}

// What somebody has made: by its key he is answered again what he was answered then, unless it was deleted.
const isOwn = (user, { author, uploader = author }) => uploader === user;

export function split(room) {
    const at = room.indexOf("-");
    return [room.slice(0, at), room.slice(at + 1)];
}

// Not yet published. (By the wall clock, which is ahead of the server's own look at what is due.)
export const waits = ({ publishAt, held }) => Boolean(held) || isLater(publishAt);
