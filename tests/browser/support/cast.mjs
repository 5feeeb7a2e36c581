// Who plays: chosen from whatever school the demo has, by who is in which room.

import { get, post } from "../../e2e/support/http.mjs";

// People of the demo with their rooms ({ room, kind, title, staff }) and a call that asks over REST as them.
export async function demoPeople(url) {
    const { people } = (await get(`${url}/demo/people`)).json();
    return Promise.all(
        people.map(async (person) => {
            const answer = await post(`${url}/demo/token`, JSON.stringify({ user: person.id }), {
                headers: { "content-type": "application/json" },
            });
            const { token } = answer.json();
            const { rooms } = (await get(`${url}/api/v1/rooms`, { headers: { authorization: `Bearer ${token}` } })).json();
            return { ...person, token, rooms };
        }),
    );
}

const classesOf = (person) => person.rooms.filter(({ kind }) => kind === "class");
const isIn = (person, room) => person.rooms.some((one) => one.room === room);
const isStudent = (person) => classesOf(person).length > 0 && classesOf(person).every(({ staff }) => !staff);

// A teacher and the students of a class, and a stranger: a student who is not in it, but in another that `student` is not
// in. Of the classes that have all of them the largest.
export function cast(people) {
    const scenes = [];
    for (const teacher of people) {
        for (const { room, title } of classesOf(teacher).filter(({ staff }) => staff)) {
            const students = people.filter((one) => classesOf(one).some((its) => its.room === room && !its.staff));
            for (const stranger of people.filter((one) => !isIn(one, room) && isStudent(one))) {
                const strangerRoom = classesOf(stranger)[0].room;
                const student = students.find((one) => !isIn(one, strangerRoom));
                if (student && students.length >= 2 && !isIn(teacher, strangerRoom)) {
                    scenes.push({ room, title, teacher, student, students, stranger, strangerRoom });
                }
            }
        }
    }
    const [scene] = scenes.sort((one, other) => other.students.length - one.students.length);
    if (scene) return scene;
    throw new Error("the demo school has no class with a teacher, two students and somebody outside of it");
}
