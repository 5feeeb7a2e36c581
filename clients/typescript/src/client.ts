// One signed-in user: the connection, and what is kept of it.

import { AnnouncementsStore } from "./announcements.js";
import { CallsStore } from "./calls.js";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection.js";
import { DocumentsStore } from "./documents.js";
import { FeedStore } from "./feed.js";
import { GradeBookStore, GradesStore } from "./grades.js";
import { GroupsStore } from "./groups.js";
import { Http } from "./http.js";
import { newKey } from "./key.js";
import { LivesStore } from "./live.js";
import { MessagesStore } from "./messages.js";
import { NotificationsStore } from "./notifications.js";
import { PresenceStore } from "./presence.js";
import type { Attachment, EventName, Events, RequestName } from "./protocol.js";
import { SessionStore } from "./session.js";
import type { Readable } from "./store.js";
import { StudySessionsStore, StudySessionStore } from "./study.js";
import { TypingStore } from "./typing.js";
import type { Answer, Body, Failure, RequestOptions } from "./wire.js";

export type HomeroomOptions = ConnectionOptions;

export class Homeroom {
    /** The bare connection, for what the stores below don't do. */
    readonly connection: Connection;
    readonly session: SessionStore;
    readonly messages: MessagesStore;
    readonly notifications: NotificationsStore;
    readonly announcements: AnnouncementsStore;
    readonly groups: GroupsStore;
    readonly presence: PresenceStore;
    readonly typing: TypingStore;
    readonly calls: CallsStore;
    private readonly http: Http;

    /** Connects at once. */
    constructor(options: HomeroomOptions) {
        this.connection = new Connection(options);
        this.http = new Http(options.url ?? globalThis.location?.origin ?? "", () => this.connection.currentToken());
        this.session = new SessionStore(this.connection, () => this.http.roomInfos());
        this.messages = new MessagesStore(this.connection);
        this.notifications = new NotificationsStore(this.connection);
        this.announcements = new AnnouncementsStore(this.connection);
        this.groups = new GroupsStore(this.connection);
        this.presence = new PresenceStore(this.connection);
        this.typing = new TypingStore(this.connection);
        this.calls = new CallsStore(this.connection);
        this.connection.start();
    }

    get state(): Readable<ConnectionState> {
        return this.connection.state;
    }

    /** The feed of a room, loading. `close()` it when it is not looked at any more. */
    feed(room: string): FeedStore {
        const feed = new FeedStore(this.connection, room);
        void feed.load();
        return feed;
    }

    /** One's own published grades, or those of a student whose guardian one is; loading. `close()` it in the end. */
    grades(of: { student?: string } = {}): GradesStore {
        const grades = new GradesStore(this.connection, of);
        void grades.load();
        return grades;
    }

    /** The grade book of a class (its id, without "class-"), for its staff; loading. `close()` it in the end. */
    gradeBook(classId: string): GradeBookStore {
        const book = new GradeBookStore(this.connection, classId);
        void book.load();
        return book;
    }

    /** The study sessions of a room, or of all rooms; loading. `close()` it in the end. */
    studySessions(of: { room?: string; open?: boolean } = {}): StudySessionsStore {
        const sessions = new StudySessionsStore(this.connection, of);
        void sessions.load();
        return sessions;
    }

    /** One study session. If it goes on, this connection is in it until `close()`. */
    studySession(id: string): StudySessionStore {
        return new StudySessionStore(this.connection, id);
    }

    /** The live classes of a room, or of all rooms; loading. `close()` it in the end. */
    lives(of: { room?: string; open?: boolean } = {}): LivesStore {
        const lives = new LivesStore(this.connection, of);
        void lives.load();
        return lives;
    }

    /** The documents of a room; loading. `close()` it in the end. */
    documents(room: string): DocumentsStore {
        const documents = new DocumentsStore(this.connection, room);
        void documents.load();
        return documents;
    }

    /** Reads something of the REST API that is no JSON, such as a table: `/api/v1/…`. */
    readText(path: string): Promise<string | Failure> {
        return this.http.readText(path);
    }

    /** Announces a file for a post in this room and sends its bytes. Name the id in `post:create`. */
    async upload(room: string, file: { name: string; type: string; bytes: Blob }): Promise<Attachment | Failure> {
        const answer = await this.request("attachment:create", {
            to: room,
            name: file.name,
            type: file.type || "application/octet-stream",
            bytes: file.bytes.size,
        });
        if (!answer.ok) return answer.error;
        return (await this.http.upload(answer.upload, file.bytes)) ?? answer.attachment;
    }

    /** Any request of the contract. It waits for the connection, is repeated until it is answered, and carried out once. */
    request<Name extends RequestName>(name: Name, body: Body<Name>, options?: RequestOptions): Promise<Answer<Name>> {
        return this.connection.request(name, body, options);
    }

    /** Any event of the contract; the result ends it. */
    on<Name extends EventName>(name: Name, handler: (body: Events[Name]) => void): () => void {
        return this.connection.on(name, handler);
    }

    /** Where this user is in the journal: keep it, and give it as `cursor` to the next process. */
    get cursor(): string {
        return this.connection.seq();
    }

    /** Ends the connection for good. */
    close(): void {
        this.connection.close();
    }

    static newKey = newKey;
}
