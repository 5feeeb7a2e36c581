// Made from protocol/asyncapi.yaml by scripts/generate.mjs: do not edit.

/** At most 200 bytes of UTF-8; not only white space. */
export type LiveTitle = string;

/** https, without name and password, at most 2048 bytes. Given to who watches, in no event. */
export type LiveUrl = string | null;

/** Milliseconds within which those who watch should ask to (`live:watch`), each at a moment that he draws: as many as the room is large; in steps of 20 seconds in a group whose members are not shown to each other. */
export type LiveJitter = number;

export type LivePlace = {
    class?: string;
    course?: string;
    group?: string;
    institution?: string;
    room?: Room;
};

export type Live = {
    id: Ulid;
    room: Room;
    title: string;
    /** Who planned it. */
    host: Person;
    status: "scheduled" | "preparing" | "live" | "interrupted" | "ended" | "recorded" | "cancelled";
    /** On the school's media server, or elsewhere. */
    source: "media" | "link";
    /** There is one to be seen. */
    recording: boolean;
    createdAt: Time;
    startsAt: Time | null;
    startedAt: Time | null;
    endedAt: Time | null;
    /** Grows with each event about it. */
    version: number;
};

export type LiveEvent = Envelope & {
    live: Live;
};

export type LiveAnswer = {
    live: Live;
};

export type LiveKeyedRequest = {
    live: string;
    key?: Key;
};

export type LiveWatching = {
    live: Live;
    playback: {
        whep: string | null;
        hls: string | null;
        link: string | null;
        /** A Bearer token, of `whep` and `hls`. */
        token: string | null;
        expiresAt: Time | null;
    };
    startAfter: number;
};

export type LivePublishing = {
    live: Live;
    ingest: {
        url: string;
        token: string;
        expiresAt: Time;
    };
};

/** At most 200 bytes of UTF-8; not only white space. */
export type StudyTitle = string;

/** Who may change what is shared: everybody in it (of a group, by default), or who leads it, its host and the room's staff (of a class). */
export type StudyControl = "everyone" | "leader";

export type StudyVersion = number;

/** What is shared when it begins. */
export type StudyPlan = {
    agenda?: string[];
    timer?: {
        /** Seconds. */
        focus?: number | null;
        /** Seconds. */
        break?: number | null;
        rounds?: number | null;
    };
    current?: StudyCurrent;
} | null;

/** What everybody is to look at; who may open it is judged there. */
export type StudyCurrent = {
    document: string;
} | {
    board: string;
} | null;

export type StudySession = {
    id: Ulid;
    room: Room;
    title: string;
    /** Who made it. */
    host: Person;
    control: StudyControl;
    status: "planned" | "live" | "ended" | "cancelled";
    plan: StudyPlan;
    createdAt: Time;
    startsAt: Time | null;
    startedAt: Time | null;
    endedAt: Time | null;
};

export type StudySessionEvent = Envelope & {
    session: StudySession;
};

export type StudySessionAnswer = {
    session: StudySession;
};

export type StudyKeyedRequest = {
    session: string;
    key?: Key;
};

export type StudyInRequest = {
    /** Left out: the one that this connection is in. */
    session?: string;
};

export type StudyMember = {
    user: Person;
    since: Time;
    /** His connections are lost, and he may come back. */
    away: boolean;
    /** The breakout room that he is in. */
    breakout: string | null;
};

export type StudyAgenda = {
    id: string;
    text: string;
    done: boolean;
}[];

export type StudyTimer = {
    /** Seconds. */
    focus: number;
    /** Seconds. */
    break: number;
    rounds: number;
    /** null: it does not run, or has come to its end. */
    phase: "focus" | "break" | null;
    /** From 1; 0 where there is no phase. */
    round: number;
    running: boolean;
    /** When this phase ends, by the server's clock (`time:get`). */
    endsAt: Time | null;
    /** Milliseconds that are left of it, while it is paused. */
    remaining: number | null;
};

export type StudyState = {
    agenda: StudyAgenda;
    timer: StudyTimer;
    current: StudyCurrent;
    leader: Person | null;
    /** As they were raised. */
    hands: {
        user: Person;
        at: Time;
    }[];
    breakouts: null | {
        endsAt: Time | null;
        rooms: {
            id: string;
            title: string;
        }[];
    };
};

export type StudyBreakoutState = {
    agenda: StudyAgenda;
    current: StudyCurrent;
};

export type StudyPlace = {
    id: string;
    title: string;
    /** Those of it who are shown to all in the room. */
    users: Person[];
    state: StudyBreakoutState;
    version: StudyVersion;
};

export type StudyDivided = {
    state: StudyState;
    version: StudyVersion;
    members: StudyMember[];
};

export type StudyPatch = {
    /** By the ids of items, which the client makes: of 1 to 64 letters, digits, - and _. One that is not there is new, and has a text; null deletes. At most 50 items, in a breakout room ten. */
    agenda?: Record<string, {
        /** At most 300 bytes of UTF-8. */
        text?: string;
        done?: boolean | null;
        /** The item behind which it comes; null: it is the first. */
        after?: string | null;
    } | null>;
    timer?: {
        focus?: number | null;
        break?: number | null;
        rounds?: number | null;
        /** start: or go on. skip: to the next phase. */
        do?: "start" | "pause" | "stop" | "skip" | null;
    };
    current?: StudyCurrent;
    /** Somebody in it; by who leads it, its host and the room's staff. Where nobody leads and `control` is `everyone`, anybody takes it himself. */
    leader?: string | null;
};

export type CallRequest = {
    call: string;
    key?: Key;
};

export type CallQuery = {
    call: string;
};

export type CallAnswer = {
    call: Call;
};

export type CallEntry = {
    call: Call;
    leg: string | null;
    ice: Ice | null;
    media: Media | null;
};

export type CallList = {
    calls: Call[];
    next: string | null;
};

export type SupervisedCalls = {
    calls: Call[];
};

export type CallEvent = Envelope & {
    call: Call;
};

export type CallPersonEvent = CallEvent & {
    user: Person;
};

export type Call = {
    id: Ulid;
    /** Whose is the highest is the call. */
    version: number;
    state: "ringing" | "active" | "ended";
    reason: "completed" | "declined" | "busy" | "timeout" | "cancelled" | "closed" | "failed" | "revoked" | "expired" | null;
    /** Null: between people. */
    room: string | null;
    /** Who began it. */
    host: Person;
    media: "audio" | "video";
    createdAt: Time;
    answeredAt: Time | null;
    endedAt: Time | null;
    /** Between people all of them; in a room those who are there, or whom it rings at, and of one that is over those who were there. Who has gone from one between people that goes on, was taken out, or is not in the room any more, is shown himself alone, if that, and neither `reason` nor `endedAt`. */
    members: ({
        id: string;
        name: string;
        state: "ringing" | "present" | "away" | "declined" | "busy" | "missed" | "left" | "lost";
        /** As which he is there; another when he came anew. */
        leg: string | null;
        /** Of two, whose is the higher is the polite one of "perfect negotiation"; the other makes the first offer. */
        order: number;
    })[];
    screen: {
        presenter: Person | null;
        until: Time | null;
        requests: {
            /** Whose screen. */
            user: string;
            /** Who asked. */
            by: string;
            at: Time;
        }[];
        grants: {
            user: string;
            until: Time;
        }[];
    };
};

/** For `new RTCPeerConnection()`; `ttl` is for how many seconds. */
export type Ice = {
    iceServers: {
        urls: string[];
        username?: string;
        credential?: string;
    }[];
    iceTransportPolicy: "all" | "relay";
    ttl: number;
};

/** A connection with the media server: what one sends of oneself, what one shows, and all that one gets. */
export type MediaLink = "camera" | "screen" | "watch";

/** How the media of this call goes, for this leg. */
export type Media = {
    kind: "mesh";
} | {
    kind: "server";
    made: number | null;
} | {
    kind: "livekit";
    url: string;
    token: string;
    ttl: number;
};

export type SessionDescription = {
    type: "offer" | "answer";
    sdp: string;
};

export type IceCandidates = (null | {
    candidate: string;
    sdpMid?: string | null;
    sdpMLineIndex?: number | null;
    usernameFragment?: string | null;
})[];

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

/** user-{id}, class-{id}, course-{id}, institution-{id}, group-{id} or global, or one of their sub-rooms (…/staff, institution-{id}/guardians); of an event about messages conversation-{id}, of one about a call between people call-{id}. */
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
    /** Null where he has opted out of being shown, in events for everybody; in answers the group's staff and he himself see him. */
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

/** Of whiteboards alone: `pointer`, who shows where he points, and `drawer`, who adds shapes and changes his own. */
export type DocumentRole = "viewer" | "pointer" | "commenter" | "drawer" | "editor" | "owner";

export type Document = {
    id: string;
    room: Room;
    kind: "text" | "whiteboard";
    title: string;
    author: Person;
    createdAt: Time;
    /** Its comments aside. */
    changedAt: Time | null;
    /** What all members of the room may do. */
    members: "none" | "viewer" | "pointer" | "commenter" | "drawer" | "editor";
    /** Nobody but its owners may write in it, whatever his role. */
    locked: boolean;
};

export type DocumentForOne = {
    doc: Document;
    role: DocumentRole;
};

export type DocumentAnswer = {
    doc: Document;
    role: DocumentRole;
};

export type DocumentPerson = {
    user: Person;
    role: DocumentRole;
};

export type DocumentAccess = {
    doc: Document;
    role: DocumentRole;
    people: DocumentPerson[];
};

export type DocumentContent = {
    root?: string;
    roots?: string[];
    text?: string;
    list?: Record<never, never>;
    map?: Record<never, never>;
    /** Base64. */
    update?: string;
    /** JSON. */
    excalidraw?: string;
    /** Pieces that wait for what is missing. */
    waiting?: number;
};

export type DocumentVersion = {
    id: string;
    title: string;
    by: Person;
    at: Time;
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

export type NotificationKind = "mention" | "comment" | "reply" | "grade" | "announcement" | "message" | "study" | "live";

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
        session: string;
        title: string;
        what: "invitation" | "change" | "reminder" | "start";
        startsAt: Time | null;
    } | {
        live: string;
        title: string;
        what: "invitation" | "change" | "reminder" | "start" | "recording";
        startsAt: Time | null;
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
    /** A session was planned. To its class or group, as all four below; of a group that keeps its past, to those who were in it by then. */
    "study:created": StudySessionEvent;
    /** What it is called, when it begins, or its plan has changed. */
    "study:updated": StudySessionEvent;
    /** It begins in ten minutes, by its plan. `by` is null. */
    "study:reminder": StudySessionEvent;
    /** It is for whoever is in the class or group by now, and may be joined. */
    "study:started": StudySessionEvent;
    /** It is over, or was cancelled before it began. Everybody in it has left. `by` is null where it ended by itself: nobody was there for half an hour, twelve hours are over, or nobody had started it a day after its time. */
    "study:ended": StudySessionEvent;
    /** Somebody has come into the session, or gone; `away`: his last connection was lost, and he is `back` within the grace (`study.grace`) or has `left`. To those who are in it. Of whoever has opted out of the directory, and in a group that does not list its members, to the staff of the room alone. Not stored. */
    "study:member": StudyMember & ({
        session: Ulid;
        change: "joined" | "back" | "away" | "left" | "moved";
    });
    /** Where one is from now on: in this breakout room, or with null in none. To that person's connections in the session, or with null to everybody in it. Not stored; `study:join` has it, too. */
    "study:breakout": {
        session: Ulid;
        breakout: StudyPlace | null;
    };
    /** What is shared in the session, all of it, as it is now; with `breakout`, in that breakout room, to those who are in it. Changes of 50 ms come together. Whoever keeps the highest `version` agrees with everybody else. To those who are in it; not stored. */
    "study:state": {
        session: Ulid;
        state: StudyState;
        version: StudyVersion;
    } | {
        session: Ulid;
        breakout: string;
        state: StudyBreakoutState;
        version: StudyVersion;
    };
    /** A live class is planned. To its class, course, group or institution, as all below that have an envelope. */
    "live:scheduled": LiveEvent;
    /** `plan`: title, time or address. `preparing`: somebody of the staff is about to send. `interrupted`: nothing has come from the encoder for a while (`live.interrupted_after`). `back`: it comes again. `recording`: it can be seen afterwards (`live:watch`). */
    "live:changed": LiveEvent & ({
        change: "plan" | "preparing" | "interrupted" | "back" | "recording";
        startJitter?: LiveJitter;
    });
    /** It does not take place. `by` is null where nobody has started it a day after its time. */
    "live:cancelled": LiveEvent;
    /** It begins soon, by its plan (`live.reminder`, ten minutes). `by` is null. */
    "live:reminder": LiveEvent;
    /** It is for whoever is in the room by now, and may be watched. `by` is null where its encoder or the platform has started it. */
    "live:started": LiveEvent & {
        startJitter: LiveJitter;
    };
    /** It is over; nobody is let in any more. End the encoder, too; what is open at the media server stays open until that closes it (MediaMTX: `/v3/webrtcsessions/kick/{id}`). `by` is null where its encoder did not come back, or twelve hours are over. */
    "live:ended": LiveEvent;
    /** What goes on and the user may watch: right after `session`, and whenever his rooms may have changed. Not stored, and not sent where there is nothing. Whoever keeps the highest `version` of each is right. */
    "live:current": {
        lives: Live[];
    };
    /** How many watch, to those who do, once in three seconds at most and only when it is another number; to a connection that comes in between, what the others were told. Above 100 it is rounded, but for the room's staff. In a group whose members are not shown to each other (`listed` is false), to its staff alone. Not stored; none with `live.viewers = false`. */
    "live:viewers": {
        live: Ulid;
        count: number;
        /** It is another number in fact. */
        rounded: boolean;
    };
    /** To a connection that watched it, and whose user is not of its room any more. It is given no other ticket; what it has open at the media server stays open until that closes it. Not stored. */
    "live:removed": {
        live: Ulid;
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
    /** To those who may see the document. All three events are durable. */
    "doc:created": Envelope & {
        doc: Document;
    };
    /** The document has another title, or who may do what in it has changed. To those who may see it from now on; to who was away it may be the first that he hears of it, since what was told before its access changed is not sent again. */
    "doc:updated": Envelope & {
        doc: Document;
    };
    "doc:deleted": Envelope & {
        docId: string;
    };
    /** The user is another role in a document that he has open here. Not stored. */
    "doc:role": {
        /** Its id, or id + "#comments" for the comments beside it. */
        doc: string;
        role: DocumentRole;
    };
    /** A document is not open here any more: he may not see it (`access`), or it was deleted. Nothing more of it follows. Not stored. */
    "doc:closed": {
        /** Its id, or id + "#comments" for the comments beside it. */
        doc: string;
        reason: "access" | "deleted";
    };
    /** Who presents in a document that the connection has open, or that nobody does any more (`by` null). Of who has opted out of the directory it is told to staff alone. */
    "doc:presenting": {
        /** Its id, or id + "#comments" for the comments beside it. */
        doc: string;
        by: Person | null;
    };
    /** Whose guardian the user is has changed, where the school lets guardians see grades. To `user-{id}`. */
    "guardian:changed": Envelope & {
        added: string[];
        removed: string[];
        /** All of them now. */
        students: string[];
    };
    /** A call has been begun in this room, and nothing rings: whoever likes joins. Or the user himself calls somebody, for his other devices. In no backlog: who comes later is sent `call:current`. */
    "call:started": CallEvent;
    /** To whom is called, on all of his devices. It rings (or, where it is `silent`, is only shown) until something else is said of this call. In no backlog. */
    "call:ringing": CallEvent & {
        /** Quiet hours, or he talks and who calls may not know it. */
        silent: boolean;
        until: Time;
    };
    /** To those of the call. On the other devices of `user` it rings no more. In no backlog. */
    "call:accepted": CallPersonEvent;
    /** To those of the call; it rings on none of his devices any more. In no backlog. */
    "call:declined": CallPersonEvent;
    /** To whom it rang at, or would have if he had not talked, and who did not answer. In the backlog, too. */
    "call:missed": CallEvent;
    /** To those of the call; in a room to those who are in it. Somebody came (`joined`), went (`left`), lost his connection (`away`), came back, is on another device (`moved`), did not come back (`lost`), may not be there any more (`removed`), or is called (`ringing`, `busy`) and does not answer (`missed`). Whose `leg` is another than before is to be connected to anew. In no backlog. */
    "call:member": CallPersonEvent & ({
        change: "joined" | "left" | "away" | "back" | "moved" | "lost" | "removed" | "ringing" | "busy" | "missed";
    });
    /** To somebody who may not be in this call any more. He is told no more of it. */
    "call:removed": Envelope & {
        callId: Ulid;
    };
    /** It is over, and why. To those of the call; in a room to its members. In the backlog, too. */
    "call:ended": CallEvent;
    /** What goes on and concerns the user, right after `session`; not stored, and not sent when there is nothing. What a device knew of before and is not in it is over. */
    "call:current": {
        calls: ({
            call: Call;
            ringing: null | {
                silent: boolean;
                until: Time;
                ttlMs: number;
            };
        })[];
    };
    /** What another in the same call has to tell this device, or the media server on one of its links; not stored. In the order in which it was said. `negotiation` is the server's number of the offer that it belongs to: an answer says it. */
    "call:signal": {
        call: Ulid;
        /** The user. */
        from: string;
        /** As which leg of the call he said it. */
        leg: string;
        data: {
            negotiation: number;
            description?: SessionDescription;
            candidates?: IceCandidates;
        };
    } | {
        call: Ulid;
        link: MediaLink;
        /** Of which making of the call it is. */
        made: number;
        data: {
            negotiation: number;
            description: SessionDescription;
            /** With an offer of what there is to watch: whose is what. */
            streams?: ({
                mid: string;
                leg: string;
                link: "camera" | "screen";
                kind: "audio" | "video";
            })[];
        } | {
            /** The media server has this link no more; the client offers anew. */
            closed: true;
        };
    };
    /** How media goes has changed: the media server has made the call (`made` is another number), or is lost (null). To the devices that are in the call. */
    "call:media": {
        call: Ulid;
        media: Media;
    };
    /** `user` would like to show his screen, or is asked to. To those of the call, as all of these. In no backlog. */
    "screen:requested": CallPersonEvent;
    /** `user` may show his screen until then. */
    "screen:granted": CallPersonEvent & {
        until: Time;
    };
    /** `user` may not show his screen, or not any more. */
    "screen:denied": CallPersonEvent;
    /** `user` shows his screen. Nobody else does. */
    "screen:started": CallPersonEvent;
    /** `user` shows his screen no more: he stopped it or was stopped, his time was over, it was taken back, another took over, or he is gone. */
    "screen:stopped": CallPersonEvent & ({
        why: "stopped" | "time" | "revoked" | "taken" | "gone";
    });
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
    /** By the staff of both rooms: the post and its thread go to another room, which says from then on who sees them. Told by `post:deleted` to those who could see it, and by `post:created` to those who can now, in this order. `too_large` with more than 1,000 comments. */
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
    /** Plans a session for one class or group that the user is in (`class` and `group` are ids, `room` is the room's name). It begins when it is started (`study:start`). With `startsAt` the members are notified of it, and reminded. At most 50 of a room are planned or going on, ten of these one person's. */
    "study:create": {
        body: {
            class?: string;
            group?: string;
            room?: Room;
            title: StudyTitle;
            /** RFC 3339 with seconds and a zone, in the future, at most 366 days ahead. */
            startsAt?: string | null;
            plan?: StudyPlan;
            control?: StudyControl;
            key?: Key;
        };
        answer: StudySessionAnswer;
    };
    /** What is left out stays as it is. By its host or the room's staff. `startsAt` and `plan` until it has begun. */
    "study:update": {
        body: {
            session: string;
            title?: StudyTitle;
            startsAt?: string | null;
            plan?: StudyPlan;
            control?: StudyControl;
            key?: Key;
        };
        answer: StudySessionAnswer;
    };
    /** By its host or the room's staff, who leads it then. Does nothing when it is going on already. */
    "study:start": {
        body: StudyKeyedRequest;
        answer: StudySessionAnswer;
    };
    /** By who leads it, its host or the room's staff; one that has not begun is cancelled. Does nothing when it is over already. */
    "study:end": {
        body: StudyKeyedRequest;
        answer: StudySessionAnswer;
    };
    "study:get": {
        body: {
            session: string;
        };
        answer: StudySessionAnswer;
    };
    /** The sessions of a room, or of all the user's rooms, the newest first; with `open`, those planned or going on. */
    "study:list": {
        body: {
            room?: Room;
            open?: boolean;
            /** The `next` of the page before. */
            before?: string;
            limit?: number;
        };
        answer: {
            sessions: StudySession[];
            next: string | null;
        };
    };
    /** Who was in the session from when to when, as they first came. For who leads it (or led it at its end), its host and the room's staff. A connection that was lost and came back within the grace is no interruption; one that did not come back ended when it was lost. Several devices at once are one interval. Whoever has opted out of the directory is in it for the room's staff alone. */
    "study:attendance": {
        body: {
            session: string;
            /** The `next` of the page before. */
            after?: string;
            /** People. */
            limit?: number;
        };
        answer: {
            session: StudySession;
            attendance: ({
                user: Person;
                /** In all; of who is there still, until now. */
                seconds: number;
                intervals: ({
                    joinedAt: Time;
                    leftAt: Time | null;
                    /** Left by himself; his connection was lost; he was taken out of the class or group; or the session ended. */
                    how: "left" | "lost" | "removed" | "ended" | null;
                })[];
            })[];
            next: string | null;
        };
    };
    /** This connection is in the session from now on, with its user; `conflict` while it has not begun, and when it is over. A client that reconnects joins again: within the grace its user has not been away. Joining again changes nothing and answers the same. */
    "study:join": {
        body: {
            session: string;
        };
        answer: {
            session: StudySession;
            /** Whom the user may know to be there, himself included. */
            members: StudyMember[];
            state: StudyState;
            version: StudyVersion;
            /** Where the user is. */
            breakout: StudyPlace | null;
        };
    };
    /** This connection leaves it; its user, when it was his last one there. */
    "study:leave": {
        body: StudyInRequest;
        answer: Record<never, never>;
    };
    /** Changes what is shared, all of the patch or none of it. With `version`, the one that the client knows, what somebody else has changed since is not overwritten: `conflict`, and the client looks at the newest state and asks again. Different things (two items of the agenda, the timer and what is current) do not conflict. Without it the last one wins. Where `control` is `leader`, by who leads it, its host and the room's staff; who is in a breakout room changes that one's state alone (`breakout`). */
    "study:state": {
        body: {
            /** Left out: the one that this connection is in. */
            session?: string;
            patch: StudyPatch;
            version?: StudyVersion | null;
            breakout?: string | null;
        };
        answer: {
            state: StudyState | StudyBreakoutState;
            version: StudyVersion;
        };
    };
    /** Puts one's hand up, last in the queue, or down. Who leads it, its host and the room's staff take down others', too. */
    "study:hand": {
        body: {
            /** Left out: the one that this connection is in. */
            session?: string;
            raised: boolean;
            /** Whose; left out, one's own. */
            user?: string | null;
        };
        answer: {
            state: StudyState;
            version: StudyVersion;
        };
    };
    /** Opens breakout rooms: `rooms` with who is in each, or `count` of them, over which everybody but those who lead is spread. After `seconds`, and with `study:gather`, everybody is back. By who leads it, its host and the room's staff. In place of those that are open. */
    "study:divide": {
        body: {
            /** Left out: the one that this connection is in. */
            session?: string;
            rooms?: ({
                title?: string | null;
                users?: string[];
            })[] | null;
            count?: number | null;
            seconds?: number | null;
        };
        answer: StudyDivided;
    };
    /** Closes the breakout rooms. */
    "study:gather": {
        body: StudyInRequest;
        answer: StudyDivided;
    };
    /** Puts somebody (left out, oneself) into a breakout room, or with null into none. */
    "study:move": {
        body: {
            /** Left out: the one that this connection is in. */
            session?: string;
            user?: string | null;
            breakout?: string | null;
        };
        answer: StudyDivided;
    };
    /** Plans a live class, by the staff of a class, course, group or institution (ids; `room` is the room's name). It begins when it is started (`live:start`), or when its encoder begins to send. With `startsAt` its people are notified of it, and reminded. At most 50 of a room are planned or going on. */
    "live:schedule": {
        body: LivePlace & ({
            title: LiveTitle;
            /** RFC 3339 with seconds and a zone, in the future, at most 366 days ahead. */
            startsAt?: string | null;
            url?: LiveUrl;
            key?: Key;
        });
        answer: LiveAnswer;
    };
    /** What is left out stays as it is. By the room's staff. `startsAt` and `url` until it has begun. */
    "live:update": {
        body: {
            live: string;
            title?: LiveTitle;
            startsAt?: string | null;
            url?: LiveUrl;
            key?: Key;
        };
        answer: LiveAnswer;
    };
    /** By the room's staff; of one that has begun `conflict`. Does nothing when it is cancelled already. */
    "live:cancel": {
        body: LiveKeyedRequest;
        answer: LiveAnswer;
    };
    /** One that is planned (`live`, and no room beside it), or a new one out of hand, as with `live:schedule`. By the room's staff. Does nothing when it goes on already. */
    "live:start": {
        body: LivePlace & {
            /** In place of a room and a title. */
            live?: string;
            title?: LiveTitle;
            url?: LiveUrl;
            key?: Key;
        };
        answer: LiveAnswer;
    };
    /** Where to send to, and the ticket that opens this one stream there for a while: WHIP (RFC 9725) with a Bearer token. One that is planned is being prepared then. By whoever of the staff asks first or has started it, and nobody else as long as that one is of the staff; `unavailable` without a media server (`live.ingest_url`). */
    "live:publish": {
        body: {
            live: string;
        };
        answer: LivePublishing;
    };
    /** By the room's staff; one that has not begun is cancelled. Does nothing when it is over already. */
    "live:end": {
        body: LiveKeyedRequest;
        answer: LiveAnswer;
    };
    /** Where it can be seen now that it is over. By the room's staff. Its people are notified. */
    "live:recording": {
        body: {
            live: string;
            url: LiveUrl;
            key?: Key;
        };
        answer: LiveAnswer;
    };
    /** The live classes of a room, or of all the user's rooms, the newest first; with `open`, those planned or going on. */
    "live:list": {
        body: {
            room?: Room;
            open?: boolean;
            /** The `next` of the page before. */
            before?: string;
            limit?: number;
        };
        answer: {
            lives: Live[];
            next: string | null;
        };
    };
    "live:get": {
        body: {
            live: string;
        };
        answer: LiveAnswer;
    };
    /** This connection watches from now on, and is counted. `playback` says where, and has a ticket for this one stream for some minutes (`live.ticket_time`): ask again before `expiresAt`. Where the staff have given an address elsewhere, or there is a recording, it is the `link`. `startAfter`: so many milliseconds later one should begin, so that not all do at once. `conflict` where nothing is to be seen, `unavailable` as long as whose picture it is is not of the staff any more, and nobody has taken over. */
    "live:watch": {
        body: {
            live: string;
        };
        answer: LiveWatching;
    };
    /** This connection watches it no more. */
    "live:unwatch": {
        body: {
            live: string;
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
    /** Calls somebody, several people, or into a room. Whom the user may write to he may call; into a class or course, its staff (`calls.rooms`). In a room where a call goes on, and where the one who is called calls at this moment, he is in that one (`merged`). Over a socket only: the connection is what is in the call. Where the other is busy, the call that is answered is over. */
    "call:start": {
        body: {
            to: {
                user?: string;
                users?: string[];
                room?: Room;
            };
            media?: "audio" | "video" | null;
            key?: Key;
        };
        answer: {
            call: Call;
            /** As which the user is in it over this connection; null where he is not, or it is over. */
            leg: string | null;
            merged: boolean;
            ice: Ice | null;
            media: Media | null;
        };
    };
    /** Rings at one more person's, by somebody who is in the call: between people, whom all of them may write to; in a room one of its members, by its host or staff; in a group that lists nobody by its staff alone. Between people whoever has gone counts as well: they would be shown to each other. */
    "call:invite": {
        body: {
            call: string;
            user: string;
            key?: Key;
        };
        answer: CallAnswer;
    };
    /** By whom it rings at. The first of his devices is in the call; another is answered `conflict`. `forbidden`: staff without whom these students may not talk to each other rings as well, and is to come first. */
    "call:accept": {
        body: CallRequest;
        answer: CallEntry;
    };
    /** For all of his devices. */
    "call:decline": {
        body: CallRequest;
        answer: CallAnswer;
    };
    /** Into a call that goes on: in a room its members, between people those whom it rang at, if they may write to all who are there by now; and the staff that oversees it (`call:supervised`), even where it is full. Also back into one after a lost connection, as the same `leg` if that is said; `move`: away from another device of the user. */
    "call:join": {
        body: {
            call: string;
            leg?: string | null;
            move?: boolean | null;
            key?: Key;
        };
        answer: CallEntry;
    };
    /** By whatever device of the user. Who called takes it back by it, who is called declines. */
    "call:leave": {
        body: CallRequest;
        answer: CallAnswer;
    };
    /** For all; by who began it, in a room by its staff, and by the staff that oversees it (`call:supervised`). */
    "call:end": {
        body: CallRequest;
        answer: CallAnswer;
    };
    /** A call that concerns the user: in a room its members, between people those who are in it or whom it rings at; of one that is over, who was of it. */
    "call:get": {
        body: CallQuery;
        answer: CallAnswer;
    };
    /** The calls that the user was of and that are over, and those that he is in or that ring at his, newest first. */
    "call:list": {
        body: {
            before?: string;
            limit?: number;
        };
        answer: CallList;
    };
    /** Where the school supervises students: the calls among students of this class or course that go on. By its staff, who may join them. */
    "call:supervised": {
        body: {
            room: Room;
        };
        answer: SupervisedCalls;
    };
    /** A description, candidates or both, to another who is in the same call (`to`), or over one of one's own links to the media server (`link`), by the connection that is in it. The answer has the `negotiation` that it belongs to: an offer's is new. `conflict`: it came too late, or crosses an offer that stands; nothing need be done. `unavailable`: his connection is lost at the moment, or the media server is not ready. 40 a second, 400 at once, and 160 and 600 of all to one user; a long one counts once for each 4 KiB. Of one that is `rate_limited` nothing was taken: after `retryAfter` it is let through. */
    "call:signal": {
        body: {
            call: string;
            /** The user; without a media server. */
            to?: string | null;
            /** As which leg he is meant; if he is another by now, `conflict`. */
            leg?: string | null;
            link?: MediaLink | null;
            /** With a link: of which making of the call; if it is another by now, `conflict`. */
            made?: number | null;
            data: {
                /** Of an answer, which offer it answers. */
                negotiation?: number | null;
                description?: SessionDescription | null;
                candidates?: IceCandidates | null;
                /** On the link `watch`: the connection is gone, and another offer is needed. */
                again?: boolean | null;
            };
        };
        answer: {
            negotiation: number;
        };
    };
    /** Relays with a fresh password, and LiveKit's fresh ticket, by the connection that is in the call. */
    "call:ice": {
        body: CallQuery;
        answer: {
            ice: Ice;
            media: Media;
        };
    };
    /** By somebody in the call, who would like to show his screen; with `from`, by who leads it: that one is asked to. */
    "screen:request": {
        body: {
            call: string;
            /** A user. */
            from?: string | null;
            key?: Key;
        };
        answer: CallAnswer;
    };
    /** By who leads the call. */
    "screen:grant": {
        body: {
            call: string;
            user: string;
            minutes?: number | null;
            key?: Key;
        };
        answer: CallAnswer;
    };
    /** Takes back a grant, too, and ends the showing. By who leads the call, or oneself. */
    "screen:deny": {
        body: {
            call: string;
            user: string;
            key?: Key;
        };
        answer: CallAnswer;
    };
    /** By whoever was granted it, while nobody else shows his; by who leads the call, in place of who shows his. */
    "screen:start": {
        body: CallRequest;
        answer: CallAnswer;
    };
    /** One's own; of who leads the call anybody's. */
    "screen:stop": {
        body: CallRequest;
        answer: CallAnswer;
    };
    /** A document in a room that the user is in (in an institution by its staff); he owns it, and so do the room's staff. `members`: what everybody in the room may do, by default write, in an institution read; `none`: only staff and who is given a role. */
    "doc:create": {
        body: {
            room: Room;
            /** At most 200 bytes of UTF-8; not only white space. */
            title: string;
            /** By default text. */
            kind?: "text" | "whiteboard" | null;
            members?: "none" | "viewer" | "pointer" | "commenter" | "drawer" | "editor" | null;
            /** Another document of this kind that the user may read. The new one begins with what stands in it, at most 8 MB, without its comments, versions and history; all of it is his. */
            template?: string | null;
            key?: Key;
        };
        answer: DocumentAnswer;
    };
    /** By an owner. */
    "doc:rename": {
        body: {
            /** Its id. */
            doc: string;
            /** At most 200 bytes of UTF-8; not only white space. */
            title: string;
        };
        answer: DocumentAnswer;
    };
    /** By an owner: what all members of the room may do (`members`), or what one of them may (`user` and `role`; `role` null: as all). In force with the answer, also for who has the document open. */
    "doc:share": {
        body: {
            /** Its id. */
            doc: string;
            members?: "none" | "viewer" | "pointer" | "commenter" | "drawer" | "editor" | null;
            user?: string | null;
            role?: "viewer" | "pointer" | "commenter" | "drawer" | "editor" | "owner" | null;
        };
        answer: DocumentAccess;
    };
    /** By an owner: while it is `locked`, nobody but its owners is more than a commenter, whatever his role says. In force with the answer; who has the document open is told his role of now (`doc:role`). */
    "doc:lock": {
        body: {
            /** Its id. */
            doc: string;
            locked: boolean;
        };
        answer: DocumentAnswer;
    };
    /** What the page of an unmodified Excalidraw needs to draw on this whiteboard as this user: `#room=ROOM,KEY`. Its collaboration client connects to the namespace without a token (`VITE_APP_WS_SERVER_URL=https://…/excalidraw`) and speaks what it speaks with its own server: `join-room`, `server-broadcast`, `server-volatile-broadcast`, `user-follow`, and hears `init-room`, `first-in-room`, `room-user-change`, `client-broadcast`, `user-follow-room-change` (docs/documents.md). */
    "doc:ticket": {
        body: {
            /** Its id. */
            doc: string;
        };
        answer: {
            /** This user's ticket, in place of a room. */
            room: string;
            key: string;
            namespace: string;
            expiresAt: Time;
        };
    };
    /** Takes everything off a whiteboard, by a change like any other, which is this user's. By an editor or owner. */
    "doc:clear": {
        body: {
            /** Its id. */
            doc: string;
        };
        answer: {
            sequence: number;
        };
    };
    /** The user presents, on this connection, or does no more; by an editor or owner who has the document open. There is one at a time: who comes later takes over. It ends with his connection, and with his right. Others follow where he is in his awareness. */
    "doc:present": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
            on: boolean;
        };
        answer: Record<never, never>;
    };
    /** Whose the shapes of a whiteboard are, those that were taken off included; in the order of their ids. */
    "doc:shapes": {
        body: {
            /** Its id. */
            doc: string;
            /** The `next` of an earlier page. */
            after?: string | null;
            limit?: number;
        };
        answer: {
            shapes: {
                id: string;
                by: Person;
            }[];
            next: string | null;
        };
    };
    /** By an owner. With its comments, versions and history. */
    "doc:delete": {
        body: {
            /** Its id. */
            doc: string;
        };
        answer: {
            docId: string;
        };
    };
    /** The documents of a room that the user may see, the newest first. */
    "doc:list": {
        body: {
            room: Room;
            /** The `next` of an earlier page. */
            before?: string;
            limit?: number;
        };
        answer: {
            documents: DocumentForOne[];
            next: string | null;
        };
    };
    /** One of them; with `people` to its owners. */
    "doc:get": {
        body: {
            /** Its id. */
            doc: string;
        };
        answer: DocumentForOne & {
            people?: DocumentPerson[];
        };
    };
    /** What stands in it. `root`: the name of the type, by default the first that has text. `format`: `text` (default), `list` and `map` (as Yjs' toJSON), `update`: all of it as one Yjs update, in base64; or `excalidraw`, of a whiteboard: what was drawn on it with Excalidraw, as a file that it opens. */
    "doc:export": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
            root?: string;
            format?: "text" | "list" | "map" | "update" | "excalidraw";
        };
        answer: DocumentContent;
    };
    /** Who wrote a stretch of a text, `begin` to `end` in UTF-16 code units, by default all of it. Attested: each part is from a connection of that user. */
    "doc:authors": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
            root?: string;
            begin?: number;
            end?: number;
        };
        answer: {
            root: string;
            /** Of that stretch. */
            text: string;
            parts: ({
                begin: number;
                length: number;
                by: Person | null;
                beganAt: Time | null;
                endedAt: Time | null;
            })[];
        };
    };
    /** Who took out what, the newest first; to editors and owners, of comments to commenters. What one person took out without a break is one entry. */
    "doc:deletions": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
            /** The `next` of an earlier page. */
            before?: string;
            limit?: number;
        };
        answer: {
            deletions: {
                by: Person;
                beganAt: Time;
                endedAt: Time;
                ranges: {
                    client: number;
                    clock: number;
                    length: number;
                }[];
                /** So many ranges more than are told: of an entry those are 1,000. */
                omitted: number;
            }[];
            next: string | null;
        };
    };
    /** Its named versions, the newest first. */
    "doc:versions": {
        body: {
            /** Its id. */
            doc: string;
        };
        answer: {
            versions: DocumentVersion[];
        };
    };
    /** The document as it was; otherwise as `doc:export`. */
    "doc:viewVersion": {
        body: {
            /** Its id. */
            doc: string;
            version: string;
            root?: string;
            format?: "text" | "list" | "map" | "update";
        };
        answer: DocumentContent & {
            version: DocumentVersion;
        };
    };
    /** Gives what stands there now a name. As long as a document has a version, it keeps what is deleted from it. */
    "doc:saveVersion": {
        body: {
            /** Its id. */
            doc: string;
            /** At most 200 bytes of UTF-8; not only white space. */
            title: string;
            key?: Key;
        };
        answer: {
            version: DocumentVersion;
        };
    };
    /** By whoever made it, or an owner of the document. */
    "doc:deleteVersion": {
        body: {
            /** Its id. */
            doc: string;
            version: string;
        };
        answer: {
            versionId: string;
        };
    };
    /** Makes the document what it was, by a change like any other, which is this user's. `lost`: units of whose content nothing was left. */
    "doc:restoreVersion": {
        body: {
            /** Its id. */
            doc: string;
            version: string;
        };
        answer: {
            sequence: number;
            lost: number;
        };
    };
    /** From now on this connection takes part in the document: `doc:sync` and `doc:awareness` come. At most 32 at once. It begins with the client's step 1. Left with `doc:close`, with the room and with the connection. */
    "doc:open": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
        };
        answer: {
            doc: Document;
            /** What was opened. */
            name: string;
            role: DocumentRole;
            /** Whether his updates are taken. */
            writes: boolean;
            /** Who presents. */
            presenter: Person | null;
        };
    };
    "doc:close": {
        body: {
            /** Its id, or id + "#comments" for the comments beside it. */
            doc: string;
        };
        answer: Record<never, never>;
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
    "study:created",
    "study:updated",
    "study:reminder",
    "study:started",
    "study:ended",
    "live:scheduled",
    "live:changed",
    "live:cancelled",
    "live:reminder",
    "live:started",
    "live:ended",
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
    "doc:created",
    "doc:updated",
    "doc:deleted",
    "guardian:changed",
    "call:started",
    "call:ringing",
    "call:accepted",
    "call:declined",
    "call:missed",
    "call:member",
    "call:removed",
    "call:ended",
    "screen:requested",
    "screen:granted",
    "screen:denied",
    "screen:started",
    "screen:stopped",
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
    "study:create",
    "study:update",
    "study:start",
    "study:end",
    "live:update",
    "live:cancel",
    "live:end",
    "live:recording",
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
    "call:start",
    "call:invite",
    "call:accept",
    "call:decline",
    "call:join",
    "call:leave",
    "call:end",
    "screen:request",
    "screen:grant",
    "screen:deny",
    "screen:start",
    "screen:stop",
    "doc:create",
    "doc:saveVersion",
] as const;
export type KeyedRequestName = (typeof keyedRequests)[number];
