// Fills a class with an afternoon's life and takes the README's picture of it.

import { request } from "../../e2e/support/http.mjs";
import { cast, demoPeople } from "./cast.mjs";
import { Visitor } from "./visitor.mjs";

export async function takeScreenshot(server, browser, file) {
    const people = await demoPeople(server.url);
    const { room, teacher, students } = cast(people);
    const [student, classmate, third = classmate, fourth = classmate, fifth = classmate] = students;

    const call = async (person, method, path, body) => {
        const answer = await request(method, `${server.url}/api/v1${path}`, {
            headers: { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
            body: JSON.stringify(body),
        });
        if (answer.status >= 300) throw new Error(`${method} ${path} → ${answer.status} ${answer.text}`);
        return answer.json();
    };
    const post = async (person, text, where = room) =>
        (await call(person, "POST", `/rooms/${encodeURIComponent(where)}/posts`, { text })).post.id;
    const comment = async (person, id, text, replyTo) =>
        (await call(person, "POST", `/posts/${id}/comments`, { text, ...(replyTo ? { replyTo } : {}) })).comment.id;
    const like = (person, target) => call(person, "PUT", "/reactions", { target, kind: "like" });
    const likes = async (target, ...some) => {
        for (const person of new Set(some)) await like(person, target);
    };

    const notes = await post(fourth, "Found a blue pencil case under my desk. It is on the window sill now.");
    await likes({ post: notes }, teacher, student);
    const groups = await post(classmate, "Is anybody up for going through last week's questions together after lunch? Library, the big table.");
    await comment(third, groups, "Yes! I will bring my notes.");
    await comment(student, groups, "Me too.");
    await likes({ post: groups }, third, student, fourth);
    const trip = await post(
        teacher,
        "Thursday's lesson is outside: we meet at 9:00 at the main gate.\nBring something to write with, and a jacket if it looks like rain.",
    );
    const question = await comment(fifth, trip, "Shall we bring our notebooks, or is paper enough?");
    await comment(teacher, trip, "Paper is enough, and a pencil that writes in the rain.", question);
    await like(fourth, { comment: question });
    await likes({ post: trip }, student, classmate, third, fourth, fifth);

    const visitor = await Visitor.open(browser, server.url);
    await visitor.signIn(student);
    await visitor.open(room);
    const shown = visitor.find("post").first();
    await visitor.find("comments-toggle", shown).click();
    await visitor.find("comment", shown).nth(1).waitFor();
    // News elsewhere, so that a dot is seen.
    const other = student.rooms.find((one) => one.kind === "class" && one.room !== room);
    const author = other && people.find((one) => one.id !== student.id && one.rooms.some((its) => its.room === other.room));
    if (author) {
        await post(author, "The sheet music is in the usual place.", other.room);
        await visitor.find("unread").waitFor();
    }
    await visitor.page.mouse.move(0, 0);
    await visitor.page.evaluate(() => document.activeElement?.blur());
    await visitor.page.screenshot({ path: file });
}
