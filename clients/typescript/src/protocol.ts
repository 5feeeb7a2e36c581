// Made from protocol/asyncapi.yaml by scripts/generate.mjs: do not edit.

/** A post, whose thread is written in (nobody is told where somebody has a pseudonym); a conversation, whose members are told who would get a message; or a class or course, for which a post is written. */
export type TypedIn = {
    post?: string;
    conversation?: string;
    room?: Room;
};

export type Sight = {
    /** The user. */
    id: string;
    status: "online" | "away" | "busy" | "offline";
    since: Time;
};

/** The CONNECT payload, `auth` of the official client. */
export type Connect = {
    /** A JWT; or `Authorization: Bearer` on the handshake. */
    token?: string;
    cursor?: Seq;
    /** Set by the client itself. */
    pid?: string;
    /** Set by the client itself. */
    offset?: string;
};

/** The CONNECT_ERROR payload, `error.data` and `error.message` of the official client. */
export type ConnectError = {
    message: string;
    data: {
        code: "token_missing" | "token_invalid" | "token_expired" | "user_unknown" | "user_disabled" | "server_draining" | "too_many_connections";
        /** Seconds. Of a token that does not hold, when too many came from the same address. */
        retryAfter?: number;
    };
};

/** `error` of an answer whose `ok` is false. */
export type RequestError = {
    code: "invalid" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "too_large" | "rate_limited" | "unavailable" | "internal";
    message: string;
    /** The request's field that is wrong. */
    field?: string;
    /** Seconds. */
    retryAfter?: number;
};

/** Sorts in journal order. */
export type Seq = string;

export type Ulid = string;

/** RFC 3339 UTC. */
export type Time = string;

/** user-{id}, class-{id}, course-{id}, institution-{id}, group-{id} or global, or one of their sub-rooms (…/staff, institution-{id}/guardians); of an event about messages conversation-{id}. */
export type Room = string;

/** The same user repeating it gets the first result again; `not_found` when that was deleted. */
export type Key = string;

/** At most 20000 bytes of UTF-8; not only white space. */
export type PostText = string;

/** At most 8000 bytes of UTF-8; not only white space. */
export type CommentText = string;

export type ReactionKind = string | null;

/** Within the room. Named users must be in it; the author always sees his own. */
export type Visibility = "everyone" | "staff" | {
    users: string[];
};

export type Person = {
    id: string;
    name: string;
};

export type User = {
    id: string;
    name: string;
    roles: string[];
};

export type Rooms = {
    personal: string;
    classes: string[];
    courses: string[];
    groups: string[];
    /** The primary one. */
    institution: string | null;
    /** The user's own, and those that they are a part of. */
    institutions: string[];
    /** institution-{id}/guardians, of its guardians and its staff; where the school has it. Left out when there is none. */
    guardians?: string[];
    global: "global";
};

export type Envelope = {
    seq: Seq;
    id: Ulid;
    room: Room;
    at: Time;
    by: Person | null;
};

export type RoomsChanged = Envelope & {
    joined: string[];
    left: string[];
    rooms: Rooms;
};

export type GroupAccess = "open" | "invitation" | "secret";

export type GroupHistory = "shared" | "joined";

export type GroupRole = "member" | "staff" | "owner";

export type Group = {
    id: string;
    /** group-{id} */
    room: string;
    title: string;
    about: string | null;
    access: GroupAccess;
    history: GroupHistory;
    listed: boolean;
    home: Room;
    owner: Person | null;
    createdAt: Time;
};

export type GroupForOne = Group & ({
    mine: {
        role: GroupRole;
    } | null;
    /** How many he may know of. */
    members: number | null;
});

export type GroupAnswer = {
    group: GroupForOne;
};

export type GroupIdAnswer = {
    groupId: string;
};

export type InvitedAnswer = {
    groupId: string;
    user: string;
};

export type Invitation = {
    group: Group;
    by: Person;
    at: Time;
};

/** How many of each kind. */
export type Counts = Record<string, number>;

export type Mine = {
    reaction: ReactionKind;
    /** Of what is anonymous: it is the user's own. Left out otherwise. */
    author?: true;
    /** Of a poll. */
    votes?: number[];
};

export type Post = {
    id: Ulid;
    room: Room;
    author: Person;
    text: string;
    visibility: Visibility;
    attachments: Attachment[];
    createdAt: Time;
    editedAt: Time | null;
    counts: {
        comments: number;
        reactions: Counts;
    };
    /** Left out when there are none. */
    mentions?: Person[];
    /** Left out when it is not. */
    pinned?: true;
    /** Left out when it is not. */
    locked?: true;
    /** The author's id begins with "~" and is his in this thread alone. Left out when it is not. */
    anonymous?: true;
    /** Of an anonymous author; in answers to staff, where feed.anonymous_names says so. */
    identity?: Person;
    /** With `publishAt`, of a post that was to be published later. */
    state?: "published" | "scheduled" | "held";
    publishAt?: Time;
    publishedAt?: Time | null;
    poll?: Poll;
    mine?: Mine;
};

export type Comment = {
    id: Ulid;
    postId: Ulid;
    author: Person;
    text: string;
    replyTo: string | null;
    createdAt: Time;
    editedAt: Time | null;
    counts: {
        reactions: Counts;
    };
    mentions?: Person[];
    anonymous?: true;
    identity?: Person;
    /** Who of the staff; left out when nobody did. */
    endorsed?: Person;
    mine?: Mine;
};

export type CommentEvent = Envelope & {
    postId: Ulid;
    comment: Comment;
};

export type Target = {
    post: string;
} | {
    comment: string;
};

export type Reaction = {
    target: Target;
    postId: Ulid;
    counts: Counts;
    kind: ReactionKind;
};

export type PostAnswer = {
    post: Post;
    cannotSee?: CannotSee;
};

export type CommentAnswer = {
    comment: Comment;
    cannotSee?: CannotSee;
};

/** Ids of users. Those who cannot see the post are not mentioned. */
export type Mentions = string[] | null;

/** Those of `mentions` who cannot see it, or are nobody. Left out when there are none. */
export type CannotSee = string[];

/** Under a pseudonym, of a post for everyone or staff. Whoever is anonymous in a thread stays so; whoever was seen there by name cannot become it (`conflict`). */
export type Anonymous = boolean | null;

export type PostSwitch = {
    post: string;
    on: boolean;
    key?: Key;
};

export type NewPoll = {
    /** At most 200 bytes of UTF-8 each. */
    options: string[];
    multiple?: boolean | null;
    /** Nobody is told the tallies before it is closed. */
    hidden?: boolean | null;
    /** RFC 3339; without it until somebody closes it. */
    closesAt?: string | null;
};

export type Poll = {
    options: ({
        text: string;
        /** Null while they are hidden. */
        votes: number | null;
    })[];
    multiple: boolean;
    hidden: boolean;
    voters: number;
    closesAt: Time | null;
    closed: boolean;
};

export type Muting = {
    user: Person;
    until: Time | null;
};

export type Report = {
    id: Ulid;
    room: Room;
    target: Target;
    postId: Ulid;
    /** As everybody sees him, under his pseudonym where he has one. */
    author: Person;
    /** As it was when it was reported; null once it was dealt with. */
    text: string | null;
    reporters: number;
    reasons: string[];
    state: "open" | "dismissed" | "removed";
    createdAt: Time;
    resolvedAt: Time | null;
    resolvedBy: Person | null;
};

export type ReportEvent = Envelope & {
    report: Report;
};

export type Attachment = {
    id: Ulid;
    name: string;
    type: string;
    bytes: number;
};

/** What was graded. At most 200 bytes of UTF-8; not only white space. */
export type GradeItem = string;

export type Score = number;

export type MaxScore = number | null;

/** At most 4000 bytes of UTF-8. */
export type GradeComment = string | null;

export type GradeRequest = {
    student: string;
    /** The roster's id of the class. */
    class: string;
    item: GradeItem;
    score: Score;
    maxScore?: MaxScore;
    comment?: GradeComment;
    key?: Key;
};

/** As the student sees it. */
export type Grade = {
    id: Ulid;
    class: string;
    student: Person;
    item: string;
    score: number;
    maxScore: number | null;
    comment: string | null;
    publishedAt: Time;
};

/** As the staff of its class see it. What the student sees, null where that is nothing, and `draft` beside it. */
export type StaffGrade = {
    id: Ulid;
    class: string;
    student: Person;
    item: string;
    status: "draft" | "published" | "withdrawn";
    score: number | null;
    maxScore: number | null;
    comment: string | null;
    publishedAt: Time | null;
    draft: null | {
        score: number;
        maxScore: number | null;
        comment: string | null;
    };
    grader: Person | null;
    updatedAt: Time;
};

export type StaffGradeAnswer = {
    grade: StaffGrade;
};

/** Which, in the order of the request, without their values. */
export type PublishedGrades = {
    id: Ulid;
    class: string;
    student: string;
    item: string;
}[];

/** At most 200 bytes of UTF-8; not only white space. */
export type AnnouncementTitle = string;

/** At most 20000 bytes of UTF-8; not only white space. */
export type AnnouncementText = string;

/** RFC 3339 with seconds and a zone, at most 366 days ahead; one that is past means now. */
export type PublishAt = string | null;

export type Announcement = {
    id: Ulid;
    room: Room;
    author: Person;
    title: string;
    text: string;
    requireAck: boolean;
    state: "published" | "scheduled" | "held";
    createdAt: Time;
    editedAt: Time | null;
    publishAt: Time | null;
    publishedAt: Time | null;
    mine?: {
        acknowledgedAt: Time | null;
    };
};

export type AnnouncementEvent = Envelope & {
    announcement: Announcement;
};

export type AnnouncementAnswer = {
    announcement: Announcement;
};

export type Alert = {
    title: string;
    text: string;
    level: "info" | "warning" | "critical";
};

/** At most 8000 bytes of UTF-8; not only white space. */
export type MessageText = string;

export type Users = string[];

/** Messages of others among the last thousand. */
export type Unread = number;

export type Message = {
    id: Ulid;
    conversation: Ulid;
    author: Person;
    text: string;
    createdAt: Time;
    editedAt: Time | null;
};

export type Conversation = {
    id: Ulid;
    kind: "direct" | "group";
    title: string | null;
    /** Of a group. */
    owner: string | null;
    members: Person[];
    /** The staff of a class that all its members share may read it. */
    supervised: boolean;
};

/** As one of its members sees it. */
export type OwnConversation = {
    id: Ulid;
    kind: "direct" | "group";
    title: string | null;
    owner: string | null;
    members: ({
        id: string;
        name: string;
        /** The last message that this member has said to have read; null of those whom one blocks. */
        readUpTo: string | null;
    })[];
    supervised: boolean;
    lastMessage: Message | null;
    unread: Unread;
};

export type MessageEvent = Envelope & MessageAnswer;

export type MessageAnswer = {
    message: Message;
};

export type MessageDeletion = {
    conversation: Ulid;
    messageId: Ulid;
};

export type MessageList = {
    messages: Message[];
    next: string | null;
};

export type ConversationEvent = Envelope & ConversationAnswer;

export type ConversationAnswer = {
    conversation: Conversation;
};

export type ConversationLeft = {
    conversation: Ulid;
};

export type Block = {
    user: string;
    on: boolean;
};

export type NotificationKind = "mention" | "comment" | "reply" | "grade" | "announcement" | "message";

/** Entries that are not read. */
export type UnreadEntries = number;

/** Those of them that came after the inbox was last looked into. */
export type UnseenEntries = number;

/** That there is something, and where; no text of anybody, no mark. */
export type Notification = {
    /** Of the newest; one user's ascend. */
    id: Ulid;
    /** Those that are not read and have the same are one entry. */
    group: string;
    kind: NotificationKind;
    room: string;
    /** Who did it last. */
    actors: Person[];
    /** How many are in this entry. */
    count: number;
    /** The newest. */
    target: {
        post: string;
        comment?: string;
    } | {
        grade: string;
        class: string;
        item: string;
        student: string;
    } | {
        announcement: string;
        title: string;
    } | {
        conversation: string;
        message: string;
    };
    at: Time;
    read: boolean;
};

export type NotificationsRead = {
    upTo: Ulid;
    /** Only of this one; null, of all. */
    group: string | null;
    unread: UnreadEntries;
    unseen: UnseenEntries;
};

export type NotificationsSeen = {
    upTo: Ulid;
    unread: UnreadEntries;
    unseen: UnseenEntries;
};

/** On the clock of `timeZone`; where `to` is before `from`, over midnight. */
export type QuietHours = {
    from: string;
    to: string;
    /** A name of the IANA database: Europe/Berlin. */
    timeZone: string;
};

export type NotificationPreferences = {
    preferences: ({
        room: string | null;
        kind: NotificationKind | null;
        inbox: boolean | null;
        push: boolean | null;
        mail: boolean | null;
    })[];
    /** By kind. */
    defaults: Record<string, {
        inbox: boolean;
        push: boolean;
        mail: boolean;
    }>;
    quietHours: QuietHours | null;
};

/** The body of what is posted to `notifications.push_url` and `notifications.mail_url`, signed as Standard Webhooks has it. The same `webhook-id` is the same delivery. */
export type Webhook = {
    type: "notification.push" | "notification.mail";
    timestamp: Time;
    data: {
        user: Person;
        notification: Notification;
        roomTitle: string | null;
        unread: UnreadEntries;
        unseen: UnseenEntries;
    };
};

/** What the server sends: name → body. */
export interface Events {
    /** The first event of every connection; after a recovery by `pid` it follows what was missed. */
    session: {
        user: User;
        rooms: Rooms;
        /** Everything up to here has been delivered before this event; everything behind it comes after. Keep the `seq` of each durable event from then on, and connect with it as `auth.cursor` from a new page or device. */
        cursor: Seq;
        /** Nothing was missed since the `offset` or `cursor` given. */
        recovered: boolean;
        /** What was missed can't be sent: no longer kept, behind a cursor that is none of ours, too much (10,000 events, or half of server.send_queue_bytes_max), or the server is overloaded. Load afresh. */
        gap?: true;
        expiresAt: Time;
    };
    /** The roster, the day or a group has changed the rooms of this user. Durable; to `user-{id}`. */
    "rooms:changed": RoomsChanged;
    /** 60 s before the token expires; answer with `auth:refresh`. */
    "auth:expiring": {
        expiresAt: Time;
    };
    /** The last event before the server disconnects a user whose right to be here has ended. */
    "auth:ended": {
        code: "token_expired" | "user_disabled" | "signed_out";
    };
    /** To those who can see the post. */
    "post:created": Envelope & {
        post: Post;
    };
    /** To those who can see the post. Without `mine`, which differs from person to person. */
    "post:updated": Envelope & {
        post: Post;
    };
    /** To those who could see the post. */
    "post:deleted": Envelope & {
        postId: Ulid;
    };
    /** To those who can see the post. */
    "comment:created": CommentEvent;
    /** To those who can see the post. Without `mine`. */
    "comment:updated": CommentEvent;
    /** To those who can see the post. */
    "comment:deleted": Envelope & {
        postId: Ulid;
        commentId: Ulid;
    };
    /** To those who can see the post. `by` is whose reaction it is. */
    "reaction:changed": Envelope & Reaction;
    /** A post was made that is to be published later. To its author and, unless it names its readers, the room's staff, who get `post:updated` and `post:deleted` of it, too. When its time comes, `post:created` goes to those whom it is for. If its author has left the room or is muted by then: `post:updated` with the state `held` and `by: null`. */
    "post:scheduled": Envelope & {
        post: Post;
    };
    /** The tallies since the last one, or that the poll is closed. To those who can see the post, at most a few a second. `by` is null: nobody is told who voted for what. A replay has the last one of each poll. */
    "poll:changed": Envelope & {
        postId: Ulid;
        poll: Poll;
    };
    /** Somebody may only read in the room. To the room's staff and to him. */
    "feed:muted": Envelope & Muting;
    /** He may write again. To the same. */
    "feed:unmuted": Envelope & {
        user: Person;
    };
    /** How long members wait between two posts or comments of theirs; 0 not at all. To the room. */
    "feed:slowed": Envelope & {
        seconds: number;
    };
    /** Something was reported for the first time. To the room's staff, `…/staff`. `by` is null. */
    "report:created": ReportEvent;
    /** Somebody else reported it (`by` is null), or it was dealt with. To the room's staff. */
    "report:updated": ReportEvent;
    /** A grade was published, or what is published was changed. To `user-{student}` and, where the school lets them (grades.guardians), to the student's guardians. */
    "grade:updated": Envelope & {
        grade: Grade;
    };
    /** What was published is no longer; to the same people. A replay has this alone: what was said of the grade before is forgotten. */
    "grade:withdrawn": Envelope & {
        gradeId: Ulid;
        class: string;
        item: string;
    };
    /** A grade was saved, published, changed or withdrawn. To the staff of its class alone, `class-{id}/staff`. A replay has the last of each grade. */
    "grade:recorded": Envelope & {
        grade: StaffGrade;
    };
    /** To the announcement's room, when it is published. */
    "announcement:created": AnnouncementEvent;
    /** To its room; while it is not published, to the room's staff. Without `mine`. Who has acknowledged it has done so. Also, with the state `held` and `by: null`, when its time came and its author was staff no longer. */
    "announcement:updated": AnnouncementEvent;
    /** To those who could see it. */
    "announcement:withdrawn": Envelope & {
        announcementId: Ulid;
    };
    /** One that is to be published later was made. To the room's staff, `…/staff`. */
    "announcement:scheduled": AnnouncementEvent;
    /** Somebody has acknowledged it. To the room's staff, and to that person's own room. */
    "announcement:acked": Envelope & {
        announcementId: Ulid;
        user: Person;
        acknowledgedAt: Time;
    };
    /** From the platform to everybody (`global`). `by` is null. */
    alert: Envelope & Alert;
    /** To those who can see the message, the author's other devices included. */
    "message:created": MessageEvent;
    /** To those who can see the message. */
    "message:updated": MessageEvent;
    /** To those who could see the message. */
    "message:deleted": Envelope & MessageDeletion;
    /** `user` has read the conversation up to this message. To those who can see that message and do not block him, the reader's other devices included. */
    "message:read": Envelope & {
        conversation: Ulid;
        user: string;
        upTo: Ulid;
    };
    /** To those who are in a group from now on. (A conversation between two comes with its first `message:created`.) */
    "conversation:created": ConversationEvent;
    /** Who is in a group has changed. To those who are in it. */
    "conversation:changed": ConversationEvent;
    /** To somebody who has left a group or was taken out of it. `room` is `user-{id}`. Nothing more of it follows. */
    "conversation:left": Envelope & {
        conversation: Ulid;
    };
    /** To the user's own devices. */
    "block:changed": Envelope & Block;
    /** To those who watch the room; not stored. News of 300 ms come together, at most 200 at once. A user is offline five seconds after the last of his connections has gone, and at once in a room that he is no longer in. */
    "presence:changed": {
        room: Room;
        changes: Sight[];
    };
    /** To those who can see what is typed in, but not to the typist; not stored, and missed by a client that does not keep up: it forgets a typist of whom it has heard nothing for eight seconds. Nobody is told of the invisible, and staff alone of whoever has opted out of the directory. Not in institutions. */
    typing: {
        to: TypedIn;
        user: string;
        name: string;
        on: boolean;
    };
    /** Something concerns this user, `user-{id}`. It takes the place of what has the same `group` and is not read. Replayed only as long as its owner may see what it is about. `quiet`: it came in the user's quiet hours. `by` is null. */
    "notification:created": Envelope & {
        notification: Notification;
        unread: UnreadEntries;
        unseen: UnseenEntries;
        quiet: boolean;
    };
    /** The user has read some, on any of his devices. */
    "notification:read": Envelope & NotificationsRead;
    /** The user has looked into his inbox, on any of his devices. */
    "notification:seen": Envelope & NotificationsSeen;
    /** What they were about was taken back, or read elsewhere, or the user may not see it any more. What is left of the `group` that is not read, or null. */
    "notification:removed": Envelope & ({
        group: string;
        notification: Notification | null;
        unread: UnreadEntries;
        unseen: UnseenEntries;
    });
    /** The user has changed what he wants to be notified of, on any of his devices. */
    "notification:preferences": Envelope & NotificationPreferences;
    /** What a group is called, how one comes into it, or who leads it has changed. To its members. */
    "group:changed": Envelope & {
        group: Group;
    };
    /** Somebody has come into a group, has gone, or is something else in it. To its members; where they are not shown to each other, and of who has opted out of the directory, to its staff alone. */
    "group:member": Envelope & ({
        groupId: string;
        user: Person;
        change: "joined" | "left" | "member" | "staff" | "owner";
    });
    /** To somebody who is not in a group any more, with `room` his own; `roster`: he is not in the room any more that the group belongs to. Nothing more of the group follows. */
    "group:left": Envelope & ({
        groupId: string;
        reason: "left" | "removed" | "closed" | "roster";
    });
    /** To whoever is invited, with `room` his own. */
    "group:invited": Envelope & {
        invitation: Invitation;
    };
    /** An invitation is there no longer, because it was taken back or declined, or the group was closed. To whoever was invited. */
    "group:uninvited": Envelope & {
        groupId: string;
    };
    /** Whose guardian the user is has changed, where the school lets guardians see grades. To `user-{id}`. */
    "guardian:changed": Envelope & {
        added: string[];
        removed: string[];
        /** All of them now. */
        students: string[];
    };
}

/** What a client asks: name → what it sends, and the answer when it is carried out. */
export interface Requests {
    /** Extends a live connection with a fresh token of the same user. */
    "auth:refresh": {
        body: {
            token: string;
        };
        answer: {
            expiresAt: Time;
        };
    };
    /** The server's clock, for clients whose own is wrong. Off by half a round trip at most. */
    "time:get": {
        body: Record<never, never>;
        answer: {
            now: Time;
        };
    };
    "post:create": {
        body: {
            /** A class-, course-, institution- or group- room the user is in. */
            to: Room;
            text: PostText;
            visibility?: Visibility;
            mentions?: Mentions;
            /** Ids of `attachment:create` for this room, uploaded, in no other post. */
            attachments?: string[] | null;
            publishAt?: PublishAt;
            anonymous?: Anonymous;
            poll?: NewPoll | null;
            key?: Key;
        };
        answer: PostAnswer;
    };
    /** By its author. Without `mentions` they stay. Of a post that waits, `publishAt` is its new time, null means now; without it the time stays. */
    "post:update": {
        body: {
            post: string;
            text: PostText;
            mentions?: Mentions;
            publishAt?: PublishAt;
            key?: Key;
        };
        answer: PostAnswer;
    };
    /** By its author or the room's staff. Its comments and reactions go with it. */
    "post:delete": {
        body: {
            post: string;
            key?: Key;
        };
        answer: {
            postId: Ulid;
        };
    };
    /** A post with its last comments, oldest first, 500 at most and fewer when they are long; `next` as `before` gives those before them. */
    "post:get": {
        body: {
            post: string;
            before?: string;
        };
        answer: {
            post: Post;
            comments: Comment[];
            next: string | null;
        };
    };
    /** The posts of a room that the user may see, newest first, `limit` at most and fewer when they are long; `next` as `before` gives the following page, null says that there is none. */
    "feed:list": {
        body: {
            room: Room;
            /** The pinned ones; or those that wait for their time or are held, the user's own and, for staff, others'. */
            only?: "pinned" | "scheduled";
            before?: string;
            limit?: number;
        };
        answer: {
            posts: Post[];
            next: string | null;
        };
    };
    "comment:create": {
        body: {
            post: string;
            text: CommentText;
            /** A comment on the same post. */
            replyTo?: string;
            mentions?: Mentions;
            anonymous?: Anonymous;
            key?: Key;
        };
        answer: CommentAnswer;
    };
    /** By its author. */
    "comment:update": {
        body: {
            comment: string;
            text: CommentText;
            mentions?: Mentions;
            key?: Key;
        };
        answer: CommentAnswer;
    };
    /** By its author or the room's staff. */
    "comment:delete": {
        body: {
            comment: string;
            key?: Key;
        };
        answer: {
            postId: Ulid;
            commentId: Ulid;
        };
    };
    /** One reaction a person; another kind replaces it, null takes it back. The same again tells nobody. */
    "reaction:set": {
        body: {
            target: Target;
            kind: ReactionKind;
            key?: Key;
        };
        answer: Reaction;
    };
    /** By the room's staff. 20 of a room at most. Told by `post:updated`. */
    "post:pin": {
        body: PostSwitch;
        answer: PostAnswer;
    };
    /** By the room's staff. Only they comment, react, vote and change what is there while it is locked. Told by `post:updated`. */
    "post:lock": {
        body: PostSwitch;
        answer: PostAnswer;
    };
    /** By the staff of both rooms: the post and its thread go to another room, which says from then on who sees them. Told by `post:deleted` to those who could see it, and by `post:created` to those who can now, in this order. */
    "post:move": {
        body: {
            post: string;
            to: Room;
            key?: Key;
        };
        answer: PostAnswer;
    };
    /** By the room's staff. Told by `comment:updated`. */
    "comment:endorse": {
        body: {
            comment: string;
            on: boolean;
            key?: Key;
        };
        answer: CommentAnswer;
    };
    /** The places of the options, from 0; one only unless the poll is `multiple`. It replaces an earlier vote, an empty list takes it back. */
    "poll:vote": {
        body: {
            post: string;
            options: number[];
            key?: Key;
        };
        answer: {
            postId: Ulid;
            poll: Poll;
            votes: number[];
        };
    };
    /** By the post's author or the room's staff. */
    "poll:close": {
        body: {
            post: string;
            key?: Key;
        };
        answer: {
            postId: Ulid;
            poll: Poll;
        };
    };
    /** By the room's staff, a member who is not of the staff. He reads, and deletes his own, and does nothing else in this room's feed. */
    "feed:mute": {
        body: {
            room: Room;
            user: string;
            /** RFC 3339; without it until he is unmuted. */
            until?: string | null;
            key?: Key;
        };
        answer: Muting;
    };
    "feed:unmute": {
        body: {
            room: Room;
            user: string;
            key?: Key;
        };
        answer: {
            user: Person;
        };
    };
    /** For the room's staff. */
    "feed:mutes": {
        body: {
            room: Room;
        };
        answer: {
            muted: ({
                user: Person;
                until: Time | null;
                by: Person;
                at: Time;
            })[];
        };
    };
    /** By the room's staff, whom it does not concern. Whoever comes too early gets `rate_limited` with `retryAfter`. */
    "feed:slow": {
        body: {
            room: Room;
            seconds: number;
            key?: Key;
        };
        answer: {
            seconds: number;
        };
    };
    /** What a client should know before it lets its user write. */
    "feed:settings": {
        body: {
            room: Room;
        };
        answer: {
            slowSeconds: number;
            muted: null | {
                until: Time | null;
            };
            /** Whether the school has anonymous questions. */
            anonymous: boolean;
            staff: boolean;
        };
    };
    /** For the room's staff. The texts that it had before, the last first, 100 at most; `at` is since when each stood there. */
    "feed:history": {
        body: {
            target: Target;
            before?: string;
            limit?: number;
        };
        answer: {
            versions: {
                text: string;
                at: Time;
            }[];
            next: string | null;
        };
    };
    /** Posts and comments that have all the words, the last of which may be begun only, in one room or all that the user is in; the newest first, and only what he can see at this moment. A page may have fewer than `limit` and a `next` all the same. */
    "feed:search": {
        body: {
            /** At most 400 bytes of UTF-8; no operators. */
            query: string;
            room?: string | null;
            before?: string;
            limit?: number;
        };
        answer: {
            results: ({
                post: Post;
            } | {
                comment: Comment;
            })[];
            next: string | null;
        };
    };
    /** By whoever can see it. The staff of its room get a copy of it, and not who reported it. Again by the same user is no news. */
    "report:create": {
        body: {
            target: Target;
            /** At most 1000 bytes of UTF-8. */
            reason?: string | null;
            key?: Key;
        };
        answer: {
            target: Target;
            postId: Ulid;
        };
    };
    /** By the room's staff. `removed` deletes what was reported. Its copy and the reasons go. */
    "report:resolve": {
        body: {
            report: string;
            outcome: "dismissed" | "removed";
            key?: Key;
        };
        answer: {
            report: Report;
        };
    };
    /** For the room's staff, the newest first. */
    "report:list": {
        body: {
            room: Room;
            state?: "open" | "closed";
            before?: string;
            limit?: number;
        };
        answer: {
            reports: Report[];
            next: string | null;
        };
    };
    /** Announces a file for a post in this room. Its bytes go by `PUT` with the user's token to `upload`, a path of this server; then `post:create` names its id. What is in no post after a day is dropped. */
    "attachment:create": {
        body: {
            to: Room;
            /** A file's name without a path, at most 200 bytes of UTF-8. */
            name: string;
            type: string;
            bytes: number;
            key?: Key;
        };
        answer: {
            attachment: Attachment;
            upload: string;
        };
    };
    /** A link to the bytes for whoever can see the post: signed, for this user alone, for five minutes. It gives them only if he can still see the post when it is used. */
    "attachment:link": {
        body: {
            attachment: string;
        };
        answer: {
            attachment: Attachment;
            /** A path of this server. */
            url: string;
            expiresAt: Time;
        };
    };
    /** By the class's staff: a draft, which only they see. Beside a published grade it is what will be published next. A student has one grade of an item in a class; another request about the same changes it. Who has left the class gets no first grade, but one that is there can be changed. */
    "grade:save": {
        body: GradeRequest;
        answer: StaffGradeAnswer;
    };
    /** By the class's staff. The student sees it from now on, whatever was saved before. */
    "grade:publish": {
        body: GradeRequest;
        answer: StaffGradeAnswer;
    };
    /** By the class's staff. With `grades`: these, all or none, 2000 at most. Without: the drafts of the item that were not withdrawn, as many at once; `more` says that there are others. Each student gets his own. */
    "grade:publishAll": {
        body: {
            /** The roster's id of the class. */
            class: string;
            item: GradeItem;
            grades?: {
                student: string;
                score: Score;
                maxScore?: MaxScore;
                comment?: GradeComment;
            }[];
            key?: Key;
        };
        answer: {
            grades: PublishedGrades;
            more: boolean;
        };
    };
    /** By the class's staff. The student sees it no longer, and the answers to keys of those who published it are forgotten. The staff keep the mark as a draft; it is published again only when it is saved or published anew. */
    "grade:withdraw": {
        body: {
            grade: string;
            key?: Key;
        };
        answer: StaffGradeAnswer;
    };
    /** With a `class` whose staff one is: all grades there, as the staff see them. Else what is published of oneself, or of the `student` whom one is guardian of; `class` and `item` narrow it. A student keeps his grades when he leaves a class. The newest first; `next` as `before` gives the following page. */
    "grade:list": {
        body: {
            class?: string;
            student?: string;
            item?: string;
            before?: string;
            limit?: number;
        };
        answer: {
            grades: (Grade | StaffGrade)[];
            next: string | null;
        };
    };
    /** By the room's staff. With a `publishAt` that is to come, only the staff see it until then; its author must still be staff at that time. At most 100 of a room wait. */
    "announcement:create": {
        body: {
            /** A class-, course- or institution- room, or its /staff sub-room. */
            to: Room;
            title: AnnouncementTitle;
            text: AnnouncementText;
            requireAck?: boolean | null;
            publishAt?: PublishAt;
            key?: Key;
        };
        answer: AnnouncementAnswer;
    };
    /** By its author, while he is staff. What is left out stays. `publishAt` moves one that is not published yet; null publishes it now. */
    "announcement:update": {
        body: {
            announcement: string;
            title?: AnnouncementTitle;
            text?: AnnouncementText;
            requireAck?: boolean | null;
            publishAt?: PublishAt;
            key?: Key;
        };
        answer: AnnouncementAnswer;
    };
    /** By the room's staff. It is gone, with who acknowledged it. */
    "announcement:withdraw": {
        body: {
            announcement: string;
            key?: Key;
        };
        answer: {
            announcementId: Ulid;
        };
    };
    /** One that asks for it, once; again gives the same. `conflict` for one that does not ask. */
    "announcement:ack": {
        body: {
            announcement: string;
            key?: Key;
        };
        answer: {
            announcementId: Ulid;
            acknowledgedAt: Time;
        };
    };
    /** For the room's staff: its members of this moment without the author, by id, and when they acknowledged. `next` as `after` gives the following page. */
    "announcement:acks": {
        body: {
            announcement: string;
            /** Only those who have, or who have not. */
            acknowledged?: boolean | null;
            after?: string;
            limit?: number;
        };
        answer: {
            /** How many have. */
            acknowledged: number;
            /** How many have not. */
            missing: number;
            people: ({
                user: Person;
                acknowledgedAt: Time | null;
            })[];
            next: string | null;
        };
    };
    /** Of one room, or of all that one is in; the last published first. Staff also get what is not published yet. `next` as `before` gives the following page. */
    "announcement:list": {
        body: {
            room?: Room;
            before?: string;
            limit?: number;
        };
        answer: {
            announcements: Announcement[];
            next: string | null;
        };
    };
    /** To a person, which makes the conversation between the two if there is none, or to a conversation. Whom one may write to is the school's policy (docs/configuration.md): `forbidden` where it says no, `not_found` for somebody with whom the caller shares no class, course or group. */
    "message:send": {
        body: {
            to: {
                user: string;
            } | {
                conversation: string;
            };
            text: MessageText;
            key?: Key;
        };
        answer: MessageAnswer;
    };
    /** By its author, as long as he may write in the conversation. */
    "message:update": {
        body: {
            message: string;
            text: MessageText;
            key?: Key;
        };
        answer: MessageAnswer;
    };
    /** By its author. */
    "message:delete": {
        body: {
            message: string;
            key?: Key;
        };
        answer: MessageDeletion;
    };
    /** Everything up to this message is read. Devices may say so in any order: the furthest counts, and is answered. */
    "message:read": {
        body: {
            conversation: string;
            /** A message. */
            upTo: string;
            key?: Key;
        };
        answer: {
            conversation: Ulid;
            upTo: Ulid;
            unread: Unread;
        };
    };
    /** The messages of a conversation, newest first, `limit` at most and fewer when they are long; in a group those since the user came. `next` as `before` gives the following page. */
    "message:list": {
        body: {
            conversation: string;
            before?: string;
            limit?: number;
        };
        answer: MessageList;
    };
    /** The user's conversations, the last used first. */
    "conversation:list": {
        body: {
            before?: string;
            limit?: number;
        };
        answer: {
            conversations: OwnConversation[];
            next: string | null;
        };
    };
    /** A group of the user and these people, 32 in all at most; all must be allowed to write to each other. Who creates it is its owner; when he leaves, or is off the roster, the one who has been in it longest. */
    "conversation:create": {
        body: {
            users: Users;
            /** At most 200 bytes of UTF-8; not only white space. */
            title?: string;
            key?: Key;
        };
        answer: ConversationAnswer;
    };
    /** By the owner. They see what is written from then on. Those who are in it already stay. */
    "conversation:add": {
        body: {
            conversation: string;
            users: Users;
            key?: Key;
        };
        answer: ConversationAnswer;
    };
    /** By the owner; anybody himself. */
    "conversation:remove": {
        body: {
            conversation: string;
            user: string;
            key?: Key;
        };
        answer: ConversationLeft;
    };
    /** A group; `conflict` for a conversation between two. */
    "conversation:leave": {
        body: {
            conversation: string;
            key?: Key;
        };
        answer: ConversationLeft;
    };
    /** What this person writes from now on does not reach the user; he does not learn of it. Any id is taken, so that nobody learns who is on the roster. While it is on, the user can't write to him alone either. */
    "block:set": {
        body: {
            user: string;
            on: boolean;
            key?: Key;
        };
        answer: Block;
    };
    /** Whom the user blocks. */
    "block:list": {
        body: Record<never, never>;
        answer: {
            users: string[];
        };
    };
    /** By staff of a class or course, where the school supervises (`messages.supervised`): the conversations of its students among themselves, the newest first. A page may have fewer than `limit`, or none, and a next one all the same. */
    "supervision:list": {
        body: {
            room: Room;
            before?: string;
            limit?: number;
        };
        answer: {
            conversations: Conversation[];
            next: string | null;
        };
    };
    /** The messages of such a conversation, as `message:list`. */
    "supervision:read": {
        body: {
            conversation: string;
            before?: string;
            limit?: number;
        };
        answer: MessageList;
    };
    /** Who of a class or group is there, and from now on who comes and goes (`presence:changed`), for as long as this connection lasts and its user is in the room. A reconnected client watches anew. Whoever has opted out of the directory is shown to a class's staff alone, in a group to nobody. `forbidden` for a group that is secret or does not list its members. */
    "presence:watch": {
        body: {
            /** A class- or group- room the user is in, of at most 5,000. */
            room: Room;
        };
        answer: {
            /** Those who are not offline; and of those who are, as far as the school lets the caller know (`presence.last_seen`), since when. */
            users: Sight[];
        };
    };
    "presence:unwatch": {
        body: {
            room: Room;
        };
        answer: Record<never, never>;
    };
    /** `away` is this connection's, and so is the `online` that ends it: a user is away when all of his connections are, and a client may say both by itself, for they change nothing for one who is busy or invisible. `busy` and `invisible` are the user's, on all connections and those to come, also after a restart of the server, until one of them sets another, or `online` where it is not away. Answers with the user's status as it is then. Nobody can tell `invisible` from `offline`, and nobody is told that somebody invisible types. */
    "presence:set": {
        body: {
            status: "online" | "away" | "busy" | "invisible";
        };
        answer: {
            status: "online" | "away" | "busy" | "invisible";
        };
    };
    /** The user types, or has stopped. A client says so again every three seconds while he does: who says nothing for six has stopped, as has whoever disconnects. At most four things at once; one a second, eight at once (`on: false` is free). Whoever writes under a pseudonym does not say so: a client sends nothing while its user has chosen to be anonymous. In a thread with pseudonyms nobody is told anyway. */
    typing: {
        body: {
            to: TypedIn;
            on: boolean;
        };
        answer: Record<never, never>;
    };
    /** The inbox, newest first. Those of one kind about one thing are one entry, read and unread apart. `next` as `before` gives the following page. At most 500 notifications are kept, for 90 days. */
    "notification:list": {
        body: {
            /** Only what is not read. */
            unread?: boolean | null;
            before?: string;
            limit?: number;
        };
        answer: {
            notifications: Notification[];
            next: Ulid | null;
            unread: UnreadEntries;
            unseen: UnseenEntries;
            /** Up to which he has seen that they are there. */
            seen: Ulid | null;
        };
    };
    /** Marks as read all up to the id `upTo`, or the entry whose id is `notification`. What came later is not read, also of the same group. */
    "notification:read": {
        body: {
            upTo: Ulid;
            key?: Key;
        } | {
            notification: Ulid;
            key?: Key;
        };
        answer: NotificationsRead;
    };
    /** He has looked into his inbox; nothing up to `upTo` counts as `unseen`. It never goes back. */
    "notification:seen": {
        body: {
            upTo: Ulid;
            key?: Key;
        };
        answer: NotificationsSeen;
    };
    /** What the user has chosen, and what holds where he has not. */
    "notification:preferences": {
        body: Record<never, never>;
        answer: NotificationPreferences;
    };
    /** Chooses for a kind, a room, a kind in a room, or with neither for all; the narrower comes first, a room before a kind. What is left out or null is not chosen; with nothing chosen it is taken back. What is not in the inbox goes nowhere else. */
    "notification:prefer": {
        body: {
            kind?: NotificationKind | null;
            /** One that the user is in; of a conversation `conversation-{id}`. */
            room?: string | null;
            inbox?: boolean | null;
            push?: boolean | null;
            mail?: boolean | null;
            key?: Key;
        };
        answer: NotificationPreferences;
    };
    /** Sets the quiet hours, or with null takes them back. What would be pushed or mailed in them waits for their end, and is not sent if it has been read by then. */
    "notification:quiet": {
        body: {
            quietHours: QuietHours | null;
            key?: Key;
        };
        answer: NotificationPreferences;
    };
    /** A study group, which the user owns. Who may is the school's policy. `access`: by default open. `history`: by default shared in an open group, joined in others; with `joined` a member sees what was there since he came (the last time). `listed`: whether the members see who else is in it, by default true. `home`: the class, course or institution that it belongs to, by default his primary institution; only who is there can be in the group. */
    "group:create": {
        body: {
            /** At most 200 bytes of UTF-8; not only white space. */
            title: string;
            /** At most 2000 bytes of UTF-8. */
            about?: string | null;
            access?: GroupAccess;
            history?: GroupHistory;
            listed?: boolean;
            home?: Room;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** By its staff; `access` by its owner. */
    "group:update": {
        body: {
            /** Its id. */
            group: string;
            /** At most 200 bytes of UTF-8; not only white space. */
            title?: string;
            /** At most 2000 bytes of UTF-8. */
            about?: string | null;
            access?: GroupAccess;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** By its owner. Everybody is out of it, and nothing of it is seen any more. */
    "group:close": {
        body: {
            /** Its id. */
            group: string;
            key?: Key;
        };
        answer: GroupIdAnswer;
    };
    /** An open group, or one that he is invited to. */
    "group:join": {
        body: {
            /** Its id. */
            group: string;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** The owner's place goes to whoever of its staff, else of its members, came first; with the last one the group is closed. */
    "group:leave": {
        body: {
            /** Its id. */
            group: string;
            key?: Key;
        };
        answer: GroupIdAnswer;
    };
    /** By its staff; somebody who is in the room that the group belongs to. */
    "group:invite": {
        body: {
            /** Its id. */
            group: string;
            user: string;
            key?: Key;
        };
        answer: InvitedAnswer;
    };
    /** By its staff. */
    "group:uninvite": {
        body: {
            /** Its id. */
            group: string;
            user: string;
            key?: Key;
        };
        answer: InvitedAnswer;
    };
    /** By whoever is invited. */
    "group:accept": {
        body: {
            /** Its id. */
            group: string;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** By whoever is invited. */
    "group:decline": {
        body: {
            /** Its id. */
            group: string;
            key?: Key;
        };
        answer: GroupIdAnswer;
    };
    /** By its staff; one of its staff by its owner. */
    "group:remove": {
        body: {
            /** Its id. */
            group: string;
            user: string;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** By its owner; to its staff, or out of it again. */
    "group:appoint": {
        body: {
            /** Its id. */
            group: string;
            user: string;
            staff: boolean;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** By its owner, who is one of its staff from then on. */
    "group:transfer": {
        body: {
            /** Its id. */
            group: string;
            user: string;
            key?: Key;
        };
        answer: GroupAnswer;
    };
    /** The user's own groups, and to which he is invited. */
    "group:list": {
        body: Record<never, never>;
        answer: {
            groups: GroupForOne[];
            invitations: Invitation[];
        };
    };
    /** The groups of a room that the user is in, the newest first; secret ones are not among them. */
    "group:find": {
        body: {
            home: Room;
            /** A part of the title. */
            query?: string;
            /** The `next` of the page before. */
            before?: string;
            limit?: number;
        };
        answer: {
            groups: GroupForOne[];
            next: string | null;
        };
    };
    /** Of one's own with its members, to its staff with those invited; of another only what it is. */
    "group:get": {
        body: {
            group: string;
        };
        answer: {
            group: GroupForOne;
            members?: {
                user: Person;
                role: GroupRole;
            }[];
            invited?: {
                user: Person;
                by: Person;
                at: Time;
            }[];
        };
    };
}

export type EventName = keyof Events;
export type RequestName = keyof Requests;

/** Events that are in the journal: they come again after a reconnect, and each has a `seq`. */
export const durableEvents = [
    "rooms:changed",
    "post:created",
    "post:updated",
    "post:deleted",
    "comment:created",
    "comment:updated",
    "comment:deleted",
    "reaction:changed",
    "post:scheduled",
    "poll:changed",
    "feed:muted",
    "feed:unmuted",
    "feed:slowed",
    "report:created",
    "report:updated",
    "grade:updated",
    "grade:withdrawn",
    "grade:recorded",
    "announcement:created",
    "announcement:updated",
    "announcement:withdrawn",
    "announcement:scheduled",
    "announcement:acked",
    "alert",
    "message:created",
    "message:updated",
    "message:deleted",
    "message:read",
    "conversation:created",
    "conversation:changed",
    "conversation:left",
    "block:changed",
    "notification:created",
    "notification:read",
    "notification:seen",
    "notification:removed",
    "notification:preferences",
    "group:changed",
    "group:member",
    "group:left",
    "group:invited",
    "group:uninvited",
    "guardian:changed",
] as const;
export type DurableEventName = (typeof durableEvents)[number];

/** Requests that take a `key`: they change something, and are carried out once however often they are sent. */
export const keyedRequests = [
    "post:create",
    "post:update",
    "post:delete",
    "comment:create",
    "comment:update",
    "comment:delete",
    "reaction:set",
    "post:pin",
    "post:lock",
    "post:move",
    "comment:endorse",
    "poll:vote",
    "poll:close",
    "feed:mute",
    "feed:unmute",
    "feed:slow",
    "report:create",
    "report:resolve",
    "attachment:create",
    "grade:save",
    "grade:publish",
    "grade:publishAll",
    "grade:withdraw",
    "announcement:create",
    "announcement:update",
    "announcement:withdraw",
    "announcement:ack",
    "message:send",
    "message:update",
    "message:delete",
    "message:read",
    "conversation:create",
    "conversation:add",
    "conversation:remove",
    "conversation:leave",
    "block:set",
    "notification:read",
    "notification:seen",
    "notification:prefer",
    "notification:quiet",
    "group:create",
    "group:update",
    "group:close",
    "group:join",
    "group:leave",
    "group:invite",
    "group:uninvite",
    "group:accept",
    "group:decline",
    "group:remove",
    "group:appoint",
    "group:transfer",
] as const;
export type KeyedRequestName = (typeof keyedRequests)[number];
