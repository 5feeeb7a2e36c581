// An afternoon's life in the demo school, by REST and sockets, so that no page is empty.

import { request } from "../../e2e/support/http.mjs";
import { io } from "socket.io-client";

const room = "class-history110";

export async function furnish(server) {
    const call = async (who, method, path, body) => {
        const answer = await request(method, `${server.url}/api/v1${path}`, {
            headers: { authorization: `Bearer ${server.token(who)}`, "content-type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        if (answer.status >= 300) throw new Error(`${method} ${path} → ${answer.status} ${answer.text}`);
        return answer.text === "" ? {} : answer.json();
    };
    // What REST does not have.
    const ask = async (who, name, body) => {
        const socket = io(server.url, { auth: { token: server.token(who) }, transports: ["websocket"], forceNew: true });
        const answer = await socket.timeout(20_000).emitWithAck(name, body);
        socket.disconnect();
        if (!answer.ok) throw new Error(`${name} → ${JSON.stringify(answer.error)}`);
        return answer;
    };
    const post = async (who, text, more = {}, where = room) => (await call(who, "POST", `/rooms/${where}/posts`, { text, ...more })).post.id;
    const comment = async (who, id, text, replyTo) => (await call(who, "POST", `/posts/${id}/comments`, { text, ...(replyTo ? { replyTo } : {}) })).comment.id;
    const react = (who, target, kind = "like") => call(who, "PUT", "/reactions", { target, kind });

    const [teacher, student, hugo, kofi, leila, noor] = ["mr-haddad", "dana", "hugo", "kofi", "leila", "noor"];
    const pencil = await post(leila, "Found a blue pencil case under my desk. It is on the window sill now.");
    await react(teacher, { post: pencil });
    await react(student, { post: pencil }, "thanks");
    const questions = await post(student, "Is anybody up for going through last week's questions together after lunch? Library, the big table.");
    await comment(kofi, questions, "Yes! I will bring my notes.");
    await comment(hugo, questions, "Me too.");
    await react(kofi, { post: questions });
    const rude = await post(kofi, "This homework is the silliest thing I have ever seen.");
    await call(noor, "POST", "/reports", { target: { post: rude }, reason: "It is not kind." });
    const poll = await post(teacher, "Which museum shall we visit in May?", { poll: { options: ["City museum", "Museum of trade and shipping", "Castle, with the guided tour"] } });
    for (const [who, option] of [[hugo, 0], [kofi, 2], [leila, 2], [noor, 1]]) await call(who, "PUT", `/posts/${poll}/vote`, { options: [option] });
    const anonymous = await post(noor, "Can somebody explain what \"primary source\" means? I did not dare to ask.", { anonymous: true });
    const answer = await comment(leila, anonymous, "Something that was written or made at that time, by somebody who was there. Letters, coins, photographs: https://lindenbrook.example/library/sources");
    await call(teacher, "PUT", `/comments/${answer}/endorsement`, { on: true });
    const trip = "Thursday's lesson is outside: we meet at 9:00 at the main gate.";
    const tripId = await post(teacher, trip);
    const asked = await comment(noor, tripId, "Shall we bring our notebooks, or is paper enough?");
    await comment(teacher, tripId, "Paper is enough, and a pencil that writes in the rain.", asked);
    await react(leila, { comment: asked });
    for (const who of [student, hugo, kofi, leila, noor]) await react(who, { post: tripId });
    await call(teacher, "PUT", `/posts/${tripId}/pin`, { on: true });
    await post(teacher, "The answers to the exercise are in the folder now.", { publishAt: new Date(Date.now() + 3 * 86_400_000).toISOString() });

    const { message } = await call(hugo, "POST", "/messages", { to: { user: student }, text: "Are you coming to the library later?" });
    await call(student, "POST", "/messages", { to: { user: hugo }, text: "Yes, at two. Kofi, too." });
    await call(hugo, "POST", "/messages", { to: { user: student }, text: "Perfect. I have booked the big table, and Leila brings the maps that we need for the third question." });
    await call(leila, "POST", "/messages", { to: { user: student }, text: "Do you still have my atlas?" });
    await call(student, "POST", "/conversations", { users: [hugo, kofi, leila], title: "Museum in May" });

    await call(teacher, "POST", `/rooms/${room}/announcements`, { title: "Test on Monday", text: "It is about chapters three to five. Bring a ruler; calculators stay at home.", requireAck: true });
    await call(hugo, "GET", "/announcements").then(({ announcements }) => call(hugo, "PUT", `/announcements/${announcements[0].id}/ack`));
    await call("ms-osei", "POST", "/rooms/institution-xyz/announcements", { title: "Library closed on Friday", text: "The library is closed this Friday while the heating is repaired." });
    await post(student, "Thank you for the maps!", { mentions: [leila] });
    await comment(leila, questions, "I am in as well.");
    await post(leila, "@Dana, the atlas is yours until Friday.", { mentions: [student] });

    for (const [who, item, score] of [[student, "Essay: the river trade", 17], [student, "Test 1", 13.5], [hugo, "Test 1", 18], [leila, "Test 1", 15]]) {
        await ask(teacher, "grade:publish", { student: who, class: room.slice("class-".length), item, score, maxScore: 20, comment: score === 17 ? "A clear argument, and good use of the sources." : null });
    }
    for (const [who, score] of [[student, 8], [kofi, 9.5], [noor, 7]]) {
        await ask(teacher, "grade:save", { student: who, class: room.slice("class-".length), item: "Presentation", score, maxScore: 10 });
    }
    const { group } = await ask(student, "group:create", { title: "Chess after school", about: "Tuesdays and Thursdays, room 12. Beginners are welcome.", home: "institution-xyz" });
    await ask(hugo, "group:join", { group: group.id });
    const other = await ask("ines", "group:create", { title: "Choir", about: "We sing on Wednesdays.", home: "institution-xyz" });
    const invited = await ask(kofi, "group:create", { title: "Ancient coins", home: room, access: "invitation" });
    await ask(kofi, "group:invite", { group: invited.group.id, user: student });
    // A session that goes on, one that is planned, and one that is over.
    const plan = { agenda: ["Read page 12 to 15", "Two questions for the class, written down", "A summary in three sentences"], timer: { focus: 1500, break: 300, rounds: 4 } };
    const { session: study } = await ask(teacher, "study:create", { room, title: "The river trade: reading together", plan });
    await ask(teacher, "study:start", { session: study.id });
    await ask(kofi, "study:create", { room, title: "Questions before the test", startsAt: new Date(Date.now() + 2 * 86_400_000).toISOString() });
    const { session: studied } = await ask(teacher, "study:create", { room, title: "Maps, and how to read them" });
    await ask(teacher, "study:start", { session: studied.id });
    for (const who of [hugo, noor]) await ask(who, "study:join", { session: studied.id });
    await ask(teacher, "study:end", { session: studied.id });

    // A live class that was, with its recording, and one that is planned.
    const { live: shown } = await ask(teacher, "live:start", { room, title: "The port of the old town, live from its quay", url: "https://video.example/port" });
    await ask(teacher, "live:end", { live: shown.id });
    await ask(teacher, "live:recording", { live: shown.id, url: "https://video.example/port/recording" });
    await ask(teacher, "live:schedule", { room, title: "Questions and answers", startsAt: new Date(Date.now() + 3 * 86_400_000).toISOString() });

    const { doc: essay } = await ask(student, "doc:create", { room, title: "Essay: the river trade" });
    const { doc: board } = await ask(teacher, "doc:create", { room, title: "Map of the river", kind: "whiteboard", members: "drawer" });
    await ask(teacher, "doc:create", { room, title: "Reading list, with everything that was recommended in the lessons so far", members: "viewer" });

    // A call that nobody took.
    const { call: missed } = await ask(hugo, "call:start", { to: { user: student }, media: "audio" });
    await call(hugo, "POST", `/calls/${missed.id}/leave`);

    // A child of a guardian.
    await ask("ms-okafor", "grade:publish", { student: "ada", class: "math101", item: "Fractions, first test", score: 18, maxScore: 20, comment: "Very good." });
    await ask("mr-lind", "grade:publish", { student: "ada", class: "physics201", item: "Pendulum: report of the experiment", score: 8.5, maxScore: 10 });
    return { study: study.id, studied: studied.id, essay: essay.id, board: board.id, room, teacher, student, trip, poll, conversation: message.conversation, group: group.id, otherGroup: other.group.id };
}
