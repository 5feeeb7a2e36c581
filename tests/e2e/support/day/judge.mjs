// Reads every payload that anybody was sent, and says which of them ought not to have been: one with a secret of a thing that
// the oracle hides from that person, or with an id of it, or that betrays somebody by what it is.

const word = /zq[0-9a-z]{7}/g;
const mark = /(?<![0-9A-Za-z.])7\d{8}(?![0-9])/g; // a grade's value
const identifier = /(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Z])/g;
const roomName = /^(class|course|institution)-/;
const momentOfNews = 1500; // milliseconds; the contract says 300, of a machine that keeps up
const textsRemembered = 256; // the same bytes go to many

export class Judge {
    constructor(oracle) {
        this.oracle = oracle;
        this.faces = new Map(); // pseudonym → "thread|user"
        this.read = new Map(); // text → what stands in it
        this.judged = 0;
        this.found = 0; // secrets and ids that were rightly there
        this.rules = new Map(); // rule → how often one such was rightly read
    }

    // payload: { user, context: { kind: "event" | "answer", name, step, request? }, text, value }
    // → undefined: nothing is wrong; "pending": it names what no request has been answered for; else what is wrong
    fault(payload) {
        const { user, context, text, value } = payload;
        const { words, ids } = this.contents(text);
        for (const one of words) {
            const may = this.oracle.mayRead(user, one, context);
            if (may === "pending") return "pending";
            if (!may) return `the secret ${one}: ${this.describe(one)}`;
        }
        for (const id of ids) {
            const thing = this.oracle.things.get(id);
            if (!this.oracle.mayKnow(user, thing, context)) return `the id ${id} of ${this.portray(thing)}, which he cannot see`;
        }
        const fault = this.walk(user, value) ?? this.betrays(user, context, value);
        if (fault) return fault;
        this.judged += 1;
        this.found += words.length + ids.length;
        for (const one of words) {
            const { rule } = this.oracle.secrets.get(one);
            this.rules.set(rule, (this.rules.get(rule) ?? 0) + 1);
        }
        return undefined;
    }

    contents(text) {
        const known = this.read.get(text);
        // Things get known with the answer to the request that made them.
        if (known && known.things === this.oracle.things.size) return known;
        const all = (pattern) => [...new Set(text.match(pattern))];
        const contents = {
            words: [...all(word), ...all(mark)].filter((one) => this.oracle.secrets.has(one)),
            ids: all(identifier).filter((one) => this.oracle.things.has(one)),
            things: this.oracle.things.size,
        };
        if (this.read.size >= textsRemembered) this.read.clear();
        this.read.set(text, contents);
        return contents;
    }

    portray({ type, id, post, deleted, author, room, conversation }) {
        const where = room ?? post?.room ?? (conversation && `the ${conversation.kind} ${conversation.id} of ${[...conversation.members.keys()]}`);
        return `the ${type} ${id}${deleted || post?.deleted ? ", deleted," : ""} by ${author} in ${where}`;
    }

    describe(one) {
        const { rule, thing, user, room, grade } = this.oracle.secrets.get(one);
        const about = thing ?? grade;
        const of = about ? ` of ${this.portray(about)}` : "";
        return `rule ${rule}${of}${user ? ` of ${user}` : ""}${room ? ` of ${room}` : ""}`;
    }

    // Whatever is inside, whoever is told.
    walk(user, value) {
        if (typeof value === "string") return this.judgeRoom(user, value);
        if (typeof value !== "object" || value === null) return undefined;
        if (!Array.isArray(value)) {
            if (value.identity !== undefined) return "the name behind a pseudonym, which the school keeps from everybody";
            const fault = this.judgeAuthor(value);
            if (fault) return fault;
        }
        for (const part of Object.values(value)) {
            const fault = this.walk(user, part);
            if (fault) return fault;
        }
        return undefined;
    }

    judgeRoom(user, text) {
        if (!roomName.test(text)) return undefined;
        const room = text.replace(/\/staff$/, "");
        if (!this.oracle.rooms.includes(room) || this.oracle.mayKnowRoom(user, room)) return undefined;
        return `the room ${text}, in which he never was`;
    }

    // Whoever is anonymous has a face of his own in each thread, and only there.
    judgeAuthor({ id, postId, author }) {
        const thing = this.oracle.things.get(id);
        if (!author || !thing || thing.author === undefined) return undefined;
        const thread = thing.post ?? thing;
        if (!thing.anonymous) return author.id === thing.author ? undefined : `an author who is ${author.id}, not ${thing.author}`;
        if (!author.id.startsWith("~")) return `the author of what is anonymous: ${author.id}`;
        const who = `${postId ?? thread.id}|${thing.author}`;
        if (!this.faces.has(author.id)) this.faces.set(author.id, who);
        return this.faces.get(author.id) === who ? undefined : `the pseudonym ${author.id} of somebody elsewhere`;
    }

    // What an event tells by being sent at all, and what an answer tells of who is there.
    betrays(user, { kind, name, request }, value) {
        if (name === "presence:watch" && value?.users) return this.judgeSights(user, request.room, value.users, true);
        if (kind !== "event") return undefined;
        const { oracle } = this;
        const { room, by } = value;
        if (room?.startsWith("user-") && room !== `user-${user}`) {
            const isGrade = name.startsWith("grade:") && oracle.isGuardian(user, room.slice("user-".length));
            if (!isGrade) return `what is of ${room} alone`;
        }
        const thread = oracle.things.get(value.postId ?? value.post?.id);
        if (by && thread?.masks?.has(by.id) && !this.isStaffsWork(name, value, thread)) return `the name ${by.id} in a thread where he is anonymous`;
        switch (name) {
            case "presence:changed":
                return this.judgeSights(user, room, value.changes);
            case "typing":
                return this.judgeTyping(user, value);
            case "message:read":
                return oracle.blockedHimAt(user, value.user, value.at) ? `how far ${value.user}, whom he blocks, has read` : undefined;
            case "announcement:acked": {
                const staff = oracle.things.get(value.announcementId)?.room.replace(/\/staff$/, "");
                const may = value.user.id === user || staff === undefined || oracle.isStaff(user, staff);
                return may ? undefined : `that ${value.user.id} has acknowledged`;
            }
            case "feed:muted":
            case "feed:unmuted":
                return value.user.id === user || oracle.isStaff(user, room) ? undefined : `that ${value.user.id} is muted`;
            case "notification:created": {
                const about = oracle.things.get(value.notification.target.post);
                const known = value.notification.actors.find(({ id }) => about?.masks?.has(id));
                return known ? `the name ${known.id} in a notification about a thread where he is anonymous` : undefined;
            }
        }
        return undefined;
    }

    // What the staff do as such they do by name, whoever they are in the thread: only staff pin, so a face that did would be
    // known for one of them. What anybody does to his own he does as who he is there.
    isStaffsWork(name, { by, comment, commentId = comment?.id }, thread) {
        const touched = commentId === undefined ? thread : this.oracle.things.get(commentId);
        const isTheirs = touched !== undefined && (touched.author !== by.id || touched.moderators.has(by.id));
        const wasStaff = this.oracle.everStaff.get(by.id).has(thread.room); // a replay tells of what was
        return isTheirs && /:(updated|deleted)$/.test(name) && wasStaff;
    }

    judgeSights(user, room, sights, isAnswer = false) {
        if (!this.oracle.isMember(user, room)) return `who is in ${room}`;
        for (const { id, status } of sights) {
            if (id === user) continue;
            const { invisible, invisibleSince, hidden } = this.oracle.users.get(id);
            // Who looks anew is shown what others have been told: for a moment still that he was there.
            const isTold = !isAnswer || Date.now() - invisibleSince > momentOfNews;
            if (invisible && isTold && status !== "offline") return `that ${id}, who is invisible, is ${status}`;
            // Whoever saw him before is told that he has gone.
            if (hidden && (isAnswer || status !== "offline") && !this.oracle.isStaff(user, room)) return `the presence of ${id}, who has opted out of the directory`;
        }
        return undefined;
    }

    // That somebody types no more is told to whoever was told that he did.
    judgeTyping(user, { to, user: typist, on }) {
        const { invisible, hidden } = this.oracle.users.get(typist);
        if (typist === user) return "his own typing";
        if (!on) return undefined;
        if (invisible) return `that ${typist}, who is invisible, types`;
        const thread = this.oracle.things.get(to.post);
        if (thread?.masks.size > 0 && thread.maskedSince < this.oracle.step) return "typing in a thread with pseudonyms";
        if (to.conversation && this.oracle.blocksHim(user, typist)) return `that ${typist}, whom he blocks, types`;
        const room = thread?.room ?? to.room;
        if (room === undefined) return undefined;
        if (!this.oracle.isMember(user, room)) return `typing in ${room}`;
        return hidden && !this.oracle.isStaff(user, room) ? `that ${typist}, who has opted out, types` : undefined;
    }
}
